//! How a session ends: its minutes go into the log of each who sat there.

use std::slice;

use chrono::{DateTime, Utc};

use super::scene::Scene;
use crate::domain::couple::{Couple, Member};
use crate::domain::log::{self, Writer};
use crate::domain::presence::Presence;
use crate::domain::ritual::Ritual;
use crate::store::rituals::Which;
use crate::store::{self, Tx};

/// Ends a session in the store, and logs it for whoever sat there.
pub async fn end(
    tx: &mut Tx,
    couple: &Couple,
    presence: &Presence,
    now: DateTime<Utc>,
) -> store::Result<()> {
    store::presence::end(tx, couple.id, presence).await?;
    // A ritual that goes takes its sessions along, so it is there.
    let ritual = store::rituals::find(tx, couple.id, presence.ritual).await?;
    let Some(mut ritual) = ritual else {
        return Ok(());
    };
    for member in couple.active().filter(|one| presence.is_of(one.id)) {
        log_for(tx, couple, member, &mut ritual, presence, now).await?;
    }
    Ok(())
}

/// Adds the minutes to this member's log of the date that was their today when the session ended.
async fn log_for(
    tx: &mut Tx,
    couple: &Couple,
    member: &Member,
    ritual: &mut Ritual,
    presence: &Presence,
    now: DateTime<Utc>,
) -> store::Result<()> {
    let date = couple.today(member, presence.ends_at);
    let before = store::logs::find(tx, couple.id, ritual.id, date, member.id).await?;
    let is_new = before.is_none();
    let writer = Writer {
        member: member.id,
        today: date,
        zone: member.zone.clone(),
        now: presence.ends_at,
        has_partner: couple.partner_of(member.id).is_some(),
    };
    // Whoever takes part no more, or whose ritual was moved to begin later, has nothing logged.
    let Ok(log) = log::add_minutes(ritual, before, presence.kept(now), writer) else {
        return Ok(());
    };
    store::logs::put(tx, couple.id, &log).await?;
    if is_new {
        let (which, rituals) = (Which::One(ritual.id), slice::from_ref(&*ritual));
        let scene = Scene::load(tx, couple, member.id, now, which, rituals).await?;
        scene.settle(tx, ritual, date).await?;
        store::reminders::begin_anew(tx, couple.id, ritual.id, member.id).await?;
    }
    Ok(())
}
