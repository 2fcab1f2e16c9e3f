//! Plans.

use serde::{Deserialize, Serialize};
use sqlx::FromRow;
use sqlx::query::Query;

use super::today::Fields;
use super::{Conn, Db, Result, Row, text_or_empty};
use crate::domain::day::Date;
use crate::domain::plan::Plan;
use crate::domain::text::Written;
use crate::domain::time::WallTime;
use crate::ids::{AccountId, CoupleId, PlanId, RitualId};

#[derive(FromRow)]
pub(super) struct PlanRow {
    id: String,
    ritual_id: Option<String>,
    date: String,
    at: Option<String>,
    title: Option<String>,
    title_by: Option<String>,
    planner_id: String,
}

impl PlanRow {
    pub(super) fn unpack(fields: &mut Fields<'_>) -> PlanRow {
        PlanRow {
            id: fields.text(),
            ritual_id: fields.optional(),
            date: fields.text(),
            at: fields.optional(),
            title: fields.optional(),
            title_by: fields.optional(),
            planner_id: fields.text(),
        }
    }

    pub(super) fn read(self) -> Result<Plan> {
        let row = Row {
            table: "plans",
            id: &self.id,
        };
        let title = match (self.title, self.title_by) {
            (None, _) => None,
            (Some(title), Some(by)) => Some(Written {
                words: row.value("title", title)?,
                by: row.text("title_by", &by)?,
            }),
            (Some(_), None) => return Err(row.corrupt("title_by")),
        };
        Ok(Plan {
            id: row.text("id", &self.id)?,
            ritual: row.optional("ritual_id", self.ritual_id)?,
            date: row.text("date", &self.date)?,
            at: row.optional("at", self.at)?,
            title,
            planner: row.text("planner_id", &self.planner_id)?,
        })
    }
}

type Bound = Query<'static, Db, <Db as sqlx::Database>::Arguments>;

/// Binds whose plan it is and all that it holds, as `$1` to `$8`.
fn bind(query: Bound, couple: CoupleId, plan: &Plan) -> Bound {
    let title = plan.title.as_ref();
    query
        .bind(couple.to_string())
        .bind(plan.id.to_string())
        .bind(plan.ritual.map(|ritual| ritual.to_string()))
        .bind(plan.date.to_string())
        .bind(plan.at.map(|at| at.to_string()))
        .bind(title.map(|title| title.words.as_str().to_owned()))
        .bind(title.map(|title| title.by.to_string()))
        .bind(plan.planner.to_string())
}

/// Adds a plan, as the couple's newest.
pub async fn create(conn: &mut Conn, couple: CoupleId, plan: &Plan) -> Result<()> {
    let insert = sqlx::query(
        "insert into plans \
         (couple_id, id, number, ritual_id, date, at, title, title_by, planner_id) values ($1, $2, \
         (select coalesce(max(number), 0) + 1 from plans where couple_id = $1), \
         $3, $4, $5, $6, $7, $8)",
    );
    bind(insert, couple, plan).execute(conn).await?;
    Ok(())
}

/// Saves a plan.
pub async fn update(conn: &mut Conn, couple: CoupleId, plan: &Plan) -> Result<()> {
    let update = sqlx::query(
        "update plans set ritual_id = $3, date = $4, at = $5, title = $6, title_by = $7, \
         planner_id = $8 where couple_id = $1 and id = $2",
    );
    bind(update, couple, plan).execute(conn).await?;
    Ok(())
}

/// The couple's plan with this id.
pub async fn find(conn: &mut Conn, couple: CoupleId, id: PlanId) -> Result<Option<Plan>> {
    let row: Option<PlanRow> =
        sqlx::query_as("select * from plans where couple_id = $1 and id = $2")
            .bind(couple.to_string())
            .bind(id.to_string())
            .fetch_optional(conn)
            .await?;
    row.map(PlanRow::read).transpose()
}

/// Removes a plan.
pub async fn delete(conn: &mut Conn, couple: CoupleId, id: PlanId) -> Result<()> {
    sqlx::query("delete from plans where couple_id = $1 and id = $2")
        .bind(couple.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// How many plans the couple has.
pub async fn count(conn: &mut Conn, couple: CoupleId) -> Result<i64> {
    let count =
        sqlx::query_scalar("select cast(count(*) as bigint) from plans where couple_id = $1")
            .bind(couple.to_string())
            .fetch_one(conn)
            .await?;
    Ok(count)
}

/// Who plans the newest plan of this ritual, or of those without one.
pub async fn newest_planner(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: Option<RitualId>,
) -> Result<Option<AccountId>> {
    let found: Option<(String, String)> = sqlx::query_as(
        "select id, planner_id from plans where couple_id = $1 \
         and coalesce(ritual_id, '') = $2 order by number desc limit 1",
    )
    .bind(couple.to_string())
    .bind(text_or_empty(ritual))
    .fetch_optional(conn)
    .await?;
    let read = |(id, planner): (String, String)| {
        let row = Row {
            table: "plans",
            id: &id,
        };
        row.text("planner_id", &planner)
    };
    found.map(read).transpose()
}

/// All of the couple's plans, in the order in which they were made.
pub async fn all(conn: &mut Conn, couple: CoupleId) -> Result<Vec<Plan>> {
    let rows: Vec<PlanRow> =
        sqlx::query_as("select * from plans where couple_id = $1 order by number")
            .bind(couple.to_string())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(PlanRow::read).collect()
}

/// Which plans to list.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Who reads. Plans of what they declined are left out.
    pub reader: AccountId,
    /// The first date.
    pub from: Date,
    /// The last date.
    pub to: Date,
    /// Only what comes after this one in the list.
    pub after: Option<Place>,
    /// At most so many.
    pub limit: i64,
}

/// A plan's place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// Its date.
    pub date: Date,
    /// When on that date.
    pub at: Option<WallTime>,
    /// Its id.
    pub id: PlanId,
}

/// Plans by date, the soonest first; on one date those without a time, then by time.
pub async fn list(conn: &mut Conn, couple: CoupleId, filter: &Filter) -> Result<Vec<Plan>> {
    let after = filter.after;
    let from = after.map_or(filter.from, |after| after.date.max(filter.from));
    let at = after.and_then(|after| after.at);
    let rows: Vec<PlanRow> = sqlx::query_as(
        "select * from plans where couple_id = $1 and date >= $2 and date <= $3 \
         and ($4 = '' or (date, coalesce(at, ''), id) > ($4, $5, $6)) \
         and not exists (select 1 from rituals r where r.couple_id = $1 \
         and r.id = plans.ritual_id and r.declined_by = $7) \
         order by date, coalesce(at, ''), id limit $8",
    )
    .bind(couple.to_string())
    .bind(from.to_string())
    .bind(filter.to.to_string())
    .bind(text_or_empty(after.map(|after| after.date)))
    .bind(text_or_empty(at))
    .bind(text_or_empty(after.map(|after| after.id)))
    .bind(filter.reader.to_string())
    .bind(filter.limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(PlanRow::read).collect()
}

/// Forgets the lines that `gone` wrote, and the plans that were nothing but such a line. What they were to
/// plan, `heir` plans.
pub async fn forget_member(
    conn: &mut Conn,
    couple: CoupleId,
    gone: AccountId,
    heir: AccountId,
) -> Result<()> {
    let (couple, gone) = (couple.to_string(), gone.to_string());
    sqlx::query("delete from plans where couple_id = $1 and ritual_id is null and title_by = $2")
        .bind(&couple)
        .bind(&gone)
        .execute(&mut *conn)
        .await?;
    sqlx::query(
        "update plans set title = null, title_by = null where couple_id = $1 and title_by = $2",
    )
    .bind(&couple)
    .bind(&gone)
    .execute(&mut *conn)
    .await?;
    sqlx::query("update plans set planner_id = $3 where couple_id = $1 and planner_id = $2")
        .bind(&couple)
        .bind(&gone)
        .bind(heir.to_string())
        .execute(conn)
        .await?;
    Ok(())
}
