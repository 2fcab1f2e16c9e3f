//! Changing one's own password.

use axum::extract::State;
use axum::http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::body::Json;
use super::error::{Problem, Result};
use super::owner::Claim;
use crate::domain::Refusal;
use crate::ids::Chance;
use crate::password::Password;
use crate::store;

/// A new password, and the one it replaces.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordChange {
    current_password: Password,
    new_password: Password,
}

/// Changes the password, and signs every other device out: all tokens but this one end.
#[utoipa::path(
    put, path = "/v1/me/password", operation_id = "changePassword", tag = "account", security(("token" = [])),
    request_body(content = PasswordChange, example = json!({"current_password": "seven quiet otters",
        "new_password": "eleven wild geese"})),
    responses(
        (status = 204, description = "Changed"),
        (status = 403, body = Problem, description = "`wrong_password` or `missing_scope`"),
    )
)]
pub async fn change(
    State(app): State<App>,
    claim: Claim,
    mut chance: Chance,
    Json(change): Json<PasswordChange>,
) -> Result<StatusCode> {
    let (email, name) = (&claim.me.email, &claim.me.name);
    if change.new_password.is_easy_to_guess(email, name) {
        return Err(Refusal::WeakNewPassword.into());
    }
    let owner = claim
        .prove(&app.passwords, &change.current_password)
        .await?;
    let hash = app
        .passwords
        .hash(&change.new_password, &mut chance)
        .await?;

    let mut call = owner.write().await?;
    store::accounts::set_password(&mut call.tx, &call.me, &hash).await?;
    store::tokens::revoke_others(&mut call.tx, &call.token).await?;
    call.alone().commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
