//! Reading costs the same after ten years as after a week. Work is counted, never timed.
#![expect(
    clippy::disallowed_types,
    reason = "it explains statements that the program sent"
)]

use std::fmt;
use std::sync::{Arc, LazyLock, Mutex};

use hearth::domain::day::Date;
use hearth::ids::{CoupleId, RitualId};
use hearth::store;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use tracing::field::{Field, Visit};
use tracing::{Event, Instrument, Subscriber, info_span};
use tracing_subscriber::layer::{Context, Layer};
use tracing_subscriber::registry::LookupSpan;

use crate::ear;
use crate::world::{Person, World, check_in, text};

/// What a request asked of the database and of the hasher.
#[derive(Debug, Default, Clone, PartialEq)]
pub struct Work {
    pub statements: Vec<String>,
    pub rows: u64,
    /// The parameters of each hash.
    pub hashes: Vec<[u64; 3]>,
}

/// Counts the statements that sqlx logs, and the hashes that Hearth does, inside a span named `counted`.
pub struct Counter;

/// Several tests count at once: each span has a tally of its own.
static TALLIES: LazyLock<Mutex<Vec<Arc<Mutex<Work>>>>> = LazyLock::new(|| {
    ear::open();
    Mutex::default()
});

struct Tally(usize);

#[derive(Default)]
struct Fields {
    statement: String,
    summary: String,
    number: u64,
    hash: [u64; 3],
}

impl Visit for Fields {
    fn record_u64(&mut self, field: &Field, value: u64) {
        match field.name() {
            "rows_returned" | "tally" => self.number = value,
            "memory" => self.hash[0] = value,
            "passes" => self.hash[1] = value,
            "lanes" => self.hash[2] = value,
            _ => {}
        }
    }

    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "db.statement" => self.statement = value.trim().to_owned(),
            "summary" => self.summary = value.to_owned(),
            _ => {}
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn fmt::Debug) {}
}

impl<S: Subscriber + for<'a> LookupSpan<'a>> Layer<S> for Counter {
    fn on_new_span(
        &self,
        attributes: &tracing::span::Attributes<'_>,
        id: &tracing::span::Id,
        context: Context<'_, S>,
    ) {
        if attributes.metadata().name() != "counted" {
            return;
        }
        let mut fields = Fields::default();
        attributes.record(&mut fields);
        let span = context.span(id).unwrap();
        span.extensions_mut().insert(Tally(fields.number as usize));
    }

    fn on_event(&self, event: &Event<'_>, context: Context<'_, S>) {
        if !["sqlx::query", "hearth::password"].contains(&event.metadata().target()) {
            return;
        }
        // The spans of the request and of others stand between.
        let mut spans = context.event_scope(event).into_iter().flatten();
        let tally = spans.find_map(|span| span.extensions().get::<Tally>().map(|tally| tally.0));
        let Some(tally) = tally else {
            return;
        };
        let mut fields = Fields::default();
        event.record(&mut fields);
        let work = TALLIES.lock().unwrap()[tally].clone();
        let mut work = work.lock().unwrap();
        if event.metadata().target() == "hearth::password" {
            work.hashes.push(fields.hash);
            return;
        }
        // A statement of few words is logged as its own summary.
        let statement = match fields.statement.is_empty() {
            true => fields.summary,
            false => fields.statement,
        };
        // A reader that is opened on the way is not the request's.
        if statement.starts_with("PRAGMA") {
            return;
        }
        work.rows += fields.number;
        work.statements.push(statement);
    }
}

/// What a request asks of the database and of the hasher.
pub async fn work_of<T>(request: impl Future<Output = T>) -> (T, Work) {
    let (tally, work) = {
        let mut tallies = TALLIES.lock().unwrap();
        tallies.push(Arc::default());
        (tallies.len() - 1, tallies.last().unwrap().clone())
    };
    let answer = request.instrument(info_span!("counted", tally)).await;
    let counted = work.lock().unwrap().clone();
    (answer, counted)
}

/// Eight daily rituals that both keep every day, begun so many days ago.
pub async fn keep_eight_rituals(
    world: &World,
    ada: &Person,
    ben: &Person,
    days: i64,
) -> Vec<String> {
    keep_eight(world, ada, ben, check_in(), days).await
}

/// Eight such rituals.
pub async fn keep_eight(
    world: &World,
    ada: &Person,
    ben: &Person,
    new: Value,
    days: i64,
) -> Vec<String> {
    let today: Date = "2026-11-18".parse().unwrap();
    let start = today.plus(-days);
    let mut ids = Vec::new();
    for _ in 0..8 {
        let mut ritual = new.clone();
        ritual["starts_on"] = json!(start);
        let id = ada.proposes(ritual).await;
        ben.agrees(&id).await;
        ids.push(id);
    }
    let couple = text(&ada.get("/v1/couple").await.json(200)["id"]);
    write_history(world, &couple, &ids, [ada, ben], start, days).await;
    ids
}

/// Writes years of logs in one transaction, and folds them as the program would have.
async fn write_history(
    world: &World,
    couple: &str,
    rituals: &[String],
    members: [&Person; 2],
    start: Date,
    days: i64,
) {
    let couple: CoupleId = couple.parse().unwrap();
    let mut tx = world.app.store.write().await.unwrap();
    for ritual in rituals {
        for member in members {
            sqlx::query(
                "with recursive days(date) as (select $4 union all \
                 select date(date, '+1 day') from days where date < date($4, $5)) \
                 insert into logs (couple_id, ritual_id, date, member_id, visibility, logged_at, \
                 time_zone) select $1, $2, date, $3, 'shared', 0, 'UTC' from days",
            )
            .bind(couple.to_string())
            .bind(ritual)
            .bind(&member.id)
            .bind(start.to_string())
            .bind(format!("+{} days", days - 1))
            .execute(&mut *tx)
            .await
            .unwrap();
        }
        let id: RitualId = ritual.parse().unwrap();
        let found = store::rituals::find(&mut tx, couple, id).await.unwrap();
        let mut ritual = found.unwrap();
        let now = world.app.clock.now();
        store::checkpoints::refold(&mut tx, couple, &mut ritual, now)
            .await
            .unwrap();
        store::rituals::update(&mut tx, couple, &ritual)
            .await
            .unwrap();
    }
    // As the migration did for everybody who was there before.
    let migration = include_str!("../../migrations/0012_years.sql");
    let (_, backfill) = migration.split_once("insert into years").unwrap();
    let backfill = format!("insert into years {backfill}");
    sqlx::query("delete from years")
        .execute(&mut *tx)
        .await
        .unwrap();
    sqlx::query(AssertSqlSafe(backfill))
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// The work of reading today and of logging, after a history of so many days.
async fn work_after(days: i64) -> (World, Work, Work) {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let ids = keep_eight_rituals(&world, &ada, &ben, days).await;
    let (today, reading) = work_of(ada.get("/v1/today")).await;
    let today = today.json(200);
    assert_eq!(today["rituals"].as_array().unwrap().len(), 8);
    // Until yesterday both kept it, but only Ada was expected before Ben agreed today.
    assert_eq!(today["rituals"][0]["ritual"]["streak"]["total_kept"], days);
    let path = format!("/v1/rituals/{}/logs/today", ids[3]);
    let (logged, writing) = work_of(ada.put(&path, json!({}))).await;
    assert_eq!(logged.json(201)["log"]["date"], "2026-11-18");
    (world, reading, writing)
}

/// `GET /v1/today` and `PUT …/logs/today` ask the same of the database after a week and after ten
/// years, and `today` asks with few statements.
#[tokio::test]
async fn ten_years_cost_what_a_week_costs() {
    let (_, week_read, week_write) = work_after(7).await;
    let (world, years_read, years_write) = work_after(3650).await;
    assert!(!week_read.statements.is_empty(), "nothing was counted");
    // One statement that answers one row is one hop to the database and back. Its length is no measure of what
    // it reads: that is held to its keys below.
    assert_eq!(week_read.statements.len(), 1, "{:?}", week_read.statements);
    assert_eq!(week_read, years_read);
    assert_eq!(week_write, years_write);
    assert_no_scans(&world, &years_read).await;
    assert_no_scans(&world, &years_write).await;
}

/// Rituals that were put away years ago, and rests long over, cost today nothing.
#[tokio::test]
async fn what_was_put_away_costs_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    keep_eight_rituals(&world, &ada, &ben, 7).await;
    // Each time it is read anew: what was shown before is not remembered.
    let look = async || {
        let anew = ada.at(&world.with(|app| app.lately = Default::default()));
        work_of(anew.get("/v1/today")).await.1
    };
    let before = look().await;
    for _ in 0..12 {
        let id = ada.proposes(check_in()).await;
        ada.logs(&id, "today").await;
        ada.delete(&format!("/v1/rituals/{id}")).await.empty();
        let long_over = json!({"from": "2020-01-01", "to": "2020-01-09"});
        ada.post("/v1/rests", long_over).await.json(201);
    }
    assert_eq!(before, look().await);
}

/// What is not read cannot be slow: every statement finds its rows by a key, and logs by their date too, so
/// that it does not walk through all the couple ever logged.
pub async fn assert_no_scans(world: &World, work: &Work) {
    let mut tx = world.app.store.read().await.unwrap();
    for statement in &work.statements {
        let explain = AssertSqlSafe(format!("explain query plan {statement}"));
        let plan: Vec<(i64, i64, i64, String)> =
            sqlx::query_as(explain).fetch_all(&mut *tx).await.unwrap();
        for (.., step) in plan {
            // What a statement named for itself has the rows that it found before.
            let own = ["owned", "place", "shelf"].map(|name| format!("SCAN {name}"));
            let scans =
                step.starts_with("SCAN") && !step.contains("CONSTANT ROW") && !own.contains(&step);
            assert!(!scans, "{step} in {statement}");
            let reads_logs = step.starts_with("SEARCH l ") || step.starts_with("SEARCH logs ");
            assert!(
                !reads_logs || step.contains("date"),
                "{step} in {statement}"
            );
        }
    }
}
