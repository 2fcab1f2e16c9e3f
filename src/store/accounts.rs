//! Accounts.

use sqlx::FromRow;

use super::{Conn, Result, Row, verifications};
use crate::domain::account::Account;
use crate::domain::text::Email;
use crate::ids::AccountId;

#[derive(FromRow)]
pub(super) struct AccountRow {
    pub id: String,
    pub email: String,
    pub name: String,
    pub time_zone: String,
    pub share_time_zone: i64,
    pub created_at: i64,
}

impl AccountRow {
    pub(super) fn read(self) -> Result<Account> {
        let row = Row {
            table: "accounts",
            id: &self.id.clone(),
        };
        Ok(Account {
            id: row.text("id", &self.id)?,
            email: row.value("email", self.email)?,
            name: row.value("name", self.name)?,
            zone: row.text("time_zone", &self.time_zone)?,
            shares_zone: self.share_time_zone == 1,
            created_at: row.instant("created_at", self.created_at)?,
        })
    }
}

/// Adds an account; `false` when the e-mail address has one already.
pub async fn create(conn: &mut Conn, account: &Account, password_hash: &str) -> Result<bool> {
    let done = sqlx::query(
        "insert into accounts \
         (id, email, password_hash, name, time_zone, share_time_zone, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict (email) do nothing",
    )
    .bind(account.id.to_string())
    .bind(account.email.as_str())
    .bind(password_hash)
    .bind(account.name.as_str())
    .bind(account.zone.name())
    .bind(i64::from(account.shares_zone))
    .bind(account.created_at.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

#[derive(FromRow)]
pub(super) struct SignInRow {
    #[sqlx(flatten)]
    pub account: AccountRow,
    pub password_hash: String,
}

/// The account of this e-mail address, and the hash of its password.
pub async fn find_by_email(conn: &mut Conn, email: &Email) -> Result<Option<(Account, String)>> {
    let row: Option<SignInRow> = sqlx::query_as(
        "select id, email, name, time_zone, share_time_zone, created_at, password_hash \
         from accounts where email = $1",
    )
    .bind(email.as_str())
    .fetch_optional(conn)
    .await?;
    row.map(|row| Ok((row.account.read()?, row.password_hash)))
        .transpose()
}

/// The account with this id.
pub async fn find(conn: &mut Conn, id: AccountId) -> Result<Option<Account>> {
    let row: Option<AccountRow> = sqlx::query_as(
        "select id, email, name, time_zone, share_time_zone, created_at from accounts where id = $1",
    )
    .bind(id.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(AccountRow::read).transpose()
}

/// Whether anybody ever signed up.
pub async fn any(conn: &mut Conn) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar("select 1 from accounts limit 1")
        .fetch_optional(conn)
        .await?;
    Ok(found.is_some())
}

/// Saves name, zone and whether the partner may see it.
pub async fn update(conn: &mut Conn, account: &Account) -> Result<()> {
    sqlx::query(
        "update accounts set name = $2, time_zone = $3, share_time_zone = $4 where id = $1",
    )
    .bind(account.id.to_string())
    .bind(account.name.as_str())
    .bind(account.zone.name())
    .bind(i64::from(account.shares_zone))
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes an account, and with it its tokens, its seats, its logs, and the rituals it still proposes.
pub async fn delete(conn: &mut Conn, account: AccountId) -> Result<()> {
    // Of links to its mailbox nobody noted yet whose account they are about.
    sqlx::query(
        "delete from verifications where email in (select email from accounts where id = $1)",
    )
    .bind(account.to_string())
    .execute(&mut *conn)
    .await?;
    sqlx::query("delete from accounts where id = $1")
        .bind(account.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Replaces the hash of a password. Links that were asked for before no longer work.
pub async fn set_password(conn: &mut Conn, account: &Account, password_hash: &str) -> Result<()> {
    sqlx::query("update accounts set password_hash = $2 where id = $1")
        .bind(account.id.to_string())
        .bind(password_hash)
        .execute(&mut *conn)
        .await?;
    verifications::end_all(conn, account.id, &account.email).await
}

/// Lets somebody sign in with this address instead of their old one; `false` when it has an account already. Links that
/// were asked for before no longer work.
pub async fn set_email(conn: &mut Conn, account: &Account, email: &Email) -> Result<bool> {
    let done = sqlx::query(
        "update accounts set email = $2 where id = $1 \
         and not exists (select 1 from accounts o where o.email = $2)",
    )
    .bind(account.id.to_string())
    .bind(email.as_str())
    .execute(&mut *conn)
    .await?;
    verifications::end_all(conn, account.id, &account.email).await?;
    Ok(done.rows_affected() == 1)
}
