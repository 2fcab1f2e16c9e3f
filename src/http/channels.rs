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
use super::error::{Error, Invalid, Problem, Result};
use super::page::Page;
use super::path::Path;
use super::schema::Instant;
use crate::domain::Refusal;
use crate::domain::channel::{Channel, MOST_CHANNELS, Way};
use crate::domain::endpoint::{AccessToken, Endpoint, SigningSecret};
use crate::domain::message::Message;
use crate::ids::{ChannelId, MessageId};
use crate::store;

/// How far back what did not arrive is tried once more.
const TRIED_SINCE: TimeDelta = TimeDelta::days(3);

/// What listens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A topic of an ntfy server.
    Ntfy,
    /// A program of one's own.
    Webhook,
}

/// A channel to set up.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewChannel {
    kind: ChannelKind,
    /// Where to post to; https, unless the operator allows a place at home.
    url: Endpoint,
    /// The access token of a protected topic.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2")]
    token: Option<AccessToken>,
    /// Whether what is sent may tell what it is about: which ritual, when, in words of its own.
    #[serde(default)]
    details: bool,
}

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

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub struct ChannelBody {
    id: ChannelId,
    kind: ChannelKind,
    url: Endpoint,
    details: bool,
    enabled: bool,
    created_at: Instant,
    /// When something last arrived there.
    #[schema(required)]
    last_success_at: Option<Instant>,
    /// What went wrong last, if anything ever did.
    #[schema(required)]
    last_failure: Option<FailureBody>,
}

/// What went wrong, in plain words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = ChannelFailure)]
pub struct FailureBody {
    at: Instant,
    text: String,
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

impl From<Channel> for ChannelBody {
    fn from(channel: Channel) -> ChannelBody {
        let kind = match channel.way {
            Way::Ntfy { .. } => ChannelKind::Ntfy,
            Way::Webhook { .. } => ChannelKind::Webhook,
        };
        let failure = |(at, text)| FailureBody {
            at: Instant(at),
            text,
        };
        ChannelBody {
            id: channel.id,
            kind,
            url: channel.way.endpoint().clone(),
            details: channel.details,
            enabled: channel.enabled,
            created_at: Instant(channel.created_at),
            last_success_at: channel.last_success_at.map(Instant),
            last_failure: channel.last_failure.map(failure),
        }
    }
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
    let judged = app.outbound.judge(&new.url);
    judged.map_err(|why| Invalid::body("/url", why))?;
    let (way, secret) = match (new.kind, new.token) {
        (ChannelKind::Ntfy, token) => (
            Way::Ntfy {
                topic: new.url,
                token,
            },
            None,
        ),
        (ChannelKind::Webhook, None) => {
            let secret = SigningSecret::new(&mut call.chance);
            let shown = secret.reveal();
            (
                Way::Webhook {
                    url: new.url,
                    secret,
                },
                Some(shown),
            )
        }
        (ChannelKind::Webhook, Some(_)) => {
            return Err(Invalid::body("/token", "belongs to a topic of ntfy only").into());
        }
    };
    if store::channels::of(&mut call.tx, call.me.id).await?.len() >= MOST_CHANNELS {
        return Err(Refusal::TooManyChannels.into());
    }
    let channel = Channel {
        id: ChannelId::new(&mut call.chance),
        way,
        details: new.details,
        enabled: true,
        created_at: call.now,
        last_success_at: None,
        last_failure: None,
    };
    store::channels::create(&mut call.tx, call.me.id, &channel).await?;
    call.alone().commit().await?;
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
    let message = Message {
        id: MessageId::new(&mut call.chance),
        items: Vec::new(),
    };
    let (me, now) = (call.me.id, call.now);
    store::outbox::enqueue_for(&mut call.tx, me, id, &message, now).await?;
    let answer = call.alone().answer_soon().await?;
    app.bell.ring();
    Ok(answer)
}

/// Tries once more what did not arrive at a channel in the last three days. A reminder of something done, or of a day
/// that is over, stays unsaid.
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

/// One's own channel with this id.
async fn find(call: &mut Call, id: ChannelId) -> Result<Channel> {
    let all = store::channels::of(&mut call.tx, call.me.id).await?;
    let found = all.into_iter().find(|channel| channel.id == id);
    found.ok_or(Error::NotFound)
}
