//! Looking back: what was kept of what was expected, how often and how long, by ritual, practice and week.
//!
//! A period counts on its last date; kept before that, on today's. What is open or excused does not count. So
//! nothing here is a list of misses, and nothing tells one of the two of the other.

use std::collections::BTreeMap;
use std::ops::AddAssign;

use super::cadence::WeekStart;
use super::couple::{Couple, Todays};
use super::day::Date;
use super::ledger::Ledger;
use super::practice::Practice;
use super::rest::{Rest, RestDates};
use super::ritual::{Ritual, Rule};
use super::year::{Day, Year};
use crate::ids::RitualId;

/// The longest a period can be: what touches a stretch of dates begins at most so many days before it.
const LONGEST_PERIOD: i64 = 366;

/// The stretch of dates that is looked at, both ends inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Range {
    /// The first date.
    pub first: Date,
    /// The last date.
    pub last: Date,
}

impl Range {
    fn holds(&self, date: Date) -> bool {
        (self.first..=self.last).contains(&date)
    }

    /// The dates of which the days must be known to judge what ends within.
    pub fn with_periods(&self) -> Range {
        Range {
            first: self.first.plus(-LONGEST_PERIOD),
            last: self.last.plus(LONGEST_PERIOD),
        }
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

impl AddAssign for Sum {
    fn add_assign(&mut self, other: Sum) {
        self.kept += other.kept;
        self.expected += other.expected;
        self.times += other.times;
        self.minutes += other.minutes;
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
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Insights {
    /// By ritual, in the order in which they were given.
    pub rituals: Vec<(RitualId, Sum)>,
    /// By practice.
    pub practices: BTreeMap<Practice, Sum>,
    /// By week, by its first date; every week of the range is there.
    pub weeks: BTreeMap<Date, Sum>,
    /// The dates on which something was done.
    pub cells: BTreeMap<Date, Cell>,
}

/// What is looked at: rituals, and what was done.
#[derive(Debug)]
pub struct Past<'a> {
    /// Whose it is.
    pub couple: &'a Couple,
    /// The dates it is for them.
    pub todays: Todays,
    /// All their rests.
    pub rests: &'a [Rest],
    /// The days of each ritual.
    pub days: BTreeMap<RitualId, Vec<Day>>,
}

impl<'a> Past<'a> {
    /// The past that these years tell of, the earliest first.
    pub fn new(
        couple: &'a Couple,
        todays: Todays,
        rests: &'a [Rest],
        years: &[(RitualId, Year)],
    ) -> Past<'a> {
        let mut days: BTreeMap<RitualId, Vec<Day>> = BTreeMap::new();
        for (ritual, year) in years {
            days.entry(*ritual).or_default().extend(year.days());
        }
        Past {
            couple,
            todays,
            rests,
            days,
        }
    }

    /// The days of a ritual, in their order.
    pub fn days(&self, ritual: RitualId) -> &[Day] {
        self.days.get(&ritual).map_or(&[], Vec::as_slice)
    }

    /// Who logged a ritual when.
    pub fn ledger(&self, ritual: RitualId) -> Ledger {
        let members = self.couple.members.iter().enumerate();
        let days = self.days(ritual).iter();
        days.flat_map(|day| {
            let there = members.clone().filter(|(place, _)| day.seats.hold(*place));
            there.map(|(_, member)| (member.id, day.date))
        })
        .collect()
    }

    /// What these rituals came to in this range.
    pub fn insights(&self, rituals: &[Ritual], range: Range) -> Insights {
        let week_start = self.couple.week_start;
        let mut insights = Insights::default();
        let mut week = week_start.week_of(range.first);
        while week <= range.last && week < Date::MAX {
            insights.weeks.insert(week, Sum::default());
            week = week.plus(7);
        }
        for ritual in rituals {
            let mut sum = Sum::default();
            let mut add = |date: Date, part: Sum| {
                sum += part;
                *insights.weeks.entry(week_start.week_of(date)).or_default() += part;
            };
            for day in self
                .days(ritual.id)
                .iter()
                .filter(|day| range.holds(day.date))
            {
                let minutes = day.minutes.map_or(0, |minutes| i64::from(minutes) as u32);
                let part = Sum {
                    times: 1,
                    minutes,
                    ..Sum::default()
                };
                add(day.date, part);
                let cell = insights.cells.entry(day.date).or_default();
                cell.rituals += 1;
                cell.minutes += minutes;
            }
            for (last, kept) in self.judged(ritual, range) {
                let part = Sum {
                    kept: u32::from(kept),
                    expected: 1,
                    ..Sum::default()
                };
                add(last, part);
            }
            *insights.practices.entry(ritual.practice).or_default() += sum;
            insights.rituals.push((ritual.id, sum));
        }
        insights
    }

    /// The periods of a ritual that count in this range, by the date on which they do, and whether each was kept.
    fn judged(&self, ritual: &Ritual, range: Range) -> Vec<(Date, bool)> {
        let ledger = self.ledger(ritual.id);
        let rests = RestDates::of(ritual.id, self.rests);
        let story = ritual.story(&rests, &ledger);
        let periods = story.timeline().periods(range.first, range.last);
        periods
            .filter_map(|period| {
                let kept = story.outcome(&period, self.todays)?;
                // One that is kept before it is over counts now.
                let counts_on = period.last.min(self.todays.latest.max(period.first));
                Some((counts_on, kept))
            })
            .filter(|(date, _)| range.holds(*date))
            .collect()
    }

    /// On how many dates of this range a ritual was done as its rule says: by somebody, or by both.
    pub fn done(&self, ritual: &Ritual, range: Range) -> usize {
        let days = self.days(ritual.id).iter();
        let wanted = match ritual.rule {
            Rule::Either => 1,
            Rule::Both => self
                .couple
                .active()
                .filter(|one| ritual.has_yes_of(one.id))
                .count() as u32,
        };
        days.filter(|day| range.holds(day.date) && day.seats.count() >= wanted)
            .count()
    }
}
