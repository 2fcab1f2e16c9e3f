//! Patience: how a reminder that nobody follows becomes rarer, and stops.
//!
//! After three in a row without a log, every other one goes out; after six, one a week; after ten, one last kind word,
//! and then none. Any log of that ritual by whoever is reminded begins anew.

use serde::{Deserialize, Serialize};

use super::day::Date;

/// After how many every other one is passed over.
const EVERY_OTHER: u32 = 3;

/// After how many one a week goes out.
const WEEKLY: u32 = 6;

/// After how many the last word is said.
const LAST: u32 = 10;

/// What became of the reminders since the last log.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Patience {
    /// How many went out in a row.
    pub sent: u32,
    /// Whether the last occasion was passed over.
    pub passed_over: bool,
    /// The date of the last one that went out.
    pub last: Option<Date>,
}

/// What to do with an occasion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Remind.
    Remind,
    /// Say that this was the last one.
    SayLast,
    /// Keep quiet this time.
    PassOver,
    /// Keep quiet: the last word was said.
    Stopped,
}

impl Patience {
    /// Whether the last word was said.
    pub fn is_over(&self) -> bool {
        self.sent > LAST
    }

    /// What to do with an occasion on this date; whoever does it takes what comes after.
    pub fn meet(self, date: Date) -> (Verdict, Patience) {
        let is_a_week_ago = self.last.is_none_or(|last| date.days_since(last) >= 7);
        let goes_out = match self.sent {
            0..EVERY_OTHER => true,
            EVERY_OTHER..WEEKLY => self.passed_over,
            WEEKLY..=LAST => is_a_week_ago,
            _ => return (Verdict::Stopped, self),
        };
        if !goes_out {
            let after = Patience {
                passed_over: true,
                ..self
            };
            return (Verdict::PassOver, after);
        }
        let verdict = match self.sent {
            LAST => Verdict::SayLast,
            _ => Verdict::Remind,
        };
        let after = Patience {
            sent: self.sent + 1,
            passed_over: false,
            last: Some(date),
        };
        (verdict, after)
    }
}
