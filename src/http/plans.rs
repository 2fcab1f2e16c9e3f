//! Plans: something to look forward to, and who plans it.

use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::{Json, present};
use super::call::Call;
use super::changes::record;
use super::error::Place::Query as InQuery;
use super::error::{Error, Invalid, Problem, Result};
use super::page::{Cursor, Limit, Page};
use super::path::Path;
use super::query::Query;
use crate::domain::Refusal;
use crate::domain::change::{Action, What};
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::patch::Patch;
use crate::domain::plan::{MOST_PLANS, Plan, next_planner};
use crate::domain::text::{Title, Written};
use crate::domain::time::WallTime;
use crate::ids::{AccountId, PlanId, RitualId};
use crate::store;
use crate::store::plans::{Filter, Place};

/// Something to plan.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPlan {
    /// The ritual that it is the next occasion of; without one, it counts down to something of its own.
    ritual_id: Option<RitualId>,
    date: Date,
    /// When on that date, by whatever clock hangs there.
    at: Option<WallTime>,
    /// A line about it. Without a ritual there must be one.
    title: Option<Title>,
    /// Who plans it. By default you take turns.
    planner: Option<AccountId>,
}

/// What somebody changes about a plan; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PlanChange {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    date: Option<Date>,
    #[serde(default)]
    #[schema(value_type = Option<WallTime>)]
    at: Patch<WallTime>,
    #[serde(default)]
    #[schema(value_type = Option<Title>)]
    title: Patch<Title>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    planner: Option<AccountId>,
}

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Plan)]
pub struct PlanBody {
    id: PlanId,
    /// The ritual that it is an occasion of.
    #[schema(required)]
    ritual_id: Option<RitualId>,
    date: Date,
    /// When on that date, by whatever clock hangs there.
    #[schema(required)]
    at: Option<WallTime>,
    #[schema(required)]
    title: Option<Title>,
    /// Who plans it.
    planner: AccountId,
}

impl From<Plan> for PlanBody {
    fn from(plan: Plan) -> PlanBody {
        PlanBody {
            id: plan.id,
            ritual_id: plan.ritual,
            date: plan.date,
            at: plan.at,
            title: plan.title.map(|title| title.words),
            planner: plan.planner,
        }
    }
}

/// A plan, and how long it is until then.
#[derive(Debug, Serialize, ToSchema)]
pub struct PlanAhead {
    #[serde(flatten)]
    plan: PlanBody,
    /// How many days are left, counted from your today.
    #[schema(minimum = 0)]
    days_left: i64,
}

impl PlanAhead {
    /// A plan, as somebody sees it for whom it is `today`.
    pub fn seen_on(today: Date, plan: Plan) -> PlanAhead {
        PlanAhead {
            days_left: plan.date.days_since(today),
            plan: plan.into(),
        }
    }
}

/// Plans something: the next occasion of a ritual, or a countdown of its own.
#[utoipa::path(
    post, path = "/v1/plans", operation_id = "plan", tag = "plans", security(("token" = [])), request_body(content = NewPlan,
        example = json!({"date": "2026-12-04", "at": "19:30", "title": "You land in Oslo"})),
    responses(
        (status = 201, body = PlanBody),
        (status = 409, body = Problem, description = "`too_many_plans`"),
    )
)]
pub async fn plan(mut call: Call, Json(new): Json<NewPlan>) -> Result<Response> {
    let couple = call.couple().await?;
    if store::plans::count(&mut call.tx, couple.id).await? >= MOST_PLANS {
        return Err(Refusal::TooManyPlans.into());
    }
    if let Some(id) = new.ritual_id {
        let ritual = store::rituals::find(&mut call.tx, couple.id, id).await?;
        let ritual = ritual.filter(|ritual| ritual.declined_by() != Some(call.me.id));
        ritual.ok_or_else(|| Invalid::body("/ritual_id", "is no ritual of yours"))?;
    }
    let (id, by) = (PlanId::new(&mut call.chance), call.me.id);
    let newest = store::plans::newest_planner(&mut call.tx, couple.id, new.ritual_id).await?;
    let plan = Plan {
        id,
        ritual: new.ritual_id,
        date: new.date,
        at: new.at,
        title: new.title.map(|words| Written { words, by }),
        planner: match new.planner {
            Some(planner) => member(&couple, planner)?,
            None => next_planner(&couple, by, newest),
        },
    };
    plan.check()?;
    store::plans::create(&mut call.tx, couple.id, &plan).await?;
    let planned = What::of_plan(&plan, Action::Planned);
    record(&mut call, &couple, planned).await?;
    call.answer(StatusCode::CREATED, PlanBody::from(plan)).await
}

/// Which plans to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PlanQuery {
    /// The first date; your today unless you say so.
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

/// Lists the couple's plans from your today on, the soonest first; older ones when you ask from further back.
#[utoipa::path(
    get, path = "/v1/plans", operation_id = "listPlans", tag = "plans", security(("token" = [])), params(PlanQuery),
    responses((status = 200, body = Page<PlanBody>))
)]
pub async fn list(mut call: Call, Query(query): Query<PlanQuery>) -> Result<Page<PlanBody>> {
    let couple = call.couple().await?;
    let to = query.to.unwrap_or(Date::MAX);
    if query.from.is_some_and(|from| to < from) {
        return Err(Invalid::at(InQuery, "/to", "must not lie before from").into());
    }
    let filter = Filter {
        reader: call.me.id,
        from: query.from.unwrap_or_else(|| call.today(&couple)),
        to,
        after: query.cursor.map(|cursor| cursor.0),
        limit: query.limit.and_one(),
    };
    let plans = store::plans::list(&mut call.tx, couple.id, &filter).await?;
    let place = |plan: &Plan| Place {
        date: plan.date,
        at: plan.at,
        id: plan.id,
    };
    Ok(Page::cut(plans, query.limit, place).map(PlanBody::from))
}

/// Changes a plan. It keeps the ritual it is for.
#[utoipa::path(
    patch, path = "/v1/plans/{id}", operation_id = "updatePlan", tag = "plans", security(("token" = [])),
    params(("id" = PlanId, Path)), request_body(content = PlanChange, example = json!({"at": "20:00"})),
    responses((status = 200, body = PlanBody))
)]
pub async fn change(
    mut call: Call,
    Path(id): Path<PlanId>,
    Json(change): Json<PlanChange>,
) -> Result<Json<PlanBody>> {
    let couple = call.couple().await?;
    let before = find(&mut call, &couple, id).await?;
    let mut plan = before.clone();
    plan.date = change.date.unwrap_or(plan.date);
    change.at.apply(&mut plan.at);
    retitle(&mut plan.title, change.title, call.me.id);
    if let Some(planner) = change.planner {
        plan.planner = member(&couple, planner)?;
    }
    plan.check()?;
    store::plans::update(&mut call.tx, couple.id, &plan).await?;
    record(&mut call, &couple, What::changed_plan(&before, &plan)).await?;
    call.commit().await?;
    Ok(Json(plan.into()))
}

/// Whoever only repeats words does not make them their own.
fn retitle(title: &mut Option<Written<Title>>, change: Patch<Title>, by: AccountId) {
    let repeats = |words: &Title| title.as_ref().is_some_and(|title| title.words == *words);
    match change {
        Patch::Set(words) if repeats(&words) => {}
        change => change.map(|words| Written { words, by }).apply(title),
    }
}

/// Removes a plan.
#[utoipa::path(
    delete, path = "/v1/plans/{id}", operation_id = "deletePlan", tag = "plans", security(("token" = [])),
    params(("id" = PlanId, Path)), responses((status = 204, description = "Removed"))
)]
pub async fn remove(mut call: Call, Path(id): Path<PlanId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    let plan = find(&mut call, &couple, id).await?;
    store::plans::delete(&mut call.tx, couple.id, id).await?;
    let removed = What::of_plan(&plan, Action::Removed);
    record(&mut call, &couple, removed).await?;
    store::answers::forget_about(&mut call.tx, couple.id, id).await?;
    call.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One of the two, who is to plan.
fn member(couple: &Couple, planner: AccountId) -> Result<AccountId> {
    let known = couple.active().any(|member| member.id == planner);
    let unknown = || Invalid::body("/planner", "is nobody of you two");
    Ok(known.then_some(planner).ok_or_else(unknown)?)
}

/// The couple's plan with this id.
async fn find(call: &mut Call, couple: &Couple, id: PlanId) -> Result<Plan> {
    let plan = store::plans::find(&mut call.tx, couple.id, id).await?;
    plan.ok_or(Error::NotFound)
}
