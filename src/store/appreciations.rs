//! Thank-yous.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::{Conn, Result, Row, text_or_empty};
use crate::domain::appreciation::{Appreciation, Direction};
use crate::domain::day::Date;
use crate::domain::text::Search;
use crate::ids::{AccountId, AppreciationId, CoupleId};

#[derive(FromRow)]
pub(super) struct AppreciationRow {
    id: String,
    number: i64,
    member_id: String,
    text: String,
    date: String,
    hearted: i64,
}

impl AppreciationRow {
    pub(super) fn read(self) -> Result<(i64, Appreciation)> {
        let row = Row {
            table: "appreciations",
            id: &self.id,
        };
        let appreciation = Appreciation {
            id: row.text("id", &self.id)?,
            from: row.text("member_id", &self.member_id)?,
            text: row.value("text", self.text)?,
            date: row.text("date", &self.date)?,
            hearted: self.hearted == 1,
        };
        Ok((self.number, appreciation))
    }
}

/// Adds a thank-you, after all that the couple has for its date.
pub async fn create(conn: &mut Conn, couple: CoupleId, new: &Appreciation) -> Result<()> {
    sqlx::query(
        "insert into appreciations \
         (couple_id, id, number, member_id, text, folded, date, hearted) values ($1, $2, \
         (select coalesce(max(number), 0) + 1 from appreciations where couple_id = $1 and date = $6), \
         $3, $4, $5, $6, $7)",
    )
    .bind(couple.to_string())
    .bind(new.id.to_string())
    .bind(new.from.to_string())
    .bind(new.text.as_str())
    .bind(new.text.as_str().to_lowercase())
    .bind(new.date.to_string())
    .bind(i64::from(new.hearted))
    .execute(conn)
    .await?;
    Ok(())
}

/// The couple's thank-you with this id.
pub async fn find(
    conn: &mut Conn,
    couple: CoupleId,
    id: AppreciationId,
) -> Result<Option<Appreciation>> {
    let row: Option<AppreciationRow> =
        sqlx::query_as("select * from appreciations where couple_id = $1 and id = $2")
            .bind(couple.to_string())
            .bind(id.to_string())
            .fetch_optional(conn)
            .await?;
    let found = row.map(AppreciationRow::read).transpose()?;
    Ok(found.map(|(_, appreciation)| appreciation))
}

/// Saves whether a thank-you has a heart.
pub async fn set_heart(conn: &mut Conn, couple: CoupleId, changed: &Appreciation) -> Result<()> {
    sqlx::query("update appreciations set hearted = $3 where couple_id = $1 and id = $2")
        .bind(couple.to_string())
        .bind(changed.id.to_string())
        .bind(i64::from(changed.hearted))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a thank-you.
pub async fn delete(conn: &mut Conn, couple: CoupleId, id: AppreciationId) -> Result<()> {
    sqlx::query("delete from appreciations where couple_id = $1 and id = $2")
        .bind(couple.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes what `gone` wrote and every heart they gave.
pub async fn forget_member(conn: &mut Conn, couple: CoupleId, gone: AccountId) -> Result<()> {
    sqlx::query("delete from appreciations where couple_id = $1 and member_id = $2")
        .bind(couple.to_string())
        .bind(gone.to_string())
        .execute(&mut *conn)
        .await?;
    sqlx::query("update appreciations set hearted = 0 where couple_id = $1")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// How many thank-yous the couple has.
pub async fn count(conn: &mut Conn, couple: CoupleId) -> Result<i64> {
    let count = sqlx::query_scalar(
        "select cast(count(*) as bigint) from appreciations where couple_id = $1",
    )
    .bind(couple.to_string())
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// All of the couple's thank-yous, in their order.
pub async fn all(conn: &mut Conn, couple: CoupleId) -> Result<Vec<Appreciation>> {
    let rows: Vec<AppreciationRow> =
        sqlx::query_as("select * from appreciations where couple_id = $1 order by date, number")
            .bind(couple.to_string())
            .fetch_all(conn)
            .await?;
    let found = rows.into_iter().map(AppreciationRow::read);
    found.map(|one| Ok(one?.1)).collect()
}

/// Which thank-yous to list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Who reads.
    pub reader: AccountId,
    /// Only those they wrote, or only those written to them.
    pub direction: Option<Direction>,
    /// Only those with these words.
    pub words: Option<Search>,
    /// The first date.
    pub from: Date,
    /// The last date.
    pub to: Date,
    /// Only what comes after this one in the list.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
}

/// A thank-you's place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its date.
    pub date: Date,
    /// Which of that date it is.
    pub number: i64,
}

/// Thank-yous with their places, the newest first.
pub async fn list(
    conn: &mut Conn,
    couple: CoupleId,
    filter: &Filter,
) -> Result<Vec<(Place, Appreciation)>> {
    let after = filter.after;
    let to = after.map_or(filter.to, |after| after.date.min(filter.to));
    let rows: Vec<AppreciationRow> = sqlx::query_as(
        "select * from appreciations where couple_id = $1 and date >= $2 and date <= $3 \
         and ($4 = '' or date < $4 or number < $5) \
         and ($6 = '' or ($6 = 'sent' and member_id = $7) or ($6 = 'received' and member_id <> $7)) \
         and ($8 = '' or folded like '%' || $8 || '%' escape '!') \
         order by date desc, number desc limit $9",
    )
    .bind(couple.to_string())
    .bind(filter.from.to_string())
    .bind(to.to_string())
    .bind(text_or_empty(after.map(|after| after.date)))
    .bind(after.map_or(0, |after| after.number))
    .bind(match filter.direction {
        None => "",
        Some(Direction::Sent) => "sent",
        Some(Direction::Received) => "received",
    })
    .bind(filter.reader.to_string())
    .bind(filter.words.as_ref().map_or_else(String::new, pattern))
    .bind(filter.limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter()
        .map(|row| {
            let (number, found) = row.read()?;
            let date = found.date;
            Ok((Place { date, number }, found))
        })
        .collect()
}

/// The words as `like` takes them: what it means by `%` and `_`, people mean as they write it.
fn pattern(words: &Search) -> String {
    let folded = words.as_str().to_lowercase();
    folded
        .replace('!', "!!")
        .replace('%', "!%")
        .replace('_', "!_")
}
