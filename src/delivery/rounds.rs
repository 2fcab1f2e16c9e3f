//! The rounds: whatever reminder is due is looked at, and goes out or keeps quiet.
//!
//! A look is one transaction with everything that comes of it, so whatever happens to the program, a reminder goes out
//! once or not yet. Several servers on one database can go their rounds: who saves a look first has made it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use crate::clock::Clock;
use crate::domain::message::{Item, Message};
use crate::domain::reminder::is_theirs;
use crate::ids::{Chance, MessageId};
use crate::store::schedule::Due;
use crate::store::versions::Whose;
use crate::store::{self, Store, Tx};

/// The reminders of how many members are looked at in one transaction: others wait at the write door meanwhile.
const MEMBERS_AT_ONCE: i64 = 200;

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

    /// Looks at what is due for some members; answers how many reminders that were, and how many went out.
    async fn look_at_some(&self) -> store::Result<(usize, usize)> {
        if !self.is_anything_due().await? {
            return Ok((0, 0));
        }
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        let due = store::schedule::due(&mut tx, now, MEMBERS_AT_ONCE).await?;
        let (looked_at, mut out) = (due.len(), 0);
        for all_of_one in due.chunk_by(|one, next| one.reminder.member == next.reminder.member) {
            out += tell(&mut tx, all_of_one, now).await?;
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

/// Looks at all that is due for one member, and tells them of it at once; answers how many reminders went out.
async fn tell(tx: &mut Tx, all: &[Due], now: DateTime<Utc>) -> store::Result<usize> {
    let mut items = Vec::new();
    for due in all {
        items.extend(look(tx, due, now).await?);
    }
    let (Some(first), false) = (all.first(), items.is_empty()) else {
        return Ok(0);
    };
    let member = first.reminder.member;
    store::versions::count(tx, member, Whose::Mine).await?;
    let out = items.len();
    let id = MessageId::new(&mut Chance::System);
    store::outbox::enqueue(tx, member, &Message { id, items }, now).await?;
    Ok(out)
}

/// Looks at one reminder; answers what is to be told, if it goes out.
async fn look(tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> store::Result<Option<Item>> {
    let mut reminder = due.reminder.clone();
    let (member, today) = (reminder.member, due.watch.today(now));
    let theirs = is_theirs(&due.ritual, member, today, &due.rests, &due.ledger);
    let outcome = reminder.look(&due.watch, now, theirs);
    let was_due = due.reminder.next_at;
    let is_claimed = store::schedule::claim(tx, due.couple, &reminder, was_due).await?;
    let Some((occasion, kind)) = outcome.ok().filter(|_| is_claimed) else {
        return Ok(None);
    };
    let is_new = store::reminders::note(tx, due.couple, &reminder, &occasion, kind).await?;
    if !is_new {
        // It went out before a clock was set back, or before a flight west: patience counts it once.
        reminder.patience = due.reminder.patience;
        let next = reminder.next_at;
        store::schedule::claim(tx, due.couple, &reminder, next).await?;
    }
    Ok(is_new.then_some(Item {
        couple: due.couple,
        ritual: reminder.ritual,
        reminder: reminder.id,
        date: occasion.date,
        at: occasion.at,
        kind,
    }))
}
