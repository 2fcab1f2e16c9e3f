//! Where the links in letters lead: small pages with one button each. Following a link alone does nothing, since programs
//! that guard mailboxes follow links too.

use axum::Router;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use serde::Deserialize;

use super::App;
use super::error::{Error, Result};
use super::language::Language;
use super::limits::Stranger;
use super::path::Path;
use crate::domain::channel::{CONFIRMED_WITHIN, Channel};
use crate::domain::phrases::PageWords;
use crate::ids::{AccountId, Secret};
use crate::store;

/// The pages. They are for people: the OpenAPI document, which is for programs, does not have them.
pub fn routes() -> Router<App> {
    Router::new()
        .route(
            "/v1/letters/{code}/confirm",
            get(ask_to_confirm).post(confirm),
        )
        .route("/v1/letters/{code}/stop", get(ask_to_stop).post(stop))
}

/// The word in a link.
#[derive(Deserialize)]
#[serde(transparent)]
struct Code(String);

/// A page that asks nobody for anything: no scripts, no images, no other places.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/// Asks whether a mailbox is theirs.
async fn ask_to_confirm(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    unconfirmed(&app, &code).await?;
    Ok(page(&phrases.language, &phrases.mail.confirm_page))
}

/// Confirms a mailbox: reminders go there from now on.
async fn confirm(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    let (account, channel) = unconfirmed(&app, &code).await?;
    let channel = Channel {
        confirmed: true,
        ..channel
    };
    save(&app, account, &channel).await?;
    Ok(page(&phrases.language, &phrases.mail.confirmed_page))
}

/// Asks whether letters shall stop.
async fn ask_to_stop(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    find(&app, &code).await?;
    Ok(page(&phrases.language, &phrases.mail.stop_page))
}

/// Stops the letters to a mailbox, with one click, also of a mail program (RFC 8058). Its owner can turn them on again.
async fn stop(
    _: Stranger,
    State(app): State<App>,
    Path(code): Path<Code>,
    Language(phrases): Language,
) -> Result<Response> {
    let (account, channel) = find(&app, &code).await?;
    let channel = Channel {
        enabled: false,
        ..channel
    };
    save(&app, account, &channel).await?;
    Ok(page(&phrases.language, &phrases.mail.stopped_page))
}

async fn find(app: &App, Code(code): &Code) -> Result<(AccountId, Channel)> {
    let mut conn = app.store.peek().await?;
    let code = Secret::presented(code.clone());
    let found = store::channels::by_code(&mut conn, &code).await?;
    found.ok_or(Error::NotFound)
}

/// A mailbox that waits to be confirmed, and may still be.
async fn unconfirmed(app: &App, code: &Code) -> Result<(AccountId, Channel)> {
    let now = app.clock.now();
    let found = find(app, code).await?;
    let may_be = !found.1.confirmed && now < found.1.created_at + CONFIRMED_WITHIN;
    may_be.then_some(found).ok_or(Error::NotFound)
}

async fn save(app: &App, account: AccountId, channel: &Channel) -> Result<()> {
    let mut tx = app.write().await?;
    store::channels::update(&mut tx, account, channel).await?;
    Ok(tx.commit().await?)
}

fn page(language: &str, words: &PageWords) -> Response {
    let button = words.button.as_ref().map_or(String::new(), |button| {
        format!("<form method=\"post\"><button>{button}</button></form>\n")
    });
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Hearth</title></head>\n\
         <body style=\"font-family: sans-serif; line-height: 1.5; max-width: 34em; margin: 2em auto; padding: 0 1em\">\n\
         <p>{}</p>\n{button}</body>\n</html>\n",
        words.text
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (StatusCode::OK, headers, html).into_response()
}
