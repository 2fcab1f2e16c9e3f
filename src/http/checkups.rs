//! Check-ups: answered alone, opened together, and shared as each decides.

use std::collections::BTreeMap;

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Json, present};
use super::call::Call;
use super::checkup_body::{CheckupBody, Checkups, unknown_statement};
use super::error::{Error, Invalid, Problem, Result};
use super::language::{Language, Spoken};
use super::path::Path;
use super::practices::IdeaRef;
use super::ritual_body::RitualBody;
use super::rituals::{NewRitual, propose_one};
use crate::content::OFFERS;
use crate::domain::Refusal;
use crate::domain::checkup::{Checkup, Closeness, Degree, MOST_CHECKUPS, Sharing, StatementId};
use crate::domain::couple::Couple;
use crate::domain::pairs::{counterpart, pairs};
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
    let was_finished = checkup.finished_at.is_some();
    checkup.answer(given.answers, given.closeness, given.line, statements, then)?;
    if !was_finished {
        open_both(&mut call, &couple, &mut checkup).await?;
    }
    save_and_show(call, &couple, checkup, language).await
}

/// Opens a check-up that was finished just now, and the partner's that belongs to it.
async fn open_both(call: &mut Call, couple: &Couple, checkup: &mut Checkup) -> Result<()> {
    let before = store::checkups::all(&mut call.tx, couple.id).await?;
    if let Some(other) = counterpart(checkup, &before) {
        checkup.opened_at = checkup.finished_at;
        open(call, couple, other, checkup.finished_at).await?;
    }
    Ok(())
}

/// Keeps that a check-up was opened, and when.
async fn open(
    call: &mut Call,
    couple: &Couple,
    checkup: &Checkup,
    opened_at: Option<DateTime<Utc>>,
) -> Result<()> {
    let checkup = Checkup {
        opened_at,
        ..checkup.clone()
    };
    Ok(store::checkups::put(&mut call.tx, couple.id, &checkup).await?)
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
    let checkup = find(&mut call, &couple, id).await?;
    let all = store::checkups::all(&mut call.tx, couple.id).await?;
    if let Some(other) = pairs(&all)
        .get(&id)
        .filter(|other| other.opened_at.is_none())
    {
        // They were finished before that was kept: from now on nothing else would tell that it is opened.
        let opened_at = checkup.finished_at.max(other.finished_at);
        open(&mut call, &couple, other, opened_at).await?;
    }
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

/// All the check-ups, as the caller may see them.
pub(super) async fn load(call: &mut Call, couple: &Couple, language: Language) -> Result<Checkups> {
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
