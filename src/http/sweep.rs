//! The sweep: sessions that everybody forgot end by themselves, in a server that nobody asks anything.

use std::time::Duration;

use super::App;
use super::presence_end::end;
use crate::store;
use crate::store::presence::Due;
use crate::store::versions::Whose;

/// How often it looks.
const EVERY: Duration = Duration::from_secs(30);

impl App {
    /// Sweeps at once, and then every half minute until `stop` ends.
    pub async fn keep_sweeping(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            self.sweep().await;
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(EVERY) => {}
            }
        }
    }

    /// Ends every session that is due, each in a transaction of its own: what fails waits for the next sweep,
    /// and holds nobody else up.
    pub async fn sweep(&self) {
        let due = match self.due().await {
            Ok(due) => due,
            Err(error) => {
                return tracing::warn!(?error, "nobody could look for forgotten sessions");
            }
        };
        for one in due {
            if let Err(error) = self.end_forgotten(one).await {
                tracing::warn!(?error, "a forgotten session waits for the next sweep");
            }
        }
    }

    async fn due(&self) -> store::Result<Vec<Due>> {
        let mut conn = self.store.peek().await?;
        store::presence::due(&mut conn, self.clock.now()).await
    }

    /// Ends one, unless somebody was faster: whoever sat there, or the sweep of another server.
    async fn end_forgotten(&self, due: Due) -> store::Result<()> {
        let mut tx = self.write().await?;
        let now = self.clock.now();
        let found = store::presence::find(&mut tx, due.couple, due.id).await?;
        let couple = store::couples::of(&mut tx, due.starter, now).await?;
        let (Some(presence), Some(couple)) = (found, couple) else {
            return Ok(());
        };
        let was_running = presence.is_running();
        let presence = presence.at(now);
        if was_running && !presence.is_running() {
            end(&mut tx, &couple, &presence, now).await?;
            store::versions::count(&mut tx, due.starter, Whose::Both).await?;
            tx.commit().await?;
        }
        Ok(())
    }
}
