//! How often one may ask: enough for any honest client, and told in every answer.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hearth::config::front::Front;
use serde_json::{Value, json};

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
    let limited = world.behind(Front {
        rate_limit: 6,
        ..Front::default()
    });
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
    let free = ada.at(&world.behind(Front::default()));
    for _ in 0..50 {
        let answer = free.get("/v1/me").await;
        answer.json(200);
        assert_eq!(answer.header("ratelimit"), None);
    }
}

/// Guessing passwords and codes is slow from one address, whoever is asked for; another address is free.
#[tokio::test]
async fn strangers_are_counted_by_their_address() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let limited = world.behind(Front {
        rate_limit: 60,
        ..Front::default()
    });
    let guess = json!({"email": ada.email, "password": "is it this one?"});
    let ask = |from: &'static str, path: &'static str, body: &Value| {
        let request = Request::post(path)
            .header("content-type", "application/json")
            .extension(ConnectInfo(SocketAddr::new(from.parse().unwrap(), 443)));
        let request = request.body(Body::from(body.to_string())).unwrap();
        let limited = limited.clone();
        async move { limited.send_raw(request).await }
    };
    for _ in 0..3 {
        let wrong = ask("192.0.2.7", "/v1/tokens", &guess).await;
        wrong.problem(401, "wrong_credentials");
        // Whoever lives under the same roof does not learn from it that somebody was just here.
        assert!(wrong.header("ratelimit-policy").is_some());
        assert_eq!(wrong.header("ratelimit"), None);
    }
    for path in ["/v1/tokens", "/v1/accounts"] {
        let refused = ask("192.0.2.7", path, &guess).await;
        refused.problem(429, "too_many_requests");
        assert!(refused.header("ratelimit").is_some());
        assert!(
            refused
                .header("ratelimit-policy")
                .unwrap()
                .starts_with("\"address\";q=3")
        );
    }
    ask("192.0.2.8", "/v1/tokens", &guess)
        .await
        .problem(401, "wrong_credentials");

    // In IPv6, a household has a whole network to choose from.
    for host in ["2001:db8::1", "2001:db8::2", "2001:db8::3"] {
        ask(host, "/v1/tokens", &guess)
            .await
            .problem(401, "wrong_credentials");
    }
    ask("2001:db8::4", "/v1/tokens", &guess)
        .await
        .problem(429, "too_many_requests");
    ask("2001:db8:0:1::4", "/v1/tokens", &guess)
        .await
        .problem(401, "wrong_credentials");
}

/// A found phone gives few tries at the password behind it, from wherever.
#[tokio::test]
async fn guesses_at_ones_own_password_are_few() {
    let world = World::new().await;
    let ada = world.ada().await;
    let limited = ada.at(&world.behind(Front {
        rate_limit: 60,
        ..Front::default()
    }));
    let guess = json!({"current_password": "is it this one?", "new_password": "eleven wild geese"});
    for _ in 0..3 {
        let answer = limited.put("/v1/me/password", guess.clone()).await;
        answer.problem(403, "wrong_password");
    }
    let answer = limited.put("/v1/me/password", guess).await;
    answer.problem(429, "too_many_requests");
    assert_eq!(limited.get("/v1/me").await.status, 200, "reading goes on");
}

/// A limit that is as good as none is a limit like any other.
#[tokio::test]
async fn the_largest_limit_is_told() {
    let world = World::new().await;
    let ada = world.ada().await;
    let rate_limit = u32::MAX;
    let ada = ada.at(&world.behind(Front {
        rate_limit,
        ..Front::default()
    }));
    ada.get("/v1/me").await.json(200);
    let answer = ada.get("/v1/me").await;
    answer.json(200);
    let policy = format!("\"account\";q={rate_limit};w=60");
    assert_eq!(answer.header("ratelimit-policy"), Some(policy.as_str()));
}
