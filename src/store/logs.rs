//! Logs: one a ritual, member and date.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::rituals::Which;
use super::today::Fields;
use super::years;
use super::{Conn, Result, Row, text_or_empty, word};
use crate::domain::day::Date;
use crate::domain::log::Log;
use crate::ids::{AccountId, CoupleId, RitualId};

#[derive(FromRow)]
pub(super) struct LogRow {
    ritual_id: String,
    date: String,
    member_id: String,
    minutes: Option<i64>,
    note: Option<String>,
    mood: Option<String>,
    visibility: String,
    logged_at: i64,
    time_zone: String,
}

impl LogRow {
    pub(super) fn unpack(fields: &mut Fields<'_>) -> LogRow {
        LogRow {
            ritual_id: fields.text(),
            date: fields.text(),
            member_id: fields.text(),
            minutes: fields.optional_number(),
            note: fields.optional(),
            mood: fields.optional(),
            visibility: fields.text(),
            logged_at: fields.optional_number().unwrap_or(i64::MIN),
            time_zone: fields.text(),
        }
    }

    pub(super) fn read(self) -> Result<Log> {
        let id = format_args!("{}/{}/{}", self.ritual_id, self.date, self.member_id);
        let row = Row {
            table: "logs",
            id: &id,
        };
        Ok(Log {
            ritual: row.text("ritual_id", &self.ritual_id)?,
            member: row.text("member_id", &self.member_id)?,
            date: row.text("date", &self.date)?,
            minutes: row.optional("minutes", self.minutes)?,
            note: row.optional("note", self.note)?,
            mood: row.optional("mood", self.mood)?,
            visibility: row.word("visibility", &self.visibility)?,
            logged_at: row.instant("logged_at", self.logged_at)?,
            zone: row.text("time_zone", &self.time_zone)?,
        })
    }
}

/// Writes a log, in place of the one with the same ritual, member and date.
pub async fn put(conn: &mut Conn, couple: CoupleId, log: &Log) -> Result<()> {
    sqlx::query(
        "insert into logs (couple_id, ritual_id, date, member_id, minutes, note, mood, \
         visibility, logged_at, time_zone) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) \
         on conflict (couple_id, ritual_id, date, member_id) do update set \
         minutes = excluded.minutes, note = excluded.note, mood = excluded.mood, \
         visibility = excluded.visibility, logged_at = excluded.logged_at, \
         time_zone = excluded.time_zone",
    )
    .bind(couple.to_string())
    .bind(log.ritual.to_string())
    .bind(log.date.to_string())
    .bind(log.member.to_string())
    .bind(log.minutes.map(i64::from))
    .bind(log.note.as_ref().map(|note| note.as_str()))
    .bind(log.mood.as_ref().map(|mood| mood.as_str()))
    .bind(word(&log.visibility)?)
    .bind(log.logged_at.timestamp_millis())
    .bind(log.zone.name())
    .execute(&mut *conn)
    .await?;
    years::refresh(conn, couple, log.ritual, log.date).await
}

/// One member's log of a ritual for a date.
pub async fn find(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: RitualId,
    date: Date,
    member: AccountId,
) -> Result<Option<Log>> {
    let row: Option<LogRow> = sqlx::query_as(
        "select * from logs \
         where couple_id = $1 and ritual_id = $2 and date = $3 and member_id = $4",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .bind(date.to_string())
    .bind(member.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(LogRow::read).transpose()
}

/// Removes a log; `false` when there was none.
pub async fn delete(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: RitualId,
    date: Date,
    member: AccountId,
) -> Result<bool> {
    let done = sqlx::query(
        "delete from logs \
         where couple_id = $1 and ritual_id = $2 and date = $3 and member_id = $4",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .bind(date.to_string())
    .bind(member.to_string())
    .execute(&mut *conn)
    .await?;
    years::refresh(conn, couple, ritual, date).await?;
    Ok(done.rows_affected() == 1)
}

/// Removes all that this member ever logged in this couple, which has closed.
pub async fn delete_all(conn: &mut Conn, couple: CoupleId, member: AccountId) -> Result<()> {
    sqlx::query("delete from logs where couple_id = $1 and member_id = $2")
        .bind(couple.to_string())
        .bind(member.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// The logs that no checkpoint holds yet, of these rituals.
pub async fn unsettled(conn: &mut Conn, couple: CoupleId, which: Which) -> Result<Vec<Log>> {
    let rows: Vec<LogRow> = sqlx::query_as(
        // `cross join` is an order: left to itself, SQLite walks through all the couple's logs first.
        "select l.* from rituals r cross join logs l \
         where r.couple_id = $1 and ($2 = '' or r.id = $2) and l.couple_id = r.couple_id \
         and l.ritual_id = r.id and l.date >= r.unsettled_from \
         and ($3 = 0 or not exists (select 1 from rests a where a.couple_id = r.couple_id \
         and a.ritual_id = r.id and a.archive = 1 and a.last_date is null))",
    )
    .bind(couple.to_string())
    .bind(which.id_or_empty())
    .bind(which.only_current())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(LogRow::read).collect()
}

/// Who logged a ritual when, from one date to another, both inclusive.
pub async fn dates(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: RitualId,
    from: Date,
    to: Date,
) -> Result<Vec<(AccountId, Date)>> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select member_id, date from logs \
         where couple_id = $1 and ritual_id = $2 and date >= $3 and date <= $4",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .bind(from.to_string())
    .bind(to.to_string())
    .fetch_all(conn)
    .await?;
    let row = Row {
        table: "logs",
        id: &ritual,
    };
    rows.iter()
        .map(|(member, date)| Ok((row.text("member_id", member)?, row.text("date", date)?)))
        .collect()
}

/// Whether anybody ever logged this ritual.
pub async fn any(conn: &mut Conn, couple: CoupleId, ritual: RitualId) -> Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("select 1 from logs where couple_id = $1 and ritual_id = $2 limit 1")
            .bind(couple.to_string())
            .bind(ritual.to_string())
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

/// All the logs of a ritual, by date.
pub async fn all(conn: &mut Conn, couple: CoupleId, ritual: RitualId) -> Result<Vec<Log>> {
    let rows: Vec<LogRow> = sqlx::query_as(
        "select * from logs where couple_id = $1 and ritual_id = $2 order by date, member_id",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(LogRow::read).collect()
}

/// Which logs to list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Who reads. What they declined is left out, unless they ask for that ritual.
    pub reader: AccountId,
    /// Only this ritual's.
    pub ritual: Option<RitualId>,
    /// Only this member's.
    pub member: Option<AccountId>,
    /// The first date.
    pub from: Date,
    /// The last date.
    pub to: Date,
    /// Only what comes after this one in the list.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
}

/// A log's place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its date.
    pub date: Date,
    /// Its ritual.
    pub ritual: RitualId,
    /// Its member.
    pub member: AccountId,
}

/// Logs by date, newest first, then by ritual and member: never by the instant they were written.
pub async fn list(conn: &mut Conn, couple: CoupleId, filter: &Filter) -> Result<Vec<Log>> {
    let after = filter.after;
    let to = after.map_or(filter.to, |after| after.date.min(filter.to));
    let rows: Vec<LogRow> = sqlx::query_as(
        "select * from logs where couple_id = $1 and date >= $2 and date <= $3 \
         and ($4 = '' or ritual_id = $4) and ($5 = '' or member_id = $5) \
         and ($6 = '' or date < $6 or ritual_id > $7 or (ritual_id = $7 and member_id > $8)) \
         and ($4 <> '' or not exists (select 1 from rituals r where r.couple_id = $1 \
         and r.id = logs.ritual_id and r.declined_by = $9)) \
         order by date desc, ritual_id, member_id limit $10",
    )
    .bind(couple.to_string())
    .bind(filter.from.to_string())
    .bind(to.to_string())
    .bind(text_or_empty(filter.ritual))
    .bind(text_or_empty(filter.member))
    .bind(text_or_empty(after.map(|after| after.date)))
    .bind(text_or_empty(after.map(|after| after.ritual)))
    .bind(text_or_empty(after.map(|after| after.member)))
    .bind(filter.reader.to_string())
    .bind(filter.limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(LogRow::read).collect()
}
