//! Rituals, each read and saved whole.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::query::Query;

use super::{Conn, Db, Result, Row, json, word};
use crate::domain::ritual::Ritual;
use crate::ids::{CoupleId, RitualId};

#[derive(FromRow)]
struct RitualRow {
    id: String,
    proposed_by: String,
    title: String,
    practice: String,
    rule: String,
    forgiveness: String,
    cue: Option<String>,
    target_minutes: Option<i64>,
    revisions: String,
    participants: String,
    checkpoint: String,
}

impl RitualRow {
    fn read(self) -> Result<Ritual> {
        let row = Row {
            table: "rituals",
            id: &self.id,
        };
        Ok(Ritual {
            id: row.text("id", &self.id)?,
            proposed_by: row.text("proposed_by", &self.proposed_by)?,
            title: row.value("title", self.title)?,
            practice: row.word("practice", &self.practice)?,
            rule: row.word("rule", &self.rule)?,
            forgiveness: row.word("forgiveness", &self.forgiveness)?,
            cue: row.optional("cue", self.cue)?,
            target_minutes: row.optional("target_minutes", self.target_minutes)?,
            revisions: row.json("revisions", &self.revisions)?,
            participants: row.json("participants", &self.participants)?,
            checkpoint: row.json("checkpoint", &self.checkpoint)?,
        })
    }
}

type Bound = Query<'static, Db, <Db as sqlx::Database>::Arguments>;

/// Binds whose ritual it is and what can change about it, as `$1` to `$12`.
fn bind(query: Bound, couple: CoupleId, ritual: &Ritual) -> Result<Bound> {
    Ok(query
        .bind(couple.to_string())
        .bind(ritual.id.to_string())
        .bind(String::from(ritual.title.clone()))
        .bind(word(&ritual.practice)?)
        .bind(word(&ritual.rule)?)
        .bind(word(&ritual.forgiveness)?)
        .bind(ritual.cue.clone().map(String::from))
        .bind(ritual.target_minutes.map(i64::from))
        .bind(json(&ritual.revisions)?)
        .bind(json(&ritual.participants)?)
        .bind(json(&ritual.checkpoint)?)
        .bind(ritual.checkpoint.next.to_string()))
}

/// Adds a ritual.
pub async fn create(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: &Ritual,
    now: DateTime<Utc>,
) -> Result<()> {
    let insert = sqlx::query(
        "insert into rituals (couple_id, id, title, practice, rule, forgiveness, cue, \
         target_minutes, revisions, participants, checkpoint, unsettled_from, proposed_by, \
         created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)",
    );
    bind(insert, couple, ritual)?
        .bind(ritual.proposed_by.to_string())
        .bind(now.timestamp_millis())
        .execute(conn)
        .await?;
    Ok(())
}

/// Saves a ritual, its checkpoint included.
pub async fn update(conn: &mut Conn, couple: CoupleId, ritual: &Ritual) -> Result<()> {
    let update = sqlx::query(
        "update rituals set title = $3, practice = $4, rule = $5, forgiveness = $6, cue = $7, \
         target_minutes = $8, revisions = $9, participants = $10, checkpoint = $11, \
         unsettled_from = $12 where couple_id = $1 and id = $2",
    );
    bind(update, couple, ritual)?.execute(conn).await?;
    Ok(())
}

/// The couple's ritual with this id.
pub async fn find(conn: &mut Conn, couple: CoupleId, id: RitualId) -> Result<Option<Ritual>> {
    let row: Option<RitualRow> =
        sqlx::query_as("select * from rituals where couple_id = $1 and id = $2")
            .bind(couple.to_string())
            .bind(id.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(RitualRow::read).transpose()
}

/// Which of a couple's rituals to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Those that are not archived.
    Current,
    /// Those that are.
    Archived,
}

/// The couple's rituals on a shelf, oldest first; only those after `after`.
pub async fn list(
    conn: &mut Conn,
    couple: CoupleId,
    shelf: Shelf,
    after: Option<RitualId>,
    limit: i64,
) -> Result<Vec<Ritual>> {
    let rows: Vec<RitualRow> = sqlx::query_as(
        "select r.* from rituals r where r.couple_id = $1 and $2 = (\
         case when exists (select 1 from rests a where a.couple_id = r.couple_id \
         and a.ritual_id = r.id and a.archive = 1 and a.last_date is null) then 1 else 0 end) \
         and ($3 = '' or (r.created_at, r.id) > \
         (select b.created_at, b.id from rituals b where b.couple_id = $1 and b.id = $3)) \
         order by r.created_at, r.id limit $4",
    )
    .bind(couple.to_string())
    .bind(i64::from(shelf == Shelf::Archived))
    .bind(after.map_or_else(String::new, |after| after.to_string()))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(RitualRow::read).collect()
}

/// All the couple's rituals, archived or not.
pub async fn all(conn: &mut Conn, couple: CoupleId) -> Result<Vec<Ritual>> {
    let rows: Vec<RitualRow> = sqlx::query_as("select * from rituals where couple_id = $1")
        .bind(couple.to_string())
        .fetch_all(conn)
        .await?;
    rows.into_iter().map(RitualRow::read).collect()
}

/// Whether the couple has any ritual, archived or not.
pub async fn any(conn: &mut Conn, couple: CoupleId) -> Result<bool> {
    let found: Option<i64> =
        sqlx::query_scalar("select 1 from rituals where couple_id = $1 limit 1")
            .bind(couple.to_string())
            .fetch_optional(conn)
            .await?;
    Ok(found.is_some())
}

/// How many of the couple's rituals are not archived.
pub async fn count_current(conn: &mut Conn, couple: CoupleId) -> Result<i64> {
    let count = sqlx::query_scalar(
        "select cast(count(*) as bigint) from rituals r where r.couple_id = $1 \
         and not exists (select 1 from rests a where a.couple_id = r.couple_id \
         and a.ritual_id = r.id and a.archive = 1 and a.last_date is null)",
    )
    .bind(couple.to_string())
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// Removes a ritual for good, with its rests.
pub async fn delete(conn: &mut Conn, couple: CoupleId, id: RitualId) -> Result<()> {
    sqlx::query("delete from rituals where couple_id = $1 and id = $2")
        .bind(couple.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
