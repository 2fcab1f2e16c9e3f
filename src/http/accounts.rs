//! Signing up, and one's own account.

use axum::extract::State;
use axum::http::StatusCode;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::body::{Json, present};
use super::call::Call;
use super::error::{Problem, Result};
use super::limits::Stranger;
use super::reminders::reschedule;
use super::schema::Instant;
use super::tokens::Session;
use crate::domain::Refusal;
use crate::domain::account::Account;
use crate::domain::day::Zone;
use crate::domain::text::{Email, Name};
use crate::domain::token::{LifeDays, Scopes, Token};
use crate::ids::{AccountId, Chance, Secret, TokenId};
use crate::password::Password;
use crate::store;

/// Somebody new.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignUp {
    email: Email,
    password: Password,
    name: Name,
    time_zone: Zone,
}

/// What one changes about oneself; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct AccountChange {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    name: Option<Name>,
    /// Moving changes only what "today" is from now on.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    time_zone: Option<Zone>,
    /// Whether the partner may see the time zone.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    share_time_zone: Option<bool>,
}

/// An account, as only its owner sees it.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Account)]
pub struct AccountBody {
    id: AccountId,
    email: Email,
    name: Name,
    time_zone: Zone,
    share_time_zone: bool,
    created_at: Instant,
}

impl From<Account> for AccountBody {
    fn from(account: Account) -> AccountBody {
        AccountBody {
            id: account.id,
            email: account.email,
            name: account.name,
            time_zone: account.zone,
            share_time_zone: account.shares_zone,
            created_at: Instant(account.created_at),
        }
    }
}

/// Signs up: a new account and its first token.
#[utoipa::path(
    post, path = "/v1/accounts", operation_id = "signUp", tag = "account", request_body = SignUp,
    responses(
        (status = 201, body = Session, description = "Welcome; the token is shown once"),
        (status = 409, body = Problem, description = "`email_taken`"),
    )
)]
pub async fn sign_up(
    State(app): State<App>,
    _: Stranger,
    mut chance: Chance,
    Json(new): Json<SignUp>,
) -> Result<(StatusCode, Json<Session>)> {
    if new.password.is_easy_to_guess(&new.email, &new.name) {
        return Err(Refusal::WeakPassword.into());
    }
    let hash = app.passwords.hash(&new.password, &mut chance).await?;

    let mut tx = app.write().await?;
    let now = app.clock.now();
    let account = new.account(&mut chance, now);
    let (token, secret) = first_token(&account, &mut chance, now);
    if !store::accounts::create(&mut tx, &account, &hash).await? {
        return Err(Refusal::EmailTaken.into());
    }
    store::tokens::create(&mut tx, &token, &secret).await?;
    tx.commit().await?;
    let session = Session::new(account, &token, &secret);
    Ok((StatusCode::CREATED, Json(session)))
}

impl SignUp {
    fn account(self, chance: &mut Chance, now: DateTime<Utc>) -> Account {
        Account {
            id: AccountId::new(chance),
            email: self.email,
            name: self.name,
            zone: self.time_zone,
            shares_zone: false,
            created_at: now,
        }
    }
}

/// The token that signing up gives: it may do everything.
fn first_token(account: &Account, chance: &mut Chance, now: DateTime<Utc>) -> (Token, Secret) {
    let token = Token::new(
        TokenId::new(chance),
        account.id,
        None,
        Scopes::all(),
        LifeDays::default(),
        now,
    );
    (token, Secret::token(chance))
}

/// Shows one's own account.
#[utoipa::path(
    get, path = "/v1/me", operation_id = "getMe", tag = "account", security(("token" = [])),
    responses((status = 200, body = AccountBody))
)]
pub async fn show(call: Call) -> Json<AccountBody> {
    Json(call.me.into())
}

/// Changes one's own account.
#[utoipa::path(
    patch, path = "/v1/me", operation_id = "updateMe", tag = "account", security(("token" = [])),
    request_body(content = AccountChange, example = json!({"name": "Ada"})), responses((status = 200, body = AccountBody))
)]
pub async fn change(
    mut call: Call,
    Json(change): Json<AccountChange>,
) -> Result<Json<AccountBody>> {
    let mut me = call.me.clone();
    me.name = change.name.unwrap_or(me.name);
    me.zone = change.time_zone.unwrap_or(me.zone);
    me.shares_zone = change.share_time_zone.unwrap_or(me.shares_zone);
    store::accounts::update(&mut call.tx, &me).await?;
    if me.zone != call.me.zone {
        travel(&mut call).await?;
    }
    call.commit().await?;
    Ok(Json(me.into()))
}

/// Lets the reminders of somebody who is elsewhere now go by their new clock.
async fn travel(call: &mut Call) -> Result<()> {
    let couple = store::couples::of(&mut call.tx, call.me.id, call.now).await?;
    let Some(couple) = couple else {
        return Ok(());
    };
    let members: Vec<_> = couple.member(call.me.id).into_iter().collect();
    Ok(reschedule(&mut call.tx, &couple, &members, call.now).await?)
}
