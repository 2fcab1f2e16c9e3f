//! Which web pages may call from a browser (CORS). By default none: then not one header is sent.

use std::time::Duration;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, Method, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::response::Response;
use tower::{Layer, ServiceExt};
use tower_http::cors::{AllowOrigin, CorsLayer};

use super::App;
use crate::config::front::Origins;

const METHODS: [Method; 5] = [
    Method::GET,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
];

/// What a page may send.
const ASKED: [HeaderName; 5] = [
    header::AUTHORIZATION,
    header::CONTENT_TYPE,
    HeaderName::from_static("idempotency-key"),
    header::IF_NONE_MATCH,
    HeaderName::from_static("x-request-id"),
];

/// What a page may read.
const TOLD: [HeaderName; 7] = [
    header::ETAG,
    header::LINK,
    header::RETRY_AFTER,
    HeaderName::from_static("idempotency-replayed"),
    HeaderName::from_static("ratelimit"),
    HeaderName::from_static("ratelimit-policy"),
    HeaderName::from_static("x-request-id"),
];

/// How long a browser need not ask again: no browser keeps it longer.
const MAX_AGE: Duration = Duration::from_secs(24 * 60 * 60);

/// Lets pages of these origins call. No cookies are read, so none are allowed.
pub fn allow(router: Router<App>, origins: &Origins) -> Router<App> {
    let origins: Vec<_> = origins.iter().flat_map(HeaderValue::from_str).collect();
    if origins.is_empty() {
        return router;
    }
    let cors = CorsLayer::new()
        .allow_origin(AllowOrigin::list(origins))
        .allow_methods(METHODS)
        .allow_headers(ASKED)
        .expose_headers(TOLD)
        .max_age(MAX_AGE);
    router.layer(from_fn_with_state(cors, answer))
}

/// tower-http takes every OPTIONS for a browser's question beforehand; here one that is not goes on to
/// the router, which does not know the method.
async fn answer(State(cors): State<CorsLayer>, request: Request, next: Next) -> Response {
    let asks_beforehand = request
        .headers()
        .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
    if request.method() == Method::OPTIONS && !asks_beforehand {
        return next.run(request).await;
    }
    match cors.layer(next).oneshot(request).await {
        Ok(response) => response,
        Err(never) => match never {},
    }
}
