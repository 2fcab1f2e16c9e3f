//! S5: connections that dribble are closed in time, and nobody else notices them.

use std::collections::HashSet;
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::json;

use crate::client::Client;
use crate::dice::Dice;
use crate::measure::Latencies;
use crate::people::Couple;
use crate::server::House;
use crate::{Result, Settings};

const DRIBBLERS: usize = 2000;
const OTHERS: usize = 8;
const LONGEST: Duration = Duration::from_secs(15);

/// How often each dribbles one byte.
const TICK: Duration = Duration::from_millis(500);

/// When to give up on those that are still held.
const PATIENCE: Duration = Duration::from_secs(25);

pub fn run(settings: &Settings) -> Result<String> {
    allow_many_files()?;
    let house = House::new(settings)?;
    let server = house.start()?;
    let address = server.address;
    let couples = Couple::crowd(address, 0, OTHERS, 1)?;
    let over = AtomicBool::new(false);
    let (longest, latencies) = thread::scope(|scope| -> Result<_> {
        let others: Vec<_> = couples
            .iter()
            .map(|couple| scope.spawn(|| live(address, couple, &over)))
            .collect();
        let waves = (1..=settings.pick(1, 5)).map(|wave| dribble(address, wave, settings.seed));
        let waves: Result<Vec<Vec<Duration>>> = waves.collect();
        over.store(true, Ordering::Relaxed);
        let mut latencies = Latencies::default();
        for other in others {
            latencies.merge(other.join().map_err(|_| "somebody died")??);
        }
        let longest = waves?
            .into_iter()
            .reduce(|a, b| a.into_iter().zip(b).map(|(a, b)| a.max(b)).collect());
        Ok((longest.unwrap_or_default(), latencies))
    })?;
    let peak = server.peak()?;
    server.stop()?;
    let told = KINDS
        .iter()
        .zip(&longest)
        .map(|(kind, longest)| format!("{kind:?} {longest:.1?}"));
    let told = told.collect::<Vec<_>>().join(", ");
    let requests = latencies.count();
    let figure = format!(
        "{DRIBBLERS} connections, held at most: {told}; meanwhile {requests} requests of others, \
         none failed, {latencies}; {peak:.0} MiB at most"
    );
    match longest.iter().all(|longest| *longest <= LONGEST) {
        true => Ok(figure),
        false => Err(figure.into()),
    }
}

/// How a connection dribbles.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// Never says anything.
    Silent,
    /// Sends its head byte by byte.
    Head,
    /// Sends its head, then its body byte by byte.
    Body,
    /// Asks for much, and reads it byte by byte.
    Reader,
}

const KINDS: [Kind; 4] = [Kind::Silent, Kind::Head, Kind::Body, Kind::Reader];

struct Dribbler {
    stream: TcpStream,
    port: u16,
    kind: usize,
    since: Instant,
    /// When the program was last seen to hold it.
    held: Option<Instant>,
}

impl Dribbler {
    fn connect(address: SocketAddr, kind: usize) -> Result<Dribbler> {
        let mut stream = TcpStream::connect(address)?;
        stream.set_nonblocking(true)?;
        let start = match KINDS[kind] {
            Kind::Silent => String::new(),
            Kind::Head => "GET /healthz HTTP/1.1\r\nHost: hearth\r\nX-Dribble: ".to_owned(),
            Kind::Body => "POST /v1/accounts HTTP/1.1\r\nHost: hearth\r\n\
                Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n"
                .to_owned(),
            Kind::Reader => "GET /openapi.json HTTP/1.1\r\nHost: hearth\r\n\r\n".repeat(100),
        };
        stream.write_all(start.as_bytes())?;
        Ok(Dribbler {
            port: stream.local_addr()?.port(),
            stream,
            kind,
            since: Instant::now(),
            held: None,
        })
    }

    /// One byte more. Whether it is still welcome is seen elsewhere.
    fn dribble(&mut self) {
        let _ = match KINDS[self.kind] {
            Kind::Silent => Ok(0),
            Kind::Head | Kind::Body => self.stream.write(b" "),
            Kind::Reader => self.stream.read(&mut [0]),
        };
    }
}

/// Lets them dribble until all are closed. Answers how long the longest of each kind was held.
fn dribble(address: SocketAddr, wave: u64, seed: u64) -> Result<Vec<Duration>> {
    let start = Instant::now();
    // One in twenty reads slowly: the machine keeps megabytes for each.
    let kind = |number| if number % 20 == 0 { 3 } else { number % 3 };
    let mut kinds: Vec<usize> = (0..DRIBBLERS).map(kind).collect();
    Dice(seed + wave).shuffle(&mut kinds);
    let dribblers = kinds
        .into_iter()
        .map(|kind| Dribbler::connect(address, kind));
    let mut dribblers = dribblers.collect::<Result<Vec<_>>>()?;
    loop {
        let held = held_connections(address.port())?;
        let now = Instant::now();
        for dribbler in &mut dribblers {
            if held.contains(&dribbler.port) {
                dribbler.held = Some(now);
                dribbler.dribble();
            }
        }
        let still = dribblers
            .iter()
            .filter(|one| held.contains(&one.port))
            .count();
        let second = start.elapsed().as_secs_f64();
        println!("wave {wave}: after {second:>4.1} s the program holds {still} of {DRIBBLERS}");
        let all_seen = dribblers.iter().all(|one| one.held.is_some());
        if (still == 0 && all_seen) || start.elapsed() > PATIENCE {
            break;
        }
        thread::sleep(TICK);
    }
    let unseen = dribblers.iter().filter(|one| one.held.is_none()).count();
    if unseen > 0 {
        return Err(format!("{unseen} connections were never accepted").into());
    }
    let of_kind = |kind| {
        let these = dribblers.iter().filter(|one| one.kind == kind);
        let times = these.filter_map(|one| Some(one.held? - one.since));
        times.max().unwrap_or_default()
    };
    Ok((0..KINDS.len()).map(of_kind).collect())
}

/// The ports of the clients whose connections a program holds that listens on `port`: those the system
/// only keeps because the client has not read to the end have no inode.
fn held_connections(port: u16) -> Result<HashSet<u16>> {
    let table = std::fs::read_to_string("/proc/net/tcp")?;
    let held = table.lines().skip(1).filter_map(|line| {
        let fields: Vec<&str> = line.split_whitespace().collect();
        let [_, local, remote, _, _, _, _, _, _, inode, ..] = fields[..] else {
            return None;
        };
        let port_of = |place: &str| u16::from_str_radix(place.rsplit(':').next()?, 16).ok();
        (inode != "0" && port_of(local) == Some(port)).then(|| port_of(remote))?
    });
    Ok(held.collect())
}

/// Goes about their day, over a new connection for every three requests, the first of which waits for
/// the connection too. Every request must succeed.
fn live(address: SocketAddr, couple: &Couple, over: &AtomicBool) -> Result<Latencies> {
    let mut latencies = Latencies::default();
    let log = format!("/v1/rituals/{}/logs/today", couple.rituals[0]);
    let day = [
        ("PUT", log.as_str()),
        ("GET", "/v1/today"),
        ("GET", "/v1/logs"),
    ];
    let mut dice = Dice(0);
    while !over.load(Ordering::Relaxed) {
        let mut start = Instant::now();
        let mut client = Client::connect(address)?;
        for (method, path) in day {
            let body = json!({"minutes": dice.below(1000)});
            let body = (method == "PUT").then_some(&body);
            couple.ada.ask(&mut client, method, path, body)?;
            latencies.add(start.elapsed());
            thread::sleep(Duration::from_millis(20));
            start = Instant::now();
        }
    }
    Ok(latencies)
}

/// Two connections for each dribbler, ours and the program's, which inherits the limit.
fn allow_many_files() -> Result<()> {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let needed = 2 * DRIBBLERS as u64;
    if current.is_some_and(|current| current < needed) {
        let current = maximum.map_or(needed, |maximum| needed.min(maximum));
        setrlimit(
            Resource::Nofile,
            Rlimit {
                current: Some(current),
                maximum,
            },
        )?;
    }
    Ok(())
}
