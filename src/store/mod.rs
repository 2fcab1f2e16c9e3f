//! The store: the only room that knows SQL.
//!
//! Free functions over [`&mut Conn`](Conn) take and give domain values; one file a noun. A request
//! opens one [`Tx`]: [`Store::read`] for a consistent snapshot, [`Store::write`] for the write door.
//! A `Tx` that is dropped uncommitted never happened.
//!
//! # The portable law
//!
//! SQLite is the engine today; PostgreSQL comes by changing [`Db`] to `sqlx::Any`. So every statement
//! runs unchanged on both, from the first migration on:
//!
//! - columns are `TEXT`, `BIGINT` or `INTEGER`; ids and dates are `TEXT`, instants `BIGINT`
//!   milliseconds, booleans 0 or 1 with a `CHECK`, structured state JSON in `TEXT`;
//! - placeholders are `$1`; `on conflict … do nothing` or `do update`; `returning` is fine;
//! - constraints stand inside `CREATE TABLE`, but a unique index where an expression is unique; keys lead with the couple;
//! - no `now()` defaults, triggers, autoincrement, `for update`, nor DDL after the start;
//! - what only SQLite has stays in [`door`], [`mod@file`] and [`backup`].

pub mod accounts;
pub mod answers;
pub mod appreciations;
pub mod backup;
pub mod changes;
pub mod channels;
pub mod check;
pub mod checkpoints;
pub mod checkups;
pub mod couples;
pub mod door;
pub mod feeds;
pub mod file;
mod fresh;
pub mod invitations;
pub mod letters;
pub mod logs;
pub mod outbox;
pub mod plans;
pub mod presence;
pub mod progress;
pub mod prompts;
pub mod reminders;
pub mod rests;
pub mod rituals;
pub mod schedule;
pub mod seal;
pub mod today;
pub mod tokens;
pub mod verifications;
pub mod versions;
pub mod years;

use std::fmt;
use std::ops::{Deref, DerefMut};
use std::str::FromStr;

use chrono::{DateTime, Utc};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::{Database, QueryBuilder, Transaction};
use tokio::sync::watch;

pub use door::Store;
pub use file::OpenError;

/// The database engine.
pub type Db = sqlx::Sqlite;
/// A connection to it.
pub type Conn = <Db as Database>::Connection;

/// What can go wrong in the store. Absence is not an error: it is an `Option`.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The queue at the write door is too long. Nothing happened; try again soon.
    #[error("the database is busy")]
    Busy,
    /// The disk is full. Nothing was written; reading goes on.
    #[error("the disk is full")]
    Full,
    /// The disk did not confirm a write. What is on it is unknown until the program starts anew.
    #[error("the disk no longer confirms writes")]
    Failed,
    /// A stored value is not what it must be.
    #[error("{table}.{column} of {row} is corrupt")]
    Corrupt {
        /// The table.
        table: &'static str,
        /// The column.
        column: &'static str,
        /// The row's id.
        row: String,
    },
    /// Anything else the database said.
    #[error("the database failed: {0}")]
    Db(#[source] sqlx::Error),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Error {
        door::classify(error)
    }
}

/// What the store's functions answer.
pub type Result<T> = std::result::Result<T, Error>;

/// One transaction: a snapshot to read from, or the write door held open.
#[derive(Debug)]
pub struct Tx {
    inner: Transaction<'static, Db>,
    failed: watch::Sender<bool>,
}

impl Tx {
    /// Makes what was written last. Only after this may anybody be told.
    pub async fn commit(self) -> Result<()> {
        let committed = self.inner.commit().await.map_err(Error::from);
        if matches!(committed, Err(Error::Failed)) {
            self.failed.send_replace(true);
        }
        committed
    }
}

impl Deref for Tx {
    type Target = Conn;

    fn deref(&self) -> &Conn {
        &self.inner
    }
}

impl DerefMut for Tx {
    fn deref_mut(&mut self) -> &mut Conn {
        &mut self.inner
    }
}

/// Names the row whose columns are being read, for the error of a corrupt one.
struct Row<'a> {
    table: &'static str,
    id: &'a dyn fmt::Display,
}

impl Row<'_> {
    fn corrupt(&self, column: &'static str) -> Error {
        Error::Corrupt {
            table: self.table,
            column,
            row: self.id.to_string(),
        }
    }

    /// Reads text that parses into a `T`.
    fn text<T: FromStr>(&self, column: &'static str, text: &str) -> Result<T> {
        text.parse().map_err(|_| self.corrupt(column))
    }

    /// Reads a value that turns into a `T`.
    fn value<V, T: TryFrom<V>>(&self, column: &'static str, value: V) -> Result<T> {
        T::try_from(value).map_err(|_| self.corrupt(column))
    }

    /// Reads a value that may be absent.
    fn optional<V, T: TryFrom<V>>(
        &self,
        column: &'static str,
        value: Option<V>,
    ) -> Result<Option<T>> {
        value.map(|value| self.value(column, value)).transpose()
    }

    /// Reads JSON.
    fn json<T: DeserializeOwned>(&self, column: &'static str, json: &str) -> Result<T> {
        serde_json::from_str(json).map_err(|_| self.corrupt(column))
    }

    /// Reads one word of an enumeration, as serde spells it.
    fn word<T: DeserializeOwned>(&self, column: &'static str, word: &str) -> Result<T> {
        serde_json::from_value(word.into()).map_err(|_| self.corrupt(column))
    }

    /// Reads an instant.
    fn instant(&self, column: &'static str, millis: i64) -> Result<DateTime<Utc>> {
        DateTime::from_timestamp_millis(millis).ok_or_else(|| self.corrupt(column))
    }
}

/// Writes JSON.
fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|error| Error::Db(sqlx::Error::Encode(error.into())))
}

/// Writes one word of an enumeration, as serde spells it.
fn word<T: Serialize>(value: &T) -> Result<String> {
    Ok(json(value)?.trim_matches('"').to_owned())
}

/// How many rows at most one statement lists: engines bound how many values are bound.
const ROWS_AT_ONCE: usize = 200;

/// A statement that lists so many rows between these words, as `($1, $2), ($3, $4)`. The values are bound to it in that order.
/// `push_bind` would not do: with `Any` it writes `?`, which is not portable.
fn listing(before: &str, rows: usize, columns: usize, after: &str) -> QueryBuilder<Db> {
    let row = |row: usize| {
        let places = (1..=columns).map(|column| format!("${}", row * columns + column));
        format!("({})", places.collect::<Vec<_>>().join(", "))
    };
    let list = (0..rows).map(row).collect::<Vec<_>>().join(", ");
    QueryBuilder::new(format!("{before}{list}{after}"))
}

/// No value as the empty text, which no id or date is: one statement serves with and without.
fn text_or_empty<T: ToString>(value: Option<T>) -> String {
    value.map_or_else(String::new, |value| value.to_string())
}
