//! The rounds: whatever reminder is due is looked at, and goes out or keeps quiet.
//!
//! A look is one transaction with everything that comes of it, so whatever happens to the program, a reminder goes out
//! once or not yet. Several servers on one database can go their rounds: who saves a look first has made it.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::domain::reminder::is_theirs;
use crate::store::schedule::Due;
use crate::store::versions::Whose;
use crate::store::{self, Store, Tx};

/// The longest sleep: clocks are set, and another server may have taken in what is due sooner.
const LONGEST_SLEEP: Duration = Duration::from_secs(15);

/// The shortest, so that a failing disk is not asked all the time.
const SHORTEST_SLEEP: Duration = Duration::from_millis(50);

/// The reminders of how many members are looked at in one transaction: others wait at the write door meanwhile.
const MEMBERS_AT_ONCE: i64 = 100;

/// Whoever goes the rounds.
#[derive(Debug, Clone)]
pub struct Rounds {
    store: Arc<Store>,
    clock: Clock,
}

impl Rounds {
    /// Over this database, by this clock.
    pub fn new(store: Arc<Store>, clock: Clock) -> Rounds {
        Rounds { store, clock }
    }

    /// Goes the rounds until `stop` ends, and sleeps while nothing is due.
    pub async fn keep_going(self, stop: impl Future<Output = ()>) {
        let mut stop = std::pin::pin!(stop);
        loop {
            if let Err(error) = self.go().await {
                tracing::warn!(?error, "reminders wait for the next round");
            }
            let sleep = self.until_next().await.unwrap_or(LONGEST_SLEEP);
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(sleep) => {}
            }
        }
    }

    /// Looks at everything that is due; answers how many reminders went out.
    pub async fn go(&self) -> store::Result<usize> {
        let mut sent = 0;
        loop {
            let (looked_at, out) = self.look_at_some().await?;
            sent += out;
            if looked_at == 0 {
                return Ok(sent);
            }
        }
    }

    /// How long nothing is due.
    async fn until_next(&self) -> store::Result<Duration> {
        let mut conn = self.store.peek().await?;
        let next = store::schedule::next(&mut conn).await?;
        let wait = next.map(|next| (next - self.clock.now()).to_std().unwrap_or_default());
        let wait = wait.unwrap_or(LONGEST_SLEEP);
        Ok(wait.clamp(SHORTEST_SLEEP, LONGEST_SLEEP))
    }

    /// Looks at what is due for some members; answers how many reminders that were, and how many went out.
    async fn look_at_some(&self) -> store::Result<(usize, usize)> {
        if !self.is_anything_due().await? {
            return Ok((0, 0));
        }
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        let due = store::schedule::due(&mut tx, now, MEMBERS_AT_ONCE).await?;
        let (looked_at, mut out) = (due.len(), 0);
        for one in due {
            out += usize::from(look(&mut tx, one, now).await?);
        }
        tx.commit().await?;
        Ok((looked_at, out))
    }

    /// The write door is not opened for nothing.
    async fn is_anything_due(&self) -> store::Result<bool> {
        let mut conn = self.store.peek().await?;
        let next = store::schedule::next(&mut conn).await?;
        Ok(next.is_some_and(|next| next <= self.clock.now()))
    }
}

/// Looks at one reminder; answers whether it went out.
async fn look(tx: &mut Tx, due: Due, now: DateTime<Utc>) -> store::Result<bool> {
    let Due {
        couple,
        mut reminder,
        watch,
        ritual,
        rests,
        ledger,
    } = due;
    let (member, today) = (reminder.member, watch.today(now));
    let was_due = reminder.next_at;
    let theirs = is_theirs(&ritual, member, today, &rests, &ledger);
    let outcome = reminder.look(&watch, now, theirs);
    let is_claimed = store::schedule::claim(tx, couple, &reminder, was_due).await?;
    let Some((occasion, kind)) = outcome.ok().filter(|_| is_claimed) else {
        return Ok(false);
    };
    let is_new = store::reminders::note(tx, couple, &reminder, &occasion, kind).await?;
    if is_new {
        store::versions::count(tx, member, Whose::Mine).await?;
    }
    Ok(is_new)
}
