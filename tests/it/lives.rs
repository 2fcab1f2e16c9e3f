//! What must hold however a couple lives: the stored fold is the whole fold, and the rules are kind.
//!
//! proptest takes the number of lives from `PROPTEST_CASES` (256 unless told).

use chrono::{DateTime, TimeDelta, Utc};
use hearth::domain::cadence::Cadence;
use hearth::domain::ritual::Rule;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::{Index, select};

use crate::model::{Act, Model};
use crate::rules;

/// From one end of the earth to the other; Apia skips 2011-12-30.
const ZONES: [&str; 7] = [
    "Pacific/Kiritimati",
    "Pacific/Apia",
    "Australia/Lord_Howe",
    "Asia/Kolkata",
    "Europe/Oslo",
    "America/St_Johns",
    "Etc/GMT+12",
];

const DAY_STARTS: [&str; 4] = ["00:00", "02:30", "04:00", "06:00"];

fn acts() -> impl Strategy<Value = Act> {
    let who = || 0..2usize;
    let ago = || prop_oneof![6 => Just(0), 1 => 0..5i64, 1 => 0..60i64];
    let dates = prop_oneof![4 => Just(1), 1 => 1..40i64];
    let days = option::weighted(0.7, 0..9i64);
    let which = || any::<Index>();
    prop_oneof![
        20 => (who(), ago(), dates).prop_map(|(who, ago, dates)| Act::Log { who, ago, dates }),
        2 => which().prop_map(Act::Undo),
        1 => (who(), -5..40i64, days).prop_map(|(who, ago, days)| Act::Rest { who, ago, days }),
        2 => (who(), which()).prop_map(|(who, which)| Act::EndRest { who, which }),
        4 => who().prop_map(Act::Agree),
        2 => who().prop_map(Act::Withdraw),
        2 => rules::cadences().prop_map(Act::Cadence),
        1 => (-5..90i64).prop_map(|ago| Act::Start { ago }),
        1 => rules::forgivenesses().prop_map(Act::Forgiveness),
        2 => (who(), select(&ZONES)).prop_map(|(who, zone)| Act::Zone(who, zone)),
        1 => select(&DAY_STARTS).prop_map(Act::DayStart),
        1 => rules::week_starts().prop_map(Act::WeekStart),
    ]
}

/// Somebody logs where the day begins first, both fly to where it begins last, and then something is
/// done while the log is ahead of every today.
fn flights() -> impl Strategy<Value = Vec<(i64, Act)>> {
    (0..2usize, acts()).prop_map(|(who, act)| {
        let both_to = |zone| [Act::Zone(0, zone), Act::Zone(1, zone)];
        let east = both_to(ZONES[0]).into_iter();
        let log = Act::Log {
            who,
            ago: 0,
            dates: 1,
        };
        let west = both_to(ZONES[ZONES.len() - 1]);
        east.chain([log])
            .chain(west)
            .chain([act])
            .map(|act| (0, act))
            .collect()
    })
}

/// Hours pass, then something is done: mostly on the same day or the next, now and then a week later.
fn lives() -> impl Strategy<Value = Vec<(i64, Act)>> {
    let hours = prop_oneof![4 => 0..10i64, 3 => 0..30i64, 2 => Just(24), 1 => 0..200i64];
    let moment = (hours, acts()).prop_map(|moment| vec![moment]);
    let episodes = vec(prop_oneof![20 => moment, 1 => flights()], 1..60);
    episodes.prop_map(|episodes| episodes.concat())
}

prop_compose! {
    fn couples()(
        zones in [select(&ZONES), select(&ZONES)],
        month in select(vec!["2011-12-01T00:00:00Z", "2024-02-20T00:00:00Z", "2026-03-20T00:00:00Z"]),
        hours in 0..200i64,
        cadence in rules::cadences(),
        rule in rules::rules(),
        ago in option::of(-5..90i64),
    ) -> Model {
        let now = month.parse::<DateTime<Utc>>().unwrap() + TimeDelta::hours(hours);
        Model::new(zones.map(|zone| zone.parse().unwrap()), now, cadence, rule, ago)
    }
}

/// A log on a date that belongs to no period holds its revision too: logged on a first Sunday, then
/// flown west to the Saturday or Friday before, a Monday-to-Friday ritual changes only from Monday on.
#[test]
fn a_revision_begins_after_what_was_logged() {
    let now: DateTime<Utc> = "2026-03-14T15:30:00Z".parse().unwrap();
    let cadence = r#"{"kind":"weekdays","days":["mon","fri"]}"#;
    let weekdays: Cadence = serde_json::from_str(cadence).unwrap();
    for west in ["Europe/Oslo", "Etc/GMT+12"] {
        let zones = [0, 1].map(|_| "Pacific/Apia".parse().unwrap());
        let mut couple = Model::new(zones, now, weekdays.clone(), Rule::Either, None);
        let log = Act::Log {
            who: 0,
            ago: 0,
            dates: 1,
        };
        let revise = Act::Cadence(Cadence::Weekly { times: 1 });
        for act in [log, Act::Zone(0, west), Act::Zone(1, west), revise] {
            couple.live(&act);
        }
        let revisions = couple
            .ritual
            .revisions
            .iter()
            .map(|revision| revision.from.to_string());
        assert_eq!(
            Vec::from_iter(revisions),
            ["2026-03-15", "2026-03-16"],
            "{west}"
        );
    }
}

proptest! {
    /// The stored fold is never anything but the fold of the whole history.
    #[test]
    fn the_stored_fold_is_the_whole_fold(mut couple in couples(), life in lives()) {
        for (hours, act) in &life {
            couple.now += TimeDelta::hours(*hours);
            prop_assert_eq!(couple.read(), couple.told().0, "before {:?}", act);
            let written = couple.ritual.checkpoint.clone();
            couple.live(act);
            prop_assert_eq!(couple.read(), couple.told().0, "after {:?}", act);
            if couple.ritual.checkpoint != written {
                prop_assert_eq!(&couple.ritual.checkpoint, &couple.folded(), "after {:?}", act);
            }
        }
    }

    /// Logging, resting, agreeing, withdrawing and changing the cadence take nothing away.
    #[test]
    fn the_rules_are_kind(mut couple in couples(), life in lives()) {
        use Act::{Agree, Cadence, Log, Rest, Withdraw};
        for (hours, act) in &life {
            couple.now += TimeDelta::hours(*hours);
            let (before, judged) = couple.told();
            couple.live(act);
            let (after, judged_now) = couple.told();
            if matches!(act, Log { .. } | Rest { .. } | Agree(_) | Withdraw(_) | Cadence(_)) {
                prop_assert!(rules::is_kind(&before, &after), "{act:?}: {before:?} became {after:?}");
            }
            if matches!(act, Log { .. }) {
                prop_assert!(rules::is_as_strong(&before, &after), "{before:?} became {after:?}");
            }
            if matches!(act, Cadence(_)) && !couple.logs.is_empty() {
                prop_assert!(judged_now.starts_with(&judged), "{judged:?} became {judged_now:?}");
            }
        }
    }
}
