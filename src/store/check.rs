//! Going through a whole database: is everything what it must be?
//!
//! It reads beside a running server: one short transaction a couple, and never more than one couple's
//! rituals in memory.

use std::collections::BTreeMap;
use std::path::PathBuf;

use sqlx::Connection;

use super::file::{self, OpenError};
use super::progress::{Listener, Step};
use super::{Conn, Error, Store};
use crate::clock::Clock;
use crate::domain::day::Date;
use crate::domain::ledger::Ledger;
use crate::domain::rest::{Rest, RestDates};
use crate::domain::ritual::Ritual;
use crate::domain::streak::{Checkpoint, settled_before};

mod rows;

/// Something that is not what it must be. Each says what to do.
#[derive(Debug, thiserror::Error)]
pub enum Finding {
    /// Others can read or write the file.
    #[error("{0} is open to others (mode {1:03o}): run `chmod 600 {0}`")]
    Open(PathBuf, u32),
    /// The files of one database belong to different users.
    #[error("{0} belongs to another user than the database: give both to the one who runs Hearth")]
    Owner(PathBuf),
    /// Pages or rows are not what they must be.
    #[error("{0}: stop Hearth, move the database away and restore a backup")]
    Damage(String),
    /// A row cannot be read.
    #[error("{0}: this Hearth cannot read it. Restore a backup from before that")]
    Row(String),
    /// The stored fold of a ritual is not what its logs come to.
    #[error(
        "the streak of ritual {ritual} of couple {couple} is not what its logs come to: it is counted anew \
         when one of the two changes its `forgiveness`, and can be changed back at once"
    )]
    Streak {
        /// The ritual's id.
        ritual: String,
        /// The couple's id.
        couple: String,
    },
    /// What is kept of a ritual's years is not what its logs come to.
    #[error(
        "the years of ritual {ritual} of couple {couple} are not what its logs come to: only a look back tells \
         wrongly, or not at all, and nothing is lost. Undoing a log and writing it again counts its date anew"
    )]
    Years {
        /// The ritual's id.
        ritual: String,
        /// The couple's id.
        couple: String,
    },
}

/// How much there was to go through.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    /// Accounts.
    pub accounts: u64,
    /// Couples, closed ones included.
    pub couples: u64,
    /// Their rituals.
    pub rituals: u64,
    /// Their logs.
    pub logs: u64,
}

/// Why a check did not come to its end.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// The database could not be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// It could not be read to its end.
    #[error("the check came to no end: {0}. Look at the disk, and try again")]
    Read(#[from] Error),
}

/// Goes through the database at `address`, whether a server is running or not, and hands over whatever it
/// finds.
pub async fn run(
    address: &str,
    clock: &Clock,
    tell: Listener<'_>,
    found: &mut dyn FnMut(Finding),
) -> Result<Tally, CheckError> {
    let path = file::place(address)?;
    file::access(&path).into_iter().for_each(&mut *found);
    let store = Store::beside(address).await?;
    tell(Step::begun("reading every page"));
    let mut conn = file::open_as_is(&path).await?;
    let damage = file::damage(&mut conn).await.map_err(Error::from)?;
    let strays = file::strays(&mut conn).await.map_err(Error::from)?;
    conn.close().await.map_err(Error::from)?;
    let is_whole = damage.is_empty();
    let faults = damage.into_iter().chain(strays);
    faults.map(Finding::Damage).for_each(&mut *found);
    let mut tally = Tally::default();
    // What stands on broken pages says nothing.
    if is_whole {
        let mut check = Check {
            clock,
            found,
            tally,
        };
        check.people(&store, tell).await?;
        check.couples(&store, tell).await?;
        tally = check.tally;
    }
    store.close().await;
    Ok(tally)
}

/// What was done on each date: by how many, and the longer of their minutes.
type Done = BTreeMap<Date, (u32, Option<i64>)>;

struct Check<'a> {
    clock: &'a Clock,
    found: &'a mut dyn FnMut(Finding),
    tally: Tally,
}

impl Check<'_> {
    /// Accounts and their tokens.
    async fn people(&mut self, store: &Store, tell: Listener<'_>) -> Result<(), Error> {
        let mut after = String::new();
        loop {
            tell(Step::begun("reading every account"));
            let mut tx = store.read().await?;
            let page = rows::accounts_after(&mut tx, &after).await?;
            let Some(last) = page.last() else {
                return rows::of_nobody(&mut tx, &mut |row| _ = self.row(row)).await;
            };
            after.clone_from(last);
            for account in page {
                rows::account(&mut tx, &account, &mut |row| _ = self.row(row)).await?;
                self.tally.accounts += 1;
            }
        }
    }

    /// Couples and all that is theirs.
    async fn couples(&mut self, store: &Store, tell: Listener<'_>) -> Result<(), Error> {
        let all = rows::count_couples(&mut *store.read().await?).await?;
        let mut after = String::new();
        loop {
            let page = rows::couples_after(&mut *store.read().await?, &after).await?;
            let Some(last) = page.last() else {
                return Ok(());
            };
            after.clone_from(last);
            for couple in page {
                tell(Step::part("folding every ritual", self.tally.couples, all));
                self.couple(&mut *store.read().await?, &couple).await?;
                self.tally.couples += 1;
            }
        }
    }

    async fn couple(&mut self, conn: &mut Conn, couple: &str) -> Result<(), Error> {
        rows::couple(conn, couple, &mut |row| _ = self.row(row)).await?;
        let mut rests = Vec::new();
        rows::rests(conn, couple, &mut |rest| rests.extend(self.row(rest))).await?;
        for id in rows::ritual_ids(conn, couple).await? {
            let mut ritual = None;
            rows::ritual(conn, couple, &id, &mut |row| ritual = self.row(row)).await?;
            self.tally.rituals += 1;
            let mut ledger = Some(Ledger::default());
            let mut done = Done::new();
            rows::logs(conn, couple, &id, &mut |log| {
                self.tally.logs += 1;
                match (self.row(log), &mut ledger) {
                    (Some(log), Some(ledger)) => {
                        ledger.add(log.member, log.date);
                        let (who, minutes) = done.entry(log.date).or_default();
                        (*who, *minutes) = (*who + 1, log.minutes.map(i64::from).max(*minutes));
                    }
                    // Without this log, a fold says nothing.
                    _ => ledger = None,
                }
            })
            .await?;
            if ledger.is_some() {
                self.years(conn, couple, &id, done).await?;
            }
            let both = ritual.zip(ledger);
            if both.is_some_and(|(ritual, ledger)| !self.is_exact(&ritual, &rests, &ledger)) {
                let couple = couple.to_owned();
                (self.found)(Finding::Streak { ritual: id, couple });
            }
        }
        Ok(())
    }

    /// Whether what is kept of a ritual's years is what was done; of a closed couple nothing is kept.
    async fn years(
        &mut self,
        conn: &mut Conn,
        couple: &str,
        ritual: &str,
        mut done: Done,
    ) -> Result<(), Error> {
        if !rows::is_open(conn, couple).await? {
            done.clear();
        }
        let mut kept = Some(Done::new());
        rows::days(conn, couple, ritual, &mut |day| match (day, &mut kept) {
            (Ok(day), Some(kept)) => {
                let minutes = day.minutes.map(i64::from);
                kept.insert(day.date, (day.seats.count(), minutes));
            }
            _ => kept = None,
        })
        .await?;
        // One that cannot be read is not what was done.
        if kept.as_ref() != Some(&done) {
            let (ritual, couple) = (ritual.to_owned(), couple.to_owned());
            (self.found)(Finding::Years { ritual, couple });
        }
        Ok(())
    }

    /// A row's value, unless it cannot be read.
    fn row<T>(&mut self, row: Result<T, String>) -> Option<T> {
        row.map_err(|error| (self.found)(Finding::Row(error))).ok()
    }

    /// Whether the stored fold equals one from scratch, and holds nothing that may still change.
    fn is_exact(&self, ritual: &Ritual, rests: &[Rest], ledger: &Ledger) -> bool {
        let stored = &ritual.checkpoint;
        let rests = RestDates::of(ritual.id, rests);
        let scratch = Checkpoint::from_scratch(&ritual.story(&rests, ledger), stored.next);
        let latest = settled_before(self.clock.now()).max(ritual.starts_on());
        *stored == scratch && stored.next <= latest
    }
}
