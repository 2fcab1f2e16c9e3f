//! Messages: what somebody is to be told, at once.

use serde::{Deserialize, Serialize};

use super::day::Date;
use super::reminder::Kind;
use super::time::WallTime;
use crate::ids::{CoupleId, MessageId, ReminderId, RitualId};

/// An occasion that somebody is told of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Item {
    /// Whose couple.
    pub couple: CoupleId,
    /// What of.
    pub ritual: RitualId,
    /// By which reminder.
    pub reminder: ReminderId,
    /// The date it is for them.
    pub date: Date,
    /// What their clock shows.
    pub at: WallTime,
    /// What is said.
    pub kind: Kind,
}

/// What somebody is told at once. One without occasions is sent to try a channel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Its id: the same in every try, so that who gets it twice can tell.
    pub id: MessageId,
    /// Of which occasions.
    pub items: Vec<Item>,
}
