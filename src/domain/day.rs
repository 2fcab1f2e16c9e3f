//! What a day is. The only file that knows time zones.
//!
//! A day belongs to a person: it starts when their wall clock reaches the couple's `day_start`
//! and ends when the next one starts. Nothing here adds 24 hours to anything.

use std::fmt;
use std::str::FromStr;
use std::sync::LazyLock;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use jiff::tz::{AmbiguousOffset, TimeZone, TimeZoneDatabase};
use serde::{Deserialize, Serialize};

use super::time::WallTime;
use super::word::words;

/// The database compiled into the program: the same answers on every machine, whatever its
/// `/usr/share/zoneinfo` holds.
static ZONES: LazyLock<TimeZoneDatabase> = LazyLock::new(TimeZoneDatabase::bundled);

/// A civil date between [`Date::MIN`] and [`Date::MAX`], both inclusive.
///
/// Arithmetic stops at these ends instead of wrapping: a period that would run past the end of
/// 2199 is clipped to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(NaiveDate);

impl Date {
    /// 1900-01-01.
    pub const MIN: Date = Date(NaiveDate::from_ymd_opt(1900, 1, 1).expect("a valid date"));
    /// 2199-12-31.
    pub const MAX: Date = Date(NaiveDate::from_ymd_opt(2199, 12, 31).expect("a valid date"));

    /// The date, if the calendar has it and it lies within the supported range.
    pub fn new(year: i32, month: u32, day: u32) -> Option<Date> {
        NaiveDate::from_ymd_opt(year, month, day)
            .map(Date)
            .filter(|date| (Date::MIN..=Date::MAX).contains(date))
    }

    /// This date `days` later (earlier when negative), clipped to the supported range.
    pub fn plus(self, days: i64) -> Date {
        let distance = Days::new(days.unsigned_abs());
        let (moved, end) = if days < 0 {
            (self.0.checked_sub_days(distance), Date::MIN)
        } else {
            (self.0.checked_add_days(distance), Date::MAX)
        };
        moved.map_or(end, |date| Date(date).clamp(Date::MIN, Date::MAX))
    }

    /// The day after.
    pub fn next(self) -> Date {
        self.plus(1)
    }

    /// The day before.
    pub fn previous(self) -> Date {
        self.plus(-1)
    }

    /// How many days lie between: 1 for yesterday → today.
    pub fn days_since(self, earlier: Date) -> i64 {
        self.0.signed_duration_since(earlier.0).num_days()
    }

    /// The same month and day `years` later (earlier when negative); 29 February becomes the 28th.
    pub fn plus_years(self, years: i32) -> Date {
        let (month, day) = (self.0.month(), self.0.day());
        let year = self.0.year() + years;
        let end = if years < 0 { Date::MIN } else { Date::MAX };
        Date::new(year, month, day)
            .or_else(|| Date::new(year, month, 28))
            .unwrap_or(end)
    }

    /// The day of the week.
    pub fn weekday(self) -> Weekday {
        Weekday::ALL[self.0.weekday().num_days_from_monday() as usize]
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// Month and day as one number: 1126 is 26 November.
    pub fn month_and_day(self) -> u16 {
        (self.0.month() * 100 + self.0.day()) as u16
    }

    /// The first day of this date's month.
    pub fn month_first(self) -> Date {
        Date(self.0.with_day(1).unwrap_or(self.0))
    }

    /// The last day of this date's month.
    pub fn month_last(self) -> Date {
        let days = i64::from(self.0.num_days_in_month());
        self.month_first().plus(days - 1)
    }

    /// The date it is where the day begins first: nowhere on earth is it later.
    pub fn furthest_east(instant: DateTime<Utc>) -> Date {
        Date::of_utc(instant + TimeDelta::hours(14))
    }

    /// The UTC date of an instant, clipped to the supported range.
    pub fn of_utc(instant: DateTime<Utc>) -> Date {
        Date(instant.date_naive()).clamp(Date::MIN, Date::MAX)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for Date {
    type Err = &'static str;

    /// Reads `YYYY-MM-DD` and nothing else: chrono's own parser would also take `-0001-01-01` and
    /// ` 2024-1-1`, and takes ten times as long.
    fn from_str(text: &str) -> Result<Date, Self::Err> {
        has_shape(text, "dddd-dd-dd")
            .then(|| {
                Date::new(
                    text[..4].parse().ok()?,
                    text[5..7].parse().ok()?,
                    text[8..].parse().ok()?,
                )
            })
            .flatten()
            .ok_or("must be a date from 1900-01-01 to 2199-12-31, written YYYY-MM-DD")
    }
}

impl TryFrom<String> for Date {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Date, Self::Error> {
        text.parse()
    }
}

impl From<Date> for String {
    fn from(date: Date) -> String {
        date.to_string()
    }
}

/// Whether `text` has a digit wherever `shape` has a `d`, and the very same byte elsewhere.
fn has_shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text
            .bytes()
            .zip(shape.bytes())
            .all(|(byte, wanted)| match wanted {
                b'd' => byte.is_ascii_digit(),
                _ => byte == wanted,
            })
}

/// A day of the week, in ISO order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
#[expect(missing_docs, reason = "their names say it")]
pub enum Weekday {
    Mon,
    Tue,
    Wed,
    Thu,
    Fri,
    Sat,
    Sun,
}

words!(Weekday);

impl Weekday {
    /// All seven, Monday first.
    pub const ALL: [Weekday; 7] = [
        Weekday::Mon,
        Weekday::Tue,
        Weekday::Wed,
        Weekday::Thu,
        Weekday::Fri,
        Weekday::Sat,
        Weekday::Sun,
    ];
}

/// The wall-clock time at which a couple's day begins: `00:00` to `06:00`, by default `04:00`, so
/// that a check-in at 00:40 belongs to the evening before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayStart(WallTime);

impl DayStart {
    /// The latest that a day can begin.
    const LATEST: WallTime = WallTime::new(6, 0).expect("a time");

    /// Where a time comes in the order of such a day: what lies before its beginning comes last.
    pub fn place(self, at: WallTime) -> (bool, WallTime) {
        (at < self.0, at)
    }
}

impl Default for DayStart {
    fn default() -> DayStart {
        DayStart(WallTime::new(4, 0).expect("a time"))
    }
}

impl fmt::Display for DayStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl FromStr for DayStart {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<DayStart, Self::Err> {
        let time = text.parse().ok();
        time.filter(|time| *time <= DayStart::LATEST)
            .map(DayStart)
            .ok_or("must be a time from 00:00 to 06:00, written HH:MM")
    }
}

impl TryFrom<String> for DayStart {
    type Error = &'static str;

    fn try_from(text: String) -> Result<DayStart, Self::Error> {
        text.parse()
    }
}

impl From<DayStart> for String {
    fn from(day_start: DayStart) -> String {
        day_start.to_string()
    }
}

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
        let wall = jiff::civil::date(
            date.0.year() as i16,
            date.0.month() as i8,
            date.0.day() as i8,
        )
        .at(time.hour() as i8, time.minute() as i8, 0, 0);
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
        let shown = self.clock(instant);
        WallTime::new(shown.hour() as u8, shown.minute() as u8).unwrap_or(WallTime::MIDNIGHT)
    }

    fn clock(&self, instant: DateTime<Utc>) -> jiff::civil::DateTime {
        let millis = jiff::Timestamp::from_millisecond(instant.timestamp_millis());
        self.0.to_datetime(millis.unwrap_or_default())
    }

    /// The date it is at `now`: the latest one that has started.
    pub fn today(&self, now: DateTime<Utc>, day_start: DayStart) -> Date {
        let wall = self.clock(now).date();
        let shown = NaiveDate::from_ymd_opt(
            i32::from(wall.year()),
            wall.month() as u32,
            wall.day() as u32,
        )
        .map_or(Date::MIN, |date| Date(date).clamp(Date::MIN, Date::MAX));
        // A clock set back across midnight shows yesterday although today has started: look one
        // day ahead of what it shows, then back.
        let mut date = shown.next();
        while date > Date::MIN && self.start(date, day_start) > now {
            date = date.previous();
        }
        date
    }
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
