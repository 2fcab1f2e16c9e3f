//! The bell: somebody put something into the outbox, or asks for a letter, and whoever delivers need not sleep on.

use tokio::sync::watch;

/// Rings for all who listen. Clones ring alike.
#[derive(Debug, Clone, Default)]
pub struct Bell(watch::Sender<()>);

/// Hears a bell.
#[derive(Debug)]
pub struct Ear(watch::Receiver<()>);

impl Bell {
    /// Rings. Whoever listens but does not wait just now will not wait.
    pub fn ring(&self) {
        self.0.send_replace(());
    }

    /// Listens from now on.
    pub fn listen(&self) -> Ear {
        Ear(self.0.subscribe())
    }
}

impl Ear {
    /// Waits until it rings.
    pub async fn wait(&mut self) {
        if self.0.changed().await.is_err() {
            // Nobody is left who could ring.
            std::future::pending().await
        }
    }
}
