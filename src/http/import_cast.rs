//! Who is who in an exported ritual, and what each did.

use chrono::{DateTime, Utc};

use super::error::Invalid;
use super::export_body::{ExportedInterval, MyLog, PartnerLog, Who};
use super::import_body::{Result, refuse};
use crate::domain::Refusal;
use crate::domain::agreement::{Interval, Participant};
use crate::domain::couple::{Couple, Member};
use crate::domain::day::{Date, DayStart};
use crate::domain::log::{Log, Visibility};
use crate::domain::ritual::Ritual;
use crate::domain::text::Written;
use crate::ids::{AccountId, RitualId};

/// Who is who in a ritual.
#[derive(Debug)]
pub struct Cast<'a> {
    /// The couple.
    pub couple: &'a Couple,
    /// Whose document it is.
    pub me: AccountId,
    /// Where the ritual stands in the document.
    pub at: &'a str,
}

impl Cast<'_> {
    /// Whom the word in this field means.
    fn member(&self, field: &str, who: Who) -> Result<&Member> {
        let member = match who {
            Who::Me => self.couple.member(self.me),
            Who::Partner => self.couple.partner_of(self.me),
        };
        let nobody = || {
            Invalid::body(
                &format!("{}/{field}", self.at),
                "means a partner: there is none",
            )
        };
        member.ok_or_else(nobody)
    }

    /// The account that the word in this field means.
    pub fn id(&self, field: &str, who: Who) -> Result<AccountId> {
        self.member(field, who).map(|member| member.id)
    }

    /// Words and who wrote them last, which the field `by_field` tells when there are any.
    pub fn written<T>(
        &self,
        by_field: &str,
        words: Option<T>,
        by: Option<Who>,
    ) -> Result<Option<Written<T>>> {
        match (words, by) {
            (None, None) => Ok(None),
            (Some(words), Some(by)) => {
                let by = self.id(by_field, by)?;
                Ok(Some(Written { words, by }))
            }
            _ => refuse(
                self.at,
                by_field,
                "must be there when there are words, and only then",
            ),
        }
    }

    /// Reads when one of the two takes part, if they ever said yes.
    pub fn part(
        &self,
        who: Who,
        field: &str,
        intervals: Option<Vec<ExportedInterval>>,
    ) -> Result<Option<Participant>> {
        let Some(intervals) = intervals else {
            return Ok(None);
        };
        let intervals = intervals.into_iter().map(Interval::from).collect();
        let part = Participant::told(self.id(field, who)?, intervals);
        part.map(Some).or_else(|why| refuse(self.at, field, why))
    }

    /// Reads the logs of one of the two, who must have said yes once.
    pub fn logs<L: ToldLog>(
        &self,
        field: &str,
        told: Vec<L>,
        ritual: &Ritual,
        now: DateTime<Utc>,
    ) -> Result<Vec<Log>> {
        if told.is_empty() {
            return Ok(Vec::new());
        }
        let member = self.member(field, L::WHOSE)?;
        if ritual.participant(member.id).is_none() {
            return refuse(self.at, field, "are of somebody who never took part");
        }
        let latest = Date::furthest_east(now);
        let mut after = None;
        let mut logs = Vec::with_capacity(told.len());
        for (index, told) in told.into_iter().enumerate() {
            let log = told.log(ritual.id, member, self.couple.day_start);
            let why = match log.date {
                date if date < ritual.starts_on() => Some(Refusal::DateBeforeStart.to_string()),
                date if date > latest => Some(Refusal::DateToCome.to_string()),
                date if after >= Some(date) => Some("must lie after the one before".to_owned()),
                _ => None,
            };
            if let Some(why) = why {
                return refuse(self.at, &format!("{field}/{index}/date"), why);
            }
            after = Some(log.date);
            logs.push(log);
        }
        Ok(logs)
    }
}

/// A log as the document tells it.
pub trait ToldLog {
    /// Whose it is.
    const WHOSE: Who;

    /// The log of this member, whose day begins at `day_start`.
    fn log(self, ritual: RitualId, member: &Member, day_start: DayStart) -> Log;
}

impl ToldLog for MyLog {
    const WHOSE: Who = Who::Me;

    fn log(self, ritual: RitualId, member: &Member, _: DayStart) -> Log {
        Log {
            ritual,
            member: member.id,
            date: self.date,
            minutes: self.minutes,
            note: self.note,
            mood: self.mood,
            visibility: self.visibility,
            logged_at: self.logged_at.0,
            zone: self.time_zone,
        }
    }
}

impl ToldLog for PartnerLog {
    const WHOSE: Who = Who::Partner;

    /// When and where it was written is not told: take it to be as the day began, at home.
    fn log(self, ritual: RitualId, member: &Member, day_start: DayStart) -> Log {
        Log {
            ritual,
            member: member.id,
            date: self.date,
            minutes: self.minutes,
            note: self.note,
            mood: self.mood,
            visibility: Visibility::Shared,
            logged_at: member.zone.start(self.date, day_start),
            zone: member.zone.clone(),
        }
    }
}
