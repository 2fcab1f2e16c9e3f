//! The operator can count what happens, and nobody else can: counts would tell one of two what the other does.

use std::time::Duration;

use axum::body::Body;
use axum::http::Request;
use hearth::config::front::{Front, MetricsToken};
use serde_json::json;
use tokio::task::JoinSet;

use crate::world::{Answer, World};

const TOKEN: &str = "the-operator's-own";

async fn watched() -> World {
    World::new().await.watched()
}

impl World {
    /// The same world, whose operator may count.
    pub fn watched(&self) -> World {
        self.behind(Front {
            metrics_token: Some(TOKEN.parse().unwrap()),
            ..Front::default()
        })
    }
}

/// What the operator of a watched world can read.
pub async fn metrics(world: &World) -> String {
    let answer = world.send("GET", "/metrics", Some(TOKEN), None).await;
    assert_eq!(answer.status, 200, "{}", answer.told());
    String::from_utf8(answer.body).unwrap()
}

/// The value in the line that begins so.
fn value(metrics: &str, start: &str) -> u64 {
    let line = metrics.lines().find(|line| line.starts_with(start));
    let line = line.unwrap_or_else(|| panic!("no {start} in\n{metrics}"));
    line.rsplit(' ').next().unwrap().parse().unwrap()
}

#[tokio::test]
async fn without_a_token_for_it_nothing_is_there() {
    let world = World::new().await;
    let ada = world.ada().await;
    let (nothing, metrics) = (ada.get("/nothing").await, ada.get("/metrics").await);
    metrics.problem(404, "not_found");
    assert_eq!(
        (metrics.body, metrics.headers),
        (nothing.body, nothing.headers)
    );
}

#[tokio::test]
async fn only_its_own_token_opens_it() {
    let world = watched().await;
    let ada = world.ada().await;
    let wrong = [None, Some(""), Some(ada.token.as_str()), Some(&TOKEN[1..])];
    let mut refused: Vec<Answer> = Vec::new();
    for token in wrong {
        refused.push(world.send("GET", "/metrics", token, None).await);
    }
    for answer in refused {
        answer.problem(401, "unauthenticated");
    }
    // And it opens nothing else.
    let me = world.send("GET", "/v1/me", Some(TOKEN), None).await;
    me.problem(401, "unauthenticated");
    for weak in [
        "",
        "short",
        "with spaces in the middle",
        "ümläute-ümläute-ümläute",
    ] {
        assert!(weak.parse::<MetricsToken>().is_err(), "{weak}");
    }
}

#[tokio::test]
async fn requests_are_counted_by_route() {
    let world = watched().await;
    let (ada, _) = world.couple().await;
    for id in ["0d9c0e4e-6a2f-4c55-9a4f-3f1d8c1a7b52", "nonsense"] {
        ada.get(&format!("/v1/rituals/{id}?q=secret")).await;
    }
    let answer = world.send("GET", "/metrics", Some(TOKEN), None).await;
    assert_eq!(
        answer.headers["content-type"],
        "application/openmetrics-text; version=1.0.0; charset=utf-8"
    );
    let metrics = String::from_utf8(answer.body).unwrap();
    assert!(metrics.ends_with("# EOF\n"), "{metrics}");
    let requests = "hearth_requests_total{method=";
    let signed_up = format!("{requests}\"POST\",route=\"/v1/accounts\",status=\"201\"}}");
    assert_eq!(value(&metrics, &signed_up), 2);
    let unknown = format!("{requests}\"GET\",route=\"/v1/rituals/{{id}}\",status=\"404\"}}");
    assert_eq!(value(&metrics, &unknown), 2);
    let took = "hearth_request_seconds_count{route=\"/v1/rituals/{id}\"}";
    assert_eq!(value(&metrics, took), 2);
    // Two accounts, a couple, an invitation, its acceptance, a confirmation.
    assert!(value(&metrics, "hearth_write_door_wait_seconds_count") >= 6);
    assert!(value(&metrics, "hearth_database_bytes") > 0);
    assert!(value(&metrics, "hearth_wal_bytes") > 0);
    assert!(value(&metrics, "process_resident_memory_bytes") > 1_000_000);
    assert_eq!(value(&metrics, "hearth_hashes_running"), 0);
    assert_eq!(value(&metrics, "hearth_hashes_waiting"), 0);
    assert_eq!(value(&metrics, "hearth_connections"), 0);
    let version = format!(
        "hearth_build_info{{version=\"{}\"}}",
        env!("CARGO_PKG_VERSION")
    );
    assert_eq!(value(&metrics, &version), 1);
    assert!(
        !metrics.contains("secret") && !metrics.contains("nonsense"),
        "{metrics}"
    );
}

/// A caller cannot fill the memory with labels of their own making.
#[tokio::test]
async fn labels_are_few() {
    let world = watched().await;
    let mut lines = Vec::new();
    for round in 0..4 {
        for (method, path) in [
            ("GET", format!("/invented-{round}")),
            ("GET", format!("/v1/rituals/{round}?q={round}")),
            (&format!("BREW{round}"), "/healthz".to_owned()),
        ] {
            let request = Request::builder().method(method).uri(path);
            world.send_raw(request.body(Body::empty()).unwrap()).await;
        }
        lines.push(metrics(&world).await.lines().count());
    }
    // The first reading is itself not yet counted.
    assert_eq!(lines[1], lines[3], "more at every round: {lines:?}");
}

/// Who waits to write is seen waiting.
#[tokio::test]
async fn the_queue_at_the_door_is_seen() {
    let world = watched().await;
    let ada = world.ada().await;
    let door = world.app.store.write().await.unwrap();
    let mut waiting = JoinSet::new();
    waiting.spawn(async move { ada.patch("/v1/me", json!({"name": "Ada L."})).await });
    while world.app.metrics.door_queue.count() == 0 {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
    assert_eq!(value(&metrics(&world).await, "hearth_write_door_queue"), 1);
    drop(door);
    waiting.join_next().await.unwrap().unwrap().json(200);
    assert_eq!(value(&metrics(&world).await, "hearth_write_door_queue"), 0);
}
