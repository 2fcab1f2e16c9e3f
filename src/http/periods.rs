//! A ritual's periods, with what became of each.

use serde::Deserialize;
use utoipa::IntoParams;

use super::call::Call;
use super::error::{Invalid, Place, Result};
use super::page::Page;
use super::path::Path;
use super::query::Query;
use super::ritual_body::PeriodBody;
use super::rituals::find;
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::ledger::Ledger;
use crate::domain::rest::RestDates;
use crate::domain::ritual::Ritual;
use crate::domain::story::State;
use crate::domain::streak::Checkpoint;
use crate::ids::RitualId;
use crate::store;
use crate::store::rituals::Which;

/// The most days one answer spans.
const MOST_DAYS: i64 = 366;

/// Which periods to list.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct PeriodQuery {
    /// The first date; by default 29 days before `to`.
    #[param(value_type = Option<Date>)]
    from: Option<Date>,
    /// The last date, at most 365 days after `from`; by default your today, or as near as that allows.
    #[param(value_type = Option<Date>)]
    to: Option<Date>,
}

/// Lists the periods that have begun and touch the dates from `from` to `to`, oldest first.
#[utoipa::path(
    get, path = "/v1/rituals/{id}/periods", operation_id = "listPeriods", tag = "rituals", security(("token" = [])),
    params(("id" = RitualId, Path), PeriodQuery),
    responses((status = 200, body = Page<PeriodBody>))
)]
pub async fn list(
    mut call: Call,
    Path(id): Path<RitualId>,
    Query(query): Query<PeriodQuery>,
) -> Result<Page<PeriodBody>> {
    let couple = call.couple().await?;
    let ritual = find(&mut call, &couple, id).await?;
    let today = call.today(&couple);
    let last_of = |from: Date| today.min(from.plus(MOST_DAYS - 1)).max(from);
    let to = query
        .to
        .unwrap_or_else(|| query.from.map_or(today, last_of));
    let from = query.from.unwrap_or_else(|| to.plus(-29));
    if to < from {
        return Err(Invalid::at(Place::Query, "/to", "must not lie before from").into());
    }
    if to.days_since(from) >= MOST_DAYS {
        let detail = "must lie at most 365 days after from";
        return Err(Invalid::at(Place::Query, "/to", detail).into());
    }
    let periods = between(&mut call, &couple, &ritual, from, to).await?;
    Ok(Page::whole(periods))
}

/// The periods that touch these dates.
///
/// Whether a lapse is forgiven depends on one thing only: whether the nearest period before it that was
/// kept or lapsed was kept. So a look back of a year nearly always decides; where all of it was
/// excused, the whole history does.
async fn between(
    call: &mut Call,
    couple: &Couple,
    ritual: &Ritual,
    from: Date,
    to: Date,
) -> Result<Vec<PeriodBody>> {
    let start = ritual.starts_on();
    let mut reach = from.plus(-MOST_DAYS).max(start);
    let which = Which::One(ritual.id);
    let rests = store::rests::reaching(&mut call.tx, couple.id, which, start).await?;
    let rests = RestDates::of(ritual.id, &rests);
    let todays = couple.todays(call.now);
    loop {
        // A period that touches either end reaches at most a year beyond it.
        let (first, last) = (reach.plus(-MOST_DAYS), to.plus(MOST_DAYS));
        let dates = store::logs::dates(&mut call.tx, couple.id, ritual.id, first, last).await?;
        let ledger = Ledger::from_iter(dates);
        let story = ritual.story(&rests, &ledger);
        let periods = story.periods(&Checkpoint::empty(reach), todays);
        let decided = periods.iter().any(|(period, state)| {
            let decides = !matches!(state, State::Open | State::Excused);
            period.first > reach && period.last < from && decides
        });
        if !decided && reach > start {
            reach = start;
            continue;
        }
        return Ok(periods
            .iter()
            .filter(|(period, _)| period.last >= from && period.first <= to)
            .map(|(period, state)| PeriodBody::new(period, *state, ritual, &ledger))
            .collect());
    }
}
