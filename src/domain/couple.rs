//! Two people, and what time it is for them.

use chrono::{DateTime, TimeDelta, Utc};

use super::cadence::WeekStart;
use super::day::{Date, DayStart, Zone};
use super::occasion::Watch;
use super::refusal::Refusal;
use super::text::{CoupleName, Email, Name};
use crate::ids::{AccountId, CoupleId};

/// How long an invitation can be accepted.
pub const INVITATION_LIFETIME: TimeDelta = TimeDelta::hours(24);

/// How long an accepted invitation waits to be confirmed.
pub const CONFIRMATION_TIME: TimeDelta = TimeDelta::days(7);

/// Where somebody stands in a couple.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// One of the two.
    Active,
    /// Accepted an invitation; the inviter has not confirmed them yet. They can read nothing.
    Awaiting {
        /// When the acceptance lapses, unless confirmed before.
        lapses_at: DateTime<Utc>,
    },
}

/// One person in a couple.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Their account.
    pub id: AccountId,
    /// What they are called; in a closed couple, what they were called when it closed.
    pub name: Name,
    /// Shown only while they wait to be confirmed, and only to the inviter.
    pub email: Email,
    /// Where they live.
    pub zone: Zone,
    /// Whether the partner may see the zone.
    pub shares_zone: bool,
    /// Where they stand.
    pub standing: Standing,
}

/// A couple's space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Couple {
    /// Its id.
    pub id: CoupleId,
    /// What they call themselves.
    pub name: Option<CoupleName>,
    /// When their day begins.
    pub day_start: DayStart,
    /// When their week begins.
    pub week_start: WeekStart,
    /// Since when they are together.
    pub together_since: Option<Date>,
    /// Whether one of the two has left: then it is closed for both, for ever.
    pub closed: bool,
    /// One or two people, the founder first.
    pub members: Vec<Member>,
}

/// The dates it is today for the members of a couple. All of them judge time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Todays {
    /// Where the day began last.
    pub earliest: Date,
    /// Where the day began first.
    pub latest: Date,
}

impl Couple {
    /// The couple that somebody has a seat in, once they are confirmed there.
    pub fn confirmed(found: Option<Couple>, me: AccountId) -> Result<Couple, Refusal> {
        found
            .filter(|couple| couple.active().any(|member| member.id == me))
            .ok_or(Refusal::NoCouple)
    }

    /// The confirmed members.
    pub fn active(&self) -> impl Iterator<Item = &Member> {
        self.members
            .iter()
            .filter(|member| member.standing == Standing::Active)
    }

    /// Whoever waits to be confirmed.
    pub fn awaiting(&self) -> Option<&Member> {
        self.members
            .iter()
            .find(|member| member.standing != Standing::Active)
    }

    /// The member with this id.
    pub fn member(&self, id: AccountId) -> Option<&Member> {
        self.members.iter().find(|member| member.id == id)
    }

    /// The confirmed other one.
    pub fn partner_of(&self, me: AccountId) -> Option<&Member> {
        self.active().find(|member| member.id != me)
    }

    /// The date it is for this member.
    pub fn today(&self, member: &Member, now: DateTime<Utc>) -> Date {
        member.zone.today(now, self.day_start)
    }

    /// How this member tells the time.
    pub fn watch(&self, member: &Member) -> Watch {
        Watch {
            zone: member.zone.clone(),
            day_start: self.day_start,
        }
    }

    /// The dates it is for the confirmed members.
    pub fn todays(&self, now: DateTime<Utc>) -> Todays {
        let dates = || self.active().map(|member| self.today(member, now));
        let fallback = Date::of_utc(now);
        Todays {
            earliest: dates().min().unwrap_or(fallback),
            latest: dates().max().unwrap_or(fallback),
        }
    }

    /// When time alone changes something here: a day begins for one of them, or a wait is over.
    pub fn unchanged_until(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let changes = self.members.iter().map(|member| {
            let tomorrow = self.today(member, now).next();
            let day = member.zone.start(tomorrow, self.day_start);
            match member.standing {
                Standing::Active => day,
                Standing::Awaiting { lapses_at } => day.min(lapses_at),
            }
        });
        changes.min().unwrap_or(now)
    }

    /// Whether there is a seat for another.
    pub fn invite(&self) -> Result<(), Refusal> {
        if self.members.len() > 1 {
            return Err(Refusal::CoupleFull);
        }
        Ok(())
    }
}
