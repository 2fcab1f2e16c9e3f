//! Every zone of the database, every day from 2020 to 2037: each instant has exactly one today.
//!
//! What a clock shows is worked out here from the database's list of clock changes, with whole
//! seconds and nothing else.

use std::collections::BTreeMap;
use std::iter;

use chrono::{DateTime, TimeDelta, Utc};
use hearth::domain::day::{Date, DayStart, Zone};
use jiff::Timestamp;
use jiff::tz::TimeZoneDatabase;

/// When a day may begin, and that many seconds after midnight.
const DAY_STARTS: [(&str, i64); 4] = [
    ("00:00", 0),
    ("02:30", 9_000),
    ("04:00", 14_400),
    ("06:00", 21_600),
];

/// How many of the four each zone is swept with in one year; the next year takes the next ones. All
/// four at once are for a release build: without optimization they take twenty seconds.
const AT_ONCE: usize = if cfg!(debug_assertions) { 1 } else { 4 };

/// A stretch of time with one offset from UTC, all in seconds.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Stretch {
    from: i64,
    until: i64,
    offset: i64,
}

/// A zone's clock through some years.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
pub struct Clock(Vec<Stretch>);

impl Clock {
    /// The clock of a zone, with some days to spare before and after these years.
    pub fn read(name: &str, first_year: i32, last_year: i32) -> Clock {
        let zone = TimeZoneDatabase::bundled().get(name).unwrap();
        let begin: Timestamp = format!("{}-12-20T00:00Z", first_year - 1).parse().unwrap();
        let end: Timestamp = format!("{}-01-10T00:00Z", last_year + 1).parse().unwrap();
        let changes = zone
            .following(begin)
            .take_while(|change| change.timestamp() < end);
        let mut marks: Vec<(i64, i64)> =
            vec![(begin.as_second(), zone.to_offset(begin).seconds().into())];
        marks.extend(changes.map(|c| (c.timestamp().as_second(), c.offset().seconds().into())));
        let ends = marks
            .iter()
            .skip(1)
            .map(|(from, _)| *from)
            .chain([end.as_second()]);
        let stretches = marks
            .iter()
            .zip(ends)
            .map(|(&(from, offset), until)| Stretch {
                from,
                until,
                offset,
            });
        Clock(stretches.collect())
    }

    /// The first second at which it shows `wall` or something later.
    pub fn reaches(&self, wall: i64) -> i64 {
        let mut moments = self
            .0
            .iter()
            .map(|s| (s.from.max(wall - s.offset), s.until));
        moments.find(|(moment, until)| moment < until).unwrap().0
    }

    /// What it shows at a second.
    pub fn shown(&self, moment: i64) -> i64 {
        let mut stretches = self.0.iter();
        let now = stretches.find(|s| moment < s.until).unwrap();
        moment + now.offset
    }

    /// How often it shows `wall`: not at all where it is set forward over it, twice where it is set back.
    pub fn times_shown(&self, wall: i64) -> usize {
        let moments = self.0.iter().map(|s| (wall - s.offset, s.from, s.until));
        let shown = moments.filter(|(moment, from, until)| (from..until).contains(&moment));
        shown.count()
    }

    /// Whether it is changed from `first` to before `end`.
    fn changes(&self, first: i64, end: i64) -> bool {
        self.0.iter().any(|s| (first..end).contains(&s.from))
    }

    /// Whether it ever shows anything from `first` to before `end`.
    fn shows_any(&self, first: i64, end: i64) -> bool {
        self.0
            .iter()
            .any(|s| s.from + s.offset < end && first < s.until + s.offset)
    }
}

/// Looks at each day of a year: it starts when the clock first reaches its start, and until the next
/// one starts it is today, also where the clock is set back. Gives back the dates that are missing,
/// each of which the clock itself must have skipped.
fn sweep(name: &str, clock: &Clock, year: i32, (text, seconds): (&str, i64)) -> Vec<Date> {
    let (zone, day_start): (Zone, DayStart) = (name.parse().unwrap(), text.parse().unwrap());
    let epoch = Date::new(1970, 1, 1).unwrap();
    let wall = |date: Date| date.days_since(epoch) * 86_400 + seconds;
    let mut missing = Vec::new();
    let mut date = Date::new(year, 1, 1).unwrap();
    let mut start = zone.start(date, day_start);
    while date <= Date::new(year, 12, 31).unwrap() {
        let next = zone.start(date.next(), day_start);
        let place = format_args!("{name} {date} {text}");
        let shown = clock.shows_any(wall(date), wall(date.next()));
        assert_eq!(start.timestamp(), clock.reaches(wall(date)), "{place}");
        assert_eq!(start < next, shown, "{place}");
        assert!(start <= next, "{place}");
        let mut looks = looks(clock, start, next);
        assert!(
            looks.all(|instant| zone.today(instant, day_start) == date),
            "{place}"
        );
        if !shown {
            missing.push(date);
        }
        (date, start) = (date.next(), next);
    }
    missing
}

/// When to look at a day: at its first and its last millisecond and in between, every quarter of an
/// hour if the clock changes on it.
fn looks(
    clock: &Clock,
    start: DateTime<Utc>,
    next: DateTime<Utc>,
) -> impl Iterator<Item = DateTime<Utc>> {
    let step = if clock.changes(start.timestamp(), next.timestamp()) {
        TimeDelta::minutes(15)
    } else {
        (next - start) / 2
    };
    let last = next - TimeDelta::milliseconds(1);
    iter::successors(Some(start), move |instant| Some(*instant + step))
        .take_while(move |instant| *instant < last)
        .chain([last])
        .filter(move |_| start < next)
}

/// Every instant of every zone has one today, and no today comes twice or is left out. Zones whose
/// clocks go alike in these years are looked at once.
#[test]
fn every_instant_has_one_today() {
    let mut clocks: BTreeMap<Clock, String> = BTreeMap::new();
    for name in Zone::names() {
        assert_eq!(name.parse::<Zone>().unwrap().name(), name);
        clocks.entry(Clock::read(&name, 2020, 2037)).or_insert(name);
    }
    for (turn, (clock, name)) in clocks.iter().enumerate() {
        for year in 2020..=2037 {
            let rotated = DAY_STARTS.iter().cycle().skip(turn + year as usize);
            for day_start in rotated.take(AT_ONCE) {
                let missing = sweep(name, clock, year, *day_start);
                assert_eq!(missing, [], "{name} skips no date since 2020");
            }
        }
    }
}

/// A date that the zone itself skipped is missing where the day begins at midnight; where it begins
/// later, the small hours of the date after still belong to it. A date that a clock set back shows
/// again is not doubled.
#[test]
fn only_dates_that_a_zone_skipped_are_missing() {
    let odd_years = [
        ("Pacific/Kwajalein", 1969, None), // set back by 23 hours
        ("Pacific/Kwajalein", 1993, Some("1993-08-21")),
        ("Pacific/Kiritimati", 1994, Some("1994-12-31")),
        ("Pacific/Kanton", 1994, Some("1994-12-31")),
        ("America/St_Johns", 2010, None), // set back across midnight
        ("Pacific/Apia", 2011, Some("2011-12-30")),
        ("Pacific/Fakaofo", 2011, Some("2011-12-30")),
    ];
    for (name, year, skipped) in odd_years {
        let clock = Clock::read(name, year, year);
        for day_start in DAY_STARTS {
            let skipped = skipped
                .filter(|_| day_start.1 == 0)
                .map(|date| date.parse().unwrap());
            assert_eq!(
                sweep(name, &clock, year, day_start),
                Vec::from_iter(skipped),
                "{name}"
            );
        }
    }
}
