//! Holiday, illness, a hard week: rests excuse, and nobody asks why.

use hearth::domain::day::Date;
use hearth::store::rituals::{Shelf, Which};
use serde_json::{Value, json};

use crate::ways::{daily, ids, list};
use crate::world::{Person, World, check_in, text};

/// A daily ritual of Ada's, kept on these days of November.
async fn kept_on(ada: &Person, days: &[u32]) -> String {
    let id = ada.proposes(daily("2026-11-09")).await;
    for day in days {
        ada.logs(&id, &format!("2026-11-{day:02}")).await;
    }
    id
}

async fn current(ada: &Person, ritual: &str) -> Value {
    ada.streak(ritual).await["current"].clone()
}

/// A rest of the couple excuses every ritual's days, a ritual's rest only its own.
#[tokio::test]
async fn a_rest_excuses_what_it_covers() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let (one, other) = (kept_on(&ada, &[9, 10]).await, kept_on(&ada, &[9, 10]).await);
    let rest = json!({"from": "2026-11-11", "to": "2026-11-17", "ritual_id": one});
    ben.rests(rest).await;
    assert_eq!(current(&ada, &one).await, 2);
    assert_eq!(current(&ada, &other).await, 0);
    let shown = ada
        .post(
            "/v1/rests",
            json!({"from": "2026-11-11", "to": "2026-11-17"}),
        )
        .await;
    assert_eq!(shown.json(201)["ritual_id"], Value::Null);
    assert_eq!(current(&ada, &other).await, 2);
    let states = ada.states(&other, "2026-11-10", "2026-11-18").await;
    assert_eq!(states, format!("kept{} open", " excused".repeat(7)));
}

/// An open rest goes on until either ends it; from then on days count again.
#[tokio::test]
async fn an_open_rest_ends_when_either_ends_it() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let id = kept_on(&ada, &[9, 10, 11, 12, 13, 14, 15, 16, 17]).await;
    let rest = ada.rests(json!({"from": "2026-11-18"})).await;
    world.pass_days(28);
    assert_eq!(current(&ada, &id).await, 9);
    let ended = ben
        .patch(&format!("/v1/rests/{rest}"), json!({"to": "2026-12-12"}))
        .await
        .json(200);
    assert_eq!(ended["to"], "2026-12-12");
    let states = ada.states(&id, "2026-12-12", "2026-12-15").await;
    assert_eq!(states, "excused forgiven missed missed");
    assert_eq!(current(&ada, &id).await, 0);
    // Opening its end again repairs all of it.
    let path = format!("/v1/rests/{rest}");
    let open = ben.patch(&path, json!({"to": null})).await.json(200);
    assert_eq!(open["to"], Value::Null);
    assert_eq!(current(&ada, &id).await, 9);
    ben.delete(&path).await.empty();
    ada.get("/v1/rests").await.json(200);
    assert_eq!(current(&ada, &id).await, 0);
    ben.delete(&path).await.problem(404, "not_found");
}

/// A rest entered late repairs what already counted as missed; moving or removing it is exact too.
#[tokio::test]
async fn a_rest_in_the_past_repairs() {
    let world = World::new().await;
    let (ada, _) = world.neighbours().await;
    let id = kept_on(&ada, &[9, 10, 11, 14, 15, 16, 17]).await;
    let unrested = ada.streak(&id).await;
    assert_eq!(unrested["current"], 4);
    let rest = ada
        .rests(json!({"from": "2026-11-12", "to": "2026-11-13"}))
        .await;
    let rested = ada.streak(&id).await;
    assert_eq!(
        (&rested["current"], &rested["best"]),
        (&json!(7), &json!(7))
    );
    let path = format!("/v1/rests/{rest}");
    ada.patch(&path, json!({"from": "2026-11-13"}))
        .await
        .json(200);
    assert_eq!(
        ada.states(&id, "2026-11-12", "2026-11-13").await,
        "forgiven excused"
    );
    ada.patch(&path, json!({"from": "2026-11-01", "to": "2026-11-08"}))
        .await
        .json(200);
    assert_eq!(ada.streak(&id).await, unrested);
    ada.patch(&path, json!({"from": "2026-11-12", "to": "2026-11-13"}))
        .await
        .json(200);
    assert_eq!(ada.streak(&id).await, rested);
    // Moved ahead of today, it leaves nothing behind.
    let ahead = json!({"from": "2026-12-01", "to": "2026-12-02"});
    ada.patch(&path, ahead).await.json(200);
    assert_eq!(ada.streak(&id).await, unrested);
    let back = json!({"from": "2026-11-12", "to": "2026-11-13"});
    ada.patch(&path, back).await.json(200);
    assert_eq!(ada.streak(&id).await, rested);
    ada.delete(&path).await.empty();
    assert_eq!(ada.streak(&id).await, unrested);
}

/// Overlapping rests simply overlap: removing one leaves the days of the other excused.
#[tokio::test]
async fn rests_may_overlap() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let id = kept_on(&ada, &[9, 10]).await;
    let first = ada
        .rests(json!({"from": "2026-11-11", "to": "2026-11-15"}))
        .await;
    let second = json!({"from": "2026-11-13", "to": "2026-11-17", "ritual_id": id});
    ben.rests(second).await;
    assert_eq!(current(&ada, &id).await, 2);
    ada.delete(&format!("/v1/rests/{first}")).await.empty();
    let states = ada.states(&id, "2026-11-11", "2026-11-17").await;
    assert_eq!(states, format!("forgiven missed{}", " excused".repeat(5)));
}

/// A ritual shows the rest that covers one's today, its own or the couple's, the longest of several.
#[tokio::test]
async fn a_ritual_shows_its_rest() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let (one, other) = (kept_on(&ada, &[]).await, kept_on(&ada, &[]).await);
    let today = json!({"from": "2026-11-18", "to": "2026-11-18"});
    let couples = ada.rests(today).await;
    let own = json!({"from": "2026-11-18", "to": "2026-11-19", "ritual_id": one});
    let own = ada.rests(own).await;
    ada.rests(json!({"from": "2026-11-09", "to": "2026-11-17"}))
        .await;
    assert_eq!(ben.ritual(&one).await["rest"]["id"], json!(own));
    assert_eq!(ben.ritual(&other).await["rest"]["id"], json!(couples));
    world.it_is("2026-11-19T03:30:00Z"); // the 19th for Ada, the 18th for Ben
    assert_eq!(ada.ritual(&one).await["rest"]["id"], json!(own));
    assert_eq!(ada.ritual(&other).await["rest"], Value::Null);
    assert_eq!(ben.ritual(&other).await["rest"]["id"], json!(couples));
}

/// Logging stays open during a rest, and what is kept then counts.
#[tokio::test]
async fn what_is_kept_in_a_rest_counts() {
    let world = World::new().await;
    let (ada, _) = world.neighbours().await;
    let id = kept_on(&ada, &[16, 17]).await;
    ada.rests(json!({"from": "2026-11-09"})).await;
    let logged = ada.logs(&id, "today").await["ritual"].clone();
    assert_eq!(logged["streak"]["current"], 3);
    assert_eq!(logged["period"]["state"], "kept");
}

/// A rest never ends before it begins, however it is told.
#[tokio::test]
async fn a_rest_ends_after_it_begins() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let backwards = json!({"from": "2026-11-18", "to": "2026-11-17"});
    let code = "rest_ends_before_it_begins";
    let answer = ada.post("/v1/rests", backwards).await;
    assert_eq!(answer.problem(422, code), ["/to"]);
    let id = ada
        .rests(json!({"from": "2026-11-18", "to": "2026-11-18"}))
        .await;
    let path = format!("/v1/rests/{id}");
    for change in [json!({"to": "2026-11-17"}), json!({"from": "2026-11-19"})] {
        assert_eq!(ada.patch(&path, change).await.problem(422, code), ["/to"]);
    }
    for (change, pointer) in [
        (json!({"from": null}), "/from"),
        (json!({"from": "2026-11-31"}), "/from"),
        (json!({"to": "soon"}), "/to"),
        (json!({"ritual_id": null}), "/ritual_id"),
    ] {
        let answer = ada.patch(&path, change).await;
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
    ada.patch(&path, json!({"from": "2026-11-19", "to": "2026-11-20"}))
        .await
        .json(200);
    let rests = list(&ada.get("/v1/rests").await.json(200));
    assert_eq!(rests[0]["from"], "2026-11-19");
}

/// An archive is a rest inside only: no list shows it, and no guess of its id reaches it.
#[tokio::test]
async fn an_archive_is_no_rest_to_reach() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ada.amends(&id, json!({"archived": true})).await;
    let couple = text(&ada.get("/v1/couple").await.json(200)["id"])
        .parse()
        .unwrap();
    let mut tx = world.app.store.read().await.unwrap();
    let inside =
        hearth::store::rests::reaching(&mut tx, couple, Which::On(Shelf::Archived), Date::MIN)
            .await
            .unwrap();
    drop(tx);
    assert_eq!(inside.len(), 1);
    let path = format!("/v1/rests/{}", inside[0].id);
    for one in [&ada, &ben] {
        assert!(one.walks("/v1/rests", 50).await.is_empty());
        let known = one.patch(&path, json!({"to": "2026-11-18"})).await;
        known.problem(404, "not_found");
        one.delete(&path).await.problem(404, "not_found");
    }
    assert_eq!(ben.ritual(&id).await["status"], "archived");
}

/// Neither a ritual nor a rest of another couple can be named: they are as unknown as any.
#[tokio::test]
async fn rests_stay_in_their_couple() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let (cleo, dan) = (
        world.person("Cleo", "Asia/Tokyo").await,
        world.person("Dan", "Asia/Tokyo").await,
    );
    cleo.post("/v1/couple", json!({})).await.json(201);
    cleo.pairs_with(&dan).await;
    let theirs = cleo.proposes(check_in()).await;
    let rest = cleo.rests(json!({"from": "2026-11-18"})).await;
    let nobodys = "0d9c0e4e-6a2f-4c55-9a4f-3f1d8c1a7b52";
    let mut answers = Vec::new();
    for id in [&theirs, nobodys] {
        let answer = ada
            .post("/v1/rests", json!({"from": "2026-11-18", "ritual_id": id}))
            .await;
        assert_eq!(answer.problem(422, "invalid_request"), ["/ritual_id"]);
        answers.push(answer.body);
    }
    assert_eq!(answers[0], answers[1]);
    for id in [rest.as_str(), nobodys] {
        let path = format!("/v1/rests/{id}");
        ada.delete(&path).await.problem(404, "not_found");
        ada.patch(&path, json!({"to": null}))
            .await
            .problem(404, "not_found");
    }
    assert_eq!(ids(&dan.walks("/v1/rests", 50).await), [rest]);
    assert!(ada.walks("/v1/rests", 50).await.is_empty());
}

/// The list of rests has the latest first, and is walked page by page.
#[tokio::test]
async fn rests_are_listed_latest_first() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    for day in [12, 10, 12, 14, 12, 9] {
        let from = format!("2026-11-{day:02}");
        ada.rests(json!({"from": from, "to": "2026-11-20"})).await;
    }
    let whole = ben.walks("/v1/rests", 200).await;
    let days: Vec<String> = whole
        .iter()
        .map(|rest| text(&rest["from"])[8..].to_owned())
        .collect();
    assert_eq!(days, ["14", "12", "12", "12", "10", "09"]);
    for limit in [1, 2, 3, 6] {
        assert_eq!(ben.walks("/v1/rests", limit).await, whole);
    }
}
