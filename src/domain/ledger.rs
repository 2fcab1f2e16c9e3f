//! Who logged when: all that the fold needs to know of logs.

use std::collections::{BTreeMap, BTreeSet};

use super::day::Date;
use crate::ids::AccountId;

/// Who logged on which date.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger(BTreeMap<Date, BTreeSet<AccountId>>);

impl Ledger {
    /// Notes that `member` logged on `date`.
    pub fn add(&mut self, member: AccountId, date: Date) {
        self.0.entry(date).or_default().insert(member);
    }

    /// Forgets that `member` logged on `date`.
    pub fn remove(&mut self, member: AccountId, date: Date) {
        if let Some(members) = self.0.get_mut(&date) {
            members.remove(&member);
            if members.is_empty() {
                self.0.remove(&date);
            }
        }
    }

    /// How many distinct dates from `first` to `last` hold a log by anybody.
    pub fn dates(&self, first: Date, last: Date) -> usize {
        if first > last {
            return 0;
        }
        self.0.range(first..=last).count()
    }

    /// On how many distinct dates from `first` to `last` this member logged.
    pub fn credit(&self, member: AccountId, first: Date, last: Date) -> usize {
        if first > last {
            return 0;
        }
        self.0
            .range(first..=last)
            .filter(|(_, members)| members.contains(&member))
            .count()
    }

    /// The latest date with a log.
    pub fn latest(&self) -> Option<Date> {
        self.0.keys().next_back().copied()
    }
}

impl FromIterator<(AccountId, Date)> for Ledger {
    fn from_iter<I: IntoIterator<Item = (AccountId, Date)>>(logs: I) -> Ledger {
        let mut ledger = Ledger::default();
        for (member, date) in logs {
            ledger.add(member, date);
        }
        ledger
    }
}
