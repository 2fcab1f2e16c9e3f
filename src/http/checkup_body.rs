//! A check-up on the wire: what its owner sees of it, and of the partner's.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use serde::Serialize;
use utoipa::ToSchema;

use super::practices::IdeaBody;
use super::schema::Instant;
use crate::content::OFFERS;
use crate::domain::catalog::Idea;
use crate::domain::checkup::{
    Answers, Checkup, Closeness, Degree, SEALED_FOR, Sharing, Shown, StatementId,
};
use crate::domain::pairs::pairs;
use crate::domain::phrases::{ById, Phrases};
use crate::domain::text::Line;
use crate::domain::theme::{self, Themes, Topic};
use crate::ids::{AccountId, CheckupId};

/// A check-up of yours. Nobody else ever sees its id, or when it was finished.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Checkup)]
pub struct CheckupBody {
    id: CheckupId,
    answers: BTreeMap<StatementId, Degree>,
    #[schema(required)]
    closeness: Option<Closeness>,
    #[schema(required)]
    line: Option<Line>,
    /// What your partner may see of it.
    sharing: Sharing,
    /// When the last answer came; `null` until then.
    #[schema(required)]
    finished_at: Option<Instant>,
    /// While it is sealed: when it opens at the latest.
    #[schema(required)]
    opens_at: Option<Instant>,
    /// What it shows, once it is opened.
    #[schema(required)]
    opened: Option<Opened>,
}

/// What an opened check-up shows.
#[derive(Debug, Serialize, ToSchema)]
pub struct Opened {
    /// What you noticed.
    noticed: Vec<Topic>,
    /// What is good for you.
    good: Vec<Topic>,
    /// What your partner shares of theirs that belongs to it.
    #[schema(required)]
    partner: Option<PartnerCheckup>,
    /// What is good for both of you.
    both_good: Vec<Told>,
    /// One thing that both of you noticed.
    #[schema(required)]
    both_noticed: Option<Told>,
    /// Up to three ideas for what was noticed, none of which you have.
    ideas: Vec<IdeaBody>,
    /// That a couples therapist can help: the same words for everybody.
    therapist: &'static str,
}

/// A topic, and what there is to say of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct Told {
    topic: Topic,
    text: &'static str,
}

/// What your partner shares of a check-up of theirs. What is tender (`less_touch`, `avoided_conflict`, `intimacy`) is
/// told only when both of you share.
#[derive(Debug, Serialize, ToSchema)]
pub struct PartnerCheckup {
    sharing: Sharing,
    /// What they noticed.
    noticed: Vec<Topic>,
    /// What is good for them.
    good: Vec<Topic>,
    /// What they answered, if they share it.
    #[schema(required)]
    answers: Option<BTreeMap<StatementId, Degree>>,
    /// Their own words, if they share them.
    #[schema(required)]
    line: Option<Line>,
}

/// What you answered in all your finished check-ups, the oldest first: for your eyes only.
#[derive(Debug, Serialize, ToSchema)]
pub struct Trend {
    closeness: Vec<Closeness>,
    /// By statement.
    answers: BTreeMap<StatementId, Vec<Degree>>,
}

impl From<Shown> for PartnerCheckup {
    fn from(shown: Shown) -> PartnerCheckup {
        PartnerCheckup {
            sharing: shown.sharing,
            noticed: shown.themes.noticed,
            good: shown.themes.good,
            answers: shown.answers,
            line: shown.line,
        }
    }
}

impl Trend {
    fn of(mine: &[Checkup]) -> Trend {
        let finished = || {
            let mine = mine.iter().rev();
            mine.filter(|checkup| checkup.finished_at.is_some())
        };
        let mut answers: BTreeMap<StatementId, Vec<Degree>> = BTreeMap::new();
        for (id, degree) in finished().flat_map(|checkup| &checkup.answers) {
            answers.entry(id.clone()).or_default().push(*degree);
        }
        Trend {
            closeness: finished().filter_map(|one| one.closeness).collect(),
            answers,
        }
    }
}

/// All the check-ups of a couple, and for whom they are shown.
#[derive(Debug)]
pub struct Checkups {
    /// The caller's, the unfinished first, then the latest.
    pub mine: Vec<Checkup>,
    /// Those of the partner's that belong to one of mine, by its id.
    others: BTreeMap<CheckupId, Checkup>,
    /// Those that belong to none, the latest first.
    apart: Vec<Checkup>,
    /// What the couple's rituals are called.
    titles: Vec<String>,
    phrases: &'static Phrases,
    now: DateTime<Utc>,
}

impl Checkups {
    /// All of them, as `me` may see them.
    pub fn seen_by(
        me: AccountId,
        all: Vec<Checkup>,
        titles: Vec<String>,
        phrases: &'static Phrases,
        now: DateTime<Utc>,
    ) -> Checkups {
        let pairs = pairs(&all).into_iter();
        let pairs: BTreeMap<_, _> = pairs.map(|(id, other)| (id, other.id)).collect();
        let (mine, theirs): (Vec<_>, Vec<_>) = all.into_iter().partition(|one| one.member == me);
        let (mut others, mut apart) = (BTreeMap::new(), Vec::new());
        for checkup in theirs {
            match pairs.get(&checkup.id) {
                Some(mine) => _ = others.insert(*mine, checkup),
                None => apart.push(checkup),
            }
        }
        Checkups {
            mine,
            others,
            apart,
            titles,
            phrases,
            now,
        }
    }

    /// Whether a check-up of mine is opened.
    pub fn has_opened(&self, checkup: &Checkup) -> bool {
        checkup.is_opened(self.others.contains_key(&checkup.id), self.now)
    }

    /// What the partner shares of those that belong to none of mine, the latest first.
    pub fn from_partner(&self) -> impl Iterator<Item = PartnerCheckup> {
        let apart = self.apart.iter();
        let shown = apart.filter_map(|one| one.shown(Sharing::Nothing, &OFFERS.statements));
        shown.map(PartnerCheckup::from)
    }

    /// My answers through time.
    pub fn trend(&self) -> Trend {
        Trend::of(&self.mine)
    }

    /// A check-up of mine.
    pub fn show(&self, checkup: &Checkup) -> CheckupBody {
        let other = self.others.get(&checkup.id);
        let is_opened = self.has_opened(checkup);
        let opens_at = checkup.finished_at.filter(|_| !is_opened);
        CheckupBody {
            id: checkup.id,
            answers: checkup.answers.clone(),
            closeness: checkup.closeness,
            line: checkup.line.clone(),
            sharing: checkup.sharing,
            finished_at: checkup.finished_at.map(Instant),
            opens_at: opens_at.map(|at| Instant(at + SEALED_FOR)),
            opened: is_opened.then(|| self.open(checkup, other)),
        }
    }

    fn open(&self, mine: &Checkup, theirs: Option<&Checkup>) -> Opened {
        let statements = &OFFERS.statements;
        let shown = theirs.and_then(|theirs| theirs.shown(mine.sharing, statements));
        let themes = mine.themes(statements);
        let none = Themes::default();
        let their_themes = shown.as_ref().map_or(&none, |shown| &shown.themes);
        let in_both = |mine: &[Topic], theirs: &[Topic]| -> Vec<Topic> {
            let mine = mine.iter().copied();
            mine.filter(|topic| theirs.contains(topic)).collect()
        };
        let both_noticed = in_both(&themes.noticed, &their_themes.noticed);
        let both_good = in_both(&themes.good, &their_themes.good);
        // What both noticed comes first.
        let noticed = [&*both_noticed, &*themes.noticed].concat();
        let ideas = theme::ideas(&noticed, &OFFERS, |idea| self.has(idea));
        let words = &self.phrases.checkup;
        Opened {
            both_good: both_good
                .into_iter()
                .filter_map(|topic| Told::of(topic, &words.good))
                .collect(),
            both_noticed: both_noticed
                .into_iter()
                .find_map(|topic| Told::of(topic, &words.themes)),
            ideas: ideas
                .into_iter()
                .map(|idea| IdeaBody::new(idea, self.phrases))
                .collect(),
            noticed: themes.noticed,
            good: themes.good,
            partner: shown.map(PartnerCheckup::from),
            therapist: &words.therapist,
        }
    }

    /// Whether the couple has this idea among its rituals, in whichever language.
    fn has(&self, idea: &Idea) -> bool {
        crate::content::languages().iter().any(|phrases| {
            let words = phrases.ideas.get(&idea.id);
            words.is_some_and(|words| self.titles.contains(&words.title))
        })
    }
}

impl Told {
    fn of(topic: Topic, words: &'static ById<String>) -> Option<Told> {
        let name = serde_json::to_value(topic).ok()?;
        let text = words.get(name.as_str()?)?;
        Some(Told { topic, text })
    }
}

/// Refused are answers to statements that there are not; the first of them.
pub fn unknown_statement(answers: &Answers) -> Option<&StatementId> {
    let mut ids = answers.keys();
    ids.find(|id| !OFFERS.statements.iter().any(|one| one.id == id.as_str()))
}
