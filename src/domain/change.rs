//! What was changed in the settings that both share: nothing shared changes silently.

use serde::{Deserialize, Serialize};

use super::couple::Couple;
use super::day::Date;
use super::plan::Plan;
use super::rest::Rest;
use super::ritual::Ritual;
use crate::ids::{AccountId, CoupleId, PlanId, RestId, RitualId};

/// The most changes of a couple that are kept: the newest.
pub const MOST_CHANGES: i64 = 1000;

/// Who changed what, and on which date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Who.
    pub member: AccountId,
    /// Their own today. No instant: that would tell when they were here.
    pub date: Date,
    /// What.
    pub what: What,
}

/// What was done to what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct What {
    /// What was changed.
    pub thing: Thing,
    /// What happened to it.
    pub action: Action,
    /// The fields that changed, when it is about fields.
    pub fields: Vec<Field>,
}

/// Something that both share. It may be gone by now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Thing {
    /// The couple itself.
    Couple(CoupleId),
    /// A ritual.
    Ritual(RitualId),
    /// A rest, of one ritual or of all.
    Rest(RestId, Option<RitualId>),
    /// A plan, of a ritual or of its own.
    Plan(PlanId, Option<RitualId>),
}

/// Of which kind a thing is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The couple itself.
    Couple,
    /// A ritual.
    Ritual,
    /// A rest.
    Rest,
    /// A plan.
    Plan,
}

impl Thing {
    /// Of which kind it is.
    pub fn kind(self) -> Kind {
        match self {
            Thing::Couple(_) => Kind::Couple,
            Thing::Ritual(_) => Kind::Ritual,
            Thing::Rest(..) => Kind::Rest,
            Thing::Plan(..) => Kind::Plan,
        }
    }

    /// Its id.
    pub fn id(self) -> String {
        match self {
            Thing::Couple(id) => id.to_string(),
            Thing::Ritual(id) => id.to_string(),
            Thing::Rest(id, _) => id.to_string(),
            Thing::Plan(id, _) => id.to_string(),
        }
    }

    /// The ritual that it is about, if it is about one.
    pub fn ritual(self) -> Option<RitualId> {
        match self {
            Thing::Couple(_) => None,
            Thing::Ritual(id) => Some(id),
            Thing::Rest(_, ritual) | Thing::Plan(_, ritual) => ritual,
        }
    }
}

/// What happened to a thing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Action {
    /// A ritual was proposed.
    Proposed,
    /// A rest was begun.
    Begun,
    /// A plan was made.
    Planned,
    /// Fields have other values.
    Changed,
    /// A ritual was put away.
    Archived,
    /// A ritual was brought back.
    BroughtBack,
    /// A ritual that was never logged is gone for good.
    Deleted,
    /// A rest or a plan is gone, as if it had never been.
    Removed,
}

/// A field, by the name it has everywhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "each is the field of that name")]
pub enum Field {
    Name,
    DayStart,
    WeekStart,
    TogetherSince,
    Title,
    Practice,
    Cadence,
    Rule,
    StartsOn,
    Cue,
    Forgiveness,
    TargetMinutes,
    From,
    To,
    Date,
    At,
    Planner,
}

impl What {
    /// Something happened to a ritual as a whole.
    pub fn of_ritual(ritual: &Ritual, action: Action) -> What {
        What {
            thing: Thing::Ritual(ritual.id),
            action,
            fields: Vec::new(),
        }
    }

    /// Something happened to a rest as a whole.
    pub fn of_rest(rest: &Rest, action: Action) -> What {
        What {
            thing: Thing::Rest(rest.id, rest.scope.ritual()),
            action,
            fields: Vec::new(),
        }
    }

    /// Something happened to a plan as a whole.
    pub fn of_plan(plan: &Plan, action: Action) -> What {
        What {
            thing: Thing::Plan(plan.id, plan.ritual),
            action,
            fields: Vec::new(),
        }
    }

    /// How the couple differs from `before`; nothing when it does not.
    pub fn changed_couple(before: &Couple, couple: &Couple) -> Option<What> {
        let fields = [
            (Field::Name, before.name != couple.name),
            (Field::DayStart, before.day_start != couple.day_start),
            (Field::WeekStart, before.week_start != couple.week_start),
            (
                Field::TogetherSince,
                before.together_since != couple.together_since,
            ),
        ];
        What::changed(Thing::Couple(couple.id), fields)
    }

    /// How a ritual differs from `before`; nothing when it does not.
    pub fn changed_ritual(before: &Ritual, ritual: &Ritual) -> Option<What> {
        let fields = [
            (Field::Title, before.title != ritual.title),
            (Field::Practice, before.practice != ritual.practice),
            (Field::Cadence, !before.asks_the_same(ritual)),
            (Field::Rule, before.rule != ritual.rule),
            (Field::StartsOn, before.starts_on() != ritual.starts_on()),
            (Field::Cue, before.cue != ritual.cue),
            (Field::Forgiveness, before.forgiveness != ritual.forgiveness),
            (
                Field::TargetMinutes,
                before.target_minutes != ritual.target_minutes,
            ),
        ];
        What::changed(Thing::Ritual(ritual.id), fields)
    }

    /// How a rest differs from `before`; nothing when it does not.
    pub fn changed_rest(before: &Rest, rest: &Rest) -> Option<What> {
        let fields = [
            (Field::From, before.span.from != rest.span.from),
            (Field::To, before.span.to != rest.span.to),
        ];
        What::changed(Thing::Rest(rest.id, rest.scope.ritual()), fields)
    }

    /// How a plan differs from `before`; nothing when it does not.
    pub fn changed_plan(before: &Plan, plan: &Plan) -> Option<What> {
        let fields = [
            (Field::Title, before.title != plan.title),
            (Field::Date, before.date != plan.date),
            (Field::At, before.at != plan.at),
            (Field::Planner, before.planner != plan.planner),
        ];
        What::changed(Thing::Plan(plan.id, plan.ritual), fields)
    }

    fn changed<const N: usize>(thing: Thing, fields: [(Field, bool); N]) -> Option<What> {
        let differs = fields.into_iter().filter(|(_, differs)| *differs);
        let fields: Vec<Field> = differs.map(|(field, _)| field).collect();
        let action = Action::Changed;
        (!fields.is_empty()).then_some(What {
            thing,
            action,
            fields,
        })
    }
}

impl Ritual {
    /// Whether both ask for the same cadences from the same dates, wherever the first begins.
    fn asks_the_same(&self, other: &Ritual) -> bool {
        let dates = |ritual: &Ritual| -> Vec<Date> {
            let later = ritual.revisions.iter().skip(1);
            later.map(|revision| revision.from).collect()
        };
        let pairs = self.revisions.iter().zip(&other.revisions);
        dates(self) == dates(other) && pairs.into_iter().all(|(one, two)| one.asks_the_same(two))
    }
}
