//! Looking back: what is told is what happened, gently, and as quickly after ten years as after a week.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::ways::{daily, ritual};
use crate::world::{Person, World, check_in, date_night, text};

pub async fn insights(person: &Person, query: &str) -> Value {
    person.get(&format!("/v1/insights{query}")).await.json(200)
}

fn number(value: &Value) -> i64 {
    value
        .as_i64()
        .unwrap_or_else(|| panic!("{value} is no number"))
}

/// The same field of all, added up.
fn sum(entries: &Value, field: &str) -> i64 {
    let entries = entries.as_array().unwrap();
    entries.iter().map(|entry| number(&entry[field])).sum()
}

/// Some weeks of random acts of Ada and Ben, with rests, archives, changed minds and cadences.
pub async fn live(world: &World, ada: &Person, ben: &Person, dice: &mut Dice) -> Vec<String> {
    let every = json!({"kind": "every", "days": 3});
    let mut ids = Vec::new();
    for new in [
        daily("2026-11-02"),
        date_night(),
        ritual(every, "either", "2026-11-05"),
    ] {
        let id = ada.proposes(new).await;
        ben.agrees(&id).await;
        ids.push(id);
    }
    for day in 0..40 {
        for id in &ids {
            for person in [ada, ben] {
                let path = format!("/v1/rituals/{id}/logs/today");
                match dice.below(8) {
                    0..=3 => _ = person.put(&path, json!({"minutes": dice.below(60)})).await,
                    4 => _ = person.tap("PUT", &path).await,
                    5 => _ = person.delete(&path).await,
                    _ => {}
                }
            }
        }
        let id = dice.pick::<String>(&ids).clone();
        match (day, dice.below(12)) {
            (20, _) => {
                _ = ben
                    .patch(
                        &format!("/v1/rituals/{id}"),
                        json!({"cadence": {"kind": "weekly", "times": 2}}),
                    )
                    .await
            }
            (25, _) => {
                _ = ada
                    .rests(json!({"from": "2026-12-13", "to": "2026-12-15"}))
                    .await
            }
            (30, _) => _ = ada.delete(&format!("/v1/rituals/{id}")).await,
            (_, 0) => ada.withdraws(&id).await,
            (_, 1) => _ = ada.agrees(&id).await,
            _ => {}
        }
        world.pass(TimeDelta::hours(24));
    }
    ids
}

/// Whatever happened, each sum is what the periods and logs come to one by one, for both alike.
#[tokio::test]
async fn a_look_back_is_what_happened() {
    for seed in 1..=6 {
        let world = World::new().await;
        let (ada, ben) = world.couple().await;
        let ids = live(&world, &ada, &ben, &mut Dice(seed)).await;
        let query = "?from=2026-11-10&to=2027-01-31";
        let told = insights(&ada, query).await;
        assert_eq!(told, insights(&ben, query).await, "seed {seed}");
        for id in &ids {
            let mut shown = told["rituals"].as_array().unwrap().iter();
            let shown = shown.find(|one| one["id"] == **id).unwrap();
            let periods = format!("/v1/rituals/{id}/periods{query}");
            let periods = ada.get(&periods).await.json(200);
            let periods = periods["data"].as_array().unwrap();
            let is = |wanted: &[&str]| {
                let state = |one: &&Value| wanted.contains(&one["state"].as_str().unwrap());
                periods.iter().filter(state).count() as i64
            };
            let (kept, lapsed) = (is(&["kept"]), is(&["forgiven", "missed"]));
            let before = periods
                .iter()
                .filter(|one| one["last"].as_str() < Some("2026-11-10"));
            assert_eq!(before.count(), 0);
            assert_eq!(number(&shown["kept"]), kept, "seed {seed}: {shown}");
            assert_eq!(
                number(&shown["expected"]),
                kept + lapsed,
                "seed {seed}: {shown}"
            );
            let logs = ada.walks(&format!("/v1/rituals/{id}/logs"), 200).await;
            let mut days = std::collections::BTreeMap::<String, i64>::new();
            for log in logs {
                let minutes = log["minutes"].as_i64().unwrap_or(0);
                let longest = days.entry(text(&log["date"])).or_default();
                *longest = minutes.max(*longest);
            }
            days.retain(|date, _| date.as_str() >= "2026-11-10");
            assert_eq!(number(&shown["times"]), days.len() as i64, "seed {seed}");
            assert_eq!(
                number(&shown["minutes"]),
                days.values().sum::<i64>(),
                "seed {seed}"
            );
            let now = ada.ritual(id).await;
            assert_eq!(shown["total_kept"], now["streak"]["total_kept"]);
            if now["status"] != "archived" {
                assert_eq!(shown["strength"], now["streak"]["strength"]);
            }
        }
        for field in ["kept", "expected", "times", "minutes"] {
            let all = sum(&told["rituals"], field);
            assert_eq!(sum(&told["practices"], field), all, "seed {seed}: {field}");
            assert_eq!(sum(&told["weeks"], field), all, "seed {seed}: {field}");
        }
        assert_eq!(
            sum(&told["cells"], "minutes"),
            sum(&told["rituals"], "minutes")
        );
        assert_eq!(
            sum(&told["cells"], "rituals"),
            sum(&told["rituals"], "times")
        );
        let ever = insights(&ada, "?from=2026-11-01&to=2027-01-31").await;
        assert_eq!(ever["total"], told["total"], "the total knows no range");
        assert_eq!(
            number(&ever["total"]["times"]),
            sum(&ever["rituals"], "times")
        );
        assert_eq!(
            number(&ever["total"]["minutes"]),
            sum(&ever["rituals"], "minutes")
        );
        assert_eq!(
            number(&ever["total"]["kept"]),
            sum(&ever["rituals"], "total_kept")
        );
    }
}

/// The recap has three sentences about the last whole week, the same for both, and no word of what was not done.
#[tokio::test]
async fn a_week_gets_a_gentle_word() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    let hidden = ada.proposes(daily("2026-11-18")).await;
    ben.withdraws(&hidden).await;
    let quiet = insights(&ada, "").await["recap"].clone();
    assert_eq!(quiet["first"], "2026-11-09");
    assert!(!text(&quiet["sentences"][1]).contains("Nightly"));
    for _ in 0..3 {
        ada.logs(&id, "today").await;
        ben.logs(&id, "today").await;
        ada.logs(&hidden, "today").await;
        world.pass(TimeDelta::hours(24));
    }
    // On Saturday only one of them did it: it is not told, of neither.
    ada.logs(&id, "today").await;
    world.pass(TimeDelta::hours(48));
    let told = insights(&ada, "").await["recap"].clone();
    assert_eq!(told, insights(&ben, "").await["recap"]);
    assert_eq!(
        (&told["first"], &told["last"]),
        (&json!("2026-11-16"), &json!("2026-11-22"))
    );
    let sentences = told["sentences"].as_array().unwrap();
    assert_eq!(sentences.len(), 3);
    let middle = text(&sentences[1]);
    assert!(
        middle.contains("Nightly check-in") && middle.contains('3'),
        "{middle}"
    );
}

/// That a proposal was declined is told to nobody: for who proposed it, no byte is different.
#[tokio::test]
async fn a_no_is_not_told() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let ours = ada.proposes(date_night()).await;
    ben.agrees(&ours).await;
    let waits = ada.proposes(daily("2026-11-16")).await;
    for _ in 0..3 {
        ada.logs(&waits, "today").await;
        world.pass(TimeDelta::hours(24));
    }
    ada.logs(&ours, "today").await;
    world.pass(TimeDelta::hours(96));
    let before = ada.get("/v1/insights").await;
    ben.withdraws(&waits).await;
    let after = ada.get("/v1/insights").await;
    assert_eq!(before.told(), after.told());
    let middle = text(&after.json(200)["recap"]["sentences"][1]);
    assert!(middle.contains("Date night"), "{middle}");
}

/// What one declined is not counted for them, and every date that makes no sense is told.
#[tokio::test]
async fn a_range_has_its_bounds() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-18")).await;
    ben.withdraws(&id).await;
    ada.logs(&id, "today").await;
    assert_eq!(insights(&ada, "").await["total"]["times"], 1);
    assert_eq!(insights(&ben, "").await["total"]["times"], 0);
    let usual = insights(&ben, "").await;
    assert_eq!(
        (&usual["from"], &usual["to"]),
        (&json!("2026-08-27"), &json!("2026-11-18"))
    );
    assert_eq!(usual["weeks"].as_array().unwrap().len(), 13);
    let long = insights(&ada, "?from=2015-12-08&to=2026-11-18").await;
    assert_eq!(long["weeks"].as_array().unwrap().len(), 572);
    for (query, pointer) in [
        ("?from=2026-11-18&to=2026-11-17", "/to"),
        ("?from=2015-01-01&to=2026-11-18", "/to"),
        ("?from=tomorrow", "/from"),
        ("?since=2026-11-18", "/since"),
    ] {
        let answer = ada.get(&format!("/v1/insights{query}")).await;
        assert_eq!(answer.problem(422, "invalid_request"), [pointer], "{query}");
    }
}
