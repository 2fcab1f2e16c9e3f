//! Verifications: a link in a letter, which only whoever reads the mailbox can follow.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::text::Email;
use crate::ids::{AccountId, VerificationId};

/// How many links of a kind one account asks for while the first one works.
pub const MOST_ASKED: i64 = 3;

/// What following the link does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// It lets somebody choose a new password.
    ResetPassword,
    /// It lets somebody sign in with this address instead of their old one.
    ChangeEmail,
}

impl Purpose {
    /// How long the link works once its letter is written, and for how long that is tried.
    pub fn lasts(self) -> TimeDelta {
        match self {
            Purpose::ResetPassword => TimeDelta::minutes(30),
            Purpose::ChangeEmail => TimeDelta::hours(24),
        }
    }
}

/// A link that somebody asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verification {
    /// Its id; not the secret in the link.
    pub id: VerificationId,
    /// What following it does.
    pub purpose: Purpose,
    /// The mailbox that its letter goes to.
    pub email: Email,
    /// Whose account it is about. Nobody knows before the letter to a mailbox is written whether that has one.
    pub account: Option<AccountId>,
    /// When it was asked for.
    pub asked_at: DateTime<Utc>,
    /// How often its letter was written. Each has a secret of its own, and the last one's works.
    pub tries: u32,
    /// When the mailbox that is to be left was told, if one is. It is told first.
    pub told_at: Option<DateTime<Utc>>,
}

impl Verification {
    /// A link that is asked for now.
    pub fn new(id: VerificationId, purpose: Purpose, email: Email, now: DateTime<Utc>) -> Self {
        Verification {
            id,
            purpose,
            email,
            account: None,
            asked_at: now,
            tries: 0,
            told_at: None,
        }
    }
}
