//! Thank-yous: shared the moment they are sent, and taken back by whoever wrote them.

use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::Json;
use super::call::Call;
use super::error::Place::Query as InQuery;
use super::error::{Error, Invalid, Problem, Result};
use super::page::{Cursor, Limit, Page};
use super::path::Path;
use super::query::Query;
use crate::domain::Refusal;
use crate::domain::appreciation::{Appreciation, Direction, MOST_APPRECIATIONS, about};
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::text::{Search, Thanks};
use crate::ids::{AccountId, AppreciationId};
use crate::store;
use crate::store::appreciations::{Filter, Place};

/// A thank-you to send.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAppreciation {
    text: Thanks,
    /// The date it is about; your today unless you say so.
    date: Option<Date>,
}

/// A thank-you.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Appreciation)]
pub struct AppreciationBody {
    id: AppreciationId,
    /// Who wrote it.
    from: AccountId,
    /// Who is thanked.
    to: AccountId,
    text: Thanks,
    /// The date it is about.
    date: Date,
    /// Whether the one who is thanked gave it their heart.
    hearted: bool,
}

impl AppreciationBody {
    fn to(to: AccountId, appreciation: Appreciation) -> AppreciationBody {
        AppreciationBody {
            id: appreciation.id,
            from: appreciation.from,
            to,
            text: appreciation.text,
            date: appreciation.date,
            hearted: appreciation.hearted,
        }
    }
}

/// Thanks your partner. They can read it from this moment on.
#[utoipa::path(
    post, path = "/v1/appreciations", operation_id = "thank", tag = "appreciations", security(("token" = [])),
    request_body(content = NewAppreciation, example = json!({"text": "You held the evening together."})),
    responses(
        (status = 201, body = AppreciationBody),
        (status = 409, body = Problem, description = "`no_partner` or `too_many_appreciations`"),
    )
)]
pub async fn thank(mut call: Call, Json(new): Json<NewAppreciation>) -> Result<Response> {
    let couple = call.couple().await?;
    let partner = couple.partner_of(call.me.id).ok_or(Refusal::NoPartner)?;
    let appreciation = Appreciation {
        id: AppreciationId::new(&mut call.chance),
        from: call.me.id,
        text: new.text,
        date: about(new.date, call.today(&couple))?,
        hearted: false,
    };
    if store::appreciations::count(&mut call.tx, couple.id).await? >= MOST_APPRECIATIONS {
        return Err(Refusal::TooManyAppreciations.into());
    }
    store::appreciations::create(&mut call.tx, couple.id, &appreciation).await?;
    let body = AppreciationBody::to(partner.id, appreciation);
    call.alone().answer(StatusCode::CREATED, body).await
}

/// Which thank-yous to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct AppreciationQuery {
    /// Only those with these words; capitals do not matter.
    #[param(value_type = Option<Search>)]
    q: Option<Search>,
    /// Only those that you wrote, or only those written to you.
    #[param(value_type = Option<Direction>)]
    direction: Option<Direction>,
    /// The first date.
    #[param(value_type = Option<Date>)]
    from: Option<Date>,
    /// The last date.
    #[param(value_type = Option<Date>)]
    to: Option<Date>,
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Place>>,
}

/// Lists your thank-yous to each other, the newest first: something to reread on a hard day.
#[utoipa::path(
    get, path = "/v1/appreciations", operation_id = "listAppreciations", tag = "appreciations",
    security(("token" = [])), params(AppreciationQuery), responses((status = 200, body = Page<AppreciationBody>))
)]
pub async fn list(
    mut call: Call,
    Query(query): Query<AppreciationQuery>,
) -> Result<Page<AppreciationBody>> {
    let couple = call.couple().await?;
    let from = query.from.unwrap_or(Date::MIN);
    let to = query.to.unwrap_or(Date::MAX);
    if to < from {
        return Err(Invalid::at(InQuery, "/to", "must not lie before from").into());
    }
    let me = call.me.id;
    let Some(partner) = couple.partner_of(me).map(|partner| partner.id) else {
        return Ok(Page::whole(Vec::new()));
    };
    let filter = Filter {
        reader: me,
        direction: query.direction,
        words: query.q,
        from,
        to,
        after: query.cursor.map(|cursor| cursor.0),
        limit: query.limit.and_one(),
    };
    let found = store::appreciations::list(&mut call.tx, couple.id, &filter).await?;
    let page = Page::cut(found, query.limit, |(place, _)| *place);
    Ok(page.map(|(_, one)| match one.from == me {
        true => AppreciationBody::to(partner, one),
        false => AppreciationBody::to(me, one),
    }))
}

/// Gives a thank-you that was written to you your heart. There is one: again changes nothing.
#[utoipa::path(
    put, path = "/v1/appreciations/{id}/heart", operation_id = "giveHeart", tag = "appreciations", security(("token" = [])),
    params(("id" = AppreciationId, Path)),
    responses(
        (status = 200, body = AppreciationBody),
        (status = 409, body = Problem, description = "`own_appreciation`"),
    )
)]
pub async fn heart(
    mut call: Call,
    Path(id): Path<AppreciationId>,
) -> Result<Json<AppreciationBody>> {
    let couple = call.couple().await?;
    let hearted = set_heart(&mut call, &couple, id, true).await?;
    let body = AppreciationBody::to(call.me.id, hearted);
    call.alone().commit().await?;
    Ok(Json(body))
}

/// Takes your heart back.
#[utoipa::path(
    delete, path = "/v1/appreciations/{id}/heart", operation_id = "takeHeartBack", tag = "appreciations",
    security(("token" = [])), params(("id" = AppreciationId, Path)),
    responses(
        (status = 204, description = "It has no heart"),
        (status = 409, body = Problem, description = "`own_appreciation`"),
    )
)]
pub async fn unheart(mut call: Call, Path(id): Path<AppreciationId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    set_heart(&mut call, &couple, id, false).await?;
    call.alone().commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn set_heart(
    call: &mut Call,
    couple: &Couple,
    id: AppreciationId,
    hearted: bool,
) -> Result<Appreciation> {
    let mut appreciation = find(call, couple, id).await?;
    appreciation.set_heart(call.me.id, hearted)?;
    store::appreciations::set_heart(&mut call.tx, couple.id, &appreciation).await?;
    Ok(appreciation)
}

/// Takes back a thank-you that you wrote, as if it had never been.
#[utoipa::path(
    delete, path = "/v1/appreciations/{id}", operation_id = "takeThanksBack", tag = "appreciations",
    security(("token" = [])), params(("id" = AppreciationId, Path)),
    responses(
        (status = 204, description = "Taken back"),
        (status = 409, body = Problem, description = "`partners_appreciation`"),
    )
)]
pub async fn take_back(mut call: Call, Path(id): Path<AppreciationId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    let appreciation = find(&mut call, &couple, id).await?;
    appreciation.check_taking_back(call.me.id)?;
    store::appreciations::delete(&mut call.tx, couple.id, id).await?;
    store::answers::forget_about(&mut call.tx, couple.id, id).await?;
    call.alone().commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The couple's thank-you with this id.
async fn find(call: &mut Call, couple: &Couple, id: AppreciationId) -> Result<Appreciation> {
    let found = store::appreciations::find(&mut call.tx, couple.id, id).await?;
    found.ok_or(Error::NotFound)
}
