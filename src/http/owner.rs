//! Asking for the password once more, before what a found or borrowed token must not do.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::call::{Call, Caller};
use super::error::{Error, Result};
use crate::domain::Refusal;
use crate::domain::account::Account;
use crate::domain::text::Email;
use crate::password::{Password, Passwords};
use crate::store::{self, Tx};

/// The password, asked for once more.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Proof {
    /// Your password.
    pub password: Password,
}

/// Somebody who is signed in, and has yet to prove that the account is theirs. Nothing is open.
#[derive(Debug)]
pub struct Claim {
    /// Whose account it is.
    pub me: Account,
    caller: Caller,
    stored: Option<String>,
}

impl FromRequestParts<App> for Claim {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Claim> {
        let caller = Caller::of(parts, app).await?;
        let mut call = caller.read(parts).await?;
        app.limits.count_guess(call.me.id, parts)?;
        let stored = stored_hash(&mut call.tx, &call.me.email).await?;
        Ok(Claim {
            me: call.me,
            caller,
            stored,
        })
    }
}

impl Claim {
    /// Compares the password. It takes a while, and holds nothing open meanwhile.
    pub async fn prove(self, passwords: &Passwords, password: &Password) -> Result<Owner> {
        let stored = self.stored.as_deref();
        let verdict = passwords.verify(password, stored).await?;
        match verdict.matches {
            true => Ok(Owner(self)),
            false => Err(Refusal::WrongPassword.into()),
        }
    }
}

/// Somebody who proved that the account is theirs. Much can happen while a password is hashed, so opening
/// asks again: the token must live, and the password still be the one that was proved.
#[derive(Debug)]
pub struct Owner(Claim);

impl Owner {
    /// Opens a snapshot to read from.
    pub async fn read(self) -> Result<Call> {
        let call = self.0.caller.reopen().await?;
        unchanged(call, &self.0.stored).await
    }

    /// Opens the write door.
    pub async fn write(self) -> Result<Call> {
        let call = self.0.caller.write().await?;
        unchanged(call, &self.0.stored).await
    }
}

async fn unchanged(mut call: Call, proved: &Option<String>) -> Result<Call> {
    let stored = stored_hash(&mut call.tx, &call.me.email).await?;
    match stored == *proved {
        true => Ok(call),
        false => Err(Refusal::WrongPassword.into()),
    }
}

async fn stored_hash(tx: &mut Tx, email: &Email) -> Result<Option<String>> {
    let found = store::accounts::find_by_email(tx, email).await?;
    Ok(found.map(|(_, hash)| hash))
}
