//! R5: many at once on one couple, and on many. Nobody is turned away, and no update overwrites another.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::thread;
use std::time::Instant;

use serde_json::json;

use crate::client::Client;
use crate::measure::Latencies;
use crate::people::{Couple, Person};
use crate::server::House;
use crate::writer::{self, Writer};
use crate::{Result, Settings};

/// How many write at once.
const CLIENTS: usize = 64;

/// What of a ritual one client changes while others change the rest of it.
const FIELDS: [&str; 3] = ["title", "cue", "target_minutes"];

const RITUALS: usize = 4;

pub fn run(settings: &Settings) -> Result<String> {
    let rounds = settings.pick(20, 200);
    let house = House::new(settings)?;
    let server = house.start()?;
    let mut figures = Vec::new();
    for count in [1, CLIENTS] {
        let couples = Couple::crowd(server.address, figures.len() * 1000, count, RITUALS)?;
        let crowd = crowd(&couples, settings.seed);
        let start = Instant::now();
        let (crowd, tally) = everybody(server.address, crowd, rounds)?;
        let seconds = start.elapsed().as_secs_f64();
        let logs = nothing_is_lost(server.address, &couples, crowd)?;
        let total: usize = tally.values().map(Latencies::count).sum();
        let rate = total as f64 / seconds;
        println!("{CLIENTS} clients on {count} couples, {rate:.0} requests/s:");
        for (act, latencies) in &tally {
            println!("  {:>6} {act:<18} {latencies}", latencies.count());
        }
        figures.push(format!(
            "{total} requests and {logs} logs on {count} couples"
        ));
    }
    server.stop()?;
    Ok(format!(
        "{CLIENTS} clients, {}: no 5xx, no lost update",
        figures.join(", ")
    ))
}

/// One client: writes logs, begins rests, reads today; some own a field of a ritual.
struct Member<'a> {
    couple: &'a Couple,
    person: &'a Person,
    writer: Writer,
    field: Option<(&'a str, &'static str)>,
    last: u64,
    rests: usize,
    tally: BTreeMap<&'static str, Latencies>,
}

/// Sixty-four clients, spread over the couples and over both partners, no two with the same dates or
/// the same field.
fn crowd(couples: &[Couple], seed: u64) -> Vec<Member<'_>> {
    let member = |number: usize| {
        let couple = &couples[number % couples.len()];
        let place = number / couples.len();
        let person = [&couple.ada, &couple.ben][place % 2];
        let first = 1 + place as i64 / 2 * 5;
        let field = couple
            .rituals
            .get(place / FIELDS.len())
            .map(|ritual| (ritual.as_str(), FIELDS[place % FIELDS.len()]));
        Member {
            couple,
            person,
            writer: Writer::new(
                couple,
                person,
                first..first + 5,
                seed * 1000 + number as u64,
            ),
            field,
            last: 0,
            rests: 0,
            tally: BTreeMap::new(),
        }
    };
    (0..CLIENTS).map(member).collect()
}

type Tally = BTreeMap<&'static str, Latencies>;

/// Lets all of them act at once, so many rounds long.
fn everybody(
    address: SocketAddr,
    mut crowd: Vec<Member<'_>>,
    rounds: u64,
) -> Result<(Vec<Member<'_>>, Tally)> {
    thread::scope(|scope| {
        let acting: Vec<_> = crowd
            .iter_mut()
            .map(|member| scope.spawn(move || member.act(address, rounds)))
            .collect();
        acting
            .into_iter()
            .try_for_each(|one| one.join().map_err(|_| "a client died")?)
    })?;
    let mut tally = Tally::new();
    for member in &mut crowd {
        for (act, latencies) in std::mem::take(&mut member.tally) {
            tally.entry(act).or_default().merge(latencies);
        }
    }
    Ok((crowd, tally))
}

impl Member<'_> {
    fn act(&mut self, address: SocketAddr, rounds: u64) -> Result<()> {
        let client = &mut Client::connect(address)?;
        for round in 1..=rounds {
            self.timed("PUT a log", |me| match me.writer.write(client)? {
                true => Ok(()),
                false => Err("the connection broke".into()),
            })?;
            if round % 2 == 0 && self.field.is_some() {
                self.timed("PATCH a ritual", |me| me.change_field(client, round))?;
            }
            if round % 3 == 0 {
                self.timed("GET today", |me| {
                    me.person.ask(client, "GET", "/v1/today", None).map(drop)
                })?;
            }
            if round % 16 == 0 {
                self.timed("POST a rest", |me| me.begin_rest(client))?;
            }
        }
        Ok(())
    }

    fn timed(
        &mut self,
        act: &'static str,
        run: impl FnOnce(&mut Self) -> Result<()>,
    ) -> Result<()> {
        let start = Instant::now();
        run(self)?;
        self.tally.entry(act).or_default().add(start.elapsed());
        Ok(())
    }

    fn change_field(&mut self, client: &mut Client, value: u64) -> Result<()> {
        let Some((ritual, field)) = self.field else {
            return Ok(());
        };
        let change = match field {
            "target_minutes" => json!({field: value}),
            _ => json!({field: value.to_string()}),
        };
        let path = format!("/v1/rituals/{ritual}");
        self.person.ask(client, "PATCH", &path, Some(&change))?;
        self.last = value;
        Ok(())
    }

    /// A rest in the past: every ritual is folded anew.
    fn begin_rest(&mut self, client: &mut Client) -> Result<()> {
        let from = self.couple.today.plus(-200);
        let rest = json!({"from": from, "to": from.next()});
        self.person.ask(client, "POST", "/v1/rests", Some(&rest))?;
        self.rests += 1;
        Ok(())
    }
}

/// Every log, field and rest that was acknowledged is there. Answers how many logs there are.
fn nothing_is_lost(
    address: SocketAddr,
    couples: &[Couple],
    mut crowd: Vec<Member<'_>>,
) -> Result<usize> {
    let client = &mut Client::connect(address)?;
    let mut logs = 0;
    for couple in couples {
        let mut members: Vec<&mut Member<'_>> = crowd
            .iter_mut()
            .filter(|member| member.couple.ada.id == couple.ada.id)
            .collect();
        for member in &members {
            member.check_field(client)?;
        }
        let begun: usize = members.iter().map(|member| member.rests).sum();
        let rests = couple.ada.list(client, "/v1/rests")?.len();
        if rests != begun {
            return Err(format!("LOST: {begun} rests were acknowledged, {rests} are there").into());
        }
        let mut writers: Vec<&mut Writer> = members
            .iter_mut()
            .map(|member| &mut member.writer)
            .collect();
        logs += writer::check(address, couple, &mut writers)?;
    }
    Ok(logs)
}

impl Member<'_> {
    fn check_field(&self, client: &mut Client) -> Result<()> {
        let Some((ritual, field)) = self.field else {
            return Ok(());
        };
        let path = format!("/v1/rituals/{ritual}");
        let ritual = self.person.ask(client, "GET", &path, None)?;
        let there = ritual[field].to_string();
        match there.trim_matches('"').parse() == Ok(self.last) {
            true => Ok(()),
            false => Err(format!("LOST: {field} was set to {}, and is {there}", self.last).into()),
        }
    }
}
