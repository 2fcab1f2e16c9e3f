//! Putting rituals away, bringing them back, and removing them.

use serde_json::json;

use crate::ways::{daily, ids, list};
use crate::world::{Person, World, check_in, text};

/// The ids on a shelf.
async fn shelf(person: &Person, archived: bool) -> Vec<String> {
    ids(&person
        .walks(&format!("/v1/rituals?archived={archived}"), 200)
        .await)
}

/// Removing what was never logged leaves nothing behind, not even its rests.
#[tokio::test]
async fn what_was_never_logged_is_gone_for_good() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    let path = format!("/v1/rituals/{id}");
    let rest = ada
        .rests(json!({"from": "2026-11-18", "ritual_id": id}))
        .await;
    ben.delete(&path).await.empty();
    for one in [&ada, &ben] {
        one.get(&path).await.problem(404, "not_found");
        one.delete(&path).await.problem(404, "not_found");
        one.delete(&format!("/v1/rests/{rest}"))
            .await
            .problem(404, "not_found");
        assert!(shelf(one, false).await.is_empty());
        assert!(shelf(one, true).await.is_empty());
        assert_eq!(list(&one.get("/v1/rests").await.json(200)).len(), 0);
    }
}

/// Removing what was logged archives it: history and streak stay, lists and today forget it.
#[tokio::test]
async fn what_was_logged_is_archived() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-16")).await;
    ben.agrees(&id).await;
    for date in ["2026-11-16", "2026-11-17"] {
        ada.logs(&id, date).await;
    }
    let before = ada.streak(&id).await;
    ben.delete(&format!("/v1/rituals/{id}")).await.empty();
    ben.delete(&format!("/v1/rituals/{id}")).await.empty();
    for one in [&ada, &ben] {
        assert!(shelf(one, false).await.is_empty());
        assert_eq!(shelf(one, true).await, [id.as_str()]);
        assert_eq!(one.ritual(&id).await["status"], "archived");
        assert_eq!(one.streak(&id).await, before);
        assert_eq!(one.today().await["rituals"], json!([]));
    }
    let logs = list(&ada.get(&format!("/v1/rituals/{id}/logs")).await.json(200));
    assert_eq!(logs.len(), 2);
}

/// The days a ritual spent on the shelf are excused; once back, it goes on where it stood.
#[tokio::test]
async fn a_ritual_comes_back_as_it_was() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let id = ada.proposes(daily("2026-11-16")).await;
    ben.agrees(&id).await;
    for date in ["2026-11-16", "2026-11-17"] {
        ada.logs(&id, date).await;
    }
    let away = ada.amends(&id, json!({"archived": true})).await;
    assert_eq!(away["status"], "archived");
    world.pass_days(10);
    let back = ben.amends(&id, json!({"archived": false})).await;
    assert_eq!(back["status"], "active");
    assert_eq!(back["streak"]["current"], 2);
    assert_eq!(shelf(&ada, false).await, [id.as_str()]);
    let states = ada.states(&id, "2026-11-16", "2026-11-28").await;
    let ten_days = " excused".repeat(10);
    assert_eq!(states, format!("kept kept{ten_days} open"));
    world.pass_days(2);
    let states = ada.states(&id, "2026-11-28", "2026-11-30").await;
    assert_eq!(states, "forgiven missed open");
}

/// Bringing a ritual back on the day it was put away excuses nothing, for whoever's today it is.
#[tokio::test]
async fn a_change_of_mind_leaves_no_trace() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-17")).await;
    ben.agrees(&id).await;
    ada.logs(&id, "2026-11-17").await;
    world.it_is("2026-11-19T03:30:00Z"); // the 19th for Ada, the 18th for Ben
    ada.amends(&id, json!({"archived": true})).await;
    ben.amends(&id, json!({"archived": false})).await;
    ben.amends(&id, json!({"archived": false})).await;
    world.pass_days(2);
    let states = ada.states(&id, "2026-11-17", "2026-11-19").await;
    assert_eq!(states, "kept forgiven missed");
}

/// A hundred rituals at a time: one more is refused, whether new or from the shelf.
#[tokio::test]
async fn a_hundred_rituals_are_enough() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let mut made = Vec::new();
    for _ in 0..100 {
        made.push(ada.proposes(check_in()).await);
    }
    let answer = ben.post("/v1/rituals", check_in()).await;
    answer.problem(409, "too_many_rituals");
    ben.amends(&made[0], json!({"archived": true})).await;
    ben.proposes(check_in()).await;
    let path = format!("/v1/rituals/{}", made[0]);
    let back = json!({"archived": false, "title": "Back again"});
    let answer = ada.patch(&path, back.clone()).await;
    answer.problem(409, "too_many_rituals");
    let still = ada.ritual(&made[0]).await;
    assert_eq!(still["status"], "archived");
    assert_eq!(still["title"], "Nightly check-in");
    // One that is here already needs no room.
    ada.amends(&made[1], json!({"archived": false})).await;
    ada.delete(&format!("/v1/rituals/{}", made[1]))
        .await
        .empty();
    assert_eq!(ada.amends(&made[0], back).await["status"], "proposed");
    let today = ada.today().await;
    assert_eq!(today["rituals"].as_array().unwrap().len(), 100);
    assert_eq!(ada.walks("/v1/rituals", 30).await.len(), 100);
}

/// Whoever pages on from a ritual that is gone learns so, and does not take the rest for nothing.
#[tokio::test]
async fn a_cursor_to_a_ritual_that_is_gone_says_so() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let mut made = Vec::new();
    for _ in 0..3 {
        made.push(ada.proposes(check_in()).await);
        world.pass(chrono::TimeDelta::seconds(1));
    }
    let page = ada.get("/v1/rituals?limit=1").await.json(200);
    let next = format!("/v1/rituals?limit=1&cursor={}", text(&page["next_cursor"]));
    let second = ada.get(&next).await.json(200);
    assert_eq!(text(&second["data"][0]["id"]), made[1]);
    ada.delete(&format!("/v1/rituals/{}", made[0]))
        .await
        .empty();
    let lost = ada.get(&next).await;
    assert_eq!(lost.problem(422, "invalid_request"), ["/cursor"]);
}
