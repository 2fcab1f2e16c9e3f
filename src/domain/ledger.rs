//! Who logged when: all that the fold needs to know of logs.

use super::day::Date;
use crate::ids::AccountId;

/// Who logged on which date: each date and member once, in their order, so that a look-up is a search.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger(Vec<(Date, AccountId)>);

impl Ledger {
    /// Notes that `member` logged on `date`.
    pub fn add(&mut self, member: AccountId, date: Date) {
        if let Err(place) = self.0.binary_search(&(date, member)) {
            self.0.insert(place, (date, member));
        }
    }

    /// Forgets that `member` logged on `date`.
    pub fn remove(&mut self, member: AccountId, date: Date) {
        if let Ok(place) = self.0.binary_search(&(date, member)) {
            self.0.remove(place);
        }
    }

    /// The logs from `first` to `last`.
    fn between(&self, first: Date, last: Date) -> &[(Date, AccountId)] {
        let from_first = &self.0[self.0.partition_point(|(date, _)| *date < first)..];
        &from_first[..from_first.partition_point(|(date, _)| *date <= last)]
    }

    /// How many distinct dates from `first` to `last` hold a log by anybody.
    pub fn dates(&self, first: Date, last: Date) -> usize {
        self.between(first, last)
            .chunk_by(|(one, _), (next, _)| one == next)
            .count()
    }

    /// On how many distinct dates from `first` to `last` this member logged.
    pub fn credit(&self, member: AccountId, first: Date, last: Date) -> usize {
        let logs = self.between(first, last).iter();
        logs.filter(|(_, by)| *by == member).count()
    }

    /// The latest date with a log.
    pub fn latest(&self) -> Option<Date> {
        self.0.last().map(|(date, _)| *date)
    }
}

impl FromIterator<(AccountId, Date)> for Ledger {
    fn from_iter<I: IntoIterator<Item = (AccountId, Date)>>(logs: I) -> Ledger {
        let logs = logs.into_iter().map(|(member, date)| (date, member));
        let mut logs: Vec<_> = logs.collect();
        logs.sort_unstable();
        logs.dedup();
        Ledger(logs)
    }
}
