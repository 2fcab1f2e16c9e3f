//! Looking back: kept, expected, strength and minutes, a heat map's cells, and a gentle word on the week.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::body::Json;
use super::call::Call;
use super::error::{Invalid, Place, Result};
use super::language::{Language, Spoken};
use super::query::Query;
use crate::domain::day::Date;
use crate::domain::insight::{Cell, Insights, Mean, Part, Range, Sum, Week};
use crate::domain::past::Past;
use crate::domain::phrases::Phrases;
use crate::domain::practice::Practice;
use crate::domain::recap::recap;
use crate::domain::ritual::Ritual;
use crate::domain::text::Title;
use crate::ids::RitualId;
use crate::store;

/// The most days one answer looks back over: more than ten years.
const MOST_DAYS: i64 = 4000;

/// How many days it looks back over by default: twelve weeks.
const FEW_DAYS: i64 = 84;

/// Over which dates to look back.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
#[serde(deny_unknown_fields)]
pub struct InsightQuery {
    /// The first date; by default 83 days before `to`.
    #[param(value_type = Option<Date>)]
    from: Option<Date>,
    /// The last date, at most 3999 days after `from`; by default your today, or as near as that allows.
    #[param(value_type = Option<Date>)]
    to: Option<Date>,
}

impl InsightQuery {
    fn range(self, today: Date) -> Result<Range> {
        let nearest = |from: Date| today.min(from.plus(MOST_DAYS - 1)).max(from);
        let last = self.to.unwrap_or_else(|| self.from.map_or(today, nearest));
        let first = self.from.unwrap_or_else(|| last.plus(1 - FEW_DAYS));
        let refuse = |detail| Err(Invalid::at(Place::Query, "/to", detail).into());
        if last < first {
            return refuse("must not lie before from");
        }
        if last.days_since(first) >= MOST_DAYS {
            return refuse("must lie at most 3999 days after from");
        }
        Ok(Range { first, last })
    }
}

/// A look back.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Insights)]
pub struct InsightsBody {
    from: Date,
    to: Date,
    /// Everything ever done. It does not shrink when something lapses.
    total: TotalBody,
    /// Your rituals, the archived ones too, the oldest first.
    rituals: Vec<RitualInsight>,
    /// The practices that your rituals nourish.
    practices: Vec<PracticeInsight>,
    /// Every week that these dates touch.
    weeks: Vec<WeekInsight>,
    /// The cells of a heat map: the dates on which something was done.
    cells: Vec<CellBody>,
    /// A gentle word on the last whole week before your today.
    recap: RecapBody,
}

/// Everything ever done.
#[derive(Debug, Serialize, ToSchema)]
pub struct TotalBody {
    /// Periods ever kept.
    kept: u32,
    /// Dates on which a ritual was logged, each ritual's by itself.
    times: i64,
    minutes: i64,
}

/// What was done between two dates. Of two logs of one date, the longer counts.
#[derive(Debug, Serialize, ToSchema)]
pub struct SumBody {
    /// Periods kept. One counts on its last date; while that is to come, on today's.
    kept: u32,
    /// Those and the lapsed ones. What is open or excused does not count.
    expected: u32,
    /// Dates on which it was logged.
    times: u32,
    minutes: u32,
}

impl From<Sum> for SumBody {
    fn from(sum: Sum) -> SumBody {
        SumBody {
            kept: sum.kept,
            expected: sum.expected,
            times: sum.times,
            minutes: sum.minutes,
        }
    }
}

/// A ritual, looked back on.
#[derive(Debug, Serialize, ToSchema)]
pub struct RitualInsight {
    id: RitualId,
    title: Title,
    practice: Practice,
    #[serde(flatten)]
    sum: SumBody,
    /// How firm the habit is now, 0 to 1; `null` while the cadence is `anytime`, or the ritual is archived.
    #[schema(required)]
    strength: Option<f64>,
    /// Everything ever kept.
    total_kept: u32,
}

/// A practice, looked back on.
#[derive(Debug, Serialize, ToSchema)]
pub struct PracticeInsight {
    practice: Practice,
    #[serde(flatten)]
    sum: SumBody,
    /// The mean strength of its rituals that have one.
    #[schema(required)]
    strength: Option<f64>,
}

/// A week, looked back on.
#[derive(Debug, Serialize, ToSchema)]
pub struct WeekInsight {
    first: Date,
    last: Date,
    #[serde(flatten)]
    sum: SumBody,
    /// The mean strength, at its end, of the rituals that had begun, were not archived, and had a cadence other than
    /// `anytime`. Its end is the last of its dates that you ask for, at the latest today.
    #[schema(required)]
    strength: Option<f64>,
}

impl From<&Week> for WeekInsight {
    fn from(week: &Week) -> WeekInsight {
        WeekInsight {
            first: week.first,
            last: week.last(),
            sum: week.sum.into(),
            strength: week.strength.strength(),
        }
    }
}

/// A date on which something was done.
#[derive(Debug, Serialize, ToSchema)]
pub struct CellBody {
    date: Date,
    /// How many rituals were logged.
    rituals: u32,
    minutes: u32,
}

/// A gentle word on a week.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecapBody {
    first: Date,
    last: Date,
    /// Three sentences, the same for both of you.
    #[schema(min_items = 3, max_items = 3)]
    sentences: Vec<String>,
}

/// Looks back: what was kept, how firm it is, how long it took, by ritual, practice and week.
///
/// However long ago it began: what a year came to is kept as one row a ritual.
#[utoipa::path(
    get, path = "/v1/insights", operation_id = "getInsights", tag = "insights", security(("token" = [])),
    params(InsightQuery), responses((status = 200, body = InsightsBody))
)]
pub async fn show(
    mut call: Call,
    language: Language,
    Query(query): Query<InsightQuery>,
) -> Result<Spoken<Json<InsightsBody>>> {
    let couple = call.couple().await?;
    let today = call.today(&couple);
    let range = query.range(today)?;
    let me = call.me.id;
    let mut rituals = store::rituals::all(&mut call.tx, couple.id).await?;
    rituals.retain(|ritual| ritual.declined_by() != Some(me));
    let rests = store::rests::all(&mut call.tx, couple.id).await?;
    let week = Range::week(today.plus(-7), couple.week_start);
    let known = rituals.iter().map(|ritual| range.known(ritual, &rests));
    let known = Range::around(known).unwrap_or(range);
    let years = store::years::between(&mut call.tx, couple.id, [known, week]).await?;
    let past = Past::new(&couple, couple.todays(call.now), &rests, &years);
    let sums = store::years::sums(&mut call.tx, couple.id).await?;
    let look = Look {
        past,
        rituals,
        sums: sums.into_iter().collect(),
    };
    let insights = look.past.insights(&look.rituals, range);
    let body = look.tell(range, insights, week, language.0);
    Ok(Spoken(language, Json(body)))
}

/// What is told from.
struct Look<'a> {
    past: Past<'a>,
    rituals: Vec<Ritual>,
    sums: BTreeMap<RitualId, store::years::Sum>,
}

impl Look<'_> {
    fn tell(
        &self,
        range: Range,
        insights: Insights,
        week: Range,
        phrases: &Phrases,
    ) -> InsightsBody {
        let parts = self.rituals.iter().zip(&insights.rituals);
        let rituals: Vec<RitualInsight> = parts
            .map(|(ritual, part)| self.ritual(ritual, part))
            .collect();
        let practices = insights.practices.iter();
        let practices = practices.map(|(practice, sum)| PracticeInsight {
            practice: *practice,
            sum: (*sum).into(),
            strength: mean(rituals.iter().filter(|one| one.practice == *practice)),
        });
        let cell = |(date, cell): (Date, Cell)| CellBody {
            date,
            rituals: cell.rituals,
            minutes: cell.minutes,
        };
        InsightsBody {
            from: range.first,
            to: range.last,
            total: self.total(&rituals),
            practices: practices.collect(),
            weeks: insights.weeks.iter().map(WeekInsight::from).collect(),
            cells: insights.cells().map(cell).collect(),
            recap: RecapBody {
                first: week.first,
                last: week.last,
                sentences: recap(&self.past, &self.rituals, week, phrases),
            },
            rituals,
        }
    }

    fn ritual(&self, ritual: &Ritual, part: &Part) -> RitualInsight {
        let archived = self.past.rests.iter().any(|rest| rest.archives(ritual.id));
        RitualInsight {
            id: ritual.id,
            title: ritual.title.words.clone(),
            practice: ritual.practice,
            sum: part.sum.into(),
            strength: part.streak.strength.filter(|_| !archived),
            total_kept: part.streak.total_kept,
        }
    }

    fn total(&self, rituals: &[RitualInsight]) -> TotalBody {
        let sums = self.rituals.iter().filter_map(|one| self.sums.get(&one.id));
        let (times, minutes) = sums.fold((0, 0), |(times, minutes), sum| {
            (times + sum.times, minutes + sum.minutes)
        });
        TotalBody {
            kept: rituals.iter().map(|one| one.total_kept).sum(),
            times,
            minutes,
        }
    }
}

/// The mean strength of those that have one.
fn mean<'a>(rituals: impl Iterator<Item = &'a RitualInsight>) -> Option<f64> {
    let mean: Mean = rituals.filter_map(|one| one.strength).collect();
    mean.strength()
}
