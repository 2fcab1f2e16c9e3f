//! Inviting a partner, and accepting.

use axum::http::StatusCode;
use axum::response::Response;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Json;
use super::call::Call;
use super::couples::Awaiting;
use super::error::{Error, Problem, Result};
use super::limits::Stranger;
use super::page::Page;
use super::path::Path;
use super::schema::Instant;
use crate::domain::Refusal;
use crate::domain::couple::{CONFIRMATION_TIME, INVITATION_LIFETIME};
use crate::ids::{InvitationId, Secret};
use crate::store;
use crate::store::invitations::Invitation;

/// An open invitation.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Invitation)]
pub struct InvitationBody {
    id: InvitationId,
    /// Until when it can be accepted: 24 hours.
    expires_at: Instant,
}

/// A new invitation, with its code.
#[derive(Debug, Serialize, ToSchema)]
pub struct NewInvitation {
    id: InvitationId,
    /// Hand it to your partner. It is shown this once.
    #[schema(example = "Vb0Zy3h6RkWm1fJ8q2sLdA", min_length = 22, max_length = 22)]
    code: String,
    expires_at: Instant,
}

/// An accepted invitation.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The code, as the inviter handed it over.
    #[schema(example = "Vb0Zy3h6RkWm1fJ8q2sLdA")]
    code: String,
}

/// Invites; an earlier invitation is void.
#[utoipa::path(
    post, path = "/v1/couple/invitations", operation_id = "invite", tag = "couple", security(("token" = [])),
    responses(
        (status = 201, body = NewInvitation, description = "The code is shown once"),
        (status = 409, body = Problem, description = "`couple_full`"),
    )
)]
pub async fn invite(mut call: Call) -> Result<(StatusCode, Json<NewInvitation>)> {
    let couple = call.couple().await?;
    couple.invite()?;
    let code = Secret::code(&mut call.chance);
    let invitation = Invitation {
        id: InvitationId::new(&mut call.chance),
        expires_at: call.now + INVITATION_LIFETIME,
    };
    store::invitations::replace(&mut call.tx, couple.id, &invitation, &code).await?;
    call.commit().await?;
    let body = NewInvitation {
        id: invitation.id,
        code: code.reveal().to_owned(),
        expires_at: Instant(invitation.expires_at),
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// Lists the open invitation, if there is one.
#[utoipa::path(
    get, path = "/v1/couple/invitations", operation_id = "listInvitations", tag = "couple", security(("token" = [])),
    responses((status = 200, body = Page<InvitationBody>))
)]
pub async fn list(mut call: Call) -> Result<Page<InvitationBody>> {
    let couple = call.couple().await?;
    let open = store::invitations::open(&mut call.tx, couple.id, call.now).await?;
    let show = |invitation: Invitation| InvitationBody {
        id: invitation.id,
        expires_at: Instant(invitation.expires_at),
    };
    Ok(Page::whole(open.into_iter().map(show).collect()))
}

/// Takes an invitation back.
#[utoipa::path(
    delete, path = "/v1/couple/invitations/{id}", operation_id = "deleteInvitation", tag = "couple", security(("token" = [])),
    params(("id" = InvitationId, Path)),
    responses((status = 204, description = "The code opens nothing any more"))
)]
pub async fn take_back(mut call: Call, Path(id): Path<InvitationId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    let open = store::invitations::open(&mut call.tx, couple.id, call.now).await?;
    open.filter(|open| open.id == id).ok_or(Error::NotFound)?;
    store::invitations::revoke(&mut call.tx, couple.id).await?;
    call.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Accepts an invitation. The inviter then confirms; until that, the caller can read nothing.
///
/// An empty couple of the caller's own dissolves. The acceptance lapses after seven days.
#[utoipa::path(
    post, path = "/v1/invitations/accept", operation_id = "acceptInvitation", tag = "couple", security(("token" = [])),
    request_body = Acceptance,
    responses(
        (status = 200, body = Awaiting),
        (status = 409, body = Problem, description = "`already_in_couple`"),
    )
)]
pub async fn accept(
    _: Stranger,
    mut call: Call,
    Json(accepted): Json<Acceptance>,
) -> Result<Response> {
    let code = Secret::presented(accepted.code);
    let target = store::invitations::redeem(&mut call.tx, &code, call.now)
        .await?
        .ok_or(Refusal::UnknownInvitation)?;
    store::couples::free_lapsed(&mut call.tx, call.me.id, Some(target), call.now).await?;
    if let Some(mine) = store::couples::of(&mut call.tx, call.me.id, call.now).await? {
        if mine.id == target {
            return Err(Refusal::OwnInvitation.into());
        }
        let begun = store::couples::holds_anything(&mut call.tx, mine.id).await?;
        if mine.members.len() > 1 || begun {
            return Err(Refusal::AlreadyInCouple.into());
        }
        store::couples::dissolve(&mut call.tx, mine.id).await?;
    }
    let lapses_at = call.now + CONFIRMATION_TIME;
    if !store::couples::take_seat(&mut call.tx, target, call.me.id, lapses_at).await? {
        return Err(Refusal::UnknownInvitation.into());
    }
    let couple = store::couples::of(&mut call.tx, call.me.id, call.now)
        .await?
        .ok_or(Refusal::UnknownInvitation)?;
    let body = Awaiting::in_couple(&couple, lapses_at)?;
    call.answer(StatusCode::OK, body).await
}
