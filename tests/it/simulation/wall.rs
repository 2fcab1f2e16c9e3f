//! The clock on somebody's wall, and when it comes to the times they chose: whole seconds, and the database's list of
//! clock changes.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use chrono::{DateTime, Utc};
use hearth::domain::day::Date;
use hearth::domain::occasion::Time;
use hearth::domain::time::WallTime;

use crate::zones::Clock;

const DAY: i64 = 86_400;

/// A clock, and when the couple's day begins on it.
#[derive(Clone)]
pub struct Wall {
    clock: Rc<Clock>,
    /// Seconds after midnight.
    day_start: i64,
}

/// A moment at which it comes to a time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The second.
    pub instant: i64,
    /// The date it then is.
    pub date: Date,
    /// What it shows.
    pub at: WallTime,
    /// How often the clock shows that time under that date.
    pub times_shown: usize,
}

impl Wall {
    /// The clock of a zone, around this year.
    pub fn new(zone: &str, year: i32, day_start: WallTime) -> Wall {
        thread_local! {
            static CLOCKS: RefCell<HashMap<(String, i32), Rc<Clock>>> = RefCell::default();
        }
        let clock = CLOCKS.with_borrow_mut(|clocks| {
            let read = || Rc::new(Clock::read(zone, year - 1, year + 2));
            let kept = clocks.entry((zone.to_owned(), year));
            kept.or_insert_with(read).clone()
        });
        Wall {
            clock,
            day_start: seconds(day_start),
        }
    }

    /// The date it is: the latest that has begun.
    pub fn today(&self, now: i64) -> Date {
        let mut date = Date::of_utc(instant(now)).plus(2);
        while self.reaches(date, self.day_start) > now {
            date = date.previous();
        }
        date
    }

    /// What it shows, to the minute.
    pub fn shows(&self, now: i64) -> WallTime {
        let minutes = self.clock.shown(now).rem_euclid(DAY) / 60;
        WallTime::new((minutes / 60) as u8, (minutes % 60) as u8).unwrap()
    }

    /// An instant, as it shows it.
    pub fn moment(&self, now: i64) -> Moment {
        Moment {
            instant: now,
            date: self.today(now),
            at: self.shows(now),
            times_shown: 1,
        }
    }

    /// The first second from this one on that is neither before eight in the morning nor after half past ten.
    pub fn after_the_night(&self, now: i64) -> i64 {
        let (morning, night) = (seconds(time(8, 0)), seconds(time(22, 30)));
        if (morning..night).contains(&seconds(self.shows(now))) {
            return now;
        }
        let days = (-1..).map(|days| self.shown(now).plus(days));
        let mut mornings = days.map(|shown| self.reaches(shown, morning));
        mornings.find(|at| *at > now).unwrap()
    }

    /// The same time of day, tomorrow.
    pub fn tomorrow(&self, now: i64) -> i64 {
        let (today, at) = (self.today(now), seconds(self.shows(now)));
        let moments = (0..).map(|days| self.reaches(today.plus(days), at));
        let mut later = moments.filter(|moment| self.today(*moment) > today);
        later.next().unwrap()
    }

    /// Every moment after `from`, up to `until`, at which it comes to one of these times, in order.
    pub fn moments(&self, times: &[Time], from: i64, until: i64) -> Vec<Moment> {
        let mut shown = self.shown(from).previous();
        let last = self.shown(until).next();
        let mut moments = Vec::new();
        while shown <= last {
            for time in times {
                let instant = self.reaches(shown, seconds(time.at));
                if instant <= from || instant > until {
                    continue;
                }
                let date = self.today(instant);
                let mut days = time.days.iter();
                if days.all(|days| days.days().contains(&date.weekday())) {
                    moments.push(Moment {
                        instant,
                        date,
                        at: time.at,
                        times_shown: self.clock.times_shown(wall(shown, seconds(time.at))),
                    });
                }
            }
            shown = shown.next();
        }
        moments
    }

    /// The first moment after an instant.
    pub fn next(&self, times: &[Time], after: i64) -> Option<i64> {
        let mut days = [1, 12].into_iter();
        days.find_map(|days| {
            let moments = self.moments(times, after, after + days * DAY);
            moments.first().map(|moment| moment.instant)
        })
    }

    /// The date it shows, whichever day it is.
    fn shown(&self, now: i64) -> Date {
        Date::of_utc(instant(self.clock.shown(now)))
    }

    /// The second at which it first shows this date and time, or something later.
    fn reaches(&self, shown: Date, time: i64) -> i64 {
        self.clock.reaches(wall(shown, time))
    }
}

/// What a clock shows, in seconds.
fn wall(shown: Date, time: i64) -> i64 {
    let epoch = Date::new(1970, 1, 1).unwrap();
    shown.days_since(epoch) * DAY + time
}

fn time(hour: u8, minute: u8) -> WallTime {
    WallTime::new(hour, minute).unwrap()
}

fn seconds(time: WallTime) -> i64 {
    i64::from(time.hour()) * 3600 + i64::from(time.minute()) * 60
}

/// The instant of a second.
pub fn instant(second: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(second, 0).unwrap()
}
