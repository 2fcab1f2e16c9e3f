//! Tokens. Only the hash of a secret is stored.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::accounts::AccountRow;
use super::{Conn, Result, Row, json, text_or_empty};
use crate::domain::account::Account;
use crate::domain::day::Date;
use crate::domain::token::Token;
use crate::ids::{Secret, TokenId};

#[derive(FromRow)]
pub(super) struct TokenRow {
    token_id: String,
    account_id: String,
    label: Option<String>,
    scopes: String,
    token_created_at: i64,
    expires_at: i64,
    last_used_on: String,
}

impl TokenRow {
    pub(super) fn read(self) -> Result<Token> {
        let row = Row {
            table: "tokens",
            id: &self.token_id,
        };
        Ok(Token {
            id: row.text("id", &self.token_id)?,
            account: row.text("account_id", &self.account_id)?,
            label: row.optional("label", self.label)?,
            scopes: row.json("scopes", &self.scopes)?,
            created_at: row.instant("created_at", self.token_created_at)?,
            expires_at: row.instant("expires_at", self.expires_at)?,
            last_used_on: row.text("last_used_on", &self.last_used_on)?,
        })
    }
}

/// Adds a token that `secret` opens.
pub async fn create(conn: &mut Conn, token: &Token, secret: &Secret) -> Result<()> {
    sqlx::query(
        "insert into tokens \
         (id, account_id, secret_hash, label, scopes, created_at, expires_at, last_used_on) \
         values ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(token.id.to_string())
    .bind(token.account.to_string())
    .bind(secret.hash())
    .bind(token.label.as_ref().map(|label| label.as_str()))
    .bind(json(&token.scopes)?)
    .bind(token.created_at.timestamp_millis())
    .bind(token.expires_at.timestamp_millis())
    .bind(token.last_used_on.to_string())
    .execute(conn)
    .await?;
    Ok(())
}

#[derive(FromRow)]
pub(super) struct OwnedRow {
    #[sqlx(flatten)]
    token: TokenRow,
    #[sqlx(flatten)]
    account: AccountRow,
}

impl OwnedRow {
    pub(super) fn read(self) -> Result<(Token, Account)> {
        Ok((self.token.read()?, self.account.read()?))
    }
}

/// The living token that this secret opens, and whose it is.
pub async fn find(
    conn: &mut Conn,
    secret: &Secret,
    now: DateTime<Utc>,
) -> Result<Option<(Token, Account)>> {
    let row: Option<OwnedRow> = sqlx::query_as(
        "select t.id as token_id, t.account_id, t.label, t.scopes, t.created_at as token_created_at, \
         t.expires_at, t.last_used_on, \
         a.id, a.email, a.name, a.time_zone, a.share_time_zone, a.created_at \
         from tokens t join accounts a on a.id = t.account_id where t.secret_hash = $1",
    )
    .bind(secret.hash())
    .fetch_optional(conn)
    .await?;
    let found = row.map(OwnedRow::read).transpose()?;
    Ok(found.filter(|(token, _)| token.is_alive(now)))
}

/// A token's place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// When it was made, in milliseconds.
    pub created_at: i64,
    /// Its id.
    pub id: TokenId,
}

/// The account's living tokens, the newest first; only those after `after`.
pub async fn list(
    conn: &mut Conn,
    account: &Account,
    now: DateTime<Utc>,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Token>> {
    let rows: Vec<TokenRow> = sqlx::query_as(
        "select id as token_id, account_id, label, scopes, created_at as token_created_at, \
         expires_at, last_used_on from tokens \
         where account_id = $1 and expires_at > $2 and last_used_on >= $3 \
         and ($5 = '' or created_at < $4 or (created_at = $4 and id > $5)) \
         order by created_at desc, id limit $6",
    )
    .bind(account.id.to_string())
    .bind(now.timestamp_millis())
    .bind(Token::idle_since(now).to_string())
    .bind(after.map_or(0, |after| after.created_at))
    .bind(text_or_empty(after.map(|after| after.id)))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(TokenRow::read).collect()
}

/// Ends this token of this account; `false` when there is none.
pub async fn revoke(conn: &mut Conn, account: &Account, id: TokenId) -> Result<bool> {
    let done = sqlx::query("delete from tokens where account_id = $1 and id = $2")
        .bind(account.id.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Ends all tokens of this account.
pub async fn revoke_all(conn: &mut Conn, account: &Account) -> Result<()> {
    sqlx::query("delete from tokens where account_id = $1")
        .bind(account.id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that a token was used on `date`.
pub async fn touch(conn: &mut Conn, token: TokenId, date: Date) -> Result<()> {
    sqlx::query("update tokens set last_used_on = $2 where id = $1 and last_used_on < $2")
        .bind(token.to_string())
        .bind(date.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends all tokens of this token's account but itself.
pub async fn revoke_others(conn: &mut Conn, token: &Token) -> Result<()> {
    sqlx::query("delete from tokens where account_id = $1 and id <> $2")
        .bind(token.account.to_string())
        .bind(token.id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets tokens of this account that have expired, so that they do not pile up.
pub async fn sweep(conn: &mut Conn, account: &Account, now: DateTime<Utc>) -> Result<()> {
    sqlx::query("delete from tokens where account_id = $1 and expires_at <= $2")
        .bind(account.id.to_string())
        .bind(now.timestamp_millis())
        .execute(conn)
        .await?;
    Ok(())
}
