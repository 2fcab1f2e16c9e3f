//! The verifier: writes the letters whose links only whoever reads a mailbox can follow.
//!
//! The secret in a link is known to nobody but its letter. So a letter that is written again has a new one, and the one
//! before no longer works.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream;

use super::carried::{Carried, Tried};
use super::desk::Desk;
use super::outcome::{Outcome, Why};
use crate::clock::Clock;
use crate::domain::account::Account;
use crate::domain::letter::Cover;
use crate::domain::retry::pause_after;
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

    /// Writes all letters that are due; answers how many arrived.
    pub async fn go(&self) -> store::Result<usize> {
        let mut arrived = 0;
        loop {
            let (looked_at, written) = self.take().await?;
            if looked_at == 0 {
                return Ok(arrived);
            }
            let mut under_way = stream::iter(written)
                .map(|written| self.send(written))
                .buffer_unordered(UNDER_WAY);
            while let Some(sent) = under_way.next().await {
                arrived += usize::from(sent?);
            }
        }
    }

    /// Takes some that are due; answers how many that were, and what is to be sent. A mailbox without an account gets
    /// no letter.
    async fn take(&self) -> store::Result<(usize, Vec<Written>)> {
        let mut conn = self.store.peek().await?;
        let next = store::verifications::next(&mut conn).await?;
        drop(conn);
        if next.is_none_or(|next| next > self.clock.now()) {
            return Ok((0, Vec::new()));
        }
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        let due = store::verifications::due(&mut tx, now, AT_ONCE).await?;
        let looked_at = due.len();
        let mut written = Vec::new();
        for verification in due {
            written.extend(write(&mut tx, verification, now).await?);
        }
        store::verifications::forget(&mut tx, now).await?;
        tx.commit().await?;
        Ok((looked_at, written))
    }

    /// Sends a letter; answers whether it arrived. What did not is tried again for as long as its link would work.
    async fn send(&self, written: Written) -> store::Result<bool> {
        let outcome = self.carry(&written).await;
        let Written { verification, .. } = written;
        let now = self.clock.now();
        let until = verification.asked_at + verification.purpose.lasts();
        let (next_at, name) = match outcome {
            Outcome::Failed(why) => {
                let pause = pause_after(verification.tries + 1).filter(|_| why.may_pass());
                let next_at = pause.map(|pause| now + pause);
                (next_at.filter(|next| *next < until), "failed")
            }
            Outcome::Delivered | Outcome::Gone => (None, "delivered"),
        };
        let mut tx = self.store.write().await?;
        store::verifications::settle(&mut tx, verification.id, next_at).await?;
        tx.commit().await?;
        let tried = Tried {
            kind: "account",
            outcome: name,
        };
        self.carried.get_or_create(&tried).inc();
        Ok(outcome == Outcome::Delivered)
    }

    async fn carry(&self, written: &Written) -> Outcome {
        let Some(desk) = self.desk.as_deref() else {
            return Outcome::Failed(Why::NoMail);
        };
        let Written {
            verification,
            account,
            secret,
        } = written;
        let cover = |to, number: u32| Cover {
            to,
            id: format!("{}-{number}", verification.id),
            at: self.clock.now(),
        };
        if verification.purpose == Purpose::ChangeEmail && verification.tries == 0 {
            // The old mailbox may be gone: then nobody hears of it there.
            desk.tell_of_change(cover(account.email.clone(), 0)).await;
        }
        let cover = cover(verification.email.clone(), verification.tries + 1);
        desk.verify(cover, verification.purpose, secret).await
    }
}

async fn write(
    tx: &mut Tx,
    verification: Verification,
    now: DateTime<Utc>,
) -> store::Result<Option<Written>> {
    let found = match verification.account {
        Some(account) => store::accounts::find(tx, account).await?,
        None => {
            let found = store::accounts::find_by_email(tx, &verification.email).await?;
            found.map(|(account, _)| account)
        }
    };
    let Some(account) = found else {
        store::verifications::delete(tx, verification.id).await?;
        return Ok(None);
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
