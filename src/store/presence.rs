//! Phones-down sessions.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::{Conn, Result, Row};
use crate::domain::presence::{Ended, Presence};
use crate::ids::{AccountId, CoupleId, PresenceId};

#[derive(FromRow)]
pub(super) struct PresenceRow {
    id: String,
    ritual_id: String,
    starter_id: String,
    together: i64,
    minutes: i64,
    started_at: i64,
    running: Option<i64>,
    ends_at: i64,
    by_itself: i64,
}

impl PresenceRow {
    pub(super) fn read(self) -> Result<Presence> {
        let row = Row {
            table: "presence",
            id: &self.id,
        };
        Ok(Presence {
            id: row.text("id", &self.id)?,
            ritual: row.text("ritual_id", &self.ritual_id)?,
            starter: row.text("starter_id", &self.starter_id)?,
            together: self.together == 1,
            minutes: row.value("minutes", self.minutes)?,
            started_at: row.instant("started_at", self.started_at)?,
            ends_at: row.instant("ends_at", self.ends_at)?,
            ended: match (self.running, self.by_itself) {
                (Some(_), _) => None,
                (None, 0) => Some(Ended::Finished),
                (None, _) => Some(Ended::ByItself),
            },
        })
    }
}

/// Adds a session. What its starter had before, and is over, is forgotten.
pub async fn begin(conn: &mut Conn, couple: CoupleId, presence: &Presence) -> Result<()> {
    sqlx::query("delete from presence where starter_id = $1 and running is null")
        .bind(presence.starter.to_string())
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "insert into presence (couple_id, id, ritual_id, starter_id, together, minutes, \
         started_at, running, ends_at, by_itself) values ($1, $2, $3, $4, $5, $6, $7, 1, $8, 0)",
    )
    .bind(couple.to_string())
    .bind(presence.id.to_string())
    .bind(presence.ritual.to_string())
    .bind(presence.starter.to_string())
    .bind(i64::from(presence.together))
    .bind(i64::from(presence.minutes))
    .bind(presence.started_at.timestamp_millis())
    .bind(presence.ends_at.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// Saves that a session has ended, when and how.
pub async fn end(conn: &mut Conn, couple: CoupleId, presence: &Presence) -> Result<()> {
    sqlx::query(
        "update presence set running = null, ends_at = $3, by_itself = $4 \
         where couple_id = $1 and id = $2",
    )
    .bind(couple.to_string())
    .bind(presence.id.to_string())
    .bind(presence.ends_at.timestamp_millis())
    .bind(i64::from(presence.ended == Some(Ended::ByItself)))
    .execute(conn)
    .await?;
    Ok(())
}

/// The couple's session with this id.
pub async fn find(conn: &mut Conn, couple: CoupleId, id: PresenceId) -> Result<Option<Presence>> {
    let row: Option<PresenceRow> =
        sqlx::query_as("select * from presence where couple_id = $1 and id = $2")
            .bind(couple.to_string())
            .bind(id.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(PresenceRow::read).transpose()
}

/// The sessions in which `member` sits, running or over, their own first, then what ended last. Of what they
/// declined they know nothing.
pub async fn of(conn: &mut Conn, couple: CoupleId, member: AccountId) -> Result<Vec<Presence>> {
    let rows: Vec<PresenceRow> = sqlx::query_as(
        "select p.* from presence p where p.couple_id = $1 \
         and (p.starter_id = $2 or p.together = 1) \
         and not exists (select 1 from rituals r where r.couple_id = p.couple_id \
         and r.id = p.ritual_id and r.declined_by = $2) \
         order by case when p.starter_id = $2 then 0 else 1 end, p.ends_at desc, p.id",
    )
    .bind(couple.to_string())
    .bind(member.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(PresenceRow::read).collect()
}

/// Removes a session.
pub async fn delete(conn: &mut Conn, couple: CoupleId, id: PresenceId) -> Result<()> {
    sqlx::query("delete from presence where couple_id = $1 and id = $2")
        .bind(couple.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets the couple's sessions, once they part.
pub async fn forget_couple(conn: &mut Conn, couple: CoupleId) -> Result<()> {
    sqlx::query("delete from presence where couple_id = $1")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// A session that is due to end by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Due {
    /// Whose it is.
    pub couple: CoupleId,
    /// A member of that couple.
    pub starter: AccountId,
    /// Its id.
    pub id: PresenceId,
}

/// The sessions that are due at `now`, the longest forgotten first. One that cannot be read is passed over, for
/// `hearth check` to find: the others must not wait for it.
pub async fn due(conn: &mut Conn, now: DateTime<Utc>) -> Result<Vec<Due>> {
    let rows: Vec<(String, String, String)> = sqlx::query_as(
        "select couple_id, starter_id, id from presence \
         where running = 1 and ends_at <= $1 order by ends_at, couple_id, id",
    )
    .bind(now.timestamp_millis())
    .fetch_all(conn)
    .await?;
    let read = |(couple, starter, id): &(String, String, String)| {
        Some(Due {
            couple: couple.parse().ok()?,
            starter: starter.parse().ok()?,
            id: id.parse().ok()?,
        })
    };
    Ok(rows.iter().filter_map(read).collect())
}
