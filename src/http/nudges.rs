//! Nudges.

use axum::response::Response;

use super::call::Call;
use super::error::Result;
use super::path::Path;
use super::rituals::find as find_ritual;
use crate::ids::RitualId;
use crate::store;

/// Nudges your partner about a ritual. Whether they allow nudges, whether one came today, whether it waits for their
/// morning, and whether they read it, is theirs alone to know: the answer is always the same.
#[utoipa::path(
    post, path = "/v1/rituals/{id}/nudge", operation_id = "nudge", tag = "reminders", security(("token" = [])),
    params(("id" = RitualId, Path)), responses((status = 202, description = "The rest is up to them"))
)]
pub async fn nudge(mut call: Call, Path(id): Path<RitualId>) -> Result<Response> {
    let couple = call.couple().await?;
    find_ritual(&mut call, &couple, id).await?;
    if let Some(partner) = couple.partner_of(call.me.id) {
        store::reminders::nudge(&mut call.tx, couple.id, id, partner.id, call.now).await?;
    }
    // No bell: the round that it would wake could be heard at the write door, and would tell what becomes of the nudge.
    call.alone().answer_soon().await
}
