//! The six practices, and the six signs of drifting that they answer.

use serde::{Deserialize, Serialize};

use super::word::words;

/// What a ritual nourishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
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

/// What is noticed when two people drift apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Sign {
    /// Talk is about logistics.
    SurfaceTalk,
    /// What one does goes unseen.
    Unseen,
    /// There is less touch.
    LessTouch,
    /// The mind is elsewhere.
    Distracted,
    /// Something goes unsaid.
    AvoidedConflict,
    /// The two of them are missing.
    MissingUs,
}

words!(Practice, Sign);
