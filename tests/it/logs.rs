//! "I did this, for this date": writing, changing, undoing and reading logs.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::ways::{daily, days_after, list, ritual};
use crate::world::{World, check_in};

/// The first tap logs; a second one changes nothing, neither the words nor when they were written.
#[tokio::test]
async fn a_second_tap_loses_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    let path = format!("/v1/rituals/{id}/logs/2026-11-18");
    let words = json!({"note": "We laughed.\nA lot.", "mood": "🙂", "minutes": 25});
    let first = ada.put(&path, words).await.json(201);
    let whole = json!({
        "ritual_id": id, "member_id": ada.id, "date": "2026-11-18", "minutes": 25,
        "note": "We laughed.\nA lot.", "mood": "🙂", "visibility": "shared",
        "logged_at": "2026-11-18T19:00:00.000Z", "time_zone": "Europe/Oslo",
    });
    assert_eq!(first["log"], whole);
    world.pass(chrono::TimeDelta::hours(1));
    ada.moves_to("Europe/Lisbon").await;
    for again in [
        ada.taps(&id, "2026-11-18").await,
        ada.taps(&id, "today").await,
        ada.put(&path, json!({})).await,
    ] {
        assert_eq!(again.json(200), first);
    }
    // Ben's own log of the same date is another one.
    ben.agrees(&id).await;
    ben.taps(&id, "today").await.json(201);
    assert_eq!(ada.taps(&id, "today").await.json(200)["log"], whole);
}

/// Absent fields stay, `null` clears, a value replaces.
#[tokio::test]
async fn a_log_changes_in_what_is_named() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ada.writes(&id, "today", json!({"note": " one ", "mood": "calm"}))
        .await;
    world.pass(chrono::TimeDelta::minutes(5));
    let log = ada.writes(&id, "today", json!({"minutes": 0})).await;
    assert_eq!(
        (&log["note"], &log["mood"]),
        (&json!("one"), &json!("calm"))
    );
    assert_eq!(log["minutes"], 0);
    assert_eq!(log["logged_at"], "2026-11-18T19:05:00.000Z");
    let log = ada
        .writes(&id, "today", json!({"note": null, "mood": "glad"}))
        .await;
    assert_eq!((&log["note"], &log["mood"]), (&Value::Null, &json!("glad")));
    assert_eq!(log["minutes"], 0);
    let log = ada
        .writes(
            &id,
            "today",
            json!({"minutes": null, "visibility": "private"}),
        )
        .await;
    assert_eq!(
        (&log["minutes"], &log["visibility"]),
        (&Value::Null, &json!("private"))
    );
    assert_eq!(
        ada.writes(&id, "today", json!({"note": "two"})).await["visibility"],
        "private"
    );
}

/// What a log cannot hold is refused, pointed at, and leaves no log behind.
#[tokio::test]
async fn a_log_holds_only_what_fits() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    let path = format!("/v1/rituals/{id}/logs/today");
    for (field, value) in [
        ("minutes", json!(-1)),
        ("minutes", json!(1441)),
        ("minutes", json!(1.5)),
        ("note", json!("")),
        ("note", json!("é".repeat(4001))),
        ("note", json!("a\u{0}b")),
        ("mood", json!("🙂".repeat(41))),
        ("mood", json!("two\nlines")),
        ("visibility", json!("secret")),
        ("visibility", json!(null)),
        ("logged_at", json!("2026-11-18T19:00:00Z")),
    ] {
        let answer = ada.put(&path, json!({field: value})).await;
        let pointers = answer.problem(422, "invalid_request");
        assert_eq!(pointers, [format!("/{field}")], "{}", answer.told());
    }
    assert!(ada.walks("/v1/logs", 50).await.is_empty());
    let full = json!({"note": "é".repeat(4000), "mood": "🙂".repeat(40), "minutes": 1440});
    ada.put(&path, full).await.json(201);
}

/// Undoing takes one's own log away and leaves the streak as if it had never been.
#[tokio::test]
async fn an_undone_log_never_was() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let id = ada.proposes(daily("2026-11-09")).await;
    ben.agrees(&id).await;
    for date in ["2026-11-14", "2026-11-15", "2026-11-17"] {
        ada.logs(&id, date).await;
    }
    let before = ada.streak(&id).await;
    for date in ["2026-11-10", "2026-11-16", "today"] {
        ada.logs(&id, date).await;
        assert_ne!(ada.streak(&id).await, before);
        let path = format!("/v1/rituals/{id}/logs/{date}");
        ben.delete(&path).await.problem(404, "not_found");
        ada.undoes(&id, date).await;
        assert_eq!(ada.streak(&id).await, before);
        ada.delete(&path).await.problem(404, "not_found");
    }
    // What one did stays one's own to undo, even after taking the yes back.
    ada.withdraws(&id).await;
    ada.undoes(&id, "2026-11-14").await;
    assert_eq!(ada.walks("/v1/logs", 50).await.len(), 2);
}

/// A date that is none, still to come, or before the ritual's first is refused and pointed at.
#[tokio::test]
async fn only_dates_that_are_here_are_logged() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-17")).await;
    for (date, code) in [
        ("2026-11-19", "date_to_come"),
        ("2199-12-31", "date_to_come"),
        ("2026-11-16", "date_before_start"),
        ("1900-01-01", "date_before_start"),
        ("2026-02-30", "invalid_request"),
        ("2200-01-01", "invalid_request"),
        ("TODAY", "invalid_request"),
        ("2026-11-18T19:00:00Z", "invalid_request"),
    ] {
        assert_eq!(ada.taps(&id, date).await.problem(422, code), ["/date"]);
    }
    ada.taps(&id, "2026-11-17").await.json(201);
    let ahead = ada.proposes(daily("2026-11-20")).await;
    let answer = ada.taps(&ahead, "today").await;
    assert_eq!(answer.problem(422, "date_before_start"), ["/date"]);
    // Only whoever said yes takes part.
    ben.taps(&id, "today").await.problem(409, "not_taking_part");
    ben.agrees(&id).await;
    ben.taps(&id, "2026-11-17").await.json(201);
    ben.withdraws(&id).await;
    ben.taps(&id, "today").await.problem(409, "not_taking_part");
    assert_eq!(ada.walks("/v1/logs", 50).await.len(), 2);
}

/// In whatever order the past is filled in, the streak is that of a couple that logged day by day.
#[tokio::test]
async fn the_past_may_be_filled_in_any_order() {
    let mut dice = Dice(11);
    let dates: Vec<String> = (0..70)
        .filter(|day| day % 13 < 10 && day % 29 != 4)
        .map(|day| days_after("2026-09-10", day))
        .collect();
    let mut streaks = Vec::new();
    for cadence in [
        json!({"kind": "daily"}),
        json!({"kind": "weekly", "times": 3}),
    ] {
        let world = World::new().await;
        let (ada, _) = world.neighbours().await;
        let asked = ritual(cadence, "either", "2026-09-10");
        let (steady, late) = (ada.proposes(asked.clone()).await, ada.proposes(asked).await);
        for date in &dates {
            ada.logs(&steady, date).await;
        }
        let mut shuffled = dates.clone();
        dice.shuffle(&mut shuffled);
        for date in &shuffled {
            ada.logs(&late, date).await;
        }
        let streak = ada.streak(&steady).await;
        assert_eq!(ada.streak(&late).await, streak);
        assert_eq!(list(&ada.get("/v1/rituals").await.json(200)).len(), 2);
        streaks.push(streak);
    }
    assert_eq!(streaks[0]["total_kept"], dates.len());
    assert_eq!(streaks[1]["unit"], "week");
}
