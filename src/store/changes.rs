//! What was changed in the settings that both share.

use sqlx::FromRow;

use super::{Conn, Result, Row, json, word};
use crate::domain::change::{Change, Kind, MOST_CHANGES, Thing, What};
use crate::ids::{AccountId, CoupleId, RitualId};

#[derive(FromRow)]
pub(super) struct ChangeRow {
    number: i64,
    member_id: String,
    date: String,
    kind: String,
    id: String,
    ritual_id: Option<String>,
    action: String,
    fields: String,
}

impl ChangeRow {
    pub(super) fn read(self) -> Result<(i64, Change)> {
        let row = Row {
            table: "changes",
            id: &self.number,
        };
        let thing = match row.word("kind", &self.kind)? {
            Kind::Couple => Thing::Couple(row.text("id", &self.id)?),
            Kind::Ritual => Thing::Ritual(row.text("id", &self.id)?),
            Kind::Rest => Thing::Rest(
                row.text("id", &self.id)?,
                row.optional("ritual_id", self.ritual_id)?,
            ),
            Kind::Plan => Thing::Plan(
                row.text("id", &self.id)?,
                row.optional("ritual_id", self.ritual_id)?,
            ),
        };
        let what = What {
            thing,
            action: row.word("action", &self.action)?,
            fields: row.json("fields", &self.fields)?,
        };
        let change = Change {
            member: row.text("member_id", &self.member_id)?,
            date: row.text("date", &self.date)?,
            what,
        };
        Ok((self.number, change))
    }
}

/// Adds a change, and forgets the couple's oldest when there are too many.
pub async fn record(conn: &mut Conn, couple: CoupleId, change: &Change) -> Result<()> {
    let thing = change.what.thing;
    let number: i64 = sqlx::query_scalar(
        "insert into changes \
         (couple_id, number, member_id, date, kind, id, ritual_id, action, fields) \
         values ($1, \
         (select coalesce(max(number), 0) + 1 from changes where couple_id = $1), \
         $2, $3, $4, $5, $6, $7, $8) returning number",
    )
    .bind(couple.to_string())
    .bind(change.member.to_string())
    .bind(change.date.to_string())
    .bind(word(&thing.kind())?)
    .bind(thing.id())
    .bind(thing.ritual().map(|ritual| ritual.to_string()))
    .bind(word(&change.what.action)?)
    .bind(json(&change.what.fields)?)
    .fetch_one(&mut *conn)
    .await?;
    sqlx::query("delete from changes where couple_id = $1 and number <= $2")
        .bind(couple.to_string())
        .bind(number - MOST_CHANGES)
        .execute(conn)
        .await?;
    Ok(())
}

/// The couple's changes with their numbers, the newest first, without those of rituals that `reader`
/// declined; only those after the one numbered `after`.
pub async fn list(
    conn: &mut Conn,
    couple: CoupleId,
    reader: AccountId,
    after: Option<i64>,
    limit: i64,
) -> Result<Vec<(i64, Change)>> {
    let rows: Vec<ChangeRow> = sqlx::query_as(
        "select * from changes where couple_id = $1 and number < $2 \
         and (declined_by is null or declined_by <> $3) \
         and not exists (select 1 from rituals r where r.couple_id = $1 \
         and r.id = changes.ritual_id and r.declined_by = $3) \
         order by number desc limit $4",
    )
    .bind(couple.to_string())
    .bind(after.unwrap_or(i64::MAX))
    .bind(reader.to_string())
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(ChangeRow::read).collect()
}

/// Remembers who had declined a ritual that is about to go: its changes stay, and stay hidden from them.
pub async fn outlive(conn: &mut Conn, couple: CoupleId, ritual: RitualId) -> Result<()> {
    sqlx::query(
        "update changes set declined_by = \
         (select declined_by from rituals where couple_id = $1 and id = $2) \
         where couple_id = $1 and ritual_id = $2",
    )
    .bind(couple.to_string())
    .bind(ritual.to_string())
    .execute(conn)
    .await?;
    Ok(())
}

/// Forgets the couple's changes, once nobody sees them any more.
pub async fn forget(conn: &mut Conn, couple: CoupleId) -> Result<()> {
    sqlx::query("delete from changes where couple_id = $1")
        .bind(couple.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
