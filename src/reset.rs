//! `hearth reset-password`: for somebody who forgot theirs, by whoever runs the server.

use std::io::Write;

use hearth::config::Settings;
use hearth::domain::text::Email;
use hearth::ids::Chance;
use hearth::password::{Password, Passwords};
use hearth::store::{self, Store};

use super::Failure;

/// Gives the account of this address a new password, prints it once, and ends all its tokens.
pub async fn password(settings: &Settings, email: &Email) -> Result<(), Failure> {
    let store = Store::beside(&settings.database)
        .await
        .map_err(Failure::new)?;
    let replaced = replace(&store, email).await;
    store.close().await;
    let password = replaced?;
    eprintln!(
        "{} is signed out everywhere. This is the new password; it is shown this once:\n",
        email.as_str()
    );
    writeln!(std::io::stdout(), "{}", password.reveal()).map_err(|error| {
        Failure::new(format!(
            "the new password could not be printed ({error}): run this again for another"
        ))
    })?;
    eprintln!(
        "\nHand it to nobody but them. They sign in with it, and choose one of their own with\n\
         PUT /v1/me/password."
    );
    Ok(())
}

/// The new password. It is hashed before anything is open: the server's writers wait for this one.
async fn replace(store: &Store, email: &Email) -> Result<Password, Failure> {
    let mut chance = Chance::System;
    let password = Password::random(&mut chance);
    let hash = Passwords::default().hash(&password, &mut chance).await;
    let hash = hash.map_err(Failure::new)?;

    let mut tx = store.write().await.map_err(Failure::store)?;
    let found = store::accounts::find_by_email(&mut tx, email).await;
    let Some((account, _)) = found.map_err(Failure::store)? else {
        return Err(Failure::new(format!(
            "nobody signs in with {}: look at the spelling, and at --database",
            email.as_str()
        )));
    };
    let reset = async {
        store::accounts::set_password(&mut tx, &account, &hash).await?;
        store::tokens::revoke_all(&mut tx, &account).await?;
        tx.commit().await
    };
    reset.await.map_err(Failure::store)?;
    Ok(password)
}
