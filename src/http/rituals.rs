//! Proposing, showing, changing and removing rituals.

use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

use super::archive::shelve;
use super::body::{Json, present};
use super::call::Call;
use super::changes::record;
use super::error::{Error, Invalid, Place, Problem, Result};
use super::language::Language;
use super::page::{Cursor, Limit, Page};
use super::path::Path;
use super::practices::IdeaRef;
use super::presence_end::{end_under_way, under_way};
use super::query::Query;
use super::ritual_body::RitualBody;
use super::scene::Scene;
use crate::domain::Refusal;
use crate::domain::amendment::Amendment;
use crate::domain::cadence::Cadence;
use crate::domain::change::{Action, What};
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::patch::Patch;
use crate::domain::phrases::Phrases;
use crate::domain::practice::Practice;
use crate::domain::ritual::{Forgiveness, MOST_ACTIVE, MOST_RITUALS, Proposal, Ritual, Rule};
use crate::domain::text::{Cue, Minutes, Title, Written};
use crate::ids::{AccountId, RitualId};
use crate::store;
use crate::store::rituals::{Shelf, Which};

/// A ritual to propose: title, practice, cadence and rule of your own, or an idea of Hearth's. Of an idea, what
/// you name yourself is yours.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewRitual {
    /// The idea, by its `idea_id` in `GET /v1/practices`. Its words come in the language of `Accept-Language`.
    idea_id: Option<IdeaRef>,
    title: Option<Title>,
    practice: Option<Practice>,
    cadence: Option<Cadence>,
    rule: Option<Rule>,
    /// By default the earlier of your two todays, so that both can log at once.
    starts_on: Option<Date>,
    cue: Option<Cue>,
    #[serde(default)]
    forgiveness: Forgiveness,
    target_minutes: Option<Minutes>,
}

/// What somebody changes about a ritual; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RitualChange {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    title: Option<Title>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    practice: Option<Practice>,
    /// Corrected at once before the first log; afterwards it holds from `upcoming.from` on.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    cadence: Option<Cadence>,
    /// Before the first log only.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    rule: Option<Rule>,
    /// Before the first log only, and while you sit in no session for it.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    starts_on: Option<Date>,
    #[serde(default)]
    #[schema(value_type = Option<Cue>)]
    cue: Patch<Cue>,
    /// Holds for the whole history.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    forgiveness: Option<Forgiveness>,
    #[serde(default)]
    #[schema(value_type = Option<Minutes>)]
    target_minutes: Patch<Minutes>,
    /// `true` puts the ritual away, `false` brings it back.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    archived: Option<bool>,
}

/// Which rituals to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct RitualQuery {
    /// `true` for the archived ones, otherwise all others.
    #[serde(default)]
    archived: bool,
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<RitualId>>,
}

/// Proposes a ritual. It is yours at once, and the couple's when your partner agrees.
#[utoipa::path(
    post, path = "/v1/rituals", operation_id = "proposeRitual", tag = "rituals", security(("token" = [])), request_body(content = NewRitual, example = json!({"title": "Nightly check-in",
        "practice": "conversation", "cadence": {"kind": "daily"}, "rule": "both"})),
    responses(
        (status = 201, body = RitualBody),
        (status = 409, body = Problem, description = "`too_many_rituals`"),
    )
)]
pub async fn propose(
    mut call: Call,
    Language(phrases): Language,
    Json(new): Json<NewRitual>,
) -> Result<Response> {
    let couple = call.couple().await?;
    let body = propose_one(&mut call, &couple, new.proposal(phrases)?).await?;
    call.answer(StatusCode::CREATED, body).await
}

/// Proposes a ritual, wherever the proposal comes from.
pub async fn propose_one(
    call: &mut Call,
    couple: &Couple,
    proposal: Proposal,
) -> Result<RitualBody> {
    let count = store::rituals::count(&mut call.tx, couple.id).await?;
    if count.current >= MOST_ACTIVE || count.all >= MOST_RITUALS {
        return Err(Refusal::TooManyRituals.into());
    }
    let id = RitualId::new(&mut call.chance);
    let todays = couple.todays(call.now);
    let mut ritual = Ritual::propose(id, call.me.id, proposal, couple.week_start, todays)?;
    store::rituals::create(&mut call.tx, couple.id, &ritual, call.now).await?;
    let proposed = What::of_ritual(&ritual, Action::Proposed);
    record(call, couple, proposed).await?;
    let scene = scene(call, couple, &ritual).await?;
    // A start in the past has settled periods at once.
    let start = ritual.starts_on();
    scene.settle(&mut call.tx, &mut ritual, start).await?;
    Ok(scene.show(&ritual))
}

impl NewRitual {
    /// An idea as it is.
    pub fn of(idea: IdeaRef) -> NewRitual {
        NewRitual {
            idea_id: Some(idea),
            ..NewRitual::default()
        }
    }

    /// What is proposed, in the words of somebody who speaks this language.
    pub fn proposal(self, phrases: &Phrases) -> Result<Proposal> {
        let idea = self.idea_id.map(|IdeaRef(idea)| idea);
        let words = idea.map(|idea| &phrases.ideas[&idea.id]);
        let title = words.and_then(|words| words.title.clone().try_into().ok());
        let cue = words.and_then(|words| words.cue.clone().try_into().ok());
        Ok(Proposal {
            title: given(self.title.or(title), "title")?,
            practice: given(self.practice.or(idea.map(|idea| idea.practice)), "practice")?,
            cadence: given(
                self.cadence.or(idea.map(|idea| idea.cadence.clone())),
                "cadence",
            )?,
            rule: given(self.rule.or(idea.map(|idea| idea.rule)), "rule")?,
            starts_on: self.starts_on,
            cue: self.cue.or(cue),
            forgiveness: self.forgiveness,
            target_minutes: self.target_minutes.or(idea.and_then(|idea| idea.minutes)),
        })
    }
}

/// A field that must be there unless an idea brings it; serde's words, as for any other.
fn given<T>(value: Option<T>, field: &str) -> Result<T> {
    let missing = || Invalid::body(&format!("/{field}"), format!("missing field `{field}`"));
    Ok(value.ok_or_else(missing)?)
}

/// Lists the couple's rituals, oldest first, without those that you declined.
#[utoipa::path(
    get, path = "/v1/rituals", operation_id = "listRituals", tag = "rituals", security(("token" = [])), params(RitualQuery),
    responses((status = 200, body = Page<RitualBody>))
)]
pub async fn list(mut call: Call, Query(query): Query<RitualQuery>) -> Result<Page<RitualBody>> {
    let couple = call.couple().await?;
    let shelf = match query.archived {
        true => Shelf::Archived,
        false => Shelf::Current,
    };
    let after = query.cursor.map(|cursor| cursor.0);
    check_cursor(&mut call, &couple, after).await?;
    let (limit, me) = (query.limit.and_one(), call.me.id);
    let rituals = store::rituals::list(&mut call.tx, couple.id, shelf, me, after, limit).await?;
    let which = Which::On(shelf);
    let scene = Scene::load(&mut call.tx, &couple, me, call.now, which, &rituals).await?;
    let page = Page::cut(rituals, query.limit, |ritual| ritual.id);
    Ok(page.map(|ritual| scene.show(&ritual)))
}

/// A cursor names the last ritual of a page. Once that is gone, nobody knows what comes after it.
async fn check_cursor(call: &mut Call, couple: &Couple, after: Option<RitualId>) -> Result<()> {
    if let Some(after) = after {
        let known = store::rituals::find(&mut call.tx, couple.id, after).await?;
        let detail = "leads nowhere any more: begin the list anew";
        known.ok_or_else(|| Invalid::at(Place::Query, "/cursor", detail))?;
    }
    Ok(())
}

/// Shows a ritual.
#[utoipa::path(
    get, path = "/v1/rituals/{id}", operation_id = "getRitual", tag = "rituals", security(("token" = [])),
    params(("id" = RitualId, Path)), responses((status = 200, body = RitualBody))
)]
pub async fn show(mut call: Call, Path(id): Path<RitualId>) -> Result<Json<RitualBody>> {
    let couple = call.couple().await?;
    let ritual = find(&mut call, &couple, id).await?;
    let scene = scene(&mut call, &couple, &ritual).await?;
    Ok(Json(scene.show(&ritual)))
}

/// Changes a ritual.
///
/// Before the first log, cadence, rule and start are simply corrected. Afterwards rule and start stand,
/// and a new cadence holds from the day after everything already begun: nothing is judged anew.
#[utoipa::path(
    patch, path = "/v1/rituals/{id}", operation_id = "updateRitual", tag = "rituals", security(("token" = [])),
    params(("id" = RitualId, Path)), request_body(content = RitualChange,
        example = json!({"cue": "after we brush our teeth"})),
    responses(
        (status = 200, body = RitualBody),
        (status = 409, body = Problem,
            description = "`rule_stands`, `start_stands` or `too_many_rituals`"),
    )
)]
pub async fn change(
    mut call: Call,
    Path(id): Path<RitualId>,
    Json(change): Json<RitualChange>,
) -> Result<Json<RitualBody>> {
    let couple = call.couple().await?;
    let mut ritual = find(&mut call, &couple, id).await?;
    if let Some(archived) = change.archived {
        shelve(&mut call, &couple, &ritual, archived).await?;
    }
    let moves = change
        .starts_on
        .is_some_and(|start| start != ritual.starts_on());
    if moves && !under_way(&mut call, &couple, id).await?.is_empty() {
        return Err(Refusal::StartStands.into());
    }
    let has_logs = store::logs::any(&mut call.tx, couple.id, id).await?;
    let scene = scene(&mut call, &couple, &ritual).await?;
    let ledger = scene.ledger(id);
    let before = ritual.clone();
    ritual.amend(
        change.amendment(call.me.id),
        has_logs,
        couple.week_start,
        &ledger,
        scene.todays,
    )?;
    let what = What::changed_ritual(&before, &ritual);
    record(&mut call, &couple, what).await?;
    let body = refold_and_show(&mut call, &couple, ritual).await?;
    call.commit().await?;
    Ok(Json(body))
}

impl RitualChange {
    fn amendment(self, by: AccountId) -> Amendment {
        Amendment {
            title: self.title.map(|words| Written { words, by }),
            practice: self.practice,
            cadence: self.cadence,
            rule: self.rule,
            starts_on: self.starts_on,
            cue: self.cue.map(|words| Written { words, by }),
            forgiveness: self.forgiveness,
            target_minutes: self.target_minutes,
        }
    }
}

/// Removes a ritual that was never logged, for good; archives any other. A session for it in which you sit ends first,
/// and is logged.
#[utoipa::path(
    delete, path = "/v1/rituals/{id}", operation_id = "deleteRitual", tag = "rituals", security(("token" = [])),
    params(("id" = RitualId, Path)),
    responses((status = 204, description = "It is gone, or archived with its history"))
)]
pub async fn remove(mut call: Call, Path(id): Path<RitualId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    let ritual = find(&mut call, &couple, id).await?;
    end_under_way(&mut call, &couple, id).await?;
    if store::logs::any(&mut call.tx, couple.id, id).await? {
        shelve(&mut call, &couple, &ritual, true).await?;
    } else {
        let deleted = What::of_ritual(&ritual, Action::Deleted);
        record(&mut call, &couple, deleted).await?;
        store::rituals::delete(&mut call.tx, couple.id, id).await?;
        store::answers::forget_about(&mut call.tx, couple.id, id).await?;
    }
    call.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The couple's ritual with this id.
pub async fn find(call: &mut Call, couple: &Couple, id: RitualId) -> Result<Ritual> {
    let ritual = store::rituals::find(&mut call.tx, couple.id, id).await?;
    ritual.ok_or(Error::NotFound)
}

/// The scene around one ritual.
pub async fn scene(call: &mut Call, couple: &Couple, ritual: &Ritual) -> Result<Scene> {
    let (which, rituals) = (Which::One(ritual.id), std::slice::from_ref(ritual));
    Ok(Scene::load(&mut call.tx, couple, call.me.id, call.now, which, rituals).await?)
}

/// Saves a ritual after an act that may have changed its settled past, and shows it.
pub async fn refold_and_show(
    call: &mut Call,
    couple: &Couple,
    mut ritual: Ritual,
) -> Result<RitualBody> {
    store::checkpoints::refold(&mut call.tx, couple.id, &mut ritual, call.now).await?;
    store::rituals::update(&mut call.tx, couple.id, &ritual).await?;
    let scene = scene(call, couple, &ritual).await?;
    Ok(scene.show(&ritual))
}
