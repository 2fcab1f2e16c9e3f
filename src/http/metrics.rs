//! What the operator may count. Never who: the counts of a house of two would tell one what the other does,
//! so they are shown only to who holds the operator's token.

use std::time::Duration;

use axum::extract::{FromRequestParts, State};
use axum::http::header;
use axum::http::request::Parts;
use axum::response::IntoResponse;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::ConstGauge;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::metrics::info::Info;
use prometheus_client::registry::{Registry, Unit};

use super::App;
use super::call::bearer;
use super::error::{Error, Problem, Result};
use crate::delivery::carried::Carried;
use crate::tally::Tally;

/// The upper bounds of what is timed, in seconds.
const SECONDS: [f64; 13] = [
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

/// OpenMetrics, the standard form of Prometheus' text.
const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// What requests are counted by. Each label has few values: a caller cannot make new ones.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub struct Answered {
    /// The method, or `other`.
    pub method: &'static str,
    /// The route's template, or `unmatched`.
    pub route: String,
    /// The status; 499 when the client hung up before it was answered.
    pub status: u16,
}

/// What requests are timed by.
#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Timed {
    route: String,
}

/// What is counted while the program runs.
#[derive(Debug)]
pub struct Metrics {
    /// Open connections.
    pub connections: Tally,
    /// Requests that wait at the write door.
    pub door_queue: Tally,
    /// How long they waited.
    pub door_wait: Histogram,
    /// What was carried to channels, and how it went.
    pub carried: Carried,
    requests: Family<Answered, Counter>,
    latency: Family<Timed, Histogram>,
    registry: Registry,
}

impl Default for Metrics {
    fn default() -> Metrics {
        let seconds = || Histogram::new(SECONDS);
        let metrics = Metrics {
            connections: Tally::default(),
            door_queue: Tally::default(),
            door_wait: seconds(),
            carried: Carried::default(),
            requests: Family::default(),
            latency: Family::new_with_constructor(seconds),
            registry: Registry::with_prefix("hearth"),
        };
        metrics.registered()
    }
}

impl Metrics {
    fn registered(mut self) -> Metrics {
        let registry = &mut self.registry;
        let build = Info::new(vec![("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "The program", build);
        registry.register("requests", "Requests", self.requests.clone());
        registry.register(
            "deliveries",
            "Tries to deliver messages",
            self.carried.clone(),
        );
        registry.register_with_unit(
            "request",
            "Time to the answer",
            Unit::Seconds,
            self.latency.clone(),
        );
        registry.register_with_unit(
            "write_door_wait",
            "Time until the write door opened",
            Unit::Seconds,
            self.door_wait.clone(),
        );
        self
    }

    /// Notes one request.
    pub fn note(&self, answered: Answered, took: Duration) {
        self.requests.get_or_create(&answered).inc();
        let route = answered.route;
        let latency = self.latency.get_or_create(&Timed { route });
        latency.observe(took.as_secs_f64());
    }
}

/// What is asked at the moment somebody looks.
fn at_this_moment(app: &App) -> Registry {
    let mut registry = Registry::default();
    let mut tell = |name: &str, about: &str, value: u64| {
        registry.register(name, about, ConstGauge::new(value));
    };
    let count = |tally: &Tally| tally.count() as u64;
    let Metrics {
        connections,
        door_queue,
        ..
    } = &*app.metrics;
    tell("hearth_connections", "Open connections", count(connections));
    tell(
        "hearth_write_door_queue",
        "Requests that wait to write",
        count(door_queue),
    );
    let (running, waiting) = (app.passwords.running(), app.passwords.waiting());
    tell(
        "hearth_hashes_running",
        "Passwords being hashed",
        running as u64,
    );
    tell(
        "hearth_hashes_waiting",
        "Passwords that wait to be hashed",
        waiting as u64,
    );
    if let Ok(sizes) = app.store.sizes() {
        tell(
            "hearth_database_bytes",
            "Size of the database file",
            sizes.database,
        );
        tell(
            "hearth_wal_bytes",
            "Size of the log of writes beside it",
            sizes.log,
        );
    }
    if let Some(bytes) = resident_bytes() {
        tell("process_resident_memory_bytes", "Resident memory", bytes);
    }
    registry
}

/// The memory that the process holds, where the system tells it as Linux does.
fn resident_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kib: u64 = line.trim().strip_suffix(" kB")?.parse().ok()?;
    Some(kib * 1024)
}

/// Whoever holds the operator's token. Without one configured there is nothing here.
#[derive(Debug)]
pub struct Operator;

impl FromRequestParts<App> for Operator {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Operator> {
        let token = app.front.metrics_token.as_ref().ok_or(Error::NotFound)?;
        let presented = bearer(parts, app).await?;
        let right = token.is(&presented);
        right.then_some(Operator).ok_or(Error::Unauthenticated)
    }
}

/// Counts and times for Prometheus.
///
/// Answers only when the server was started with a token for it (`--metrics-token`), and only to who
/// presents that token as `Authorization: Bearer …`.
#[utoipa::path(
    get, path = "/metrics", operation_id = "getMetrics", tag = "operations",
    responses(
        (status = 200, body = String, content_type = "application/openmetrics-text"),
        (status = 401, description = "`unauthenticated`", body = Problem),
        (status = 404, description = "`not_found`: the server was started without a token for it", body = Problem),
    )
)]
pub async fn show(_: Operator, State(app): State<App>) -> Result<impl IntoResponse> {
    let mut text = String::new();
    encode_registry(&mut text, &app.metrics.registry)
        .and_then(|()| encode_registry(&mut text, &at_this_moment(&app)))
        .and_then(|()| encode_eof(&mut text))
        .map_err(|error| Error::Broken(error.to_string()))?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text))
}
