//! What a day is.
//!
//! A day belongs to a person: it starts when the wall clock in their [`Zone`] reaches the couple's
//! `day_start` and ends when the next one starts. Nothing here adds 24 hours to anything.

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, Datelike, Days, NaiveDate, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::time::WallTime;
use super::word::words;

pub use super::zone::Zone;

/// A civil date between [`Date::MIN`] and [`Date::MAX`], both inclusive.
///
/// Arithmetic stops at these ends instead of wrapping: a period that would run past the end of
/// 2199 is clipped to it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Date(pub(super) NaiveDate);

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

    /// The month, 1 to 12.
    pub fn month(self) -> u32 {
        self.0.month()
    }

    /// The day of the month, 1 to 31.
    pub fn day(self) -> u32 {
        self.0.day()
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

    /// The day after.
    pub fn next(self) -> Weekday {
        Weekday::ALL[(self as usize + 1) % Weekday::ALL.len()]
    }
}

/// The wall-clock time at which a couple's day begins: `00:00` to `06:00`, by default `04:00`, so
/// that a check-in at 00:40 belongs to the evening before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct DayStart(pub(super) WallTime);

impl DayStart {
    /// The latest that a day can begin.
    const LATEST: WallTime = WallTime::new(6, 0).expect("a time");

    /// Where a time comes in the order of such a day: what lies before its beginning comes last.
    pub fn place(self, at: WallTime) -> (bool, WallTime) {
        (at < self.0, at)
    }

    /// The date that a calendar on the wall shows when the clock beside it comes to `at` on this date.
    pub fn shown(self, date: Date, at: WallTime) -> Date {
        match at < self.0 {
            true => date.next(),
            false => date,
        }
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
