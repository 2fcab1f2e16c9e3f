//! The home screen: what is left to do, for whom, and what is done.

use serde_json::{Value, json};

use crate::ways::{daily, ids, ritual};
use crate::world::{Person, World, check_in, text};

/// My part, and my partner's, in the ritual with this id.
async fn parts(person: &Person, id: &str) -> (String, String) {
    let one = entry(person, id).await;
    (text(&one["my_part"]), text(&one["partner_part"]))
}

async fn entry(person: &Person, id: &str) -> Value {
    let today = person.today().await;
    let rituals = today["rituals"].as_array().unwrap().clone();
    let mut found = rituals.into_iter().filter(|one| one["ritual"]["id"] == id);
    found.next().unwrap()
}

fn pair(mine: &str, partners: &str) -> (String, String) {
    (mine.to_owned(), partners.to_owned())
}

/// When both are asked, each has a part until they have done it.
#[tokio::test]
async fn each_has_a_part_when_both_are_asked() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    // Until he agrees, Ben has no part in it.
    assert_eq!(parts(&ada, &id).await, pair("to_do", "none"));
    assert_eq!(parts(&ben, &id).await, pair("none", "to_do"));
    ben.agrees(&id).await;
    assert_eq!(parts(&ben, &id).await, pair("to_do", "to_do"));
    let words = json!({"note": "Sleep well", "minutes": 5});
    let written = ada.writes(&id, "today", words).await;
    assert_eq!(parts(&ada, &id).await, pair("done", "to_do"));
    assert_eq!(parts(&ben, &id).await, pair("to_do", "done"));
    let adas = entry(&ada, &id).await;
    assert_eq!(adas["my_log"], written);
    assert_eq!(adas["partner_log"], Value::Null);
    assert_eq!(adas["ritual"], ada.ritual(&id).await);
    let bens = entry(&ben, &id).await;
    let seen = json!({
        "ritual_id": id, "member_id": ada.id, "date": "2026-11-18", "minutes": 5,
        "note": "Sleep well", "mood": null,
    });
    assert_eq!(bens["partner_log"], seen);
    assert_eq!(bens["my_log"], Value::Null);
    ben.logs(&id, "today").await;
    assert_eq!(parts(&ben, &id).await, pair("done", "done"));
    ben.withdraws(&id).await;
    assert_eq!(parts(&ben, &id).await, pair("none", "done"));
}

/// When either is enough, nothing is left for the other.
#[tokio::test]
async fn one_of_us_is_enough() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-18")).await;
    ben.agrees(&id).await;
    assert_eq!(parts(&ben, &id).await, pair("to_do", "to_do"));
    ada.logs(&id, "today").await;
    assert_eq!(parts(&ada, &id).await, pair("done", "none"));
    assert_eq!(parts(&ben, &id).await, pair("none", "done"));
    ben.logs(&id, "today").await;
    assert_eq!(parts(&ben, &id).await, pair("done", "done"));
}

/// Twice a week means two dates: each for both, any two for either.
#[tokio::test]
async fn twice_a_week_means_two_dates() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let twice = json!({"kind": "weekly", "times": 2});
    let both = ada
        .proposes(ritual(twice.clone(), "both", "2026-11-16"))
        .await;
    let either = ada.proposes(ritual(twice, "either", "2026-11-16")).await;
    for id in [&both, &either] {
        ben.agrees(id).await;
    }
    // Ben came on Wednesday: this week asks nothing of him, but what he does for either counts.
    assert_eq!(parts(&ada, &both).await, pair("to_do", "none"));
    assert_eq!(parts(&ada, &either).await, pair("to_do", "to_do"));
    world.pass_days(7);
    for id in [&both, &either] {
        ada.logs(id, "2026-11-25").await;
        ben.logs(id, "2026-11-25").await;
        assert_eq!(parts(&ada, id).await, pair("to_do", "to_do"));
        ada.logs(id, "2026-11-24").await;
    }
    assert_eq!(parts(&ada, &both).await, pair("done", "to_do"));
    assert_eq!(parts(&ada, &either).await, pair("done", "done"));
    ben.undoes(&either, "2026-11-25").await;
    assert_eq!(parts(&ada, &either).await, pair("done", "none"));
    // A log of another day of the period is no log of today.
    ada.undoes(&both, "2026-11-25").await;
    assert_eq!(entry(&ada, &both).await["my_log"], Value::Null);
}

/// What waits for me comes first; among equals what waits for my partner; then the older.
#[tokio::test]
async fn what_waits_for_me_comes_first() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let mut made = Vec::new();
    for _ in 0..7 {
        let id = ada.proposes(check_in()).await;
        ben.agrees(&id).await;
        made.push(id);
        world.pass(chrono::TimeDelta::seconds(1));
    }
    for done_by_ada in [0, 1, 4] {
        ada.logs(&made[done_by_ada], "today").await;
    }
    for done_by_ben in [1, 3, 4] {
        ben.logs(&made[done_by_ben], "today").await;
    }
    ben.withdraws(&made[6]).await;
    for (one, order) in [(&ada, [2, 5, 3, 6, 0, 1, 4]), (&ben, [2, 5, 0, 3, 6, 1, 4])] {
        let shown = one.today().await["rituals"].as_array().unwrap().clone();
        let shown: Vec<Value> = shown.iter().map(|one| one["ritual"].clone()).collect();
        let wanted = order.map(|index| made[index].clone());
        assert_eq!(ids(&shown), wanted);
    }
}

/// A rest of the couple is shown while it lasts; of several, the one that lasts longest.
#[tokio::test]
async fn the_couples_rest_is_shown() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-18")).await;
    for hidden in [
        json!({"from": "2026-11-18", "ritual_id": id}),
        json!({"from": "2026-11-01", "to": "2026-11-17"}),
        json!({"from": "2026-11-19", "to": "2026-12-01"}),
    ] {
        ada.rests(hidden).await;
        assert_eq!(ben.today().await["rest"], Value::Null);
    }
    for shown in [
        json!({"from": "2026-11-18", "to": "2026-11-18"}),
        json!({"from": "2026-11-02", "to": "2026-11-20"}),
        json!({"from": "2026-11-10", "to": "2026-11-21"}),
    ] {
        let made = ada.post("/v1/rests", shown).await.json(201);
        ada.rests(json!({"from": "2026-11-17", "to": "2026-11-18"}))
            .await;
        assert_eq!(ben.today().await["rest"], made);
    }
    // The 19th has begun for Ada alone.
    world.it_is("2026-11-19T03:30:00Z");
    assert_eq!(ada.today().await["date"], "2026-11-19");
    assert_eq!(ada.today().await["rest"]["from"], "2026-11-19");
    assert_eq!(ben.today().await["rest"]["from"], "2026-11-10");
    // One without end lasts longest.
    ben.rests(json!({"from": "2026-11-01"})).await;
    assert_eq!(ada.today().await["rest"]["from"], "2026-11-01");
}

/// Until a partner is confirmed there is none, and nothing of theirs.
#[tokio::test]
async fn there_is_no_partner_before_the_confirmation() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.post("/v1/couple", json!({})).await.json(201);
    let id = ada.proposes(check_in()).await;
    assert_eq!(ada.today().await["partner"], Value::Null);
    let code = ada.invites().await;
    ben.accepts(&code).await.json(200);
    let today = ada.today().await;
    assert_eq!(today["partner"], Value::Null);
    assert_eq!(today["time_zone"], "Europe/Oslo");
    assert_eq!(parts(&ada, &id).await, pair("to_do", "none"));
    ben.get("/v1/today").await.problem(404, "no_couple");
    ada.confirms(&ben).await.json(200);
    let partner = json!({"name": "Ben", "date": "2026-11-18"});
    assert_eq!(ada.today().await["partner"], partner);
}

/// Across the date line each has a date of their own, even two days apart, and is shown the other's.
#[tokio::test]
async fn partners_can_be_two_dates_apart() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    ada.moves_to("Pacific/Kiritimati").await;
    ben.moves_to("Pacific/Pago_Pago").await;
    world.it_is("2026-11-19T14:30:00Z");
    for (one, mine, partner, partners) in [
        (&ada, "2026-11-20", "Ben", "2026-11-18"),
        (&ben, "2026-11-18", "Ada", "2026-11-20"),
    ] {
        let today = one.today().await;
        assert_eq!(today["date"], mine);
        assert_eq!(today["partner"], json!({"name": partner, "date": partners}));
    }
    let id = ada.proposes(check_in()).await;
    assert_eq!(ada.ritual(&id).await["starts_on"], "2026-11-18");
    ben.agrees(&id).await;
    // Each is asked about their own today, and shown the partner's log for that same date.
    ada.logs(&id, "today").await;
    assert_eq!(parts(&ada, &id).await, pair("done", "to_do"));
    assert_eq!(parts(&ben, &id).await, pair("to_do", "to_do"));
    ada.logs(&id, "2026-11-18").await;
    assert_eq!(parts(&ben, &id).await, pair("to_do", "done"));
    assert_eq!(entry(&ben, &id).await["partner_log"]["date"], "2026-11-18");
}

/// What is never due asks nothing of anybody, and still tells what was done.
#[tokio::test]
async fn what_is_never_due_asks_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let anytime = ritual(json!({"kind": "anytime"}), "both", "2026-11-18");
    let id = ada.proposes(anytime).await;
    ben.agrees(&id).await;
    let ahead = ada.proposes(daily("2026-11-19")).await;
    let sundays = json!({"kind": "weekdays", "days": ["sun"]});
    let not_today = ada.proposes(ritual(sundays, "both", "2026-11-09")).await;
    ada.logs(&id, "today").await;
    for id in [&id, &ahead, &not_today] {
        assert_eq!(parts(&ada, id).await, pair("none", "none"));
        assert_eq!(entry(&ada, id).await["ritual"]["period"], Value::Null);
    }
    let bens = entry(&ben, &id).await;
    assert_eq!(text(&bens["partner_log"]["member_id"]), ada.id);
    assert_eq!(bens["ritual"]["streak"]["total_kept"], 1);
}
