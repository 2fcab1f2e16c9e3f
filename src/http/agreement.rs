//! Saying yes to a ritual, and taking it back.

use axum::http::StatusCode;
use axum::response::Response;

use super::call::Call;
use super::error::Result;
use super::path::Path;
use super::ritual_body::RitualBody;
use super::rituals::{find, refold_and_show, scene};
use crate::ids::RitualId;

/// Says yes. A ritual is yours both when both have said it; agreeing never un-keeps anything.
#[utoipa::path(
    post, path = "/v1/rituals/{id}/agreement", operation_id = "agree", tag = "rituals", security(("token" = [])),
    params(("id" = RitualId, Path)), responses((status = 200, body = RitualBody))
)]
pub async fn agree(mut call: Call, Path(id): Path<RitualId>) -> Result<Response> {
    let couple = call.couple().await?;
    let mut ritual = find(&mut call, &couple, id).await?;
    let scene = scene(&mut call, &couple, &ritual).await?;
    ritual.agree(call.me.id, scene.today, &scene.ledger(id), scene.todays);
    let body = refold_and_show(&mut call, &couple, ritual).await?;
    call.answer(StatusCode::OK, body).await
}

/// Takes the yes back, or declines a proposal: it stays your partner's own, and you see it no more.
#[utoipa::path(
    delete, path = "/v1/rituals/{id}/agreement", operation_id = "withdraw", tag = "rituals", security(("token" = [])),
    params(("id" = RitualId, Path)),
    responses((status = 204, description = "You take no part, and can agree again"))
)]
pub async fn withdraw(mut call: Call, Path(id): Path<RitualId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    let mut ritual = find(&mut call, &couple, id).await?;
    let scene = scene(&mut call, &couple, &ritual).await?;
    ritual.withdraw(call.me.id, scene.today, &scene.ledger(id), scene.todays);
    refold_and_show(&mut call, &couple, ritual).await?;
    call.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
