//! For supervisors and load balancers.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::App;
use super::body::Json;
use super::error::Result;
use crate::store;

/// All is well.
#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// Always `ok`: anything else is a problem.
    #[schema(example = "ok")]
    status: &'static str,
}

/// Tells that the process lives.
#[utoipa::path(
    get, path = "/healthz", operation_id = "isAlive", tag = "operations", responses((status = 200, body = Health))
)]
pub async fn alive() -> Json<Health> {
    Json(Health { status: "ok" })
}

/// Tells that requests can be answered: the database reads, and the disk still confirms writes.
#[utoipa::path(
    get, path = "/readyz", operation_id = "isReady", tag = "operations", responses((status = 200, body = Health))
)]
pub async fn ready(State(app): State<App>) -> Result<Json<Health>> {
    if app.store.has_failed() {
        return Err(store::Error::Failed.into());
    }
    app.store.read().await?;
    Ok(Json(Health { status: "ok" }))
}
