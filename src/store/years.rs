//! Years of rituals: what the logs of an open couple come to, kept with each of them.

use sqlx::FromRow;

use super::{Conn, Result, Row, json};
use crate::domain::day::Date;
use crate::domain::insight::Range;
use crate::domain::text::Minutes;
use crate::domain::year::{Day, Seats, Year};
use crate::ids::{CoupleId, RitualId};

#[derive(FromRow)]
pub(super) struct YearRow {
    pub ritual_id: String,
    pub year: i64,
    pub times: i64,
    pub minutes: i64,
    pub days: String,
}

impl YearRow {
    /// The year, if its sums are those of its days.
    pub(super) fn read(self) -> Result<(RitualId, Year)> {
        let id = format_args!("{}/{}", self.ritual_id, self.year);
        let row = Row {
            table: "years",
            id: &id,
        };
        let year = row.value("year", self.year)?;
        let days = Year::unpack(year, row.json("days", &self.days)?);
        let year = days.ok_or_else(|| row.corrupt("days"))?;
        if (year.times(), year.minutes()) != (self.times, self.minutes) {
            return Err(row.corrupt("times"));
        }
        Ok((row.text("ritual_id", &self.ritual_id)?, year))
    }
}

/// The years of a couple's rituals that hold any date of these ranges, and those that no checkpoint holds yet, in
/// their order.
pub async fn between(
    conn: &mut Conn,
    couple: CoupleId,
    ranges: [Range; 2],
) -> Result<Vec<(RitualId, Year)>> {
    let [one, other] = ranges.map(|range| [range.first, range.last].map(Date::year));
    let rows: Vec<YearRow> = sqlx::query_as(
        "select y.ritual_id, y.year, y.times, y.minutes, y.days from years y \
         where y.couple_id = $1 and ((y.year >= $2 and y.year <= $3) \
         or (y.year >= $4 and y.year <= $5) \
         or exists (select 1 from rituals r where r.couple_id = y.couple_id and r.id = y.ritual_id \
         and y.year >= cast(substr(r.unsettled_from, 1, 4) as integer))) order by y.year",
    )
    .bind(couple.to_string())
    .bind(i64::from(one[0]))
    .bind(i64::from(one[1]))
    .bind(i64::from(other[0]))
    .bind(i64::from(other[1]))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(YearRow::read).collect()
}

/// How often and how long something was done, ever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Sum {
    /// On how many days somebody logged.
    pub times: i64,
    /// For how many minutes, all in all.
    pub minutes: i64,
}

#[derive(FromRow)]
struct SumRow {
    ritual_id: String,
    #[sqlx(flatten)]
    sum: Sum,
}

/// What each ritual of a couple ever came to.
pub async fn sums(conn: &mut Conn, couple: CoupleId) -> Result<Vec<(RitualId, Sum)>> {
    let rows: Vec<SumRow> = sqlx::query_as(
        "select ritual_id, cast(sum(times) as bigint) as times, \
         cast(sum(minutes) as bigint) as minutes from years where couple_id = $1 group by ritual_id",
    )
    .bind(couple.to_string())
    .fetch_all(conn)
    .await?;
    let read = |row: SumRow| {
        let named = Row {
            table: "years",
            id: &row.ritual_id,
        };
        Ok((named.text("ritual_id", &row.ritual_id)?, row.sum))
    };
    rows.into_iter().map(read).collect()
}

/// Brings a ritual's year up to date after a log of this date was written or removed.
pub(super) async fn refresh(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: RitualId,
    date: Date,
) -> Result<()> {
    let logs: Vec<(i64, Option<i64>)> = sqlx::query_as(
        "select s.seat, l.minutes from logs l join seats s \
         on s.couple_id = l.couple_id and s.account_id = l.member_id and s.active = 1 \
         where l.couple_id = $1 and l.ritual_id = $2 and l.date = $3",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .bind(date.to_string())
    .fetch_all(&mut *conn)
    .await?;
    let stored: Option<YearRow> = sqlx::query_as(
        "select ritual_id, year, times, minutes, days from years \
         where couple_id = $1 and year = $2 and ritual_id = $3",
    )
    .bind(couple.to_string())
    .bind(i64::from(date.year()))
    .bind(ritual.to_string())
    .fetch_optional(&mut *conn)
    .await?;
    let mut year = match stored.map(YearRow::read) {
        None => Year::default(),
        Some(Ok((_, year))) => year,
        // What cannot be read must keep nobody from logging: it only repeats what the logs say.
        Some(Err(_)) => recount(conn, couple, ritual, date.year()).await?,
    };
    year.set(date, day_of(date, &logs));
    match year.days().is_empty() {
        true => remove(conn, couple, ritual, date.year()).await,
        false => save(conn, couple, ritual, date.year(), &year).await,
    }
}

/// What these logs of one date, each with its seat and minutes, come to.
fn day_of(date: Date, logs: &[(i64, Option<i64>)]) -> Option<Day> {
    let minutes = logs.iter().filter_map(|(_, minutes)| *minutes).max();
    let seats = Seats::of(logs.iter().map(|(seat, _)| *seat))?;
    Some(Day {
        date,
        seats,
        minutes: minutes.and_then(|minutes| Minutes::try_from(minutes).ok()),
    })
}

#[derive(FromRow)]
struct LoggedRow {
    date: String,
    seat: i64,
    minutes: Option<i64>,
}

/// A ritual's year, counted from its logs.
async fn recount(conn: &mut Conn, couple: CoupleId, ritual: RitualId, number: i32) -> Result<Year> {
    let rows: Vec<LoggedRow> = sqlx::query_as(
        "select l.date, s.seat, l.minutes from logs l join seats s \
         on s.couple_id = l.couple_id and s.account_id = l.member_id and s.active = 1 \
         where l.couple_id = $1 and l.ritual_id = $2 and l.date >= $3 and l.date <= $4 order by l.date",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .bind(format!("{number}-01-01"))
    .bind(format!("{number}-12-31"))
    .fetch_all(conn)
    .await?;
    let mut year = Year::default();
    for logs in rows.chunk_by(|one, next| one.date == next.date) {
        let named = Row {
            table: "logs",
            id: &ritual,
        };
        let date: Date = named.text("date", &logs[0].date)?;
        let seated: Vec<_> = logs.iter().map(|log| (log.seat, log.minutes)).collect();
        year.set(date, day_of(date, &seated));
    }
    Ok(year)
}

async fn save(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: RitualId,
    number: i32,
    year: &Year,
) -> Result<()> {
    sqlx::query(
        "insert into years (couple_id, year, ritual_id, times, minutes, days) \
         values ($1, $2, $3, $4, $5, $6) on conflict (couple_id, year, ritual_id) do update set \
         times = excluded.times, minutes = excluded.minutes, days = excluded.days",
    )
    .bind(couple.to_string())
    .bind(i64::from(number))
    .bind(ritual.to_string())
    .bind(year.times())
    .bind(year.minutes())
    .bind(json(&year.pack())?)
    .execute(conn)
    .await?;
    Ok(())
}

async fn remove(conn: &mut Conn, couple: CoupleId, ritual: RitualId, number: i32) -> Result<()> {
    sqlx::query("delete from years where couple_id = $1 and year = $2 and ritual_id = $3")
        .bind(couple.to_string())
        .bind(i64::from(number))
        .bind(ritual.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Forgets all years of a couple that closes: nobody looks back there together any more.
pub(super) async fn forget(conn: &mut Conn, couple: CoupleId) -> Result<()> {
    sqlx::query("delete from years where couple_id = $1")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
