//! Verifications. Only the hash of a secret is stored.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::FromRow;

use super::{Conn, Error, Result, Row, word};
use crate::domain::text::Email;
use crate::domain::verification::{MOST_ASKED, Purpose, Verification};
use crate::ids::{AccountId, Secret, VerificationId};

/// For how long one stays that nobody follows: longer than any link works.
const KEPT_FOR: TimeDelta = TimeDelta::days(3);

#[derive(FromRow)]
pub(super) struct VerificationRow {
    id: String,
    purpose: String,
    email: String,
    account_id: Option<String>,
    asked_at: i64,
    tries: i64,
    told_at: Option<i64>,
}

impl VerificationRow {
    pub(super) fn read(self) -> Result<Verification> {
        let row = Row {
            table: "verifications",
            id: &self.id,
        };
        Ok(Verification {
            id: row.text("id", &self.id)?,
            purpose: row.word("purpose", &self.purpose)?,
            email: row.value("email", self.email)?,
            account: row.optional("account_id", self.account_id)?,
            asked_at: row.instant("asked_at", self.asked_at)?,
            tries: row.value("tries", self.tries)?,
            told_at: self
                .told_at
                .map(|at| row.instant("told_at", at))
                .transpose()?,
        })
    }
}

/// Notes that somebody asks for a link, whose letter is to be written now.
pub async fn ask(conn: &mut Conn, asked: &Verification) -> Result<()> {
    sqlx::query(
        "insert into verifications (id, purpose, email, account_id, asked_at, tries, next_at) \
         values ($1, $2, $3, $4, $5, 0, $5)",
    )
    .bind(asked.id.to_string())
    .bind(word(&asked.purpose)?)
    .bind(asked.email.as_str())
    .bind(asked.account.map(|account| account.to_string()))
    .bind(asked.asked_at.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// When an account may ask for another link of this kind; nothing when it may now.
pub async fn may_ask_at(
    conn: &mut Conn,
    purpose: Purpose,
    account: AccountId,
    now: DateTime<Utc>,
) -> Result<Option<DateTime<Utc>>> {
    let asked_at: Option<i64> = sqlx::query_scalar(
        "select asked_at from verifications where account_id = $1 and purpose = $2 and asked_at > $3 \
         order by asked_at desc limit 1 offset $4",
    )
    .bind(account.to_string())
    .bind(word(&purpose)?)
    .bind((now - purpose.lasts()).timestamp_millis())
    .bind(MOST_ASKED - 1)
    .fetch_optional(conn)
    .await?;
    let asked_at = asked_at.and_then(DateTime::from_timestamp_millis);
    Ok(asked_at.map(|at| at + purpose.lasts()))
}

/// When the next letter is to be written, or the next link to be forgotten.
pub async fn next(conn: &mut Conn) -> Result<Option<DateTime<Utc>>> {
    let next: Option<i64> = sqlx::query_scalar(
        "select min(n.next_at) from (select min(next_at) as next_at from verifications \
         union all select min(asked_at) + $1 from verifications) n",
    )
    .bind(KEPT_FOR.num_milliseconds())
    .fetch_one(conn)
    .await?;
    Ok(next.and_then(DateTime::from_timestamp_millis))
}

/// Those whose letters are to be written, at most so many. One that cannot be read is over, and noted.
pub async fn due(conn: &mut Conn, now: DateTime<Utc>, limit: i64) -> Result<Vec<Verification>> {
    let rows: Vec<VerificationRow> = sqlx::query_as(
        "select id, purpose, email, account_id, asked_at, tries, told_at from verifications \
         where next_at <= $1 order by next_at, id limit $2",
    )
    .bind(now.timestamp_millis())
    .bind(limit)
    .fetch_all(&mut *conn)
    .await?;
    let mut due = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.id.clone();
        match row.read() {
            Ok(one) => due.push(one),
            Err(error @ Error::Corrupt { .. }) => {
                tracing::error!(%error, "a link in a letter cannot be read");
                end(conn, &id).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(due)
}

/// Notes whose account it is about, and what stands in the letter that is written now. Nobody else writes one before
/// `until`; `false` when somebody else does just now.
pub async fn write(
    conn: &mut Conn,
    verification: &Verification,
    account: AccountId,
    secret: &Secret,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query(
        "update verifications set account_id = $3, secret_hash = $4, written_at = $5, next_at = $6, \
         tries = tries + 1 where id = $1 and tries = $2 and next_at <= $5",
    )
    .bind(verification.id.to_string())
    .bind(i64::from(verification.tries))
    .bind(account.to_string())
    .bind(secret.hash())
    .bind(now.timestamp_millis())
    .bind(until.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes when the mailbox that is to be left was told, and when to write the letter once more, if ever.
pub async fn settle(
    conn: &mut Conn,
    id: VerificationId,
    told_at: Option<DateTime<Utc>>,
    next_at: Option<DateTime<Utc>>,
) -> Result<()> {
    sqlx::query("update verifications set told_at = $2, next_at = $3 where id = $1 and secret_hash is not null")
        .bind(id.to_string())
        .bind(told_at.map(|at| at.timestamp_millis()))
        .bind(next_at.map(|next| next.timestamp_millis()))
        .execute(conn)
        .await?;
    Ok(())
}

/// What is verified by this secret, if it still works.
pub async fn find(
    conn: &mut Conn,
    purpose: Purpose,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<Option<Verification>> {
    let row: Option<VerificationRow> = sqlx::query_as(
        "select id, purpose, email, account_id, asked_at, tries, told_at from verifications \
         where secret_hash = $1 and purpose = $2 and written_at > $3",
    )
    .bind(secret.hash())
    .bind(word(&purpose)?)
    .bind((now - purpose.lasts()).timestamp_millis())
    .fetch_optional(conn)
    .await?;
    row.map(VerificationRow::read).transpose()
}

/// Removes one that nothing came of, and that nobody counts.
pub async fn delete(conn: &mut Conn, id: VerificationId) -> Result<()> {
    sqlx::query("delete from verifications where id = $1")
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends one: no letter of it is written any more, and no link leads anywhere.
pub async fn end_one(conn: &mut Conn, id: VerificationId) -> Result<()> {
    end(conn, &id.to_string()).await
}

async fn end(conn: &mut Conn, id: &str) -> Result<()> {
    sqlx::query(
        "update verifications set secret_hash = null, written_at = null, next_at = null where id = $1",
    )
    .bind(id)
    .execute(conn)
    .await?;
    Ok(())
}

/// Ends all of an account, and all to its address: what they were about has changed.
pub async fn end_all(conn: &mut Conn, account: AccountId, email: &Email) -> Result<()> {
    sqlx::query(
        "update verifications set secret_hash = null, written_at = null, next_at = null \
         where account_id = $1 or email = $2",
    )
    .bind(account.to_string())
    .bind(email.as_str())
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets those that nobody followed for days.
pub async fn forget(conn: &mut Conn, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("delete from verifications where asked_at <= $1")
        .bind((now - KEPT_FOR).timestamp_millis())
        .execute(conn)
        .await?;
    Ok(())
}
