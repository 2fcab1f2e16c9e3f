//! What a home screen shows, read by one statement that answers one row.
//!
//! A statement is a hop to SQLite's thread and back, and each column of each row is copied there, through a
//! lock that all threads share. Reading token, couple, rituals, rests and logs one after another took more
//! than twice as long as this. So of whatever there are several, all come in one text: their fields with
//! `FIELD` between, the rows with `ROW`. Neither can stand in a field: texts that people type have no
//! control characters but line breaks and tabs, and JSON escapes them.

use std::iter::Peekable;
use std::str::Split;

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::couples::{self, SeatRow};
use super::logs::LogRow;
use super::plans::PlanRow;
use super::reminders::{Sent, SentRow};
use super::rests::RestRow;
use super::rituals::RitualRow;
use super::tokens::OwnedRow;
use super::versions::{Version, VersionRow};
use super::{Conn, Result};
use crate::domain::account::Account;
use crate::domain::couple::Couple;
use crate::domain::log::Log;
use crate::domain::plan::Plan;
use crate::domain::rest::Rest;
use crate::domain::ritual::Ritual;
use crate::domain::streak::settled_before;
use crate::domain::token::Token;
use crate::ids::Secret;

/// Stands between the fields of a row: U+001F, the unit separator.
const FIELD: char = '\u{1f}';

/// Stands between rows: U+001E, the record separator.
const ROW: char = '\u{1e}';

/// A ritual `r` with the logs that no checkpoint holds yet, in one text. A null would vanish from `concat_ws`; the logs,
/// its last field, may.
macro_rules! packed_ritual {
    () => {
        "concat_ws('\u{1f}', r.id, r.proposed_by, r.title, r.title_by, r.practice, \
         r.rule, r.forgiveness, coalesce(r.cue, ''), coalesce(r.cue_by, ''), \
         coalesce(cast(r.target_minutes as text), ''), r.revisions, r.participants, r.checkpoint, \
         (select string_agg(concat_ws('\u{1f}', l.ritual_id, l.date, l.member_id, \
         coalesce(cast(l.minutes as text), ''), coalesce(l.note, ''), coalesce(l.mood, ''), \
         l.visibility, l.logged_at, l.time_zone), '\u{1f}') from logs l \
         where l.couple_id = r.couple_id and l.ritual_id = r.id and l.date >= r.unsettled_from))"
    };
}

/// A rest `d` in one text.
macro_rules! packed_rest {
    () => {
        "concat_ws('\u{1f}', d.id, coalesce(d.ritual_id, ''), d.archive, d.first_date, \
         coalesce(d.last_date, ''))"
    };
}

pub(super) use {packed_rest, packed_ritual};

/// Everything that today is told from.
#[derive(Debug)]
pub struct Home {
    /// What was shown.
    pub token: Token,
    /// Whose it is.
    pub me: Account,
    /// The version of the couple in which they have a seat.
    pub version: Option<Version>,
    /// The open couple in which they have a seat, confirmed or awaiting.
    pub couple: Option<Couple>,
    /// Its rituals that are not archived, oldest first, without those that `me` declined.
    pub rituals: Vec<Ritual>,
    /// Its rests that reach what is unsettled.
    pub rests: Vec<Rest>,
    /// The logs that no checkpoint of these rituals holds yet.
    pub logs: Vec<Log>,
    /// Its plans that may not be over for somebody yet, the soonest first, without those of rituals that `me`
    /// declined.
    pub plans: Vec<Plan>,
    /// What `me` was reminded of lately, in the order of the clock, by reminders that are on.
    pub reminders: Vec<Sent>,
}

#[derive(FromRow)]
struct HomeRow {
    #[sqlx(flatten)]
    owned: OwnedRow,
    #[sqlx(flatten)]
    version: VersionRow,
    seats: Option<String>,
    rituals: Option<String>,
    rests: Option<String>,
    plans: Option<String>,
    reminders: Option<String>,
}

/// The home of whoever holds the living token that this secret opens.
pub async fn find(conn: &mut Conn, secret: &Secret, now: DateTime<Utc>) -> Result<Option<Home>> {
    let row: Option<HomeRow> = sqlx::query_as(concat!(
        "with owned as (\
         select t.id as token_id, t.account_id, t.label, t.scopes, t.created_at as token_created_at, \
         t.expires_at, t.last_used_on, \
         a.id, a.email, a.name, a.time_zone, a.share_time_zone, a.created_at \
         from tokens t join accounts a on a.id = t.account_id where t.secret_hash = $1), \
         place as (select s.couple_id, s.account_id, s.version from owned join seats s \
         on s.account_id = owned.id and s.active = 1 and (s.lapses_at is null or s.lapses_at > $2)), \
         shelf as (select min(r.unsettled_from) as since, \
         string_agg(", packed_ritual!(), ", '\u{1e}' order by r.created_at, r.id) as rituals \
         from place join rituals r on r.couple_id = place.couple_id \
         where (r.declined_by is null or r.declined_by <> place.account_id) \
         and not exists (select 1 from rests f where f.couple_id = r.couple_id \
         and f.ritual_id = r.id and f.archive = 1 and f.last_date is null)) \
         select owned.*, shelf.rituals, \
         (select couple_id from place) as couple_id, (select version from place) as version, \
         (select string_agg(concat_ws('\u{1f}', c.id, coalesce(c.name, ''), c.day_start, c.week_start, \
         coalesce(c.together_since, ''), coalesce(cast(c.closed_at as text), ''), s.account_id, \
         coalesce(cast(s.lapses_at as text), ''), b.name, b.email, b.time_zone, b.share_time_zone), \
         '\u{1e}' order by s.seat) from place join couples c on c.id = place.couple_id \
         join seats s on s.couple_id = c.id and s.active = 1 \
         and (s.lapses_at is null or s.lapses_at > $2) \
         join accounts b on b.id = s.account_id) as seats, \
         (select string_agg(", packed_rest!(), ", '\u{1e}') \
         from place join rests d on d.couple_id = place.couple_id \
         where (d.last_date is null and d.archive = 0) or d.last_date >= $3 \
         or d.last_date >= shelf.since) as rests, \
         (select string_agg(concat_ws('\u{1f}', p.id, coalesce(p.ritual_id, ''), p.date, \
         coalesce(p.at, ''), coalesce(p.title, ''), coalesce(p.title_by, ''), p.planner_id), \
         '\u{1e}' order by p.date, coalesce(p.at, ''), p.id) \
         from place join plans p on p.couple_id = place.couple_id where p.date >= $3 \
         and not exists (select 1 from rituals r where r.couple_id = p.couple_id \
         and r.id = p.ritual_id and r.declined_by = place.account_id)) as plans, \
         (select string_agg(concat_ws('\u{1f}', m.id, o.ritual_id, o.date, o.at, o.kind, \
         coalesce(cast(m.snoozed_until as text), ''), coalesce(m.dismissed_on, '')), \
         '\u{1e}' order by o.at) from place join occasions o on o.couple_id = place.couple_id \
         and o.member_id = place.account_id and o.date >= $3 \
         join reminders m on m.couple_id = o.couple_id and m.ritual_id = o.ritual_id \
         and m.member_id = o.member_id and m.enabled = 1) as reminders \
         from owned cross join shelf",
    ))
    .bind(secret.hash())
    .bind(now.timestamp_millis())
    .bind(settled_before(now).to_string())
    .fetch_optional(conn)
    .await?;
    let Some(row) = row else {
        return Ok(None);
    };
    let (token, me) = row.owned.read()?;
    let mut home = Home {
        token,
        me,
        version: row.version.read()?,
        couple: couples::seated(&seats(row.seats))?,
        rituals: Vec::new(),
        rests: Vec::new(),
        logs: Vec::new(),
        plans: Vec::new(),
        reminders: Vec::new(),
    };
    for mut fields in rows(row.rituals.as_deref()) {
        home.rituals.push(RitualRow::unpack(&mut fields).read()?);
        while fields.more() {
            home.logs.push(LogRow::unpack(&mut fields).read()?);
        }
    }
    for mut fields in rows(row.rests.as_deref()) {
        home.rests.push(RestRow::unpack(&mut fields).read()?);
    }
    for mut fields in rows(row.plans.as_deref()) {
        home.plans.push(PlanRow::unpack(&mut fields).read()?);
    }
    for mut fields in rows(row.reminders.as_deref()) {
        home.reminders.push(SentRow::unpack(&mut fields).read()?);
    }
    Ok(Some(home).filter(|home| home.token.is_alive(now)))
}

/// The rows that came in one text.
pub(super) fn rows(packed: Option<&str>) -> impl Iterator<Item = Fields<'_>> {
    let rows = packed.unwrap_or_default().split(ROW);
    let rows = rows.filter(|row| !row.is_empty());
    rows.map(|row| Fields(row.split(FIELD).peekable()))
}

fn seats(packed: Option<String>) -> Vec<SeatRow> {
    rows(packed.as_deref())
        .map(|mut fields| SeatRow::unpack(&mut fields))
        .collect()
}

/// The fields of one row, in their order. One that is missing is empty, which nothing that is read from
/// them may be: it is found out to be corrupt.
pub(super) struct Fields<'a>(Peekable<Split<'a, char>>);

impl Fields<'_> {
    /// A text.
    pub(super) fn text(&mut self) -> String {
        self.0.next().unwrap_or_default().to_owned()
    }

    /// Whether there are more.
    pub(super) fn more(&mut self) -> bool {
        self.0.peek().is_some()
    }

    /// A text that may be absent; none is empty.
    pub(super) fn optional(&mut self) -> Option<String> {
        Some(self.text()).filter(|text| !text.is_empty())
    }

    /// A number that may be absent.
    pub(super) fn optional_number(&mut self) -> Option<i64> {
        self.text().parse().ok()
    }
}
