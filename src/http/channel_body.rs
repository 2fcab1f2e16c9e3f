//! Channels on the wire.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::App;
use super::error::{Error, Invalid, Result};
use super::schema::Instant;
use crate::domain::channel::{Channel, Way};
use crate::domain::endpoint::{AccessToken, Endpoint, SigningSecret};
use crate::domain::text::Email;
use crate::ids::{Chance, ChannelId, Secret};

/// What listens there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChannelKind {
    /// A mailbox.
    Email,
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
    /// The mailbox, of an `email`.
    #[serde(default)]
    address: Option<Email>,
    /// Where to post to, of the others; https, unless the operator allows a place at home.
    #[serde(default)]
    url: Option<Endpoint>,
    /// The access token of a protected topic.
    #[serde(default)]
    #[schema(value_type = Option<String>, example = "tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2")]
    token: Option<AccessToken>,
    /// Whether what is sent may tell what it is about: which ritual, when, in words of its own.
    #[serde(default)]
    pub details: bool,
}

impl NewChannel {
    /// What listens there. Each kind has fields of its own, and no others.
    pub fn way(self, app: &App, chance: &mut Chance) -> Result<Way> {
        let is_letter = self.kind == ChannelKind::Email;
        for (is_odd, pointer, detail) in [
            (
                is_letter && app.desk.is_none(),
                "/kind",
                "is not possible here: this server sends no mail",
            ),
            (
                is_letter && self.address.is_none(),
                "/address",
                "is needed: where letters go",
            ),
            (
                is_letter && self.url.is_some(),
                "/url",
                "belongs to webhooks and topics of ntfy",
            ),
            (
                !is_letter && self.address.is_some(),
                "/address",
                "belongs to letters: this kind has a url",
            ),
            (
                !is_letter && self.url.is_none(),
                "/url",
                "is needed: where to post to",
            ),
            (
                self.kind != ChannelKind::Ntfy && self.token.is_some(),
                "/token",
                "belongs to a topic of ntfy only",
            ),
        ] {
            if is_odd {
                return Err(Invalid::body(pointer, detail).into());
            }
        }
        if let Some(url) = &self.url {
            let judged = app.outbound.judge(url);
            judged.map_err(|why| Invalid::body("/url", why))?;
        }
        match (self.kind, self.address, self.url) {
            (ChannelKind::Email, Some(address), _) => {
                let code = Secret::code(chance);
                Ok(Way::Email { address, code })
            }
            (ChannelKind::Webhook, _, Some(url)) => {
                let secret = SigningSecret::new(chance);
                Ok(Way::Webhook { url, secret })
            }
            (ChannelKind::Ntfy, _, Some(topic)) => {
                let token = self.token;
                Ok(Way::Ntfy { topic, token })
            }
            _ => Err(Error::Broken("a channel that leads nowhere".to_owned())),
        }
    }
}

/// A channel.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Channel)]
pub struct ChannelBody {
    id: ChannelId,
    kind: ChannelKind,
    /// The mailbox, topic or web address.
    address: String,
    details: bool,
    enabled: bool,
    /// Whether reminders go there: to a mailbox only once the link sent there was followed.
    confirmed: bool,
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

impl From<Channel> for ChannelBody {
    fn from(channel: Channel) -> ChannelBody {
        let kind = match channel.way {
            Way::Email { .. } => ChannelKind::Email,
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
            address: channel.way.address().to_owned(),
            details: channel.details,
            enabled: channel.enabled,
            confirmed: channel.confirmed,
            created_at: Instant(channel.created_at),
            last_success_at: channel.last_success_at.map(Instant),
            last_failure: channel.last_failure.map(failure),
        }
    }
}
