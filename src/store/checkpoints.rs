//! Keeping every stored checkpoint equal to a fold from scratch.

use chrono::{DateTime, Utc};

use super::{Conn, Result, logs, rests, rituals};
use crate::domain::day::Date;
use crate::domain::ledger::Ledger;
use crate::domain::rest::{Rest, Scope, Span};
use crate::domain::ritual::Ritual;
use crate::domain::streak::{Checkpoint, settled_before};
use crate::ids::{CoupleId, RitualId};

/// The spans of those rests that silence this ritual.
pub fn spans(rests: &[Rest], ritual: RitualId) -> Vec<Span> {
    rests
        .iter()
        .filter(|rest| rest.scope.covers(ritual))
        .map(|rest| rest.span)
        .collect()
}

/// Folds a ritual's whole history anew, for an act that changed its settled past. The caller saves it.
pub async fn refold(
    conn: &mut Conn,
    couple: CoupleId,
    ritual: &mut Ritual,
    now: DateTime<Utc>,
) -> Result<()> {
    let start = ritual.starts_on();
    let rests = rests::reaching(conn, couple, start).await?;
    let dates = logs::dates(conn, couple, ritual.id, start, Date::MAX).await?;
    let ledger = Ledger::from_iter(dates);
    let spans = spans(&rests, ritual.id);
    let story = ritual.story(&spans, &ledger);
    ritual.checkpoint = Checkpoint::from_scratch(&story, settled_before(now));
    Ok(())
}

/// Folds anew whatever a rest changed: the rituals in its scope whose settled past it reaches, from
/// `from` on.
pub async fn refold_rested(
    conn: &mut Conn,
    couple: CoupleId,
    scope: Scope,
    from: Date,
    now: DateTime<Utc>,
) -> Result<()> {
    if from >= settled_before(now) {
        return Ok(());
    }
    for mut ritual in rituals::all(conn, couple).await? {
        if scope.covers(ritual.id) && from < ritual.checkpoint.next {
            refold(conn, couple, &mut ritual, now).await?;
            rituals::update(conn, couple, &ritual).await?;
        }
    }
    Ok(())
}
