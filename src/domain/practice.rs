//! The six practices.

use serde::{Deserialize, Serialize};

use super::word::words;

/// What a ritual nourishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Practice {
    /// Time for the two of you.
    TimeTogether,
    /// Small habits that hold a day together.
    Rituals,
    /// Saying thank you.
    Appreciation,
    /// Talking about more than logistics.
    Conversation,
    /// Touch and closeness.
    Intimacy,
    /// Being fully there.
    Presence,
}

words!(Practice);
