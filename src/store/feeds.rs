//! Calendar feeds: at most one a member. Only the hash of a secret is stored.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Conn, Result, Row};
use crate::ids::{AccountId, CoupleId, Secret};

/// A member's calendar feed, without its secret.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Feed {
    /// In which couple.
    pub couple: CoupleId,
    /// Whose.
    pub member: AccountId,
    /// Whether it shows titles.
    pub details: bool,
    /// Since when its secret opens it.
    pub created_at: DateTime<Utc>,
}

#[derive(FromRow)]
pub(super) struct FeedRow {
    couple_id: String,
    member_id: String,
    details: i64,
    created_at: i64,
}

impl FeedRow {
    pub(super) fn read(self) -> Result<Feed> {
        let row = Row {
            table: "feeds",
            id: &self.member_id,
        };
        Ok(Feed {
            couple: row.text("couple_id", &self.couple_id)?,
            member: row.text("member_id", &self.member_id)?,
            details: self.details == 1,
            created_at: row.instant("created_at", self.created_at)?,
        })
    }
}

/// Saves a feed that `secret` opens; the secret before opens nothing any more.
pub async fn renew(conn: &mut Conn, feed: &Feed, secret: &Secret) -> Result<()> {
    sqlx::query(
        "insert into feeds (couple_id, member_id, secret_hash, details, created_at) \
         values ($1, $2, $3, $4, $5) on conflict (couple_id, member_id) do update set \
         secret_hash = excluded.secret_hash, details = excluded.details, \
         created_at = excluded.created_at",
    )
    .bind(feed.couple.to_string())
    .bind(feed.member.to_string())
    .bind(secret.hash())
    .bind(i64::from(feed.details))
    .bind(feed.created_at.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// This member's feed.
pub async fn of(conn: &mut Conn, couple: CoupleId, member: AccountId) -> Result<Option<Feed>> {
    let row: Option<FeedRow> = sqlx::query_as(
        "select couple_id, member_id, details, created_at from feeds \
         where couple_id = $1 and member_id = $2",
    )
    .bind(couple.to_string())
    .bind(member.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(FeedRow::read).transpose()
}

/// The feed that this secret opens.
pub async fn find(conn: &mut Conn, secret: &Secret) -> Result<Option<Feed>> {
    let row: Option<FeedRow> = sqlx::query_as(
        "select couple_id, member_id, details, created_at from feeds where secret_hash = $1",
    )
    .bind(secret.hash())
    .fetch_optional(conn)
    .await?;
    row.map(FeedRow::read).transpose()
}

/// Saves whether a feed shows titles.
pub async fn update(conn: &mut Conn, feed: &Feed) -> Result<()> {
    sqlx::query("update feeds set details = $3 where couple_id = $1 and member_id = $2")
        .bind(feed.couple.to_string())
        .bind(feed.member.to_string())
        .bind(i64::from(feed.details))
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends this member's feed, if there is one.
pub async fn end(conn: &mut Conn, couple: CoupleId, member: AccountId) -> Result<()> {
    sqlx::query("delete from feeds where couple_id = $1 and member_id = $2")
        .bind(couple.to_string())
        .bind(member.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Ends the feeds of a couple that is closed.
pub async fn forget(conn: &mut Conn, couple: CoupleId) -> Result<()> {
    sqlx::query("delete from feeds where couple_id = $1")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
