//! The six practices, the signs they answer, and ideas for rituals.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Json;
use super::call::Call;
use super::language::{Language, Spoken};
use crate::content::OFFERS;
use crate::domain::cadence::Cadence;
use crate::domain::catalog::{Idea, Life, Set};
use crate::domain::phrases::Phrases;
use crate::domain::practice::{Practice, Sign};
use crate::domain::ritual::Rule;
use crate::domain::text::Minutes;

/// What nourishes two people, and where to begin.
#[derive(Debug, Serialize, ToSchema)]
pub struct Practices {
    /// The six practices, each with its ideas.
    practices: Vec<PracticeBody>,
    /// The six signs of drifting apart, and the practices that answer each.
    signs: Vec<SignBody>,
    /// Ideas that go together, for a way of life.
    sets: Vec<SetBody>,
}

/// A practice, and ideas for it.
#[derive(Debug, Serialize, ToSchema)]
pub struct PracticeBody {
    id: Practice,
    name: &'static str,
    about: &'static str,
    /// The signs that it answers.
    signs: Vec<Sign>,
    ideas: Vec<IdeaBody>,
}

/// A sign of drifting apart.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignBody {
    id: Sign,
    name: &'static str,
    about: &'static str,
    /// The practices that answer it.
    practices: &'static [Practice],
}

/// A ritual that is ready to be proposed: send its `idea_id` to `POST /v1/rituals`.
#[derive(Debug, Serialize, ToSchema)]
pub struct IdeaBody {
    /// Its name in every language.
    #[schema(value_type = IdeaRef)]
    idea_id: &'static str,
    title: &'static str,
    cue: &'static str,
    /// What to do, and why it is nice.
    about: &'static str,
    practice: Practice,
    cadence: Cadence,
    rule: Rule,
    #[schema(required)]
    target_minutes: Option<Minutes>,
    /// In which lives it has its place.
    #[serde(rename = "for")]
    lives: &'static [Life],
    /// The signs that it answers.
    signs: &'static [Sign],
}

/// Ideas that go together.
#[derive(Debug, Serialize, ToSchema)]
pub struct SetBody {
    /// Its name in every language.
    #[schema(example = "six_hours")]
    id: &'static str,
    name: &'static str,
    about: &'static str,
    /// Its ideas, by `idea_id`.
    ideas: &'static [String],
}

/// An idea, named by its `idea_id`.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct IdeaRef(pub &'static Idea);

impl PartialEq for IdeaRef {
    fn eq(&self, other: &IdeaRef) -> bool {
        self.0.id == other.0.id
    }
}

impl TryFrom<String> for IdeaRef {
    type Error = &'static str;

    fn try_from(id: String) -> Result<IdeaRef, Self::Error> {
        let idea = OFFERS.idea(&id).map(IdeaRef);
        idea.ok_or("is no idea of GET /v1/practices")
    }
}

impl IdeaBody {
    /// The idea in this language.
    pub fn new(idea: &'static Idea, phrases: &'static Phrases) -> IdeaBody {
        let words = &phrases.ideas[&idea.id];
        IdeaBody {
            idea_id: &idea.id,
            title: &words.title,
            cue: &words.cue,
            about: &words.about,
            practice: idea.practice,
            cadence: idea.cadence.clone(),
            rule: idea.rule,
            target_minutes: idea.minutes,
            lives: &idea.r#for,
            signs: &idea.signs,
        }
    }
}

impl SetBody {
    fn new(set: &'static Set, phrases: &'static Phrases) -> SetBody {
        let words = &phrases.sets[&set.id];
        SetBody {
            id: &set.id,
            name: &words.name,
            about: &words.about,
            ideas: &set.ideas,
        }
    }
}

/// Lists the six practices, the signs they answer, and ideas for rituals.
///
/// In the language that `Accept-Language` asks for, if Hearth speaks it; in English otherwise.
#[utoipa::path(
    get, path = "/v1/practices", operation_id = "listPractices", tag = "practices", security(("token" = [])),
    responses((status = 200, body = Practices))
)]
pub async fn list(_: Call, language: Language) -> Spoken<Json<Practices>> {
    let phrases = language.0;
    let practices = OFFERS.practices.iter().map(|practice| {
        let words = &phrases.practices[&practice.id];
        let answers = OFFERS.signs.iter();
        let answers = answers.filter(|sign| sign.practices.contains(&practice.id));
        let ideas = OFFERS.ideas.iter();
        let ideas = ideas.filter(|idea| idea.practice == practice.id);
        PracticeBody {
            id: practice.id,
            name: &words.name,
            about: &words.about,
            signs: answers.map(|sign| sign.id).collect(),
            ideas: ideas.map(|idea| IdeaBody::new(idea, phrases)).collect(),
        }
    });
    let signs = OFFERS.signs.iter().map(|sign| {
        let words = &phrases.signs[&sign.id];
        SignBody {
            id: sign.id,
            name: &words.name,
            about: &words.about,
            practices: &sign.practices,
        }
    });
    let sets = OFFERS.sets.iter().map(|set| SetBody::new(set, phrases));
    let body = Practices {
        practices: practices.collect(),
        signs: signs.collect(),
        sets: sets.collect(),
    };
    Spoken(language, Json(body))
}
