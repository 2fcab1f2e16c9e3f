//! The rules a second time, written from the text alone and as plainly as it stands there: every
//! date is looked at, a period is the list of its dates, a run is the list of its kept periods, and
//! nothing is stored. Slow on purpose, so that it is easy to believe.

use std::collections::BTreeSet;

use hearth::domain::agreement::{Answer, Participant};
use hearth::domain::cadence::{Cadence, Revision, Unit, WeekStart};
use hearth::domain::day::{Date, Weekday};
use hearth::domain::rest::Span;
use hearth::domain::ritual::{Forgiveness, Rule};
use hearth::domain::story::State;
use hearth::domain::streak::Streak;
use hearth::ids::AccountId;

/// All there is to know about one ritual of one couple.
#[derive(Debug, Clone)]
pub struct History {
    pub rule: Rule,
    pub forgiveness: Forgiveness,
    pub revisions: Vec<Revision>,
    pub members: [AccountId; 2],
    pub participants: Vec<Participant>,
    pub rests: Vec<Span>,
    pub logs: BTreeSet<(AccountId, Date)>,
    /// The date it is for each of the two.
    pub todays: [Date; 2],
}

struct Period<'a> {
    revision: &'a Revision,
    /// Where it would begin, were it not clipped.
    begins: Date,
    dates: Vec<Date>,
}

impl Period<'_> {
    fn first(&self) -> Date {
        self.dates[0]
    }

    fn last(&self) -> Date {
        self.dates[self.dates.len() - 1]
    }

    fn is_short(&self) -> bool {
        let goes_on = begins(self.revision, self.last().next()) == Some(self.begins);
        self.begins < self.first() || goes_on
    }

    fn target(&self) -> usize {
        terms(&self.revision.cadence).1
    }

    /// The unit, and L: how many days it stands for. Only `anytime`, which has no periods, has none.
    fn measure(&self) -> (Unit, f64) {
        terms(&self.revision.cadence).0.unwrap()
    }
}

/// The table of section 2: unit and length, and the target.
fn terms(cadence: &Cadence) -> (Option<(Unit, f64)>, usize) {
    match cadence {
        Cadence::Daily => (Some((Unit::Day, 1.0)), 1),
        Cadence::Weekdays { days } => (Some((Unit::Day, 7.0 / days.days().len() as f64)), 1),
        Cadence::Weekly { times } => (Some((Unit::Week, 7.0)), usize::from(*times)),
        Cadence::Monthly { times } => (Some((Unit::Month, 30.0)), usize::from(*times)),
        Cadence::Every { days } => (Some((Unit::Period, f64::from(*days))), 1),
        Cadence::Anytime => (None, 0),
    }
}

/// Where the period that holds `date` begins, were it not clipped. Two dates of one revision belong
/// to the same period exactly when this is the same for both.
fn begins(revision: &Revision, date: Date) -> Option<Date> {
    let back_to =
        |is_first: &dyn Fn(Date) -> bool| (0..).map(|n| date.plus(-n)).find(|d| is_first(*d));
    match &revision.cadence {
        Cadence::Daily => Some(date),
        Cadence::Weekdays { days } => days.days().contains(&date.weekday()).then_some(date),
        Cadence::Weekly { .. } => {
            let first = match revision.week_start {
                WeekStart::Mon => Weekday::Mon,
                WeekStart::Sun => Weekday::Sun,
                WeekStart::Sat => Weekday::Sat,
            };
            back_to(&|day| day.weekday() == first)
        }
        Cadence::Monthly { .. } => back_to(&|day| day.to_string().ends_with("-01")),
        Cadence::Every { days } => {
            back_to(&|day| day.days_since(revision.from) % i64::from(*days) == 0)
        }
        Cadence::Anytime => None,
    }
}

fn takes_part(participant: &Participant, date: Date) -> bool {
    let mut intervals = participant.intervals.iter();
    intervals.any(|i| i.since <= date && (i.until.is_none() || i.until >= Some(date)))
}

impl History {
    fn later_today(&self) -> Date {
        self.todays[0].max(self.todays[1])
    }

    fn revision_at(&self, date: Date) -> &Revision {
        let mut newest_first = self.revisions.iter().rev();
        newest_first.find(|revision| revision.from <= date).unwrap()
    }

    fn logged_by_anyone(&self, date: Date) -> bool {
        self.members
            .iter()
            .any(|member| self.logs.contains(&(*member, date)))
    }

    fn logged_dates(&self, period: &Period<'_>) -> usize {
        period
            .dates
            .iter()
            .filter(|date| self.logged_by_anyone(**date))
            .count()
    }

    fn credit(&self, member: AccountId, period: &Period<'_>) -> usize {
        let logged = |date: &&Date| self.logs.contains(&(member, **date));
        period.dates.iter().filter(logged).count()
    }

    /// Every begun period, oldest first.
    fn begun(&self) -> Vec<Period<'_>> {
        let latest_log = self.logs.iter().map(|(_, date)| *date).max();
        let horizon = latest_log.max(Some(self.later_today())).unwrap();
        let mut periods: Vec<Period<'_>> = Vec::new();
        let mut date = self.revisions[0].from;
        loop {
            let revision = self.revision_at(date);
            let begins = begins(revision, date);
            match periods.last_mut() {
                Some(same) if begins == Some(same.begins) && revision == same.revision => {
                    same.dates.push(date);
                }
                _ if date > horizon => break,
                _ => periods.extend(begins.map(|begins| Period {
                    revision,
                    begins,
                    dates: vec![date],
                })),
            }
            date = date.next();
        }
        periods.retain(|p| p.first() <= self.later_today() || self.logged_dates(p) > 0);
        periods
    }

    fn expected(&self, period: &Period<'_>) -> Vec<AccountId> {
        let whole =
            |p: &&Participant| takes_part(p, period.first()) && takes_part(p, period.last());
        self.participants
            .iter()
            .filter(whole)
            .map(|p| p.member)
            .collect()
    }

    fn is_kept(&self, period: &Period<'_>) -> bool {
        let expected = self.expected(period);
        let enough = |member: &AccountId| self.credit(*member, period) >= period.target();
        match self.rule {
            Rule::Either => self.logged_dates(period) >= period.target(),
            Rule::Both => !expected.is_empty() && expected.iter().all(enough),
        }
    }

    fn is_over(&self, period: &Period<'_>) -> bool {
        self.todays.iter().all(|today| *today > period.last())
    }

    fn is_excused(&self, period: &Period<'_>) -> bool {
        let mut dates = period.dates.iter();
        dates.any(|date| self.rests_on(*date))
            || period.is_short()
            || self.expected(period).is_empty()
    }

    fn partial_credit(&self, period: &Period<'_>) -> f64 {
        let target = period.target() as f64;
        let expected = self.expected(period);
        let part = |member: &AccountId| (self.credit(*member, period) as f64 / target).min(1.0);
        match self.rule {
            Rule::Either => self.logged_dates(period) as f64 / target,
            Rule::Both => expected.iter().map(part).sum::<f64>() / expected.len() as f64,
        }
    }

    /// Whether something is left for a member to do on a date, and may be said (sections 4 and 12).
    pub fn is_theirs(&self, member: AccountId, date: Date) -> bool {
        let mut says_yes = self.participants.iter();
        let says_yes = says_yes.find(|one| one.member == member && one.answer == Answer::Yes);
        let Some(one) = says_yes.filter(|_| !self.rests_on(date)) else {
            return false;
        };
        let Some(period) = self.period_at(date).filter(|_| takes_part(one, date)) else {
            let is_done = match self.rule {
                Rule::Both => self.logs.contains(&(member, date)),
                Rule::Either => self.logged_by_anyone(date),
            };
            return self.revision_at(date).cadence == Cadence::Anytime && !is_done;
        };
        let is_expected = self.expected(&period).contains(&member);
        match self.rule {
            Rule::Both => is_expected && self.credit(member, &period) < period.target(),
            Rule::Either => self.logged_dates(&period) < period.target(),
        }
    }

    /// The period that holds a date, if one does.
    fn period_at(&self, date: Date) -> Option<Period<'_>> {
        let revision = self.revision_at(date);
        let begins_on = begins(revision, date)?;
        let is_same = |other: &Date| {
            let is_begun = *other >= revision.from && self.revision_at(*other) == revision;
            is_begun && begins(revision, *other) == Some(begins_on)
        };
        let all_before = (0..).map(|days| date.plus(-days)).take_while(is_same);
        let first = all_before.last()?;
        let dates = (0..).map(|days| first.plus(days)).take_while(is_same);
        Some(Period {
            revision,
            begins: begins_on,
            dates: dates.collect(),
        })
    }

    fn rests_on(&self, date: Date) -> bool {
        let mut rests = self.rests.iter();
        rests.any(|rest| rest.from <= date && (rest.to.is_none() || rest.to >= Some(date)))
    }

    /// The newest revision whose first date is at most the later today, or that holds a log.
    fn newest_begun(&self) -> &Revision {
        let start = self.revisions[0].from;
        let holds_log = |revision: &Revision| {
            let mut logs = self.logs.iter().filter(|(_, date)| *date >= start);
            logs.any(|(_, date)| self.revision_at(*date) == revision)
        };
        let begun = |r: &&Revision| r.from <= self.later_today() || holds_log(r);
        self.revisions
            .iter()
            .rev()
            .find(begun)
            .unwrap_or(&self.revisions[0])
    }

    /// Distinct dates logged within `anytime` revisions.
    fn free_dates(&self) -> usize {
        let dates: BTreeSet<Date> = self.logs.iter().map(|(_, date)| *date).collect();
        let free = |date: &&Date| self.revision_at(**date).cadence == Cadence::Anytime;
        dates.iter().filter(free).count()
    }

    /// Every begun period with its state, and the streak.
    pub fn told(&self) -> (Vec<(Date, Date, State)>, Streak) {
        let mut tally = Tally::default();
        let states = self
            .begun()
            .iter()
            .map(|p| (p.first(), p.last(), tally.take(self, p)))
            .collect();
        let now = terms(&self.newest_begun().cadence).0.map(|(unit, _)| unit);
        let counted = now.is_some();
        let common = tally
            .run
            .iter()
            .map(|(_, unit)| *unit)
            .reduce(|one, other| if one == other { one } else { Unit::Period });
        let streak = Streak {
            current: counted.then_some(tally.run.len() as u32),
            unit: now.map(|now| common.unwrap_or(now)),
            since: tally
                .run
                .first()
                .map(|(first, _)| *first)
                .filter(|_| counted),
            best: tally.best as u32,
            total_kept: (tally.kept + self.free_dates()) as u32,
            strength: counted.then_some((tally.strength * 1000.0 + 0.5).floor() / 1000.0),
        };
        (states, streak)
    }
}

/// The fold of section 4. Its `run` is the list of the run's kept periods, so that `since` and `unit`
/// follow from it.
#[derive(Default)]
struct Tally {
    run: Vec<(Date, Unit)>,
    best: usize,
    kept: usize,
    clear: usize,
    lapsed: bool,
    strength: f64,
}

impl Tally {
    fn take(&mut self, history: &History, period: &Period<'_>) -> State {
        let (unit, length) = period.measure();
        let m = 0.5_f64.powf((period.target() as f64 * length).sqrt() / 13.0);
        if history.is_kept(period) {
            self.keep(period.first(), unit);
            self.strength = self.strength * m + (1.0 - m);
            State::Kept
        } else if !history.is_over(period) {
            State::Open
        } else if history.is_excused(period) {
            State::Excused
        } else {
            self.strength = self.strength * m + history.partial_credit(period) * (1.0 - m);
            self.lapse(history.forgiveness, if length < 7.0 { 6 } else { 3 })
        }
    }

    fn keep(&mut self, first: Date, unit: Unit) {
        if self.run.is_empty() {
            self.lapsed = false;
        }
        self.run.push((first, unit));
        self.kept += 1;
        self.clear += 1;
        self.best = self.best.max(self.run.len());
    }

    fn lapse(&mut self, forgiveness: Forgiveness, w: usize) -> State {
        let forgiven = forgiveness == Forgiveness::Gentle && self.clear >= 1;
        if !forgiven {
            self.run.clear();
        } else if self.lapsed && self.clear < w {
            let before_the_lapse = self.run.len() - self.clear;
            self.run.drain(..before_the_lapse);
        }
        self.lapsed = forgiven;
        self.clear = 0;
        if forgiven {
            State::Forgiven
        } else {
            State::Missed
        }
    }
}
