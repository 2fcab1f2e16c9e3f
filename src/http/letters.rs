//! Where the links in letters lead: small pages with one button each. Following a link alone does nothing, since programs
//! that guard mailboxes follow links too. They are for people: the OpenAPI document, which is for programs, does not
//! have them.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::middleware::{Next, from_fn};
use axum::response::Response;
use axum::routing::get;
use chrono::{DateTime, Utc};

use super::App;
use super::error::{Error, Result};
use super::language::Language;
use super::letter_page::{Code, page};
use super::limits::Stranger;
use super::path::Path;
use super::verifications;
use crate::domain::channel::Channel;
use crate::ids::AccountId;
use crate::store::{self, Conn};

/// The pages.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/v1/letters/{code}/confirm",
            get(ask_to_confirm).post(confirm),
        )
        .route("/v1/letters/{code}/stop", get(ask_to_stop).post(stop))
        .route(
            "/v1/letters/{code}/password",
            get(verifications::ask_for_password).post(verifications::set_password),
        )
        .route(
            "/v1/letters/{code}/address",
            get(verifications::ask_for_change).post(verifications::change_address),
        )
        .route_layer(from_fn(in_words))
}

/// Tells people in a page, not in a problem document, that a link has had its time, or that they shall come again later.
async fn in_words(Language(phrases): Language, request: Request, next: Next) -> Response {
    let answer = next.run(request).await;
    let words = match answer.status() {
        StatusCode::NOT_FOUND => &phrases.mail.dead_page,
        StatusCode::TOO_MANY_REQUESTS | StatusCode::SERVICE_UNAVAILABLE => &phrases.mail.later_page,
        _ => return answer,
    };
    let (mut head, _) = answer.into_parts();
    let (told, body) = page(head.status, phrases, words).into_parts();
    // When to come again stays said.
    head.headers.extend(told.headers);
    Response::from_parts(head, body)
}

/// Asks whether a mailbox is theirs.
async fn ask_to_confirm(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    let mut conn = app.store.peek().await?;
    unconfirmed(&mut conn, code, app.clock.now()).await?;
    Ok(page(StatusCode::OK, phrases, &phrases.mail.confirm_page))
}

/// Confirms a mailbox: reminders go there from now on.
async fn confirm(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    let mut tx = app.write().await?;
    let (account, channel) = unconfirmed(&mut tx, code, app.clock.now()).await?;
    let channel = Channel {
        confirmed: true,
        ..channel
    };
    store::channels::update(&mut tx, account, &channel).await?;
    tx.commit().await?;
    Ok(page(StatusCode::OK, phrases, &phrases.mail.confirmed_page))
}

/// Asks whether letters shall stop.
async fn ask_to_stop(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    let mut conn = app.store.peek().await?;
    find(&mut conn, code).await?;
    Ok(page(StatusCode::OK, phrases, &phrases.mail.stop_page))
}

/// Stops the letters to a mailbox, with one click, also of a mail program (RFC 8058). Before more come it is asked again:
/// whoever reads it need not be whoever set it up.
async fn stop(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    let mut tx = app.write().await?;
    let (account, channel) = find(&mut tx, code).await?;
    let channel = Channel {
        enabled: false,
        confirmed: false,
        asked_at: None,
        ..channel
    };
    store::channels::update(&mut tx, account, &channel).await?;
    tx.commit().await?;
    Ok(page(StatusCode::OK, phrases, &phrases.mail.stopped_page))
}

async fn find(conn: &mut Conn, code: Code) -> Result<(AccountId, Channel)> {
    let found = store::channels::by_code(conn, &code.into()).await?;
    found.ok_or(Error::NotFound)
}

/// A mailbox that waits to be confirmed, and may still be.
async fn unconfirmed(
    conn: &mut Conn,
    code: Code,
    now: DateTime<Utc>,
) -> Result<(AccountId, Channel)> {
    let found = find(conn, code).await?;
    let may_be = found.1.may_be_confirmed(now);
    may_be.then_some(found).ok_or(Error::NotFound)
}
