//! R12: memory stays within its bound under load, and does not creep up.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{Client, request};
use crate::dice::Dice;
use crate::measure::median;
use crate::people::{Couple, DAYS, PASSWORD, text};
use crate::server::{House, Server};
use crate::{Result, Settings};

const COUPLES: usize = 16;
const MOST_MEMORY: f64 = 96.0;

/// What the medians of the second and the last third may differ by, in MiB: noise, not a leak.
const NOISE: f64 = 3.0;

pub fn run(settings: &Settings) -> Result<String> {
    let minutes = settings
        .minutes
        .map(|minutes| Duration::from_secs(minutes * 60));
    let duration = minutes.unwrap_or(Duration::from_secs(settings.pick(30, 30 * 60)));
    let house = House::new(settings)?;
    let server = house.start()?;
    let couples = Couple::crowd(server.address, 0, COUPLES, 3)?;
    let over = AtomicBool::new(false);
    let (samples, requests) = thread::scope(|scope| -> Result<_> {
        let (address, over) = (server.address, &over);
        let living: Vec<_> = couples
            .iter()
            .enumerate()
            .map(|(number, couple)| {
                let dice = Dice(settings.seed * 1000 + number as u64);
                scope.spawn(move || live(address, couple, dice, over))
            })
            .collect();
        let samples = watch(&server, duration);
        over.store(true, Ordering::Relaxed);
        let mut requests = 0;
        for one in living {
            requests += one.join().map_err(|_| "somebody died")??;
        }
        Ok((samples?, requests))
    })?;
    let peak = server.peak()?;
    server.stop()?;
    let third = samples.len() / 3;
    let middle = median(&samples[third..2 * third]);
    let last = median(&samples[2 * third..]);
    let minutes = duration.as_secs_f64() / 60.0;
    let figure = format!(
        "{requests} requests in {minutes:.1} minutes, none failed: {peak:.1} MiB at most, \
         in the second third {middle:.1}, in the last {last:.1}"
    );
    match peak <= MOST_MEMORY && last - middle <= NOISE {
        true => Ok(figure),
        false => Err(figure.into()),
    }
}

/// The memory it has, so many times a second.
fn watch(server: &Server, duration: Duration) -> Result<Vec<f64>> {
    let start = Instant::now();
    let mut samples = Vec::new();
    let mut told = 0;
    while start.elapsed() < duration {
        samples.push(server.resident()?);
        let tenth = (start.elapsed().as_secs_f64() / duration.as_secs_f64() * 10.0) as u64;
        if tenth > told {
            told = tenth;
            println!(
                "{tenth} tenths of the time, {:.1} MiB",
                median(&samples[samples.len() / 2..])
            );
        }
        thread::sleep(Duration::from_millis(200));
    }
    Ok(samples)
}

/// Does everything people do, at random, over connections that come and go. Answers how many requests
/// it made.
fn live(address: SocketAddr, couple: &Couple, mut dice: Dice, over: &AtomicBool) -> Result<usize> {
    let mut requests = 0;
    while !over.load(Ordering::Relaxed) {
        let client = &mut Client::connect(address)?;
        for _ in 0..100 {
            requests += act(client, couple, &mut dice)?;
        }
    }
    Ok(requests)
}

/// One act. Answers how many requests it took.
fn act(client: &mut Client, couple: &Couple, dice: &mut Dice) -> Result<usize> {
    let me = *dice.pick(&[&couple.ada, &couple.ben]);
    let ritual = dice.pick(&couple.rituals).clone();
    let date = couple.today.plus(-(dice.below(DAYS as u64) as i64));
    match dice.below(1000) {
        0..350 => {
            let today = client.ask(&me.request("GET", "/v1/today", None))?;
            today.must_be(&[200])?;
            let bearer = me.bearer();
            let etag = today.header("ETag").unwrap_or("\"none\"");
            let headers = [("Authorization", bearer.as_str()), ("If-None-Match", etag)];
            let again = client.ask(&request("GET", "/v1/today", &headers, None))?;
            again.must_be(&[200, 304])?;
            return Ok(2);
        }
        350..700 => {
            let words = "word ".repeat(dice.below(400) as usize + 1);
            let path = format!("/v1/rituals/{ritual}/logs/{date}");
            me.ask(client, "PUT", &path, Some(&json!({"note": words})))?;
        }
        700..850 => {
            let lists = [
                "/v1/logs?limit=200",
                "/v1/rituals",
                "/v1/couple",
                "/v1/rests",
            ];
            let path = dice.pick(&lists);
            me.ask(client, "GET", path, None)?;
        }
        850..900 => {
            let path = format!("/v1/rituals/{ritual}/logs/{date}");
            client
                .ask(&me.request("DELETE", &path, None))?
                .must_be(&[204, 404])?;
        }
        900..940 => {
            let rest = json!({"from": date, "to": date.next(), "ritual_id": ritual});
            let rest = me.ask(client, "POST", "/v1/rests", Some(&rest))?;
            let path = format!("/v1/rests/{}", text(&rest["id"])?);
            client
                .ask(&me.request("DELETE", &path, None))?
                .must_be(&[204])?;
            return Ok(2);
        }
        940..990 => {
            let path = *dice.pick(&["/v1/rituals/none", "/nowhere", "/v1/logs?limit=0"]);
            client
                .ask(&me.request("GET", path, None))?
                .must_be(&[404, 422])?;
        }
        990..997 => {
            client
                .ask(&request("GET", "/openapi.json", &[], None))?
                .must_be(&[200])?;
        }
        _ => {
            let form = json!({"email": me.email, "password": PASSWORD, "expires_in_days": 1});
            client
                .ask(&request("POST", "/v1/tokens", &[], Some(&form)))?
                .must_be(&[201])?;
        }
    }
    Ok(1)
}
