//! What each does alone, in the document in which somebody takes their life along: all of mine, and of the
//! partner's what was revealed to me.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::schema::Instant;
use crate::content::OFFERS;
use crate::domain::checkup::{Checkup, Closeness, Degree, Sharing, Shown, StatementId};
use crate::domain::day::Date;
use crate::domain::occasion::Times;
use crate::domain::pairs::pairs;
use crate::domain::prompt::{Answer, PromptId};
use crate::domain::reminder::Reminder;
use crate::domain::text::{Line, Note};
use crate::domain::theme::{Themes, Topic};
use crate::ids::AccountId;

/// What you said to a date's prompt.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MyPrompt {
    pub(super) date: Date,
    pub(super) prompt_id: PromptId,
    /// `null` when you passed.
    #[schema(required)]
    pub(super) answer: Option<Note>,
    /// Whether you said it before a partner was confirmed: it is never revealed then.
    pub(super) alone: bool,
}

/// What your partner said to a prompt that both of you answered.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PartnerPrompt {
    pub(super) date: Date,
    pub(super) prompt_id: PromptId,
    pub(super) answer: Note,
}

/// A check-up of yours.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MyCheckup {
    pub(super) answers: BTreeMap<StatementId, Degree>,
    #[schema(required)]
    pub(super) closeness: Option<Closeness>,
    #[schema(required)]
    pub(super) line: Option<Line>,
    pub(super) sharing: Sharing,
    /// `null` while it is unfinished.
    #[schema(required)]
    pub(super) finished_at: Option<Instant>,
    /// Whether your partner's opened it. It stays so, even if theirs was dropped.
    #[serde(default)]
    pub(super) opened: bool,
    /// Whether there was no partner when it was finished: then it is shown to nobody.
    #[serde(default)]
    pub(super) alone: bool,
    /// What your partner shares of theirs that belongs to it.
    #[schema(required)]
    pub(super) partner: Option<SharedCheckup>,
}

/// What your partner shares of a check-up of theirs.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SharedCheckup {
    pub(super) sharing: Sharing,
    pub(super) noticed: Vec<Topic>,
    pub(super) good: Vec<Topic>,
    #[schema(required)]
    pub(super) answers: Option<BTreeMap<StatementId, Degree>>,
    #[schema(required)]
    pub(super) line: Option<Line>,
}

/// The check-ups: all that are mine, and what the partner shares, beside mine or alone.
pub fn checkups(me: AccountId, all: Vec<Checkup>) -> (Vec<MyCheckup>, Vec<SharedCheckup>) {
    let pairs = pairs(&all);
    let (mine, theirs): (Vec<&Checkup>, Vec<&Checkup>) =
        all.iter().partition(|checkup| checkup.member == me);
    let shown = |theirs: &Checkup, mine| {
        let shown = theirs.shown(mine, &OFFERS.statements);
        shown.map(SharedCheckup::from)
    };
    let mine = mine.into_iter().map(|mine| {
        let theirs = pairs.get(&mine.id);
        MyCheckup {
            answers: mine.answers.clone(),
            closeness: mine.closeness,
            line: mine.line.clone(),
            sharing: mine.sharing,
            finished_at: mine.finished_at.map(Instant),
            opened: theirs.is_some() || mine.opened_at.is_some(),
            alone: mine.alone,
            partner: theirs.and_then(|theirs| shown(theirs, mine.sharing)),
        }
    });
    let alone = theirs
        .into_iter()
        .filter(|one| !pairs.contains_key(&one.id));
    let alone = alone.filter_map(|theirs| shown(theirs, Sharing::Nothing));
    (mine.collect(), alone.collect())
}

impl From<Shown> for SharedCheckup {
    fn from(shown: Shown) -> SharedCheckup {
        SharedCheckup {
            sharing: shown.sharing,
            noticed: shown.themes.noticed,
            good: shown.themes.good,
            answers: shown.answers,
            line: shown.line,
        }
    }
}

impl From<SharedCheckup> for Shown {
    fn from(told: SharedCheckup) -> Shown {
        Shown {
            sharing: told.sharing,
            themes: Themes {
                noticed: told.noticed,
                good: told.good,
            },
            answers: told.answers,
            line: told.line,
        }
    }
}

/// What was said to the prompts: all that is mine, and all that was revealed to me.
pub fn prompts(me: AccountId, said: Vec<Answer>) -> (Vec<MyPrompt>, Vec<PartnerPrompt>) {
    let (mine, theirs): (Vec<Answer>, Vec<Answer>) =
        said.into_iter().partition(|answer| answer.member == me);
    let answered = |theirs: &Answer| {
        let mut mine = mine.iter();
        mine.any(|mine| mine.date == theirs.date && mine.is_revealed_with(theirs))
    };
    let revealed = theirs.into_iter().filter(answered);
    let theirs = revealed.filter_map(|theirs| {
        Some(PartnerPrompt {
            date: theirs.date,
            prompt_id: theirs.prompt,
            answer: theirs.words?,
        })
    });
    let theirs = theirs.collect();
    (mine.into_iter().map(MyPrompt::from).collect(), theirs)
}

impl From<Answer> for MyPrompt {
    fn from(answer: Answer) -> MyPrompt {
        MyPrompt {
            date: answer.date,
            prompt_id: answer.prompt,
            answer: answer.words,
            alone: answer.alone,
        }
    }
}

/// When you want to be reminded of a ritual.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MyReminders {
    pub(super) times: Times,
    pub(super) enabled: bool,
    /// Whether your partner may nudge you about it.
    #[serde(default)]
    pub(super) nudges: bool,
}

impl From<Reminder> for MyReminders {
    fn from(reminder: Reminder) -> MyReminders {
        MyReminders {
            times: reminder.times,
            enabled: reminder.enabled,
            nudges: reminder.nudges,
        }
    }
}
