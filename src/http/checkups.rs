//! Check-ups: answered alone, opened together, and shared as each decides.

use std::collections::BTreeMap;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::body::{Json, present};
use super::call::Call;
use super::checkup_body::{CheckupBody, Checkups, PartnerCheckup, Trend, unknown_statement};
use super::checkup_statements::HelpBody;
use super::error::{Error, Invalid, Place, Problem, Result};
use super::language::{Language, Spoken};
use super::page::{Cursor, Limit, Page, linked};
use super::path::Path;
use super::practices::IdeaRef;
use super::query::Query;
use super::ritual_body::RitualBody;
use super::rituals::{NewRitual, propose_one};
use crate::content::OFFERS;
use crate::domain::Refusal;
use crate::domain::checkup::{
    Checkup, Closeness, Degree, MOST_CHECKUPS, Sharing, StatementId, is_offered,
};
use crate::domain::couple::Couple;
use crate::domain::patch::Patch;
use crate::domain::text::Line;
use crate::domain::theme::MOST_IDEAS;
use crate::ids::CheckupId;
use crate::store;

/// Begins a check-up of your own. While one is unfinished, it is that one.
#[utoipa::path(
    post, path = "/v1/checkups", operation_id = "beginCheckup", tag = "checkups", security(("token" = [])),
    responses(
        (status = 200, body = CheckupBody, description = "The one that you have begun already"),
        (status = 201, body = CheckupBody),
        (status = 409, body = Problem, description = "`too_many_checkups`"),
    )
)]
pub async fn begin(mut call: Call, Language(phrases): Language) -> Result<Response> {
    let couple = call.couple().await?;
    let checkups = load(&mut call, &couple, Language(phrases)).await?;
    let mut mine = checkups.mine.iter();
    if let Some(begun) = mine.find(|checkup| checkup.finished_at.is_none()) {
        let body = checkups.show(begun);
        return call.alone().answer(StatusCode::OK, body).await;
    }
    if checkups.mine.len() >= MOST_CHECKUPS {
        return Err(Refusal::TooManyCheckups.into());
    }
    let checkup = Checkup::begin(CheckupId::new(&mut call.chance), call.me.id);
    store::checkups::put(&mut call.tx, couple.id, &checkup).await?;
    let body = checkups.show(&checkup);
    call.alone().answer(StatusCode::CREATED, body).await
}

/// Answers by statement, as the OpenAPI document describes them.
#[derive(Debug)]
pub struct GivenAnswers;

/// Some answers or all of them. What is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckupAnswers {
    /// By statement.
    #[serde(default)]
    #[schema(value_type = Option<GivenAnswers>, nullable = false)]
    answers: BTreeMap<StatementId, Degree>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    closeness: Option<Closeness>,
    #[serde(default)]
    #[schema(value_type = Option<Line>)]
    line: Patch<Line>,
}

/// Saves some answers or all of them. With the twelve statements and the closeness it is finished, and no longer
/// changes.
#[utoipa::path(
    put, path = "/v1/checkups/{id}/answers", operation_id = "answerCheckup", tag = "checkups", security(("token" = [])),
    params(("id" = CheckupId, Path)), request_body(content = CheckupAnswers,
        example = json!({"answers": {"felt_thanked": 3}, "closeness": 5})),
    responses(
        (status = 200, body = CheckupBody),
        (status = 409, body = Problem, description = "`checkup_finished`"),
    )
)]
pub async fn answer(
    mut call: Call,
    Path(id): Path<CheckupId>,
    language: Language,
    Json(given): Json<CheckupAnswers>,
) -> Result<Spoken<Json<CheckupBody>>> {
    let couple = call.couple().await?;
    let mut checkup = find(&mut call, &couple, id).await?;
    if let Some(id) = unknown_statement(&given.answers) {
        let pointer = format!("/answers/{}", id.as_str());
        return Err(
            Invalid::body(&pointer, "is no statement of GET /v1/checkups/statements").into(),
        );
    }
    let statements = &OFFERS.statements;
    let then = (call.now, couple.partner_of(call.me.id).is_some());
    checkup.answer(given.answers, given.closeness, given.line, statements, then)?;
    save_and_show(call, &couple, checkup, language).await
}

/// What your partner may see of it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CheckupSharing {
    share: Sharing,
}

/// Says what your partner may see of a check-up that is opened: nothing, the themes, or the answers.
#[utoipa::path(
    put, path = "/v1/checkups/{id}/sharing", operation_id = "shareCheckup", tag = "checkups", security(("token" = [])),
    params(("id" = CheckupId, Path)),
    request_body(content = CheckupSharing, example = json!({"share": "themes"})),
    responses(
        (status = 200, body = CheckupBody),
        (status = 409, body = Problem, description = "`checkup_sealed` or `no_partner`"),
    )
)]
pub async fn share(
    mut call: Call,
    Path(id): Path<CheckupId>,
    language: Language,
    Json(wish): Json<CheckupSharing>,
) -> Result<Spoken<Json<CheckupBody>>> {
    let couple = call.couple().await?;
    let mut checkup = find(&mut call, &couple, id).await?;
    // Sharing less is always possible.
    if wish.share > checkup.sharing {
        check_opened(&mut call, &couple, &checkup, language).await?;
        if checkup.alone {
            return Err(Refusal::NoPartner.into());
        }
    }
    checkup.sharing = wish.share;
    save_and_show(call, &couple, checkup, language).await
}

/// Drops a check-up of yours without trace, at any time.
#[utoipa::path(
    delete, path = "/v1/checkups/{id}", operation_id = "dropCheckup", tag = "checkups", security(("token" = [])),
    params(("id" = CheckupId, Path)), responses((status = 204, description = "As if it had never been"))
)]
pub async fn remove(mut call: Call, Path(id): Path<CheckupId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    find(&mut call, &couple, id).await?;
    store::checkups::delete(&mut call.tx, couple.id, id).await?;
    store::answers::forget_about(&mut call.tx, couple.id, id).await?;
    call.alone().commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ideas to propose, by their `idea_id`.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChosenIdeas {
    #[schema(min_items = 1, max_items = 3)]
    idea_ids: Vec<IdeaRef>,
}

/// The rituals that were proposed.
#[derive(Debug, Serialize, ToSchema)]
pub struct Proposed {
    rituals: Vec<RitualBody>,
}

/// Proposes up to three ideas at once, each as `POST /v1/rituals` does.
#[utoipa::path(
    post, path = "/v1/checkups/{id}/ideas", operation_id = "proposeIdeas", tag = "checkups", security(("token" = [])),
    params(("id" = CheckupId, Path)),
    request_body(content = ChosenIdeas, example = json!({"idea_ids": ["sunday_walk"]})),
    responses(
        (status = 201, body = Proposed),
        (status = 409, body = Problem, description = "`checkup_sealed` or `too_many_rituals`"),
    )
)]
pub async fn propose(
    mut call: Call,
    Path(id): Path<CheckupId>,
    language: Language,
    Json(chosen): Json<ChosenIdeas>,
) -> Result<Response> {
    let couple = call.couple().await?;
    let checkup = find(&mut call, &couple, id).await?;
    check_opened(&mut call, &couple, &checkup, language).await?;
    check_ideas(&chosen.idea_ids)?;
    let mut rituals = Vec::new();
    for idea in chosen.idea_ids {
        let proposal = NewRitual::of(idea).proposal(language.0)?;
        rituals.push(propose_one(&mut call, &couple, proposal).await?);
    }
    call.answer(StatusCode::CREATED, Proposed { rituals }).await
}

/// One to three ideas, each named once.
fn check_ideas(ideas: &[IdeaRef]) -> Result<()> {
    if ideas.is_empty() || ideas.len() > MOST_IDEAS {
        return Err(Invalid::body("/idea_ids", "must have 1 to 3 ideas").into());
    }
    let again = |index: &usize| ideas[..*index].contains(&ideas[*index]);
    match (0..ideas.len()).find(again) {
        Some(index) => Err(Invalid::body(&format!("/idea_ids/{index}"), "is there twice").into()),
        None => Ok(()),
    }
}

/// Which check-ups to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct CheckupQuery {
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<CheckupId>>,
}

/// Your check-ups, and what your partner shares of theirs.
#[derive(Debug, Serialize, ToSchema)]
pub struct CheckupPage {
    /// Yours: the unfinished first, then the latest.
    data: Vec<CheckupBody>,
    /// Send it as `cursor` for the next page; `null` on the last one.
    #[schema(required)]
    next_cursor: Option<String>,
    /// Whether it is time for another: four weeks after your last one, or when there is none.
    offered: bool,
    trend: Trend,
    /// What your partner shares of check-ups to which none of yours belongs, the latest first.
    from_partner: Vec<PartnerCheckup>,
    /// That there is support when somebody feels afraid at home: the same words for everybody.
    afraid: &'static str,
    help: HelpBody,
}

impl IntoResponse for CheckupPage {
    fn into_response(self) -> Response {
        let next = self.next_cursor.clone();
        linked(Json(self).into_response(), next)
    }
}

/// Lists your check-ups, and what each shows.
#[utoipa::path(
    get, path = "/v1/checkups", operation_id = "listCheckups", tag = "checkups", security(("token" = [])),
    params(CheckupQuery), responses((status = 200, body = CheckupPage))
)]
pub async fn list(
    State(app): State<App>,
    mut call: Call,
    language: Language,
    Query(query): Query<CheckupQuery>,
) -> Result<Spoken<CheckupPage>> {
    let couple = call.couple().await?;
    let checkups = load(&mut call, &couple, language).await?;
    let mine = &checkups.mine;
    let begin = match query.cursor {
        None => 0,
        Some(Cursor(after)) => {
            let place = mine.iter().position(|checkup| checkup.id == after);
            let detail = "leads nowhere any more: begin the list anew";
            1 + place.ok_or_else(|| Invalid::at(Place::Query, "/cursor", detail))?
        }
    };
    let rest = mine[begin..].iter().collect();
    let page = Page::cut(rest, query.limit, |checkup| checkup.id);
    let page = page.map(|checkup| checkups.show(checkup));
    let body = CheckupPage {
        data: page.data,
        next_cursor: page.next_cursor,
        offered: is_offered(mine, call.now),
        trend: checkups.trend(),
        from_partner: checkups.from_partner(),
        afraid: &language.0.checkup.afraid,
        help: HelpBody::from(&*app.help),
    };
    Ok(Spoken(language, body))
}

/// All the check-ups, as the caller may see them.
async fn load(call: &mut Call, couple: &Couple, language: Language) -> Result<Checkups> {
    let all = store::checkups::all(&mut call.tx, couple.id).await?;
    let titles = store::rituals::titles(&mut call.tx, couple.id).await?;
    let (me, now) = (call.me.id, call.now);
    Ok(Checkups::seen_by(me, all, titles, language.0, now))
}

/// The caller's own check-up with this id. The partner's is an id of nothing.
async fn find(call: &mut Call, couple: &Couple, id: CheckupId) -> Result<Checkup> {
    let me = call.me.id;
    let all = store::checkups::all(&mut call.tx, couple.id).await?;
    let mut mine = all.into_iter().filter(|checkup| checkup.member == me);
    mine.find(|checkup| checkup.id == id).ok_or(Error::NotFound)
}

async fn check_opened(
    call: &mut Call,
    couple: &Couple,
    checkup: &Checkup,
    language: Language,
) -> Result<()> {
    let checkups = load(call, couple, language).await?;
    match checkups.has_opened(checkup) {
        true => Ok(()),
        false => Err(Refusal::CheckupSealed.into()),
    }
}

async fn save_and_show(
    mut call: Call,
    couple: &Couple,
    checkup: Checkup,
    language: Language,
) -> Result<Spoken<Json<CheckupBody>>> {
    store::checkups::put(&mut call.tx, couple.id, &checkup).await?;
    let checkups = load(&mut call, couple, language).await?;
    let saved = checkups.mine.iter().find(|mine| mine.id == checkup.id);
    let body = checkups.show(saved.unwrap_or(&checkup));
    call.alone().commit().await?;
    Ok(Spoken(language, Json(body)))
}
