//! Channels: where somebody's reminders go.

use chrono::{DateTime, Utc};

use super::endpoint::{AccessToken, Endpoint, SigningSecret};
use crate::ids::ChannelId;

/// The most channels somebody can have.
pub const MOST_CHANNELS: usize = 10;

/// What listens there, and what it takes to speak to it.
#[derive(Debug, Clone)]
pub enum Way {
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
    /// When it was set up.
    pub created_at: DateTime<Utc>,
    /// When something last arrived.
    pub last_success_at: Option<DateTime<Utc>>,
    /// When something last did not, and why, in plain words.
    pub last_failure: Option<(DateTime<Utc>, String)>,
}

impl Way {
    /// Where it is.
    pub fn endpoint(&self) -> &Endpoint {
        match self {
            Way::Ntfy { topic, .. } => topic,
            Way::Webhook { url, .. } => url,
        }
    }
}
