//! What is still to be done, for a home screen.

use serde::{Deserialize, Serialize};

use super::cadence::Period;
use super::day::Date;
use super::ledger::Ledger;
use super::ritual::{Ritual, Rule};
use crate::ids::AccountId;

/// One member's part in a ritual's current period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Part {
    /// There is something left to do.
    ToDo,
    /// Their part is done.
    Done,
    /// They take no part, or nothing is left to do.
    None,
}

/// What is left for `member` in `period`, the one that holds the caller's `today`.
pub fn part(
    ritual: &Ritual,
    member: AccountId,
    period: Option<&Period<'_>>,
    today: Date,
    ledger: &Ledger,
) -> Part {
    let takes_part_on = |date| {
        let participant = ritual.participant(member);
        participant.is_some_and(|participant| participant.takes_part(date))
    };
    let takes_part = ritual.has_yes_of(member) && takes_part_on(today);
    let Some(period) = period.filter(|_| takes_part) else {
        return Part::None;
    };
    let is_expected = takes_part_on(period.first) && takes_part_on(period.last);
    let target = usize::from(period.cadence.target());
    let credit = ledger.credit(member, period.first, period.last);
    match ritual.rule {
        Rule::Both if !is_expected => Part::None,
        Rule::Both if credit >= target => Part::Done,
        Rule::Both => Part::ToDo,
        Rule::Either if ledger.dates(period.first, period.last) < target => Part::ToDo,
        Rule::Either if credit > 0 => Part::Done,
        Rule::Either => Part::None,
    }
}
