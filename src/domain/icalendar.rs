//! A calendar as a file that calendar apps read (RFC 5545). Nothing in it depends on when it is written: what has not
//! changed stays the same to the byte.

use chrono::{DateTime, Utc};

use super::calendar::{Calendar, Event, Repeats, Rhythm, Start};
use super::day::{Date, Weekday};
use super::time::WallTime;
use super::timezone;

/// The most octets of a line.
const WIDTH: usize = 75;

/// Who writes.
const PRODUCT: &str = "-//Hearth//Calendar//EN";

/// How long an app may well wait before it looks again.
const LOOK_AGAIN: &str = "PT1H";

/// The calendar as a file.
pub fn write(calendar: &Calendar) -> String {
    let mut page = Page::default();
    page.line("BEGIN:VCALENDAR");
    page.line("VERSION:2.0");
    page.line(&format!("PRODID:{PRODUCT}"));
    // The standard's own names (RFC 7986), and those that came before and more apps know.
    for name in ["NAME", "X-WR-CALNAME"] {
        page.text(name, &calendar.name);
    }
    page.line(&format!("REFRESH-INTERVAL;VALUE=DURATION:{LOOK_AGAIN}"));
    page.line(&format!("X-PUBLISHED-TTL:{LOOK_AGAIN}"));
    let is_in_zone = |event: &Event| matches!(event.start, Start::InZone(..));
    if calendar.events.iter().any(is_in_zone) {
        timezone::write(&mut page, &calendar.zone, calendar.from);
    }
    for event in &calendar.events {
        page.event(calendar, event);
    }
    page.line("END:VCALENDAR");
    page.into()
}

/// A file as it is written.
#[derive(Debug, Default)]
pub struct Page(String);

impl From<Page> for String {
    fn from(page: Page) -> String {
        page.0
    }
}

impl Page {
    /// A line, folded where it is too long: what goes on begins with a space. No letter is cut.
    pub fn line(&mut self, line: &str) {
        let mut room = WIDTH;
        for letter in line.chars() {
            if letter.len_utf8() > room {
                self.0.push_str("\r\n ");
                room = WIDTH - 1;
            }
            self.0.push(letter);
            room -= letter.len_utf8();
        }
        self.0.push_str("\r\n");
    }

    /// A line with words, in which some letters would mean something else.
    pub fn text(&mut self, name: &str, words: &str) {
        let words = words.replace('\\', "\\\\");
        let words = words.replace(';', "\\;").replace(',', "\\,");
        self.line(&format!("{name}:{words}"));
    }

    fn event(&mut self, calendar: &Calendar, event: &Event) {
        self.line("BEGIN:VEVENT");
        self.line(&format!("UID:{}", event.uid));
        self.line(&format!("DTSTAMP:{}", utc(calendar.made_at)));
        self.line(&match event.start {
            Start::InZone(date, at) => {
                let zone = calendar.zone.name();
                format!("DTSTART;TZID={zone}:{}", local(date, at))
            }
            Start::AnyClock(date, at) => format!("DTSTART:{}", local(date, at)),
            Start::AllDay(date) => format!("DTSTART;VALUE=DATE:{}", day(date)),
        });
        if let Some(minutes) = event.minutes {
            self.line(&format!("DURATION:PT{minutes}M"));
        }
        if let Some(repeats) = &event.repeats {
            self.line(&format!("RRULE:{}", rule(repeats)));
            // Neither of them is away from work while they are reminded.
            self.line("TRANSP:TRANSPARENT");
        }
        self.text("SUMMARY", &event.title);
        // Whoever shares their calendar shares that there is something, at most.
        self.line("CLASS:PRIVATE");
        self.line("END:VEVENT");
    }
}

fn rule(repeats: &Repeats) -> String {
    let often = match &repeats.rhythm {
        Rhythm::Daily => "FREQ=DAILY".to_owned(),
        Rhythm::Every(days) => format!("FREQ=DAILY;INTERVAL={days}"),
        Rhythm::On(days) => {
            let days: Vec<&str> = days.iter().copied().map(day_of).collect();
            format!("FREQ=WEEKLY;BYDAY={}", days.join(","))
        }
    };
    match repeats.until {
        None => often,
        Some(until) => format!("{often};UNTIL={}", utc(until)),
    }
}

/// A day of the week.
pub fn day_of(weekday: Weekday) -> &'static str {
    match weekday {
        Weekday::Mon => "MO",
        Weekday::Tue => "TU",
        Weekday::Wed => "WE",
        Weekday::Thu => "TH",
        Weekday::Fri => "FR",
        Weekday::Sat => "SA",
        Weekday::Sun => "SU",
    }
}

/// What a clock on the wall shows.
pub fn local(date: Date, at: WallTime) -> String {
    format!("{}T{:02}{:02}00", day(date), at.hour(), at.minute())
}

fn day(date: Date) -> String {
    format!("{:04}{:02}{:02}", date.year(), date.month(), date.day())
}

fn utc(instant: DateTime<Utc>) -> String {
    instant.format("%Y%m%dT%H%M%SZ").to_string()
}
