//! Which check-ups of the two belong together.
//!
//! That is decided when the later one is finished. Both keep the instant, and neither the other's name: whatever is
//! dropped later, nothing of what is left is parted, joined or sealed. Of those that were finished before the instant
//! was kept, it follows from when they were.

use std::collections::BTreeMap;

use super::checkup::{Checkup, SEALED_FOR};
use crate::ids::CheckupId;

/// The check-ups that belong together, each by the id of the other: from the first on, each to the latest of the
/// other's before it that was opened at the same instant, is at most seven days older, and belongs to none.
pub fn pairs<'a>(all: impl IntoIterator<Item = &'a Checkup>) -> BTreeMap<CheckupId, &'a Checkup> {
    let finished = |checkup: &'a Checkup| {
        let finished_at = checkup.finished_at.filter(|_| !checkup.alone)?;
        Some((finished_at, checkup))
    };
    let mut all: Vec<_> = all.into_iter().filter_map(finished).collect();
    all.sort_by_key(|(finished_at, checkup)| (*finished_at, checkup.id));
    let mut waiting: Vec<_> = Vec::new();
    let mut pairs = BTreeMap::new();
    for (finished_at, checkup) in all {
        waiting.retain(|(earlier, _)| finished_at - *earlier <= SEALED_FOR);
        let belongs = |(_, other): &(_, &Checkup)| {
            other.member != checkup.member && other.opened_at == checkup.opened_at
        };
        match waiting.iter().rposition(belongs) {
            Some(place) => {
                let (_, other) = waiting.remove(place);
                pairs.insert(other.id, checkup);
                pairs.insert(checkup.id, other);
            }
            None => waiting.push((finished_at, checkup)),
        }
    }
    pairs
}

/// The other's to which a check-up belongs that was finished just now: the latest one that is at most seven days
/// older and belongs to none.
pub fn counterpart<'a>(finished: &Checkup, before: &'a [Checkup]) -> Option<&'a Checkup> {
    let now = finished.finished_at.filter(|_| !finished.alone)?;
    let pairs = pairs(before);
    let is_near = |one: &Checkup| {
        one.finished_at
            .is_some_and(|at| (now - at).abs() <= SEALED_FOR)
    };
    before
        .iter()
        .filter(|one| one.member != finished.member && !one.alone && is_near(one))
        .filter(|one| !pairs.contains_key(&one.id))
        .max_by_key(|one| (one.finished_at, one.id))
}
