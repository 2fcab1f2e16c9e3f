//! The check-up: how have the two of us been? Each answers alone, and decides what the other may see.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::catalog::Statement;
use super::patch::Patch;
use super::refusal::Refusal;
use super::text::Line;
use super::theme::{Themes, Topic};
use super::whole::Whole;
use super::word::{names, words};
use crate::ids::{AccountId, CheckupId};

/// The most check-ups a member can have.
pub const MOST_CHECKUPS: usize = 400;

/// How far apart two can be finished and still belong together; and when one opens that nothing belongs to.
pub const SEALED_FOR: TimeDelta = TimeDelta::days(7);

/// How long after the last one another is offered.
const OFFERED_AFTER: TimeDelta = TimeDelta::weeks(4);

names! {
    /// A statement's name in every language.
    StatementId: "felt_thanked";
}

/// How much a statement is true: from 0, not at all, to 4, very much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Whole", into = "i64")]
pub struct Degree(pub(super) u8);

/// How close somebody felt: from 1, far away, to 7, very close.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Whole", into = "i64")]
pub struct Closeness(u8);

impl Degree {
    /// The most there is.
    pub const MAX: i64 = 4;
}

impl Closeness {
    /// The closest there is.
    pub const MAX: i64 = 7;
}

impl TryFrom<i64> for Degree {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Degree, Self::Error> {
        let fits = (0..=Degree::MAX).contains(&number);
        fits.then_some(Degree(number as u8))
            .ok_or("must be a whole number from 0 to 4")
    }
}

impl TryFrom<i64> for Closeness {
    type Error = &'static str;

    fn try_from(number: i64) -> Result<Closeness, Self::Error> {
        let fits = (1..=Closeness::MAX).contains(&number);
        fits.then_some(Closeness(number as u8))
            .ok_or("must be a whole number from 1 to 7")
    }
}

impl TryFrom<Whole> for Degree {
    type Error = &'static str;

    fn try_from(degree: Whole) -> Result<Degree, Self::Error> {
        degree.0.try_into()
    }
}

impl From<Degree> for i64 {
    fn from(degree: Degree) -> i64 {
        degree.0.into()
    }
}

impl TryFrom<Whole> for Closeness {
    type Error = &'static str;

    fn try_from(closeness: Whole) -> Result<Closeness, Self::Error> {
        closeness.0.try_into()
    }
}

impl From<Closeness> for i64 {
    fn from(closeness: Closeness) -> i64 {
        closeness.0.into()
    }
}

/// What somebody lets the other see.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Sharing {
    /// Nothing, until they say otherwise.
    #[default]
    Nothing,
    /// What they noticed, and what is good.
    Themes,
    /// Their answers and their line, too.
    Answers,
}

words!(Sharing);

/// Answers by statement.
pub type Answers = BTreeMap<StatementId, Degree>;

/// A member's check-up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Checkup {
    /// Its id, which only its owner ever sees.
    pub id: CheckupId,
    /// Whose it is.
    pub member: AccountId,
    /// What they answered.
    pub answers: Answers,
    /// How close they felt.
    pub closeness: Option<Closeness>,
    /// A line in their own words.
    pub line: Option<Line>,
    /// What the other may see of it.
    pub sharing: Sharing,
    /// When it was finished.
    pub finished_at: Option<DateTime<Utc>>,
    /// When the two that belong together were both finished. Once opened, it stays so: whether the other was dropped
    /// since, its owner cannot tell.
    pub opened_at: Option<DateTime<Utc>>,
    /// Whether there was no confirmed partner when it was finished: it stays its owner's, whoever comes.
    pub alone: bool,
}

/// What one sees of the other's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    /// What they share.
    pub sharing: Sharing,
    /// What they noticed, and what is good.
    pub themes: Themes,
    /// What they answered, if they share it.
    pub answers: Option<Answers>,
    /// Their line, if they share it.
    pub line: Option<Line>,
}

impl Checkup {
    /// A fresh one.
    pub fn begin(id: CheckupId, member: AccountId) -> Checkup {
        Checkup {
            id,
            member,
            answers: Answers::new(),
            closeness: None,
            line: None,
            sharing: Sharing::Nothing,
            finished_at: None,
            opened_at: None,
            alone: false,
        }
    }

    /// Takes down some answers. With all statements and the closeness it is finished, and stays as it is.
    pub fn answer(
        &mut self,
        answers: Answers,
        closeness: Option<Closeness>,
        line: Patch<Line>,
        statements: &[Statement],
        (now, has_partner): (DateTime<Utc>, bool),
    ) -> Result<(), Refusal> {
        let before = self.clone();
        self.answers.extend(answers);
        self.closeness = closeness.or(self.closeness);
        line.apply(&mut self.line);
        if before.finished_at.is_some() {
            // Sent again, it changes nothing.
            return match *self == before {
                true => Ok(()),
                false => Err(Refusal::CheckupFinished),
            };
        }
        let is_answered = |statement: &Statement| self.answers.contains_key(&*statement.id);
        if self.closeness.is_some() && statements.iter().all(is_answered) {
            self.finished_at = Some(now);
            self.alone = !has_partner;
        }
        Ok(())
    }

    /// Whether its owner may see what it shows, and share it: as soon as the other's that belongs to it is
    /// finished, or after seven days.
    pub fn is_opened(&self, has_other: bool, now: DateTime<Utc>) -> bool {
        let opened = has_other || self.opened_at.is_some();
        let waited = |finished_at: DateTime<Utc>| now - finished_at >= SEALED_FOR;
        self.finished_at
            .is_some_and(|finished_at| opened || waited(finished_at))
    }

    /// What its owner noticed, and what is good.
    pub fn themes(&self, statements: &[Statement]) -> Themes {
        Themes::of(&self.answers, statements)
    }

    /// A check-up of the partner's as it was told to somebody: at this instant, since the true one was not.
    pub fn told(
        id: CheckupId,
        member: AccountId,
        shown: Shown,
        statements: &[Statement],
        finished_at: DateTime<Utc>,
    ) -> Checkup {
        let told = shown.answers;
        Checkup {
            answers: told.unwrap_or_else(|| shown.themes.supposed_answers(statements)),
            line: shown.line,
            sharing: shown.sharing,
            finished_at: Some(finished_at),
            ..Checkup::begin(id, member)
        }
    }

    /// What the other sees of it, who shares `returned` of their own that belongs to it. What is tender is
    /// told only when both share their themes or more.
    pub fn shown(&self, returned: Sharing, statements: &[Statement]) -> Option<Shown> {
        if self.finished_at.is_none() || self.alone || self.sharing == Sharing::Nothing {
            return None;
        }
        let may_see = |topic: Topic| returned >= Sharing::Themes || !topic.is_tender();
        let mut themes = self.themes(statements);
        themes.noticed.retain(|topic| may_see(*topic));
        themes.good.retain(|topic| may_see(*topic));
        let hides = |id: &StatementId| {
            let mut statements = statements.iter();
            let about = statements.find(|statement| statement.id == id.as_str());
            about
                .and_then(Statement::topic)
                .is_some_and(|topic| !may_see(topic))
        };
        let mut answers = self.answers.clone();
        answers.retain(|id, _| !hides(id));
        let all = self.sharing == Sharing::Answers;
        Some(Shown {
            sharing: self.sharing,
            themes,
            answers: all.then_some(answers),
            line: self.line.clone().filter(|_| all),
        })
    }
}

/// Whether it is time for another: four weeks after the last one was finished, or when there is none.
pub fn is_offered(mine: &[Checkup], now: DateTime<Utc>) -> bool {
    let last = mine.iter().filter_map(|checkup| checkup.finished_at).max();
    last.is_none_or(|last| now - last >= OFFERED_AFTER)
}
