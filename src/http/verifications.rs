//! What only whoever reads a mailbox can do: choose a new password without the old one, and sign in with another address.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::http::request::Parts;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::body::Json;
use super::error::{Error, Invalid, Problem, Result};
use super::language::Language;
use super::letter_page::{Asks, Code, Typed, form, page};
use super::limits::Stranger;
use super::owner::Claim;
use super::path::Path;
use crate::domain::Refusal;
use crate::domain::account::Account;
use crate::domain::text::Email;
use crate::domain::verification::{Purpose, Verification};
use crate::ids::{Chance, Secret, VerificationId};
use crate::password::Password;
use crate::store::{self, Conn};

/// Whose password is forgotten.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordReset {
    email: Email,
}

/// Another address to sign in with.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct EmailChange {
    email: Email,
    /// Your password.
    password: Password,
}

/// Sends a link for a new password to this address, if it has an account: the answer does not tell. The link works once,
/// within 30 minutes. After three letters in that time no more are sent.
#[utoipa::path(
    post, path = "/v1/password-resets", operation_id = "resetPassword", tag = "account",
    request_body(content = PasswordReset, example = json!({"email": "ada@example.org"})),
    responses((status = 202, description = "If the address has an account, a letter is on its way"))
)]
pub async fn reset_password(
    State(app): State<App>,
    _: Stranger,
    mut chance: Chance,
    Json(who): Json<PasswordReset>,
) -> Result<StatusCode> {
    letters_can_be_sent(&app)?;
    let mut tx = app.write().await?;
    let (id, purpose) = (VerificationId::new(&mut chance), Purpose::ResetPassword);
    let asked = Verification::new(id, purpose, who.email, app.clock.now());
    // Whether it has an account, and had letters enough, is found out when its letter is written.
    store::verifications::ask(&mut tx, &asked).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(StatusCode::ACCEPTED)
}

/// Sends a link to another address, once the old one is told. When it is followed, within 24 hours, and the password typed
/// there, you sign in with that one; until then your address stays. Three a day may be asked for.
#[utoipa::path(
    put, path = "/v1/me/email", operation_id = "changeEmail", tag = "account", security(("token" = [])),
    request_body(content = EmailChange, example = json!({"email": "ada@home.example", "password": "seven quiet otters"})),
    responses(
        (status = 202, description = "A letter is on its way"),
        (status = 403, body = Problem, description = "`wrong_password` or `missing_scope`"),
        (status = 409, body = Problem, description = "`email_taken`"),
    )
)]
pub async fn change_email(
    State(app): State<App>,
    claim: Claim,
    mut chance: Chance,
    Json(wish): Json<EmailChange>,
) -> Result<StatusCode> {
    let owner = claim.prove(&app.passwords, &wish.password).await?;
    letters_can_be_sent(&app)?;
    let mut call = owner.write().await?;
    let taken = store::accounts::find_by_email(&mut call.tx, &wish.email).await?;
    if taken.is_some() {
        return Err(Refusal::EmailTaken.into());
    }
    let (id, purpose) = (VerificationId::new(&mut chance), Purpose::ChangeEmail);
    let (me, now) = (call.me.id, call.now);
    let again_at = store::verifications::may_ask_at(&mut call.tx, purpose, me, now).await?;
    if let Some(again_at) = again_at {
        let seconds = (again_at - now).num_seconds().max(0).cast_unsigned() + 1;
        return Err(Error::TooManyRequests { seconds });
    }
    let asked = Verification {
        account: Some(me),
        ..Verification::new(id, purpose, wish.email, now)
    };
    store::verifications::ask(&mut call.tx, &asked).await?;
    call.alone().commit().await?;
    app.bell.ring();
    Ok(StatusCode::ACCEPTED)
}

/// What a form of a page sends.
type TypedForm = std::result::Result<Form<Typed>, FormRejection>;

fn letters_can_be_sent(app: &App) -> Result<()> {
    let detail = "gets no letter: this server sends no mail; whoever runs it can help";
    let desk = app.desk.as_ref();
    desk.map(drop)
        .ok_or_else(|| Invalid::body("/email", detail).into())
}

/// Asks for a new password.
pub(super) async fn ask_for_password(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    let mut conn = app.store.peek().await?;
    find(&app, &mut conn, Purpose::ResetPassword, &code.into()).await?;
    let words = &phrases.mail.password_page;
    Ok(form(StatusCode::OK, phrases, words, Asks::NewPassword))
}

/// Replaces the password, and signs everybody out.
pub(super) async fn set_password(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
    mut chance: Chance,
    typed: TypedForm,
) -> Result<Response> {
    let (secret, purpose) = (code.into(), Purpose::ResetPassword);
    let mut conn = app.store.peek().await?;
    let (account, _) = find(&app, &mut conn, purpose, &secret).await?;
    drop(conn);
    let good = Typed::password(typed)
        .filter(|typed| !typed.is_easy_to_guess(&account.email, &account.name));
    let Some(password) = good else {
        let words = &phrases.mail.other_password_page;
        let status = StatusCode::UNPROCESSABLE_ENTITY;
        return Ok(form(status, phrases, words, Asks::NewPassword));
    };
    let hash = app.passwords.hash(&password, &mut chance).await?;
    let mut tx = app.write().await?;
    // A hash takes long: meanwhile the link may have been followed.
    let (account, _) = find(&app, &mut tx, purpose, &secret).await?;
    store::accounts::set_password(&mut tx, &account, &hash).await?;
    store::tokens::revoke_all(&mut tx, &account).await?;
    tx.commit().await?;
    let words = &phrases.mail.new_password_page;
    Ok(page(StatusCode::OK, phrases, words))
}

/// Asks whether to sign in with this address.
pub(super) async fn ask_for_change(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    let mut conn = app.store.peek().await?;
    find(&app, &mut conn, Purpose::ChangeEmail, &code.into()).await?;
    let words = &phrases.mail.address_page;
    Ok(form(StatusCode::OK, phrases, words, Asks::Password))
}

/// Lets somebody sign in with this address instead of their old one, if they know the password: whoever reads a mailbox
/// that was mistyped does not.
pub(super) async fn change_address(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
    parts: Parts,
    typed: TypedForm,
) -> Result<Response> {
    let (secret, purpose) = (code.into(), Purpose::ChangeEmail);
    let mut conn = app.store.peek().await?;
    let (account, _) = find(&app, &mut conn, purpose, &secret).await?;
    app.limits.count_guess(account.id, &parts)?;
    let stored = store::accounts::find_by_email(&mut conn, &account.email).await?;
    drop(conn);
    let stored = stored.map(|(_, hash)| hash);
    let is_theirs = match Typed::password(typed) {
        Some(password) => {
            let verdict = app.passwords.verify(&password, stored.as_deref()).await?;
            verdict.matches
        }
        None => false,
    };
    if !is_theirs {
        let words = &phrases.mail.other_address_page;
        return Ok(form(StatusCode::FORBIDDEN, phrases, words, Asks::Password));
    }
    let mut tx = app.write().await?;
    // Meanwhile the link may have been followed, and a new password ends it.
    let (account, email) = find(&app, &mut tx, purpose, &secret).await?;
    let is_free = store::accounts::set_email(&mut tx, &account, &email).await?;
    tx.commit().await?;
    Ok(match is_free {
        true => page(StatusCode::OK, phrases, &phrases.mail.new_address_page),
        false => page(
            StatusCode::CONFLICT,
            phrases,
            &phrases.mail.taken_address_page,
        ),
    })
}

/// Whose account a link is about, and the mailbox that it was sent to.
async fn find(
    app: &App,
    conn: &mut Conn,
    purpose: Purpose,
    secret: &Secret,
) -> Result<(Account, Email)> {
    let now = app.clock.now();
    let found = store::verifications::find(conn, purpose, secret, now).await?;
    let verification = found.ok_or(Error::NotFound)?;
    let account = verification.account.ok_or(Error::NotFound)?;
    let account = store::accounts::find(conn, account).await?;
    Ok((account.ok_or(Error::NotFound)?, verification.email))
}
