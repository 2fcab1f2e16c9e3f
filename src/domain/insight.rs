//! Looking back: what was kept of what was expected, how firm it was, how often and how long, by ritual, practice
//! and week.
//!
//! A period counts on its last date; kept before that, on today's. What is open or excused does not count. So
//! nothing here is a list of misses, and nothing tells one of the two of the other.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::cadence::WeekStart;
use super::day::Date;
use super::ledger::Ledger;
use super::practice::Practice;
use super::rest::{Rest, RestDates};
use super::ritual::Ritual;
use super::streak::Streak;
use super::year::Day;
use crate::ids::RitualId;

/// The stretch of dates that is looked at, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first date.
    pub first: Date,
    /// The last date.
    pub last: Date,
}

impl Range {
    /// Whether it holds this date.
    pub fn holds(self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }

    /// The dates of which a ritual's days must be known to look back on it: those of the periods at both ends,
    /// and those that its strength remembers. Of one that was put away all the time no strength is told.
    pub fn known(self, ritual: &Ritual, rests: &[Rest]) -> Range {
        let at = |date| ritual.timeline().period_at(date);
        let first = at(self.first).map_or(self.first, |period| period.first);
        let last = at(self.last).map_or(self.last, |period| period.last);
        let archived = |rest: &Rest| rest.archived(ritual.id, self.first, self.last);
        if rests.iter().any(archived) {
            return Range { first, last };
        }
        let (rests, nothing) = (RestDates::of(ritual.id, rests), Ledger::default());
        let story = ritual.story(&rests, &nothing);
        Range {
            first: story.remembered_since(first),
            last,
        }
    }

    /// The dates of all these ranges and those between them.
    pub fn around(ranges: impl IntoIterator<Item = Range>) -> Option<Range> {
        ranges.into_iter().reduce(|one, other| Range {
            first: one.first.min(other.first),
            last: one.last.max(other.last),
        })
    }

    /// The week that holds `date`.
    pub fn week(date: Date, start: WeekStart) -> Range {
        let first = start.week_of(date);
        Range {
            first,
            last: first.plus(6),
        }
    }
}

/// What something came to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sum {
    /// Periods that were kept.
    pub kept: u32,
    /// Periods in which something was expected, or that were kept all the same.
    pub expected: u32,
    /// Dates on which somebody logged, each ritual's by itself.
    pub times: u32,
    /// For how many minutes.
    pub minutes: u32,
}

impl Sum {
    /// A day on which somebody logged.
    pub(super) fn of_day(day: &Day) -> Sum {
        Sum {
            times: 1,
            minutes: day.minutes.map_or(0, |minutes| i64::from(minutes) as u32),
            ..Sum::default()
        }
    }

    /// A period that was kept, or lapsed.
    pub(super) fn of_period(kept: bool) -> Sum {
        Sum {
            kept: u32::from(kept),
            expected: 1,
            ..Sum::default()
        }
    }
}

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Sum) {
        self.kept += other.kept;
        self.expected += other.expected;
        self.times += other.times;
        self.minutes += other.minutes;
    }
}

/// The mean of some strengths.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Mean {
    sum: f64,
    count: u32,
}

impl Mean {
    /// The mean in thousandths, if it is one of anything.
    pub fn strength(self) -> Option<f64> {
        let mean = self.sum / f64::from(self.count);
        (self.count > 0).then(|| (mean * 1000.0).round() / 1000.0)
    }
}

impl AddAssign<f64> for Mean {
    fn add_assign(&mut self, strength: f64) {
        self.sum += strength;
        self.count += 1;
    }
}

impl FromIterator<f64> for Mean {
    fn from_iter<I: IntoIterator<Item = f64>>(strengths: I) -> Mean {
        let mut mean = Mean::default();
        strengths.into_iter().for_each(|one| mean += one);
        mean
    }
}

/// What a ritual came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// Which.
    pub ritual: RitualId,
    /// In the range.
    pub sum: Sum,
    /// As it stands now.
    pub streak: Streak,
}

/// What a week came to.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Week {
    /// Its first date.
    pub first: Date,
    /// What all rituals came to.
    pub sum: Sum,
    /// How firm they were at its end.
    pub strength: Mean,
}

impl Week {
    /// Its last date.
    pub fn last(&self) -> Date {
        self.first.plus(6)
    }
}

/// A cell of the heat map: a date on which something was done.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cell {
    /// How many rituals somebody logged.
    pub rituals: u32,
    /// For how many minutes.
    pub minutes: u32,
}

/// Everything that a look back shows.
#[derive(Debug, PartialEq)]
pub struct Insights {
    /// By ritual, in the order in which they were given.
    pub rituals: Vec<Part>,
    /// By practice.
    pub practices: BTreeMap<Practice, Sum>,
    /// Every week that the range touches.
    pub weeks: Vec<Week>,
    /// Every date of the range: on most of them nothing may have been done.
    cells: Vec<Cell>,
    range: Range,
}

impl Insights {
    /// Nothing yet, in each week and on each date of this range.
    pub(super) fn over(range: Range, week_start: WeekStart) -> Insights {
        let mut weeks = Vec::new();
        let mut first = week_start.week_of(range.first);
        while first <= range.last && first < Date::MAX {
            weeks.push(Week {
                first,
                sum: Sum::default(),
                strength: Mean::default(),
            });
            first = first.plus(7);
        }
        Insights {
            rituals: Vec::new(),
            practices: BTreeMap::new(),
            weeks,
            cells: vec![Cell::default(); 1 + range.last.days_since(range.first) as usize],
            range,
        }
    }

    /// Adds something to the week of its date.
    pub(super) fn add_to_week(&mut self, date: Date, sum: Sum) {
        let after = self.weeks.partition_point(|week| week.first <= date);
        if let Some(week) = self.weeks[..after].last_mut() {
            week.sum += sum;
        }
    }

    /// Adds a ritual's day to the cell of its date.
    pub(super) fn add_to_cell(&mut self, date: Date, sum: Sum) {
        let index = date.days_since(self.range.first) as usize;
        if let Some(cell) = self.cells.get_mut(index) {
            cell.rituals += 1;
            cell.minutes += sum.minutes;
        }
    }

    /// The dates on which something was done, in their order.
    pub fn cells(&self) -> impl Iterator<Item = (Date, Cell)> {
        let cells = self.cells.iter().zip(0..);
        let done = cells.filter(|(cell, _)| cell.rituals > 0);
        done.map(|(cell, index)| (self.range.first.plus(index), *cell))
    }
}
