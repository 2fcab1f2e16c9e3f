//! Presence: a while with the phones down, which is logged when it is over.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::day::Date;
use super::refusal::Refusal;
use super::ritual::Ritual;
use super::text::Minutes;
use super::whole::Whole;
use crate::ids::{AccountId, PresenceId, RitualId};

/// How long somebody means to be there: 1 to 720 minutes. Twice that is at most a day, which a log can hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Whole", into = "i64")]
pub struct PlannedMinutes(u16);

impl PlannedMinutes {
    /// The most minutes there can be.
    pub const MAX: u16 = Minutes::MAX / 2;

    /// After how long a forgotten session ends by itself: twice what was meant.
    fn longest(self) -> TimeDelta {
        TimeDelta::minutes(2 * i64::from(self.0))
    }
}

impl TryFrom<i64> for PlannedMinutes {
    type Error = &'static str;

    fn try_from(minutes: i64) -> Result<PlannedMinutes, Self::Error> {
        u16::try_from(minutes)
            .ok()
            .filter(|minutes| (1..=PlannedMinutes::MAX).contains(minutes))
            .map(PlannedMinutes)
            .ok_or("must be a whole number of minutes from 1 to 720")
    }
}

impl TryFrom<Whole> for PlannedMinutes {
    type Error = &'static str;

    fn try_from(Whole(minutes): Whole) -> Result<PlannedMinutes, Self::Error> {
        minutes.try_into()
    }
}

impl From<PlannedMinutes> for i64 {
    fn from(minutes: PlannedMinutes) -> i64 {
        i64::from(minutes.0)
    }
}

/// How a session came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// Somebody finished it.
    Finished,
    /// Nobody did: it was forgotten.
    ByItself,
}

/// A phones-down session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Presence {
    /// Its id.
    pub id: PresenceId,
    /// What is logged when it ends.
    pub ritual: RitualId,
    /// Who began it.
    pub starter: AccountId,
    /// Whether both sit there. Alone, nobody else knows of it.
    pub together: bool,
    /// How long it is meant to last.
    pub minutes: PlannedMinutes,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended; while it runs, when it will end by itself.
    pub ends_at: DateTime<Utc>,
    /// How it ended, once it did.
    pub ended: Option<Ended>,
}

impl Presence {
    /// A session of somebody who takes part in the ritual, and for whom it is `today`.
    pub fn begin(
        id: PresenceId,
        ritual: &Ritual,
        starter: AccountId,
        together: bool,
        minutes: PlannedMinutes,
        today: Date,
        now: DateTime<Utc>,
    ) -> Result<Presence, Refusal> {
        if !ritual.has_yes_of(starter) {
            return Err(Refusal::NotTakingPart);
        }
        if today < ritual.starts_on() {
            return Err(Refusal::RitualToCome);
        }
        Ok(Presence {
            id,
            ritual: ritual.id,
            starter,
            together,
            minutes,
            started_at: now,
            ends_at: now + minutes.longest(),
            ended: None,
        })
    }

    /// How it stands at `now`. A forgotten one has ended by itself, whether or not anybody noticed yet.
    pub fn at(mut self, now: DateTime<Utc>) -> Presence {
        if self.ended.is_none() && self.ends_at <= now {
            self.ended = Some(Ended::ByItself);
        }
        self
    }

    /// The same session, ended by somebody at `now` if it did not end before.
    pub fn finish(self, now: DateTime<Utc>) -> Presence {
        let mut presence = self.at(now);
        if presence.ended.is_none() {
            // A clock that was set back takes nobody's minutes.
            presence.ends_at = now.max(presence.started_at);
            presence.ended = Some(Ended::Finished);
        }
        presence
    }

    /// Whether it goes on.
    pub fn is_running(&self) -> bool {
        self.ended.is_none()
    }

    /// The whole minutes that it has lasted at `now`.
    pub fn kept(&self, now: DateTime<Utc>) -> Minutes {
        let until = match self.ended {
            None => now.min(self.ends_at),
            Some(_) => self.ends_at,
        };
        let minutes = (until - self.started_at).num_minutes();
        Minutes::clamped(minutes)
    }

    /// Whether this member of the couple sits there.
    pub fn is_of(&self, member: AccountId) -> bool {
        self.together || self.starter == member
    }
}

/// The one to show somebody of all the sessions they sit in, their own first: a running one, or else the one
/// that ended by itself last.
pub fn to_show(all: impl IntoIterator<Item = Presence>, now: DateTime<Utc>) -> Option<Presence> {
    let all: Vec<Presence> = all.into_iter().map(|one| one.at(now)).collect();
    let forgotten = all.iter().filter(|one| one.ended == Some(Ended::ByItself));
    let running = all.iter().find(|one| one.is_running());
    running
        .or_else(|| forgotten.max_by_key(|one| one.ends_at))
        .cloned()
}
