//! The rounds: whatever reminder is due is looked at, and goes out or keeps quiet.
//!
//! A look is one transaction with everything that comes of it, so whatever happens to the program, a reminder goes out
//! once or not yet. Several servers on one database can go their rounds: who saves a look first has made it.

use std::sync::Arc;

use chrono::{DateTime, Utc};

use super::chore::Chore;
use crate::clock::Clock;
use crate::domain::message::{Item, Message};
use crate::domain::reminder::is_theirs;
use crate::ids::{AccountId, Chance, MessageId};
use crate::store::schedule::Due;
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
}

impl Chore for Rounds {
    const ABOUT: &str = "reminders";
    const COMES_FIRST: bool = true;

    async fn next(&self) -> store::Result<Option<DateTime<Utc>>> {
        let mut conn = self.store.peek().await?;
        store::schedule::next(&mut conn).await
    }

    /// Looks at what is due for some members; answers how many reminders went out.
    async fn do_some(&self) -> store::Result<Option<usize>> {
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        let due = store::schedule::due(&mut tx, now, MEMBERS_AT_ONCE).await?;
        if due.is_empty() {
            // What cannot be read was put off.
            tx.commit().await?;
            return Ok(None);
        }
        let mut told = Vec::new();
        for all_of_one in due.chunk_by(|one, next| one.reminder.member == next.reminder.member) {
            told.extend(tell(&mut tx, all_of_one, now).await?);
        }
        let members: Vec<_> = told.iter().map(|(member, _)| *member).collect();
        store::versions::count_for_each(&mut tx, &members).await?;
        store::outbox::enqueue(&mut tx, &told, now).await?;
        tx.commit().await?;
        Ok(Some(
            told.iter().map(|(_, message)| message.items.len()).sum(),
        ))
    }
}

/// Looks at all that is due for one member; answers what they are to be told, if anything.
async fn tell(
    tx: &mut Tx,
    all: &[Due],
    now: DateTime<Utc>,
) -> store::Result<Option<(AccountId, Message)>> {
    let mut items = Vec::new();
    for due in all {
        items.extend(look(tx, due, now).await?);
    }
    let member = all.first().map(|first| first.reminder.member);
    let member = member.filter(|_| !items.is_empty());
    let id = MessageId::new(&mut Chance::System);
    Ok(member.map(|member| (member, Message { id, items })))
}

/// Looks at one reminder; answers what is to be told, if it goes out.
async fn look(tx: &mut Tx, due: &Due, now: DateTime<Utc>) -> store::Result<Option<Item>> {
    let mut reminder = due.reminder.clone();
    let (member, today) = (reminder.member, due.watch.today(now));
    let theirs = is_theirs(&due.ritual, member, today, &due.rests, &due.ledger);
    let outcome = reminder.look(&due.watch, now, theirs);
    let is_claimed = store::schedule::claim(tx, due.couple, &reminder, &due.reminder).await?;
    let Some((occasion, kind)) = outcome.ok().filter(|_| is_claimed) else {
        return Ok(None);
    };
    let is_new = store::reminders::note(tx, due.couple, &reminder, &occasion, kind).await?;
    if !is_new {
        // It went out before a clock was set back, or before a flight west: patience counts it once.
        let claimed = reminder.clone();
        reminder.patience = due.reminder.patience;
        store::schedule::claim(tx, due.couple, &reminder, &claimed).await?;
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
