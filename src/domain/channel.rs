//! Channels: where somebody's reminders go.

use chrono::{DateTime, TimeDelta, Utc};

use super::endpoint::{AccessToken, Endpoint, SigningSecret};
use super::text::Email;
use crate::ids::{ChannelId, Secret};

/// How long a link that confirms a mailbox works after its letter was written.
pub const CONFIRMED_WITHIN: TimeDelta = TimeDelta::hours(24);

/// The most channels somebody can have.
pub const MOST_CHANNELS: usize = 10;

/// What listens there, and what it takes to speak to it.
#[derive(Debug, Clone)]
pub enum Way {
    /// A mailbox.
    Email {
        /// Its address.
        address: Email,
        /// The word in the links of letters: it confirms the address, and turns the channel off.
        code: Secret,
    },
    /// A topic of an ntfy server, for phones.
    Ntfy {
        /// The topic.
        topic: Endpoint,
        /// What opens it, if it is protected.
        token: Option<AccessToken>,
    },
    /// A program of one's own.
    Webhook {
        /// Where it listens.
        url: Endpoint,
        /// What it knows Hearth by.
        secret: SigningSecret,
    },
}

/// Where somebody's reminders go.
#[derive(Debug, Clone)]
pub struct Channel {
    /// Its id.
    pub id: ChannelId,
    /// What listens there.
    pub way: Way,
    /// Whether what is sent may tell what it is about. By default it is discreet.
    pub details: bool,
    /// Whether anything is sent.
    pub enabled: bool,
    /// Whether it is theirs: of a mailbox nobody knows that before they followed a link sent there.
    pub confirmed: bool,
    /// When it was set up.
    pub created_at: DateTime<Utc>,
    /// When a mailbox was last asked whether it is theirs.
    pub asked_at: Option<DateTime<Utc>>,
    /// When something last arrived.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When something last did not, and why, in plain words.
    pub last_failure: Option<(DateTime<Utc>, String)>,
}

impl Channel {
    /// Whether a link that confirms it works now.
    pub fn may_be_confirmed(&self, now: DateTime<Utc>) -> bool {
        let is_fresh = |asked_at| now < asked_at + CONFIRMED_WITHIN;
        !self.confirmed && self.asked_at.is_some_and(is_fresh)
    }
}

impl Way {
    /// Where it is.
    pub fn address(&self) -> &str {
        match self {
            Way::Email { address, .. } => address.as_str(),
            Way::Ntfy { topic, .. } => topic.as_str(),
            Way::Webhook { url, .. } => url.as_str(),
        }
    }

    /// What kind it is, in a word.
    pub fn kind(&self) -> &'static str {
        match self {
            Way::Email { .. } => "email",
            Way::Ntfy { .. } => "ntfy",
            Way::Webhook { .. } => "webhook",
        }
    }
}
