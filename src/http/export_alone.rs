//! What each does alone, in the document in which somebody takes their life along: all of mine, and of the
//! partner's what was revealed to me.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::domain::day::Date;
use crate::domain::prompt::{Answer, PromptId};
use crate::domain::text::Note;
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
