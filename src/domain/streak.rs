//! The fold: judged periods in, streak and strength out.
//!
//! Reading a streak must cost the same after ten years as after a week. So the fold is stored up to
//! the last **settled** period, one that no time zone can reopen, as a [`Checkpoint`]; a read
//! folds only what came after. A stored checkpoint always equals a fold from scratch.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::cadence::{Cadence, Period, Unit};
use super::couple::Todays;
use super::day::Date;
use super::ritual::Forgiveness;
use super::story::{State, Story, Verdict};

/// What a couple sees of a ritual's history.
#[derive(Debug, Clone, PartialEq)]
pub struct Streak {
    /// Periods kept in a row, lapses forgiven; nothing while the cadence is `anytime`.
    pub current: Option<u32>,
    /// What `current` counts.
    pub unit: Option<Unit>,
    /// The first date of the streak.
    pub since: Option<Date>,
    /// The longest there ever was.
    pub best: u32,
    /// Everything ever kept: periods, and dates logged while the cadence was `anytime`.
    pub total_kept: u32,
    /// How firm the habit is, 0 to 1, in thousandths.
    pub strength: Option<f64>,
}

/// Kept periods in a row.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Run {
    count: u32,
    /// The first date of the first of them.
    since: Option<Date>,
    /// Their common unit.
    unit: Option<Unit>,
}

impl Run {
    fn extend(&mut self, period: &Period<'_>) {
        let unit = period.cadence.unit();
        if self.count == 0 {
            self.since = Some(period.first);
            self.unit = unit;
        } else if self.unit != unit {
            self.unit = Some(Unit::Period);
        }
        self.count += 1;
    }
}

/// The running state of the fold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Fold {
    /// The streak.
    run: Run,
    /// What was kept since the last lapse: the whole streak while it had none.
    clear: Run,
    best: u32,
    kept: u32,
    /// Dates logged in `anytime` revisions.
    free: u32,
    strength: f64,
}

impl Fold {
    /// Takes in one period.
    pub(super) fn take(
        &mut self,
        period: &Period<'_>,
        verdict: Verdict,
        forgiveness: Forgiveness,
    ) -> State {
        match verdict {
            Verdict::Open => State::Open,
            Verdict::Excused => State::Excused,
            Verdict::Kept => {
                self.keep(period);
                State::Kept
            }
            Verdict::Lapse(credit) => self.lapse(period, credit, forgiveness),
        }
    }

    fn keep(&mut self, period: &Period<'_>) {
        self.run.extend(period);
        self.clear.extend(period);
        self.kept += 1;
        self.best = self.best.max(self.run.count);
        self.remember(period, 1.0);
    }

    /// One lapse never ends a streak, two in a row do. When lapses come too close together, the streak
    /// counts from after the lapse before.
    fn lapse(&mut self, period: &Period<'_>, credit: f64, forgiveness: Forgiveness) -> State {
        self.remember(period, credit);
        let clear = std::mem::take(&mut self.clear);
        if forgiveness == Forgiveness::Off || clear.count == 0 {
            self.run = Run::default();
            return State::Missed;
        }
        if clear.count < enough_between_lapses(period.cadence) {
            self.run = clear;
        }
        State::Forgiven
    }

    /// Moves the strength towards what was done, 0 to 1.
    fn remember(&mut self, period: &Period<'_>, done: f64) {
        let memory = memory(period.cadence);
        self.strength = self.strength * memory + done * (1.0 - memory);
    }

    /// How firm the habit is, 0 to 1, in thousandths.
    pub(super) fn strength(&self) -> f64 {
        (self.strength * 1000.0 + 0.5).floor() / 1000.0
    }

    /// Takes in dates logged while the cadence was `anytime`.
    pub(super) fn take_free(&mut self, dates: u32) {
        self.free += dates;
    }

    /// The streak, for a ritual whose cadence now counts in `unit`.
    pub(super) fn tell(self, unit: Option<Unit>) -> Streak {
        Streak {
            current: unit.map(|_| self.run.count),
            unit: unit.map(|unit| self.run.unit.unwrap_or(unit)),
            since: unit.and(self.run.since),
            best: self.best,
            total_kept: self.kept + self.free,
            strength: unit.map(|_| self.strength()),
        }
    }
}

/// How much of the strength one period leaves: perfect keeping reaches one half after 13 days of a
/// daily ritual, after four weeks of a weekly one.
pub(super) fn memory(cadence: &Cadence) -> f64 {
    let weight = (f64::from(cadence.target()) * cadence.length()).sqrt();
    0.5_f64.powf(weight / 13.0)
}

/// How many kept periods between two lapses leave the streak whole.
fn enough_between_lapses(cadence: &Cadence) -> u32 {
    if cadence.length() < 7.0 { 6 } else { 3 }
}

/// The fold over all settled periods, stored beside the ritual.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Checkpoint {
    /// The first date that is not in it yet: a read folds from here.
    pub next: Date,
    pub(super) fold: Fold,
}

impl Checkpoint {
    /// Nothing folded yet: the next period is the first one at or after `next`.
    pub fn empty(next: Date) -> Checkpoint {
        Checkpoint {
            next,
            fold: Fold::default(),
        }
    }

    /// A fold of the whole story up to the last settled period.
    pub fn from_scratch(story: &Story<'_>, settled_before: Date) -> Checkpoint {
        let mut checkpoint = Checkpoint::empty(story.revisions[0].from);
        checkpoint.advance(story, settled_before);
        checkpoint
    }

    /// Folds in what has settled since. The story's ledger needs to hold only the logs from
    /// [`Checkpoint::next`] on.
    pub fn advance(&mut self, story: &Story<'_>, settled_before: Date) {
        // A period that holds the boundary is not settled: it stays outside, whole.
        let straddling = story.timeline().period_at(settled_before);
        let next = straddling.map_or(settled_before, |period| period.first);
        if next <= self.next {
            return;
        }
        let todays = Todays {
            earliest: settled_before,
            latest: settled_before,
        };
        for period in story.timeline().periods(self.next, next.previous()) {
            self.fold
                .take(&period, story.verdict(&period, todays), story.forgiveness);
        }
        self.fold.take_free(story.free_dates(self.next, next));
        self.next = next;
    }
}

/// Periods that end before this date are settled: no zone and no `day_start` can reopen them.
pub fn settled_before(now: DateTime<Utc>) -> Date {
    Date::of_utc(now - TimeDelta::hours(24))
}
