//! Requests that are sent again: on a bad network nothing doubles.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::contract;
use crate::routes::{self, Ids};
use crate::world::{Answer, Person, World, check_in, text};

impl Person {
    async fn attempts(&self, key: &str, path: &str, body: Option<Value>) -> Answer {
        self.asks_with(("idempotency-key", key), "POST", path, body)
            .await
    }

    async fn ritual_count(&self) -> usize {
        let list = self.get("/v1/rituals").await.json(200);
        list["data"].as_array().unwrap().len()
    }
}

fn is_replay(answer: &Answer) -> bool {
    answer.header("idempotency-replayed") == Some("true")
}

/// Ada's train enters a tunnel; her phone sends the proposal three times.
#[tokio::test]
async fn a_proposal_sent_again_is_one_ritual() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let first = ada
        .attempts("tunnel", "/v1/rituals", Some(check_in()))
        .await;
    assert!(!is_replay(&first));
    let ritual = text(&first.json(201)["id"]);
    ben.agrees(&ritual).await;
    for _ in 0..2 {
        let again = ada
            .attempts("tunnel", "/v1/rituals", Some(check_in()))
            .await;
        assert!(is_replay(&again));
        assert_eq!(again.status, 201);
        assert_eq!(again.body, first.body, "the answer that was given then");
        assert_eq!(again.header("content-type"), first.header("content-type"));
    }
    assert_eq!(ada.ritual_count().await, 1);

    let bens = ben
        .attempts("tunnel", "/v1/rituals", Some(check_in()))
        .await;
    assert!(!is_replay(&bens), "a key is its account's own");
    assert_eq!(ada.ritual_count().await, 2);
}

/// One key names one request: another body, path or query under it is a mistake worth telling.
#[tokio::test]
async fn another_request_needs_another_key() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let rest = json!({"from": "2026-12-24"});
    ada.attempts("key", "/v1/rests", Some(rest.clone()))
        .await
        .json(201);
    for (path, body) in [
        ("/v1/rests", json!({"from": "2026-12-25"})),
        ("/v1/rituals", rest.clone()),
        ("/v1/couple/leave", json!({})),
    ] {
        let answer = ada.attempts("key", path, Some(body)).await;
        let at = answer.problem(422, "idempotency_mismatch");
        assert_eq!(at, ["/Idempotency-Key"]);
        assert_eq!(answer.value()["errors"][0]["in"], "header");
    }
    let rests = ada.get("/v1/rests").await.json(200);
    assert_eq!(rests["data"].as_array().unwrap().len(), 1);
    let again = ada.attempts("key", "/v1/rests", Some(rest)).await;
    assert!(is_replay(&again), "the mistakes changed nothing");
}

/// What was refused had no effect, so that it may succeed under the same key.
#[tokio::test]
async fn a_refusal_is_not_kept() {
    let world = World::new().await;
    let ada = world.ada().await;
    ada.attempts("key", "/v1/rituals", Some(check_in()))
        .await
        .problem(404, "no_couple");
    ada.post("/v1/couple", json!({})).await.json(201);
    let answer = ada.attempts("key", "/v1/rituals", Some(check_in())).await;
    assert!(!is_replay(&answer));
    answer.json(201);
}

/// An answer is kept for a day. After that, the key is free.
#[tokio::test]
async fn a_key_is_kept_for_a_day() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let propose = || ada.attempts("key", "/v1/rituals", Some(check_in()));
    propose().await.json(201);
    world.pass(TimeDelta::hours(24) - TimeDelta::milliseconds(1));
    assert!(is_replay(&propose().await));
    world.pass(TimeDelta::milliseconds(1));
    assert!(!is_replay(&propose().await));
    assert_eq!(ada.ritual_count().await, 2);
}

/// Two copies of one request that arrive at the same time have one effect too.
#[tokio::test(flavor = "multi_thread")]
async fn copies_that_race_have_one_effect() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let mut racing = tokio::task::JoinSet::new();
    for _ in 0..16 {
        let ada = ada.clone();
        racing.spawn(async move { ada.attempts("key", "/v1/rituals", Some(check_in())).await });
    }
    let answers = racing.join_all().await;
    assert!(answers.iter().all(|one| one.body == answers[0].body));
    assert_eq!(answers.iter().filter(|one| !is_replay(one)).count(), 1);
    assert_eq!(ada.ritual_count().await, 1);
}

/// Keys are plain text of a sane length.
#[tokio::test]
async fn keys_are_checked() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let longest = "k".repeat(255);
    ada.attempts(&longest, "/v1/rituals", Some(check_in()))
        .await
        .json(201);
    for bad in ["", "two words", "ø", &"k".repeat(256)] {
        let answer = ada.attempts(bad, "/v1/rituals", Some(check_in())).await;
        let at = answer.problem(422, "invalid_request");
        assert_eq!(at, ["/Idempotency-Key"], "{bad}");
    }
    assert_eq!(ada.ritual_count().await, 1);
    let stranger = ada.holding("hearth_unknown");
    stranger
        .attempts("two words", "/v1/rituals", None)
        .await
        .problem(401, "unauthenticated");
}

/// A kept answer is no back door: once Ada has left, it tells her nothing of Ben any more, and a token
/// that may not ask hears nothing either.
#[tokio::test]
async fn a_kept_answer_opens_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let ritual = ada.proposes(check_in()).await;
    let agreement = format!("/v1/rituals/{ritual}/agreement");
    ben.attempts("yes", &agreement, None).await.json(200);
    assert!(is_replay(&ben.attempts("yes", &agreement, None).await));
    let button = json!({
        "email": ben.email, "password": crate::world::PASSWORD, "scopes": ["log"],
    });
    let button = world.send("POST", "/v1/tokens", None, Some(button)).await;
    let button = ben.holding(&text(&button.json(201)["token"]));
    button
        .attempts("yes", &agreement, None)
        .await
        .problem(403, "missing_scope");

    let left = ada.attempts("bye", "/v1/couple/leave", None).await;
    left.empty();
    assert!(is_replay(
        &ada.attempts("bye", "/v1/couple/leave", None).await
    ));
    ben.attempts("yes", &agreement, None)
        .await
        .problem(404, "no_couple");
}

/// What is removed for good leaves no copy in a kept answer: the same request makes it anew.
#[tokio::test]
async fn a_kept_answer_goes_with_what_it_made() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let ritual = ada.attempts("tea", "/v1/rituals", Some(check_in())).await;
    let ritual = text(&ritual.json(201)["id"]);
    let agreement = format!("/v1/rituals/{ritual}/agreement");
    ben.attempts("yes", &agreement, None).await.json(200);
    ben.delete(&format!("/v1/rituals/{ritual}")).await.empty();
    ben.attempts("yes", &agreement, None)
        .await
        .problem(404, "not_found");
    let anew = ada.attempts("tea", "/v1/rituals", Some(check_in())).await;
    assert!(!is_replay(&anew));

    let rest = json!({"from": "2026-12-24"});
    let made = ada.attempts("rest", "/v1/rests", Some(rest.clone())).await;
    let id = text(&made.json(201)["id"]);
    ada.delete(&format!("/v1/rests/{id}")).await.empty();
    assert!(!is_replay(
        &ada.attempts("rest", "/v1/rests", Some(rest)).await
    ));
}

/// Every POST that the document says takes a key keeps its answer, and no other does.
#[tokio::test]
async fn the_document_tells_who_takes_a_key() {
    for route in routes::signed_in()
        .iter()
        .filter(|route| route.method == "POST")
    {
        let world = World::new().await;
        let (ada, ids) = ready_for(&world, &route.name).await;
        let documented = contract::operations()
            .into_iter()
            .any(|(path, _, operation)| {
                let parameters = operation["parameters"].as_array().cloned();
                path == route.template
                    && operation["operationId"] == route.name.as_str()
                    && parameters
                        .is_some_and(|all| all.iter().any(|one| one["name"] == "Idempotency-Key"))
            });
        let (path, body) = (route.path(&ids), route.body(&ids));
        let first = ada.attempts("key", &path, body.clone()).await;
        assert!(first.status.is_success(), "{}", first.told());
        let again = ada.attempts("key", &path, body).await;
        assert_eq!(is_replay(&again), documented, "{}", route.name);
    }
}

/// Somebody for whom this operation succeeds.
async fn ready_for(world: &World, operation: &str) -> (Person, Ids) {
    let (ada, ben) = (world.ada().await, world.ben().await);
    let mut ids = Ids::unknown();
    match operation {
        "foundCouple" => {}
        "proposeIdeas" => {
            ada.tap("POST", "/v1/couple").await.json(201);
            ids.checkup = ada.checks_up(&["unseen"], &[]).await;
            world.pass_days(7);
        }
        "acceptInvitation" => {
            ben.post("/v1/couple", json!({})).await.json(201);
            ids.code = ben.invites().await;
        }
        "confirmMember" => {
            ada.post("/v1/couple", json!({})).await.json(201);
            let code = ada.invites().await;
            ben.accepts(&code).await.json(200);
            ids.member = ben.id.clone();
        }
        "invite" => {
            ada.post("/v1/couple", json!({})).await.json(201);
        }
        _ => {
            ada.post("/v1/couple", json!({})).await.json(201);
            ada.pairs_with(&ben).await;
            ids.ritual = ben.proposes(check_in()).await;
        }
    }
    if operation.ends_with("Presence") {
        ada.agrees(&ids.ritual).await;
    }
    if operation.ends_with("Reminder") {
        let reminder = ada.wants_reminders(&ids.ritual, &["21:30"]).await;
        ids.reminder = text(&reminder["id"]);
    }
    if ["testChannel", "redeliver"].contains(&operation) {
        let channel = json!({"kind": "ntfy", "url": "https://ntfy.example/a-topic"});
        let channel = ada.post("/v1/channels", channel).await.json(201);
        ids.channel = text(&channel["id"]);
    }
    if operation == "finishPresence" {
        ids.presence = ada.sits(&ids.ritual, 30).await;
    }
    (ada, ids)
}
