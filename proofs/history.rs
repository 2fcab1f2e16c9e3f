//! What a couple logged, written at once: through the store, each log would take four statements.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use hearth::domain::day::Date;
use hearth::domain::ledger::Ledger;
use hearth::domain::year::{Day, Seats, Year};
use hearth::ids::{AccountId, CoupleId, RitualId};
use hearth::store::Conn;
use serde_json::{Value, json};

use crate::Result;

/// Something done: on which date, by whom of the two (0 or 1), and their words.
pub type Done = (Date, usize, Option<&'static str>);

/// A couple's logs, and what they come to.
pub struct History {
    couple: CoupleId,
    members: [AccountId; 2],
    logs: Vec<(RitualId, Date, AccountId, Option<&'static str>)>,
    years: Vec<(RitualId, i32, i64, i64, Value)>,
}

impl History {
    /// That of a couple which has logged nothing yet; its members stand in the order of their seats.
    pub fn new(couple: CoupleId, members: [AccountId; 2]) -> History {
        History {
            couple,
            members,
            logs: Vec::new(),
            years: Vec::new(),
        }
    }

    /// Adds all that was done of a ritual, by date; answers who logged when.
    pub fn add(&mut self, ritual: RitualId, done: &[Done]) -> Ledger {
        let logs = done
            .iter()
            .map(|(date, who, words)| (ritual, *date, self.members[*who], *words));
        self.logs.extend(logs);
        for (number, year) in years(done) {
            let days = json!(year.pack());
            self.years
                .push((ritual, number, year.times(), year.minutes(), days));
        }
        let logged = done.iter();
        logged
            .map(|(date, who, _)| (self.members[*who], *date))
            .collect()
    }

    /// Writes the rows that the program would have written with one log after the other.
    pub async fn write(self, conn: &mut Conn, now: DateTime<Utc>, zone: &str) -> Result<()> {
        sqlx::query(
            "insert into logs \
             (couple_id, ritual_id, date, member_id, note, visibility, logged_at, time_zone) \
             select $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, 'shared', $2, $3 \
             from json_each($4)",
        )
        .bind(self.couple.to_string())
        .bind(now.timestamp_millis())
        .bind(zone)
        .bind(serde_json::to_string(&self.logs)?)
        .execute(&mut *conn)
        .await?;
        sqlx::query(
            "insert into years (couple_id, ritual_id, year, times, minutes, days) \
             select $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, value -> 4 \
             from json_each($2)",
        )
        .bind(self.couple.to_string())
        .bind(serde_json::to_string(&self.years)?)
        .execute(conn)
        .await?;
        Ok(())
    }
}

/// What each year of a ritual came to.
fn years(done: &[Done]) -> BTreeMap<i32, Year> {
    let mut years = BTreeMap::<i32, Year>::new();
    for together in done.chunk_by(|one, next| one.0 == next.0) {
        let date = together[0].0;
        let seats = Seats::of(together.iter().map(|(_, who, _)| *who as i64 + 1));
        let day = seats.map(|seats| Day {
            date,
            seats,
            minutes: None,
        });
        years.entry(date.year()).or_default().set(date, day);
    }
    years
}
