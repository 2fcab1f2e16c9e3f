//! Plans: the next occasion of a ritual, or a countdown of its own, and whose turn it is to plan it.

use super::couple::Couple;
use super::day::Date;
use super::refusal::Refusal;
use super::text::{Title, Written};
use super::time::WallTime;
use crate::ids::{AccountId, PlanId, RitualId};

/// The most plans a couple can have.
pub const MOST_PLANS: i64 = 1000;

/// How many plans a home screen shows.
pub const SOONEST: usize = 10;

/// Something to look forward to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    /// Its id.
    pub id: PlanId,
    /// The ritual that it is an occasion of; without one it counts down to something of its own.
    pub ritual: Option<RitualId>,
    /// The date.
    pub date: Date,
    /// When on that date, by whatever clock hangs there.
    pub at: Option<WallTime>,
    /// A line: "the little Italian place".
    pub title: Option<Written<Title>>,
    /// Who plans it.
    pub planner: AccountId,
}

impl Plan {
    /// What is no ritual's says itself what it is.
    pub fn check(&self) -> Result<(), Refusal> {
        match self.ritual.is_none() && self.title.is_none() {
            true => Err(Refusal::PlanOfNothing),
            false => Ok(()),
        }
    }
}

/// Whose turn it is to plan, after whoever planned the newest plan of the same kind. A first plan is the
/// caller's, and so is one when nobody else is there.
pub fn next_planner(couple: &Couple, me: AccountId, newest: Option<AccountId>) -> AccountId {
    let other = newest.and_then(|newest| couple.partner_of(newest));
    other.map_or(me, |other| other.id)
}
