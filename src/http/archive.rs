//! Putting rituals away, and bringing them back.

use super::call::Call;
use super::changes::record;
use super::error::Result;
use crate::domain::Refusal;
use crate::domain::change::{Action, What};
use crate::domain::couple::Couple;
use crate::domain::rest::{Rest, Scope, Span};
use crate::domain::ritual::{MOST_ACTIVE, Ritual};
use crate::ids::RestId;
use crate::store;
use crate::store::rituals::Which;

/// Whether one more ritual can come off the shelf of archived ones.
async fn check_room_to_return(call: &mut Call, couple: &Couple) -> Result<()> {
    let count = store::rituals::count(&mut call.tx, couple.id).await?;
    if count.current >= MOST_ACTIVE {
        return Err(Refusal::TooManyRituals.into());
    }
    Ok(())
}

/// Archives a ritual, or brings it back. An archive is a rest without end; whoever brings the ritual
/// back ends it yesterday. It covers no settled date, so nothing is folded anew.
pub async fn shelve(
    call: &mut Call,
    couple: &Couple,
    ritual: &Ritual,
    archived: bool,
) -> Result<()> {
    let today = call.today(couple);
    let which = Which::One(ritual.id);
    let rests = store::rests::reaching(&mut call.tx, couple.id, which, today).await?;
    let archive = rests.into_iter().find(|rest| rest.archives(ritual.id));
    match (archive, archived) {
        (None, true) => {
            let rest = Rest {
                id: RestId::new(&mut call.chance),
                scope: Scope::Archive(ritual.id),
                span: Span {
                    from: today,
                    to: None,
                },
            };
            store::rests::put(&mut call.tx, couple.id, &rest).await?;
            record(call, couple, What::of_ritual(ritual, Action::Archived)).await?;
        }
        (Some(rest), false) => {
            check_room_to_return(call, couple).await?;
            record(call, couple, What::of_ritual(ritual, Action::BroughtBack)).await?;
            match Span::new(rest.span.from, Some(today.previous())) {
                Ok(span) => {
                    let ended = Rest { span, ..rest };
                    store::rests::put(&mut call.tx, couple.id, &ended).await?;
                }
                Err(_) => store::rests::delete(&mut call.tx, couple.id, rest.id).await?,
            }
        }
        _ => {}
    }
    Ok(())
}
