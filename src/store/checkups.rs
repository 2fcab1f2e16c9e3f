//! Check-ups: each member's own.

use sqlx::FromRow;

use super::{Conn, Result, Row, json, word};
use crate::domain::checkup::Checkup;
use crate::ids::{CheckupId, CoupleId};

#[derive(FromRow)]
pub(super) struct CheckupRow {
    id: String,
    member_id: String,
    answers: String,
    closeness: Option<i64>,
    line: Option<String>,
    sharing: String,
    finished_at: Option<i64>,
    opened_at: Option<i64>,
    alone: i64,
}

impl CheckupRow {
    pub(super) fn read(self) -> Result<Checkup> {
        let row = Row {
            table: "checkups",
            id: &self.id,
        };
        let instant = |column, millis: Option<i64>| {
            let instant = millis.map(|millis| row.instant(column, millis));
            instant.transpose()
        };
        Ok(Checkup {
            id: row.text("id", &self.id)?,
            member: row.text("member_id", &self.member_id)?,
            answers: row.json("answers", &self.answers)?,
            closeness: row.optional("closeness", self.closeness)?,
            line: row.optional("line", self.line)?,
            sharing: row.word("sharing", &self.sharing)?,
            finished_at: instant("finished_at", self.finished_at)?,
            opened_at: instant("opened_at", self.opened_at)?,
            alone: self.alone == 1,
        })
    }
}

/// Writes a check-up, in place of the one with the same id.
pub async fn put(conn: &mut Conn, couple: CoupleId, checkup: &Checkup) -> Result<()> {
    sqlx::query(
        "insert into checkups (couple_id, id, member_id, answers, closeness, line, sharing, unfinished, \
         finished_at, alone, opened_at) values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) \
         on conflict (couple_id, id) do update set \
         answers = excluded.answers, closeness = excluded.closeness, line = excluded.line, \
         sharing = excluded.sharing, unfinished = excluded.unfinished, \
         finished_at = excluded.finished_at, alone = excluded.alone, opened_at = excluded.opened_at",
    )
    .bind(couple.to_string())
    .bind(checkup.id.to_string())
    .bind(checkup.member.to_string())
    .bind(json(&checkup.answers)?)
    .bind(checkup.closeness.map(i64::from))
    .bind(checkup.line.as_ref().map(|line| line.as_str()))
    .bind(word(&checkup.sharing)?)
    .bind(checkup.finished_at.is_none().then_some(1i64))
    .bind(checkup.finished_at.map(|at| at.timestamp_millis()))
    .bind(i64::from(checkup.alone))
    .bind(checkup.opened_at.map(|at| at.timestamp_millis()))
    .execute(conn)
    .await?;
    Ok(())
}

/// Removes a check-up.
pub async fn delete(conn: &mut Conn, couple: CoupleId, id: CheckupId) -> Result<()> {
    sqlx::query("delete from checkups where couple_id = $1 and id = $2")
        .bind(couple.to_string())
        .bind(id.to_string())
        .execute(conn)
        .await?;
    Ok(())
}

/// All the check-ups of both: the unfinished first, then the latest.
pub async fn all(conn: &mut Conn, couple: CoupleId) -> Result<Vec<Checkup>> {
    let rows: Vec<CheckupRow> = sqlx::query_as(
        "select * from checkups where couple_id = $1 \
         order by case when finished_at is null then 0 else 1 end, finished_at desc, id",
    )
    .bind(couple.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(CheckupRow::read).collect()
}
