//! Rests, and the rests that archive a ritual.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;

use super::rituals::Which;
use super::today::Fields;
use super::{Conn, Result, Row, text_or_empty};
use crate::domain::day::Date;
use crate::domain::rest::{Rest, Scope, Span};
use crate::ids::{AccountId, CoupleId, RestId, RitualId};

#[derive(FromRow)]
pub(super) struct RestRow {
    id: String,
    ritual_id: Option<String>,
    archive: i64,
    first_date: String,
    last_date: Option<String>,
}

impl RestRow {
    pub(super) fn unpack(fields: &mut Fields<'_>) -> RestRow {
        RestRow {
            id: fields.text(),
            ritual_id: fields.optional(),
            archive: fields.optional_number().unwrap_or_default(),
            first_date: fields.text(),
            last_date: fields.optional(),
        }
    }

    pub(super) fn read(self) -> Result<Rest> {
        let row = Row {
            table: "rests",
            id: &self.id,
        };
        let ritual: Option<RitualId> = row.optional("ritual_id", self.ritual_id)?;
        let scope = match (ritual, self.archive) {
            (None, _) => Scope::Couple,
            (Some(ritual), 0) => Scope::Ritual(ritual),
            (Some(ritual), _) => Scope::Archive(ritual),
        };
        Ok(Rest {
            id: row.text("id", &self.id)?,
            scope,
            span: Span {
                from: row.text("first_date", &self.first_date)?,
                to: row.optional("last_date", self.last_date)?,
            },
        })
    }
}

/// Writes a rest, in place of the one with the same id.
pub async fn put(conn: &mut Conn, couple: CoupleId, rest: &Rest) -> Result<()> {
    sqlx::query(
        "insert into rests (couple_id, id, ritual_id, archive, first_date, last_date) \
         values ($1, $2, $3, $4, $5, $6) on conflict (couple_id, id) do update set \
         first_date = excluded.first_date, last_date = excluded.last_date",
    )
    .bind(couple.to_string())
    .bind(rest.id.to_string())
    .bind(rest.scope.ritual().map(|ritual| ritual.to_string()))
    .bind(i64::from(matches!(rest.scope, Scope::Archive(_))))
    .bind(rest.span.from.to_string())
    .bind(rest.span.to.map(|to| to.to_string()))
    .execute(conn)
    .await?;
    Ok(())
}

/// The couple's rest with this id.
pub async fn find(conn: &mut Conn, couple: CoupleId, id: RestId) -> Result<Option<Rest>> {
    let row: Option<RestRow> =
        sqlx::query_as("select * from rests where couple_id = $1 and id = $2")
            .bind(couple.to_string())
            .bind(id.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(RestRow::read).transpose()
}

/// Removes a rest.
pub async fn delete(conn: &mut Conn, couple: CoupleId, id: RestId) -> Result<()> {
    sqlx::query("delete from rests where couple_id = $1 and id = $2")
        .bind(couple.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// The rests that reach `from` or beyond: the couple's own, and those of these rituals, archives included.
pub async fn reaching(
    conn: &mut Conn,
    couple: CoupleId,
    which: Which,
    from: Date,
) -> Result<Vec<Rest>> {
    let rows: Vec<RestRow> = sqlx::query_as(
        "select * from rests where couple_id = $1 and (last_date is null or last_date >= $2) \
         and ($3 = '' or ritual_id is null or ritual_id = $3) \
         and ($4 = 0 or archive = 0 or last_date is not null)",
    )
    .bind(couple.to_string())
    .bind(from.to_string())
    .bind(which.id_or_empty())
    .bind(which.only_current())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(RestRow::read).collect()
}

/// All the rests of the couple, archives included.
pub async fn all(conn: &mut Conn, couple: CoupleId) -> Result<Vec<Rest>> {
    let rows: Vec<RestRow> = sqlx::query_as("select * from rests where couple_id = $1")
        .bind(couple.to_string())
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(RestRow::read).collect()
}

/// How many rests the couple has, archives apart.
pub async fn count(conn: &mut Conn, couple: CoupleId) -> Result<i64> {
    let count = sqlx::query_scalar(
        "select cast(count(*) as bigint) from rests where couple_id = $1 and archive = 0",
    )
    .bind(couple.to_string())
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// A rest's place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its first date.
    pub from: Date,
    /// Its id.
    pub id: RestId,
}

/// The couple's rests, the latest first, without archives and rests of rituals that `reader` declined;
/// only those after `after`.
pub async fn list(
    conn: &mut Conn,
    couple: CoupleId,
    reader: AccountId,
    after: Option<Place>,
    limit: i64,
) -> Result<Vec<Rest>> {
    let rows: Vec<RestRow> = sqlx::query_as(
        "select * from rests where couple_id = $1 and archive = 0 \
         and ($2 = '' or first_date < $2 or (first_date = $2 and id > $3)) \
         and not exists (select 1 from rituals r where r.couple_id = $1 \
         and r.id = rests.ritual_id and r.declined_by = $4) \
         order by first_date desc, id limit $5",
    )
    .bind(couple.to_string())
    .bind(text_or_empty(after.map(|after| after.from)))
    .bind(text_or_empty(after.map(|after| after.id)))
    .bind(reader.to_string())
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(RestRow::read).collect()
}
