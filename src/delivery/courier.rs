//! The courier: goes the rounds, writes letters and carries the post, each as soon as some of it is due. A mail server or
//! a friend's webhook that is slow holds up few messages, and no reminders; and nothing new is carried while reminders are
//! due, so that a whole town's go out in time.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::bell::Bell;
use super::carried::Carried;
use super::chore::Chore;
use super::desk::Desk;
use super::outbound::Outbound;
use super::post::Post;
use super::rounds::Rounds;
use super::verifier::Verifier;
use crate::clock::Clock;
use crate::store::{self, Store};

/// The longest sleep: clocks are set, and another server may have taken in what is due sooner.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);

/// How many carry messages side by side: whoever does not answer holds up one of them.
const CARRIERS: usize = 8;

/// How long to leave be what is due, but just now somebody else's.
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
    clock: Clock,
    /// Whose turn it is to begin something.
    turn: Arc<Mutex<()>>,
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
            post: Post::new(store, clock.clone(), outbound, desk, carried),
            bell,
            clock,
            turn: Arc::default(),
        }
    }

    /// Delivers until `stop`; what is under way then is finished.
    pub async fn keep_going(self, stop: CancellationToken) {
        tokio::join!(
            self.keep_at(&self.rounds, &stop),
            self.keep_at(&self.verifier, &stop),
            join_all((0..CARRIERS).map(|_| self.keep_at(&self.post, &stop))),
        );
    }

    async fn keep_at<C: Chore>(&self, chore: &C, stop: &CancellationToken) {
        let mut ear = self.bell.listen();
        loop {
            let sleep = match self.take_a_turn(chore, stop).await {
                Ok(sleep) => sleep,
                Err(error) => {
                    tracing::warn!(?error, "{} have to wait", C::ABOUT);
                    LONGEST_SLEEP
                }
            };
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = ear.wait() => {}
                () = tokio::time::sleep(sleep) => {}
            }
        }
    }

    /// Does some of what is due, if anything is; answers for how long nothing will be.
    async fn take_a_turn<C: Chore>(
        &self,
        chore: &C,
        stop: &CancellationToken,
    ) -> store::Result<Duration> {
        let next = chore.next().await?;
        let wait = next.map(|next| (next - self.clock.now()).to_std().unwrap_or_default());
        let wait = wait.unwrap_or(LONGEST_SLEEP).min(LONGEST_SLEEP);
        if !wait.is_zero() {
            return Ok(wait);
        }
        let turn = self.turn.lock().await;
        let _kept = C::COMES_FIRST.then_some(turn);
        let mut sleep = SHORTEST_SLEEP;
        while !stop.is_cancelled() && chore.do_some().await?.is_some() {
            // What came of it may be work for another.
            self.bell.ring();
            sleep = Duration::ZERO;
            if !C::COMES_FIRST {
                break;
            }
        }
        Ok(sleep)
    }
}
