//! Channels.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Conn, Result, Row};
use crate::domain::channel::{Channel, Way};
use crate::ids::{AccountId, ChannelId, Secret};

#[derive(FromRow)]
pub(super) struct ChannelRow {
    pub(super) id: String,
    kind: String,
    address: String,
    secret: Option<String>,
    details: i64,
    enabled: i64,
    confirmed: i64,
    created_at: i64,
    asked_at: Option<i64>,
    last_success_at: Option<i64>,
    last_failure_at: Option<i64>,
    last_failure: Option<String>,
}

impl ChannelRow {
    pub(super) fn read(self) -> Result<Channel> {
        let row = Row {
            table: "channels",
            id: &self.id,
        };
        let instant = |column, millis: Option<i64>| {
            millis.map(|millis| row.instant(column, millis)).transpose()
        };
        let way = match (self.kind.as_str(), self.secret) {
            ("email", Some(code)) => Way::Email {
                address: row.value("address", self.address)?,
                code: Secret::presented(code),
            },
            ("ntfy", token) => Way::Ntfy {
                topic: row.value("address", self.address)?,
                token: row.optional("secret", token)?,
            },
            ("webhook", Some(secret)) => Way::Webhook {
                url: row.value("address", self.address)?,
                secret: row.value("secret", secret)?,
            },
            ("email" | "webhook", None) => return Err(row.corrupt("secret")),
            _ => return Err(row.corrupt("kind")),
        };
        let last_failure_at = instant("last_failure_at", self.last_failure_at)?;
        Ok(Channel {
            id: row.text("id", &self.id)?,
            way,
            details: self.details == 1,
            enabled: self.enabled == 1,
            confirmed: self.confirmed == 1,
            created_at: row.instant("created_at", self.created_at)?,
            asked_at: instant("asked_at", self.asked_at)?,
            last_success_at: instant("last_success_at", self.last_success_at)?,
            last_failure: last_failure_at.zip(self.last_failure),
        })
    }
}

#[derive(FromRow)]
struct OwnedRow {
    account_id: String,
    #[sqlx(flatten)]
    channel: ChannelRow,
}

impl OwnedRow {
    fn read(self) -> Result<(AccountId, Channel)> {
        let row = Row {
            table: "channels",
            id: &self.channel.id,
        };
        let account = row.text("account_id", &self.account_id)?;
        Ok((account, self.channel.read()?))
    }
}

/// The account's channels, the oldest first.
pub async fn of(conn: &mut Conn, account: AccountId) -> Result<Vec<Channel>> {
    let rows: Vec<ChannelRow> =
        sqlx::query_as("select * from channels where account_id = $1 order by created_at, id")
            .bind(account.to_string())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(ChannelRow::read).collect()
}

/// One of the account's channels.
pub async fn find(conn: &mut Conn, account: AccountId, id: ChannelId) -> Result<Option<Channel>> {
    let row: Option<ChannelRow> =
        sqlx::query_as("select * from channels where account_id = $1 and id = $2")
            .bind(account.to_string())
            .bind(id.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(ChannelRow::read).transpose()
}

/// Adds a channel.
pub async fn create(conn: &mut Conn, account: AccountId, channel: &Channel) -> Result<()> {
    let secret = match &channel.way {
        Way::Email { code, .. } => Some(code.reveal().to_owned()),
        Way::Ntfy { token, .. } => token.as_ref().map(|token| token.reveal().to_owned()),
        Way::Webhook { secret, .. } => Some(secret.reveal()),
    };
    sqlx::query(
        "insert into channels (account_id, id, kind, address, secret, details, enabled, confirmed, \
         created_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(account.to_string())
    .bind(channel.id.to_string())
    .bind(channel.way.kind())
    .bind(channel.way.address())
    .bind(secret)
    .bind(i64::from(channel.details))
    .bind(i64::from(channel.enabled))
    .bind(i64::from(channel.confirmed))
    .bind(channel.created_at.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// The mailbox whose letters hold this word in their links, and whose it is.
pub async fn by_code(conn: &mut Conn, code: &Secret) -> Result<Option<(AccountId, Channel)>> {
    let row: Option<OwnedRow> =
        sqlx::query_as("select * from channels where secret = $1 and kind = 'email'")
            .bind(code.reveal())
            .fetch_optional(conn)
            .await?;
    row.map(OwnedRow::read).transpose()
}

/// Saves whether anything is sent there, how much it tells, and whether it is confirmed or may be. What waited for a channel
/// that is turned off is given up.
pub async fn update(conn: &mut Conn, account: AccountId, channel: &Channel) -> Result<()> {
    sqlx::query(
        "update channels set details = $3, enabled = $4, confirmed = $5, asked_at = $6 \
         where account_id = $1 and id = $2",
    )
    .bind(account.to_string())
    .bind(channel.id.to_string())
    .bind(i64::from(channel.details))
    .bind(i64::from(channel.enabled))
    .bind(i64::from(channel.confirmed))
    .bind(channel.asked_at.map(|asked_at| asked_at.timestamp_millis()))
    .execute(&mut *conn)
    .await?;
    sqlx::query(
        "update deliveries set next_at = null \
         where account_id = $1 and channel_id = $2 and next_at is not null and $3 = 0",
    )
    .bind(account.to_string())
    .bind(channel.id.to_string())
    .bind(i64::from(channel.enabled))
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a mailbox is asked now whether it is theirs.
pub async fn ask(
    conn: &mut Conn,
    account: AccountId,
    id: ChannelId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query("update channels set asked_at = $3 where account_id = $1 and id = $2")
        .bind(account.to_string())
        .bind(id.to_string())
        .bind(now.timestamp_millis())
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a channel, and what was on its way there; `false` when there was none.
pub async fn delete(conn: &mut Conn, account: AccountId, id: ChannelId) -> Result<bool> {
    let done = sqlx::query("delete from channels where account_id = $1 and id = $2")
        .bind(account.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(done.rows_affected() == 1)
}

/// Notes that something arrived, or why it did not.
pub async fn note(
    conn: &mut Conn,
    account: AccountId,
    id: ChannelId,
    failure: Option<&str>,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "update channels set \
         last_success_at = case when $3 = '' then $4 else last_success_at end, \
         last_failure_at = case when $3 = '' then last_failure_at else $4 end, \
         last_failure = case when $3 = '' then last_failure else $3 end \
         where account_id = $1 and id = $2",
    )
    .bind(account.to_string())
    .bind(id.to_string())
    .bind(failure.unwrap_or_default())
    .bind(now.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(())
}
