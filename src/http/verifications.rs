//! What only whoever reads a mailbox can do: choose a new password without the old one, and sign in with another address.

use axum::extract::rejection::FormRejection;
use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use utoipa::ToSchema;

use super::App;
use super::body::Json;
use super::error::{Error, Invalid, Problem, Result};
use super::language::Language;
use super::letter_page::{Code, page};
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

/// What the form of the page sends.
#[derive(Deserialize)]
pub(super) struct NewPassword {
    new_password: String,
}

/// Sends a link for a new password to this address, if it has an account: the answer does not tell. The link works once,
/// within 30 minutes; a letter for each is enough, so there are three at most.
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
    let asked = Verification {
        id: VerificationId::new(&mut chance),
        purpose: Purpose::ResetPassword,
        email: who.email,
        account: None,
        asked_at: app.clock.now(),
        tries: 0,
    };
    // That there were enough is not told either: somebody else may have asked.
    store::verifications::ask(&mut tx, &asked).await?;
    tx.commit().await?;
    app.bell.ring();
    Ok(StatusCode::ACCEPTED)
}

/// Sends a link to another address. Once it is followed, within 24 hours, you sign in with that one; until then your
/// address stays. The old one is told.
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
    let asked = Verification {
        id: VerificationId::new(&mut chance),
        purpose: Purpose::ChangeEmail,
        email: wish.email,
        account: Some(call.me.id),
        asked_at: call.now,
        tries: 0,
    };
    if !store::verifications::ask(&mut call.tx, &asked).await? {
        let seconds = 3600;
        return Err(Error::TooManyRequests { seconds });
    }
    call.alone().commit().await?;
    app.bell.ring();
    Ok(StatusCode::ACCEPTED)
}

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
    Ok(page(StatusCode::OK, phrases, &phrases.mail.password_page))
}

/// Replaces the password, and signs everybody out.
pub(super) async fn set_password(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
    mut chance: Chance,
    form: std::result::Result<Form<NewPassword>, FormRejection>,
) -> Result<Response> {
    let (secret, purpose) = (code.into(), Purpose::ResetPassword);
    let mut conn = app.store.peek().await?;
    let (account, _) = find(&app, &mut conn, purpose, &secret).await?;
    drop(conn);
    let typed = form.ok();
    let typed = typed.and_then(|Form(form)| Password::try_from(form.new_password).ok());
    let good = typed.filter(|typed| !typed.is_easy_to_guess(&account.email, &account.name));
    let Some(password) = good else {
        let words = &phrases.mail.other_password_page;
        return Ok(page(StatusCode::UNPROCESSABLE_ENTITY, phrases, words));
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
    Ok(page(StatusCode::OK, phrases, &phrases.mail.address_page))
}

/// Lets somebody sign in with this address instead of their old one.
pub(super) async fn change_address(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    let mut tx = app.write().await?;
    let (account, email) = find(&app, &mut tx, Purpose::ChangeEmail, &code.into()).await?;
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
