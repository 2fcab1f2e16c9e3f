//! A ritual's story: all that decides about its periods, and how each is judged.

use serde::{Deserialize, Serialize};

use super::agreement::Participant;
use super::cadence::{Cadence, Period, Revision, Timeline};
use super::couple::Todays;
use super::day::Date;
use super::ledger::Ledger;
use super::rest::RestDates;
use super::ritual::{Forgiveness, Rule};
use super::streak::{Checkpoint, Fold, Streak, memory};
use crate::ids::AccountId;

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
    /// The dates on which it rests.
    pub rests: &'a RestDates,
    /// Who logged when.
    pub ledger: &'a Ledger,
}

/// How little of the strength is as good as nothing: it is told in thousandths.
const FORGOTTEN: f64 = 0.001;

/// A period that was kept or lapsed.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Outcome<'a> {
    /// The period.
    pub period: Period<'a>,
    /// Whether it was kept.
    pub kept: bool,
    /// How firm the habit was after it.
    pub strength: f64,
}

/// What a period came to, before forgiveness has its say.
pub(super) enum Verdict {
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

    pub(super) fn verdict(&self, period: &Period<'_>, todays: Todays) -> Verdict {
        if self.is_kept(period) {
            Verdict::Kept
        } else if period.last >= todays.earliest {
            Verdict::Open
        } else if self.is_excused(period) {
            Verdict::Excused
        } else {
            Verdict::Lapse(self.partial_credit(period))
        }
    }

    /// The periods that were kept or lapsed, oldest first, of those that hold `from` or begin after it, up to `to`.
    /// Their strength is told by somebody who knows of nothing before.
    pub fn outcomes(&self, from: Date, to: Date, todays: Todays) -> Vec<Outcome<'a>> {
        let mut fold = Fold::default();
        let periods = self.timeline().periods(from, to);
        periods
            .filter_map(|period| {
                let state = fold.take(&period, self.verdict(&period, todays), self.forgiveness);
                let counts = !matches!(state, State::Open | State::Excused);
                counts.then(|| Outcome {
                    period,
                    kept: state == State::Kept,
                    strength: fold.strength(),
                })
            })
            .collect()
    }

    /// The first date of which the strength on `date` still remembers something. What is excused whatever was
    /// logged takes nothing of it, so a long rest lies between.
    pub fn remembered_since(&self, date: Date) -> Date {
        let (mut since, mut cursor, mut left) = (date, date, 1.0);
        while left > FORGOTTEN && cursor > self.revisions[0].from {
            cursor = cursor.previous();
            let Some(period) = self.timeline().period_at(cursor) else {
                continue;
            };
            cursor = period.first;
            if !self.is_excused(&period) {
                since = period.first;
                left *= memory(period.cadence);
            }
        }
        since
    }

    fn is_excused(&self, period: &Period<'_>) -> bool {
        let rests = self.rests.touch(period.first, period.last);
        period.short || rests || self.expected(period).next().is_none()
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

    /// The last date worth folding: in a rest without end, what begins after the latest log is excused or open.
    fn counts_until(&self, todays: Todays) -> Date {
        let horizon = self.horizon(todays);
        match self.rests.endless_from() {
            Some(rest) => horizon.min(self.ledger.latest().map_or(rest, |log| log.max(rest))),
            None => horizon,
        }
    }

    /// The begun periods from the checkpoint on, up to those that begin after `until`, each with its state, and
    /// the fold at their end.
    fn unfold(
        &self,
        checkpoint: &Checkpoint,
        todays: Todays,
        until: Date,
    ) -> (Fold, Vec<(Period<'a>, State)>) {
        let mut fold = checkpoint.fold.clone();
        let periods = self
            .timeline()
            .periods(checkpoint.next, until)
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
        self.unfold(checkpoint, todays, self.horizon(todays)).1
    }

    /// The last date of whatever has begun: the last begun period, the later today, or the latest log.
    ///
    /// A log can lie ahead of every today, and outside of every period. It has begun its revision, which
    /// the next one must not come before; and if that is `anytime`, it counts by itself and must go on.
    pub(super) fn begun_until(&self, checkpoint: &Checkpoint, todays: Todays) -> Date {
        let horizon = self.horizon(todays);
        self.timeline()
            .periods(checkpoint.next, horizon)
            .filter(|period| self.has_begun(period, todays))
            .map(|period| period.last)
            .fold(horizon, Date::max)
    }

    /// How many distinct dates in `anytime` revisions, from `from` to before `before`, hold a log.
    pub(super) fn free_dates(&self, from: Date, before: Date) -> u32 {
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
        let (fold, _) = self.unfold(checkpoint, todays, self.counts_until(todays));
        self.finish(fold, checkpoint, todays)
    }

    /// The streak now, and the begun periods from the checkpoint on, oldest first: one fold for both.
    pub fn tell(
        &self,
        checkpoint: &Checkpoint,
        todays: Todays,
    ) -> (Streak, Vec<(Period<'a>, State)>) {
        let (fold, periods) = self.unfold(checkpoint, todays, self.horizon(todays));
        (self.finish(fold, checkpoint, todays), periods)
    }

    /// The streak of a fold that has taken in all periods.
    fn finish(&self, mut fold: Fold, checkpoint: &Checkpoint, todays: Todays) -> Streak {
        fold.take_free(self.free_dates(checkpoint.next, Date::MAX));
        fold.tell(self.current_revision(todays).cadence.unit())
    }
}
