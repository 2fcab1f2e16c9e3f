//! What happens to every request before and around its handler.

use std::time::Duration;

use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use tracing::Instrument;

use super::App;
use super::attempt::Fingerprint;
use super::error::Error;

/// The largest body that is read.
const LARGEST_BODY: usize = 64 * 1024;

/// How long a body may take to arrive.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

/// Reads the body whole, then runs the request in a task of its own.
///
/// Nothing is opened while a body dribbles in. Once it is there, the request runs to its end even when
/// the client hangs up, so that no statement is left half done; and a panic becomes a 500.
pub async fn intake(State(app): State<App>, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let bytes = match tokio::time::timeout(BODY_DEADLINE, to_bytes(body, LARGEST_BODY)).await {
        Ok(Ok(bytes)) => bytes,
        Ok(Err(_)) => return Error::BodyTooLarge.into_response(),
        Err(_) => return Error::BodyTimeout.into_response(),
    };
    if let Some(fingerprint) = Fingerprint::of(&parts, &bytes) {
        parts.extensions.insert(fingerprint);
    }
    let request = Request::from_parts(parts, Body::from(bytes));
    let running = app.tasks.spawn(next.run(request).in_current_span());
    match running.await {
        Ok(response) => response,
        Err(died) => Error::Broken(died.to_string()).into_response(),
    }
}
