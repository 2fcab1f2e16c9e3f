//! What is one couple's is nobody else's, and whoever is nobody gets nothing.

use axum::body::Body;
use axum::http::Request;
use serde_json::{Value, json};

use crate::contract;
use crate::routes::{Ids, NOBODY, signed_in};
use crate::world::{Answer, Person, World, check_in, text};

/// Everything that a person can read, as bytes.
async fn transcript(person: &Person) -> Vec<Vec<u8>> {
    let mut all = Vec::new();
    for path in [
        "/v1/me",
        "/v1/couple",
        "/v1/couple/invitations",
        "/v1/rituals",
        "/v1/rituals?archived=true",
        "/v1/logs",
        "/v1/rests",
        "/v1/today",
    ] {
        let answer = person.get(path).await;
        answer.json(200);
        all.push(answer.body);
    }
    all
}

/// Ada alone in her couple, with one of everything; and its ids.
async fn one_of_everything(world: &World) -> (Person, Ids) {
    let ada = world.ada().await;
    ada.tap("POST", "/v1/couple").await.json(201);
    let ritual = ada.proposes(check_in()).await;
    ada.logs(&ritual, "today").await;
    let rest = json!({"from": "2026-11-18", "ritual_id": ritual});
    let rest = ada.post("/v1/rests", rest).await.json(201);
    let invitation = ada.tap("POST", "/v1/couple/invitations").await.json(201);
    let tokens = ada.get("/v1/tokens").await.json(200);
    let ids = Ids {
        ritual,
        rest: text(&rest["id"]),
        invitation: text(&invitation["id"]),
        member: ada.id.clone(),
        token: text(&tokens["data"][0]["id"]),
        ..Ids::unknown()
    };
    (ada, ids)
}

/// Cleo and Dan, another couple with a ritual of their own.
async fn others(world: &World) -> (Person, Person) {
    let (cleo, dan) = (world.cleo().await, world.person("Dan", "UTC").await);
    cleo.tap("POST", "/v1/couple").await.json(201);
    cleo.pairs_with(&dan).await;
    let ritual = cleo.proposes(check_in()).await;
    cleo.logs(&ritual, "today").await;
    (cleo, dan)
}

fn assert_same(one: &Answer, other: &Answer) {
    assert_eq!(one.status, other.status, "{}", one.told());
    assert_eq!(one.body, other.body, "{}", one.told());
    assert_eq!(one.headers, other.headers, "{}", one.told());
}

/// On every route with an id, another couple's id answers 404 exactly as an id of nothing does, and
/// neither couple changes by a byte.
#[tokio::test]
async fn an_id_of_others_is_an_id_of_nothing() {
    let world = World::new().await;
    let (ada, mut ids) = one_of_everything(&world).await;
    let (cleo, dan) = others(&world).await;
    let (hers, theirs) = (transcript(&ada).await, transcript(&cleo).await);
    let routes: Vec<_> = signed_in()
        .into_iter()
        .filter(|route| route.names_something())
        .collect();
    assert!(routes.len() >= 14, "only {} routes name ids", routes.len());
    for route in &routes {
        let unknown = route.ask(&cleo, &Ids::unknown()).await;
        unknown.problem(404, "not_found");
        for one in [&cleo, &dan] {
            assert_same(&route.ask(one, &ids).await, &unknown);
        }
    }
    assert_eq!(transcript(&ada).await, hers);
    assert_eq!(transcript(&cleo).await, theirs);

    // Nor can they say yes or no to somebody who waits for Ada.
    let ben = world.ben().await;
    ben.accepts(&ada.invites().await).await.json(200);
    ids.member = ben.id.clone();
    for route in &routes {
        let unknown = route.ask(&cleo, &Ids::unknown()).await;
        assert_same(&route.ask(&cleo, &ids).await, &unknown);
    }
    let waits = ben.get("/v1/couple").await.json(200);
    assert_eq!(waits["status"], "awaiting_confirmation");
}

/// Nor does an id of others tell anything in a body, a query or a cursor.
#[tokio::test]
async fn ids_of_others_tell_nothing_anywhere() {
    let world = World::new().await;
    let (ada, ids) = one_of_everything(&world).await;
    let (cleo, _) = others(&world).await;
    let rest = |ritual: &str| json!({"from": "2026-11-18", "ritual_id": ritual});
    let unknown = cleo.post("/v1/rests", rest(NOBODY)).await;
    assert_eq!(unknown.problem(422, "invalid_request"), ["/ritual_id"]);
    assert_same(&cleo.post("/v1/rests", rest(&ids.ritual)).await, &unknown);
    assert_eq!(
        cleo.get("/v1/rests").await.json(200)["data"],
        Value::Array(vec![])
    );

    let member = |id: &str| format!("/v1/logs?member={id}");
    let nobodys = cleo.get(&member(NOBODY)).await;
    assert_eq!(nobodys.json(200)["data"], json!([]));
    assert_same(&cleo.get(&member(&ada.id)).await, &nobodys);

    // A place in Ada's list leads nowhere in Cleo's, like one that there never was.
    ada.proposes(check_in()).await;
    let page = ada.get("/v1/rituals?limit=1").await.json(200);
    let cursor = text(&page["next_cursor"]);
    let shown = cleo.get(&format!("/v1/rituals?cursor={cursor}")).await;
    assert_eq!(shown.problem(422, "invalid_request"), ["/cursor"]);
}

/// Every operation that needs a token answers 401 to whoever has none, alike, whatever they ask for.
#[tokio::test]
async fn without_a_token_there_is_nothing() {
    let world = World::new().await;
    let (ada, ids) = one_of_everything(&world).await;
    let before = transcript(&ada).await;
    let reference = world.send("GET", "/v1/me", None, None).await;
    reference.problem(401, "unauthenticated");
    assert_eq!(reference.headers["www-authenticate"], "Bearer");
    for route in signed_in() {
        let malformed = Ids::all("no-id");
        for ids in [&ids, &Ids::unknown(), &malformed] {
            assert_same(&route.ask_anonymously(&ada, ids).await, &reference);
        }
    }
    assert_eq!(transcript(&ada).await, before);
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

/// Only these need no token; a route that forgets to ask for one is seen here.
#[test]
fn few_operations_need_no_token() {
    let open: Vec<String> = contract::operations()
        .into_iter()
        .filter(|(.., operation)| !operation["security"].is_array())
        .map(|(_, _, operation)| text(&operation["operationId"]))
        .collect();
    // The metrics ask for the operator's token, and are not there without one.
    let known = ["signUp", "signIn", "isAlive", "isReady", "getMetrics"];
    for name in &open {
        assert!(
            known.contains(&name.as_str()),
            "{name} is open to everybody"
        );
    }
    assert_eq!(open.len(), known.len(), "{open:?}");
}
