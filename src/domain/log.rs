//! Logs: "I did this, for this date".

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::day::{Date, Zone};
use super::patch::Patch;
use super::refusal::Refusal;
use super::ritual::Ritual;
use super::text::{Minutes, Mood, Note};
use super::word::words;
use crate::ids::{AccountId, RitualId};

/// Who may read a log's words.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Visibility {
    /// Both.
    Shared,
    /// Whoever wrote them. Nothing the partner sees tells that there are any.
    Private,
}

words!(Visibility);

/// One member's log of one ritual for one date.
#[derive(Debug, Clone, PartialEq)]
pub struct Log {
    /// What was done.
    pub ritual: RitualId,
    /// Who did it.
    pub member: AccountId,
    /// The date it counts for, for ever.
    pub date: Date,
    /// How long it took.
    pub minutes: Option<Minutes>,
    /// Words.
    pub note: Option<Note>,
    /// How it felt.
    pub mood: Option<Mood>,
    /// Who may read note and mood.
    pub visibility: Visibility,
    /// When it was written. Never shown to the partner.
    pub logged_at: DateTime<Utc>,
    /// The zone it was written in. Never shown to the partner.
    pub zone: Zone,
}

impl Log {
    /// Whether the partner sees a difference between this log and what becomes of it.
    pub fn is_told_from(&self, after: &Log) -> bool {
        self.minutes != after.minutes || self.shared_words() != after.shared_words()
    }

    fn shared_words(&self) -> Option<(Option<&Note>, Option<&Mood>)> {
        let is_shared = self.visibility == Visibility::Shared;
        let words = (self.note.as_ref(), self.mood.as_ref());
        Some(words).filter(|_| is_shared && words != (None, None))
    }
}

/// What somebody writes into a log; what is not named stays.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Entry {
    /// How long it took.
    pub minutes: Patch<Minutes>,
    /// Words.
    pub note: Patch<Note>,
    /// How it felt.
    pub mood: Patch<Mood>,
    /// Who may read note and mood.
    pub visibility: Option<Visibility>,
}

/// Who writes a log, when and where.
#[derive(Debug, Clone)]
pub struct Writer {
    /// Who.
    pub member: AccountId,
    /// The date it is for them.
    pub today: Date,
    /// Their zone.
    pub zone: Zone,
    /// The instant.
    pub now: DateTime<Utc>,
    /// Whether there is a confirmed partner. Until then, words are private unless said otherwise.
    pub has_partner: bool,
}

/// The log that `entry` makes of what was there. Writing a date again replaces its log: whoever wrote it
/// may always take words back, whatever they said to the ritual since, and wherever they flew.
pub fn accept(
    ritual: &Ritual,
    date: Date,
    before: Option<Log>,
    entry: Entry,
    writer: Writer,
) -> Result<Log, Refusal> {
    if before.is_none() {
        check_new(ritual, date, &writer)?;
    }
    if let Some(before) = before.as_ref().filter(|_| entry == Entry::default()) {
        return Ok(before.clone());
    }
    let by_default = if writer.has_partner {
        Visibility::Shared
    } else {
        Visibility::Private
    };
    let mut log = Log {
        ritual: ritual.id,
        member: writer.member,
        date,
        minutes: before.as_ref().and_then(|log| log.minutes),
        visibility: before.as_ref().map_or(by_default, |log| log.visibility),
        mood: before.as_ref().and_then(|log| log.mood.clone()),
        note: before.and_then(|log| log.note),
        logged_at: writer.now,
        zone: writer.zone,
    };
    entry.minutes.apply(&mut log.minutes);
    entry.note.apply(&mut log.note);
    entry.mood.apply(&mut log.mood);
    log.visibility = entry.visibility.unwrap_or(log.visibility);
    Ok(log)
}

/// The log of the writer's today with so many minutes more. Whoever takes part no more has none; words stay as
/// they are.
pub fn add_minutes(
    ritual: &Ritual,
    before: Option<Log>,
    more: Minutes,
    writer: Writer,
) -> Result<Log, Refusal> {
    if !ritual.has_yes_of(writer.member) {
        return Err(Refusal::NotTakingPart);
    }
    let logged = before.as_ref().and_then(|log| log.minutes);
    let sum = logged.map_or(0, i64::from) + i64::from(more);
    let entry = Entry {
        minutes: Patch::Set(Minutes::clamped(sum)),
        ..Entry::default()
    };
    accept(ritual, writer.today, before, entry, writer)
}

/// Whether there may be a new log for this date.
fn check_new(ritual: &Ritual, date: Date, writer: &Writer) -> Result<(), Refusal> {
    if !ritual.has_yes_of(writer.member) {
        return Err(Refusal::NotTakingPart);
    }
    if date < ritual.starts_on() {
        return Err(Refusal::DateBeforeStart);
    }
    if date > writer.today {
        return Err(Refusal::DateToCome);
    }
    Ok(())
}
