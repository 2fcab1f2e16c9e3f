//! Answers to the questions of the day: one a date and member.

use sqlx::FromRow;

use super::{Conn, Result, Row, text_or_empty};
use crate::domain::day::Date;
use crate::domain::prompt::Answer;
use crate::ids::CoupleId;

#[derive(FromRow)]
pub(super) struct AnswerRow {
    date: String,
    member_id: String,
    prompt_id: String,
    words: Option<String>,
    alone: i64,
}

impl AnswerRow {
    pub(super) fn read(self) -> Result<Answer> {
        let id = format_args!("{}/{}", self.date, self.member_id);
        let row = Row {
            table: "prompt_answers",
            id: &id,
        };
        Ok(Answer {
            member: row.text("member_id", &self.member_id)?,
            date: row.text("date", &self.date)?,
            prompt: row.value("prompt_id", self.prompt_id)?,
            words: row.optional("words", self.words)?,
            alone: self.alone == 1,
        })
    }
}

/// Writes an answer, in place of the one with the same date and member.
pub async fn put(conn: &mut Conn, couple: CoupleId, answer: &Answer) -> Result<()> {
    sqlx::query(
        "insert into prompt_answers (couple_id, date, member_id, prompt_id, words, alone) \
         values ($1, $2, $3, $4, $5, $6) on conflict (couple_id, date, member_id) do update set \
         prompt_id = excluded.prompt_id, words = excluded.words, alone = excluded.alone",
    )
    .bind(couple.to_string())
    .bind(answer.date.to_string())
    .bind(answer.member.to_string())
    .bind(answer.prompt.as_str())
    .bind(answer.words.as_ref().map(|words| words.as_str()))
    .bind(i64::from(answer.alone))
    .execute(conn)
    .await?;
    Ok(())
}

/// What the couple's members said to the prompt of a date.
pub async fn of_date(conn: &mut Conn, couple: CoupleId, date: Date) -> Result<Vec<Answer>> {
    let rows: Vec<AnswerRow> =
        sqlx::query_as("select * from prompt_answers where couple_id = $1 and date = $2")
            .bind(couple.to_string())
            .bind(date.to_string())
            .fetch_all(conn)
            .await?;
    rows.into_iter().map(AnswerRow::read).collect()
}

/// What both said on the latest dates before `before` on which both did: newest date first, two answers each.
pub async fn revealed(
    conn: &mut Conn,
    couple: CoupleId,
    before: Option<Date>,
    limit: i64,
) -> Result<Vec<Answer>> {
    let rows: Vec<AnswerRow> = sqlx::query_as(
        "select * from prompt_answers where couple_id = $1 and date in ( \
         select one.date from prompt_answers one join prompt_answers other \
         on other.couple_id = one.couple_id and other.date = one.date \
         and other.prompt_id = one.prompt_id and other.member_id > one.member_id \
         where one.couple_id = $1 and ($2 = '' or one.date < $2) \
         and one.words is not null and other.words is not null \
         and one.alone = 0 and other.alone = 0 order by one.date desc limit $3) \
         order by date desc, member_id",
    )
    .bind(couple.to_string())
    .bind(text_or_empty(before))
    .bind(limit)
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(AnswerRow::read).collect()
}

/// Everything that was ever said, by date.
pub async fn all(conn: &mut Conn, couple: CoupleId) -> Result<Vec<Answer>> {
    let rows: Vec<AnswerRow> = sqlx::query_as(
        "select * from prompt_answers where couple_id = $1 order by date, member_id",
    )
    .bind(couple.to_string())
    .fetch_all(conn)
    .await?;
    rows.into_iter().map(AnswerRow::read).collect()
}
