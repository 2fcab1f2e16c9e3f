//! What each did alone, read again from an export.

use chrono::{DateTime, NaiveTime, TimeDelta, Utc};

use super::export_alone::{MyCheckup, MyPrompt, PartnerPrompt, SharedCheckup};
use super::import_body::{Result, refuse};
use crate::content::OFFERS;
use crate::domain::Refusal;
use crate::domain::checkup::{Checkup, MOST_CHECKUPS, Sharing, Shown};
use crate::domain::couple::Couple;
use crate::domain::day::Date;
use crate::domain::prompt::Answer;
use crate::ids::{AccountId, Chance, CheckupId};

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

/// The last second of that UTC day: when the other one was finished is nobody's to tell, not even to them. Of
/// several on one day, the later of mine stands first in the document, and so must its other.
fn late_that_day(instant: DateTime<Utc>, index: usize) -> DateTime<Utc> {
    let midnight = instant.date_naive().and_time(NaiveTime::MIN).and_utc();
    midnight + TimeDelta::seconds(86_399) + TimeDelta::milliseconds(index as i64)
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

    /// Reads the check-ups. When the partner's were finished is not told: take it to be right after mine that
    /// they belong to, and long ago when they stand alone.
    pub fn checkups(
        &self,
        mine: Vec<MyCheckup>,
        theirs: Vec<SharedCheckup>,
        chance: &mut Chance,
    ) -> Result<Vec<Checkup>> {
        if mine.len().max(theirs.len()) > MOST_CHECKUPS {
            return refuse(self.at, "my_checkups", Refusal::TooManyCheckups);
        }
        let mut checkups: Vec<Checkup> = Vec::new();
        for (index, told) in mine.into_iter().enumerate() {
            let field = format!("my_checkups/{index}");
            let finished_at = told.finished_at.map(|at| at.0);
            let is_unfinished = |one: &Checkup| one.finished_at.is_none();
            if finished_at.is_none() && checkups.iter().any(is_unfinished) {
                return refuse(self.at, &field, "is unfinished, and so is another");
            }
            if finished_at.is_none() && told.sharing != Sharing::Nothing {
                return refuse(self.at, &format!("{field}/sharing"), Refusal::CheckupSealed);
            }
            if finished_at.is_none() && told.opened {
                return refuse(self.at, &format!("{field}/opened"), Refusal::CheckupSealed);
            }
            if finished_at > Some(self.now) {
                let why = "is still to come";
                return refuse(self.at, &format!("{field}/finished_at"), why);
            }
            let mut opened_at = finished_at.filter(|_| told.opened);
            if let Some(shown) = told.partner {
                let field = format!("{field}/partner");
                let Some(finished_at) = finished_at else {
                    return refuse(self.at, &field, "belongs to a finished one only");
                };
                let after = late_that_day(finished_at, index).min(self.now);
                opened_at = Some(after);
                checkups.push(Checkup {
                    opened_at,
                    ..self.partners_checkup(shown, &field, after, chance)?
                });
            }
            checkups.push(Checkup {
                id: CheckupId::new(chance),
                member: self.me,
                answers: told.answers,
                closeness: told.closeness,
                line: told.line,
                sharing: told.sharing,
                finished_at,
                opened_at,
                alone: told.alone,
            });
        }
        let count = theirs.len();
        for (index, told) in theirs.into_iter().enumerate() {
            let field = format!("partner_checkups/{index}");
            let long_ago = TimeDelta::milliseconds((count - index) as i64);
            let at = DateTime::UNIX_EPOCH + long_ago;
            checkups.push(self.partners_checkup(told, &field, at, chance)?);
        }
        Ok(checkups)
    }

    fn partners_checkup(
        &self,
        told: SharedCheckup,
        field: &str,
        finished_at: DateTime<Utc>,
        chance: &mut Chance,
    ) -> Result<Checkup> {
        let partner = self.partner(field)?;
        if told.sharing == Sharing::Nothing {
            return refuse(self.at, &format!("{field}/sharing"), "is not shared");
        }
        let (id, statements) = (CheckupId::new(chance), &OFFERS.statements);
        let shown = Shown::from(told);
        Ok(Checkup::told(id, partner, shown, statements, finished_at))
    }
}
