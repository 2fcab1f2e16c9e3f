//! Presence: a while with the phones down. Ending it logs the ritual.

use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Json;
use super::call::Call;
use super::error::{Error, Invalid, Problem, Result};
use super::logs::LogBody;
use super::path::Path;
use super::presence_end::end;
use super::schema::Instant;
use crate::domain::Refusal;
use crate::domain::couple::Couple;
use crate::domain::presence::{Ended, PlannedMinutes, Presence, to_show};
use crate::domain::text::Minutes;
use crate::domain::token::Scope;
use crate::ids::{AccountId, PresenceId, RitualId};
use crate::store;

/// A session to begin.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPresence {
    /// What is logged when it ends.
    ritual_id: RitualId,
    /// How long it is meant to last; forgotten, it ends by itself after twice as long.
    minutes: PlannedMinutes,
    /// Whether both of you sit there. Alone, nobody else knows of it until it is logged.
    #[serde(default)]
    together: bool,
}

/// A phones-down session.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Presence)]
pub struct PresenceBody {
    id: PresenceId,
    ritual_id: RitualId,
    /// Who began it.
    started_by: AccountId,
    /// Whether both of you sit there.
    together: bool,
    /// How long it is meant to last.
    minutes: PlannedMinutes,
    /// The whole minutes so far; once it ended, those that were logged.
    kept: Minutes,
    /// How it ended; `null` while it runs.
    #[schema(required)]
    ended: Option<Ended>,
    /// When it began; only of those you began.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    started_at: Option<Instant>,
}

impl PresenceBody {
    fn seen_by(call: &Call, presence: &Presence) -> PresenceBody {
        let is_mine = presence.starter == call.me.id;
        PresenceBody {
            id: presence.id,
            ritual_id: presence.ritual,
            started_by: presence.starter,
            together: presence.together,
            minutes: presence.minutes,
            kept: presence.kept(call.now),
            ended: presence.ended,
            started_at: is_mine.then_some(Instant(presence.started_at)),
        }
    }
}

/// The session to show, if there is one.
#[derive(Debug, Serialize, ToSchema)]
pub struct MyPresence {
    #[schema(required)]
    presence: Option<PresenceBody>,
}

/// A session that is over, and what was logged.
#[derive(Debug, Serialize, ToSchema)]
pub struct PresenceEnded {
    presence: PresenceBody,
    /// Your log of that date; left out when you have none.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    log: Option<LogBody>,
}

/// Begins a session: the phones go down.
///
/// Alone, it is private while it runs. Together, both of you see it, and either may finish it.
#[utoipa::path(
    post, path = "/v1/presence", operation_id = "beginPresence", tag = "presence", security(("token" = [])),
    request_body(content = NewPresence,
        example = json!({"ritual_id": "0d9c0e4e-6a2f-4c55-9a4f-3f1d8c1a7b52", "minutes": 30, "together": true})),
    responses(
        (status = 201, body = PresenceBody),
        (status = 409, body = Problem,
            description = "`already_present`, `not_taking_part` or `no_partner`"),
    )
)]
pub async fn begin(mut call: Call, Json(new): Json<NewPresence>) -> Result<Response> {
    let couple = call.couple().await?;
    let ritual = store::rituals::find(&mut call.tx, couple.id, new.ritual_id).await?;
    let ritual = ritual.ok_or_else(|| Invalid::body("/ritual_id", "is no ritual of yours"))?;
    if new.together && couple.partner_of(call.me.id).is_none() {
        return Err(Refusal::NoPartner.into());
    }
    let has_ended = make_room(&mut call, &couple).await?;
    let (id, today) = (PresenceId::new(&mut call.chance), call.today(&couple));
    let (me, now) = (call.me.id, call.now);
    let presence = Presence::begin(id, &ritual, me, new.together, new.minutes, today, now)?;
    store::presence::begin(&mut call.tx, couple.id, &presence).await?;
    let body = PresenceBody::seen_by(&call, &presence);
    let call = call.alone_if(!has_ended);
    call.answer(StatusCode::CREATED, body).await
}

/// One sits in one session at a time. One that was forgotten is ended first; answers whether there was one.
///
/// A session that the partner sits in alone is none of one's own, and so in nobody's way: being refused for
/// it would tell.
async fn make_room(call: &mut Call, couple: &Couple) -> Result<bool> {
    let (now, mut has_ended) = (call.now, false);
    for presence in store::presence::of(&mut call.tx, couple.id, call.me.id).await? {
        if !presence.is_running() {
            continue;
        }
        let presence = presence.at(now);
        if presence.is_running() {
            return Err(Refusal::AlreadyPresent.into());
        }
        end(&mut call.tx, couple, &presence, now).await?;
        has_ended = true;
    }
    Ok(has_ended)
}

/// Shows the session that you sit in; without one, that which ended by itself last.
#[utoipa::path(
    get, path = "/v1/presence", operation_id = "getPresence", tag = "presence", security(("token" = [])),
    responses((status = 200, body = MyPresence))
)]
pub async fn show(mut call: Call) -> Result<Json<MyPresence>> {
    let couple = call.couple().await?;
    let all = store::presence::of(&mut call.tx, couple.id, call.me.id).await?;
    let shown = to_show(all, call.now);
    Ok(Json(MyPresence {
        presence: shown.map(|shown| PresenceBody::seen_by(&call, &shown)),
    }))
}

/// Finishes a session. The minutes kept are added to the log of whoever sat there.
///
/// One that ended before, by whomever or by itself, is told as it ended.
#[utoipa::path(
    post, path = "/v1/presence/{id}/finish", operation_id = "finishPresence", tag = "presence", security(("token" = [])),
    params(("id" = PresenceId, Path)), responses((status = 200, body = PresenceEnded))
)]
pub async fn finish(mut call: Call, Path(id): Path<PresenceId>) -> Result<Json<PresenceEnded>> {
    let couple = call.couple().await?;
    let before = find(&mut call, &couple, id).await?;
    let presence = before.clone().finish(call.now);
    if before.is_running() {
        end(&mut call.tx, &couple, &presence, call.now).await?;
    }
    let date = call.me.zone.today(presence.ends_at, couple.day_start);
    let (ritual, me) = (presence.ritual, call.me.id);
    let log = store::logs::find(&mut call.tx, couple.id, ritual, date, me).await?;
    let log = log.map(|log| LogBody::seen_by(me, log));
    let may_read = call.token.scopes.contains(Scope::Read);
    let ended = PresenceEnded {
        presence: PresenceBody::seen_by(&call, &presence),
        log: match may_read {
            true => log,
            false => log.map(LogBody::without_words),
        },
    };
    call.commit().await?;
    Ok(Json(ended))
}

/// Gives a running session up: nothing is logged.
#[utoipa::path(
    delete, path = "/v1/presence/{id}", operation_id = "giveUpPresence", tag = "presence", security(("token" = [])),
    params(("id" = PresenceId, Path)), responses((status = 204, description = "Given up"))
)]
pub async fn give_up(mut call: Call, Path(id): Path<PresenceId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    let presence = find(&mut call, &couple, id).await?;
    if !presence.at(call.now).is_running() {
        return Err(Error::NotFound);
    }
    store::presence::delete(&mut call.tx, couple.id, id).await?;
    store::answers::forget_about(&mut call.tx, couple.id, id).await?;
    call.alone().commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// The session with this id, if the caller sits in it.
async fn find(call: &mut Call, couple: &Couple, id: PresenceId) -> Result<Presence> {
    let all = store::presence::of(&mut call.tx, couple.id, call.me.id).await?;
    let found = all.into_iter().find(|presence| presence.id == id);
    found.ok_or(Error::NotFound)
}
