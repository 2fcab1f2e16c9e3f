//! The post: carries messages to channels, and notes what became of them.
//!
//! A message is taken for some minutes, then sent, then settled: if the program dies in between it is sent once more,
//! under the same id. What it says is found when it is sent. A reminder of something that is done by then, or of a day
//! that is over, says nothing.

use std::sync::Arc;

use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream;
use serde::Serialize;

use super::carried::{Carried, Tried};
use super::chore::{Chore, finish};
use super::desk::Desk;
use super::outbound::Outbound;
use super::outcome::{Outcome, Why};
use super::{ntfy, webhook};
use crate::clock::Clock;
use crate::content;
use crate::domain::channel::{Channel, Way};
use crate::domain::day::Date;
use crate::domain::letter::{Cover, Unasked};
use crate::domain::message::Item;
use crate::domain::phrases::ReminderWords;
use crate::domain::reminder::{Kind, is_theirs};
use crate::domain::retry::pause_after;
use crate::domain::text::{Email, Title};
use crate::domain::time::WallTime;
use crate::domain::wording::Wording;
use crate::ids::{ReminderId, RitualId, Secret};
use crate::store::outbox::Delivery;
use crate::store::{self, Conn, Store};

/// For how long a message is taken. Longer than all that are taken at once can take.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(5);

/// How many are taken at once.
const AT_ONCE: i64 = 64;

/// How many are under way at the same time.
const UNDER_WAY: usize = 8;

/// For how long it is known what was sent.
const KNOWN_FOR: TimeDelta = TimeDelta::days(7);

/// How many old messages are forgotten at a time.
const FORGOTTEN_AT_ONCE: i64 = 500;

/// Whoever carries messages.
#[derive(Debug, Clone)]
pub struct Post {
    store: Arc<Store>,
    clock: Clock,
    outbound: Outbound,
    desk: Option<Arc<Desk>>,
    carried: Carried,
}

/// What a message says.
struct Told {
    text: String,
    reminders: Vec<ToldReminder>,
}

/// One reminder, for a program that may know what it is about.
#[derive(Serialize)]
struct ToldReminder {
    id: ReminderId,
    ritual_id: RitualId,
    title: Title,
    date: Date,
    at: WallTime,
    kind: Kind,
    text: String,
}

/// What a webhook is sent, as Standard Webhooks shapes it.
#[derive(Serialize)]
struct Payload<'a> {
    r#type: &'static str,
    timestamp: String,
    data: Data<'a>,
}

#[derive(Serialize)]
struct Data<'a> {
    text: &'a str,
    /// Only where details are wanted.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    reminders: &'a [ToldReminder],
}

impl Chore for Post {
    const ABOUT: &str = "messages";

    async fn next(&self) -> store::Result<Option<DateTime<Utc>>> {
        let mut conn = self.store.peek().await?;
        store::outbox::next(&mut conn).await
    }

    /// Carries some of what is due; answers how many messages arrived.
    async fn do_some(&self) -> store::Result<Option<usize>> {
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        let taken = store::outbox::take(&mut tx, now, now + TAKEN_FOR, AT_ONCE).await?;
        store::outbox::forget(&mut tx, now - KNOWN_FOR, FORGOTTEN_AT_ONCE).await?;
        tx.commit().await?;
        if taken.is_empty() {
            return Ok(None);
        }
        let under_way = stream::iter(taken)
            .map(|delivery| self.carry(delivery))
            .buffer_unordered(UNDER_WAY);
        finish(under_way).await.map(Some)
    }
}

impl Post {
    /// Over this database, by this clock, through this door, with letters from this desk.
    pub fn new(
        store: Arc<Store>,
        clock: Clock,
        outbound: Outbound,
        desk: Option<Arc<Desk>>,
        carried: Carried,
    ) -> Post {
        Post {
            store,
            clock,
            outbound,
            desk,
            carried,
        }
    }

    /// Carries one message; answers whether it arrived.
    async fn carry(&self, delivery: Delivery) -> store::Result<bool> {
        let now = self.clock.now();
        let mut conn = self.store.peek().await?;
        let told = words(&mut conn, &delivery, now).await?;
        drop(conn);
        let Some(told) = told else {
            // There is nothing to say any more.
            let mut tx = self.store.write().await?;
            store::outbox::settle(&mut tx, &delivery, false, None).await?;
            tx.commit().await?;
            return Ok(false);
        };
        let outcome = self.send(&delivery, told, now).await?;
        self.settle(&delivery, outcome).await?;
        Ok(outcome == Outcome::Delivered)
    }

    async fn send(
        &self,
        delivery: &Delivery,
        told: Told,
        now: DateTime<Utc>,
    ) -> store::Result<Outcome> {
        Ok(match &delivery.channel.way {
            Way::Email { address, code } => self.write(delivery, address, code, told, now).await?,
            Way::Ntfy { topic, token } => {
                ntfy::send(&self.outbound, topic, token.as_ref(), "Hearth", told.text).await
            }
            Way::Webhook { url, secret } => {
                let body = payload(delivery, &told, now);
                let id = delivery.message.id.to_string();
                webhook::send(&self.outbound, url, secret, &id, now, body).await
            }
        })
    }

    /// Writes a letter: what waits, or to an address that is not confirmed the question whether it is theirs.
    async fn write(
        &self,
        delivery: &Delivery,
        to: &Email,
        code: &Secret,
        told: Told,
        now: DateTime<Utc>,
    ) -> store::Result<Outcome> {
        let Some(desk) = self.desk.as_deref() else {
            return Ok(Outcome::Failed(Why::NoMail));
        };
        // Tried again, it is the same letter.
        let is_unasked = !delivery.channel.confirmed && delivery.tries == 0;
        if is_unasked && !self.may_ask(to, now).await? {
            return Ok(Outcome::Failed(Why::Enough));
        }
        let cover = Cover {
            to: to.clone(),
            id: delivery.message.id.to_string(),
            at: now,
        };
        Ok(desk.write(cover, &delivery.channel, code, &told.text).await)
    }

    /// Notes that a mailbox is asked whether it is somebody's; `false` when it was often enough.
    async fn may_ask(&self, to: &Email, now: DateTime<Utc>) -> store::Result<bool> {
        let mut tx = self.store.write().await?;
        let may = store::letters::note(&mut tx, to, Unasked::Confirmation, now).await?;
        tx.commit().await?;
        Ok(may)
    }

    /// Notes what became of it, at once: what arrived must not be sent again.
    async fn settle(&self, delivery: &Delivery, outcome: Outcome) -> store::Result<()> {
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        let (account, channel) = (delivery.account, &delivery.channel);
        let failure = match outcome {
            Outcome::Delivered => None,
            Outcome::Gone => Some("it wants no more: turned off".to_owned()),
            Outcome::Failed(why) => Some(why.to_string()),
        };
        let may_pass = matches!(outcome, Outcome::Failed(why) if why.may_pass());
        let pause = pause_after(delivery.tries + 1).filter(|_| may_pass);
        let next_at = pause.map(|pause| now + pause);
        let arrived = outcome == Outcome::Delivered;
        store::outbox::settle(&mut tx, delivery, arrived, next_at).await?;
        if outcome == Outcome::Gone {
            let off = Channel {
                enabled: false,
                ..channel.clone()
            };
            store::channels::update(&mut tx, account, &off).await?;
        }
        store::channels::note(&mut tx, account, channel.id, failure.as_deref(), now).await?;
        tx.commit().await?;
        self.count(channel, outcome);
        Ok(())
    }

    fn count(&self, channel: &Channel, outcome: Outcome) {
        let kind = channel.way.kind();
        let outcome = match outcome {
            Outcome::Delivered => "delivered",
            Outcome::Gone => "gone",
            Outcome::Failed(_) => "failed",
        };
        self.carried.get_or_create(&Tried { kind, outcome }).inc();
    }
}

/// What a message says now; `None` when there is nothing to say any more.
async fn words(
    conn: &mut Conn,
    delivery: &Delivery,
    now: DateTime<Utc>,
) -> store::Result<Option<Told>> {
    let phrases = &content::phrases("").reminders;
    let items = &delivery.message.items;
    if items.is_empty() {
        return Ok(Some(Told {
            text: phrases.test.clone(),
            reminders: Vec::new(),
        }));
    }
    let mut reminders = Vec::new();
    let mut discreet = None;
    for item in items {
        if let Some(told) = still(conn, delivery, item, phrases, now).await? {
            let wording = wording(phrases, item);
            discreet.get_or_insert_with(|| wording.say_discreetly(item.kind).to_owned());
            reminders.push(told);
        }
    }
    let Some(discreet) = discreet else {
        return Ok(None);
    };
    if !delivery.channel.details {
        return Ok(Some(Told {
            text: discreet,
            reminders: Vec::new(),
        }));
    }
    let lines = reminders.iter();
    let lines = lines.map(|one| format!("{}: {}", one.title.as_str(), one.text));
    Ok(Some(Told {
        text: lines.collect::<Vec<_>>().join("\n"),
        reminders,
    }))
}

fn wording<'a>(words: &'a ReminderWords, item: &Item) -> Wording<'a> {
    Wording {
        words,
        reminder: item.reminder,
        date: item.date,
    }
}

/// What is to be said of an occasion, if it still is theirs to do.
async fn still(
    conn: &mut Conn,
    delivery: &Delivery,
    item: &Item,
    words: &ReminderWords,
    now: DateTime<Utc>,
) -> store::Result<Option<ToldReminder>> {
    let (couple, ritual, member) = (item.couple, item.ritual, delivery.account);
    let found = store::schedule::find(conn, couple, ritual, member).await?;
    let Some(due) = found else {
        return Ok(None);
    };
    let today = due.watch.today(now);
    let reminder = &due.reminder;
    let is_said = reminder.still_says(item.kind, item.date, &due.watch, now);
    let is_theirs = is_theirs(&due.ritual, member, today, &due.rests, &due.ledger);
    Ok((is_said && is_theirs).then(|| ToldReminder {
        id: item.reminder,
        ritual_id: ritual,
        title: due.ritual.title.words.clone(),
        date: item.date,
        at: item.at,
        kind: item.kind,
        text: wording(words, item).say(&due.ritual, item.at, item.kind),
    }))
}

fn payload(delivery: &Delivery, told: &Told, now: DateTime<Utc>) -> String {
    let is_test = delivery.message.items.is_empty();
    let payload = Payload {
        r#type: if is_test { "test" } else { "reminder" },
        timestamp: now.to_rfc3339_opts(SecondsFormat::Millis, true),
        data: Data {
            text: &told.text,
            reminders: &told.reminders,
        },
    };
    // Text, dates and ids always serialize.
    serde_json::to_string(&payload).unwrap_or_default()
}
