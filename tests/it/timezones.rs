//! What a calendar file tells of a zone is what the clocks there do: read back by its rules, for every zone there is.

use std::collections::BTreeSet;

use hearth::domain::day::{Date, Weekday, Zone};
use hearth::domain::icalendar::{Page, day_of, local};
use hearth::domain::timezone;

use crate::store::date;

/// One way in which clocks are set: the lines of a part of the file.
struct Part(Vec<String>);

impl Part {
    fn value(&self, name: &str) -> Option<&str> {
        let start = format!("{name}:");
        self.0.iter().find_map(|line| line.strip_prefix(&start))
    }

    /// What clocks show as they are set so, through a last year.
    fn times(&self, last_year: i32) -> Vec<String> {
        let first = self.value("DTSTART").unwrap();
        let listed = self
            .value("RDATE")
            .into_iter()
            .flat_map(|more| more.split(','));
        let Some(rule) = self.value("RRULE") else {
            return std::iter::once(first)
                .chain(listed)
                .map(str::to_owned)
                .collect();
        };
        let rule = rule.strip_prefix("FREQ=YEARLY;BYMONTH=").unwrap();
        let (month, day) = rule.split_once(";BYDAY=").unwrap();
        let (place, day) = day.split_at(day.len() - 2);
        let weekday = Weekday::ALL.into_iter().find(|one| day_of(*one) == day);
        let at = format!("{}:{}", &first[9..11], &first[11..13]);
        let begin: i32 = first[..4].parse().unwrap();
        let years = begin..=last_year;
        let of_year = |year| nth(year, month.parse().unwrap(), weekday.unwrap(), place);
        years
            .map(|year| local(of_year(year), at.parse().unwrap()))
            .collect()
    }
}

/// The weekday of a month at this place: its first, its last.
fn nth(year: i32, month: u32, weekday: Weekday, place: &str) -> Date {
    let first = Date::new(year, month, 1).unwrap();
    let all = (0..31).map(|days| first.plus(days));
    let fit: Vec<Date> = all
        .filter(|day| day.month() == month && day.weekday() == weekday)
        .collect();
    match place.parse::<i32>().unwrap() {
        -1 => *fit.last().unwrap(),
        place => fit[place as usize - 1],
    }
}

/// The parts of what a file tells of a zone.
fn parts(zone: &Zone, from: Date) -> Vec<Part> {
    let mut page = Page::default();
    timezone::write(&mut page, zone, from);
    let text = String::from(page).replace("\r\n ", "");
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    assert_eq!(lines[1], format!("TZID:{}", zone.name()));
    let parts = lines.split(|line| line.starts_with("BEGIN:")).skip(2);
    parts.map(|part| Part(part.to_vec())).collect()
}

/// Every change of every zone through twelve years is told, and no other.
#[test]
fn every_zone_is_told_as_it_is() {
    let (from, until) = (date("2026-10-01"), date("2039-01-01"));
    let (mut by_rule, mut listed) = (0, 0);
    for name in Zone::names() {
        let Ok(zone) = name.parse::<Zone>() else {
            continue;
        };
        let parts = parts(&zone, from);
        let told = parts.iter().flat_map(|part| {
            let [before, after] =
                ["TZOFFSETFROM", "TZOFFSETTO"].map(|name| part.value(name).unwrap());
            let times = part.times(2038).into_iter();
            times.map(move |time| format!("{time} {before} {after}"))
        });
        let told: BTreeSet<String> = told.collect();
        let offset = |ahead: i32| {
            let sign = if ahead < 0 { '-' } else { '+' };
            format!(
                "{sign}{:02}{:02}",
                ahead.abs() / 3600,
                ahead.abs() / 60 % 60
            )
        };
        let changes = zone.clock_changes(from, until).into_iter();
        let changes = changes.map(|change| {
            let (before, after) = (offset(change.ahead_before), offset(change.ahead));
            format!("{} {before} {after}", local(change.date, change.at))
        });
        assert_eq!(told, changes.collect(), "{name}");
        by_rule += usize::from(parts.iter().any(|part| part.value("RRULE").is_some()));
        listed += usize::from(parts.iter().any(|part| part.value("RDATE").is_some()));
    }
    assert!(
        by_rule > 100 && listed > 1,
        "{by_rule} by rule, {listed} listed"
    );
}

/// Where clocks follow a rule it is told for ever, in the words that every calendar knows.
#[test]
fn rules_are_told_as_rules() {
    for (zone, wanted) in [
        (
            "Europe/Oslo",
            vec![
                "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
                "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
            ],
        ),
        (
            "America/New_York",
            vec![
                "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
                "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
            ],
        ),
        ("Africa/Casablanca", vec![]),
        ("Asia/Kathmandu", vec![]),
    ] {
        let parts = parts(&zone.parse().unwrap(), date("2026-10-01"));
        let rules: Vec<&str> = parts
            .iter()
            .filter_map(|part| part.value("RRULE"))
            .collect();
        assert_eq!(rules, wanted, "{zone}");
    }
}
