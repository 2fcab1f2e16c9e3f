//! What the operator sees of every request: an id, a line in the log, a count. Never what was said.

use std::sync::Arc;
use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method};
use axum::middleware::Next;
use axum::response::Response;
use tracing::{Instrument, Span};

use super::App;
use super::metrics::{Answered, Metrics};
use crate::ids::{Chance, RequestId};

/// The request's id, in and out. It is in headers and logs only, never in a body.
const X_REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The longest id that is taken from a caller.
const LONGEST_ID: usize = 128;

/// The status of requests whose caller hung up before the answer, as nginx has it.
const HUNG_UP: u16 = 499;

/// Gives a request its id, and notes how it went.
pub async fn observe(State(app): State<App>, request: Request, next: Next) -> Response {
    let id = id_of(request.headers());
    // An error's line needs the id too, so the span is there however little is logged.
    let span = tracing::error_span!("request", %id);
    let mut glance = Glance::at(&request, app.metrics.clone(), span.clone());
    let mut response = next.run(request).instrument(span).await;
    glance.answered.status = response.status().as_u16();
    if let Ok(id) = HeaderValue::try_from(id) {
        response.headers_mut().insert(X_REQUEST_ID, id);
    }
    response
}

/// The caller's own id of the request, when it can stand in a log; else a new one. Tests' seeds know
/// nothing of it.
fn id_of(headers: &HeaderMap) -> String {
    let given = headers.get(X_REQUEST_ID).map(HeaderValue::as_bytes);
    let given = given.filter(|id| (1..=LONGEST_ID).contains(&id.len()));
    let given = given.filter(|id| id.iter().all(u8::is_ascii_graphic));
    match given.map(|id| String::from_utf8_lossy(id)) {
        Some(id) => id.into_owned(),
        None => RequestId::new(&mut Chance::System).to_string(),
    }
}

/// A request while it runs. Noted when it is dropped: after the answer, or when the caller hangs up.
struct Glance {
    answered: Answered,
    began: Instant,
    metrics: Arc<Metrics>,
    span: Span,
}

impl Glance {
    fn at(request: &Request, metrics: Arc<Metrics>, span: Span) -> Glance {
        let route = request.extensions().get::<MatchedPath>();
        let answered = Answered {
            method: known(request.method()),
            route: route.map_or("unmatched", MatchedPath::as_str).to_owned(),
            status: HUNG_UP,
        };
        Glance {
            answered,
            began: Instant::now(),
            metrics,
            span,
        }
    }
}

impl Drop for Glance {
    fn drop(&mut self) {
        let took = self.began.elapsed();
        let Answered {
            method,
            route,
            status,
        } = &self.answered;
        let ms = took.as_millis() as u64;
        self.span
            .in_scope(|| tracing::info!(method, route, status, ms, "answered"));
        self.metrics.note(self.answered.clone(), took);
    }
}

/// The method's name. A caller may invent any word: those are all one.
fn known(method: &Method) -> &'static str {
    let known = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];
    let same = |name: &&str| method.as_str() == *name;
    known.into_iter().find(same).unwrap_or("other")
}
