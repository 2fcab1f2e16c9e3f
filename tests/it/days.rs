//! When a day begins and ends, seen through the front door.

use serde_json::json;

use crate::ways::daily;
use crate::world::{Person, World, check_in};

/// The date it is for somebody, told by `today` and by what `today` logs.
async fn date_of(person: &Person, ritual: &str) -> String {
    let told = person.today().await["date"].clone();
    let logged = person.logs(ritual, "today").await["log"]["date"].clone();
    assert_eq!(told, logged);
    crate::world::text(&told)
}

/// Past midnight it is still the evening before, until the day starts at four.
#[tokio::test]
async fn a_late_check_in_belongs_to_the_evening_before() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-16")).await;
    ben.agrees(&id).await;
    for (instant, adas, bens) in [
        ("2026-11-18T23:30:00Z", "2026-11-18", "2026-11-18"), // 00:30 in Oslo
        ("2026-11-19T02:59:59.999Z", "2026-11-18", "2026-11-18"),
        ("2026-11-19T03:00:00Z", "2026-11-19", "2026-11-18"), // 04:00 in Oslo
        ("2026-11-19T08:59:59.999Z", "2026-11-19", "2026-11-18"),
        ("2026-11-19T09:00:00Z", "2026-11-19", "2026-11-19"), // 04:00 in New York
    ] {
        world.it_is(instant);
        assert_eq!(date_of(&ada, &id).await, adas, "{instant}");
        assert_eq!(date_of(&ben, &id).await, bens, "{instant}");
        let tomorrow = crate::ways::days_after(adas, 1);
        let answer = ada.taps(&id, &tomorrow).await;
        assert_eq!(answer.problem(422, "date_to_come"), ["/date"]);
    }
    // The couple chooses when its day begins.
    world.it_is("2026-11-19T23:30:00Z");
    ada.patch("/v1/couple", json!({"day_start": "00:00"}))
        .await
        .json(200);
    assert_eq!(date_of(&ada, &id).await, "2026-11-20");
    ben.patch("/v1/couple", json!({"day_start": "06:00"}))
        .await
        .json(200);
    assert_eq!(date_of(&ada, &id).await, "2026-11-19");
}

/// A day stays open until it is over for both; then a first lapse is forgiven, and can still be repaired.
#[tokio::test]
async fn a_day_is_open_until_it_is_over_for_both() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let mut asked = check_in();
    asked["starts_on"] = json!("2026-11-18");
    let id = ada.proposes(asked).await;
    ben.agrees(&id).await;
    ada.logs(&id, "today").await;
    ben.logs(&id, "today").await;
    world.it_is("2026-11-19T20:00:00Z");
    ada.logs(&id, "today").await;
    for (instant, state) in [
        ("2026-11-20T03:00:00Z", "open"), // the 20th in Oslo
        ("2026-11-20T08:59:59.999Z", "open"),
        ("2026-11-20T09:00:00Z", "forgiven"), // the 20th in New York
    ] {
        world.it_is(instant);
        for one in [&ada, &ben] {
            assert_eq!(one.states(&id, "2026-11-19", "2026-11-19").await, state);
            assert_eq!(one.streak(&id).await["current"], 1);
        }
    }
    ben.logs(&id, "2026-11-19").await;
    assert_eq!(ada.streak(&id).await["current"], 2);
}

/// A log keeps its date wherever its writer goes; only what `today` means moves with them.
#[tokio::test]
async fn a_log_keeps_its_date_on_the_way() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let id = ada.proposes(daily("2026-11-18")).await;
    ada.logs(&id, "today").await;
    ada.moves_to("Pacific/Auckland").await; // 08:00 on the 19th
    assert_eq!(date_of(&ada, &id).await, "2026-11-19");
    ada.moves_to("Pacific/Honolulu").await; // 09:00 on the 18th
    assert_eq!(date_of(&ada, &id).await, "2026-11-18");
    let logs = ada.walks("/v1/logs", 50).await;
    let told: Vec<_> = logs
        .iter()
        .map(|log| [&log["date"], &log["time_zone"]])
        .collect();
    let written = json!([
        ["2026-11-19", "Pacific/Auckland"],
        ["2026-11-18", "Europe/Oslo"]
    ]);
    assert_eq!(json!(told), written);
    // It is the 19th for nobody any more, and yet that day has begun, and is kept.
    for one in [&ada, &ben] {
        assert_eq!(one.streak(&id).await["current"], 2);
        assert_eq!(
            one.states(&id, "2026-11-18", "2026-11-30").await,
            "kept kept"
        );
        assert_eq!(one.ritual(&id).await["period"]["first"], "2026-11-18");
    }
    // A new cadence leaves that day alone, too.
    let weekly = json!({"cadence": {"kind": "weekly", "times": 1}});
    assert_eq!(
        ada.amends(&id, weekly).await["upcoming"]["from"],
        "2026-11-20"
    );
    assert_eq!(ada.streak(&id).await["current"], 2);
}

/// Where clocks jump over the start of the day, it starts with the first minute that there is.
#[tokio::test]
async fn a_day_starts_after_a_gap() {
    let world = World::new().await;
    world.it_is("2027-03-27T12:00:00Z");
    let (ada, _) = world.neighbours().await;
    ada.patch("/v1/couple", json!({"day_start": "02:30"}))
        .await
        .json(200);
    let id = ada.proposes(daily("2027-03-27")).await;
    for (instant, date) in [
        ("2027-03-28T00:59:59.999Z", "2027-03-27"), // 01:59 in Oslo; then it is 03:00
        ("2027-03-28T01:00:00Z", "2027-03-28"),
        ("2027-03-29T00:29:59.999Z", "2027-03-28"),
        ("2027-03-29T00:30:00Z", "2027-03-29"),
    ] {
        world.it_is(instant);
        assert_eq!(date_of(&ada, &id).await, date, "{instant}");
    }
}

/// Where clocks show the start of the day twice, it starts the first time, and does not start over.
#[tokio::test]
async fn a_day_starts_once_in_a_fold() {
    let world = World::new().await;
    world.it_is("2026-10-24T12:00:00Z");
    let (ada, _) = world.neighbours().await;
    ada.patch("/v1/couple", json!({"day_start": "02:30"}))
        .await
        .json(200);
    let id = ada.proposes(daily("2026-10-24")).await;
    for (instant, date) in [
        ("2026-10-25T00:29:59.999Z", "2026-10-24"), // 02:29, summer time
        ("2026-10-25T00:30:00Z", "2026-10-25"),
        ("2026-10-25T01:10:00Z", "2026-10-25"), // 02:10 again, winter time
        ("2026-10-26T01:29:59.999Z", "2026-10-25"),
        ("2026-10-26T01:30:00Z", "2026-10-26"),
    ] {
        world.it_is(instant);
        assert_eq!(date_of(&ada, &id).await, date, "{instant}");
    }
}
