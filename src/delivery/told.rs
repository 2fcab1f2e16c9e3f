//! What a message says. It is found when it is sent: a reminder of something that is done by then, of a day that is
//! over, or of half a day ago, says nothing.

use chrono::{DateTime, SecondsFormat, Utc};
use serde::Serialize;

use crate::content;
use crate::domain::day::Date;
use crate::domain::message::Item;
use crate::domain::phrases::ReminderWords;
use crate::domain::reminder::{Kind, LATEST, is_theirs};
use crate::domain::text::Title;
use crate::domain::time::WallTime;
use crate::domain::wording::Wording;
use crate::ids::{ReminderId, RitualId};
use crate::store::outbox::Delivery;
use crate::store::{self, Conn};

/// What a message says.
pub(super) struct Told {
    /// In words.
    pub text: String,
    /// For a program, where details are wanted.
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

impl Told {
    /// What a message says now; `None` when there is nothing to say any more.
    pub async fn find(
        conn: &mut Conn,
        delivery: &Delivery,
        now: DateTime<Utc>,
    ) -> store::Result<Option<Told>> {
        let words = &content::phrases("").reminders;
        let items = &delivery.message.items;
        if items.is_empty() {
            return Ok(Some(Told::only(&words.test)));
        }
        let mut reminders = Vec::new();
        for item in items {
            reminders.extend(still(conn, delivery, item, words, now).await?);
        }
        let Some(first) = reminders.first() else {
            return Ok(None);
        };
        if !delivery.channel.details {
            let wording = wording(words, first.id, first.date);
            return Ok(Some(Told::only(wording.say_discreetly(first.kind))));
        }
        let lines = reminders.iter();
        let lines = lines.map(|one| format!("{}: {}", one.title.as_str(), one.text));
        Ok(Some(Told {
            text: lines.collect::<Vec<_>>().join("\n"),
            reminders,
        }))
    }

    fn only(text: &str) -> Told {
        Told {
            text: text.to_owned(),
            reminders: Vec::new(),
        }
    }

    /// The same for a webhook, as Standard Webhooks shapes it.
    pub fn payload(&self, delivery: &Delivery, now: DateTime<Utc>) -> String {
        let is_test = delivery.message.items.is_empty();
        let payload = Payload {
            r#type: if is_test { "test" } else { "reminder" },
            timestamp: now.to_rfc3339_opts(SecondsFormat::Millis, true),
            data: Data {
                text: &self.text,
                reminders: &self.reminders,
            },
        };
        // Text, dates and ids always serialize.
        serde_json::to_string(&payload).unwrap_or_default()
    }
}

fn wording(words: &ReminderWords, reminder: ReminderId, date: Date) -> Wording<'_> {
    Wording {
        words,
        reminder,
        date,
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
    let occasion = due.watch.occasion_on(item.date, item.at);
    let is_late = occasion.is_some_and(|one| now - one.instant > LATEST);
    let is_said = !is_late && reminder.still_says(item.kind, item.date, &due.watch, now);
    let is_theirs = is_theirs(&due.ritual, member, today, &due.rests, &due.ledger);
    Ok((is_said && is_theirs).then(|| ToldReminder {
        id: item.reminder,
        ritual_id: ritual,
        title: due.ritual.title.words.clone(),
        date: item.date,
        at: item.at,
        kind: item.kind,
        text: wording(words, item.reminder, item.date).say(&due.ritual, item.at, item.kind),
    }))
}
