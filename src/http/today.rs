//! Everything a home screen needs, in one call.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum_extra::TypedHeader;
use serde::Serialize;
use utoipa::ToSchema;

use super::body::Written;
use super::error::Result;
use super::language::{Language, Spoken};
use super::logs::LogBody;
use super::plans::PlanAhead;
use super::rests::RestBody;
use super::ritual_body::RitualBody;
use super::scene::Scene;
use super::visit::{Look, Visit};
use super::waiting::{Waiting, waiting};
use crate::domain::couple::Couple;
use crate::domain::day::{Date, Zone};
use crate::domain::milestone;
use crate::domain::plan::SOONEST;
use crate::domain::ritual::Ritual;
use crate::domain::text::Name;
use crate::domain::today::{Part, part};
use crate::ids::{AccountId, RitualId};

/// Today, as the caller sees it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Today {
    /// The date it is for you.
    date: Date,
    time_zone: Zone,
    /// Your partner, once confirmed.
    #[schema(required)]
    partner: Option<Partner>,
    /// The rest of all rituals that covers your today; of several, the one that lasts longest.
    #[schema(required)]
    rest: Option<RestBody>,
    /// Those with something left for you come first, then those with something left for your partner.
    rituals: Vec<RitualToday>,
    /// What is planned from your today on: the soonest ten.
    plans: Vec<PlanAhead>,
    /// What gently waits for you now.
    reminders: Vec<Waiting>,
    /// What there is to celebrate today. Each comes once.
    milestones: Vec<MilestoneBody>,
}

/// Something to celebrate.
#[derive(Debug, Serialize, ToSchema)]
pub struct MilestoneBody {
    kind: MilestoneKind,
    /// So many years together, or so often kept.
    count: u32,
    /// The ritual that was kept so often.
    #[schema(required)]
    ritual_id: Option<RitualId>,
    /// A sentence on it.
    text: String,
}

/// What is celebrated.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MilestoneKind {
    /// Years together.
    Anniversary,
    /// A ritual, kept so often.
    Kept,
}

/// The other one.
#[derive(Debug, Serialize, ToSchema)]
pub struct Partner {
    name: Name,
    /// The date it is for them.
    date: Date,
}

/// A ritual, and what each has to do with it today.
#[derive(Debug, Serialize, ToSchema)]
pub struct RitualToday {
    ritual: RitualBody,
    /// Your part in the period that holds your today.
    my_part: Part,
    /// Your partner's part in that same period.
    partner_part: Part,
    /// Your log for your today.
    #[schema(required)]
    my_log: Option<LogBody>,
    /// Your partner's log for that same date.
    #[schema(required)]
    partner_log: Option<LogBody>,
}

/// Shows today: what is left to do, what is done, and how it all stands.
#[utoipa::path(
    get, path = "/v1/today", operation_id = "getToday", tag = "today", security(("token" = [])),
    responses((status = 200, body = Today))
)]
pub async fn show(visit: Visit) -> Result<Spoken<Response>> {
    let look = match visit {
        Visit::Unchanged(language, etag) => {
            let unchanged = (StatusCode::NOT_MODIFIED, TypedHeader(etag));
            return Ok(Spoken(language, unchanged.into_response()));
        }
        Visit::Again(language, body) => {
            return Ok(Spoken(language, Written(body).into_response()));
        }
        Visit::Anew(look) => look,
    };
    let home = &look.home;
    let couple = Couple::confirmed(home.couple.clone(), home.me.id)?;
    let body = Written::json(&Today::new(&look, &couple))?;
    look.hold(&couple, &body.0);
    Ok(Spoken(look.language, body.into_response()))
}

impl Today {
    fn new(look: &Look, couple: &Couple) -> Today {
        let Look { home, now, .. } = look;
        let (me, rituals) = (&home.me, &home.rituals);
        let (rests, logs) = (home.rests.clone(), home.logs.clone());
        let scene = Scene::new(couple, me.id, *now, rests, logs);
        let partner = couple.partner_of(me.id);
        let partner_id = partner.map(|partner| partner.id);
        let mut shown: Vec<RitualToday> = rituals
            .iter()
            .map(|ritual| RitualToday::new(&scene, ritual, partner_id))
            .collect();
        // Stable: within a group they stay in the order in which they were proposed.
        shown.sort_by_key(|one| (one.my_part != Part::ToDo, one.partner_part != Part::ToDo));
        let date = scene.today;
        let ahead = home.plans.iter().filter(|plan| plan.date >= date).cloned();
        let ahead = ahead.map(|plan| PlanAhead::seen_on(date, plan));
        Today {
            date,
            time_zone: me.zone.clone(),
            partner: partner.map(|partner| Partner {
                name: partner.name.clone(),
                date: couple.today(partner, *now),
            }),
            rest: scene.rest(None).map(RestBody::from),
            rituals: shown,
            plans: ahead.take(SOONEST).collect(),
            reminders: waiting(look, &scene),
            milestones: milestones(couple, &scene, rituals, look.language),
        }
    }
}

/// What there is to celebrate today: years together, and rituals in their order.
fn milestones(
    couple: &Couple,
    scene: &Scene,
    rituals: &[Ritual],
    Language(phrases): Language,
) -> Vec<MilestoneBody> {
    let (today, words) = (scene.today, &phrases.milestones);
    let since = couple.together_since;
    let years = since.and_then(|since| milestone::anniversary(since, today));
    let years = years.map(|count| MilestoneBody {
        kind: MilestoneKind::Anniversary,
        count,
        ritual_id: None,
        text: milestone::say_years(words, count, today),
    });
    let kept = rituals.iter().filter_map(|ritual| {
        let count = scene.milestone(ritual)?;
        let title = ritual.title.words.as_str();
        Some(MilestoneBody {
            kind: MilestoneKind::Kept,
            count,
            ritual_id: Some(ritual.id),
            text: milestone::say_count(words, count, title, today),
        })
    });
    years.into_iter().chain(kept).collect()
}

impl RitualToday {
    fn new(scene: &Scene, ritual: &Ritual, partner: Option<AccountId>) -> RitualToday {
        let ledger = scene.ledger(ritual.id);
        let period = ritual.timeline().period_at(scene.today);
        let part_of = |member| part(ritual, member, period.as_ref(), scene.today, &ledger);
        let log_of = |member| {
            let log = scene.todays_log(ritual.id, member)?;
            Some(LogBody::seen_by(scene.me, log.clone()))
        };
        RitualToday {
            ritual: scene.show(ritual),
            my_part: part_of(scene.me),
            partner_part: partner.map_or(Part::None, part_of),
            my_log: log_of(scene.me),
            partner_log: partner.and_then(log_of),
        }
    }
}
