//! The bell: somebody put something into the outbox, or set a reminder, and whoever delivers need not sleep on.

use std::sync::Arc;

use tokio::sync::Notify;

/// Rings for whoever waits. Clones ring alike.
#[derive(Debug, Clone, Default)]
pub struct Bell(Arc<Notify>);

impl Bell {
    /// Rings. If nobody waits just now, the next who would does not.
    pub fn ring(&self) {
        self.0.notify_one();
    }

    /// Waits until it rings.
    pub async fn wait(&self) {
        self.0.notified().await;
    }
}
