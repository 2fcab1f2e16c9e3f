//! Rituals, each read and saved whole.

use chrono::{DateTime, Utc};
use sqlx::FromRow;
use sqlx::query::Query;

use super::today::Fields;
use super::{Conn, Db, Result, Row, changes, json, text_or_empty, word};
use crate::domain::cadence::Revision;
use crate::domain::day::Date;
use crate::domain::rest::Scope;
use crate::domain::ritual::Ritual;
use crate::domain::text::Written;
use crate::ids::{AccountId, CoupleId, RitualId};

#[derive(FromRow)]
pub(super) struct RitualRow {
    pub id: String,
    proposed_by: String,
    title: String,
    title_by: String,
    practice: String,
    rule: String,
    forgiveness: String,
    cue: Option<String>,
    cue_by: Option<String>,
    target_minutes: Option<i64>,
    revisions: String,
    participants: String,
    checkpoint: String,
}

impl RitualRow {
    pub(super) fn unpack(fields: &mut Fields<'_>) -> RitualRow {
        RitualRow {
            id: fields.text(),
            proposed_by: fields.text(),
            title: fields.text(),
            title_by: fields.text(),
            practice: fields.text(),
            rule: fields.text(),
            forgiveness: fields.text(),
            cue: fields.optional(),
            cue_by: fields.optional(),
            target_minutes: fields.optional_number(),
            revisions: fields.text(),
            participants: fields.text(),
            checkpoint: fields.text(),
        }
    }

    pub(super) fn read(self) -> Result<Ritual> {
        let row = Row {
            table: "rituals",
            id: &self.id,
        };
        let revisions: Vec<Revision> = row.json("revisions", &self.revisions)?;
        if revisions.is_empty() {
            return Err(row.corrupt("revisions"));
        }
        let cue = match (self.cue, self.cue_by) {
            (None, _) => None,
            (Some(cue), Some(by)) => Some(Written {
                words: row.value("cue", cue)?,
                by: row.text("cue_by", &by)?,
            }),
            (Some(_), None) => return Err(row.corrupt("cue_by")),
        };
        Ok(Ritual {
            id: row.text("id", &self.id)?,
            proposed_by: row.text("proposed_by", &self.proposed_by)?,
            title: Written {
                words: row.value("title", self.title)?,
                by: row.text("title_by", &self.title_by)?,
            },
            practice: row.word("practice", &self.practice)?,
            rule: row.word("rule", &self.rule)?,
            forgiveness: row.word("forgiveness", &self.forgiveness)?,
            cue,
            target_minutes: row.optional("target_minutes", self.target_minutes)?,
            revisions,
            participants: row.json("participants", &self.participants)?,
            checkpoint: row.json("checkpoint", &self.checkpoint)?,
        })
    }
}

type Bound = Query<'static, Db, <Db as sqlx::Database>::Arguments>;

/// Binds whose ritual it is and all that it holds, as `$1` to `$16`.
fn bind(query: Bound, couple: CoupleId, ritual: &Ritual) -> Result<Bound> {
    Ok(query
        .bind(couple.to_string())
        .bind(ritual.id.to_string())
        .bind(ritual.title.words.as_str().to_owned())
        .bind(word(&ritual.practice)?)
        .bind(word(&ritual.rule)?)
        .bind(word(&ritual.forgiveness)?)
        .bind(ritual.cue.as_ref().map(|cue| cue.words.as_str().to_owned()))
        .bind(ritual.target_minutes.map(i64::from))
        .bind(json(&ritual.revisions)?)
        .bind(json(&ritual.participants)?)
        .bind(json(&ritual.checkpoint)?)
        .bind(ritual.checkpoint.next.to_string())
        .bind(ritual.declined_by().map(|member| member.to_string()))
        .bind(ritual.proposed_by.to_string())
        .bind(ritual.title.by.to_string())
        .bind(ritual.cue.as_ref().map(|cue| cue.by.to_string())))
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
         target_minutes, revisions, participants, checkpoint, unsettled_from, declined_by, \
         proposed_by, title_by, cue_by, created_at) \
         values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)",
    );
    bind(insert, couple, ritual)?
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
         unsettled_from = $12, declined_by = $13, proposed_by = $14, title_by = $15, cue_by = $16 \
         where couple_id = $1 and id = $2",
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

/// All of the couple's rituals, the archived and the declined ones included, oldest first.
pub async fn all(conn: &mut Conn, couple: CoupleId) -> Result<Vec<Ritual>> {
    let rows: Vec<RitualRow> =
        sqlx::query_as("select * from rituals where couple_id = $1 order by created_at, id")
            .bind(couple.to_string())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(RitualRow::read).collect()
}

/// What all the couple's rituals are called, archived and declined ones too.
pub async fn titles(conn: &mut Conn, couple: CoupleId) -> Result<Vec<String>> {
    let titles = sqlx::query_scalar("select title from rituals where couple_id = $1");
    Ok(titles.bind(couple.to_string()).fetch_all(conn).await?)
}

/// Which of a couple's rituals to list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shelf {
    /// Those that are not archived.
    Current,
    /// Those that are.
    Archived,
}

/// Some of a couple's rituals, to read what belongs to them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which {
    /// This one.
    One(RitualId),
    /// All that stand on a shelf.
    On(Shelf),
}

impl Which {
    /// The id, or the empty text for no single one.
    pub(super) fn id_or_empty(self) -> String {
        match self {
            Which::One(id) => id.to_string(),
            Which::On(_) => String::new(),
        }
    }

    /// 1 when archived rituals are left out.
    pub(super) fn only_current(self) -> i64 {
        i64::from(self == Which::On(Shelf::Current))
    }
}

/// The couple's rituals on a shelf, oldest first, without those that `reader` declined; only those after
/// `after`.
pub async fn list(
    conn: &mut Conn,
    couple: CoupleId,
    shelf: Shelf,
    reader: AccountId,
    after: Option<RitualId>,
    limit: i64,
) -> Result<Vec<Ritual>> {
    let rows: Vec<RitualRow> = sqlx::query_as(
        "select r.* from rituals r where r.couple_id = $1 and $2 = (\
         case when exists (select 1 from rests a where a.couple_id = r.couple_id \
         and a.ritual_id = r.id and a.archive = 1 and a.last_date is null) then 1 else 0 end) \
         and (r.declined_by is null or r.declined_by <> $3) \
         and ($4 = '' or (r.created_at, r.id) > \
         (select b.created_at, b.id from rituals b where b.couple_id = $1 and b.id = $4)) \
         order by r.created_at, r.id limit $5",
    )
    .bind(couple.to_string())
    .bind(i64::from(shelf == Shelf::Archived))
    .bind(reader.to_string())
    .bind(text_or_empty(after))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(RitualRow::read).collect()
}

/// The couple's rituals in this scope whose checkpoint holds dates from `from` on.
pub async fn folded_past(
    conn: &mut Conn,
    couple: CoupleId,
    scope: Scope,
    from: Date,
) -> Result<Vec<Ritual>> {
    let rows: Vec<RitualRow> = sqlx::query_as(
        "select * from rituals where couple_id = $1 and unsettled_from > $2 \
         and ($3 = '' or id = $3)",
    )
    .bind(couple.to_string())
    .bind(from.to_string())
    .bind(text_or_empty(scope.ritual()))
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(RitualRow::read).collect()
}

/// How many rituals a couple has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, FromRow)]
pub struct Count {
    /// All of them.
    pub all: i64,
    /// Those that are not archived.
    pub current: i64,
}

/// How many rituals the couple has.
pub async fn count(conn: &mut Conn, couple: CoupleId) -> Result<Count> {
    let count = sqlx::query_as(
        "select cast(count(*) as bigint) as \"all\", \
         cast(coalesce(sum(case when exists (select 1 from rests a \
         where a.couple_id = r.couple_id and a.ritual_id = r.id \
         and a.archive = 1 and a.last_date is null) then 0 else 1 end), 0) as bigint) as current \
         from rituals r where r.couple_id = $1",
    )
    .bind(couple.to_string())
    .fetch_one(conn)
    .await?;
    Ok(count)
}

/// Removes a ritual for good, with its rests. Its changes stay listed.
pub async fn delete(conn: &mut Conn, couple: CoupleId, id: RitualId) -> Result<()> {
    changes::outlive(conn, couple, id).await?;
    sqlx::query("delete from rituals where couple_id = $1 and id = $2")
        .bind(couple.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
