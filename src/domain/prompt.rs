//! The question of the day: one prompt a couple and date, the same for both, answered alone and revealed
//! together.
//!
//! Which prompt it is follows from the couple, the date and the deck, and is stored nowhere. Only an answer
//! keeps the prompt that it answered, so that a later deck changes nothing that was said.

use std::collections::BTreeMap;

use super::catalog::Prompt;
use super::day::Date;
use super::refusal::Refusal;
use super::text::Note;
use super::word::names;
use crate::ids::{AccountId, CoupleId};

/// For how many days a prompt can be answered: its own, and six more.
pub const OPEN_DAYS: i64 = 7;

names! {
    /// A prompt's name in every language.
    PromptId: "free_tuesday";
}

impl From<&Prompt> for PromptId {
    fn from(prompt: &Prompt) -> PromptId {
        PromptId(prompt.id.clone())
    }
}

/// What a member said to the prompt of a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// Who.
    pub member: AccountId,
    /// The prompt's date.
    pub date: Date,
    /// The prompt.
    pub prompt: PromptId,
    /// What they said; nothing when they passed.
    pub words: Option<Note>,
    /// Whether it was said while there was no confirmed partner. It is never revealed then.
    pub alone: bool,
}

impl Answer {
    /// Takes down what a member says, in place of what they said before. Whoever has said something may
    /// change it or take it back at any time; a prompt that is new to them waits for a week.
    pub fn accept(self, before: Option<Answer>, today: Date) -> Result<Answer, Refusal> {
        let takes_back = self.words.is_none();
        let spoke = |before: &Answer| before.words.is_some() || takes_back;
        if !before.as_ref().is_some_and(spoke) {
            check_open(self.date, today)?;
        }
        Ok(match before {
            Some(before) => Answer {
                prompt: before.prompt,
                ..self
            },
            None => self,
        })
    }

    /// Whether these two are revealed to each other: both have answered the same prompt, as a couple.
    pub fn is_revealed_with(&self, other: &Answer) -> bool {
        let speaks = |answer: &Answer| answer.words.is_some() && !answer.alone;
        speaks(self) && speaks(other) && self.prompt == other.prompt
    }
}

fn check_open(date: Date, today: Date) -> Result<(), Refusal> {
    match today.days_since(date) {
        ..0 => Err(Refusal::DateToCome),
        0..OPEN_DAYS => Ok(()),
        _ => Err(Refusal::PromptClosed),
    }
}

/// The prompt of a couple's date. In each round, as many days as the deck has prompts, each of them comes
/// once.
///
/// # Panics
///
/// When the deck is empty.
pub fn of(couple: CoupleId, date: Date, deck: &[Prompt]) -> &Prompt {
    let day = date.days_since(Date::MIN).unsigned_abs() as usize;
    let (round, place) = (day / deck.len(), day % deck.len());
    dealt(couple, round, deck)[place]
}

/// The deck in the order of one round: each depth is shuffled by itself, and spread evenly over the whole. So
/// a handful of days has something of each, the light ones first.
fn dealt(couple: CoupleId, round: usize, deck: &[Prompt]) -> Vec<&Prompt> {
    let mut depths: BTreeMap<u8, Vec<&Prompt>> = BTreeMap::new();
    for prompt in deck {
        depths.entry(prompt.depth).or_default().push(prompt);
    }
    let mut placed = Vec::with_capacity(deck.len());
    for (depth, mut prompts) in depths {
        prompts.sort_by_cached_key(|prompt| (lot(couple, round, &prompt.id), &prompt.id));
        let count = prompts.len();
        let place = |index: usize| ((2 * index + 1) << 20) / count;
        let spread = prompts.into_iter().enumerate();
        placed.extend(spread.map(|(index, prompt)| (place(index), depth, prompt)));
    }
    placed.sort_by_key(|(place, depth, _)| (*place, *depth));
    placed.into_iter().map(|(.., prompt)| prompt).collect()
}

/// The lot that a prompt draws: FNV-1a, mixed once more. It must be the same for ever, which no hasher of the
/// standard library promises.
fn lot(couple: CoupleId, round: usize, prompt: &str) -> u64 {
    let drawn = format!("{couple}/{round}/{prompt}");
    let hash = drawn
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325, |hash: u64, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
    let mixed = (hash ^ (hash >> 32)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    mixed ^ (mixed >> 29)
}
