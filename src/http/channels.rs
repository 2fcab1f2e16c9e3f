//! Channels: where one's reminders go.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use chrono::TimeDelta;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::body::{Json, present};
use super::call::Call;
use super::channel_body::{ChannelBody, NewChannel};
use super::error::{Error, Problem, Result};
use super::page::Page;
use super::path::Path;
use crate::domain::Refusal;
use crate::domain::channel::{Channel, MOST_CHANNELS, Way};
use crate::domain::message::Message;
use crate::ids::{ChannelId, MessageId};
use crate::store;

/// How often a day somebody can try their channels out. What is sent then goes where they say, be it to a stranger.
const MOST_TRIES_A_DAY: i64 = 20;

/// How far back what did not arrive is tried once more.
const TRIED_SINCE: TimeDelta = TimeDelta::days(3);

/// What to change of a channel.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ChannelChange {
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    details: Option<bool>,
    #[serde(default, deserialize_with = "present")]
    #[schema(nullable = false)]
    enabled: Option<bool>,
}

/// A channel that was set up.
#[derive(Debug, Serialize, ToSchema)]
pub struct ChannelMade {
    #[serde(flatten)]
    channel: ChannelBody,
    /// What the webhook is signed with, as Standard Webhooks has it. Shown once.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    secret: Option<String>,
}

/// How many messages are tried once more.
#[derive(Debug, Serialize, ToSchema)]
pub struct Redelivered {
    messages: u64,
}

/// Sets up a channel. It is discreet unless you want details there.
#[utoipa::path(
    post, path = "/v1/channels", operation_id = "createChannel", tag = "channels", security(("token" = [])),
    request_body(content = NewChannel, example = json!({"kind": "webhook", "url": "https://example.org/hearth"})),
    responses(
        (status = 201, body = ChannelMade, description = "A webhook's secret is shown once"),
        (status = 409, body = Problem, description = "`too_many_channels`"),
    )
)]
pub async fn create(
    State(app): State<App>,
    mut call: Call,
    Json(new): Json<NewChannel>,
) -> Result<(StatusCode, Json<ChannelMade>)> {
    let details = new.details;
    let way = new.way(&app, &mut call.chance)?;
    let secret = match &way {
        Way::Webhook { secret, .. } => Some(secret.reveal()),
        Way::Email { .. } | Way::Ntfy { .. } => None,
    };
    if store::channels::of(&mut call.tx, call.me.id).await?.len() >= MOST_CHANNELS {
        return Err(Refusal::TooManyChannels.into());
    }
    let channel = Channel {
        id: ChannelId::new(&mut call.chance),
        confirmed: !matches!(way, Way::Email { .. }),
        way,
        details,
        enabled: true,
        created_at: call.now,
        asked_at: None,
        last_success_at: None,
        last_failure: None,
    };
    store::channels::create(&mut call.tx, call.me.id, &channel).await?;
    if !channel.confirmed {
        try_out(&mut call, channel.id).await?;
    }
    call.alone().commit().await?;
    app.bell.ring();
    let made = ChannelMade {
        channel: channel.into(),
        secret,
    };
    Ok((StatusCode::CREATED, Json(made)))
}

/// Lists your channels, the oldest first: what arrived last, and what went wrong.
#[utoipa::path(
    get, path = "/v1/channels", operation_id = "listChannels", tag = "channels", security(("token" = [])),
    responses((status = 200, body = Page<ChannelBody>))
)]
pub async fn list(mut call: Call) -> Result<Page<ChannelBody>> {
    let all = store::channels::of(&mut call.tx, call.me.id).await?;
    Ok(Page::whole(
        all.into_iter().map(ChannelBody::from).collect(),
    ))
}

/// Turns a channel off or on, or changes how much it tells.
#[utoipa::path(
    patch, path = "/v1/channels/{id}", operation_id = "updateChannel", tag = "channels", security(("token" = [])),
    params(("id" = ChannelId, Path)), request_body(content = ChannelChange, example = json!({"enabled": false})),
    responses((status = 200, body = ChannelBody))
)]
pub async fn change(
    mut call: Call,
    Path(id): Path<ChannelId>,
    Json(change): Json<ChannelChange>,
) -> Result<Json<ChannelBody>> {
    let before = find(&mut call, id).await?;
    let channel = Channel {
        details: change.details.unwrap_or(before.details),
        enabled: change.enabled.unwrap_or(before.enabled),
        ..before
    };
    store::channels::update(&mut call.tx, call.me.id, &channel).await?;
    call.alone().commit().await?;
    Ok(Json(channel.into()))
}

/// Removes a channel, and what was on its way there.
#[utoipa::path(
    delete, path = "/v1/channels/{id}", operation_id = "deleteChannel", tag = "channels", security(("token" = [])),
    params(("id" = ChannelId, Path)), responses((status = 204, description = "Removed"))
)]
pub async fn remove(mut call: Call, Path(id): Path<ChannelId>) -> Result<StatusCode> {
    if !store::channels::delete(&mut call.tx, call.me.id, id).await? {
        return Err(Error::NotFound);
    }
    call.alone().commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Sends a test to a channel, on or off. What became of it stands in the list soon after.
#[utoipa::path(
    post, path = "/v1/channels/{id}/test", operation_id = "testChannel", tag = "channels", security(("token" = [])),
    params(("id" = ChannelId, Path)), responses((status = 202, description = "On its way"))
)]
pub async fn test(
    State(app): State<App>,
    mut call: Call,
    Path(id): Path<ChannelId>,
) -> Result<Response> {
    find(&mut call, id).await?;
    try_out(&mut call, id).await?;
    let answer = call.alone().answer_soon().await?;
    app.bell.ring();
    Ok(answer)
}

/// Tries once more what was given up on its way to a channel in the last three days, if that is on and confirmed: not tests,
/// and nothing over and over. A reminder of something done, or of a day that is over, stays unsaid.
#[utoipa::path(
    post, path = "/v1/channels/{id}/redeliver", operation_id = "redeliver", tag = "channels", security(("token" = [])),
    params(("id" = ChannelId, Path)), responses((status = 202, body = Redelivered, description = "On their way"))
)]
pub async fn redeliver(
    State(app): State<App>,
    mut call: Call,
    Path(id): Path<ChannelId>,
) -> Result<Response> {
    find(&mut call, id).await?;
    let (me, now) = (call.me.id, call.now);
    let since = now - TRIED_SINCE;
    let messages = store::outbox::redeliver(&mut call.tx, me, id, since, now).await?;
    let body = Redelivered { messages };
    let answer = call.alone().answer(StatusCode::ACCEPTED, body).await?;
    app.bell.ring();
    Ok(answer)
}

/// Puts a test into the outbox. To a mailbox that is not confirmed it is the question whether it is theirs.
async fn try_out(call: &mut Call, id: ChannelId) -> Result<()> {
    let since = call.now - TimeDelta::days(1);
    let tried = store::outbox::tried_since(&mut call.tx, call.me.id, since).await?;
    if tried >= MOST_TRIES_A_DAY {
        let seconds = 3600;
        return Err(Error::TooManyRequests { seconds });
    }
    let message = Message {
        id: MessageId::new(&mut call.chance),
        items: Vec::new(),
    };
    let (me, now) = (call.me.id, call.now);
    Ok(store::outbox::enqueue_for(&mut call.tx, me, id, &message, now).await?)
}

/// One's own channel with this id.
async fn find(call: &mut Call, id: ChannelId) -> Result<Channel> {
    let found = store::channels::find(&mut call.tx, call.me.id, id).await?;
    found.ok_or(Error::NotFound)
}
