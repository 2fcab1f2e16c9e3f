//! Confirming a partner, or turning somebody away.

use axum::http::StatusCode;
use axum::response::Response;

use super::call::Call;
use super::couples::CoupleBody;
use super::error::{Error, Problem, Result};
use super::path::Path;
use crate::domain::Refusal;
use crate::domain::couple::{Couple, Standing};
use crate::ids::AccountId;
use crate::store;

/// Says yes to whoever accepted the invitation, having seen their name and e-mail address.
#[utoipa::path(
    post, path = "/v1/couple/members/{id}/confirm", operation_id = "confirmMember", tag = "couple", security(("token" = [])),
    params(("id" = AccountId, Path)),
    responses((status = 200, body = CoupleBody, description = "You are a couple"))
)]
pub async fn confirm(mut call: Call, Path(id): Path<AccountId>) -> Result<Response> {
    let mut couple = call.couple().await?;
    other(&couple, id, call.me.id)?;
    store::couples::confirm(&mut call.tx, couple.id, id).await?;
    for member in &mut couple.members {
        member.standing = Standing::Active;
    }
    let body = CoupleBody::seen_by(call.me.id, &couple, call.now);
    call.answer(StatusCode::OK, body).await
}

/// Says no to whoever accepted the invitation.
#[utoipa::path(
    delete, path = "/v1/couple/members/{id}", operation_id = "turnAwayMember", tag = "couple", security(("token" = [])),
    params(("id" = AccountId, Path)),
    responses(
        (status = 204, description = "The seat is free again"),
        (status = 409, body = Problem, description = "`already_confirmed`"),
    )
)]
pub async fn turn_away(mut call: Call, Path(id): Path<AccountId>) -> Result<StatusCode> {
    let couple = call.couple().await?;
    if other(&couple, id, call.me.id)? == Standing::Active {
        return Err(Refusal::AlreadyConfirmed.into());
    }
    store::couples::free_awaiting(&mut call.tx, couple.id).await?;
    call.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Where the other one stands, if `id` is the other one.
fn other(couple: &Couple, id: AccountId, me: AccountId) -> Result<Standing> {
    let member = couple.member(id).filter(|member| member.id != me);
    Ok(member.ok_or(Error::NotFound)?.standing)
}
