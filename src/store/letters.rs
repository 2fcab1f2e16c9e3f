//! Which letters, that anybody can ask for, went to which mailboxes lately. A mailbox is kept as the digest of its address, and
//! outlives what its letters were about: who erases an account makes no room for more.

use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};
use sqlx::FromRow;

use super::{Conn, Result, Row, word};
use crate::domain::letter::{MOST_UNASKED, Unasked};
use crate::domain::text::Email;
use crate::ids::hex;

/// For how long it is known that one was written: the longest time within which they are counted.
const KNOWN_FOR: TimeDelta = TimeDelta::days(1);

#[derive(FromRow)]
pub(super) struct LetterRow {
    mailbox: String,
    kind: String,
    written_at: i64,
}

impl LetterRow {
    pub(super) fn read(self) -> Result<(Unasked, DateTime<Utc>)> {
        let row = Row {
            table: "letters",
            id: &self.mailbox,
        };
        Ok((
            row.word("kind", &self.kind)?,
            row.instant("written_at", self.written_at)?,
        ))
    }
}

/// Notes that a letter is written to a mailbox now; `false` when that had enough of them.
pub async fn note(conn: &mut Conn, to: &Email, kind: Unasked, now: DateTime<Utc>) -> Result<bool> {
    let done = sqlx::query(
        "insert into letters (mailbox, kind, written_at) select $1, $2, $3 \
         where (select cast(count(*) as bigint) from letters l \
         where l.mailbox = $1 and l.kind = $2 and l.written_at > $4) < $5",
    )
    .bind(hex(&Sha256::digest(to.as_str().as_bytes())))
    .bind(word(&kind)?)
    .bind(now.timestamp_millis())
    .bind((now - kind.within()).timestamp_millis())
    .bind(MOST_UNASKED)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// When the next ones are to be forgotten.
pub async fn next(conn: &mut Conn) -> Result<Option<DateTime<Utc>>> {
    let first: Option<i64> =
        sqlx::query_scalar("select written_at from letters order by written_at limit 1")
            .fetch_optional(conn)
            .await?;
    let first = first.and_then(DateTime::from_timestamp_millis);
    Ok(first.map(|first| first + KNOWN_FOR))
}

/// Forgets those that nobody counts any more.
pub async fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("delete from letters where written_at <= $1")
        .bind((now - KNOWN_FOR).timestamp_millis())
        .execute(conn)
        .await?;
    Ok(())
}
