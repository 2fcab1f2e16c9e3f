//! The schedule: which reminders are due, with all that is needed to decide about them. It touches what is due and
//! nothing else, however many there are.

use chrono::{DateTime, TimeDelta, Utc};
use sqlx::FromRow;

use super::logs::LogRow;
use super::reminders::ReminderRow;
use super::rests::RestRow;
use super::rituals::RitualRow;
use super::today::{packed_rest, packed_ritual, rows};
use super::{Conn, Error, Result, Row, json};
use crate::domain::ledger::Ledger;
use crate::domain::occasion::Watch;
use crate::domain::reminder::Reminder;
use crate::domain::rest::RestDates;
use crate::domain::ritual::Ritual;
use crate::ids::{AccountId, CoupleId, RitualId};

/// A reminder that is due, and what decides about it.
#[derive(Debug)]
pub struct Due {
    /// Whose couple.
    pub couple: CoupleId,
    /// The reminder.
    pub reminder: Reminder,
    /// How its member tells the time.
    pub watch: Watch,
    /// What it reminds of.
    pub ritual: Ritual,
    /// When that rests.
    pub rests: RestDates,
    /// Who logged it, since its checkpoint.
    pub ledger: Ledger,
}

#[derive(FromRow)]
struct DueRow {
    couple_id: String,
    #[sqlx(flatten)]
    reminder: ReminderRow,
    time_zone: String,
    day_start: String,
    ritual: String,
    rests: Option<String>,
}

/// Reminders `m` with all that decides about them.
macro_rules! due_reminders {
    () => {
        concat!(
            "select m.*, a.time_zone, c.day_start, ",
            packed_ritual!(),
            " as ritual, (select string_agg(",
            packed_rest!(),
            ", '\u{1e}') from rests d where d.couple_id = m.couple_id \
             and (d.ritual_id is null or d.ritual_id = m.ritual_id) \
             and (d.last_date is null or d.last_date >= r.unsettled_from)) as rests \
             from reminders m join accounts a on a.id = m.member_id \
             join couples c on c.id = m.couple_id \
             join rituals r on r.couple_id = m.couple_id and r.id = m.ritual_id "
        )
    };
}

/// When the next reminder is due.
pub async fn next(conn: &mut Conn) -> Result<Option<DateTime<Utc>>> {
    let next: Option<i64> = sqlx::query_scalar(
        "select next_at from reminders where next_at is not null order by next_at limit 1",
    )
    .fetch_optional(conn)
    .await?;
    Ok(next.and_then(DateTime::from_timestamp_millis))
}

/// What is due, everything of some `members` who are due first: what one is told at the same minute is told at once. What
/// cannot be read is put off for a day, and noted: one damaged row must not keep everybody else from being reminded.
pub async fn due(conn: &mut Conn, now: DateTime<Utc>, members: i64) -> Result<Vec<Due>> {
    let rows: Vec<DueRow> = sqlx::query_as(concat!(
        due_reminders!(),
        "where m.next_at <= $1 and m.member_id in (select d.member_id from reminders d \
         where d.next_at <= $1 order by d.next_at, d.member_id limit $2) \
         order by m.member_id, m.next_at, m.ritual_id",
    ))
    .bind(now.timestamp_millis())
    .bind(members)
    .fetch_all(&mut *conn)
    .await?;
    let mut due = Vec::with_capacity(rows.len());
    for row in rows {
        let id = row.reminder.id.clone();
        match row.read() {
            Ok(one) => due.push(one),
            Err(error @ Error::Corrupt { .. }) => {
                tracing::error!(%error, "a reminder cannot be read: run `hearth check`");
                put_off(conn, &id, now + TimeDelta::days(1)).await?;
            }
            Err(error) => return Err(error),
        }
    }
    Ok(due)
}

async fn put_off(conn: &mut Conn, id: &str, until: DateTime<Utc>) -> Result<()> {
    sqlx::query("update reminders set next_at = $2 where id = $1")
        .bind(id)
        .bind(until.timestamp_millis())
        .execute(conn)
        .await?;
    Ok(())
}

/// A member's reminder of a ritual, with all that decides about it, due or not.
pub async fn find(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: RitualId,
    member: AccountId,
) -> Result<Option<Due>> {
    let row: Option<DueRow> = sqlx::query_as(concat!(
        due_reminders!(),
        "where m.couple_id = $1 and m.ritual_id = $2 and m.member_id = $3",
    ))
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .bind(member.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(DueRow::read).transpose()
}

impl DueRow {
    fn read(self) -> Result<Due> {
        let reminder = self.reminder.read()?;
        let row = Row {
            table: "reminders",
            id: &reminder.id,
        };
        let (mut ritual, mut ledger) = (None, Ledger::default());
        for mut fields in rows(Some(&self.ritual)) {
            ritual = Some(RitualRow::unpack(&mut fields).read()?);
            while fields.more() {
                let log = LogRow::unpack(&mut fields).read()?;
                ledger.add(log.member, log.date);
            }
        }
        let rests =
            rows(self.rests.as_deref()).map(|mut fields| RestRow::unpack(&mut fields).read());
        let rests = rests.collect::<Result<Vec<_>>>()?;
        Ok(Due {
            couple: row.text("couple_id", &self.couple_id)?,
            watch: Watch {
                zone: row.text("time_zone", &self.time_zone)?,
                day_start: row.text("day_start", &self.day_start)?,
            },
            rests: RestDates::of(reminder.ritual, &rests),
            ritual: ritual.ok_or_else(|| row.corrupt("ritual_id"))?,
            reminder,
            ledger,
        })
    }
}

/// Saves what came of a look at a reminder, which was like this `before`; `false` when somebody changed it since: another
/// server, its owner, or a nudge.
pub async fn claim(
    conn: &mut Conn,
    couple: CoupleId,
    reminder: &Reminder,
    before: &Reminder,
) -> Result<bool> {
    let done = sqlx::query(
        "update reminders set patience = $4, snoozed_until = $5, nudge_at = $6, nudged_on = $7, next_at = $8 \
         where couple_id = $1 and ritual_id = $2 and member_id = $3 \
         and next_at is not distinct from $9 and nudge_at is not distinct from $10",
    )
    .bind(couple.to_string())
    .bind(reminder.ritual.to_string())
    .bind(reminder.member.to_string())
    .bind(json(&reminder.patience)?)
    .bind(reminder.snoozed_until.map(|until| until.timestamp_millis()))
    .bind(reminder.nudge_at.map(|at| at.timestamp_millis()))
    .bind(reminder.nudged_on.map(|date| date.to_string()))
    .bind(reminder.next_at.map(|next| next.timestamp_millis()))
    .bind(before.next_at.map(|due| due.timestamp_millis()))
    .bind(before.nudge_at.map(|at| at.timestamp_millis()))
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}
