//! What Hearth offers in every language alike: ids, tags and numbers. The words are [`super::phrases`].

use serde::{Deserialize, Serialize};

use super::cadence::Cadence;
use super::practice::{Practice, Sign};
use super::ritual::Rule;
use super::text::Minutes;
use super::word::words;

/// Everything that is offered, as `content/catalog.toml` lists it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalog {
    /// The six practices, in the order in which they are shown.
    pub practices: Vec<Listed<Practice>>,
    /// The six signs of drifting.
    pub signs: Vec<Answered>,
    /// Rituals that are ready to be proposed.
    pub ideas: Vec<Idea>,
    /// Ideas that go together.
    pub sets: Vec<Set>,
    /// The questions of the day.
    pub prompts: Vec<Prompt>,
    /// The statements of the check-up.
    pub statements: Vec<Statement>,
}

/// Something that is only listed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Listed<T> {
    /// What it is.
    pub id: T,
}

/// A sign, and what answers it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Answered {
    /// The sign.
    pub id: Sign,
    /// The practices that answer it.
    pub practices: Vec<Practice>,
}

/// A ritual that is ready to be proposed.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Idea {
    /// Its name in every language.
    pub id: String,
    /// What it nourishes.
    pub practice: Practice,
    /// How often.
    pub cadence: Cadence,
    /// Who must log.
    pub rule: Rule,
    /// How long it usually takes, where that matters.
    pub minutes: Option<Minutes>,
    /// In which lives it has its place.
    pub r#for: Vec<Life>,
    /// The signs that it answers.
    pub signs: Vec<Sign>,
}

/// What a couple's life is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
#[expect(missing_docs, reason = "their names say it")]
pub enum Life {
    Mornings,
    Evenings,
    Weekend,
    Outdoors,
    Distance,
    Children,
    Shifts,
    NoMoney,
    /// Touch, and bodies that are tired, ill, pregnant or healing.
    Bodies,
    /// Ten minutes at most.
    Small,
}

words!(Life);

/// Ideas that go together.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Set {
    /// Its name in every language.
    pub id: String,
    /// The ideas, by their ids.
    pub ideas: Vec<String>,
}

/// A question of the day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Prompt {
    /// Its name in every language.
    pub id: String,
    /// What it nourishes.
    pub practice: Practice,
    /// 1 light, 2 closer, 3 deep.
    pub depth: u8,
}

/// A statement of the check-up, answered from 0 (not at all) to 4 (very much). It is about a sign or a practice.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Statement {
    /// Its name in every language.
    pub id: String,
    /// The sign that it asks about.
    pub sign: Option<Sign>,
    /// The practice that it asks about.
    pub practice: Option<Practice>,
    /// Whether to agree means to drift apart.
    #[serde(default)]
    pub reversed: bool,
}

impl Catalog {
    /// The idea with this id.
    pub fn idea(&self, id: &str) -> Option<&Idea> {
        self.ideas.iter().find(|idea| idea.id == id)
    }
}
