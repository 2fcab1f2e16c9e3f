//! The rules of reminders a second time, written from the text alone: every occasion is listed, and each went out or has
//! the reasons why it did not. Nothing is stored but what happened.

use std::collections::BTreeSet;

use hearth::domain::day::Date;
use hearth::domain::occasion::Time;
use hearth::domain::reminder::{Kind, Silence};
use hearth::domain::time::WallTime;

use super::wall::{Moment, Wall};

/// Twelve hours.
const LATEST: i64 = 12 * 3600;

/// What went out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Out {
    pub date: Date,
    pub at: WallTime,
    pub kind: Kind,
}

/// The rule by which an occasion passed in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why {
    /// One that the program names too.
    Rule(Silence),
    /// It went out before.
    Twice,
}

/// What came of what was due: it went out, or all the reasons against it.
pub type Outcome = Result<Out, Vec<Why>>;

/// What the tally counts.
pub type Count<'a> = &'a mut dyn FnMut(&'static str);

/// One member's reminders, and what became of them.
#[derive(Default)]
pub struct Naive {
    pub times: Vec<Time>,
    pub is_on: bool,
    pub snoozed: Option<i64>,
    wants_nudges: bool,
    /// Since when a nudge waits, or until when.
    nudge: Option<i64>,
    dismissed: Option<Date>,
    /// Since the last log: the dates on which one went out, and nothing for each that was passed over.
    since_log: Vec<Option<Date>>,
    sent: BTreeSet<(Date, WallTime)>,
    nudged: BTreeSet<Date>,
    /// Up to when every occasion is explained.
    looked: i64,
    /// It was due when its clock was exchanged for another.
    was_due: bool,
}

impl Naive {
    /// Sets it anew: what lies before is forgotten.
    pub fn set(&mut self, times: Vec<Time>, is_on: bool, nudges: bool, now: i64) {
        let mut times = times;
        self.wants_nudges = nudges;
        times.sort_by_key(|time| time.at);
        (self.times, self.is_on) = (times, is_on);
        (self.snoozed, self.was_due, self.looked) = (None, false, now);
        self.since_log.clear();
        self.keep_nudge(now);
    }

    pub fn snooze(&mut self, now: i64, until: i64) {
        (self.snoozed, self.was_due, self.looked) = (Some(until), false, now);
        self.keep_nudge(now);
    }

    /// What lies before is forgotten, but for a nudge: it comes yet, if it is welcome.
    fn keep_nudge(&mut self, now: i64) {
        let welcome = self.nudge.filter(|_| self.is_on && self.wants_nudges);
        self.nudge = welcome.map(|at| at.max(now + 1));
    }

    /// One that waits already is enough; and whoever wants to hear nothing hears nothing.
    pub fn nudge(&mut self, now: i64) {
        if self.is_on && self.nudge.is_none() {
            self.nudge = Some(now);
            self.looked = self.looked.min(now - 1);
        }
    }

    pub fn dismiss(&mut self, today: Date) {
        self.dismissed = Some(today);
    }

    pub fn logged(&mut self) {
        self.since_log.clear();
    }

    /// The member, who went by this clock, goes by another from now on. What is due stays due.
    pub fn leave_clock(&mut self, wall: &Wall, now: i64) {
        if !self.was_due {
            let due = self.due(wall, now);
            self.was_due = due.is_some();
            if due.is_none() {
                self.keep_nudge(now);
            }
            self.looked = due.map_or(now, |first| first - 1);
        }
    }

    /// Since when something is due, if something is.
    fn due(&self, wall: &Wall, now: i64) -> Option<i64> {
        let moments = wall.moments(&self.times, self.looked, now);
        let first = moments.first().map(|moment| moment.instant);
        let own = first.into_iter().chain(self.snoozed);
        let own = own.filter(|_| self.is_on);
        own.chain(self.nudge).filter(|one| *one <= now).min()
    }

    /// When it comes next, as far as is known; a nudge that waits is a surprise.
    pub fn next(&self, wall: &Wall) -> Option<i64> {
        let next = wall.next(&self.times, self.looked);
        let own = next.into_iter().chain(self.snoozed).min();
        own.filter(|_| self.is_on)
    }

    /// When it is looked at next.
    pub fn look_at(&self, wall: &Wall) -> Option<i64> {
        self.next(wall).into_iter().chain(self.nudge).min()
    }

    /// Whether it was due when its clock was exchanged.
    pub fn is_unsettled(&self) -> bool {
        self.was_due
    }

    /// Goes the rounds; nothing where nothing is due.
    pub fn look(
        &mut self,
        wall: &Wall,
        now: i64,
        is_theirs: impl Fn(Date) -> bool,
        count: Count,
    ) -> Option<Outcome> {
        let mut moments = wall.moments(&self.times, self.looked, now);
        moments.iter().for_each(|one| hard_case(one, count));
        let nudge = self.nudge.filter(|at| *at <= now);
        self.nudge = self.nudge.filter(|at| *at > now);
        self.looked = self.looked.max(now);
        let was_due = std::mem::take(&mut self.was_due) || nudge.is_some();
        if !self.is_on {
            moments.iter().for_each(|_| count("off"));
            return None;
        }
        let nothing = was_due.then(|| Err(vec![Why::Rule(Silence::NoOccasion)]));
        let back = self
            .snoozed
            .filter(|until| *until <= now)
            .map(|until| wall.moment(until));
        self.snoozed = self.snoozed.filter(|until| *until > now);
        moments.extend(back);
        moments.sort_by_key(|one| one.instant);
        if let Some(nudge) = nudge.and_then(|at| self.allow(at, wall, now, count)) {
            moments.iter().for_each(|_| count("nudged before the rest"));
            return Some(self.judge_nudge(nudge, is_theirs(wall.today(now))));
        }
        let Some(last) = moments.pop() else {
            return nothing;
        };
        moments.iter().for_each(|_| count("slept through"));
        let is_back = back.is_some_and(|back| !is_late(&back, wall, now));
        let is_theirs = is_theirs(wall.today(now));
        let outcome = self.judge(last, is_back, is_late(&last, wall, now), is_theirs);
        if outcome.is_ok() && now - last.instant > 15 {
            count("catch-up");
        }
        Some(outcome)
    }

    fn judge(&mut self, last: Moment, is_back: bool, is_late: bool, is_theirs: bool) -> Outcome {
        if is_late {
            return Err(vec![Why::Rule(Silence::TooLate)]);
        }
        self.keeps_quiet(&last, is_theirs)?;
        let kind = match is_back {
            true => Kind::Time,
            false => self.patience(last.date)?,
        };
        if !self.sent.insert((last.date, last.at)) {
            return Err(vec![Why::Twice]);
        }
        if !is_back {
            self.since_log.push(Some(last.date));
        }
        Ok(Out {
            date: last.date,
            at: last.at,
            kind,
        })
    }

    /// A nudge, if they want to hear it now: by day, not long after, and the first of its day.
    fn allow(&mut self, at: i64, wall: &Wall, now: i64, count: Count) -> Option<Moment> {
        if !self.wants_nudges || now - at > LATEST {
            return None;
        }
        let morning = wall.after_the_night(now);
        if morning > now {
            count("held for the morning");
            self.nudge = Some(morning);
            return None;
        }
        let nudge = wall.moment(now);
        let is_first = self.nudged.iter().all(|date| *date < nudge.date);
        is_first.then_some(nudge)
    }

    fn judge_nudge(&mut self, nudge: Moment, is_theirs: bool) -> Outcome {
        self.keeps_quiet(&nudge, is_theirs)?;
        self.nudged.insert(nudge.date);
        Ok(Out {
            date: nudge.date,
            at: nudge.at,
            kind: Kind::Nudge,
        })
    }

    /// Why nothing is said just now, if anything speaks against it.
    fn keeps_quiet(&self, moment: &Moment, is_theirs: bool) -> Result<(), Vec<Why>> {
        let rules = [
            (!is_theirs, Silence::NothingToDo),
            (self.snoozed.is_some(), Silence::Snoozed),
            (self.dismissed == Some(moment.date), Silence::Dismissed),
        ];
        let broken = rules.into_iter().filter(|(holds, _)| *holds);
        let whys: Vec<Why> = broken.map(|(_, silence)| Why::Rule(silence)).collect();
        match whys.is_empty() {
            true => Ok(()),
            false => Err(whys),
        }
    }

    /// What the number of those that went out in a row leaves to be said.
    fn patience(&mut self, date: Date) -> Result<Kind, Vec<Why>> {
        let sent: Vec<Date> = self.since_log.iter().flatten().copied().collect();
        let passed_over = self.since_log.last() == Some(&None);
        let goes_out = match sent.len() {
            0..=2 => true,
            3..=5 => passed_over,
            6..=10 => date.days_since(sent[sent.len() - 1]) >= 7,
            _ => return Err(vec![Why::Rule(Silence::Stopped)]),
        };
        if !goes_out {
            self.since_log.push(None);
            return Err(vec![Why::Rule(Silence::Rarer)]);
        }
        Ok(if sent.len() == 10 {
            Kind::Last
        } else {
            Kind::Time
        })
    }
}

/// More than twelve hours old, or of another day.
fn is_late(moment: &Moment, wall: &Wall, now: i64) -> bool {
    now - moment.instant > LATEST || moment.date != wall.today(now)
}

fn hard_case(moment: &Moment, count: Count) {
    match moment.times_shown {
        0 => count("in a gap"),
        1 => {}
        _ => count("in a fold"),
    }
}
