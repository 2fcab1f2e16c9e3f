//! Chores: what is done again and again, whenever some of it falls due.

use chrono::{DateTime, Utc};
use futures_util::{Stream, StreamExt};

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

/// Waits for all that is under way; answers how much arrived. An error of one cuts off none of the others.
pub async fn finish(under_way: impl Stream<Item = Result<bool>>) -> Result<usize> {
    let all: Vec<_> = under_way.collect().await;
    let arrived = all.into_iter().collect::<Result<Vec<_>>>()?;
    Ok(arrived.into_iter().map(usize::from).sum())
}
