//! Founding, showing, changing and leaving a couple.

use axum::http::StatusCode;
use axum::response::Response;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::{Json, OptionalJson, present};
use super::call::Call;
use super::changes::record;
use super::error::{Problem, Result};
use super::reminders::reschedule;
use super::schema::Instant;
use crate::domain::Refusal;
use crate::domain::cadence::WeekStart;
use crate::domain::change::What;
use crate::domain::couple::{Couple, Member, Standing};
use crate::domain::day::{Date, DayStart, Zone};
use crate::domain::patch::Patch;
use crate::domain::text::{CoupleName, Email, Name};
use crate::ids::{AccountId, CoupleId};
use crate::store;

/// A new couple.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Founding {
    name: Option<CoupleName>,
    /// When your day begins; `04:00` by default.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    day_start: Option<DayStart>,
    /// When your week begins; `mon` by default.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    week_start: Option<WeekStart>,
    together_since: Option<Date>,
}

/// What somebody changes about the couple; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CoupleChange {
    #[serde(default)]
    #[schema(value_type = Option<CoupleName>)]
    name: Patch<CoupleName>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    day_start: Option<DayStart>,
    /// Weekly rituals keep their week until their cadence is changed.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    week_start: Option<WeekStart>,
    #[serde(default)]
    #[schema(value_type = Option<Date>)]
    together_since: Patch<Date>,
}

/// Where a member stands.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum MemberStatus {
    /// One of the two.
    Active,
    /// Accepted the invitation, and is not confirmed yet.
    AwaitingConfirmation,
}

/// Your own standing, as one of the two.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Confirmed {
    /// As in [`MemberStatus`].
    Active,
}

/// Your own standing, while you wait.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Waiting {
    /// As in [`MemberStatus`].
    AwaitingConfirmation,
}

/// One of the couple.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Member)]
pub struct MemberBody {
    id: AccountId,
    name: Name,
    /// The date it is for them.
    today: Date,
    is_me: bool,
    status: MemberStatus,
    /// Only one's own, or one that its owner shares.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    time_zone: Option<Zone>,
    /// Only of somebody who awaits confirmation, for the inviter to recognise them.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    email: Option<Email>,
}

/// A couple, as its members see it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Couple)]
pub struct CoupleBody {
    id: CoupleId,
    #[schema(required)]
    name: Option<CoupleName>,
    day_start: DayStart,
    week_start: WeekStart,
    #[schema(required)]
    together_since: Option<Date>,
    #[schema(inline)]
    status: Confirmed,
    members: Vec<MemberBody>,
}

/// What somebody sees who waits to be confirmed: the inviter's name, and nothing else.
#[derive(Debug, Serialize, ToSchema)]
pub struct Awaiting {
    #[schema(inline)]
    status: Waiting,
    inviter: Inviter,
    /// When the acceptance lapses, unless confirmed before.
    lapses_at: Instant,
}

/// Who invited.
#[derive(Debug, Serialize, ToSchema)]
pub struct Inviter {
    name: Name,
}

/// One's couple, or the one that one waits for.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum MyCouple {
    /// One of the two.
    Confirmed(CoupleBody),
    /// Waiting.
    Awaiting(Awaiting),
}

impl CoupleBody {
    /// The couple, as `me` sees it.
    pub fn seen_by(me: AccountId, couple: &Couple, now: DateTime<Utc>) -> CoupleBody {
        let show = |member: &Member| {
            let is_me = member.id == me;
            let waits = member.standing != Standing::Active;
            let zone_is_visible = is_me || (member.shares_zone && !waits);
            MemberBody {
                id: member.id,
                name: member.name.clone(),
                today: couple.today(member, now),
                is_me,
                status: match waits {
                    false => MemberStatus::Active,
                    true => MemberStatus::AwaitingConfirmation,
                },
                time_zone: zone_is_visible.then(|| member.zone.clone()),
                email: waits.then(|| member.email.clone()),
            }
        };
        CoupleBody {
            id: couple.id,
            name: couple.name.clone(),
            day_start: couple.day_start,
            week_start: couple.week_start,
            together_since: couple.together_since,
            status: Confirmed::Active,
            members: couple.members.iter().map(show).collect(),
        }
    }
}

impl Awaiting {
    /// What somebody sees who took the second seat of `couple` until `lapses_at`.
    pub fn in_couple(couple: &Couple, lapses_at: DateTime<Utc>) -> Result<Awaiting> {
        let inviter = couple.active().next().ok_or(Refusal::NoCouple)?;
        Ok(Awaiting {
            status: Waiting::AwaitingConfirmation,
            inviter: Inviter {
                name: inviter.name.clone(),
            },
            lapses_at: Instant(lapses_at),
        })
    }
}

/// Founds a couple.
#[utoipa::path(
    post, path = "/v1/couple", operation_id = "foundCouple", tag = "couple", security(("token" = [])),
    request_body(content = Option<Founding>, example = json!({"name": "Ada & Ben"})),
    responses(
        (status = 201, body = CoupleBody),
        (status = 409, body = Problem, description = "`already_in_couple`"),
    )
)]
pub async fn found(mut call: Call, OptionalJson(new): OptionalJson<Founding>) -> Result<Response> {
    store::couples::free_lapsed(&mut call.tx, call.me.id, None, call.now).await?;
    let present = store::couples::of(&mut call.tx, call.me.id, call.now).await?;
    if present.is_some() {
        return Err(Refusal::AlreadyInCouple.into());
    }
    let couple = Couple {
        id: CoupleId::new(&mut call.chance),
        name: new.name,
        day_start: new.day_start.unwrap_or_default(),
        week_start: new.week_start.unwrap_or_default(),
        together_since: new.together_since,
        closed: false,
        members: vec![call.me.as_member()],
    };
    store::couples::found(&mut call.tx, &couple, call.now).await?;
    let body = CoupleBody::seen_by(call.me.id, &couple, call.now);
    call.answer(StatusCode::CREATED, body).await
}

/// Shows one's couple; to somebody who awaits confirmation, who invited them.
#[utoipa::path(
    get, path = "/v1/couple", operation_id = "getCouple", tag = "couple", security(("token" = [])),
    responses((status = 200, body = MyCouple))
)]
pub async fn show(mut call: Call) -> Result<Json<MyCouple>> {
    let couple = store::couples::of(&mut call.tx, call.me.id, call.now)
        .await?
        .ok_or(Refusal::NoCouple)?;
    let mine = couple.member(call.me.id).map(|me| me.standing);
    Ok(Json(match mine {
        Some(Standing::Awaiting { lapses_at }) => {
            MyCouple::Awaiting(Awaiting::in_couple(&couple, lapses_at)?)
        }
        _ => MyCouple::Confirmed(CoupleBody::seen_by(call.me.id, &couple, call.now)),
    }))
}

/// Changes the couple's name, day, week or anniversary.
#[utoipa::path(
    patch, path = "/v1/couple", operation_id = "updateCouple", tag = "couple", security(("token" = [])),
    request_body(content = CoupleChange, example = json!({"name": "Ada & Ben"})), responses((status = 200, body = CoupleBody))
)]
pub async fn change(mut call: Call, Json(change): Json<CoupleChange>) -> Result<Json<CoupleBody>> {
    let before = call.couple().await?;
    let mut couple = before.clone();
    change.name.apply(&mut couple.name);
    change.together_since.apply(&mut couple.together_since);
    couple.day_start = change.day_start.unwrap_or(couple.day_start);
    couple.week_start = change.week_start.unwrap_or(couple.week_start);
    store::couples::update(&mut call.tx, &couple).await?;
    if couple.day_start != before.day_start {
        let members: Vec<_> = couple.active().collect();
        reschedule(&mut call.tx, &couple, &members, call.now).await?;
    }
    let what = What::changed_couple(&before, &couple);
    record(&mut call, &before, what).await?;
    let body = CoupleBody::seen_by(call.me.id, &couple, call.now);
    call.commit().await?;
    Ok(Json(body))
}

/// Leaves, at once and without questions; or steps back from an acceptance.
///
/// Leaving closes the couple for both. From this instant, neither sees anything of the other. Somebody
/// who is in no couple has left already.
#[utoipa::path(
    post, path = "/v1/couple/leave", operation_id = "leaveCouple", tag = "couple", security(("token" = [])),
    responses((status = 204, description = "You are in no couple"))
)]
pub async fn leave(mut call: Call) -> Result<Response> {
    let couple = store::couples::of(&mut call.tx, call.me.id, call.now).await?;
    if let Some(couple) = couple {
        let awaits = couple.awaiting().is_some_and(|one| one.id == call.me.id);
        if awaits {
            store::couples::free_awaiting(&mut call.tx, couple.id).await?;
        } else {
            close(&mut call, couple.id).await?;
        }
    }
    call.answer_nothing().await
}

/// Closes a couple for both, silently. Nothing flows from then on.
pub async fn close(call: &mut Call, couple: CoupleId) -> Result<()> {
    store::invitations::revoke(&mut call.tx, couple).await?;
    store::couples::close(&mut call.tx, couple, call.now).await?;
    store::answers::forget_couple(&mut call.tx, couple).await?;
    store::changes::forget(&mut call.tx, couple).await?;
    store::presence::forget_couple(&mut call.tx, couple).await?;
    store::reminders::forget(&mut call.tx, couple).await?;
    store::feeds::forget(&mut call.tx, couple).await?;
    Ok(())
}
