//! Reminders, and the occasions on which they went out.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::today::Fields;
use super::{Conn, Result, Row, json, word};
use crate::domain::day::Date;
use crate::domain::occasion::Occasion;
use crate::domain::patience::Patience;
use crate::domain::reminder::{Kind, Reminder};
use crate::domain::time::WallTime;
use crate::ids::{AccountId, CoupleId, ReminderId, RitualId};

/// For how many days it is known what went out.
pub const KNOWN_FOR: i64 = 7;

#[derive(FromRow)]
pub(super) struct ReminderRow {
    pub id: String,
    ritual_id: String,
    member_id: String,
    times: String,
    enabled: i64,
    patience: String,
    snoozed_until: Option<i64>,
    dismissed_on: Option<String>,
    nudges: i64,
    nudge_at: Option<i64>,
    nudged_on: Option<String>,
    next_at: Option<i64>,
}

impl ReminderRow {
    pub(super) fn read(self) -> Result<Reminder> {
        let row = Row {
            table: "reminders",
            id: &self.id,
        };
        let instant = |column, millis: Option<i64>| {
            millis.map(|millis| row.instant(column, millis)).transpose()
        };
        Ok(Reminder {
            id: row.text("id", &self.id)?,
            member: row.text("member_id", &self.member_id)?,
            ritual: row.text("ritual_id", &self.ritual_id)?,
            times: row.json("times", &self.times)?,
            enabled: self.enabled == 1,
            patience: row.json("patience", &self.patience)?,
            snoozed_until: instant("snoozed_until", self.snoozed_until)?,
            dismissed_on: row.optional("dismissed_on", self.dismissed_on)?,
            nudges: self.nudges == 1,
            nudge_at: instant("nudge_at", self.nudge_at)?,
            nudged_on: row.optional("nudged_on", self.nudged_on)?,
            next_at: instant("next_at", self.next_at)?,
        })
    }
}

/// This member's reminder of a ritual.
pub async fn find(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: RitualId,
    member: AccountId,
) -> Result<Option<Reminder>> {
    let row: Option<ReminderRow> = sqlx::query_as(
        "select * from reminders where couple_id = $1 and ritual_id = $2 and member_id = $3",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .bind(member.to_string())
    .fetch_optional(conn)
    .await?;
    row.map(ReminderRow::read).transpose()
}

/// All of this member's reminders in a couple, the oldest ritual first.
pub async fn of(conn: &mut Conn, couple: CoupleId, member: AccountId) -> Result<Vec<Reminder>> {
    let rows: Vec<ReminderRow> = sqlx::query_as(
        "select m.* from reminders m join rituals r on r.couple_id = m.couple_id \
         and r.id = m.ritual_id where m.couple_id = $1 and m.member_id = $2 \
         order by r.created_at, r.id",
    )
    .bind(couple.to_string())
    .bind(member.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(ReminderRow::read).collect()
}

/// Saves a reminder.
pub async fn put(conn: &mut Conn, couple: CoupleId, reminder: &Reminder) -> Result<()> {
    sqlx::query(
        "insert into reminders (couple_id, ritual_id, member_id, id, times, enabled, patience, \
         snoozed_until, dismissed_on, nudges, nudge_at, nudged_on, next_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) \
         on conflict (couple_id, ritual_id, member_id) do update set times = $5, enabled = $6, \
         patience = $7, snoozed_until = $8, dismissed_on = $9, nudges = $10, nudge_at = $11, \
         nudged_on = $12, next_at = $13",
    )
    .bind(couple.to_string())
    .bind(reminder.ritual.to_string())
    .bind(reminder.member.to_string())
    .bind(reminder.id.to_string())
    .bind(json(&reminder.times)?)
    .bind(i64::from(reminder.enabled))
    .bind(json(&reminder.patience)?)
    .bind(reminder.snoozed_until.map(|until| until.timestamp_millis()))
    .bind(reminder.dismissed_on.map(|date| date.to_string()))
    .bind(i64::from(reminder.nudges))
    .bind(reminder.nudge_at.map(|at| at.timestamp_millis()))
    .bind(reminder.nudged_on.map(|date| date.to_string()))
    .bind(reminder.next_at.map(|next| next.timestamp_millis()))
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that the partner nudges this member, unless their reminder is off, or a nudge waits already: it is looked at next.
pub async fn nudge(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: RitualId,
    member: AccountId,
    now: DateTime<Utc>,
) -> Result<()> {
    sqlx::query(
        "update reminders set nudge_at = $4, next_at = case when next_at < $4 then next_at else $4 end \
         where couple_id = $1 and ritual_id = $2 and member_id = $3 and enabled = 1 and nudge_at is null",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .bind(member.to_string())
    .bind(now.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(())
}

/// Notes that a member logged a ritual: whatever their reminder's patience was, it begins anew.
pub async fn begin_anew(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: RitualId,
    member: AccountId,
) -> Result<()> {
    let anew = json(&Patience::default())?;
    sqlx::query(
        "update reminders set patience = $4 \
         where couple_id = $1 and ritual_id = $2 and member_id = $3 and patience <> $4",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .bind(member.to_string())
    .bind(anew)
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets all reminders of a couple that is closed.
pub async fn forget(conn: &mut Conn, couple: CoupleId) -> Result<()> {
    sqlx::query("delete from reminders where couple_id = $1")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Notes that a reminder goes out on this occasion; `false` when it did before.
pub async fn note(
    conn: &mut Conn,
    couple: CoupleId,
    reminder: &Reminder,
    occasion: &Occasion,
    kind: Kind,
) -> Result<bool> {
    let known_since = occasion.date.plus(-KNOWN_FOR);
    sqlx::query(
        "delete from occasions \
         where couple_id = $1 and ritual_id = $2 and member_id = $3 and date < $4",
    )
    .bind(couple.to_string())
    .bind(reminder.ritual.to_string())
    .bind(reminder.member.to_string())
    .bind(known_since.to_string())
    .execute(&mut *conn)
    .await?;
    let done = sqlx::query(
        "insert into occasions (couple_id, ritual_id, member_id, date, at, kind) \
         values ($1, $2, $3, $4, $5, $6) on conflict do nothing",
    )
    .bind(couple.to_string())
    .bind(reminder.ritual.to_string())
    .bind(reminder.member.to_string())
    .bind(occasion.date.to_string())
    .bind(occasion.at.to_string())
    .bind(word(&kind)?)
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// A reminder that went out and may still wait, and the occasion on which it did.
#[derive(Debug, Clone, PartialEq)]
pub struct Sent {
    /// The reminder.
    pub reminder: ReminderId,
    /// What of.
    pub ritual: RitualId,
    /// The date it was.
    pub date: Date,
    /// The time.
    pub at: WallTime,
    /// What it said.
    pub kind: Kind,
    /// Until when it is snoozed.
    pub snoozed_until: Option<DateTime<Utc>>,
    /// The date for which it was dismissed.
    pub dismissed_on: Option<Date>,
}

impl Sent {
    /// Whether it may still wait on this date, at this instant.
    pub fn may_wait(&self, today: Date, now: DateTime<Utc>) -> bool {
        let is_snoozed = self.snoozed_until.is_some_and(|until| until > now);
        self.date == today && !is_snoozed && self.dismissed_on != Some(today)
    }
}

/// A row of [`Sent`], as the home screen's statement packs it.
#[derive(FromRow)]
pub(super) struct SentRow {
    reminder: String,
    ritual: String,
    date: String,
    at: String,
    kind: String,
    snoozed_until: Option<i64>,
    dismissed_on: Option<String>,
}

impl SentRow {
    pub(super) fn unpack(fields: &mut Fields<'_>) -> SentRow {
        SentRow {
            reminder: fields.text(),
            ritual: fields.text(),
            date: fields.text(),
            at: fields.text(),
            kind: fields.text(),
            snoozed_until: fields.optional_number(),
            dismissed_on: fields.optional(),
        }
    }

    pub(super) fn read(self) -> Result<Sent> {
        let row = Row {
            table: "occasions",
            id: &self.reminder,
        };
        let snoozed_until = self
            .snoozed_until
            .map(|until| row.instant("snoozed_until", until));
        Ok(Sent {
            reminder: row.text("id", &self.reminder)?,
            ritual: row.text("ritual_id", &self.ritual)?,
            date: row.text("date", &self.date)?,
            at: row.text("at", &self.at)?,
            kind: row.word("kind", &self.kind)?,
            snoozed_until: snoozed_until.transpose()?,
            dismissed_on: row.optional("dismissed_on", self.dismissed_on)?,
        })
    }
}
