//! What a token may do, and how long it lives.

use axum::body::Body;
use axum::http::Request;
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::world::{PASSWORD, Person, World, check_in, text};

/// Signs in for a token like this.
pub async fn token(person: &Person, wish: Value) -> Person {
    let mut who = json!({"email": person.email, "password": PASSWORD});
    who.as_object_mut()
        .unwrap()
        .extend(wish.as_object().unwrap().clone());
    let answer = person
        .world
        .send("POST", "/v1/tokens", None, Some(who))
        .await;
    person.holding(&text(&answer.json(201)["token"]))
}

/// The button in the hall logs and undoes, and learns nothing but its own log.
#[tokio::test]
async fn a_button_in_the_hall_logs_and_reads_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    let button = token(&ada, json!({"label": "the hall", "scopes": ["log", "log"]})).await;
    let path = format!("/v1/rituals/{id}/logs/today");
    for status in [201, 200] {
        let logged = button.tap("PUT", &path).await.json(status);
        let fields: Vec<&String> = logged.as_object().unwrap().keys().collect();
        assert_eq!(fields, ["log"]);
        assert_eq!(logged["log"]["date"], "2026-11-18");
    }
    button.delete(&path).await.empty();
    button.get(&path).await.problem(405, "method_not_allowed");
    for path in ["/v1/me", "/v1/today", "/v1/logs"] {
        button.get(path).await.problem(403, "missing_scope");
    }
    let both = token(&ada, json!({"scopes": ["log", "read"]})).await;
    let logged = both.tap("PUT", &path).await.json(201);
    assert_eq!(text(&logged["ritual"]["id"]), id);
}

/// What a token is to be is parsed at the door.
#[tokio::test]
async fn impossible_tokens_are_refused() {
    let ada = World::new().await.ada().await;
    let rows = [
        (json!({"scopes": []}), "/scopes"),
        (json!({"scopes": null}), "/scopes"),
        (json!({"scopes": ["read", "everything"]}), "/scopes/1"),
        (json!({"expires_in_days": 0}), "/expires_in_days"),
        (json!({"expires_in_days": 181}), "/expires_in_days"),
        (json!({"expires_in_days": null}), "/expires_in_days"),
        (json!({"label": ""}), "/label"),
        (json!({"label": "x".repeat(81)}), "/label"),
    ];
    for (wish, pointer) in rows {
        let mut who = json!({"email": ada.email, "password": PASSWORD});
        let fields = who.as_object_mut().unwrap();
        fields.extend(wish.as_object().unwrap().clone());
        let answer = ada.world.send("POST", "/v1/tokens", None, Some(who)).await;
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
}

/// Each sees their own tokens, with what they may do, and no secret; the newest first.
#[tokio::test]
async fn one_lists_ones_own_tokens() {
    let world = World::new().await;
    let (ada, _ben) = world.couple().await;
    world.pass_days(1);
    let wish = json!({"label": "the hall", "scopes": ["log"], "expires_in_days": 90});
    let button = token(&ada, wish).await;
    world.pass_days(1);
    let answer = ada.get("/v1/tokens").await;
    for secret in [&ada.token, &button.token] {
        assert!(!answer.told().contains(&secret[8..]));
    }
    let mut listed = answer.json(200);
    assert_eq!(listed["next_cursor"], Value::Null);
    for token in listed["data"].as_array_mut().unwrap() {
        assert_eq!(text(&token["id"]).len(), 36);
        token.as_object_mut().unwrap().remove("id");
    }
    let expected = json!([
        {"label": "the hall", "scopes": ["log"], "created_at": "2026-11-19T19:00:00.000Z",
            "last_used_on": "2026-11-19", "expires_at": "2027-02-17T19:00:00.000Z",
            "is_current": false},
        {"label": null, "scopes": ["read", "log", "manage"],
            "created_at": "2026-11-18T19:00:00.000Z", "last_used_on": "2026-11-20",
            "expires_at": "2027-05-17T19:00:00.000Z", "is_current": true},
    ]);
    assert_eq!(listed["data"], expected);
}

/// Tokens that were made at the same instant, and others, come page by page: each once, none twice.
#[tokio::test]
async fn tokens_come_page_by_page() {
    let world = World::new().await;
    let ada = world.ada().await;
    for label in ["one", "two", "three", "four"] {
        token(&ada, json!({"label": label})).await;
    }
    world.pass(TimeDelta::milliseconds(1));
    token(&ada, json!({"label": "the newest"})).await;
    let whole = ada.walks("/v1/tokens", 200).await;
    assert_eq!(whole.len(), 6);
    assert_eq!(whole[0]["label"], "the newest");
    for limit in [1, 2, 5] {
        assert_eq!(ada.walks("/v1/tokens", limit).await, whole);
    }
}

/// What no longer opens anything is not listed.
#[tokio::test]
async fn dead_tokens_are_not_listed() {
    let world = World::new().await;
    let ada = world.ada().await;
    token(&ada, json!({"label": "short", "expires_in_days": 2})).await;
    token(&ada, json!({"label": "idle"})).await;
    world.pass(TimeDelta::days(2) - TimeDelta::milliseconds(1));
    assert_eq!(labels(&ada).await, ["idle", "short", ""]);
    world.at_rest().await;
    world.pass(TimeDelta::milliseconds(1));
    assert_eq!(labels(&ada).await, ["idle", ""]);
    world.pass_days(28);
    assert_eq!(labels(&ada).await, ["idle", ""]);
    world.at_rest().await;
    world.pass_days(1);
    assert_eq!(labels(&ada).await, [""]);
}

/// The labels of the tokens listed, in order.
async fn labels(person: &Person) -> Vec<String> {
    let listed = person.walks("/v1/tokens", 200).await;
    let mut labels: Vec<String> = listed
        .iter()
        .map(|token| token["label"].as_str().unwrap_or_default().to_owned())
        .collect();
    labels.sort_by_key(|label| (label.is_empty(), label.clone()));
    labels
}

/// A token that is ended is dead at the next request, and looks like one that never was; the others live.
#[tokio::test]
async fn one_device_is_signed_out() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    world.pass(TimeDelta::seconds(1));
    let phone = token(&ada, json!({"label": "lost phone"})).await;
    let id = text(&ada.get("/v1/tokens").await.json(200)["data"][0]["id"]);
    let path = format!("/v1/tokens/{id}");
    let foreign = ben.delete(&path).await;
    foreign.problem(404, "not_found");
    phone.get("/v1/me").await.json(200);
    ada.delete(&path).await.empty();
    let dead = phone.get("/v1/me").await;
    dead.problem(401, "unauthenticated");
    let never = ada.holding("hearth_nobody").get("/v1/me").await;
    assert_eq!((dead.body, dead.headers), (never.body, never.headers));
    let again = ada.delete(&path).await;
    assert_eq!(again.body, foreign.body);
    for none in ["CURRENT", "no-id", ""] {
        let answer = ada.delete(&format!("/v1/tokens/{none}")).await;
        assert_eq!(answer.problem(404, "not_found"), Vec::<String>::new());
    }
    ada.get("/v1/me").await.json(200);
    ben.get("/v1/me").await.json(200);
}

/// Whatever a token may do, it can end itself: a button that is thrown away takes its token along. It can
/// end no other.
#[tokio::test]
async fn every_token_can_sign_itself_out() {
    let world = World::new().await;
    let ada = world.ada().await;
    for scope in ["log", "read", "manage"] {
        let narrow = token(&ada, json!({"scopes": [scope]})).await;
        narrow.delete("/v1/tokens/current").await.empty();
        let answer = narrow.delete("/v1/tokens/current").await;
        answer.problem(401, "unauthenticated");
    }
    let button = token(&ada, json!({"scopes": ["read", "log"]})).await;
    let own = text(&button.get("/v1/tokens").await.json(200)["data"][0]["id"]);
    for path in ["/v1/tokens".to_owned(), format!("/v1/tokens/{own}")] {
        button.delete(&path).await.problem(403, "missing_scope");
    }
    ada.get("/v1/me").await.json(200);
    button.get("/v1/me").await.json(200);
}

/// One call signs out everywhere, here too; signing in again is all it takes to come back.
#[tokio::test]
async fn one_signs_out_everywhere() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let phone = token(&ada, json!({})).await;
    phone.delete("/v1/tokens").await.empty();
    for device in [&ada, &phone] {
        let answer = device.get("/v1/me").await;
        answer.problem(401, "unauthenticated");
    }
    ben.get("/v1/me").await.json(200);
    let back = token(&ada, json!({})).await;
    assert_eq!(labels(&back).await, [""]);
}

/// A token lives as long as was asked for, to the second, and then answers like one that never was.
#[tokio::test]
async fn a_token_ends_when_it_was_to_end() {
    let world = World::new().await;
    let ada = world.ada().await;
    let guest = token(&ada, json!({"expires_in_days": 2})).await;
    world.pass(TimeDelta::days(2) - TimeDelta::milliseconds(1));
    guest.get("/v1/me").await.json(200);
    world.pass(TimeDelta::milliseconds(1));
    let expired = guest.get("/v1/me").await;
    expired.problem(401, "unauthenticated");
    let unknown = guest.holding(&format!("hearth_{}", "A".repeat(43)));
    let unknown = unknown.get("/v1/me").await;
    assert_eq!(expired.body, unknown.body);
    assert_eq!(expired.headers, unknown.headers);
    assert_eq!(expired.headers["www-authenticate"], "Bearer");
    ada.get("/v1/me").await.json(200);
}

/// A token that nobody used for more than 30 days is dead; using it on the 30th keeps it alive.
#[tokio::test]
async fn an_idle_token_dies() {
    let world = World::new().await;
    let ada = world.ada().await;
    let (idle, used) = (token(&ada, json!({})).await, token(&ada, json!({})).await);
    world.pass_days(30);
    used.get("/v1/me").await.json(200);
    world.at_rest().await;
    world.pass_days(1);
    let path = "/v1/couple";
    idle.get(path).await.problem(401, "unauthenticated");
    idle.post(path, json!({}))
        .await
        .problem(401, "unauthenticated");
    used.post(path, json!({})).await.json(201);
    world.pass_days(29);
    used.get(path).await.json(200);
}

/// A token in daily use stays alive, but not beyond 180 days: then one signs in again.
#[tokio::test]
async fn a_token_in_use_lives_180_days() {
    let world = World::new().await;
    let ada = world.ada().await;
    for day in 1..=100 {
        world.pass_days(1);
        let answer = ada.get("/v1/me").await;
        assert_eq!(answer.status, 200, "on day {day}");
        world.at_rest().await;
    }
    for _ in 0..3 {
        world.pass_days(26);
        ada.get("/v1/me").await.json(200);
        world.at_rest().await;
    }
    world.pass(TimeDelta::days(2) - TimeDelta::milliseconds(1));
    ada.get("/v1/me").await.json(200);
    world.pass(TimeDelta::milliseconds(1));
    ada.get("/v1/me").await.problem(401, "unauthenticated");
    ada.signs_in(PASSWORD).await.json(201);
}

/// Whatever is not exactly a living token is none: other schemes, other cases of it, its beginning.
#[tokio::test]
async fn what_is_no_token_is_none() {
    let world = World::new().await;
    let ada = world.ada().await;
    let token = &ada.token;
    let headers = [
        format!("Basic {token}"),
        format!("bearer{token}"),
        "Bearer".to_owned(),
        "Bearer ".to_owned(),
        format!("Bearer {}", token.to_lowercase()),
        format!("Bearer {}", &token[..49]),
        format!("Bearer {token}A"),
        format!("Bearer {token} {token}"),
        format!("Bearer {}", ada.id),
        format!("Token {token}"),
    ];
    for header in headers {
        let request = Request::get("/v1/me").header("authorization", &header);
        let request = request.body(Body::empty()).unwrap();
        world
            .send_raw(request)
            .await
            .problem(401, "unauthenticated");
    }
    for path in [
        format!("/v1/me?token={token}"),
        format!("/v1/me?access_token={token}"),
    ] {
        let answer = world.send("GET", &path, None, None).await;
        answer.problem(401, "unauthenticated");
    }
}
