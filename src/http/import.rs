//! Making a fresh account of an export.

use chrono::{DateTime, TimeDelta, Utc};

use super::App;
use super::body;
use super::error::{Error, Invalid};
use super::export_body::{Export, ExportedAccount};
use super::import_body::{Household, Reader};
use crate::domain::account::Account;
use crate::domain::text::Email;
use crate::ids::{AccountId, Chance};
use crate::password::{self, Password};
use crate::store::progress::{Listener, Step};
use crate::store::{self, Tx};

/// Under which addresses they sign in from now on.
#[derive(Debug, Default)]
pub struct Addresses {
    /// The owner's; the one in the document unless told.
    pub email: Option<Email>,
    /// The partner's, if they come along.
    pub partner_email: Option<Email>,
}

/// How somebody signs in from now on.
#[derive(Debug)]
pub struct Key {
    /// Their address.
    pub email: Email,
    /// Their new password, told this once.
    pub password: Password,
}

/// Who came.
#[derive(Debug)]
pub struct Arrived {
    /// The document's owner.
    pub me: Key,
    /// The partner, if they came along.
    pub partner: Option<Key>,
}

/// Why a document was not taken in. Nothing was written.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// It holds something that cannot be.
    #[error("the export cannot be taken in: {}: {}", place(.0), .0.detail)]
    Document(Invalid),
    /// Somebody has the owner's address.
    #[error("{} has an account already: name another address with --email", .0.as_str())]
    EmailTaken(Email),
    /// Somebody has the partner's address.
    #[error("{} has an account already: name another address with --partner-email", .0.as_str())]
    PartnerEmailTaken(Email),
    /// Nobody is there to come along.
    #[error("the export holds no open couple with a partner: leave --partner-email away")]
    NoPartner,
    /// The store could not do it.
    #[error(transparent)]
    Store(#[from] store::Error),
    /// A password could not be hashed.
    #[error(transparent)]
    Password(#[from] password::Error),
}

impl From<Invalid> for ImportError {
    fn from(invalid: Invalid) -> ImportError {
        ImportError::Document(invalid)
    }
}

/// Makes a fresh account of a document, and of everything in it, in one transaction. `tell` hears how much
/// of it is written.
///
/// The partner's seat is taken by a stand-in that nobody can sign in to, unless they come along: nobody
/// else shall sit there and read what the two held.
pub async fn import(
    app: &App,
    chance: &mut Chance,
    document: &[u8],
    addresses: Addresses,
    tell: Listener<'_>,
) -> Result<Arrived, ImportError> {
    let export: Export = body::parse(document).map_err(first_flaw)?;
    let now = app.clock.now();
    let me = owner(export.account, addresses.email, chance);
    let mut reader = Reader {
        me: &me,
        partner_email: addresses.partner_email.clone(),
        chance,
        now,
    };
    let households = reader.couples(export.couples)?;
    if reader.partner_email.is_some() {
        return Err(ImportError::NoPartner);
    }
    let [mine, theirs] = [Password::random(chance), Password::random(chance)];
    let my_hash = app.passwords.hash(&mine, chance).await?;
    // Of those who only stand in, nobody ever learns the password.
    let their_hash = app.passwords.hash(&theirs, chance).await?;

    let mut tx = app.write().await?;
    if !store::accounts::create(&mut tx, &me, &my_hash).await? {
        return Err(ImportError::EmailTaken(me.email));
    }
    let total = households.iter().map(Household::logs).sum::<usize>() as u64;
    let mut written = 0;
    for (household, at) in in_the_order_of(&households, now) {
        household.move_in(&mut tx, &their_hash, at).await?;
        household
            .unpack(&mut tx, now, || {
                written += 1;
                tell(Step::part("taking in logs", written, total));
            })
            .await?;
    }
    tx.commit().await?;
    let partner = addresses.partner_email.map(|email| Key {
        email,
        password: theirs,
    });
    Ok(Arrived {
        me: Key {
            email: me.email,
            password: mine,
        },
        partner,
    })
}

fn place(flaw: &Invalid) -> &str {
    match flaw.pointer.as_str() {
        "" => "at its top",
        pointer => pointer,
    }
}

/// What is wrong with a document that could not even be parsed.
fn first_flaw(error: Error) -> ImportError {
    let flaw = error.errors().into_iter().next();
    ImportError::Document(flaw.unwrap_or_else(|| Invalid::body("", error)))
}

fn owner(told: ExportedAccount, email: Option<Email>, chance: &mut Chance) -> Account {
    Account {
        id: AccountId::new(chance),
        email: email.unwrap_or(told.email),
        name: told.name,
        zone: told.time_zone,
        shares_zone: told.share_time_zone,
        created_at: told.created_at.0,
    }
}

/// Things in an order, each with an instant of its own shortly before `now`: the store orders by instants.
fn in_the_order_of<T>(
    things: &[T],
    now: DateTime<Utc>,
) -> impl Iterator<Item = (&T, DateTime<Utc>)> {
    let before = (1..=things.len() as i64).rev();
    let instants = before.map(move |millis| now - TimeDelta::milliseconds(millis));
    things.iter().zip(instants)
}

impl Household {
    fn logs(&self) -> usize {
        self.rituals.iter().map(|(_, logs)| logs.len()).sum()
    }

    /// Adds the couple, which is closed at `at` if it is closed, and whoever stands in for the partner.
    async fn move_in(
        &self,
        tx: &mut Tx,
        partner_hash: &str,
        at: DateTime<Utc>,
    ) -> Result<(), ImportError> {
        if let Some(partner) = &self.partner
            && !store::accounts::create(tx, partner, partner_hash).await?
        {
            return Err(ImportError::PartnerEmailTaken(partner.email.clone()));
        }
        store::couples::found(tx, &self.couple, at).await?;
        if self.couple.closed {
            store::couples::close(tx, self.couple.id, at).await?;
        }
        Ok(())
    }

    /// Adds what the couple holds; `put_one` hears of each log.
    async fn unpack(
        &self,
        tx: &mut Tx,
        now: DateTime<Utc>,
        mut put_one: impl FnMut(),
    ) -> Result<(), ImportError> {
        let id = self.couple.id;
        for ((ritual, logs), at) in in_the_order_of(&self.rituals, now) {
            store::rituals::create(tx, id, ritual, at).await?;
            for log in logs {
                store::logs::put(tx, id, log).await?;
                put_one();
            }
        }
        for reminder in &self.reminders {
            store::reminders::put(tx, id, reminder).await?;
        }
        for plan in &self.plans {
            store::plans::create(tx, id, plan).await?;
        }
        for appreciation in &self.appreciations {
            store::appreciations::create(tx, id, appreciation).await?;
        }
        for rest in &self.rests {
            store::rests::put(tx, id, rest).await?;
        }
        for answer in &self.answers {
            store::prompts::put(tx, id, answer).await?;
        }
        for checkup in &self.checkups {
            store::checkups::put(tx, id, checkup).await?;
        }
        Ok(())
    }
}
