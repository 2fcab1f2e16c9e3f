//! How often a ritual is meant to happen, and the periods that follow from it.

use serde::{Deserialize, Serialize};

use super::day::{Date, Weekday};
use super::whole::Whole;
use super::word::words;

/// How often a ritual is meant to happen.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", try_from = "CadenceFields")]
pub enum Cadence {
    /// Every date is a period of its own.
    Daily,
    /// Each date on one of these weekdays is a period.
    Weekdays {
        /// The days that count.
        days: WeekdaySet,
    },
    /// Each week is a period; it asks for this many dates, 1 to 7.
    Weekly {
        /// Dates asked for in a week.
        times: u8,
    },
    /// Each calendar month is a period; it asks for this many dates, 1 to 28.
    Monthly {
        /// Dates asked for in a month.
        times: u8,
    },
    /// Blocks of this many dates, 2 to 365, counted from the revision's first date.
    Every {
        /// Dates in a block.
        days: u16,
    },
    /// No periods: totals only, never due.
    Anytime,
}

/// A cadence as it is written, before it is known to be one.
#[derive(Deserialize)]
#[serde(
    deny_unknown_fields,
    expecting = "an object such as {\"kind\": \"daily\"}"
)]
struct CadenceFields {
    kind: CadenceKind,
    times: Option<Whole>,
    days: Option<DaysField>,
}

#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
enum CadenceKind {
    Daily,
    Weekdays,
    Weekly,
    Monthly,
    Every,
    Anytime,
}

words!(CadenceKind);

#[derive(Deserialize)]
#[serde(
    untagged,
    expecting = "days must be a list of weekdays such as [\"mon\", \"fri\"], or a number with kind every"
)]
enum DaysField {
    Set(Vec<Weekday>),
    Count(Whole),
}

impl TryFrom<CadenceFields> for Cadence {
    type Error = &'static str;

    fn try_from(fields: CadenceFields) -> Result<Cadence, Self::Error> {
        use CadenceKind as Kind;
        match (fields.kind, fields.times, fields.days) {
            (Kind::Daily, None, None) => Ok(Cadence::Daily),
            (Kind::Anytime, None, None) => Ok(Cadence::Anytime),
            (Kind::Weekly, Some(Whole(times @ 1..=7)), None) => {
                Ok(Cadence::Weekly { times: times as u8 })
            }
            (Kind::Monthly, Some(Whole(times @ 1..=28)), None) => {
                Ok(Cadence::Monthly { times: times as u8 })
            }
            (Kind::Every, None, Some(DaysField::Count(Whole(days @ 2..=365)))) => {
                Ok(Cadence::Every { days: days as u16 })
            }
            (Kind::Weekdays, None, Some(DaysField::Set(days))) => WeekdaySet::new(&days)
                .map(|days| Cadence::Weekdays { days })
                .ok_or("weekdays needs `days`: 1 to 7 different weekdays"),
            (Kind::Daily | Kind::Anytime, ..) => Err("this kind takes no other field"),
            (Kind::Weekly, ..) => Err("weekly needs `times`, 1 to 7, and nothing else"),
            (Kind::Monthly, ..) => Err("monthly needs `times`, 1 to 28, and nothing else"),
            (Kind::Every, ..) => {
                Err("every needs `days`, a number from 2 to 365, and nothing else")
            }
            (Kind::Weekdays, ..) => {
                Err("weekdays needs `days`, a list of weekdays, and nothing else")
            }
        }
    }
}

/// One to seven different weekdays, kept in ISO order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Weekday>")]
pub struct WeekdaySet(Vec<Weekday>);

impl TryFrom<Vec<Weekday>> for WeekdaySet {
    type Error = &'static str;

    fn try_from(days: Vec<Weekday>) -> Result<WeekdaySet, Self::Error> {
        WeekdaySet::new(&days).ok_or("must be 1 to 7 different weekdays")
    }
}

impl WeekdaySet {
    /// The set, or nothing when `days` is empty or names a day twice.
    pub fn new(days: &[Weekday]) -> Option<WeekdaySet> {
        let mut sorted = days.to_vec();
        sorted.sort_unstable();
        sorted.dedup();
        (!sorted.is_empty() && sorted.len() == days.len()).then_some(WeekdaySet(sorted))
    }

    /// The days, Monday first.
    pub fn days(&self) -> &[Weekday] {
        &self.0
    }
}

/// The day on which a couple's week begins.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum WeekStart {
    /// Monday, as in ISO 8601.
    #[default]
    Mon,
    /// Sunday.
    Sun,
    /// Saturday.
    Sat,
}

words!(WeekStart);

impl WeekStart {
    /// The first date of the week that holds `date`.
    pub fn week_of(self, date: Date) -> Date {
        let begins = match self {
            WeekStart::Mon => Weekday::Mon,
            WeekStart::Sun => Weekday::Sun,
            WeekStart::Sat => Weekday::Sat,
        };
        let into_week = (date.weekday() as i64 - begins as i64).rem_euclid(7);
        date.plus(-into_week)
    }
}

/// What a streak is counted in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unit {
    /// Days: daily and weekdays.
    Day,
    /// Weeks.
    Week,
    /// Calendar months.
    Month,
    /// Blocks of days, or a mixture of units.
    Period,
}

impl Cadence {
    /// What a streak of this cadence is counted in; nothing for `anytime`.
    pub fn unit(&self) -> Option<Unit> {
        match self {
            Cadence::Daily | Cadence::Weekdays { .. } => Some(Unit::Day),
            Cadence::Weekly { .. } => Some(Unit::Week),
            Cadence::Monthly { .. } => Some(Unit::Month),
            Cadence::Every { .. } => Some(Unit::Period),
            Cadence::Anytime => None,
        }
    }

    /// How many days one period stands for, as the fold weighs it.
    pub fn length(&self) -> f64 {
        match self {
            Cadence::Daily | Cadence::Anytime => 1.0,
            Cadence::Weekdays { days } => 7.0 / days.days().len() as f64,
            Cadence::Weekly { .. } => 7.0,
            Cadence::Monthly { .. } => 30.0,
            Cadence::Every { days } => f64::from(*days),
        }
    }

    /// How many dates a period asks for.
    pub fn target(&self) -> u8 {
        match self {
            Cadence::Weekly { times } | Cadence::Monthly { times } => *times,
            _ => 1,
        }
    }
}

/// A cadence and the date from which it holds, until the day before the next revision.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Revision {
    /// The first date it holds for.
    pub from: Date,
    /// How often.
    pub cadence: Cadence,
    /// The couple's week when this revision was made, so that changing it later re-judges nothing.
    pub week_start: WeekStart,
}

impl Revision {
    /// Whether both ask for the same: the week matters only to a weekly cadence.
    pub fn asks_the_same(&self, other: &Revision) -> bool {
        let weekly = matches!(self.cadence, Cadence::Weekly { .. });
        self.cadence == other.cadence && (!weekly || self.week_start == other.week_start)
    }

    /// The unclipped ends of the period that holds `date`, if one does.
    fn ends_around(&self, date: Date) -> Option<(Date, Date)> {
        match &self.cadence {
            Cadence::Daily => Some((date, date)),
            Cadence::Weekdays { days } => days
                .days()
                .contains(&date.weekday())
                .then_some((date, date)),
            Cadence::Weekly { .. } => {
                let first = self.week_start.week_of(date);
                Some((first, first.plus(6)))
            }
            Cadence::Monthly { .. } => Some((date.month_first(), date.month_last())),
            Cadence::Every { days } => {
                let days = i64::from(*days);
                let into_block = date.days_since(self.from).rem_euclid(days);
                let first = date.plus(-into_block);
                Some((first, first.plus(days - 1)))
            }
            Cadence::Anytime => None,
        }
    }
}

/// A stretch of dates in which a ritual is kept or not, clipped to its revision's dates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Period<'a> {
    /// Its first date.
    pub first: Date,
    /// Its last date.
    pub last: Date,
    /// Whether its revision clipped it. A short period is never a lapse.
    pub short: bool,
    /// What it asks for.
    pub cadence: &'a Cadence,
}

/// The revisions of one ritual, oldest first; there is at least one.
#[derive(Debug, Clone, Copy)]
pub struct Timeline<'a>(pub &'a [Revision]);

impl<'a> Timeline<'a> {
    /// Whether there is a revision, and each begins after the one before.
    pub fn is_in_order(self) -> bool {
        !self.0.is_empty() && self.0.is_sorted_by(|one, next| one.from < next.from)
    }

    /// The revision that holds on `date`, and the last date it holds for.
    pub fn at(self, date: Date) -> Option<(&'a Revision, Date)> {
        let after = self.0.partition_point(|revision| revision.from <= date);
        let revision = &self.0[after.checked_sub(1)?];
        let last = self
            .0
            .get(after)
            .map_or(Date::MAX, |next| next.from.previous());
        Some((revision, last))
    }

    /// The period that holds `date`, if one does.
    pub fn period_at(self, date: Date) -> Option<Period<'a>> {
        let (revision, last) = self.at(date)?;
        let (begins, ends) = revision.ends_around(date)?;
        Some(Period {
            first: begins.max(revision.from),
            last: ends.min(last),
            short: begins < revision.from || ends > last,
            cadence: &revision.cadence,
        })
    }

    /// The periods that hold `from` or come after it, oldest first, up to those that begin after `to`.
    pub fn periods(self, from: Date, to: Date) -> impl Iterator<Item = Period<'a>> {
        let start = self.0.first().map_or(from, |first| first.from.max(from));
        let mut cursor = Some(start);
        std::iter::from_fn(move || {
            while let Some(date) = cursor.filter(|date| *date <= to) {
                let period = self.period_at(date);
                let done_with = match (&period, self.at(date)) {
                    (Some(period), _) => period.last,
                    (None, Some((revision, last))) if revision.cadence == Cadence::Anytime => last,
                    (None, _) => date,
                };
                cursor = (done_with < Date::MAX).then(|| done_with.next());
                if period.is_some() {
                    return period;
                }
            }
            None
        })
    }
}
