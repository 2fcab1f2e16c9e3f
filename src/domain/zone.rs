//! Zones: what a clock on the wall shows where somebody lives. The only file that knows the time zone database.

use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{DateTime, NaiveDate, Utc};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::day::{Date, DayStart};
use super::time::WallTime;

/// The database compiled into the program: the same answers on every machine, whatever its
/// `/usr/share/zoneinfo` holds.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// An IANA time zone, such as `Europe/Oslo`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Zone(TimeZone);

impl Zone {
    /// The names of every zone there is.
    pub fn names() -> impl Iterator<Item = String> {
        ZONES.available().map(|name| name.to_string())
    }

    /// The zone's IANA name.
    pub fn name(&self) -> &str {
        self.0.iana_name().unwrap_or("UTC")
    }

    /// The instant at which a date begins here.
    pub fn start(&self, date: Date, day_start: DayStart) -> DateTime<Utc> {
        self.instant(date, day_start.0)
    }

    /// The first instant at which a clock in this zone shows this date and time.
    ///
    /// Where clocks jump forward over that time: the first valid instant after the gap. Where it
    /// happens twice: the earlier.
    pub fn instant(&self, date: Date, time: WallTime) -> DateTime<Utc> {
        let (month, day) = (date.month() as i8, date.day() as i8);
        let wall = jiff::civil::date(date.year() as i16, month, day).at(
            time.hour() as i8,
            time.minute() as i8,
            0,
            0,
        );
        let ambiguous = self.0.to_ambiguous_timestamp(wall);
        let instant = match ambiguous.offset() {
            AmbiguousOffset::Unambiguous { offset } => offset.to_timestamp(wall),
            AmbiguousOffset::Fold { before, .. } => before.to_timestamp(wall),
            // Read with the offset from before the gap, the time lies after the jump: the last
            // transition up to there is the jump itself.
            AmbiguousOffset::Gap { before, .. } => before.to_timestamp(wall).map(|past| {
                let just_past = past.saturating_add(jiff::SignedDuration::from_nanos(1));
                let jump = self.0.preceding(just_past.unwrap_or(past)).next();
                jump.map_or(past, |transition| transition.timestamp())
            }),
        };
        let millis = instant.map_or(0, |instant| instant.as_millisecond());
        DateTime::from_timestamp_millis(millis).unwrap_or_default()
    }

    /// What a clock here shows at an instant, to the minute.
    pub fn wall_time(&self, instant: DateTime<Utc>) -> WallTime {
        time_of(self.clock(instant))
    }

    fn clock(&self, instant: DateTime<Utc>) -> jiff::civil::DateTime {
        self.0.to_datetime(timestamp(instant))
    }

    /// The date it is at `now`: the latest one that has started.
    pub fn today(&self, now: DateTime<Utc>, day_start: DayStart) -> Date {
        let shown = date_of(self.clock(now));
        // A clock set back across midnight shows yesterday although today has started: look one
        // day ahead of what it shows, then back.
        let mut date = shown.next();
        while date > Date::MIN && self.start(date, day_start) > now {
            date = date.previous();
        }
        date
    }
}

/// A moment at which the clocks of a zone are set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClockChange {
    /// The date that they showed just then, before they were set.
    pub date: Date,
    /// The time that they showed.
    pub at: WallTime,
    /// By how many seconds they were ahead of UTC.
    pub ahead_before: i32,
    /// By how many they are from then on.
    pub ahead: i32,
    /// What the time is called from then on: `CEST`.
    pub name: String,
    /// Whether it is summer time.
    pub is_summer: bool,
}

impl Zone {
    /// How clocks stand here as one date begins, as if they were set to it, and how they are set until another begins.
    pub fn clock_changes(&self, from: Date, until: Date) -> Vec<ClockChange> {
        let midnight = |date| timestamp(self.instant(date, WallTime::MIDNIGHT));
        let (begin, end) = (midnight(from), midnight(until));
        let standing = self.0.to_offset_info(begin);
        let mut before = standing.offset();
        let mut changes = vec![ClockChange {
            date: from,
            at: WallTime::MIDNIGHT,
            ahead_before: before.seconds(),
            ahead: before.seconds(),
            name: standing.abbreviation().to_owned(),
            is_summer: standing.dst().is_dst(),
        }];
        let transitions = self.0.following(begin);
        for transition in transitions.take_while(|transition| transition.timestamp() < end) {
            let shown = before.to_datetime(transition.timestamp());
            changes.push(ClockChange {
                date: date_of(shown),
                at: time_of(shown),
                ahead_before: before.seconds(),
                ahead: transition.offset().seconds(),
                name: transition.abbreviation().to_owned(),
                is_summer: transition.dst().is_dst(),
            });
            before = transition.offset();
        }
        changes
    }
}

/// The date that a clock shows.
fn date_of(shown: jiff::civil::DateTime) -> Date {
    let (month, day) = (shown.month() as u32, shown.day() as u32);
    NaiveDate::from_ymd_opt(i32::from(shown.year()), month, day)
        .map_or(Date::MIN, |date| Date(date).clamp(Date::MIN, Date::MAX))
}

/// The time that a clock shows, to the minute.
fn time_of(shown: jiff::civil::DateTime) -> WallTime {
    WallTime::new(shown.hour() as u8, shown.minute() as u8).unwrap_or(WallTime::MIDNIGHT)
}

fn timestamp(instant: DateTime<Utc>) -> jiff::Timestamp {
    jiff::Timestamp::from_millisecond(instant.timestamp_millis()).unwrap_or_default()
}

impl FromStr for Zone {
    type Err = &'static str;

    fn from_str(name: &str) -> Result<Zone, Self::Err> {
        ZONES
            .get(name)
            .ok()
            .filter(|zone| zone.iana_name().is_some())
            .map(Zone)
            .ok_or("must be an IANA time zone, such as Europe/Oslo")
    }
}

impl TryFrom<String> for Zone {
    type Error = &'static str;

    fn try_from(name: String) -> Result<Zone, Self::Error> {
        name.parse()
    }
}

impl From<Zone> for String {
    fn from(zone: Zone) -> String {
        zone.name().to_owned()
    }
}
