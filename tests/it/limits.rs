//! How often one may ask: enough for any honest client, and told in every answer.

use hearth::http::limits::Limits;
use serde_json::json;

use crate::world::{Answer, Person, World};

/// Asks until it is too much; answers how often it was fine, and the refusal.
async fn until_refused(ada: &Person) -> (u32, Answer) {
    for fine in 0..100 {
        let answer = ada.get("/v1/me").await;
        if answer.status == 429 {
            return (fine, answer);
        }
        answer.json(200);
    }
    panic!("there is no limit");
}

/// A program run wild is held back, told for how long, and nobody else notices.
#[tokio::test]
async fn everybody_has_their_own_budget() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let limited = world.with(|app| app.limits = Limits::per_minute(6));
    let (ada, ben) = (ada.at(&limited), ben.at(&limited));

    let first = ada.get("/v1/me").await;
    assert_eq!(
        first.header("ratelimit-policy"),
        Some("\"account\";q=6;w=60")
    );
    assert_eq!(first.header("ratelimit"), Some("\"account\";r=5;t=10"));
    let (fine, refused) = until_refused(&ada).await;
    assert_eq!(fine, 5);
    refused.problem(429, "too_many_requests");
    assert_eq!(refused.header("ratelimit"), Some("\"account\";r=0;t=60"));
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=10).contains(&wait), "one comes back every ten seconds");

    // Changes are held back too, before they happen.
    ada.patch("/v1/me", json!({"name": "Changed"}))
        .await
        .problem(429, "too_many_requests");
    assert_eq!(ben.get("/v1/me").await.status, 200);
}

/// Without a limit, nothing is told of one.
#[tokio::test]
async fn no_limit_is_no_limit() {
    let world = World::new().await;
    let ada = world.ada().await;
    let free = ada.at(&world.with(|app| app.limits = Limits::per_minute(0)));
    for _ in 0..50 {
        let answer = free.get("/v1/me").await;
        answer.json(200);
        assert_eq!(answer.header("ratelimit"), None);
    }
}
