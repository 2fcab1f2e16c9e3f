//! Rests: no reason asked.

use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Json, present};
use super::call::Call;
use super::changes::record;
use super::error::{Error, Invalid, Problem, Result};
use super::page::{Cursor, Limit, Page};
use super::path::Path;
use super::query::Query;
use crate::domain::Refusal;
use crate::domain::change::{Action, What};
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::patch::Patch;
use crate::domain::rest::{MOST_RESTS, Rest, Scope, Span};
use crate::ids::{RestId, RitualId};
use crate::store;
use crate::store::rests::Place;

/// A rest to begin. It may lie in the past.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRest {
    from: Date,
    /// The last date; open-ended without it.
    to: Option<Date>,
    /// Only this ritual; all of them without it.
    ritual_id: Option<RitualId>,
}

/// What somebody changes about a rest; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestChange {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    from: Option<Date>,
    /// `null` opens its end.
    #[serde(default)]
    #[schema(value_type = Option<Date>)]
    to: Patch<Date>,
}

/// A rest.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Rest)]
pub struct RestBody {
    id: RestId,
    /// The ritual that rests; all of them when `null`.
    #[schema(required)]
    ritual_id: Option<RitualId>,
    from: Date,
    /// The last date; open-ended when `null`.
    #[schema(required)]
    to: Option<Date>,
}

impl From<Rest> for RestBody {
    fn from(rest: Rest) -> RestBody {
        RestBody {
            id: rest.id,
            ritual_id: rest.scope.ritual(),
            from: rest.span.from,
            to: rest.span.to,
        }
    }
}

/// Begins a rest. It excuses the periods it touches; logging stays open.
#[utoipa::path(
    post, path = "/v1/rests", operation_id = "beginRest", tag = "rests", security(("token" = [])), request_body(content = NewRest,
        example = json!({"from": "2026-12-24", "to": "2027-01-01"})),
    responses(
        (status = 201, body = RestBody),
        (status = 409, body = Problem, description = "`too_many_rests`"),
    )
)]
pub async fn begin(mut call: Call, Json(new): Json<NewRest>) -> Result<Response> {
    let couple = call.couple().await?;
    if store::rests::count(&mut call.tx, couple.id).await? >= MOST_RESTS {
        return Err(Refusal::TooManyRests.into());
    }
    let scope = match new.ritual_id {
        None => Scope::Couple,
        Some(id) => {
            let ritual = store::rituals::find(&mut call.tx, couple.id, id).await?;
            ritual.ok_or_else(|| Invalid::body("/ritual_id", "is no ritual of yours"))?;
            Scope::Ritual(id)
        }
    };
    let rest = Rest {
        id: RestId::new(&mut call.chance),
        scope,
        span: Span::new(new.from, new.to)?,
    };
    store::rests::put(&mut call.tx, couple.id, &rest).await?;
    record(&mut call, &couple, What::of_rest(&rest, Action::Begun)).await?;
    let from = rest.span.from;
    store::checkpoints::refold_rested(&mut call.tx, couple.id, scope, from, call.now).await?;
    call.answer(StatusCode::CREATED, RestBody::from(rest)).await
}

/// Which rests to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RestQuery {
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Place>>,
}

/// Lists the couple's rests, the latest first.
#[utoipa::path(
    get, path = "/v1/rests", operation_id = "listRests", tag = "rests", security(("token" = [])), params(RestQuery),
    responses((status = 200, body = Page<RestBody>))
)]
pub async fn list(mut call: Call, Query(query): Query<RestQuery>) -> Result<Page<RestBody>> {
    let couple = call.couple().await?;
    let after = query.cursor.map(|cursor| cursor.0);
    let limit = query.limit.and_one();
    let rests = store::rests::list(&mut call.tx, couple.id, call.me.id, after, limit).await?;
    let place = |rest: &Rest| Place {
        from: rest.span.from,
        id: rest.id,
    };
    Ok(Page::cut(rests, query.limit, place).map(RestBody::from))
}

/// Moves a rest, ends it, or opens its end.
#[utoipa::path(
    patch, path = "/v1/rests/{id}", operation_id = "updateRest", tag = "rests", security(("token" = [])),
    params(("id" = RestId, Path)), request_body(content = RestChange, example = json!({"to": "2026-12-31"})),
    responses((status = 200, body = RestBody))
)]
pub async fn change(
    mut call: Call,
    Path(id): Path<RestId>,
    Json(change): Json<RestChange>,
) -> Result<Json<RestBody>> {
    let couple = call.couple().await?;
    let before = find(&mut call, &couple, id).await?;
    let from = change.from.unwrap_or(before.span.from);
    let mut to = before.span.to;
    change.to.apply(&mut to);
    let rest = Rest {
        span: Span::new(from, to)?,
        ..before
    };
    store::rests::put(&mut call.tx, couple.id, &rest).await?;
    record(&mut call, &couple, What::changed_rest(&before, &rest)).await?;
    let from = from.min(before.span.from);
    store::checkpoints::refold_rested(&mut call.tx, couple.id, rest.scope, from, call.now).await?;
    call.commit().await?;
    Ok(Json(rest.into()))
}

/// Removes a rest, as if it had never been.
#[utoipa::path(
    delete, path = "/v1/rests/{id}", operation_id = "deleteRest", tag = "rests", security(("token" = [])),
    params(("id" = RestId, Path)), responses((status = 204, description = "Removed"))
)]
pub async fn remove(mut call: Call, Path(id): Path<RestId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    let rest = find(&mut call, &couple, id).await?;
    store::rests::delete(&mut call.tx, couple.id, id).await?;
    record(&mut call, &couple, What::of_rest(&rest, Action::Removed)).await?;
    store::answers::forget_about(&mut call.tx, couple.id, id).await?;
    let from = rest.span.from;
    store::checkpoints::refold_rested(&mut call.tx, couple.id, rest.scope, from, call.now).await?;
    call.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The couple's rest with this id. An archive is a rest inside only: it goes by its ritual.
async fn find(call: &mut Call, couple: &Couple, id: RestId) -> Result<Rest> {
    let rest = store::rests::find(&mut call.tx, couple.id, id).await?;
    rest.filter(|rest| !matches!(rest.scope, Scope::Archive(_)))
        .ok_or(Error::NotFound)
}
