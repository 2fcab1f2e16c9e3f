//! What each did alone, read again from an export.

use chrono::{DateTime, Utc};

use super::export_alone::{MyPrompt, PartnerPrompt};
use super::import_body::{Result, refuse};
use crate::domain::Refusal;
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::prompt::Answer;
use crate::ids::AccountId;

/// Whose document it is, in which couple.
#[derive(Debug)]
pub struct Alone<'a> {
    /// The couple.
    pub couple: &'a Couple,
    /// Whose document it is.
    pub me: AccountId,
    /// Where the couple stands in the document.
    pub at: &'a str,
    /// When it is read.
    pub now: DateTime<Utc>,
}

impl Alone<'_> {
    /// The partner, of whom this field tells something.
    fn partner(&self, field: &str) -> Result<AccountId> {
        match self.couple.partner_of(self.me) {
            Some(partner) => Ok(partner.id),
            None => refuse(self.at, field, "are of a partner: there is none"),
        }
    }

    /// Reads what was said to the prompts. Of the partner's, only what was revealed can be there.
    pub fn prompts(&self, mine: Vec<MyPrompt>, theirs: Vec<PartnerPrompt>) -> Result<Vec<Answer>> {
        let mut answers: Vec<Answer> = Vec::with_capacity(mine.len() + theirs.len());
        for (index, told) in mine.into_iter().enumerate() {
            let why = match told.date {
                date if date > Date::furthest_east(self.now) => {
                    Some(Refusal::DateToCome.to_string())
                }
                date if answers.last().is_some_and(|last| last.date >= date) => {
                    Some("must lie after the one before".to_owned())
                }
                _ => None,
            };
            if let Some(why) = why {
                return refuse(self.at, &format!("my_prompts/{index}/date"), why);
            }
            answers.push(Answer {
                member: self.me,
                date: told.date,
                prompt: told.prompt_id,
                words: told.answer,
                alone: told.alone,
            });
        }
        let count = answers.len();
        let mut after = None;
        for (index, told) in theirs.into_iter().enumerate() {
            let answer = Answer {
                member: self.partner("partner_prompts")?,
                date: told.date,
                prompt: told.prompt_id,
                words: Some(told.answer),
                alone: false,
            };
            let mine = answers[..count].binary_search_by_key(&answer.date, |mine| mine.date);
            let is_revealed = mine.is_ok_and(|mine| answers[mine].is_revealed_with(&answer));
            if !is_revealed || after >= Some(answer.date) {
                let why = "must be revealed by your own answer, and lie after the one before";
                return refuse(self.at, &format!("partner_prompts/{index}"), why);
            }
            after = Some(answer.date);
            answers.push(answer);
        }
        Ok(answers)
    }
}
