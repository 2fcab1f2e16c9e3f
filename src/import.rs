//! `hearth import`: a fresh account, made of an export, whether a server is running or not.

use hearth::clock::Clock;
use hearth::config::{Import, Settings};
use hearth::http::App;
use hearth::http::import::{self, Addresses, Arrived, ImportError};
use hearth::ids::Chance;
use hearth::password::Passwords;
use hearth::store::{OpenError, Store};

use super::Failure;
use super::progress::Progress;

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
    let mut progress = Progress::begin();
    let tell = &mut |step| progress.show(step);
    let arrived = import::import(&app, &mut Chance::System, &document, addresses, tell).await;
    progress.clear();
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
