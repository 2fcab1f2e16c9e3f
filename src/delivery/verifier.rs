//! The verifier: writes the letters whose links only whoever reads a mailbox can follow.
//!
//! The secret in a link is known to nobody but its letter. So a letter that is written again has a new one, and the one
//! before no longer works.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream;

use super::carried::{Carried, Tried};
use super::chore::{Chore, finish};
use super::desk::Desk;
use super::outcome::{Outcome, Why};
use crate::clock::Clock;
use crate::domain::account::Account;
use crate::domain::letter::{Cover, Unasked};
use crate::domain::text::Email;
use crate::domain::verification::{Purpose, Verification};
use crate::ids::{Chance, Secret};
use crate::store::{self, Store, Tx};

/// How many letters are written at once.
const AT_ONCE: i64 = 16;

/// How many are under way at the same time.
const UNDER_WAY: usize = 4;

/// For how long nobody else writes the same letter. Longer than all that are written at once can take.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(2);

/// Whoever writes them.
#[derive(Debug, Clone)]
pub struct Verifier {
    store: Arc<Store>,
    clock: Clock,
    desk: Option<Arc<Desk>>,
    carried: Carried,
}

/// A letter that is to be sent now.
struct Written {
    verification: Verification,
    account: Account,
    secret: Secret,
}

impl Verifier {
    /// Over this database, by this clock, with letters from this desk.
    pub fn new(
        store: Arc<Store>,
        clock: Clock,
        desk: Option<Arc<Desk>>,
        carried: Carried,
    ) -> Verifier {
        Verifier {
            store,
            clock,
            desk,
            carried,
        }
    }

    /// Sends a letter; answers whether it arrived. What did not is tried again for as long as its link would work.
    async fn send(&self, written: Written) -> store::Result<bool> {
        let told_at = self.tell(&written).await;
        let outcome = match told_at {
            Ok(_) => self.carry(&written).await,
            Err(why) => Outcome::Failed(why),
        };
        let Written { verification, .. } = written;
        let now = self.clock.now();
        let until = verification.asked_at + verification.purpose.lasts();
        let (next_at, name) = match outcome {
            Outcome::Failed(why) => {
                let pause = why.pause_after(verification.tries + 1);
                let next_at = pause.map(|pause| now + pause);
                (next_at.filter(|next| *next < until), "failed")
            }
            Outcome::Delivered | Outcome::Gone => (None, "delivered"),
        };
        let told_at = told_at.unwrap_or_default();
        let mut tx = self.store.write().await?;
        store::verifications::settle(&mut tx, verification.id, told_at, next_at).await?;
        tx.commit().await?;
        let tried = Tried {
            kind: "account",
            outcome: name,
        };
        self.carried.get_or_create(&tried).inc();
        Ok(outcome == Outcome::Delivered)
    }

    /// Tells the mailbox that is to be left, before the new one gets its link; answers when it was told, if it has to be.
    /// One that is gone hears nothing any more; one that cannot be reached just now holds up the link.
    async fn tell(&self, written: &Written) -> Result<Option<DateTime<Utc>>, Why> {
        let verification = &written.verification;
        if verification.purpose != Purpose::ChangeEmail || verification.told_at.is_some() {
            return Ok(verification.told_at);
        }
        let desk = self.desk.as_deref().ok_or(Why::NoMail)?;
        let cover = self.cover(verification, &written.account.email, 0);
        match desk.tell_of_change(cover).await {
            Outcome::Failed(why) if why.may_pass() => Err(why),
            _ => Ok(Some(self.clock.now())),
        }
    }

    async fn carry(&self, written: &Written) -> Outcome {
        let Some(desk) = self.desk.as_deref() else {
            return Outcome::Failed(Why::NoMail);
        };
        let verification = &written.verification;
        let cover = self.cover(verification, &verification.email, verification.tries + 1);
        desk.verify(cover, verification.purpose, &written.secret)
            .await
    }

    fn cover(&self, verification: &Verification, to: &Email, number: u32) -> Cover {
        Cover {
            to: to.clone(),
            id: format!("{}-{number}", verification.id),
            at: self.clock.now(),
        }
    }
}

impl Chore for Verifier {
    const ABOUT: &str = "letters";

    async fn next(&self) -> store::Result<Option<DateTime<Utc>>> {
        let mut conn = self.store.peek().await?;
        let letter = store::verifications::next(&mut conn).await?;
        let known = store::letters::next(&mut conn).await?;
        Ok(letter.into_iter().chain(known).min())
    }

    /// Writes some letters that are due; answers how many arrived.
    async fn do_some(&self) -> store::Result<Option<usize>> {
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        store::verifications::forget(&mut tx, now).await?;
        store::letters::forget(&mut tx, now).await?;
        let due = store::verifications::due(&mut tx, now, AT_ONCE).await?;
        let is_any_due = !due.is_empty();
        let mut written = Vec::new();
        for verification in due {
            written.extend(write(&mut tx, verification, now).await?);
        }
        tx.commit().await?;
        let under_way = stream::iter(written)
            .map(|written| self.send(written))
            .buffer_unordered(UNDER_WAY);
        let arrived = finish(under_way).await?;
        Ok(is_any_due.then_some(arrived))
    }
}

/// Writes a letter, unless nobody waits for it any more, its mailbox has no account, or had letters enough.
async fn write(
    tx: &mut Tx,
    verification: Verification,
    now: DateTime<Utc>,
) -> store::Result<Option<Written>> {
    let is_late = now >= verification.asked_at + verification.purpose.lasts();
    let account = whose(tx, &verification).await?.filter(|_| !is_late);
    let account = match account {
        Some(account) if is_welcome(tx, &verification, &account, now).await? => account,
        _ => return drop_it(tx, &verification).await.map(|()| None),
    };
    let secret = Secret::link(&mut Chance::System);
    let until = now + TAKEN_FOR;
    let is_mine =
        store::verifications::write(tx, &verification, account.id, &secret, now, until).await?;
    Ok(is_mine.then_some(Written {
        verification,
        account,
        secret,
    }))
}

/// Notes the letters that are to be written, each in its mailbox; `false` when one of those had enough. Tried again, a letter
/// is the same.
async fn is_welcome(
    tx: &mut Tx,
    verification: &Verification,
    account: &Account,
    now: DateTime<Utc>,
) -> store::Result<bool> {
    if verification.tries > 0 {
        return Ok(true);
    }
    let to = &verification.email;
    match verification.purpose {
        Purpose::ResetPassword => store::letters::note(tx, to, Unasked::PasswordReset, now).await,
        Purpose::ChangeEmail => {
            let old = &account.email;
            Ok(
                store::letters::note(tx, to, Unasked::ChangeOfAddress, now).await?
                    && store::letters::note(tx, old, Unasked::NoticeOfChange, now).await?,
            )
        }
    }
}

/// Writes no letter, or none any more: a link that may have arrived stays what it is, and what an account asked for still
/// counts.
async fn drop_it(tx: &mut Tx, verification: &Verification) -> store::Result<()> {
    let (id, told_at) = (verification.id, verification.told_at);
    match verification.purpose {
        _ if verification.tries > 0 => store::verifications::settle(tx, id, told_at, None).await,
        Purpose::ResetPassword => store::verifications::delete(tx, id).await,
        Purpose::ChangeEmail => store::verifications::end_one(tx, id).await,
    }
}

/// Whose account a letter is about; nobody's if that cannot be read, which is noted: others must not wait for it.
async fn whose(tx: &mut Tx, verification: &Verification) -> store::Result<Option<Account>> {
    let found = match verification.account {
        Some(account) => store::accounts::find(tx, account).await,
        None => {
            let found = store::accounts::find_by_email(tx, &verification.email).await;
            found.map(|found| found.map(|(account, _)| account))
        }
    };
    match found {
        Err(error @ store::Error::Corrupt { .. }) => {
            tracing::error!(%error, "a letter cannot be written: run `hearth check`");
            Ok(None)
        }
        found => found,
    }
}
