//! A zone as an iCalendar file tells it (RFC 5545, section 3.6.5), from the data compiled into the program: clients
//! that have none of their own, or older ones, show the same times.

use super::day::{Date, Zone};
use super::icalendar::{Page, day_of, local};
use super::zone::ClockChange;

/// For how many years changes are looked at: long enough to tell a rule from a coincidence.
const YEARS: i32 = 12;

/// Writes how clocks stand in a zone as a date begins, and how they are set after it.
pub fn write(page: &mut Page, zone: &Zone, from: Date) {
    let last_year = from.year() + YEARS;
    let until = Date::new(last_year + 1, 1, 1).unwrap_or(Date::MAX);
    let mut kinds: Vec<Kind> = Vec::new();
    let mut changes = zone.clock_changes(from, until).into_iter();
    let standing = changes.next().map(|standing| Kind(vec![standing]));
    for change in changes {
        match kinds.iter_mut().find(|kind| kind.holds(&change)) {
            Some(kind) => kind.0.push(change),
            None => kinds.push(Kind(vec![change])),
        }
    }
    page.line("BEGIN:VTIMEZONE");
    page.text("TZID", zone.name());
    for kind in standing.into_iter().chain(kinds) {
        kind.write(page, last_year);
    }
    page.line("END:VTIMEZONE");
}

/// Changes of one kind, oldest first: each spring to summer time, say.
#[derive(Debug)]
struct Kind(Vec<ClockChange>);

impl Kind {
    /// Whether another change is of this kind.
    fn holds(&self, other: &ClockChange) -> bool {
        let what = |one: &ClockChange| (one.ahead_before, one.ahead, one.is_summer);
        let is_alike = |one: &ClockChange| what(one) == what(other) && one.name == other.name;
        self.0.first().is_some_and(is_alike)
    }

    fn write(&self, page: &mut Page, last_year: i32) {
        let Some((first, others)) = self.0.split_first() else {
            return;
        };
        let part = if first.is_summer {
            "DAYLIGHT"
        } else {
            "STANDARD"
        };
        page.line(&format!("BEGIN:{part}"));
        page.line(&format!("DTSTART:{}", local(first.date, first.at)));
        page.line(&format!("TZOFFSETFROM:{}", offset(first.ahead_before)));
        page.line(&format!("TZOFFSETTO:{}", offset(first.ahead)));
        page.text("TZNAME", &first.name);
        if let Some(rule) = self.rule(last_year) {
            page.line(&format!("RRULE:{rule}"));
        } else if !others.is_empty() {
            let others = others.iter().map(|one| local(one.date, one.at));
            page.line(&format!("RDATE:{}", others.collect::<Vec<_>>().join(",")));
        }
        page.line(&format!("END:{part}"));
    }

    /// The rule that they all follow year by year to the last: a time on one of a month's weekdays, by its number or as
    /// the month's last. Such as Morocco's follow the moon, and have none.
    fn rule(&self, last_year: i32) -> Option<String> {
        let Kind(changes) = self;
        let first = changes.first()?;
        let years = changes.iter().map(|one| one.date.year());
        let is_yearly = years.eq(first.date.year()..=last_year);
        let is_steady = self.is_same(|one| (one.at, one.date.month(), one.date.weekday()));
        if changes.len() < 2 || !is_yearly || !is_steady {
            return None;
        }
        let month = first.date.month();
        let number = |one: &ClockChange| (one.date.day() - 1) / 7 + 1;
        let is_last = |one: &ClockChange| one.date.plus(7).month() != month;
        let place = match self.is_same(number) {
            true => number(first).to_string(),
            false if changes.iter().all(is_last) => "-1".to_owned(),
            false => return None,
        };
        let day = day_of(first.date.weekday());
        Some(format!("FREQ=YEARLY;BYMONTH={month};BYDAY={place}{day}"))
    }

    /// Whether this is the same of all of them.
    fn is_same<T: PartialEq>(&self, of: impl Fn(&ClockChange) -> T) -> bool {
        self.0.windows(2).all(|pair| of(&pair[0]) == of(&pair[1]))
    }
}

/// Seconds ahead of UTC as `+0100`, with seconds only where there are some.
fn offset(ahead: i32) -> String {
    let sign = if ahead < 0 { '-' } else { '+' };
    let (minutes, seconds) = (ahead.abs() / 60, ahead.abs() % 60);
    let (hours, minutes) = (minutes / 60, minutes % 60);
    match seconds {
        0 => format!("{sign}{hours:02}{minutes:02}"),
        _ => format!("{sign}{hours:02}{minutes:02}{seconds:02}"),
    }
}
