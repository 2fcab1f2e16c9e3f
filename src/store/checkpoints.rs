//! Keeping every stored checkpoint equal to a fold from scratch.

use chrono::{DateTime, Utc};

use super::rituals::Which;
use super::{Conn, Result, logs, rests, rituals};
use crate::domain::day::Date;
use crate::domain::ledger::Ledger;
use crate::domain::rest::{RestDates, Scope};
use crate::domain::ritual::Ritual;
use crate::domain::streak::{Checkpoint, settled_before};
use crate::ids::CoupleId;

/// Folds a ritual's whole history anew, for an act that changed its settled past. The caller saves it.
pub async fn refold(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: &mut Ritual,
    now: DateTime<Utc>,
) -> Result<()> {
    let start = ritual.starts_on();
    let rests = rests::reaching(conn, couple, Which::One(ritual.id), start).await?;
    let dates = logs::dates(conn, couple, ritual.id, start, Date::MAX).await?;
    let ledger = Ledger::from_iter(dates);
    let rests = RestDates::of(ritual.id, &rests);
    let story = ritual.story(&rests, &ledger);
    ritual.checkpoint = Checkpoint::from_scratch(&story, settled_before(now));
    Ok(())
}

/// Folds anew whatever a rest changed: the rituals in its scope whose checkpoint holds dates from `from`
/// on.
pub async fn refold_rested(
    conn: &mut Conn,
    couple: CoupleId,
    scope: Scope,
    from: Date,
    now: DateTime<Utc>,
) -> Result<()> {
    for mut ritual in rituals::folded_past(conn, couple, scope, from).await? {
        refold(conn, couple, &mut ritual, now).await?;
        rituals::update(conn, couple, &ritual).await?;
    }
    Ok(())
}
