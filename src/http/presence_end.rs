//! How a session ends: its minutes go into the log of each who sat there.

use std::slice;

use chrono::{DateTime, Utc};

use super::call::Call;
use super::scene::Scene;
use crate::domain::couple::{Couple, Member};
use crate::domain::log::{self, Writer};
use crate::domain::presence::Presence;
use crate::domain::ritual::Ritual;
use crate::ids::RitualId;
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

/// The caller's sessions for a ritual that are not logged yet. One in which the partner sits alone is none of them:
/// whatever came of it would tell.
pub async fn under_way(
    call: &mut Call,
    couple: &Couple,
    ritual: RitualId,
) -> store::Result<Vec<Presence>> {
    let mut sessions = store::presence::of(&mut call.tx, couple.id, call.me.id).await?;
    sessions.retain(|one| one.ritual == ritual && one.is_running());
    Ok(sessions)
}

/// Ends them before the ritual goes, so that the minutes do not go with it.
pub async fn end_under_way(
    call: &mut Call,
    couple: &Couple,
    ritual: RitualId,
) -> store::Result<()> {
    let now = call.now;
    for presence in under_way(call, couple, ritual).await? {
        end(&mut call.tx, couple, &presence.finish(now), now).await?;
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
    // Whoever takes part no more has nothing logged, nor who sat alone while the partner moved the start.
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
