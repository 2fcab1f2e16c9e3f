//! The courier: goes the rounds, writes letters, carries the post, and sleeps until something is due.

use std::sync::Arc;
use std::time::Duration;

use super::bell::Bell;
use super::carried::Carried;
use super::desk::Desk;
use super::outbound::Outbound;
use super::post::Post;
use super::rounds::Rounds;
use super::verifier::Verifier;
use crate::clock::Clock;
use crate::store::{self, Store};

/// The longest sleep: clocks are set, and another server may have taken in what is due sooner.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);

/// The shortest, so that a failing disk is not asked all the time.
const SHORTEST_SLEEP: Duration = Duration::from_millis(50);

/// Whoever delivers.
#[derive(Debug, Clone)]
pub struct Courier {
    /// Looks at reminders.
    pub rounds: Rounds,
    /// Writes letters about accounts.
    pub verifier: Verifier,
    /// Carries messages.
    pub post: Post,
    bell: Bell,
    store: Arc<Store>,
    clock: Clock,
}

impl Courier {
    /// Over this database, by this clock, through this door, with letters from this desk; woken by this bell.
    pub fn new(
        store: Arc<Store>,
        clock: Clock,
        outbound: Outbound,
        desk: Option<Arc<Desk>>,
        carried: Carried,
        bell: Bell,
    ) -> Courier {
        Courier {
            rounds: Rounds::new(store.clone(), clock.clone()),
            verifier: Verifier::new(store.clone(), clock.clone(), desk.clone(), carried.clone()),
            post: Post::new(store.clone(), clock.clone(), outbound, desk, carried),
            bell,
            store,
            clock,
        }
    }

    /// Delivers until `stop` ends.
    pub async fn keep_going(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            if let Err(error) = self.rounds.go().await {
                tracing::warn!(?error, "reminders wait for the next round");
            }
            if let Err(error) = self.verifier.go().await {
                tracing::warn!(?error, "letters wait for the next round");
            }
            // Of much post only some: meanwhile more reminders fall due.
            let sleep = match self.post.carry_some().await {
                Ok(Some(_)) => Duration::ZERO,
                Ok(None) => self.until_next().await.unwrap_or(LONGEST_SLEEP),
                Err(error) => {
                    tracing::warn!(?error, "messages wait for the next round");
                    LONGEST_SLEEP
                }
            };
            tokio::select! {
                () = &mut stop => return,
                () = self.bell.wait() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
    }

    /// How long nothing is due.
    async fn until_next(&self) -> store::Result<Duration> {
        let mut conn = self.store.peek().await?;
        let reminder = store::schedule::next(&mut conn).await?;
        let letter = store::verifications::next(&mut conn).await?;
        let message = store::outbox::next(&mut conn).await?;
        let Some(next) = [reminder, letter, message].into_iter().flatten().min() else {
            return Ok(LONGEST_SLEEP);
        };
        let wait = (next - self.clock.now()).to_std().unwrap_or_default();
        Ok(wait.clamp(SHORTEST_SLEEP, LONGEST_SLEEP))
    }
}
