//! The six practices.

use serde::{Deserialize, Serialize};

/// What a ritual nourishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
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
