//! Signing in is getting a token, and signing out is ending one.

use axum::extract::State;
use axum::http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::App;
use super::accounts::AccountBody;
use super::body::{Json, present};
use super::call::Call;
use super::error::{Error, Problem, Result};
use super::limits::Stranger;
use super::page::{Cursor, Limit, Page};
use super::path::{Path, TokenRef};
use super::query::Query;
use super::schema::Instant;
use crate::domain::Refusal;
use crate::domain::account::Account;
use crate::domain::day::Date;
use crate::domain::text::{Email, Label};
use crate::domain::token::{LifeDays, Scopes, Token};
use crate::ids::{Chance, Secret, TokenId};
use crate::password::Password;
use crate::store;
use crate::store::tokens::Place;

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

    let mut tx = app.write().await?;
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

/// A token, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenBody {
    id: TokenId,
    #[schema(required)]
    label: Option<Label>,
    scopes: Scopes,
    created_at: Instant,
    /// The UTC date it was last used on.
    last_used_on: Date,
    expires_at: Instant,
    /// Whether it is the one you ask with.
    is_current: bool,
}

impl TokenBody {
    fn new(token: Token, call: &Call) -> TokenBody {
        let is_current = token.id == call.token.id;
        TokenBody {
            id: token.id,
            label: token.label,
            scopes: token.scopes,
            created_at: Instant(token.created_at),
            // That it is used just now is noted after the answer.
            last_used_on: match is_current {
                true => Date::of_utc(call.now),
                false => token.last_used_on,
            },
            expires_at: Instant(token.expires_at),
            is_current,
        }
    }
}

/// Which tokens to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct TokenQuery {
    #[serde(default)]
    #[param(value_type = Option<i64>, minimum = 1, maximum = 200, default = 50)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Place>>,
}

/// Lists your tokens that still open something, the newest first.
#[utoipa::path(
    get, path = "/v1/tokens", operation_id = "listTokens", tag = "account", security(("token" = [])), params(TokenQuery),
    responses((status = 200, body = Page<TokenBody>))
)]
pub async fn list(mut call: Call, Query(query): Query<TokenQuery>) -> Result<Page<TokenBody>> {
    let after = query.cursor.map(|cursor| cursor.0);
    let limit = query.limit.and_one();
    let tokens = store::tokens::list(&mut call.tx, &call.me, call.now, after, limit).await?;
    let place = |token: &Token| Place {
        created_at: token.created_at.timestamp_millis(),
        id: token.id,
    };
    let page = Page::cut(tokens, query.limit, place);
    Ok(page.map(|token| TokenBody::new(token, &call)))
}

/// Ends one token: a device is signed out at once.
#[utoipa::path(
    delete, path = "/v1/tokens/{id}", operation_id = "revokeToken", tag = "account", security(("token" = [])),
    params(("id" = TokenRef, Path)),
    responses(
        (status = 204, description = "Ended"),
        (status = 404, body = Problem, description = "`not_found`"),
    )
)]
pub async fn revoke(mut call: Call, Path(which): Path<TokenRef>) -> Result<StatusCode> {
    let id = match which {
        TokenRef::Current => call.token.id,
        TokenRef::Id(id) => id,
    };
    if !store::tokens::revoke(&mut call.tx, &call.me, id).await? {
        return Err(Error::NotFound);
    }
    call.alone().commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends all your tokens, this one included: every device is signed out at once.
#[utoipa::path(
    delete, path = "/v1/tokens", operation_id = "revokeTokens", tag = "account", security(("token" = [])),
    responses((status = 204, description = "Ended"))
)]
pub async fn revoke_all(mut call: Call) -> Result<StatusCode> {
    store::tokens::revoke_all(&mut call.tx, &call.me).await?;
    call.alone().commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
