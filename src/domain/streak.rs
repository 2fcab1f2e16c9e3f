//! The fold: periods in, streak and strength out.
//!
//! Reading a streak must cost the same after ten years as after a week. So the fold is stored up to
//! the last **settled** period, one that no time zone can reopen, as a [`Checkpoint`]; a read
//! folds only what came after. A stored checkpoint always equals a fold from scratch.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::agreement::Participant;
use super::cadence::{Cadence, Period, Revision, Timeline, Unit};
use super::couple::Todays;
use super::day::Date;
use super::rest::Span;
use super::ritual::{Forgiveness, Rule};
use crate::ids::AccountId;

/// Who logged on which date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger(BTreeMap<Date, BTreeSet<AccountId>>);

impl Ledger {
    /// Notes that `member` logged on `date`.
    pub fn add(&mut self, member: AccountId, date: Date) {
        self.0.entry(date).or_default().insert(member);
    }

    /// Forgets that `member` logged on `date`.
    pub fn remove(&mut self, member: AccountId, date: Date) {
        if let Some(members) = self.0.get_mut(&date) {
            members.remove(&member);
            if members.is_empty() {
                self.0.remove(&date);
            }
        }
    }

    /// How many distinct dates from `first` to `last` hold a log by anybody.
    pub fn dates(&self, first: Date, last: Date) -> usize {
        if first > last {
            return 0;
        }
        self.0.range(first..=last).count()
    }

    /// On how many distinct dates from `first` to `last` this member logged.
    pub fn credit(&self, member: AccountId, first: Date, last: Date) -> usize {
        if first > last {
            return 0;
        }
        self.0
            .range(first..=last)
            .filter(|(_, members)| members.contains(&member))
            .count()
    }

    /// The latest date with a log.
    pub fn latest(&self) -> Option<Date> {
        self.0.keys().next_back().copied()
    }
}

impl FromIterator<(AccountId, Date)> for Ledger {
    fn from_iter<I: IntoIterator<Item = (AccountId, Date)>>(logs: I) -> Ledger {
        let mut ledger = Ledger::default();
        for (member, date) in logs {
            ledger.add(member, date);
        }
        ledger
    }
}

/// Whether a period that has begun was kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// The rule is met, at once, even while the period is open.
    Kept,
    /// Not over for both yet.
    Open,
    /// It overlaps a rest, is short, or nobody was expected.
    Excused,
    /// A lapse that the streak survives.
    Forgiven,
    /// A lapse that ends the streak.
    Missed,
}

/// All that decides about a ritual's periods.
#[derive(Debug, Clone, Copy)]
pub struct Story<'a> {
    /// Who must log.
    pub rule: Rule,
    /// Whether a single lapse is forgiven.
    pub forgiveness: Forgiveness,
    /// The cadence through time.
    pub revisions: &'a [Revision],
    /// Who takes part, and when.
    pub participants: &'a [Participant],
    /// The rests of this ritual and of the couple.
    pub rests: &'a [Span],
    /// Who logged when.
    pub ledger: &'a Ledger,
}

/// What a period came to, before forgiveness has its say.
enum Verdict {
    Kept,
    Open,
    Excused,
    /// How much of the target was reached, 0 to 1.
    Lapse(f64),
}

impl<'a> Story<'a> {
    /// The ritual's cadence through time.
    pub fn timeline(&self) -> Timeline<'a> {
        Timeline(self.revisions)
    }

    /// The members who take part on the period's first and on its last date.
    fn expected(&self, period: &Period<'_>) -> impl Iterator<Item = AccountId> {
        self.participants.iter().filter_map(move |participant| {
            let whole = participant.takes_part(period.first) && participant.takes_part(period.last);
            whole.then_some(participant.member)
        })
    }

    /// Whether the period has begun: its first date is today for somebody, or it holds a log.
    fn has_begun(&self, period: &Period<'_>, todays: Todays) -> bool {
        period.first <= todays.latest || self.ledger.dates(period.first, period.last) > 0
    }

    /// The last date worth looking at: nothing after it has begun.
    fn horizon(&self, todays: Todays) -> Date {
        self.ledger
            .latest()
            .map_or(todays.latest, |log| log.max(todays.latest))
    }

    fn is_kept(&self, period: &Period<'_>) -> bool {
        let target = usize::from(period.cadence.target());
        match self.rule {
            Rule::Either => self.ledger.dates(period.first, period.last) >= target,
            Rule::Both => {
                let mut expected = self.expected(period).peekable();
                expected.peek().is_some()
                    && expected.all(|member| {
                        self.ledger.credit(member, period.first, period.last) >= target
                    })
            }
        }
    }

    fn verdict(&self, period: &Period<'_>, todays: Todays) -> Verdict {
        let rests = || {
            self.rests
                .iter()
                .any(|rest| rest.overlaps(period.first, period.last))
        };
        if self.is_kept(period) {
            Verdict::Kept
        } else if period.last >= todays.earliest {
            Verdict::Open
        } else if period.short || rests() || self.expected(period).next().is_none() {
            Verdict::Excused
        } else {
            Verdict::Lapse(self.partial_credit(period))
        }
    }

    /// How much of a lapsed period's target was reached, 0 to 1.
    fn partial_credit(&self, period: &Period<'_>) -> f64 {
        let target = f64::from(period.cadence.target());
        let part = |dates: usize| (dates as f64 / target).min(1.0);
        match self.rule {
            Rule::Either => part(self.ledger.dates(period.first, period.last)),
            Rule::Both => {
                let parts: Vec<f64> = self
                    .expected(period)
                    .map(|member| part(self.ledger.credit(member, period.first, period.last)))
                    .collect();
                parts.iter().sum::<f64>() / parts.len() as f64
            }
        }
    }

    /// The begun periods from the checkpoint on, each with its state, and the fold at their end.
    fn unfold(&self, checkpoint: &Checkpoint, todays: Todays) -> (Fold, Vec<(Period<'a>, State)>) {
        let mut fold = checkpoint.fold.clone();
        let periods = self
            .timeline()
            .periods(checkpoint.next, self.horizon(todays))
            .filter(|period| self.has_begun(period, todays))
            .map(|period| {
                let state = fold.take(&period, self.verdict(&period, todays), self.forgiveness);
                (period, state)
            })
            .collect();
        (fold, periods)
    }

    /// The begun periods from the checkpoint on, oldest first.
    pub fn periods(&self, checkpoint: &Checkpoint, todays: Todays) -> Vec<(Period<'a>, State)> {
        self.unfold(checkpoint, todays).1
    }

    /// How many distinct dates in `anytime` revisions, from `from` to before `before`, hold a log.
    fn free_dates(&self, from: Date, before: Date) -> u32 {
        let ends = self.revisions.iter().skip(1).map(|next| next.from);
        let ends = ends.chain([before]);
        self.revisions
            .iter()
            .zip(ends)
            .filter(|(revision, _)| revision.cadence == Cadence::Anytime)
            .map(|(revision, end)| {
                let last = end.min(before).previous();
                self.ledger.dates(revision.from.max(from), last) as u32
            })
            .sum()
    }

    /// Whether a revision's time has come: its first date is today for somebody, or it holds a log.
    pub fn revision_has_begun(&self, revision: &Revision, todays: Todays) -> bool {
        let last = self
            .timeline()
            .at(revision.from)
            .map_or(Date::MAX, |(_, last)| last);
        revision.from <= todays.latest || self.ledger.dates(revision.from, last) > 0
    }

    /// The newest begun revision; before any has begun, the first.
    pub fn current_revision(&self, todays: Todays) -> &'a Revision {
        self.revisions
            .iter()
            .rev()
            .find(|revision| self.revision_has_begun(revision, todays))
            .unwrap_or(&self.revisions[0])
    }

    /// The streak now.
    pub fn streak(&self, checkpoint: &Checkpoint, todays: Todays) -> Streak {
        let (fold, _) = self.unfold(checkpoint, todays);
        let free = self.free_dates(checkpoint.next, Date::MAX);
        let unit = self.current_revision(todays).cadence.unit();
        let counted = |value| unit.is_some().then_some(value);
        Streak {
            current: counted(fold.run),
            unit: if fold.run > 0 {
                unit.and(fold.run_unit)
            } else {
                unit
            },
            since: unit.and(fold.since),
            best: fold.best,
            total_kept: fold.kept + fold.free + free,
            strength: unit.map(|_| (fold.strength * 1000.0 + 0.5).floor() / 1000.0),
        }
    }
}

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

/// The running state of the fold.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
struct Fold {
    run: u32,
    run_unit: Option<Unit>,
    since: Option<Date>,
    best: u32,
    kept: u32,
    /// Dates logged in `anytime` revisions.
    free: u32,
    /// Kept periods since the last lapse.
    clear: u32,
    clear_unit: Option<Unit>,
    since_lapse: Option<Date>,
    /// Whether this run has been forgiven before.
    lapsed: bool,
    strength: f64,
}

impl Fold {
    /// Takes in one period.
    fn take(&mut self, period: &Period<'_>, verdict: Verdict, forgiveness: Forgiveness) -> State {
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
        let unit = period.cadence.unit();
        if self.run == 0 {
            self.since = Some(period.first);
            self.lapsed = false;
            self.run_unit = unit;
        }
        if self.clear == 0 {
            self.since_lapse = Some(period.first);
            self.clear_unit = unit;
        }
        let common = |so_far| {
            if so_far == unit {
                unit
            } else {
                Some(Unit::Period)
            }
        };
        self.run_unit = common(self.run_unit);
        self.clear_unit = common(self.clear_unit);
        self.run += 1;
        self.kept += 1;
        self.clear += 1;
        self.best = self.best.max(self.run);
        let memory = memory(period.cadence);
        self.strength = self.strength * memory + (1.0 - memory);
    }

    fn lapse(&mut self, period: &Period<'_>, credit: f64, forgiveness: Forgiveness) -> State {
        let memory = memory(period.cadence);
        self.strength = self.strength * memory + credit * (1.0 - memory);
        if forgiveness == Forgiveness::Gentle && self.clear >= 1 {
            if self.lapsed && self.clear < enough_between_lapses(period.cadence) {
                self.run = self.clear;
                self.run_unit = self.clear_unit;
                self.since = self.since_lapse;
            }
            self.lapsed = true;
            self.clear = 0;
            State::Forgiven
        } else {
            self.run = 0;
            self.clear = 0;
            self.since = None;
            self.lapsed = false;
            State::Missed
        }
    }
}

/// How much of the strength one period leaves: perfect keeping reaches one half after 13 days of a
/// daily ritual, after four weeks of a weekly one.
fn memory(cadence: &Cadence) -> f64 {
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
    fold: Fold,
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
        self.fold.free += story.free_dates(self.next, next);
        self.next = next;
    }
}

/// Periods that end before this date are settled: no zone and no `day_start` can reopen them.
pub fn settled_before(now: DateTime<Utc>) -> Date {
    Date::of_utc(now - TimeDelta::hours(24))
}
