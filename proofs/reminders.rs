//! Reminders for a whole town: what waits for its hour costs nothing, and what is due at the same minute goes out soon,
//! with everybody still at home.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use chrono::{DateTime, DurationRound, TimeDelta, Utc};
use hearth::clock::Clock;
use hearth::domain::day::{DayStart, Zone};
use serde_json::json;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection};

use crate::client::{Client, request};
use crate::dice::Dice;
use crate::measure::{Latencies, millis};
use crate::server::{House, Server};
use crate::town::{self, Home, ZONE};
use crate::{Result, Settings};

/// How many come home at the same time and look at their day.
const VISITORS: u64 = 4;

/// Of a core, what waiting may cost.
const IDLE: f64 = 0.01;

/// How much more memory waiting may take, in MiB.
const GROWTH: f64 = 1.0;

/// Within which time all that is due at a minute must be in the outbox.
const SOON: Duration = Duration::from_secs(60);

/// What 99 in 100 looks at today must stay within meanwhile.
const USABLE: Duration = Duration::from_millis(250);

pub fn run(settings: &Settings) -> Result<String> {
    // Some seven rituals each, for two: 1,050,000 reminders, of which 100,000 are due at once.
    let couples = settings.pick(2_000, 75_000);
    let due = settings.pick(1_000, 50_000);
    let idle = Duration::from_secs(settings.pick(15, 60));
    let house = House::new(settings)?;
    let homes = town::fill(&house, couples, settings.seed)?;
    let runtime = tokio::runtime::Runtime::new()?;
    let scheduled = runtime.block_on(schedule_all(&house))?;
    println!("{scheduled} reminders are scheduled");
    let waiting = wait(&house.start()?, idle)?;

    // Until then, all that is due has to be written down, and the program has to start.
    let soon = TimeDelta::seconds(settings.pick(65, 180));
    let minute = (Clock::System.now() + soon).duration_trunc(TimeDelta::minutes(1))?;
    let told = runtime.block_on(fall_due(&house, &homes[..due], minute))?;
    let server = house.start()?;
    let over = AtomicBool::new(false);
    let (took, [before, meanwhile]) = thread::scope(|scope| -> Result<_> {
        let visitors: Vec<_> = (0..VISITORS)
            .map(|number| {
                let dice = Dice(settings.seed * 1000 + number);
                let (server, homes, over) = (&server, &homes, &over);
                scope.spawn(move || visit(server, homes, dice, minute, over))
            })
            .collect();
        let took = runtime.block_on(all_out(&house, minute, told));
        over.store(true, Ordering::Relaxed);
        let mut looks = <[Latencies; 2]>::default();
        for visitor in visitors {
            let seen = visitor.join().map_err(|_| "a visitor died")??;
            looks
                .iter_mut()
                .zip(seen)
                .for_each(|(all, some)| all.merge(some));
        }
        Ok((took?, looks))
    })?;
    let figure = format!(
        "{waiting}; {told} due at the same minute were in the outbox after {:.1} s; GET /v1/today meanwhile {meanwhile} \
         ({} times; before, {before})",
        took.as_secs_f64(),
        meanwhile.count(),
    );
    let slowest = meanwhile.percentile(99);
    match took <= SOON && slowest <= USABLE {
        true => Ok(figure),
        false => Err(format!("{figure}; wanted {SOON:?} and {}", millis(USABLE)).into()),
    }
}

/// Lets a program wait, and says what that costs.
fn wait(server: &Server, idle: Duration) -> Result<String> {
    // What starting costs is none of it.
    thread::sleep(Duration::from_secs(5));
    let (processor, memory) = (server.processor()?, server.resident()?);
    thread::sleep(idle);
    let took = (server.processor()? - processor).as_secs_f64() / idle.as_secs_f64();
    let grown = server.resident()? - memory;
    let figure = format!(
        "idle for {} s took {:.2} % of a core and {grown:+.1} MiB",
        idle.as_secs(),
        took * 100.0
    );
    match took < IDLE && grown < GROWTH {
        true => Ok(figure),
        false => Err(format!(
            "{figure}: wanted less than {} % and {GROWTH} MiB",
            IDLE * 100.0
        )
        .into()),
    }
}

/// A new random id, in SQL.
const ID: &str = "lower(hex(randomblob(4)) || '-' || hex(randomblob(2)) || '-4' || substr(hex(randomblob(2)), 2) \
    || '-8' || substr(hex(randomblob(2)), 2) || '-' || hex(randomblob(6)))";

async fn open(house: &House) -> Result<SqliteConnection> {
    let options = SqliteConnectOptions::new().filename(house.database());
    Ok(options.pragma("cache_size", "-262144").connect().await?)
}

/// Everybody wants to be reminded of each ritual, on a topic of their own, at an hour that is nearly a day away.
async fn schedule_all(house: &House) -> Result<u64> {
    let mut conn = open(house).await?;
    let next = Clock::System.now() + TimeDelta::hours(23);
    let channels = format!(
        "insert into channels (account_id, id, kind, address, details, enabled, confirmed, created_at) \
         select id, {ID}, 'ntfy', 'https://ntfy.example.org/ours', 0, 1, 1, created_at from accounts"
    );
    sqlx::query(sqlx::AssertSqlSafe(channels))
        .execute(&mut conn)
        .await?;
    let reminders = format!(
        "insert into reminders (couple_id, ritual_id, member_id, id, times, enabled, patience, next_at) \
         select r.couple_id, r.id, s.account_id, {ID}, $1, 1, $2, $3 \
         from rituals r join seats s on s.couple_id = r.couple_id order by r.couple_id, r.id"
    );
    let done = sqlx::query(sqlx::AssertSqlSafe(reminders))
        .bind(times(next)?)
        .bind(json!({"sent": 0, "passed_over": false, "last": null}).to_string())
        .bind(next.timestamp_millis())
        .execute(&mut conn)
        .await?;
    conn.close().await?;
    Ok(done.rows_affected())
}

/// Lets the first reminder of everybody at these homes fall due at this minute; answers how many that are.
async fn fall_due(house: &House, homes: &[Home], minute: DateTime<Utc>) -> Result<u64> {
    let mut conn = open(house).await?;
    let rituals: Vec<_> = homes.iter().map(|home| home.rituals[0]).collect();
    let done = sqlx::query(
        "update reminders set times = $1, next_at = $2 \
         where ritual_id in (select value from json_each($3))",
    )
    .bind(times(minute)?)
    .bind(minute.timestamp_millis())
    .bind(serde_json::to_string(&rituals)?)
    .execute(&mut conn)
    .await?;
    // After midnight it may be a day still that they logged.
    let zone: Zone = ZONE.parse()?;
    let today = zone.today(minute, DayStart::default());
    sqlx::query(
        "delete from logs where date >= $1 and ritual_id in (select value from json_each($2))",
    )
    .bind(today.to_string())
    .bind(serde_json::to_string(&rituals)?)
    .execute(&mut conn)
    .await?;
    conn.close().await?;
    Ok(done.rows_affected())
}

/// What a clock in town shows then, as a reminder's only time.
fn times(instant: DateTime<Utc>) -> Result<String> {
    let zone: Zone = ZONE.parse()?;
    Ok(json!([{"at": zone.wall_time(instant)}]).to_string())
}

/// Waits until all that is due at this minute is in the outbox, once; answers how long after the minute that was.
async fn all_out(house: &House, minute: DateTime<Utc>, due: u64) -> Result<Duration> {
    let mut conn = open(house).await?;
    let mut told = 0;
    while Clock::System.now() < minute + TimeDelta::seconds(300) {
        let next: Option<i64> = sqlx::query_scalar("select min(next_at) from reminders")
            .fetch_one(&mut conn)
            .await?;
        if next.is_some_and(|next| next > minute.timestamp_millis()) {
            let took = (Clock::System.now() - minute).to_std()?;
            let counts =
                "select (select count(*) from occasions), (select count(*) from deliveries)";
            let counts: (i64, i64) = sqlx::query_as(counts).fetch_one(&mut conn).await?;
            return match counts == (due as i64, due as i64) {
                true => Ok(took),
                false => Err(format!("{due} were due, and {counts:?} went out").into()),
            };
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
        if (Clock::System.now() - minute).num_seconds() / 10 > told {
            told += 1;
            let out = sqlx::query_scalar("select count(*) from occasions");
            let out: i64 = out.fetch_one(&mut conn).await?;
            println!("{out} of {due} went out within {} s", told * 10);
        }
    }
    Err("not all that was due went out within five minutes".into())
}

/// Looks at the day of one after the other, before the minute and from then on, ten times a second.
fn visit(
    server: &Server,
    homes: &[Home],
    mut dice: Dice,
    minute: DateTime<Utc>,
    over: &AtomicBool,
) -> Result<[Latencies; 2]> {
    let mut client = Client::connect(server.address)?;
    let mut looks = <[Latencies; 2]>::default();
    while !over.load(Ordering::Relaxed) {
        let token = &dice.pick(homes).tokens[dice.below(2) as usize];
        let bearer = format!("Bearer {token}");
        let today = request("GET", "/v1/today", &[("Authorization", &bearer)], None);
        let is_due = Clock::System.now() >= minute;
        let start = Instant::now();
        client.ask(&today)?.must_be(&[200])?;
        looks[usize::from(is_due)].add(start.elapsed());
        thread::sleep(Duration::from_millis(25));
    }
    Ok(looks)
}
