//! Couples and their two seats.

use chrono::{DateTime, Utc};
use sqlx::FromRow;

use super::today::Fields;
use super::{Conn, Result, Row, word, years};
use crate::domain::couple::{Couple, Member, Standing};
use crate::ids::{AccountId, CoupleId};

#[derive(FromRow)]
pub(super) struct SeatRow {
    id: String,
    name: Option<String>,
    day_start: String,
    week_start: String,
    together_since: Option<String>,
    closed_at: Option<i64>,
    account_id: String,
    lapses_at: Option<i64>,
    member_name: String,
    email: String,
    time_zone: String,
    share_time_zone: i64,
}

impl SeatRow {
    pub(super) fn unpack(fields: &mut Fields<'_>) -> SeatRow {
        SeatRow {
            id: fields.text(),
            name: fields.optional(),
            day_start: fields.text(),
            week_start: fields.text(),
            together_since: fields.optional(),
            closed_at: fields.optional_number(),
            account_id: fields.text(),
            lapses_at: fields.optional_number(),
            member_name: fields.text(),
            email: fields.text(),
            time_zone: fields.text(),
            share_time_zone: fields.optional_number().unwrap_or_default(),
        }
    }

    pub(super) fn member(&self) -> Result<Member> {
        let row = Row {
            table: "accounts",
            id: &self.account_id,
        };
        let standing = match self.lapses_at {
            None => Standing::Active,
            Some(millis) => Standing::Awaiting {
                lapses_at: row.instant("lapses_at", millis)?,
            },
        };
        Ok(Member {
            id: row.text("id", &self.account_id)?,
            name: row.value("name", self.member_name.clone())?,
            email: row.value("email", self.email.clone())?,
            zone: row.text("time_zone", &self.time_zone)?,
            shares_zone: self.share_time_zone == 1,
            standing,
        })
    }

    pub(super) fn couple(&self, members: Vec<Member>) -> Result<Couple> {
        let row = Row {
            table: "couples",
            id: &self.id,
        };
        Ok(Couple {
            id: row.text("id", &self.id)?,
            name: row.optional("name", self.name.clone())?,
            day_start: row.text("day_start", &self.day_start)?,
            week_start: row.word("week_start", &self.week_start)?,
            together_since: row.optional("together_since", self.together_since.clone())?,
            closed: self.closed_at.is_some(),
            members,
        })
    }
}

/// The open couple in which `account` has a seat, confirmed or awaiting. Lapsed seats are free.
pub async fn of(conn: &mut Conn, account: AccountId, now: DateTime<Utc>) -> Result<Option<Couple>> {
    let rows: Vec<SeatRow> = sqlx::query_as(
        "select c.id, c.name, c.day_start, c.week_start, c.together_since, c.closed_at, \
         s.account_id, s.lapses_at, \
         a.name as member_name, a.email, a.time_zone, a.share_time_zone \
         from seats mine \
         join couples c on c.id = mine.couple_id \
         join seats s on s.couple_id = c.id and s.active = 1 \
         and (s.lapses_at is null or s.lapses_at > $2) \
         join accounts a on a.id = s.account_id \
         where mine.account_id = $1 and mine.active = 1 \
         and (mine.lapses_at is null or mine.lapses_at > $2) \
         order by s.seat",
    )
    .bind(account.to_string())
    .bind(now.timestamp_millis())
    .fetch_all(conn)
    .await?;
    seated(&rows)
}

/// The couple whose seats these are.
pub(super) fn seated(seats: &[SeatRow]) -> Result<Option<Couple>> {
    let members = seats.iter().map(SeatRow::member).collect::<Result<_>>()?;
    seats.first().map(|seat| seat.couple(members)).transpose()
}

/// Every couple in which `account` is confirmed, or was until it closed, in the order in which they lived
/// in them. Whoever only awaited confirmation was never one of the two.
pub async fn all_of(conn: &mut Conn, account: AccountId) -> Result<Vec<Couple>> {
    let rows: Vec<SeatRow> = sqlx::query_as(
        "select c.id, c.name, c.day_start, c.week_start, c.together_since, c.closed_at, \
         s.account_id, s.lapses_at, coalesce(s.closing_name, a.name) as member_name, \
         a.email, a.time_zone, a.share_time_zone \
         from seats mine \
         join couples c on c.id = mine.couple_id \
         join seats s on s.couple_id = c.id and s.lapses_at is null \
         join accounts a on a.id = s.account_id \
         where mine.account_id = $1 and mine.lapses_at is null \
         order by case when c.closed_at is null then 1 else 0 end, c.closed_at, c.id, s.seat",
    )
    .bind(account.to_string())
    .fetch_all(conn)
    .await?;
    rows.chunk_by(|one, next| one.id == next.id)
        .filter_map(|seats| seated(seats).transpose())
        .collect()
}

/// Founds a couple; its members take the seats in their order.
pub async fn found(conn: &mut Conn, couple: &Couple, now: DateTime<Utc>) -> Result<()> {
    sqlx::query(
        "insert into couples (id, name, day_start, week_start, together_since, created_at) \
         values ($1, $2, $3, $4, $5, $6)",
    )
    .bind(couple.id.to_string())
    .bind(couple.name.as_ref().map(|name| name.as_str()))
    .bind(couple.day_start.to_string())
    .bind(word(&couple.week_start)?)
    .bind(couple.together_since.map(|date| date.to_string()))
    .bind(now.timestamp_millis())
    .execute(&mut *conn)
    .await?;
    for (seat, member) in (1i64..).zip(&couple.members) {
        sqlx::query(
            "insert into seats (couple_id, seat, account_id, active) values ($1, $2, $3, 1)",
        )
        .bind(couple.id.to_string())
        .bind(seat)
        .bind(member.id.to_string())
        .execute(&mut *conn)
        .await?;
    }
    Ok(())
}

/// Saves the couple's name, day, week and anniversary.
pub async fn update(conn: &mut Conn, couple: &Couple) -> Result<()> {
    sqlx::query(
        "update couples set name = $2, day_start = $3, week_start = $4, together_since = $5 \
         where id = $1",
    )
    .bind(couple.id.to_string())
    .bind(couple.name.as_ref().map(|name| name.as_str()))
    .bind(couple.day_start.to_string())
    .bind(word(&couple.week_start)?)
    .bind(couple.together_since.map(|date| date.to_string()))
    .execute(conn)
    .await?;
    Ok(())
}

/// Frees lapsed seats: those of this account, so that it can sit elsewhere, and this couple's.
pub async fn free_lapsed(
    conn: &mut Conn,
    account: AccountId,
    couple: Option<CoupleId>,
    now: DateTime<Utc>,
) -> Result<()> {
    let couple = couple.map(|id| id.to_string());
    sqlx::query("delete from seats where lapses_at <= $3 and (account_id = $1 or couple_id = $2)")
        .bind(account.to_string())
        .bind(couple)
        .bind(now.timestamp_millis())
        .execute(conn)
        .await?;
    Ok(())
}

/// Takes the second seat until `lapses_at`, to be confirmed by then; `false` when it is taken.
pub async fn take_seat(
    conn: &mut Conn,
    couple: CoupleId,
    account: AccountId,
    lapses_at: DateTime<Utc>,
) -> Result<bool> {
    let done = sqlx::query(
        "insert into seats (couple_id, seat, account_id, active, lapses_at) \
         values ($1, 2, $2, 1, $3) on conflict do nothing",
    )
    .bind(couple.to_string())
    .bind(account.to_string())
    .bind(lapses_at.timestamp_millis())
    .execute(conn)
    .await?;
    Ok(done.rows_affected() == 1)
}

/// Confirms whoever waits.
pub async fn confirm(conn: &mut Conn, couple: CoupleId, account: AccountId) -> Result<()> {
    sqlx::query("update seats set lapses_at = null where couple_id = $1 and account_id = $2")
        .bind(couple.to_string())
        .bind(account.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Frees the seat of whoever waits: turned away, or stepped back.
pub async fn free_awaiting(conn: &mut Conn, couple: CoupleId) -> Result<()> {
    sqlx::query("delete from seats where couple_id = $1 and lapses_at is not null")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Closes a couple for both, at once and for ever. What each wrote stays, for their exports.
pub async fn close(conn: &mut Conn, couple: CoupleId, now: DateTime<Utc>) -> Result<()> {
    free_awaiting(conn, couple).await?;
    sqlx::query(
        "update seats set active = null, closing_name = \
         (select a.name from accounts a where a.id = seats.account_id) where couple_id = $1",
    )
    .bind(couple.to_string())
    .execute(&mut *conn)
    .await?;
    sqlx::query("update couples set closed_at = $2 where id = $1")
        .bind(couple.to_string())
        .bind(now.timestamp_millis())
        .execute(&mut *conn)
        .await?;
    years::forget(conn, couple).await
}

/// Whether anything was begun in a couple: a ritual, a plan, or something that one of them said alone.
pub async fn holds_anything(conn: &mut Conn, couple: CoupleId) -> Result<bool> {
    let found: Option<i64> = sqlx::query_scalar(
        "select 1 from couples c where c.id = $1 and (\
         exists (select 1 from rituals r where r.couple_id = c.id) \
         or exists (select 1 from plans p where p.couple_id = c.id) \
         or exists (select 1 from prompt_answers q where q.couple_id = c.id) \
         or exists (select 1 from checkups k where k.couple_id = c.id))",
    )
    .bind(couple.to_string())
    .fetch_optional(conn)
    .await?;
    Ok(found.is_some())
}

/// Removes a couple with all that is in it: one in which nothing was begun, or nobody is left.
pub async fn dissolve(conn: &mut Conn, couple: CoupleId) -> Result<()> {
    sqlx::query("delete from couples where id = $1")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
