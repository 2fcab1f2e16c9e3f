//! Waiting to be confirmed, being confirmed, turned away, stepping back.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::routes::NOBODY;
use crate::world::{Person, World, check_in, text};

/// Ada has invited, and Ben has accepted.
async fn waiting() -> (World, Person, Person) {
    let (world, ada, ben, _) = waiting_with_code().await;
    (world, ada, ben)
}

/// Ada has invited, and Ben has accepted this code.
async fn waiting_with_code() -> (World, Person, Person, String) {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.tap("POST", "/v1/couple").await.json(201);
    let code = ada.invites().await;
    ben.accepts(&code).await.json(200);
    (world, ada, ben, code)
}

async fn second_seat(person: &Person) -> Value {
    person.get("/v1/couple").await.json(200)["members"][1].clone()
}

/// Whoever waits sees the inviter's name and nothing else, however much the inviter shares.
#[tokio::test]
async fn whoever_waits_sees_a_name_and_nothing_else() {
    let (_world, ada, ben) = waiting().await;
    let share = json!({"share_time_zone": true});
    ada.patch("/v1/me", share).await.json(200);
    let expected = json!({
        "status": "awaiting_confirmation", "inviter": {"name": "Ada"},
        "lapses_at": "2026-11-25T19:00:00.000Z",
    });
    assert_eq!(ben.get("/v1/couple").await.json(200), expected);
}

/// The inviter sees the e-mail address of whoever waits, to recognise them, and no longer than that;
/// a time zone only once confirmed.
#[tokio::test]
async fn an_address_shows_only_while_its_owner_waits() {
    let (_world, ada, ben) = waiting().await;
    let share = json!({"share_time_zone": true});
    ben.patch("/v1/me", share).await.json(200);
    let mut expected = json!({
        "id": ben.id, "name": "Ben", "today": "2026-11-18", "is_me": false,
        "status": "awaiting_confirmation", "email": "ben@example.org",
    });
    assert_eq!(second_seat(&ada).await, expected);
    // Nor does the home screen know a partner yet.
    let today = ada.get("/v1/today").await.json(200);
    assert_eq!(today["partner"], Value::Null);

    let confirmed = ada.confirms(&ben).await.json(200);
    expected["status"] = json!("active");
    expected["time_zone"] = json!("America/New_York");
    expected.as_object_mut().unwrap().remove("email");
    assert_eq!(confirmed["members"][1], expected);
    assert_eq!(second_seat(&ada).await, expected);
    let seen_by_ben = ben.get("/v1/couple").await;
    assert!(!seen_by_ben.told().contains("@example.org"));
}

/// Saying yes twice is saying yes; either may, once both are in.
#[tokio::test]
async fn confirming_again_changes_nothing() {
    let (world, ada, ben) = waiting().await;
    let once = ada.confirms(&ben).await.json(200);
    assert_eq!(ada.confirms(&ben).await.json(200), once);
    assert_eq!(ada.get("/v1/couple").await.json(200), once);
    ben.confirms(&ada).await.json(200);
    world.pass_days(8);
    assert_eq!(second_seat(&ada).await["status"], "active");
}

/// One confirms and turns away whoever waits, nobody else: one's own id, a stranger's, somebody's of
/// another couple and one that never was answer alike, byte by byte.
#[tokio::test]
async fn only_whoever_waits_can_be_confirmed_or_turned_away() {
    let (world, ada, ben) = waiting().await;
    let (cleo, dan) = (world.cleo().await, world.person("Dan", "UTC").await);
    cleo.tap("POST", "/v1/couple").await.json(201);
    dan.accepts(&cleo.invites().await).await.json(200);
    for (method, end) in [("POST", "/confirm"), ("DELETE", "")] {
        let path = |id: &str| format!("/v1/couple/members/{id}{end}");
        let unknown = ada.tap(method, &path(NOBODY)).await;
        unknown.problem(404, "not_found");
        for id in [&ada.id, &cleo.id, &dan.id] {
            let answer = ada.tap(method, &path(id)).await;
            assert_eq!(answer.status, unknown.status);
            assert_eq!(answer.body, unknown.body);
        }
    }
    for (inviter, guest) in [(&ada, &ben), (&cleo, &dan)] {
        let waits = second_seat(inviter).await;
        assert_eq!(text(&waits["id"]), guest.id);
        assert_eq!(waits["status"], "awaiting_confirmation");
    }
}

/// Saying no frees the seat at once, for both sides; the code that was used stays used.
#[tokio::test]
async fn turning_away_frees_the_seat() {
    let (world, ada, ben, code) = waiting_with_code().await;
    let path = format!("/v1/couple/members/{}", ben.id);
    ada.delete(&path).await.empty();
    assert_eq!(second_seat(&ada).await, Value::Null);
    ben.get("/v1/couple").await.problem(404, "no_couple");
    ada.delete(&path).await.problem(404, "not_found");
    ada.confirms(&ben).await.problem(404, "not_found");
    ben.accepts(&code).await.problem(422, "unknown_invitation");
    let cleo = world.cleo().await;
    ada.pairs_with(&cleo).await;
    ben.tap("POST", "/v1/couple").await.json(201);
}

/// A confirmed partner cannot be put out: one leaves, for both.
#[tokio::test]
async fn a_partner_cannot_be_turned_away() {
    let (_world, ada, ben) = waiting().await;
    ada.confirms(&ben).await.json(200);
    for (one, other) in [(&ada, &ben), (&ben, &ada)] {
        let path = format!("/v1/couple/members/{}", other.id);
        one.delete(&path).await.problem(409, "already_confirmed");
    }
    assert_eq!(second_seat(&ada).await["status"], "active");
}

/// Whoever waits can step back; the inviter keeps everything, and a code that was used stays used.
#[tokio::test]
async fn whoever_waits_can_step_back() {
    let (_world, ada, ben, code) = waiting_with_code().await;
    let ritual = ada.proposes(check_in()).await;
    ben.tap("POST", "/v1/couple/leave").await.empty();
    ben.get("/v1/couple").await.problem(404, "no_couple");
    assert_eq!(second_seat(&ada).await, Value::Null);
    assert_eq!(text(&ada.ritual(&ritual).await["id"]), ritual);
    ada.confirms(&ben).await.problem(404, "not_found");
    ben.accepts(&code).await.problem(422, "unknown_invitation");
    ada.pairs_with(&ben).await;
}

/// An acceptance that nobody confirms lapses after seven days, to the millisecond: both are free again,
/// without anybody doing anything.
#[tokio::test]
async fn an_acceptance_lapses_after_seven_days() {
    let (world, ada, ben) = waiting().await;
    world.pass(TimeDelta::days(7) - TimeDelta::milliseconds(1));
    assert_eq!(
        ben.get("/v1/couple").await.json(200)["inviter"]["name"],
        "Ada"
    );
    world.pass(TimeDelta::milliseconds(1));
    ben.get("/v1/couple").await.problem(404, "no_couple");
    assert_eq!(second_seat(&ada).await, Value::Null);
    ada.confirms(&ben).await.problem(404, "not_found");
    let path = format!("/v1/couple/members/{}", ben.id);
    ada.delete(&path).await.problem(404, "not_found");
    ben.tap("POST", "/v1/couple/leave").await.empty();
    let cleo = world.cleo().await;
    ada.pairs_with(&cleo).await;
    ben.tap("POST", "/v1/couple").await.json(201);
    ben.pairs_with(&world.person("Dan", "UTC").await).await;
}

/// What was written before the partner was confirmed stays private when they are: they see the ritual
/// and that it was done, not a word.
#[tokio::test]
async fn words_from_before_stay_private() {
    let (_world, ada, ben) = waiting().await;
    let ritual = ada.proposes(check_in()).await;
    let path = format!("/v1/rituals/{ritual}/logs/today");
    let entry = json!({"note": "Will he come?", "mood": "hopeful"});
    let body = Some(entry);
    let answer = ada.world.send("PUT", &path, Some(&ada.token), body).await;
    assert_eq!(answer.json(201)["log"]["visibility"], "private");
    ada.confirms(&ben).await.json(200);
    let seen = ben.get("/v1/logs").await.json(200);
    assert_eq!(seen["data"][0]["note"], Value::Null);
    assert_eq!(seen["data"][0]["mood"], Value::Null);
    let own = ada.get("/v1/logs").await.json(200);
    assert_eq!(own["data"][0]["note"], "Will he come?");
}
