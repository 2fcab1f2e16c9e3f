//! Reminders: one member's, for one ritual. Whether one goes out is decided here, over plain values.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::cadence::Cadence;
use super::day::Date;
use super::ledger::Ledger;
use super::occasion::{Occasion, Times, Watch};
use super::patience::{Patience, Verdict};
use super::rest::RestDates;
use super::ritual::{Ritual, Rule};
use super::today::{Part, part};
use crate::ids::{AccountId, ReminderId, RitualId};

/// How late a reminder may still go out.
pub const LATEST: TimeDelta = TimeDelta::hours(12);

/// From which strength on a habit may do without.
pub const STRONG: f64 = 0.8;

/// One member's reminders of one ritual.
#[derive(Debug, Clone, PartialEq)]
pub struct Reminder {
    /// Its id.
    pub id: ReminderId,
    /// Whose it is.
    pub member: AccountId,
    /// What of.
    pub ritual: RitualId,
    /// When.
    pub times: Times,
    /// Whether it is on.
    pub enabled: bool,
    /// What became of it since the last log.
    pub patience: Patience,
    /// Until when it is snoozed; then it goes out once more.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// The date for which it was dismissed.
    pub dismissed_on: Option<Date>,
    /// Whether the partner may nudge.
    pub nudges: bool,
    /// When the partner's nudge is to go out, while it waits.
    pub nudge_at: Option<DateTime<Utc>>,
    /// The date on which the last one did.
    pub nudged_on: Option<Date>,
    /// When to look at it next.
    pub next_at: Option<DateTime<Utc>>,
}

/// What a reminder says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// That it is time.
    Time,
    /// That this was the last one for now.
    Last,
    /// That the partner thinks of it.
    Nudge,
}

/// Why an occasion passed in silence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Silence {
    /// There was none.
    NoOccasion,
    /// The server was down for too long, or the day is over.
    TooLate,
    /// It is turned off.
    Off,
    /// Nothing is theirs to do.
    NothingToDo,
    /// It is snoozed.
    Snoozed,
    /// It was dismissed for that day.
    Dismissed,
    /// It becomes rarer.
    Rarer,
    /// It has stopped.
    Stopped,
}

/// What came of a look at a reminder.
pub type Outcome = Result<(Occasion, Kind), Silence>;

impl Reminder {
    /// A reminder that is on, for times to be chosen.
    pub fn new(id: ReminderId, member: AccountId, ritual: RitualId) -> Reminder {
        Reminder {
            id,
            member,
            ritual,
            times: Times::default(),
            enabled: true,
            patience: Patience::default(),
            snoozed_until: None,
            dismissed_on: None,
            nudges: false,
            nudge_at: None,
            nudged_on: None,
            next_at: None,
        }
    }

    /// Notes when to look at it next: after this instant, as things are. A nudge that waits is not forgotten: if it was
    /// due already, it is a second later.
    pub fn schedule(&mut self, watch: &Watch, after: DateTime<Utc>) {
        let soon = after + TimeDelta::seconds(1);
        let nudge = self.nudge_at.filter(|_| self.takes_nudges());
        self.nudge_at = nudge.map(|at| at.max(soon));
        let own = self.own_next(watch, after);
        self.next_at = own.into_iter().chain(self.nudge_at).min();
    }

    /// When it comes next, for its member to know: that a nudge waits for the morning is nothing to look at by night.
    pub fn comes_next(&self, watch: &Watch, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self.nudge_at.is_some() && self.nudge_at == self.next_at {
            true => self.own_next(watch, now),
            false => self.next_at,
        }
    }

    /// When it comes next after this instant, by the times that its member chose.
    fn own_next(&self, watch: &Watch, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = self.times.next_after(watch, after);
        let next = next.map(|occasion| occasion.instant);
        let again = self.snoozed_until.filter(|until| *until > after);
        next.into_iter().chain(again).min().filter(|_| self.enabled)
    }

    /// Goes by another clock from now on. What is due already stays due, and is looked at by that clock.
    pub fn go_by(&mut self, watch: &Watch, now: DateTime<Utc>) {
        if self.next_at.is_none_or(|next| next > now) {
            self.schedule(watch, now);
        }
    }

    /// Looks at it when it is due, and notes when to look next. Of several occasions that were slept through the last
    /// one counts, and coming back from a snooze is one of them.
    pub fn look(&mut self, watch: &Watch, now: DateTime<Utc>, is_theirs: bool) -> Outcome {
        let outcome = self.judge(watch, now, is_theirs);
        if self.snoozed_until.is_some_and(|until| until <= now) {
            self.snoozed_until = None;
        }
        self.schedule(watch, now);
        outcome
    }

    fn judge(&mut self, watch: &Watch, now: DateTime<Utc>, is_theirs: bool) -> Outcome {
        let again = self.snoozed_until.filter(|until| *until <= now);
        let again = again.map(|until| watch.occasion_at(until));
        let since = self.next_at.unwrap_or(now);
        let chosen = self.times.last_within(watch, since, now);
        let last = chosen
            .into_iter()
            .chain(again)
            .max_by_key(|one| one.instant);
        let today = watch.today(now);
        let is_late = |one: &Occasion| now - one.instant > LATEST || one.date != today;
        let nudge = self.due_nudge(watch, now);
        let occasion = nudge.or(last).ok_or(Silence::NoOccasion)?;
        for (holds, silence) in [
            (is_late(&occasion), Silence::TooLate),
            (!self.enabled, Silence::Off),
            (!is_theirs, Silence::NothingToDo),
            (self.is_snoozed(now), Silence::Snoozed),
            (self.is_dismissed(occasion.date), Silence::Dismissed),
        ] {
            if holds {
                return Err(silence);
            }
        }
        if nudge.is_some() {
            self.nudged_on = Some(occasion.date);
            return Ok((occasion, Kind::Nudge));
        }
        // Who asked to be told once more is told, however patient it has become.
        if again.is_some_and(|again| !is_late(&again)) {
            return Ok((occasion, Kind::Time));
        }
        let (verdict, after) = self.patience.meet(occasion.date);
        self.patience = after;
        match verdict {
            Verdict::Remind => Ok((occasion, Kind::Time)),
            Verdict::SayLast => Ok((occasion, Kind::Last)),
            Verdict::PassOver => Err(Silence::Rarer),
            Verdict::Stopped => Err(Silence::Stopped),
        }
    }

    /// Whether it is snoozed at this instant.
    fn is_snoozed(&self, now: DateTime<Utc>) -> bool {
        self.snoozed_until.is_some_and(|until| until > now)
    }

    /// Whether it was dismissed for this date.
    fn is_dismissed(&self, date: Date) -> bool {
        self.dismissed_on == Some(date)
    }

    /// Whether what it said on this date may still be sent now.
    pub fn still_says(&self, kind: Kind, date: Date, watch: &Watch, now: DateTime<Utc>) -> bool {
        let is_quiet = self.is_snoozed(now) || self.is_dismissed(date);
        let is_welcome = kind != Kind::Nudge || (self.nudges && !watch.is_night(now));
        self.enabled && date == watch.today(now) && !is_quiet && is_welcome
    }

    /// Snoozes it until this instant.
    pub fn snooze(&mut self, watch: &Watch, now: DateTime<Utc>, until: DateTime<Utc>) {
        self.snoozed_until = Some(until);
        self.schedule(watch, now);
    }
}

impl Watch {
    /// What this clock shows at an instant, to the minute.
    pub(super) fn occasion_at(&self, instant: DateTime<Utc>) -> Occasion {
        Occasion {
            date: self.today(instant),
            at: self.zone.wall_time(instant),
            instant,
        }
    }

    /// The same time of day, tomorrow.
    pub fn tomorrow(&self, now: DateTime<Utc>) -> DateTime<Utc> {
        let (today, at) = (self.today(now), self.zone.wall_time(now));
        let mut shown = today.next();
        // After midnight, a clock shows tomorrow's date while today still lasts.
        while self.today(self.zone.instant(shown, at)) <= today && shown < Date::MAX {
            shown = shown.next();
        }
        self.zone.instant(shown, at)
    }
}

/// Whether something is still theirs to do today, and may be said: they take part, nothing rests, and the period is not
/// kept. What has no period is done once a day.
pub fn is_theirs(
    ritual: &Ritual,
    member: AccountId,
    today: Date,
    rests: &RestDates,
    ledger: &Ledger,
) -> bool {
    if rests.touch(today, today) {
        return false;
    }
    let period = ritual.timeline().period_at(today);
    let revision = ritual.timeline().at(today);
    match revision.map(|(revision, _)| &revision.cadence) {
        Some(Cadence::Anytime) => {
            let is_done = match ritual.rule {
                Rule::Both => ledger.credit(member, today, today) > 0,
                Rule::Either => ledger.dates(today, today) > 0,
            };
            ritual.has_yes_of(member) && !is_done
        }
        _ => part(ritual, member, period.as_ref(), today, ledger) == Part::ToDo,
    }
}
