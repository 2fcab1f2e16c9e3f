//! The post: carries messages to channels, and notes what became of them.
//!
//! A message is taken for some minutes, then sent, then settled: if the program dies in between it is sent once more,
//! under the same id. What it says is found when it is sent.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::StreamExt;
use futures_util::stream;

use super::carried::{Carried, Tried};
use super::chore::{Chore, finish};
use super::desk::Desk;
use super::outbound::Outbound;
use super::outcome::{Outcome, Why};
use super::told::Told;
use super::{ntfy, webhook};
use crate::clock::Clock;
use crate::domain::channel::{Channel, Way};
use crate::domain::letter::{Cover, Unasked};
use crate::domain::text::Email;
use crate::ids::{AccountId, ChannelId, Secret};
use crate::store::outbox::Delivery;
use crate::store::{self, Conn, Store};

/// For how long a message is taken. Longer than all that are taken at once can take.
const TAKEN_FOR: TimeDelta = TimeDelta::minutes(5);

/// How many are taken at once, and then under way at the same time: few, since they wait for the slowest of them.
const AT_ONCE: usize = 4;

/// For how long it is known what was sent.
const KNOWN_FOR: TimeDelta = TimeDelta::days(7);

/// How many old messages are forgotten at a time.
const FORGOTTEN_AT_ONCE: i64 = 500;

/// Whoever carries messages.
#[derive(Debug, Clone)]
pub struct Post {
    store: Arc<Store>,
    clock: Clock,
    outbound: Outbound,
    desk: Option<Arc<Desk>>,
    carried: Carried,
}

impl Chore for Post {
    const ABOUT: &str = "messages";

    async fn next(&self) -> store::Result<Option<DateTime<Utc>>> {
        let mut conn = self.store.peek().await?;
        let due = store::outbox::next(&mut conn).await?;
        let oldest = store::outbox::oldest(&mut conn).await?;
        let forgotten = oldest.map(|oldest| oldest + KNOWN_FOR);
        Ok(due.into_iter().chain(forgotten).min())
    }

    /// Carries some of what is due; answers how many messages arrived.
    async fn do_some(&self) -> store::Result<Option<usize>> {
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        let taken = store::outbox::take(&mut tx, now, now + TAKEN_FOR, AT_ONCE as i64).await?;
        let forgotten = store::outbox::forget(&mut tx, now - KNOWN_FOR, FORGOTTEN_AT_ONCE).await?;
        tx.commit().await?;
        if taken.is_empty() && forgotten == 0 {
            return Ok(None);
        }
        let under_way = stream::iter(taken)
            .map(|delivery| self.carry(delivery))
            .buffer_unordered(AT_ONCE);
        finish(under_way).await.map(Some)
    }
}

impl Post {
    /// Over this database, by this clock, through this door, with letters from this desk.
    pub fn new(
        store: Arc<Store>,
        clock: Clock,
        outbound: Outbound,
        desk: Option<Arc<Desk>>,
        carried: Carried,
    ) -> Post {
        Post {
            store,
            clock,
            outbound,
            desk,
            carried,
        }
    }

    /// Carries one message; answers whether it arrived.
    async fn carry(&self, delivery: Delivery) -> store::Result<bool> {
        let now = self.clock.now();
        let mut conn = self.store.peek().await?;
        let told = match Told::find(&mut conn, &delivery, now).await {
            Err(error @ store::Error::Corrupt { .. }) => {
                tracing::error!(%error, "a message cannot be written: run `hearth check`");
                None
            }
            told => told?,
        };
        drop(conn);
        let Some(told) = told else {
            // There is nothing to say any more.
            let mut tx = self.store.write().await?;
            store::outbox::settle(&mut tx, &delivery, false, None).await?;
            tx.commit().await?;
            return Ok(false);
        };
        let outcome = self.send(&delivery, told, now).await?;
        self.settle(&delivery, outcome).await?;
        Ok(outcome == Outcome::Delivered)
    }

    async fn send(
        &self,
        delivery: &Delivery,
        told: Told,
        now: DateTime<Utc>,
    ) -> store::Result<Outcome> {
        Ok(match &delivery.channel.way {
            Way::Email { address, code } => self.write(delivery, address, code, told, now).await?,
            Way::Ntfy { topic, token } => {
                ntfy::send(&self.outbound, topic, token.as_ref(), "Hearth", told.text).await
            }
            Way::Webhook { url, secret } => {
                let body = told.payload(delivery, now);
                let id = delivery.message.id.to_string();
                webhook::send(&self.outbound, url, secret, &id, now, body).await
            }
        })
    }

    /// Writes a letter: what waits, or to an address that is not confirmed the question whether it is theirs.
    async fn write(
        &self,
        delivery: &Delivery,
        to: &Email,
        code: &Secret,
        told: Told,
        now: DateTime<Utc>,
    ) -> store::Result<Outcome> {
        let Some(desk) = self.desk.as_deref() else {
            return Ok(Outcome::Failed(Why::NoMail));
        };
        if !delivery.channel.confirmed && !self.ask(delivery, to, now).await? {
            // Others may have asked the same mailbox: that is nothing to know, so it looks as if it were written.
            return Ok(Outcome::Delivered);
        }
        let cover = Cover {
            to: to.clone(),
            id: delivery.message.id.to_string(),
            at: now,
        };
        Ok(desk.write(cover, &delivery.channel, code, &told.text).await)
    }

    /// Notes that a mailbox is asked whether it is theirs; `false` when it was asked often enough. Tried again, it is the
    /// same letter.
    async fn ask(
        &self,
        delivery: &Delivery,
        to: &Email,
        now: DateTime<Utc>,
    ) -> store::Result<bool> {
        let mut tx = self.store.write().await?;
        let is_new = delivery.tries == 0;
        if is_new && !store::letters::note(&mut tx, to, Unasked::Confirmation, now).await? {
            return Ok(false);
        }
        store::channels::ask(&mut tx, delivery.account, delivery.channel.id, now).await?;
        tx.commit().await?;
        Ok(true)
    }

    /// Notes what became of it, at once: what arrived must not be sent again.
    async fn settle(&self, delivery: &Delivery, outcome: Outcome) -> store::Result<()> {
        let mut tx = self.store.write().await?;
        let now = self.clock.now();
        let (account, channel) = (delivery.account, &delivery.channel);
        let (failure, pause) = match outcome {
            Outcome::Delivered => (None, None),
            Outcome::Gone => (Some("it wants no more: turned off".to_owned()), None),
            Outcome::Failed(why) => (Some(why.to_string()), why.pause_after(delivery.tries + 1)),
        };
        let next_at = pause.map(|pause| now + pause);
        let arrived = outcome == Outcome::Delivered;
        store::outbox::settle(&mut tx, delivery, arrived, next_at).await?;
        if outcome == Outcome::Gone {
            turn_off(&mut tx, account, channel.id).await?;
        }
        store::channels::note(&mut tx, account, channel.id, failure.as_deref(), now).await?;
        tx.commit().await?;
        self.count(channel, outcome);
        Ok(())
    }

    fn count(&self, channel: &Channel, outcome: Outcome) {
        let kind = channel.way.kind();
        let outcome = match outcome {
            Outcome::Delivered => "delivered",
            Outcome::Gone => "gone",
            Outcome::Failed(_) => "failed",
        };
        self.carried.get_or_create(&Tried { kind, outcome }).inc();
    }
}

/// Turns a channel off, as it is by now.
async fn turn_off(conn: &mut Conn, account: AccountId, id: ChannelId) -> store::Result<()> {
    let Some(channel) = store::channels::find(conn, account, id).await? else {
        return Ok(());
    };
    let off = Channel {
        enabled: false,
        ..channel
    };
    store::channels::update(conn, account, &off).await
}
