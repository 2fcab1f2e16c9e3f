//! Appreciations: a thank-you from one to the other, to reread on a hard day. Nobody counts them.

use serde::{Deserialize, Serialize};

use super::day::Date;
use super::refusal::Refusal;
use super::text::Thanks;
use super::word::words;
use crate::ids::{AccountId, AppreciationId};

/// The most thank-yous of a couple: what has no bound has no cost either.
pub const MOST_APPRECIATIONS: i64 = 10_000;

/// A thank-you. It is for whoever of the two did not write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Appreciation {
    /// Its id.
    pub id: AppreciationId,
    /// Who wrote it.
    pub from: AccountId,
    /// The words.
    pub text: Thanks,
    /// The date it is about.
    pub date: Date,
    /// Whether the one who was thanked gave it their heart.
    pub hearted: bool,
}

/// Which thank-yous somebody looks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Direction {
    /// Those they wrote.
    Sent,
    /// Those that were written to them.
    Received,
}

words!(Direction);

impl Appreciation {
    /// Gives it a heart or takes it back, which only the one who was thanked can.
    pub fn set_heart(&mut self, by: AccountId, hearted: bool) -> Result<(), Refusal> {
        if by == self.from {
            return Err(Refusal::OwnAppreciation);
        }
        self.hearted = hearted;
        Ok(())
    }

    /// Whether `by` may take it back: one's own words always, and nobody else's.
    pub fn check_taking_back(&self, by: AccountId) -> Result<(), Refusal> {
        match by == self.from {
            true => Ok(()),
            false => Err(Refusal::PartnersAppreciation),
        }
    }
}

/// The date that a thank-you is about: the writer's today, unless they say another that has come.
pub fn about(date: Option<Date>, today: Date) -> Result<Date, Refusal> {
    match date.unwrap_or(today) {
        date if date > today => Err(Refusal::ThanksForDateToCome),
        date => Ok(date),
    }
}
