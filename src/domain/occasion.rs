//! Occasions: on which instants a clock on the wall comes to the times that somebody chose.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Deserializer, Serialize};

use super::cadence::WeekdaySet;
use super::day::{Date, DayStart, Zone};
use super::time::WallTime;

/// The most times one reminder can have.
pub const MOST_TIMES: usize = 4;

/// How many dates ahead the next occasion is looked for: each weekday comes within seven, and a zone can skip one.
const DATES_AHEAD: i64 = 9;

/// A time of day, on every day or on some weekdays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Time {
    /// When, by the clock of whoever is reminded.
    pub at: WallTime,
    /// On which weekdays; without any, on every day. A day lasts until the couple's next one begins: 00:15 on a
    /// Friday is Friday's late night.
    #[serde(
        default,
        deserialize_with = "present",
        skip_serializing_if = "Option::is_none"
    )]
    pub days: Option<WeekdaySet>,
}

/// Reads what may be left out, but not be `null`.
fn present<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}

/// Up to four times, each at its own time of day.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Time>", into = "Vec<Time>")]
pub struct Times(Vec<Time>);

impl TryFrom<Vec<Time>> for Times {
    type Error = &'static str;

    fn try_from(mut times: Vec<Time>) -> Result<Times, Self::Error> {
        times.sort_by_key(|time| time.at);
        let is_twice = times.windows(2).any(|pair| pair[0].at == pair[1].at);
        match times.len() <= MOST_TIMES && !is_twice {
            true => Ok(Times(times)),
            false => Err("must be at most four times, each at a time of day of its own"),
        }
    }
}

impl From<Times> for Vec<Time> {
    fn from(times: Times) -> Vec<Time> {
        times.0
    }
}

/// How one person tells the time: by the clock on their wall, and by when the couple's day begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Watch {
    /// Where they are.
    pub zone: Zone,
    /// When the couple's day begins.
    pub day_start: DayStart,
}

impl Watch {
    /// The date it is for them.
    pub fn today(&self, now: DateTime<Utc>) -> Date {
        self.zone.today(now, self.day_start)
    }

    /// The occasion at which this clock shows `at` on this date of theirs.
    pub fn occasion_on(&self, date: Date, at: WallTime) -> Option<Occasion> {
        let shown = [date, date.next()].map(|shown| self.occasion(shown, at));
        shown.into_iter().find(|occasion| occasion.date == date)
    }

    /// The occasion at which this clock shows `at` under this date of the calendar.
    fn occasion(&self, shown: Date, at: WallTime) -> Occasion {
        let instant = self.zone.instant(shown, at);
        Occasion {
            date: self.today(instant),
            at,
            instant,
        }
    }
}

/// A moment to remind somebody at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Occasion {
    /// The date it then is for them.
    pub date: Date,
    /// What their clock shows.
    pub at: WallTime,
    /// When that is. A clock that jumps over `at` comes to it as it lands; one that shows it twice, at the first.
    pub instant: DateTime<Utc>,
}

impl Times {
    /// Each of them, in the order of the day.
    pub fn iter(&self) -> impl Iterator<Item = &Time> {
        self.0.iter()
    }

    /// The first occasion after an instant.
    pub fn next_after(&self, watch: &Watch, after: DateTime<Utc>) -> Option<Occasion> {
        let first = watch.today(after).previous();
        let dates = (0..DATES_AHEAD + 2).map(|days| first.plus(days));
        let mut found = dates.map(|shown| {
            let occasions = self.shown_under(watch, shown);
            let to_come = occasions.filter(|occasion| occasion.instant > after);
            to_come.min_by_key(|occasion| occasion.instant)
        });
        found.find_map(|occasion| occasion)
    }

    /// The last occasion in a stretch of time, its end included.
    pub fn last_within(
        &self,
        watch: &Watch,
        from: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Option<Occasion> {
        let latest = watch.today(until).next();
        let earliest = watch.today(from).previous();
        let mut shown = latest;
        while shown >= earliest && shown > Date::MIN {
            let occasions = self.shown_under(watch, shown);
            let within = occasions.filter(|one| (from..=until).contains(&one.instant));
            if let Some(last) = within.max_by_key(|occasion| occasion.instant) {
                return Some(last);
            }
            shown = shown.previous();
        }
        None
    }

    /// The occasions that a calendar on the wall has under this date.
    fn shown_under(&self, watch: &Watch, shown: Date) -> impl Iterator<Item = Occasion> {
        self.0.iter().filter_map(move |time| {
            let occasion = watch.occasion(shown, time.at);
            let weekday = occasion.date.weekday();
            let days = time.days.as_ref();
            let is_on = days.is_none_or(|days| days.days().contains(&weekday));
            is_on.then_some(occasion)
        })
    }
}
