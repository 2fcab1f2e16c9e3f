//! S4: five hundred who sign in at once take neither the memory nor the time of everybody else.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::client::{Client, request};
use crate::measure::{Latencies, millis};
use crate::people::{PASSWORD, Person};
use crate::server::House;
use crate::{Result, Settings};

const CROWD: usize = 500;
const MOST_MEMORY: f64 = 64.0;
const MOST_LATENCY: Duration = Duration::from_millis(50);

pub fn run(settings: &Settings) -> Result<String> {
    let house = House::new(settings)?;
    let server = house.start()?;
    let address = server.address;
    let ada = Person::sign_up(&mut Client::connect(address)?, "Ada", 0)?;
    let before = server.resident()?;
    let mut latencies = Latencies::default();
    let mut answers = [0; 2];
    for round in 1..=settings.pick(1, 5) {
        let over = AtomicBool::new(false);
        let [let_in, turned_away] = thread::scope(|scope| -> Result<_> {
            let asking = scope.spawn(|| ask_for_health(address, &over));
            let flooded = flood(address, &ada);
            over.store(true, Ordering::Relaxed);
            latencies.merge(asking.join().map_err(|_| "the asker died")??);
            flooded
        })?;
        println!("round {round}: {let_in} signed in, {turned_away} were told to come again");
        answers[0] += let_in;
        answers[1] += turned_away;
    }
    let grown = server.peak()? - before;
    let p99 = latencies.percentile(99);
    let asked = latencies.count();
    server.stop()?;
    let [let_in, turned_away] = answers;
    let figure = format!(
        "{CROWD} sign-ins at once ({let_in} let in, {turned_away} told to come again): \
         {grown:.1} MiB more than {before:.1}, p99 of {asked} × /healthz {}",
        millis(p99)
    );
    match grown <= MOST_MEMORY && p99 <= MOST_LATENCY && let_in > 0 {
        true => Ok(figure),
        false => Err(figure.into()),
    }
}

/// Everybody asks before anybody is answered; every other one mistypes the address. Answers how many
/// signed in or were refused, and how many were told to come again.
fn flood(address: SocketAddr, ada: &Person) -> Result<[usize; 2]> {
    let mut crowd = Vec::new();
    for number in 0..CROWD {
        let email = match number % 2 {
            0 => ada.email.clone(),
            _ => format!("nobody{number}@example.org"),
        };
        let form = json!({"email": email, "password": PASSWORD});
        let mut client = Client::connect(address)?;
        client.send(&request("POST", "/v1/tokens", &[], Some(&form)))?;
        crowd.push(client);
    }
    let mut counts = [0; 2];
    for (number, client) in crowd.iter_mut().enumerate() {
        let answer = client.receive()?;
        answer.must_be(&[[201, 401][number % 2], 503])?;
        counts[usize::from(answer.status == 503)] += 1;
    }
    Ok(counts)
}

/// Asks whether the program lives until the flood is over.
fn ask_for_health(address: SocketAddr, over: &AtomicBool) -> Result<Latencies> {
    let mut client = Client::connect(address)?;
    let alive = request("GET", "/healthz", &[], None);
    let mut latencies = Latencies::default();
    while !over.load(Ordering::Relaxed) {
        let start = Instant::now();
        client.ask(&alive)?.must_be(&[200])?;
        latencies.add(start.elapsed());
        thread::sleep(Duration::from_millis(2));
    }
    Ok(latencies)
}
