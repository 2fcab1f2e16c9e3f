//! `hearth import`: a fresh account, made of an export, whether a server is running or not.

use std::io::{IsTerminal, Write};

use hearth::clock::Clock;
use hearth::config::{Import, Settings};
use hearth::http::App;
use hearth::http::import::{self, Addresses, Arrived, ImportError};
use hearth::ids::Chance;
use hearth::password::Passwords;
use hearth::store::{OpenError, Store};

use super::Failure;

/// Takes in the export, and prints how its people sign in.
pub async fn import(settings: &Settings, what: Import) -> Result<(), Failure> {
    let document = std::fs::read(&what.file).map_err(|error| {
        let file = what.file.display();
        Failure::new(format!("cannot read {file}: {error}"))
    })?;
    let store = open(&settings.database).await.map_err(Failure::new)?;
    let app = App::new(store, Clock::System, Passwords::default());
    let addresses = Addresses {
        email: what.email,
        partner_email: what.partner_email,
    };
    let chance = &mut Chance::System;
    let arrived = import::import(&app, chance, &document, addresses, show_progress).await;
    app.store.close().await;
    match arrived {
        Ok(arrived) => {
            print_keys(&arrived);
            Ok(())
        }
        Err(ImportError::Store(error)) => Err(Failure::new(format!(
            "nothing was taken in: {error}. Try again when that has passed"
        ))),
        Err(error) => Err(Failure::new(error)),
    }
}

/// The database as a server has it, or beside the server that has it.
async fn open(address: &str) -> Result<Store, OpenError> {
    match Store::open(address).await {
        Err(OpenError::InUse(_)) => Store::beside(address).await,
        opened => opened,
    }
}

fn show_progress(written: usize, total: usize) {
    let step = if written == total { 1 } else { 1000 };
    if !written.is_multiple_of(step) {
        return;
    }
    let mut out = std::io::stderr();
    // Progress that cannot be shown is no reason to stop.
    let _ = match (out.is_terminal(), written == total) {
        (true, false) => write!(out, "\rtaking in log {written} of {total}"),
        (true, true) => writeln!(out, "\rtaking in log {written} of {total}"),
        (false, _) => writeln!(out, "taking in log {written} of {total}"),
    };
}

#[expect(clippy::print_stdout, reason = "that is the command's purpose")]
fn print_keys(arrived: &Arrived) {
    println!("Everything is here. These passwords are told this once:\n");
    let partner = arrived.partner.as_ref();
    for (whose, key) in [("you", Some(&arrived.me)), ("your partner", partner)] {
        if let Some(key) = key {
            let (email, password) = (key.email.as_str(), key.password.reveal());
            println!("{whose}: {email} / {password}");
        }
    }
}
