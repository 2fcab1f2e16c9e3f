//! One member's calendar: what they chose to be reminded of, and what is planned. It shows what they may see and no
//! more, and nothing of what was done: it is the same whether anybody logs.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};

use super::agreement::Participant;
use super::cadence::{Cadence, Revision, WeekdaySet};
use super::day::{Date, Weekday, Zone};
use super::occasion::{Time, Watch};
use super::phrases::CalendarWords;
use super::plan::Plan;
use super::reminder::Reminder;
use super::rest::{Rest, RestDates, Span};
use super::ritual::{Ritual, Status};
use super::time::WallTime;
use crate::ids::{AccountId, hex};

/// How many minutes a ritual takes that has no length of its own.
const A_WHILE: i64 = 15;

/// How many minutes a plan takes that is no ritual's, or of one without a length.
const AN_OUTING: i64 = 60;

/// How many stretches between rests are shown of a ritual: those to come later are, once they are nearer.
const MOST_STRETCHES: usize = 12;

/// How much of a digest names an event: 128 bits.
const NAME_BYTES: usize = 16;

/// A calendar, as its reader sees it.
#[derive(Debug)]
pub struct Calendar {
    /// What it is called.
    pub name: String,
    /// Where its reader lives.
    pub zone: Zone,
    /// The first date that it shows.
    pub from: Date,
    /// When it was made.
    pub made_at: DateTime<Utc>,
    /// What is on it.
    pub events: Vec<Event>,
}

/// Something on a calendar.
#[derive(Debug)]
pub struct Event {
    /// What it is told apart by: it stays the same, and tells nothing.
    pub uid: String,
    /// What it is called.
    pub title: String,
    /// When it begins, for the first time.
    pub start: Start,
    /// How long it takes; what is all day takes no minutes.
    pub minutes: Option<i64>,
    /// How it comes again.
    pub repeats: Option<Repeats>,
}

/// When something begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    /// By the clock of the calendar's zone, whatever zone its reader looks at it in.
    InZone(Date, WallTime),
    /// By whatever clock hangs there.
    AnyClock(Date, WallTime),
    /// With the day.
    AllDay(Date),
}

/// How something comes again.
#[derive(Debug)]
pub struct Repeats {
    /// On which days.
    pub rhythm: Rhythm,
    /// Until when, if it ends.
    pub until: Option<DateTime<Utc>>,
}

/// On which days something comes, from the first on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Rhythm {
    /// Each day.
    Daily,
    /// Each of these weekdays.
    On(Vec<Weekday>),
    /// After so many days.
    Every(u16),
}

impl Rhythm {
    /// The weekdays of a reminder decide, and without any every day; but a ritual on some weekdays comes on no others,
    /// and one every so many days on the first of them. Nothing when no day is left.
    fn of(cadence: &Cadence, chosen: Option<&WeekdaySet>) -> Option<Rhythm> {
        match (cadence, chosen.map(WeekdaySet::days)) {
            (Cadence::Weekdays { days }, chosen) => {
                let is_chosen = |day: &&Weekday| chosen.is_none_or(|chosen| chosen.contains(day));
                let both: Vec<Weekday> = days.days().iter().filter(is_chosen).copied().collect();
                (!both.is_empty()).then_some(Rhythm::On(both))
            }
            (_, Some(chosen)) => Some(Rhythm::On(chosen.to_vec())),
            (Cadence::Every { days }, None) => Some(Rhythm::Every(*days)),
            (_, None) => Some(Rhythm::Daily),
        }
    }

    /// The first of its days on or after `from`; blocks of days are counted from `anchor`.
    fn first(&self, from: Date, anchor: Date) -> Date {
        let is_on = |date: &Date| match self {
            Rhythm::Daily => true,
            Rhythm::On(days) => days.contains(&date.weekday()),
            Rhythm::Every(days) => date.days_since(anchor) % i64::from(*days) == 0,
        };
        let mut dates = (0..).map(|days| from.plus(days));
        let no_more = |date: &Date| is_on(date) || *date == Date::MAX;
        dates.find(no_more).unwrap_or(Date::MAX)
    }

    /// The same, a day later.
    fn a_day_later(self) -> Rhythm {
        match self {
            Rhythm::On(days) => Rhythm::On(days.into_iter().map(Weekday::next).collect()),
            other => other,
        }
    }
}

/// Whose calendar it is, and how they look at it.
#[derive(Debug)]
pub struct Reader<'a> {
    /// Who.
    pub member: AccountId,
    /// How they tell the time.
    pub watch: Watch,
    /// The first date that it shows.
    pub from: Date,
    /// Whether it shows titles.
    pub details: bool,
    /// What it shows instead.
    pub words: &'a CalendarWords,
}

/// The first date that a calendar shows: that of the month before. So it changes once a month when nothing else does.
pub fn first_date(today: Date) -> Date {
    today.month_first().previous().month_first()
}

impl Reader<'_> {
    /// The times of a reminder. Nothing while it is off, the ritual put away, or not theirs; and nothing on dates on
    /// which it rests.
    pub fn times(&self, reminder: &Reminder, ritual: &Ritual, rests: &[Rest]) -> Vec<Event> {
        let since = ritual.participant(self.member).and_then(Participant::since);
        let is_kept = reminder.enabled && ritual.status(rests) != Status::Archived;
        let Some(since) = since.filter(|_| is_kept) else {
            return Vec::new();
        };
        let rests = RestDates::of(ritual.id, rests);
        let stretches = self.stretches(ritual, since, &rests);
        let all = stretches.iter().flat_map(|(revision, span)| {
            let times = reminder.times.iter();
            times.filter_map(|time| {
                let (start, repeats) = self.occasions(time, revision, *span)?;
                Some(Event {
                    uid: uid(&format!("{} {} {}", reminder.id, time.at, span.from)),
                    title: self.title(&[ritual.title.words.as_str()], &self.words.ritual),
                    start,
                    minutes: Some(length(Some(ritual), A_WHILE)),
                    repeats: Some(repeats),
                })
            })
        });
        all.collect()
    }

    /// The stretches of dates in which a ritual has one cadence and does not rest, each with its revision.
    fn stretches<'r>(
        &self,
        ritual: &'r Ritual,
        since: Date,
        rests: &RestDates,
    ) -> Vec<(&'r Revision, Span)> {
        let nexts = ritual.revisions.iter().skip(1).map(Some).chain([None]);
        let stretches = ritual.revisions.iter().zip(nexts).flat_map(|(one, next)| {
            let from = one.from.max(since);
            let to = next.map(|next| next.from.previous());
            let spans = rests.leave_of(Span { from, to });
            spans.into_iter().map(move |span| (one, span))
        });
        let is_shown = |(_, span): &(_, Span)| span.to.is_none_or(|to| to >= self.from);
        stretches.filter(is_shown).take(MOST_STRETCHES).collect()
    }

    /// When a time comes in a span of one cadence, if it does.
    fn occasions(&self, time: &Time, revision: &Revision, span: Span) -> Option<(Start, Repeats)> {
        let Watch { zone, day_start } = &self.watch;
        let mut rhythm = Rhythm::of(&revision.cadence, time.days.as_ref())?;
        let first = rhythm.first(span.from.max(self.from), revision.from);
        if span.to.is_some_and(|to| to < first) {
            return None;
        }
        let shown = day_start.shown(first, time.at);
        if shown != first {
            rhythm = rhythm.a_day_later();
        }
        let last = span.to.map(|to| day_start.shown(to, time.at));
        let until = last.map(|last| zone.instant(last, time.at));
        Some((Start::InZone(shown, time.at), Repeats { rhythm, until }))
    }

    /// A plan, which may be an occasion of a ritual.
    pub fn plan(&self, plan: &Plan, ritual: Option<&Ritual>) -> Event {
        let titles = [
            ritual.map(|ritual| ritual.title.words.as_str()),
            plan.title.as_ref().map(|title| title.words.as_str()),
        ];
        let titles: Vec<&str> = titles.into_iter().flatten().collect();
        let start = match plan.at {
            Some(at) => Start::AnyClock(plan.date, at),
            None => Start::AllDay(plan.date),
        };
        Event {
            uid: uid(&format!("{} {}", plan.id, self.member)),
            title: self.title(&titles, &self.words.plan),
            start,
            minutes: plan.at.map(|_| length(ritual, AN_OUTING)),
            repeats: None,
        }
    }

    fn title(&self, titles: &[&str], discreet: &str) -> String {
        match self.details {
            true => titles.join(": "),
            false => discreet.to_owned(),
        }
    }
}

/// How many minutes something takes.
fn length(ritual: Option<&Ritual>, otherwise: i64) -> i64 {
    let minutes = ritual.and_then(|ritual| ritual.target_minutes);
    let minutes = minutes.map(i64::from).filter(|minutes| *minutes > 0);
    minutes.unwrap_or(otherwise)
}

fn uid(name: &str) -> String {
    hex(&Sha256::digest(name)[..NAME_BYTES])
}
