//! What the answers of a check-up are about: what somebody notices, what is good, and which ideas help.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::catalog::{Catalog, Idea, Life, Statement};
use super::checkup::{Answers, Degree, StatementId};
use super::practice::{Practice, Sign};

/// The most ideas that are offered, or proposed, at once.
pub const MOST_IDEAS: usize = 3;

/// From this degree on a statement is true.
const TRUE: u8 = 3;

/// Up to this degree it is not.
const UNTRUE: u8 = 1;

/// What a statement is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Topic {
    /// A sign of drifting apart.
    Sign(Sign),
    /// A practice.
    Practice(Practice),
}

impl Topic {
    /// Whether it is told only when both want to hear of such things: touch, and what goes unsaid.
    pub fn is_tender(self) -> bool {
        let tender = [
            Topic::Sign(Sign::LessTouch),
            Topic::Sign(Sign::AvoidedConflict),
            Topic::Practice(Practice::Intimacy),
        ];
        tender.contains(&self)
    }
}

impl Statement {
    /// What it is about.
    pub fn topic(&self) -> Option<Topic> {
        let practice = || self.practice.map(Topic::Practice);
        self.sign.map(Topic::Sign).or_else(practice)
    }
}

/// What somebody noticed, and what is good, in the order of the statements.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Themes {
    /// What they noticed.
    pub noticed: Vec<Topic>,
    /// What is good.
    pub good: Vec<Topic>,
}

impl Themes {
    /// What these answers say.
    pub fn of(answers: &Answers, statements: &[Statement]) -> Themes {
        let mut themes = Themes::default();
        for statement in statements {
            let Some((topic, degree)) = statement.topic().zip(answers.get(&*statement.id)) else {
                continue;
            };
            match (degree.0, statement.reversed) {
                (TRUE.., true) | (..=UNTRUE, false) => themes.noticed.push(topic),
                (TRUE.., false) | (..=UNTRUE, true) => themes.good.push(topic),
                _ => {}
            }
        }
        themes
    }

    /// Answers that say just this, and no more than they must.
    pub fn supposed_answers(&self, statements: &[Statement]) -> Answers {
        let suppose = |statement: &Statement| {
            let topic = statement.topic()?;
            let is_noticed = self.noticed.contains(&topic);
            if !is_noticed && !self.good.contains(&topic) {
                return None;
            }
            let degree = match is_noticed == statement.reversed {
                true => TRUE,
                false => UNTRUE,
            };
            let id = StatementId::try_from(statement.id.clone()).ok()?;
            Some((id, Degree(degree)))
        };
        statements.iter().filter_map(suppose).collect()
    }
}

/// Ideas for what was noticed: for each topic in turn one that answers it, as long as there are any, three at
/// most. None that the couple `has`.
pub fn ideas<'a>(
    noticed: &[Topic],
    catalog: &'a Catalog,
    has: impl Fn(&Idea) -> bool,
) -> Vec<&'a Idea> {
    let answering: Vec<Vec<&Idea>> = noticed
        .iter()
        .map(|topic| answering(*topic, catalog))
        .collect();
    let most = answering.iter().map(Vec::len).max().unwrap_or_default();
    let mut seen = BTreeSet::new();
    (0..most)
        .flat_map(|turn| answering.iter().filter_map(move |ideas| ideas.get(turn)))
        .filter(|idea| !has(idea) && seen.insert(&idea.id))
        .take(MOST_IDEAS)
        .copied()
        .collect()
}

/// The ideas that answer a topic. Of a sign, those of its practices that are also meant for it come first; then
/// those that presume nothing: Hearth does not know whether there are children, shifts or a distance.
fn answering(topic: Topic, catalog: &Catalog) -> Vec<&Idea> {
    let practices = match topic {
        Topic::Practice(practice) => vec![practice],
        Topic::Sign(sign) => {
            let mut signs = catalog.signs.iter();
            let listed = signs.find(|listed| listed.id == sign);
            listed.map_or_else(Vec::new, |listed| listed.practices.clone())
        }
    };
    let of_practice = |idea: &&Idea| practices.contains(&idea.practice);
    let mut ideas: Vec<&Idea> = catalog.ideas.iter().filter(of_practice).collect();
    let presumes = [Life::Distance, Life::Children, Life::Shifts];
    let fits_any_life = |idea: &Idea| !idea.r#for.iter().any(|life| presumes.contains(life));
    ideas.sort_by_key(|idea| {
        let names_it = matches!(topic, Topic::Sign(sign) if idea.signs.contains(&sign));
        (!names_it, !fits_any_life(idea))
    });
    ideas
}
