//! Signing in is getting a token.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::accounts::AccountBody;
use super::body::{Json, present};
use super::error::{Problem, Result};
use super::limits::Stranger;
use super::schema::Instant;
use crate::domain::Refusal;
use crate::domain::account::Account;
use crate::domain::text::{Email, Label};
use crate::domain::token::{LifeDays, Scopes, Token};
use crate::ids::{Chance, Secret, TokenId};
use crate::password::Password;
use crate::store;

/// Somebody who comes back.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    email: Email,
    password: Password,
    /// What the token is for.
    label: Option<Label>,
    /// What it may do; everything by default.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    scopes: Option<Scopes>,
    /// How many days it lives; 180 by default. A token that rests for 30 days ends sooner.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    expires_in_days: Option<LifeDays>,
}

/// A token, shown this once, and whose it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct Session {
    account: AccountBody,
    /// The token's id; not its secret.
    id: TokenId,
    /// Send it as `Authorization: Bearer …`.
    #[schema(
        example = "hearth_ZJ0Yc1Bq0m2cB8gq5uG3vN7f1sKxTtA4dWwEoRzPiLs",
        min_length = 50,
        max_length = 50
    )]
    token: String,
    scopes: Scopes,
    expires_at: Instant,
}

impl Session {
    /// What signing up or in answers.
    pub fn new(account: Account, token: &Token, secret: &Secret) -> Session {
        Session {
            account: account.into(),
            id: token.id,
            token: secret.reveal().to_owned(),
            scopes: token.scopes.clone(),
            expires_at: Instant(token.expires_at),
        }
    }
}

/// Signs in: a new token.
#[utoipa::path(
    post, path = "/v1/tokens", operation_id = "signIn", tag = "account", request_body(content = SignIn, example = json!({"email": "ada@example.org",
        "password": "seven quiet otters", "label": "my phone"})),
    responses(
        (status = 201, body = Session, description = "The token is shown once"),
        (status = 401, body = Problem, description = "`wrong_credentials`"),
    )
)]
pub async fn sign_in(
    State(app): State<App>,
    _: Stranger,
    mut chance: Chance,
    Json(who): Json<SignIn>,
) -> Result<(StatusCode, Json<Session>)> {
    // Known or not, an address costs one look and one hash.
    let known = {
        let mut tx = app.store.read().await?;
        store::accounts::find_by_email(&mut tx, &who.email).await?
    };
    let stored = known.map(|(_, hash)| hash);
    let verdict = app.passwords.verify(&who.password, stored.as_deref());
    let verdict = verdict.await?;
    if !verdict.matches {
        return Err(Refusal::WrongCredentials.into());
    }
    let new_hash = match verdict.outdated {
        true => Some(app.passwords.hash(&who.password, &mut chance).await?),
        false => None,
    };

    let mut tx = app.store.write().await?;
    let now = app.clock.now();
    // A hash takes long: meanwhile the password may have been changed, or the account erased.
    let account = store::accounts::find_by_email(&mut tx, &who.email)
        .await?
        .filter(|(_, hash)| stored.as_ref() == Some(hash))
        .map(|(account, _)| account)
        .ok_or(Refusal::WrongCredentials)?;
    let token = Token::new(
        TokenId::new(&mut chance),
        account.id,
        who.label,
        who.scopes.unwrap_or_else(Scopes::all),
        who.expires_in_days.unwrap_or_default(),
        now,
    );
    let secret = Secret::token(&mut chance);
    if let Some(hash) = new_hash {
        store::accounts::set_password(&mut tx, &account, &hash).await?;
    }
    store::tokens::sweep(&mut tx, &account, now).await?;
    store::tokens::create(&mut tx, &token, &secret).await?;
    tx.commit().await?;
    let session = Session::new(account, &token, &secret);
    Ok((StatusCode::CREATED, Json(session)))
}
