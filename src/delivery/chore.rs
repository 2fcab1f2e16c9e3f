//! Chores: what is done again and again, whenever some of it falls due.

use chrono::{DateTime, Utc};

use crate::store::Result;

/// A kind of work that falls due.
pub trait Chore: Sync {
    /// What it is about, for the log.
    const ABOUT: &str;

    /// Whether whatever else is to be done waits until nothing of this is due any more.
    const COMES_FIRST: bool = false;

    /// When some of it is due next.
    fn next(&self) -> impl Future<Output = Result<Option<DateTime<Utc>>>> + Send;

    /// Does some of what is due, so much that others who need the disk are not kept waiting; answers how much came of it,
    /// or nothing where nothing was due.
    fn do_some(&self) -> impl Future<Output = Result<Option<usize>>> + Send;
}
