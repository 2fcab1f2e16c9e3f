//! Who takes part in a ritual, and since when. A ritual is ours only when both have said yes.

use serde::{Deserialize, Serialize};

use super::day::Date;
use crate::ids::AccountId;

/// What a member last said to a ritual.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Answer {
    /// Yes, and it stands.
    Yes,
    /// No, after a yes.
    Withdrawn,
    /// No, without ever a yes: the proposal is hidden from this member.
    Declined,
}

/// A stretch of dates in which a member takes part.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interval {
    /// The first date.
    pub since: Date,
    /// The last date; none while it goes on.
    pub until: Option<Date>,
    /// The member's today when they said yes; none for the proposer, who takes part from the start.
    pub agreed_on: Option<Date>,
}

/// One member's part in a ritual.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Participant {
    /// Who.
    pub member: AccountId,
    /// What they last said.
    pub answer: Answer,
    /// When they take part, oldest first.
    pub intervals: Vec<Interval>,
}

impl Participant {
    /// Whoever proposes a ritual takes part from its first date.
    pub fn proposer(member: AccountId, starts_on: Date) -> Participant {
        let from_the_start = Interval {
            since: starts_on,
            until: None,
            agreed_on: None,
        };
        Participant {
            member,
            answer: Answer::Yes,
            intervals: vec![from_the_start],
        }
    }

    /// A member who says no before ever having said yes.
    pub fn decliner(member: AccountId) -> Participant {
        Participant {
            member,
            answer: Answer::Declined,
            intervals: Vec::new(),
        }
    }

    /// A part as a document tells it. A yes stands while the last interval has no end; no other has none.
    pub fn told(member: AccountId, intervals: Vec<Interval>) -> Result<Participant, &'static str> {
        let backwards = |it: &Interval| it.until.is_some_and(|until| until < it.since);
        if intervals.iter().any(backwards) {
            return Err("must not end before it begins");
        }
        if intervals.iter().rev().skip(1).any(|it| it.until.is_none()) {
            return Err("can be without an end only where it is the last");
        }
        let stands = intervals.last().is_some_and(|it| it.until.is_none());
        let answer = match stands {
            true => Answer::Yes,
            false => Answer::Withdrawn,
        };
        Ok(Participant {
            member,
            answer,
            intervals,
        })
    }

    /// Whether they take part on this date.
    pub fn takes_part(&self, date: Date) -> bool {
        self.intervals.iter().any(|interval| {
            interval.since <= date && interval.until.is_none_or(|until| date <= until)
        })
    }

    /// Since when their standing yes counts.
    pub fn since(&self) -> Option<Date> {
        let newest = self.intervals.last()?;
        (self.answer == Answer::Yes).then_some(newest.since)
    }

    /// Says yes on `today`. Agreeing never un-keeps anything: where the latest kept period ends on or
    /// after the date from which they would take part, they take part from the day after it.
    pub fn agree(&mut self, starts_on: Date, today: Date, kept_until: Option<Date>) {
        let earliest = starts_on.max(today);
        self.answer = Answer::Yes;
        self.intervals.push(Interval {
            since: kept_until.map_or(earliest, |last| earliest.max(last.next())),
            until: None,
            agreed_on: Some(today),
        });
    }

    /// Takes the yes back on `today`; without a yes, nothing changes. Withdrawing never un-keeps
    /// anything: they take part to the end of the latest kept period.
    pub fn withdraw(&mut self, today: Date, kept_until: Option<Date>) {
        if self.answer != Answer::Yes {
            return;
        }
        let yesterday = today.previous();
        let until = kept_until.map_or(yesterday, |last| last.max(yesterday));
        self.answer = Answer::Withdrawn;
        if let Some(newest) = self.intervals.last_mut() {
            newest.until = Some(until);
            if until < newest.since {
                self.intervals.pop();
            }
        }
    }

    /// Follows a corrected `starts_on`, which only a ritual without logs can have.
    pub fn follow_start(&mut self, starts_on: Date) {
        for interval in &mut self.intervals {
            interval.since = interval
                .agreed_on
                .map_or(starts_on, |agreed| agreed.max(starts_on));
        }
        self.intervals
            .retain(|interval| interval.until.is_none_or(|until| until >= interval.since));
    }
}
