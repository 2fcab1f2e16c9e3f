//! R8: a backup taken while people write holds all that was acknowledged before it, and nothing that was
//! never sent; a damaged one is refused.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Duration;

use crate::client::Client;
use crate::dice::Dice;
use crate::people::Couple;
use crate::server::House;
use crate::writer::{Writer, check_all, one_for_each_person};
use crate::{Result, Settings};

const COUPLES: usize = 4;

pub fn run(settings: &Settings) -> Result<String> {
    let house = House::new(settings)?;
    let server = house.start()?;
    let couples = Couple::crowd(server.address, 0, COUPLES, 2)?;
    let writers = one_for_each_person(&couples, settings.seed);
    let writers: Vec<Mutex<Writer>> = writers.into_iter().map(Mutex::new).collect();
    let over = AtomicBool::new(false);
    let drills = settings.pick(3, 50);
    let logs = thread::scope(|scope| -> Result<usize> {
        let (address, over) = (server.address, &over);
        let writing: Vec<_> = writers
            .iter()
            .map(|writer| scope.spawn(move || write(address, writer, over)))
            .collect();
        let drilled = (1..=drills).try_fold(0, |_, number| {
            thread::sleep(Duration::from_secs(settings.pick(1, 5)));
            let logs = drill(settings, &house, &couples, &writers)?;
            println!("backup {number} of {drills} is whole when restored: {logs} logs");
            Ok(logs)
        });
        over.store(true, Ordering::Relaxed);
        for one in writing {
            one.join().map_err(|_| "a writer died")??;
        }
        drilled
    })?;
    server.stop()?;
    let ways = settings.pick(60, 1_000);
    damage(settings, &house, ways)?;
    Ok(format!(
        "{drills} backups under load, the last of {logs} logs, restored to the ledger; \
         {ways} of {ways} damaged ones refused"
    ))
}

fn write(address: SocketAddr, writer: &Mutex<Writer>, over: &AtomicBool) -> Result<()> {
    let mut client = Client::connect(address)?;
    while !over.load(Ordering::Relaxed) {
        let done = look(writer, |writer| writer.write(&mut client))?;
        if !done {
            return Err("the connection broke".into());
        }
        // Lets somebody look at the ledger.
        thread::sleep(Duration::from_millis(1));
    }
    Ok(())
}

fn look<T>(writer: &Mutex<Writer>, look: impl FnOnce(&mut Writer) -> T) -> T {
    look(&mut writer.lock().unwrap_or_else(PoisonError::into_inner))
}

fn ledger(writers: &[Mutex<Writer>]) -> Vec<Writer> {
    let copies = writers
        .iter()
        .map(|writer| look(writer, |writer| writer.clone()));
    copies.collect()
}

/// Backs up, restores elsewhere, starts it there, and holds it against the ledger of before. Answers how
/// many logs there are.
fn drill(
    settings: &Settings,
    house: &House,
    couples: &[Couple],
    writers: &[Mutex<Writer>],
) -> Result<usize> {
    let backup = house.folder().join("backup");
    let _ = fs::remove_file(&backup);
    let mut before = ledger(writers);
    must_succeed(house.command().arg("backup").arg(&backup))?;
    for (writer, after) in before.iter_mut().zip(ledger(writers)) {
        writer.learn_what_was_sent(&after);
    }
    let elsewhere = House::new(settings)?;
    must_succeed(elsewhere.command().arg("restore").arg(&backup))?;
    must_succeed(elsewhere.command().arg("check"))?;
    let server = elsewhere.start()?;
    let logs = check_all(server.address, couples, &mut before)?;
    server.stop()?;
    Ok(logs)
}

fn must_succeed(command: &mut Command) -> Result<()> {
    let done = command.output()?;
    match done.status.success() {
        true => Ok(()),
        false => Err(format!("{command:?}: {}", String::from_utf8_lossy(&done.stderr)).into()),
    }
}

/// Damages the last backup in so many ways, and tries to restore each.
fn damage(settings: &Settings, house: &House, ways: usize) -> Result<()> {
    let whole = fs::read(house.folder().join("backup"))?;
    let damaged = house.folder().join("damaged");
    let mut dice = Dice(settings.seed);
    for way in 1..=ways {
        let (bytes, what) = damage_once(&whole, &mut dice);
        fs::write(&damaged, bytes)?;
        refuse(settings, &damaged).map_err(|failure| format!("{what}: {failure}"))?;
        if way % (ways / 5) == 0 {
            println!("{way} of {ways} damaged backups were refused, the last {what}");
        }
    }
    Ok(())
}

fn refuse(settings: &Settings, damaged: &Path) -> Result<()> {
    let elsewhere = House::new(settings)?;
    let restored = elsewhere.command().arg("restore").arg(damaged).output()?;
    if restored.status.success() {
        return Err("RESTORED a damaged backup".into());
    }
    for entry in fs::read_dir(elsewhere.folder())? {
        let name = entry?.file_name();
        // A lock is never removed: somebody else may be about to take it.
        if name != "hearth.db.lock" {
            return Err(format!("it was refused, but {name:?} was left behind").into());
        }
    }
    Ok(())
}

/// Damages a file at random, so that it is never what it was; tells how.
fn damage_once(whole: &[u8], dice: &mut Dice) -> (Vec<u8>, String) {
    const PAGE: usize = 4096;
    loop {
        let mut bytes = whole.to_vec();
        let place = dice.below(bytes.len() as u64) as usize;
        let end = bytes
            .len()
            .min(place + 1 + dice.below(2 * PAGE as u64) as usize);
        let how = match dice.below(7) {
            0 => {
                bytes[place] ^= 1 << dice.below(8);
                "with one bit turned"
            }
            1 => {
                bytes.truncate(place);
                "cut short"
            }
            2 => {
                bytes[place..end].fill(0);
                "with zeros in it"
            }
            3 => {
                bytes.drain(place..end);
                "with a piece missing"
            }
            4 => {
                let piece = bytes[place..end].to_vec();
                bytes.extend(piece);
                "grown at its end"
            }
            5 => {
                bytes.fill_with(|| dice.throw() as u8);
                "of noise"
            }
            _ => {
                let (one, other) = (
                    dice.below((bytes.len() / PAGE) as u64) as usize,
                    place / PAGE,
                );
                for offset in 0..PAGE {
                    let last = bytes.len() - 1;
                    bytes.swap(
                        (one * PAGE + offset).min(last),
                        (other * PAGE + offset).min(last),
                    );
                }
                "with two pages exchanged"
            }
        };
        if bytes != whole {
            return (bytes, format!("{how}, at {place} of {}", whole.len()));
        }
    }
}
