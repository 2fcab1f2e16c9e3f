//! Web pages of other origins may call only where the operator said so.

use axum::body::Body;
use axum::http::Request;
use hearth::config::front::{Front, Origins};

use crate::world::{Answer, World};

const APP: &str = "https://app.example.org";

async fn allowing(origins: &str) -> World {
    World::new().await.behind(Front {
        origins: origins.parse().unwrap(),
        ..Front::default()
    })
}

async fn ask(world: &World, method: &str, path: &str, headers: &[(&str, &str)]) -> Answer {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    world.send_raw(request.body(Body::empty()).unwrap()).await
}

/// What a browser asks before it sends a PUT of another origin.
async fn asks_beforehand(world: &World, origin: &str) -> Answer {
    let headers = [
        ("origin", origin),
        ("access-control-request-method", "PUT"),
        (
            "access-control-request-headers",
            "authorization,content-type",
        ),
    ];
    ask(world, "OPTIONS", "/v1/rituals", &headers).await
}

fn cors_headers(answer: &Answer) -> Vec<&str> {
    let names = answer.headers.keys().map(|name| name.as_str());
    names
        .filter(|name| name.starts_with("access-control"))
        .collect()
}

#[tokio::test]
async fn without_origins_nothing_is_said() {
    let world = World::new().await;
    let beforehand = asks_beforehand(&world, APP).await;
    beforehand.problem(405, "method_not_allowed");
    for answer in [
        beforehand,
        ask(&world, "GET", "/healthz", &[("origin", APP)]).await,
    ] {
        assert_eq!(cors_headers(&answer), Vec::<&str>::new());
        assert!(!answer.headers.contains_key("vary"));
    }
}

#[tokio::test]
async fn a_page_of_an_allowed_origin_may_call() {
    let world = allowing(&format!("capacitor://localhost, {APP}")).await;
    for origin in [APP, "capacitor://localhost"] {
        let beforehand = asks_beforehand(&world, origin).await;
        assert!(beforehand.status.is_success(), "{}", beforehand.told());
        assert!(beforehand.body.is_empty());
        let told = |name: &str| beforehand.headers[name].to_str().unwrap().to_lowercase();
        assert_eq!(told("access-control-allow-origin"), origin);
        assert_eq!(
            told("access-control-allow-methods"),
            "get,post,put,patch,delete"
        );
        assert_eq!(
            told("access-control-allow-headers"),
            "authorization,content-type,idempotency-key,if-none-match,x-request-id"
        );
        assert_eq!(told("access-control-max-age"), "86400");
        // An error can be read too: the page must learn that it has to sign in.
        for path in ["/healthz", "/v1/today"] {
            let answer = ask(&world, "GET", path, &[("origin", origin)]).await;
            assert_eq!(answer.headers["access-control-allow-origin"], origin);
            assert_eq!(
                answer.headers["access-control-expose-headers"],
                "etag,link,retry-after,idempotency-replayed,ratelimit,ratelimit-policy,x-request-id"
            );
            let vary = answer.headers["vary"].to_str().unwrap();
            assert!(vary.contains("origin"), "caches mix origins up: {vary}");
            assert!(
                !answer
                    .headers
                    .contains_key("access-control-allow-credentials")
            );
        }
    }
}

#[tokio::test]
async fn a_page_of_any_other_origin_may_not() {
    let world = allowing(APP).await;
    for origin in [
        "https://app.example.org.evil.example",
        "https://evil.example",
        "http://app.example.org",
        "https://app.example.org:8443",
        "null",
    ] {
        let plain = ask(&world, "GET", "/healthz", &[("origin", origin)]).await;
        for answer in [asks_beforehand(&world, origin).await, plain] {
            assert!(
                !answer.headers.contains_key("access-control-allow-origin"),
                "{origin}"
            );
        }
    }
}

/// Who asks for OPTIONS without being a browser is told what the route knows, as ever.
#[tokio::test]
async fn other_options_stay_as_they_are() {
    let (with, without) = (allowing(APP).await, World::new().await);
    for headers in [vec![], vec![("origin", APP)]] {
        let answer = ask(&with, "OPTIONS", "/v1/rituals", &headers).await;
        answer.problem(405, "method_not_allowed");
        let plain = ask(&without, "OPTIONS", "/v1/rituals", &headers).await;
        assert_eq!(answer.headers, plain.headers);
    }
}

#[test]
fn a_wrong_origin_is_told() {
    for wrong in [
        "*",
        "null",
        "app.example.org",
        "https://app.example.org/",
        "https://app.example.org/app",
        "https://app.example.org:443",
        "https://App.example.org",
        "https://*.example.org",
        "https://me@app.example.org",
        "https://app.example.org https://b.example.org",
        "file:///app",
    ] {
        let told = format!("{APP}, {wrong}").parse::<Origins>().unwrap_err();
        assert!(told.starts_with(wrong), "{told}");
        assert!(
            told.contains("is not an origin as browsers send it"),
            "{told}"
        );
    }
    for right in [
        "",
        " ,",
        "http://localhost:5173",
        "http://[::1]:5173",
        "https://xn--bcher-kva.example",
    ] {
        assert!(right.parse::<Origins>().is_ok(), "{right}");
    }
}
