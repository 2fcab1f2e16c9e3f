//! R1: what was acknowledged survives `kill -9`, whenever it comes.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::client::Client;
use crate::dice::Dice;
use crate::people::Couple;
use crate::server::{House, Server};
use crate::writer::{Writer, check_all, one_for_each_person};
use crate::{Result, Settings};

/// Each has two people, and each of them one connection.
const COUPLES: usize = 8;

/// How long so few writes can take at most.
const PATIENCE: Duration = Duration::from_secs(60);

pub fn run(settings: &Settings) -> Result<String> {
    let kills = settings.pick(15, 500);
    let needed = settings.pick(1_000, 50_000);
    let house = House::new(settings)?;
    let mut server = house.start()?;
    let couples = Couple::crowd(server.address, 0, COUPLES, 2)?;
    let mut writers = one_for_each_person(&couples, settings.seed);
    let mut dice = Dice(settings.seed);
    let mut acknowledged = 0;
    for kill in 1..=kills {
        acknowledged += write_until_killed(server, &mut writers, &mut dice)?;
        server = house.start()?;
        let logs = check_all(server.address, &couples, &mut writers)?;
        if kill % settings.pick(5, 25) == 0 {
            println!("{kill} kills, {acknowledged} writes acknowledged, {logs} logs are all there");
        }
    }
    server.stop()?;
    if acknowledged < needed {
        return Err(
            format!("only {acknowledged} writes were acknowledged, {needed} are needed").into(),
        );
    }
    Ok(format!(
        "{kills} kills -9, {acknowledged} acknowledged writes, 0 lost, 0 half done"
    ))
}

/// Lets everybody write, and kills the program at a random moment. Answers how many writes it
/// acknowledged.
fn write_until_killed(server: Server, writers: &mut [Writer], dice: &mut Dice) -> Result<usize> {
    let goal = 40 + dice.below(180) as usize;
    let pause = Duration::from_micros(dice.below(3_000));
    let acknowledged = AtomicUsize::new(0);
    let address = server.address;
    thread::scope(|scope| {
        let writing: Vec<_> = writers
            .iter_mut()
            .map(|writer| scope.spawn(|| write(address, writer, &acknowledged)))
            .collect();
        let start = Instant::now();
        while acknowledged.load(Ordering::Relaxed) < goal && start.elapsed() < PATIENCE {
            thread::sleep(Duration::from_micros(200));
        }
        thread::sleep(pause);
        server.kill()?;
        writing
            .into_iter()
            .try_for_each(|one| one.join().map_err(|_| "a writer died")?)
    })?;
    Ok(acknowledged.into_inner())
}

/// Writes until the connection breaks.
fn write(address: SocketAddr, writer: &mut Writer, acknowledged: &AtomicUsize) -> Result<()> {
    let Ok(mut client) = Client::connect(address) else {
        return Ok(());
    };
    while writer.write(&mut client)? {
        acknowledged.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}
