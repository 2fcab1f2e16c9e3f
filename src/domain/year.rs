//! What a ritual came to in a year: which days, by whom, for how long.

use serde::{Deserialize, Serialize};

use super::day::Date;
use super::text::Minutes;

/// Who of the two logged on a day.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Seats(u8);

impl Seats {
    /// Those in these seats, 1 and 2; nobody in any is no day at all.
    pub fn of(seats: impl IntoIterator<Item = i64>) -> Option<Seats> {
        let bits = seats.into_iter().fold(0, |bits, seat| match seat {
            1 => bits | 1,
            _ => bits | 2,
        });
        Seats::try_from(bits).ok()
    }

    /// Whether whoever has this place in the couple, 0 or 1, is among them.
    pub fn hold(self, place: usize) -> bool {
        self.0 & (1 << place) != 0
    }

    /// How many they are.
    pub fn count(self) -> u32 {
        self.0.count_ones()
    }
}

impl TryFrom<u8> for Seats {
    type Error = &'static str;

    fn try_from(bits: u8) -> Result<Seats, Self::Error> {
        (1..=3)
            .contains(&bits)
            .then_some(Seats(bits))
            .ok_or("is nobody of the two")
    }
}

impl From<Seats> for u8 {
    fn from(seats: Seats) -> u8 {
        seats.0
    }
}

/// A day on which somebody logged. An evening of twenty minutes is twenty minutes, even if both wrote it down: of
/// two, the longer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// The date.
    pub date: Date,
    /// Who logged.
    pub seats: Seats,
    /// For how long.
    pub minutes: Option<Minutes>,
}

/// The days of one year on which somebody logged, in their order.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Year(Vec<Day>);

/// A day as it is stored: month and day as one number, who, and the minutes.
type Packed = (u16, Seats, Option<Minutes>);

impl Year {
    /// The year that was packed like this.
    pub fn unpack(year: i32, packed: Vec<Packed>) -> Option<Year> {
        let days = packed.into_iter().map(|(day, seats, minutes)| {
            let date = Date::new(year, u32::from(day / 100), u32::from(day % 100))?;
            Some(Day {
                date,
                seats,
                minutes,
            })
        });
        let days: Vec<Day> = days.collect::<Option<_>>()?;
        days.is_sorted_by(|one, next| one.date < next.date)
            .then_some(Year(days))
    }

    /// How it is stored.
    pub fn pack(&self) -> Vec<Packed> {
        let days = self.0.iter();
        days.map(|day| (day.date.month_and_day(), day.seats, day.minutes))
            .collect()
    }

    /// The days.
    pub fn days(&self) -> &[Day] {
        &self.0
    }

    /// Replaces what is known of a date: nothing, once nobody has logged any more.
    pub fn set(&mut self, date: Date, day: Option<Day>) {
        match (self.0.binary_search_by_key(&date, |day| day.date), day) {
            (Ok(place), Some(day)) => self.0[place] = day,
            (Err(place), Some(day)) => self.0.insert(place, day),
            (Ok(place), None) => _ = self.0.remove(place),
            (Err(_), None) => {}
        }
    }

    /// On how many days somebody logged.
    pub fn times(&self) -> i64 {
        self.0.len() as i64
    }

    /// For how long, all in all.
    pub fn minutes(&self) -> i64 {
        let minutes = self.0.iter().filter_map(|day| day.minutes);
        minutes.map(i64::from).sum()
    }
}
