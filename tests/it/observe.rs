//! Every request has an id, and the log says how it went, but never a word of what was said.

use axum::Router;
use axum::body::Body;
use axum::http::Request;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use hearth::http::intake::intake;
use hearth::http::observe::observe;
use serde_json::json;
use tower::ServiceExt;

use crate::ear;
use crate::world::{Answer, PASSWORD, World, text};

async fn ask(world: &World, id: Option<&[u8]>, method: &str, path: &str) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(id) = id {
        request = request.header("x-request-id", id);
    }
    world.send_raw(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn a_request_keeps_the_id_it_came_with() {
    let world = World::new().await;
    let longest = "x".repeat(128);
    for id in ["a", "7b52/(retry=2)~", &longest] {
        for (method, path, status) in [
            ("GET", "/healthz", 200),
            ("GET", "/v1/today", 401),
            ("GET", "/nothing", 404),
            ("DELETE", "/healthz", 405),
            ("POST", "/v1/accounts", 415),
        ] {
            let answer = ask(&world, Some(id.as_bytes()), method, path).await;
            assert_eq!((answer.status.as_u16(), answer.id.as_str()), (status, id));
            let body = String::from_utf8(answer.body).unwrap();
            assert!(id == "a" || !body.contains(id), "{body}");
        }
    }
}

#[tokio::test]
async fn a_request_without_a_proper_id_gets_a_new_one() {
    let world = World::new().await;
    let too_long = [b'x'; 129];
    let mut seen = std::collections::BTreeSet::new();
    for id in [
        None,
        None,
        Some(&b""[..]),
        Some(b"two words"),
        Some(b"\xc3\xbc"),
        Some(b"a\tb"),
        Some(&too_long),
    ] {
        let answer = ask(&world, id, "GET", "/healthz").await;
        let uuid: uuid::Uuid = answer.id.parse().unwrap();
        assert_eq!(uuid.get_version_num(), 4);
        assert!(seen.insert(uuid), "twice the same");
    }
}

/// Even a panic has an id to ask about.
#[tokio::test]
async fn a_panic_has_an_id() {
    async fn breaks() {
        panic!("as it must");
    }
    let app = World::new().await.app;
    let router: Router = Router::new()
        .route("/", get(breaks))
        .layer(from_fn_with_state(app.clone(), intake))
        .layer(from_fn_with_state(app, observe));
    let request = Request::builder().header("x-request-id", "mine");
    let response = router.oneshot(request.body(Body::empty()).unwrap()).await;
    let answer = Answer::read("get /".to_owned(), response.unwrap())
        .await
        .without_id();
    answer.problem(500, "internal");
    assert_eq!(answer.id, "mine");
}

/// A story full of words that are nobody's business, and the words.
async fn story(world: &World) -> Vec<String> {
    let (ada, ben) = (
        world.person("Adelheid", "Europe/Oslo").await,
        world.person("Benvolio", "UTC").await,
    );
    let founded = json!({"name": "The Wombats"});
    ada.post("/v1/couple", founded).await.json(201);
    let code = ada.invites().await;
    ben.accepts(&code).await.json(200);
    ada.confirms(&ben).await.json(200);
    let ritual = json!({
        "title": "Moonlit quadrille", "practice": "conversation", "cadence": {"kind": "daily"},
        "rule": "both", "cue": "after the kettle sings",
    });
    let id = ada.proposes(ritual).await;
    ben.agrees(&id).await;
    let log = json!({"note": "I miss the lighthouse", "mood": "🦔", "visibility": "private"});
    ada.put(&format!("/v1/rituals/{id}/logs/today"), log)
        .await
        .json(201);
    ada.put(
        &format!("/v1/rituals/{id}/logs/today"),
        json!({"note": "x", "lighthouse": 1}),
    )
    .await
    .problem(422, "invalid_request");
    ada.patch("/v1/me", json!({"name": "Adelheid of Wombats"}))
        .await
        .json(200);
    ada.get("/v1/today?confession=lighthouse").await;
    ada.get("/v1/lighthouse").await.problem(404, "not_found");
    let wrong = json!({"email": ada.email, "password": "the lighthouse burns"});
    let wrong = world.send("POST", "/v1/tokens", None, Some(wrong)).await;
    wrong.problem(401, "wrong_credentials");
    let label = json!({"email": ben.email, "password": PASSWORD, "label": "hedgehog's phone"});
    let token = world
        .send("POST", "/v1/tokens", None, Some(label))
        .await
        .json(201);
    let feed = ada.opens_calendar(json!({})).await;
    for _ in ["alive", "dead"] {
        world.send("GET", &feed, None, None).await;
        ada.delete("/v1/calendar").await.empty();
    }
    let secret = feed["/v1/calendar/".len()..].to_owned();
    ben.tap("POST", "/v1/couple/leave").await.empty();
    world.at_rest().await;
    let words = [
        "Adelheid",
        "adelheid",
        "Benvolio",
        "benvolio",
        "Wombats",
        "Moonlit",
        "kettle",
        "lighthouse",
        "🦔",
        "hedgehog",
        "confession",
        PASSWORD,
    ];
    let mut words: Vec<String> = words.map(str::to_owned).to_vec();
    words.extend([ada.token, ben.token, text(&token["token"]), code, secret]);
    words
}

/// What the log holds may be read by whoever runs the machine.
#[tokio::test]
async fn the_log_holds_ids_and_routes_and_no_words() {
    ear::open();
    ear::listen();
    let world = World::new().await;
    let words = story(&world).await;
    ask(
        &world,
        Some(b"asked-by-the-ear"),
        "GET",
        "/v1/rituals/lighthouse?q=hedgehog",
    )
    .await;
    tracing::trace!("the quietest whisper");
    let heard = ear::heard();
    for word in words {
        let line = heard.lines().find(|line| line.contains(&word));
        assert_eq!(line, None, "{word} is in the log");
    }
    // It was listening: to the house, to its libraries in their own threads, at every level.
    for part in [
        "the quietest whisper",
        "insert into logs",
        " DEBUG ",
        "wrong",
    ] {
        assert!(
            part == "wrong" || heard.contains(part),
            "no {part} was heard"
        );
    }
    let line = heard
        .lines()
        .find(|line| line.contains("asked-by-the-ear") && line.contains("answered"));
    let line = line.unwrap();
    for part in [" INFO ", "GET", "/v1/rituals/{id}", "401", "ms="] {
        assert!(line.contains(part), "no {part} in {line}");
    }
}
