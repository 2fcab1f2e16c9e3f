//! The load bench: towns of different sizes, asked side by side in one run.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::thread;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::dice::Dice;
use crate::measure::Latencies;
use crate::server::{House, Server};
use crate::town::{self, Home};
use crate::{Result, Settings};

/// How many connections ask at once.
const CONNECTIONS: [usize; 3] = [1, 16, 64];

/// Everything is measured in turn, so many times, so that a noisy moment touches all alike.
const ROUNDS: u64 = 3;

/// What is asked for, in this order: a log that is put changes what today answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Route {
    Trivial,
    Today,
    TodayUnchanged,
    Ritual,
    PutLog,
}

const ROUTES: [(Route, &str); 5] = [
    (Route::Trivial, "GET /healthz"),
    (Route::Today, "GET /v1/today"),
    (Route::TodayUnchanged, "  If-None-Match"),
    (Route::Ritual, "GET /v1/rituals/{id}"),
    (Route::PutLog, "PUT …/logs/today"),
];

pub fn run(settings: &Settings) -> Result<String> {
    let sizes = match settings.couples.is_empty() {
        true => settings.pick(vec![100, 2_000], vec![100, 100_000]),
        false => settings.couples.clone(),
    };
    let turn = Duration::from_millis(settings.pick(250, 4_000));
    let mut towns = Vec::new();
    for (number, couples) in sizes.into_iter().enumerate() {
        towns.push(Town::new(settings, couples, settings.seed + number as u64)?);
    }
    for round in 0..ROUNDS {
        for (route, name) in ROUTES {
            println!("round {} of {ROUNDS}: {}", round + 1, name.trim());
            for connections in CONNECTIONS {
                for town in &mut towns {
                    town.measure(route, connections, turn, settings.seed + round)?;
                }
            }
        }
    }
    for town in &towns {
        town.print()?;
    }
    let verdicts = judge(&towns);
    towns.into_iter().try_for_each(|town| town.server.stop())?;
    let holds = verdicts.iter().all(|(_, holds)| *holds);
    let figures: Vec<_> = verdicts.into_iter().map(|(figure, _)| figure).collect();
    let figure = figures.join("; ");
    if holds {
        Ok(figure)
    } else {
        Err(figure.into())
    }
}

/// A filled database, the program over it, and what was measured there.
struct Town {
    homes: Vec<Home>,
    bytes_per_couple: u64,
    server: Server,
    _house: House,
    cells: BTreeMap<(Route, usize), Cell>,
    /// Whom today was shown to in this round, and its ETag.
    shown: Mutex<Vec<(usize, String)>>,
}

#[derive(Default)]
struct Cell {
    latencies: Latencies,
    time: Duration,
}

impl Cell {
    fn throughput(&self) -> f64 {
        self.latencies.count() as f64 / self.time.as_secs_f64()
    }
}

impl Town {
    fn new(settings: &Settings, couples: usize, seed: u64) -> Result<Town> {
        let house = House::new(settings)?;
        let start = Instant::now();
        let homes = town::fill(&house, couples, seed)?;
        let bytes = std::fs::metadata(house.database())?.len();
        let (mib, seconds) = (bytes >> 20, start.elapsed().as_secs());
        println!("{couples} couples moved in within {seconds} s: {mib} MiB");
        Ok(Town {
            bytes_per_couple: bytes / couples as u64,
            server: house.start()?,
            _house: house,
            homes,
            cells: BTreeMap::new(),
            shown: Mutex::default(),
        })
    }

    /// Lets so many connections ask for a while, each for people at random.
    fn measure(
        &mut self,
        route: Route,
        connections: usize,
        turn: Duration,
        seed: u64,
    ) -> Result<()> {
        if route == Route::Trivial {
            self.shown.lock().map_err(|_| "a client died")?.clear();
        }
        let address = self.server.address;
        let start = Instant::now();
        let mut merged = Latencies::default();
        let mut shown = Vec::new();
        thread::scope(|scope| -> Result<()> {
            let visitors: Vec<_> = (0..connections)
                .map(|number| {
                    let visitor = Visitor {
                        town: self,
                        route,
                        dice: Dice(seed * 1000 + number as u64),
                        request: Vec::new(),
                        shown: Vec::new(),
                    };
                    scope.spawn(move || visitor.ask(address, start + turn))
                })
                .collect();
            for visitor in visitors {
                let (latencies, mut seen) = visitor.join().map_err(|_| "a client died")??;
                merged.merge(latencies);
                shown.append(&mut seen);
            }
            Ok(())
        })?;
        let cell = self.cells.entry((route, connections)).or_default();
        cell.time += start.elapsed();
        cell.latencies.merge(merged);
        self.shown
            .lock()
            .map_err(|_| "a client died")?
            .append(&mut shown);
        Ok(())
    }

    fn print(&self) -> Result<()> {
        let couples = self.homes.len();
        let (resident, peak) = (self.server.resident()?, self.server.peak()?);
        println!(
            "\n{couples} couples, {} bytes each; memory {resident:.0} MiB, at most {peak:.0} MiB",
            self.bytes_per_couple
        );
        for (route, name) in ROUTES {
            for connections in CONNECTIONS {
                let cell = &self.cells[&(route, connections)];
                let rate = cell.throughput();
                println!(
                    "{name:<22}{connections:>3} × {rate:>8.0}/s  {}",
                    cell.latencies
                );
            }
        }
        Ok(())
    }

    /// How the throughput of a route compares with the trivial one's, at 16 connections.
    fn share(&self, route: Route) -> f64 {
        self.cells[&(route, 16)].throughput() / self.cells[&(Route::Trivial, 16)].throughput()
    }
}

/// One connection.
struct Visitor<'a> {
    town: &'a Town,
    route: Route,
    dice: Dice,
    request: Vec<u8>,
    shown: Vec<(usize, String)>,
}

impl Visitor<'_> {
    fn ask(
        mut self,
        address: SocketAddr,
        until: Instant,
    ) -> Result<(Latencies, Vec<(usize, String)>)> {
        let mut client = Client::connect(address)?;
        let mut latencies = Latencies::default();
        let status: &[u16] = match self.route {
            Route::TodayUnchanged => &[304],
            Route::PutLog => &[200, 201],
            _ => &[200],
        };
        let mut now = Instant::now();
        while now < until {
            let person = self.prepare()?;
            let start = Instant::now();
            let answer = client.ask(&self.request)?;
            now = Instant::now();
            latencies.add(now - start);
            answer.must_be(status)?;
            if self.route == Route::Today {
                let etag = answer.header("ETag").unwrap_or_default().to_owned();
                self.shown.push((person, etag));
            }
        }
        Ok((latencies, self.shown))
    }

    /// Writes the next request; answers who asks.
    fn prepare(&mut self) -> Result<usize> {
        use std::io::Write as _;
        let homes = &self.town.homes;
        let mut person = self.dice.below(2 * homes.len() as u64) as usize;
        let shown = self.town.shown.lock().map_err(|_| "a client died")?;
        let etag = match self.route {
            Route::TodayUnchanged => {
                let (someone, etag) = self.dice.pick(&shown);
                person = *someone;
                etag.as_str()
            }
            _ => "",
        };
        let home = &homes[person / 2];
        let token = &home.tokens[person % 2];
        let mut body = String::new();
        let out = &mut self.request;
        out.clear();
        match self.route {
            Route::Trivial => write!(out, "GET /healthz HTTP/1.1\r\n")?,
            Route::Today => write!(out, "GET /v1/today HTTP/1.1\r\n")?,
            Route::TodayUnchanged => {
                write!(out, "GET /v1/today HTTP/1.1\r\nIf-None-Match: {etag}\r\n")?;
            }
            Route::Ritual => {
                let id = self.dice.pick(&home.rituals);
                write!(out, "GET /v1/rituals/{id} HTTP/1.1\r\n")?;
            }
            Route::PutLog => {
                let id = self.dice.pick(&home.rituals);
                write!(out, "PUT /v1/rituals/{id}/logs/today HTTP/1.1\r\n")?;
                // Other minutes nearly every time, so that something is written.
                body = format!(r#"{{"minutes":{}}}"#, self.dice.below(1000));
                let length = body.len();
                write!(
                    out,
                    "Content-Type: application/json\r\nContent-Length: {length}\r\n"
                )?;
            }
        }
        write!(
            out,
            "Host: hearth\r\nAuthorization: Bearer {token}\r\n\r\n{body}"
        )?;
        Ok(person)
    }
}

/// Each figure, and whether it is reached.
fn judge(towns: &[Town]) -> Vec<(String, bool)> {
    let mut verdicts = Vec::new();
    for town in towns {
        let couples = town.homes.len();
        for (route, what, least) in [
            (Route::Today, "today", 0.25),
            (Route::TodayUnchanged, "304s", 0.40),
        ] {
            let share = town.share(route);
            let figure = format!("{what} at {:.0} % with {couples} couples", share * 100.0);
            verdicts.push((figure, share >= least));
        }
    }
    if let [small, .., large] = towns {
        for connections in CONNECTIONS {
            let middle = |town: &Town| {
                let cell = &town.cells[&(Route::Ritual, connections)];
                cell.latencies.percentile(50).as_secs_f64()
            };
            let ratio = middle(large) / middle(small);
            let figure = format!("point reads at {connections} × take {ratio:.2} times as long");
            verdicts.push((figure, ratio <= 1.3));
        }
    }
    verdicts
}
