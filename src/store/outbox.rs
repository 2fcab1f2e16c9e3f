//! The outbox: messages, and their way to each channel.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::channels::ChannelRow;
use super::{Conn, Error, ROWS_AT_ONCE, Result, Row, json, listing};
use crate::domain::channel::Channel;
use crate::domain::message::Message;
use crate::ids::{AccountId, ChannelId};

/// The most often that a message is tried on its way to a channel, also when its owner asks for it.
const MOST_TRIES: i64 = 20;

/// Puts messages into the outbox, each for every channel of its account that is confirmed and on.
pub async fn enqueue(
    conn: &mut Conn,
    told: &[(AccountId, Message)],
    now: DateTime<Utc>,
) -> Result<()> {
    for some in told.chunks(ROWS_AT_ONCE) {
        for statement in [
            ") insert into messages (account_id, id, items, created_at) select t.* from told t \
             where exists (select 1 from channels c \
             where c.account_id = t.account_id and c.enabled = 1 and c.confirmed = 1)",
            ") insert into deliveries (account_id, message_id, channel_id, tries, next_at, delivered) \
             select t.account_id, t.id, c.id, 0, t.created_at, 0 from told t \
             join channels c on c.account_id = t.account_id where c.enabled = 1 and c.confirmed = 1",
        ] {
            let before = "with told (account_id, id, items, created_at) as (values ";
            let mut statement = listing(before, some.len(), 4, statement);
            let mut query = statement.build().persistent(false);
            for (account, message) in some {
                query = query
                    .bind(account.to_string())
                    .bind(message.id.to_string())
                    .bind(json(&message.items)?)
                    .bind(now.timestamp_millis());
            }
            query.execute(&mut *conn).await?;
        }
    }
    Ok(())
}

/// Puts a message into the outbox for one channel, whether that is on or not.
pub async fn enqueue_for(
    conn: &mut Conn,
    account: AccountId,
    channel: ChannelId,
    message: &Message,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query("insert into messages (account_id, id, items, created_at) values ($1, $2, $3, $4)")
        .bind(account.to_string())
        .bind(message.id.to_string())
        .bind(json(&message.items)?)
        .bind(now.timestamp_millis())
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "insert into deliveries (account_id, message_id, channel_id, tries, next_at, delivered) \
         values ($1, $2, $3, 0, $4, 0)",
    )
    .bind(account.to_string())
    .bind(message.id.to_string())
    .bind(channel.to_string())
    .bind(now.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// How many messages were put into the outbox to try a channel since an instant, the removed ones' too.
pub async fn tried_since(conn: &mut Conn, account: AccountId, since: DateTime<Utc>) -> Result<i64> {
    let count = sqlx::query_scalar(
        "select cast(count(*) as bigint) from messages \
         where account_id = $1 and items = '[]' and created_at > $2",
    )
    .bind(account.to_string())
    .bind(since.timestamp_millis())
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// A message on its way to a channel.
#[derive(Debug)]
pub struct Delivery {
    /// Whose it is.
    pub account: AccountId,
    /// The message.
    pub message: Message,
    /// Where it goes.
    pub channel: Channel,
    /// How often it was tried before.
    pub tries: u32,
}

#[derive(FromRow)]
pub(super) struct DeliveryRow {
    account_id: String,
    message_id: String,
    items: String,
    tries: i64,
    #[sqlx(flatten)]
    channel: ChannelRow,
}

impl DeliveryRow {
    pub(super) fn read(self) -> Result<Delivery> {
        let row = Row {
            table: "deliveries",
            id: &self.message_id,
        };
        Ok(Delivery {
            account: row.text("account_id", &self.account_id)?,
            message: Message {
                id: row.text("message_id", &self.message_id)?,
                items: row.json("items", &self.items)?,
            },
            channel: self.channel.read()?,
            tries: row.value("tries", self.tries)?,
        })
    }
}

/// When the next delivery is due.
pub async fn next(conn: &mut Conn) -> Result<Option<DateTime<Utc>>> {
    let next: Option<i64> = sqlx::query_scalar(
        "select next_at from deliveries where next_at is not null order by next_at limit 1",
    )
    .fetch_optional(conn)
    .await?;
    Ok(next.and_then(DateTime::from_timestamp_millis))
}

/// When the oldest message was made.
pub async fn oldest(conn: &mut Conn) -> Result<Option<DateTime<Utc>>> {
    let oldest: Option<i64> =
        sqlx::query_scalar("select created_at from messages order by created_at limit 1")
            .fetch_optional(conn)
            .await?;
    Ok(oldest.and_then(DateTime::from_timestamp_millis))
}

/// Takes some deliveries that are due. Nobody else takes them before `until`: should whoever took them die on the way,
/// they are tried again then. What cannot be read is given up, and noted: it must not hold up what others are told.
pub async fn take(
    conn: &mut Conn,
    now: DateTime<Utc>,
    until: DateTime<Utc>,
    limit: i64,
) -> Result<Vec<Delivery>> {
    let rows: Vec<DeliveryRow> = sqlx::query_as(
        "select d.account_id, d.message_id, d.tries, m.items, c.id, c.kind, c.address, c.secret, \
         c.details, c.enabled, c.confirmed, c.created_at, c.asked_at, c.last_success_at, c.last_failure_at, c.last_failure \
         from deliveries d join messages m on m.account_id = d.account_id and m.id = d.message_id \
         join channels c on c.account_id = d.account_id and c.id = d.channel_id \
         where d.next_at <= $1 order by d.next_at, d.account_id limit $2",
    )
    .bind(now.timestamp_millis())
    .bind(limit)
    .fetch_all(&mut *conn)
    .await?;
    let mut taken = Vec::with_capacity(rows.len());
    for row in rows {
        let ids = [&row.account_id, &row.message_id, &row.channel.id].map(String::clone);
        let delivery = match row.read() {
            Ok(delivery) => delivery,
            Err(error @ Error::Corrupt { .. }) => {
                tracing::error!(%error, "a message cannot be read: run `hearth check`");
                give_up(conn, &ids).await?;
                continue;
            }
            Err(error) => return Err(error),
        };
        let done = sqlx::query(
            "update deliveries set next_at = $4, tries = tries + 1 where account_id = $1 \
             and message_id = $2 and channel_id = $3 and next_at <= $5 and tries = $6",
        )
        .bind(delivery.account.to_string())
        .bind(delivery.message.id.to_string())
        .bind(delivery.channel.id.to_string())
        .bind(until.timestamp_millis())
        .bind(now.timestamp_millis())
        .bind(i64::from(delivery.tries))
        .execute(&mut *conn)
        .await?;
        if done.rows_affected() == 1 {
            taken.push(delivery);
        }
    }
    Ok(taken)
}

async fn give_up(conn: &mut Conn, ids: &[String; 3]) -> Result<()> {
    let [account, message, channel] = ids;
    sqlx::query(
        "update deliveries set next_at = null \
         where account_id = $1 and message_id = $2 and channel_id = $3",
    )
    .bind(account)
    .bind(message)
    .bind(channel)
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes what became of a delivery: it arrived, is tried again at an instant, or is given up.
pub async fn settle(
    conn: &mut Conn,
    delivery: &Delivery,
    delivered: bool,
    next_at: Option<DateTime<Utc>>,
) -> Result<()> {
    sqlx::query(
        "update deliveries set next_at = $4, delivered = $5 \
         where account_id = $1 and message_id = $2 and channel_id = $3",
    )
    .bind(delivery.account.to_string())
    .bind(delivery.message.id.to_string())
    .bind(delivery.channel.id.to_string())
    .bind(next_at.map(|next| next.timestamp_millis()))
    .bind(i64::from(delivered))
    .execute(conn)
    .await?;
    Ok(())
}

/// Tries once more what was given up on its way to a channel since an instant, if that is confirmed and on; answers how
/// many messages that are. Tests are made anew instead, and none is tried over and over.
pub async fn redeliver(
    conn: &mut Conn,
    account: AccountId,
    channel: ChannelId,
    since: DateTime<Utc>,
    now: DateTime<Utc>,
) -> Result<u64> {
    let done = sqlx::query(
        "update deliveries set next_at = $4 \
         where account_id = $1 and channel_id = $2 and delivered = 0 and next_at is null and tries < $5 \
         and message_id in (select m.id from messages m \
         where m.account_id = $1 and m.created_at >= $3 and m.items <> '[]') \
         and exists (select 1 from channels c \
         where c.account_id = $1 and c.id = $2 and c.enabled = 1 and c.confirmed = 1)",
    )
    .bind(account.to_string())
    .bind(channel.to_string())
    .bind(since.timestamp_millis())
    .bind(now.timestamp_millis())
    .bind(MOST_TRIES)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}

/// Forgets messages from before an instant, wherever they are; at most so many at once. Answers how many there were.
pub async fn forget(conn: &mut Conn, before: DateTime<Utc>, limit: i64) -> Result<u64> {
    let done = sqlx::query(
        "delete from messages where (account_id, id) in (select m.account_id, m.id from messages m \
         where m.created_at < $1 order by m.created_at limit $2)",
    )
    .bind(before.timestamp_millis())
    .bind(limit)
    .execute(conn)
    .await?;
    Ok(done.rows_affected())
}
