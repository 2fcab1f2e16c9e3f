//! Cases computed by a second, independent implementation of the rules. Nobody edits them.

use std::collections::BTreeMap;

use hearth::domain::agreement::{Answer, Interval, Participant};
use hearth::domain::cadence::{Cadence, Revision, WeekStart};
use hearth::domain::couple::Todays;
use hearth::domain::day::{Date, DayStart, Zone};
use hearth::domain::ledger::Ledger;
use hearth::domain::rest::{RestDates, Span};
use hearth::domain::ritual::{Forgiveness, Rule};
use hearth::domain::story::Story;
use hearth::domain::streak::Checkpoint;
use hearth::ids::{AccountId, Chance};
use serde::Deserialize;
use serde_json::{Value, json};

#[derive(Deserialize)]
struct DayCase {
    zone: Zone,
    day_start: DayStart,
    instant: chrono::DateTime<chrono::Utc>,
    today: Date,
    start: chrono::DateTime<chrono::Utc>,
}

#[test]
fn days_are_those_of_the_second_implementation() {
    let cases: Vec<DayCase> = serde_json::from_str(include_str!("../vectors/days.json")).unwrap();
    assert_eq!(cases.len(), 210);
    for case in cases {
        let place = format!("{} {} {}", case.zone.name(), case.day_start, case.instant);
        let today = case.zone.today(case.instant, case.day_start);
        assert_eq!(today, case.today, "today: {place}");
        let start = case.zone.start(case.today, case.day_start);
        assert_eq!(start, case.start, "start: {place}");
    }
}

#[derive(Deserialize)]
struct StreakCase {
    name: String,
    rule: Rule,
    forgiveness: Forgiveness,
    cadence: Vec<serde_json::Map<String, Value>>,
    participants: Vec<ParticipantCase>,
    logs: Vec<(String, Date)>,
    rests: Vec<RestCase>,
    today: BTreeMap<String, Date>,
    expect: Value,
}

#[derive(Deserialize)]
struct ParticipantCase {
    member: String,
    since: Date,
    until: Option<Date>,
}

#[derive(Deserialize)]
struct RestCase {
    from: Date,
    to: Option<Date>,
}

/// A revision as the vectors write it: the cadence's fields beside `from` and `week_start`.
fn revision(mut fields: serde_json::Map<String, Value>) -> Revision {
    let from = serde_json::from_value(fields.remove("from").unwrap()).unwrap();
    let week_start = fields.remove("week_start").map_or(WeekStart::Mon, |start| {
        serde_json::from_value(start).unwrap()
    });
    let cadence: Cadence = serde_json::from_value(Value::Object(fields)).unwrap();
    Revision {
        from,
        cadence,
        week_start,
    }
}

#[test]
fn streaks_are_those_of_the_second_implementation() {
    let cases: Vec<StreakCase> =
        serde_json::from_str(include_str!("../vectors/streaks.json")).unwrap();
    assert_eq!(cases.len(), 250);
    for case in cases {
        let mut chance = Chance::seeded(1);
        let [a, b] = [AccountId::new(&mut chance), AccountId::new(&mut chance)];
        let id = |name: &str| if name == "a" { a } else { b };
        let revisions: Vec<Revision> = case.cadence.into_iter().map(revision).collect();
        let mut participants: Vec<Participant> = Vec::new();
        for part in &case.participants {
            let interval = Interval {
                since: part.since,
                until: part.until,
                agreed_on: None,
            };
            match participants
                .iter_mut()
                .find(|p| p.member == id(&part.member))
            {
                Some(known) => known.intervals.push(interval),
                None => participants.push(Participant {
                    member: id(&part.member),
                    answer: Answer::Yes,
                    intervals: vec![interval],
                }),
            }
        }
        let rests: RestDates = case
            .rests
            .iter()
            .map(|rest| Span {
                from: rest.from,
                to: rest.to,
            })
            .collect();
        let ledger: Ledger = case
            .logs
            .iter()
            .map(|(member, date)| (id(member), *date))
            .collect();
        let todays = Todays {
            earliest: *case.today.values().min().unwrap(),
            latest: *case.today.values().max().unwrap(),
        };
        let story = Story {
            rule: case.rule,
            forgiveness: case.forgiveness,
            revisions: &revisions,
            participants: &participants,
            rests: &rests,
            ledger: &ledger,
        };
        let from_scratch = Checkpoint::empty(revisions[0].from);
        let periods: Vec<Value> = story
            .periods(&from_scratch, todays)
            .iter()
            .map(|(period, state)| json!([period.first, period.last, state]))
            .collect();
        // The stored checkpoint must give the same answer as the whole fold.
        let stored = Checkpoint::from_scratch(&story, todays.earliest.previous());
        for checkpoint in [from_scratch, stored] {
            let streak = story.streak(&checkpoint, todays);
            let told = json!({
                "current": streak.current,
                "since": streak.since,
                "best": streak.best,
                "total_kept": streak.total_kept,
                "unit": streak.unit,
                "strength": streak.strength,
                "periods": periods,
            });
            assert_eq!(told, case.expect, "{}", case.name);
        }
    }
}
