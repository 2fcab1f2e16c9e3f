//! Proposing, correcting, putting away and removing rituals.

use serde_json::{Value, json};

use crate::ways::{daily, ids, ritual};
use crate::world::{World, check_in, date_night, text};

/// Where two zones show two dates, a new ritual starts on the earlier one, so that both can log at once.
#[tokio::test]
async fn a_ritual_starts_today_for_both() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    world.it_is("2026-11-19T03:30:00Z"); // 04:30 in Oslo, 22:30 the evening before in New York
    let shown = ada.post("/v1/rituals", check_in()).await.json(201);
    assert_eq!(shown["starts_on"], "2026-11-18");
    assert_eq!(shown["status"], "proposed");
    assert_eq!(shown["forgiveness"], "gentle");
    assert_eq!(shown["proposed_by"], json!(ada.id));
    let since_the_start = json!([{"member_id": ada.id, "since": "2026-11-18"}]);
    assert_eq!(shown["participants"], since_the_start);
    for nothing in ["cue", "target_minutes", "upcoming"] {
        assert_eq!(shown[nothing], Value::Null, "{nothing}");
    }
    let id = text(&shown["id"]);
    ben.agrees(&id).await;
    assert_eq!(ben.logs(&id, "today").await["log"]["date"], "2026-11-18");
    assert_eq!(ada.logs(&id, "today").await["log"]["date"], "2026-11-19");
}

/// Each kind of cadence cuts its own periods, the first one clipped to the ritual's start.
#[tokio::test]
async fn every_kind_of_cadence_is_taken() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    for (cadence, shown, last, target) in [
        (json!({"kind": "daily"}), None, "2026-11-18", 1),
        (
            json!({"kind": "weekdays", "days": ["fri", "wed"]}),
            Some(json!({"kind": "weekdays", "days": ["wed", "fri"]})),
            "2026-11-18",
            1,
        ),
        (json!({"kind": "weekly", "times": 2}), None, "2026-11-22", 2),
        (
            json!({"kind": "monthly", "times": 28}),
            None,
            "2026-11-30",
            28,
        ),
        (json!({"kind": "every", "days": 365}), None, "2027-11-17", 1),
    ] {
        let asked = ritual(cadence.clone(), "either", "2026-11-18");
        let made = ada.post("/v1/rituals", asked).await.json(201);
        assert_eq!(made["cadence"], shown.unwrap_or(cadence));
        let nothing_yet = json!({
            "first": "2026-11-18", "last": last, "state": "open", "target": target,
            "credits": [{"member_id": ada.id, "count": 0}],
        });
        assert_eq!(made["period"], nothing_yet);
    }
    let asked = ritual(json!({"kind": "anytime"}), "both", "2026-11-18");
    let made = ada.post("/v1/rituals", asked).await.json(201);
    assert_eq!(made["period"], Value::Null);
    let only_totals = json!({
        "current": null, "unit": null, "since": null, "best": 0, "total_kept": 0, "strength": null,
    });
    assert_eq!(made["streak"], only_totals);
}

/// A cadence that is none is refused, and the answer points at it.
#[tokio::test]
async fn a_cadence_that_is_none_is_pointed_at() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    for cadence in [
        json!(null),
        json!("daily"),
        json!({}),
        json!({"kind": "fortnightly"}),
        json!({"kind": "daily", "times": 1}),
        json!({"kind": "daily", "often": true}),
        json!({"kind": "anytime", "days": 3}),
        json!({"kind": "weekly"}),
        json!({"kind": "weekly", "times": 0}),
        json!({"kind": "weekly", "times": 8}),
        json!({"kind": "weekly", "times": 1.5}),
        json!({"kind": "weekly", "times": "2"}),
        json!({"kind": "monthly", "times": 29}),
        json!({"kind": "monthly", "times": 257}),
        json!({"kind": "every", "days": 1}),
        json!({"kind": "every", "days": 366}),
        json!({"kind": "every", "days": 65538}),
        json!({"kind": "every", "days": ["mon"]}),
        json!({"kind": "weekdays", "days": []}),
        json!({"kind": "weekdays", "days": ["mon", "mon"]}),
        json!({"kind": "weekdays", "days": ["monday"]}),
        json!({"kind": "weekdays", "days": 3}),
    ] {
        let asked = ritual(cadence.clone(), "either", "2026-11-18");
        let pointers = ada
            .post("/v1/rituals", asked)
            .await
            .problem(422, "invalid_request");
        assert!(
            pointers[0].starts_with("/cadence"),
            "{cadence}: {pointers:?}"
        );
    }
    assert_eq!(ada.walks("/v1/rituals", 50).await.len(), 0);
}

/// A ritual starts at most fifty years back and at most a year ahead of the later today.
#[tokio::test]
async fn a_start_has_its_bounds() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    world.it_is("2026-11-19T03:30:00Z"); // the 19th for Ada, the 18th for Ben
    for bound in ["1976-11-18", "2027-11-19"] {
        let id = ada.proposes(daily(bound)).await;
        assert_eq!(ada.ritual(&id).await["starts_on"], bound);
    }
    for beyond in ["1976-11-17", "2027-11-20", "1900-01-01", "2199-12-31"] {
        let answer = ada.post("/v1/rituals", daily(beyond)).await;
        assert_eq!(answer.problem(422, "start_out_of_range"), ["/starts_on"]);
    }
    for nonsense in ["2026-02-30", "1899-12-31", "2200-01-01", "today", ""] {
        let answer = ada.post("/v1/rituals", daily(nonsense)).await;
        assert_eq!(answer.problem(422, "invalid_request"), ["/starts_on"]);
    }
}

/// Whoever founds a couple need not wait: what they keep alone stays kept when the partner comes.
#[tokio::test]
async fn a_founder_begins_alone() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.post("/v1/couple", json!({})).await.json(201);
    let id = ada.proposes(check_in()).await;
    let logged = ada.logs(&id, "today").await;
    assert_eq!(logged["ritual"]["period"]["state"], "kept");
    assert_eq!(logged["ritual"]["status"], "proposed");
    ada.pairs_with(&ben).await;
    assert_eq!(ben.ritual(&id).await["status"], "proposed");
    let ours = ben.agrees(&id).await;
    assert_eq!(ours["status"], "active");
    assert_eq!(ours["streak"]["current"], 1);
    let from_tomorrow = json!({"member_id": ben.id, "since": "2026-11-19"});
    assert_eq!(ours["participants"][1], from_tomorrow);
}

/// Until the first log, and again after it was undone, cadence, rule and start are simply corrected.
#[tokio::test]
async fn what_was_never_logged_is_corrected() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    for _ in 0..2 {
        let change = json!({
            "cadence": {"kind": "weekly", "times": 1}, "rule": "either", "starts_on": "2026-11-09",
        });
        let corrected = ben.amends(&id, change.clone()).await;
        for named in ["cadence", "rule", "starts_on"] {
            assert_eq!(corrected[named], change[named]);
        }
        assert_eq!(corrected["upcoming"], Value::Null);
        assert_eq!(corrected["period"]["first"], "2026-11-16");
        let since = json!([
            {"member_id": ada.id, "since": "2026-11-09"}, {"member_id": ben.id, "since": "2026-11-18"},
        ]);
        assert_eq!(corrected["participants"], since);

        ada.logs(&id, "2026-11-10").await;
        let path = format!("/v1/rituals/{id}");
        let answer = ben.patch(&path, json!({"rule": "both"})).await;
        assert_eq!(answer.problem(409, "rule_stands"), ["/rule"]);
        let answer = ben.patch(&path, json!({"starts_on": "2026-11-10"})).await;
        assert_eq!(answer.problem(409, "start_stands"), ["/starts_on"]);
        // Naming what stands anyway is no change.
        let same = json!({"rule": "either", "starts_on": "2026-11-09"});
        ben.amends(&id, same).await;
        ada.undoes(&id, "2026-11-10").await;
        ada.amends(&id, check_in()).await;
        ada.amends(&id, json!({"starts_on": "2026-11-18"})).await;
    }
    let late = json!({"starts_on": "2027-11-19"});
    let answer = ada.patch(&format!("/v1/rituals/{id}"), late).await;
    assert_eq!(answer.problem(422, "start_out_of_range"), ["/starts_on"]);
}

/// A change touches the fields it names and no other; `null` clears what may be empty.
#[tokio::test]
async fn a_change_touches_what_it_names() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(date_night()).await;
    let path = format!("/v1/rituals/{id}");
    let before = ada.ritual(&id).await;
    assert_eq!(ben.amends(&id, json!({})).await, before);
    let words = json!({
        "title": "Friday date", "practice": "intimacy", "cue": "when the babysitter rings",
        "target_minutes": 90,
    });
    let mut wanted = before.clone();
    for (field, value) in words.as_object().unwrap() {
        wanted[field] = value.clone();
    }
    assert_eq!(ben.amends(&id, words).await, wanted);
    let cleared = ada
        .amends(&id, json!({"cue": null, "target_minutes": null}))
        .await;
    assert_eq!(cleared["cue"], Value::Null);
    assert_eq!(cleared["target_minutes"], Value::Null);
    assert_eq!(cleared["title"], "Friday date");
    for (field, value) in [
        ("title", json!(null)),
        ("title", json!(" ")),
        ("practice", json!("sport")),
        ("cadence", json!(null)),
        ("rule", json!("neither")),
        ("archived", json!(null)),
        ("target_minutes", json!(1441)),
        ("status", json!("active")),
    ] {
        let answer = ada.patch(&path, json!({field: value})).await;
        let pointers = answer.problem(422, "invalid_request");
        assert_eq!(pointers, [format!("/{field}")]);
    }
    assert_eq!(ada.ritual(&id).await, cleared);
}

/// Declined proposals leave no hole in the walk: every other ritual is listed once, in order.
#[tokio::test]
async fn a_list_is_walked_page_by_page() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let mut made = Vec::new();
    for number in 0..11 {
        made.push(ada.proposes(check_in()).await);
        // Some are proposed in the same instant.
        world.pass(chrono::TimeDelta::milliseconds(number % 2));
    }
    let in_order = ids(&ada.walks("/v1/rituals", 200).await);
    for limit in [1, 2, 3, 10, 11] {
        assert_eq!(ids(&ada.walks("/v1/rituals", limit).await), in_order);
    }
    made.sort_unstable();
    let mut listed = in_order.clone();
    listed.sort_unstable();
    assert_eq!(listed, made);
    let (declined, left) = in_order.split_at(4);
    for id in declined {
        ben.withdraws(id).await;
    }
    for limit in [1, 2, 200] {
        assert_eq!(ids(&ben.walks("/v1/rituals", limit).await), left);
        assert_eq!(ids(&ada.walks("/v1/rituals", limit).await), in_order);
    }
}
