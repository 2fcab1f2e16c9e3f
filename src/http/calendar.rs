//! The calendar feed: one's own reminders and plans, for whatever app shows one's days.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::body::{Json, OptionalJson, present};
use super::call::Call;
use super::error::{Error, Problem, Result};
use super::language::{Language, Spoken};
use super::limits::Stranger;
use super::path::Path;
use crate::domain::calendar::{Calendar, Reader, first_date};
use crate::domain::couple::{Couple, Member};
use crate::domain::day::Date;
use crate::domain::icalendar;
use crate::domain::phrases::CalendarWords;
use crate::domain::plan::{MOST_PLANS, Plan};
use crate::ids::Secret;
use crate::store::feeds::Feed;
use crate::store::plans::Filter;
use crate::store::{self, Tx};

/// What a feed's address ends with.
const ENDING: &str = ".ics";

/// How your feed shows things.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewCalendar {
    /// Whether titles stand in it; without, words that tell nothing. By default as before, at first `false`.
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    details: Option<bool>,
}

/// What you change about your feed; what is not named stays.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CalendarChange {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    details: Option<bool>,
}

/// Your feed, without its secret.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Calendar)]
pub struct CalendarBody {
    /// Whether there is one.
    active: bool,
    /// Whether titles stand in it.
    details: bool,
}

/// Your feed's address, shown this once.
#[derive(Debug, Serialize, ToSchema)]
pub struct CalendarAddress {
    /// Put it behind your server's name, and give that to your calendar app. Whoever has it reads your feed.
    #[schema(
        example = "/v1/calendar/ZJ0Yc1Bq0m2cB8gq5uG3vN7f1sKxTtA4dWwEoRzPiLs.ics",
        min_length = 60,
        max_length = 60
    )]
    path: String,
    /// Whether titles stand in it.
    details: bool,
}

/// The last part of a feed's address: its secret, and `.ics`.
#[derive(Debug, Deserialize)]
#[serde(try_from = "String")]
pub struct CalendarFile(Secret);

impl TryFrom<String> for CalendarFile {
    type Error = &'static str;

    fn try_from(file: String) -> std::result::Result<CalendarFile, Self::Error> {
        let secret = file.strip_suffix(ENDING).map(str::to_owned);
        let secret = secret.map(Secret::presented).map(CalendarFile);
        secret.ok_or("must end with .ics")
    }
}

impl From<Option<Feed>> for CalendarBody {
    fn from(feed: Option<Feed>) -> CalendarBody {
        CalendarBody {
            active: feed.is_some(),
            details: feed.is_some_and(|feed| feed.details),
        }
    }
}

/// Makes your calendar feed, or gives it a new address: the one before is dead at once.
#[utoipa::path(
    post, path = "/v1/calendar", operation_id = "renewCalendar", tag = "calendar", security(("token" = [])),
    request_body(content = Option<NewCalendar>, example = json!({"details": true})),
    responses((status = 201, body = CalendarAddress, description = "The address is shown once"))
)]
pub async fn renew(
    mut call: Call,
    OptionalJson(wish): OptionalJson<NewCalendar>,
) -> Result<(StatusCode, Json<CalendarAddress>)> {
    let couple = call.couple().await?;
    let before = store::feeds::of(&mut call.tx, couple.id, call.me.id).await?;
    let feed = Feed {
        couple: couple.id,
        member: call.me.id,
        details: wish
            .details
            .unwrap_or(before.is_some_and(|feed| feed.details)),
        created_at: call.now,
    };
    let secret = Secret::link(&mut call.chance);
    store::feeds::renew(&mut call.tx, &feed, &secret).await?;
    call.alone().commit().await?;
    let body = CalendarAddress {
        path: format!("/v1/calendar/{}{ENDING}", secret.reveal()),
        details: feed.details,
    };
    Ok((StatusCode::CREATED, Json(body)))
}

/// Shows whether you have a calendar feed, and how it shows things.
#[utoipa::path(
    get, path = "/v1/calendar", operation_id = "getCalendar", tag = "calendar", security(("token" = [])),
    responses((status = 200, body = CalendarBody))
)]
pub async fn show(mut call: Call) -> Result<Json<CalendarBody>> {
    let couple = call.couple().await?;
    let feed = store::feeds::of(&mut call.tx, couple.id, call.me.id).await?;
    Ok(Json(feed.into()))
}

/// Changes how your calendar feed shows things. Its address stays.
#[utoipa::path(
    patch, path = "/v1/calendar", operation_id = "updateCalendar", tag = "calendar", security(("token" = [])),
    request_body(content = CalendarChange, example = json!({"details": false})),
    responses((status = 200, body = CalendarBody))
)]
pub async fn change(
    mut call: Call,
    Json(change): Json<CalendarChange>,
) -> Result<Json<CalendarBody>> {
    let couple = call.couple().await?;
    let feed = store::feeds::of(&mut call.tx, couple.id, call.me.id).await?;
    let mut feed = feed.ok_or(Error::NotFound)?;
    feed.details = change.details.unwrap_or(feed.details);
    store::feeds::update(&mut call.tx, &feed).await?;
    call.alone().commit().await?;
    Ok(Json(Some(feed).into()))
}

/// Ends your calendar feed, if there is one: its address is dead at once.
#[utoipa::path(
    delete, path = "/v1/calendar", operation_id = "endCalendar", tag = "calendar", security(("token" = [])),
    responses((status = 204, description = "There is none"))
)]
pub async fn end(mut call: Call) -> Result<StatusCode> {
    let couple = call.couple().await?;
    store::feeds::end(&mut call.tx, couple.id, call.me.id).await?;
    call.alone().commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Reads a calendar feed, as calendar apps do: without a token, by its secret address.
#[utoipa::path(
    get, path = "/v1/calendar/{file}", operation_id = "readCalendar", tag = "calendar",
    params(("file" = CalendarFile, Path)),
    responses(
        (status = 200, body = String, content_type = "text/calendar", description = "The calendar (RFC 5545)"),
        (status = 404, body = Problem, description = "`not_found`: the address is dead, or never was one"),
    )
)]
pub async fn read(
    State(app): State<App>,
    _: Stranger,
    language: Language,
    Path(CalendarFile(secret)): Path<CalendarFile>,
) -> Result<impl IntoResponse> {
    let mut tx = app.store.read().await?;
    let now = app.clock.now();
    let feed = store::feeds::find(&mut tx, &secret).await?;
    let feed = feed.ok_or(Error::NotFound)?;
    let couple = store::couples::of(&mut tx, feed.member, now).await?;
    let couple = couple.filter(|couple| couple.id == feed.couple);
    let couple = couple.ok_or(Error::NotFound)?;
    let member = couple.member(feed.member).ok_or(Error::NotFound)?;
    let from = first_date(couple.today(member, now));
    let calendar = calendar(&mut tx, &couple, member, &feed, from, &language.0.calendar).await?;
    let text = icalendar::write(&calendar);
    let kind = [(header::CONTENT_TYPE, "text/calendar; charset=utf-8")];
    Ok(Spoken(language, (kind, text)))
}

/// What a member's feed shows from a date on.
async fn calendar(
    tx: &mut Tx,
    couple: &Couple,
    member: &Member,
    feed: &Feed,
    from: Date,
    words: &CalendarWords,
) -> store::Result<Calendar> {
    let rituals = store::rituals::all(tx, couple.id).await?;
    let rests = store::rests::all(tx, couple.id).await?;
    let reminders = store::reminders::of(tx, couple.id, member.id).await?;
    let plans = Filter {
        reader: member.id,
        from,
        to: Date::MAX,
        after: None,
        limit: MOST_PLANS,
    };
    let plans = store::plans::list(tx, couple.id, &plans).await?;
    let reader = Reader {
        member: member.id,
        watch: couple.watch(member),
        from,
        details: feed.details,
        words,
    };
    let ritual = |id| rituals.iter().find(|ritual| ritual.id == id);
    let times = reminders.iter().filter_map(|reminder| {
        let ritual = ritual(reminder.ritual)?;
        Some(reader.times(reminder, ritual, &rests))
    });
    let plan = |plan: &Plan| reader.plan(plan, plan.ritual.and_then(ritual));
    let events = times.flatten().chain(plans.iter().map(plan));
    Ok(Calendar {
        name: words.name.clone(),
        zone: member.zone.clone(),
        from,
        made_at: feed.created_at,
        events: events.collect(),
    })
}
