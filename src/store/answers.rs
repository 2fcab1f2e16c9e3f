//! Answers that are kept for a day, so that a request which is sent again has one effect.

use std::fmt;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Conn, Result, Row};
use crate::ids::{AccountId, CoupleId};

/// An answer that was given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Kept {
    /// A digest of the request that it answered.
    pub fingerprint: String,
    /// Its HTTP status.
    pub status: u16,
    /// Its body; empty when it had none.
    pub body: String,
}

#[derive(FromRow)]
pub(super) struct KeptRow {
    fingerprint: String,
    status: i64,
    body: String,
}

impl KeptRow {
    pub(super) fn read(self, account: &dyn fmt::Display) -> Result<Kept> {
        let row = Row {
            table: "answers",
            id: account,
        };
        Ok(Kept {
            status: row.value("status", self.status)?,
            fingerprint: self.fingerprint,
            body: self.body,
        })
    }
}

/// The answer that `account` got under this key, if it is still kept.
pub async fn find(
    conn: &mut Conn,
    account: AccountId,
    key: &str,
    now: DateTime<Utc>,
) -> Result<Option<Kept>> {
    let row: Option<KeptRow> = sqlx::query_as(
        "select fingerprint, status, body from answers \
         where account_id = $1 and key = $2 and expires_at > $3",
    )
    .bind(account.to_string())
    .bind(key)
    .bind(now.timestamp_millis())
    .fetch_optional(conn)
    .await?;
    row.map(|row| row.read(&account)).transpose()
}

/// Keeps an answer until `until`, and forgets everybody's that are too old at `now`.
pub async fn keep(
    conn: &mut Conn,
    account: AccountId,
    key: &str,
    answer: &Kept,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
) -> Result<()> {
    sqlx::query("delete from answers where expires_at <= $1")
        .bind(now.timestamp_millis())
        .execute(&mut *conn)
        .await?;
    // With the couple that the account is in by now: what founding a couple answered is the couple's too.
    sqlx::query(
        "insert into answers (account_id, key, couple_id, fingerprint, status, body, expires_at) \
         values ($1, $2, \
         (select couple_id from seats where account_id = $1 and active = 1), $3, $4, $5, $6)",
    )
    .bind(account.to_string())
    .bind(key)
    .bind(&answer.fingerprint)
    .bind(i64::from(answer.status))
    .bind(&answer.body)
    .bind(until.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets what a couple was answered. Once they part, nothing of one comes to the other.
pub async fn forget_couple(conn: &mut Conn, couple: CoupleId) -> Result<()> {
    sqlx::query("delete from answers where couple_id = $1")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the couple's answers that tell of `id`: what they tell of is gone for good.
pub async fn forget_about(
    conn: &mut Conn,
    couple: CoupleId,
    id: impl std::fmt::Display,
) -> Result<()> {
    sqlx::query("delete from answers where couple_id = $1 and body like '%' || $2 || '%'")
        .bind(couple.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
