//! What a reminder says: warm, short, about the couple. The same occasion always says the same, and one day says
//! it in another way than the last.

use super::day::Date;
use super::phrases::{Moments, ReminderWords, pick};
use super::reminder::Kind;
use super::ritual::Ritual;
use super::time::WallTime;
use crate::ids::ReminderId;

/// Up to how many minutes "a few minutes" are.
const A_FEW: i64 = 20;

/// What is said of an occasion.
#[derive(Debug, Clone, Copy)]
pub struct Wording<'a> {
    /// The ways to say it.
    pub words: &'a ReminderWords,
    /// Whose turn it is among them.
    pub reminder: ReminderId,
    /// The date it is.
    pub date: Date,
}

impl Wording<'_> {
    /// To whoever set it: with the cue first, if the ritual has one.
    pub fn say(&self, ritual: &Ritual, at: WallTime, kind: Kind) -> String {
        let number = self.number();
        match kind {
            Kind::Last => return pick(&self.words.stop, number).to_owned(),
            Kind::Nudge => return pick(&self.words.nudge, number).to_owned(),
            Kind::Time => {}
        }
        let Some(cue) = &ritual.cue else {
            let moments = self.words.moments.get(&ritual.practice);
            let ways = moments.map_or(self.words.discreet.as_slice(), |moments| {
                of_hour(moments, at)
            });
            return pick(ways, number).to_owned();
        };
        let minutes = ritual.target_minutes.map_or(0, i64::from);
        let fits = |way: &&String| minutes <= A_FEW || !way.contains("a few minutes");
        let ways: Vec<String> = self.words.with_cue.iter().filter(fits).cloned().collect();
        capitalised(&pick(&ways, number).replace("{cue}", cue.words.as_str()))
    }

    /// To whoever may look over a shoulder: it tells nobody what it is about.
    pub fn say_discreetly(&self, kind: Kind) -> &str {
        let ways = match kind {
            Kind::Time | Kind::Nudge => &self.words.discreet,
            Kind::Last => &self.words.stop,
        };
        pick(ways, self.number())
    }

    /// That it might be needed less, once a habit is strong.
    pub fn offer_to_fade(&self) -> &str {
        pick(&self.words.fade, self.number())
    }

    /// Goes up by one each day, and begins elsewhere for each reminder.
    fn number(&self) -> usize {
        let days = self.date.days_since(Date::MIN);
        let letters = self.reminder.to_string();
        let begin: usize = letters.bytes().map(usize::from).sum();
        begin + days as usize
    }
}

fn of_hour(moments: &Moments, at: WallTime) -> &[String] {
    match at.hour() {
        4..11 => &moments.morning,
        11..17 => &moments.day,
        17..21 => &moments.evening,
        _ => &moments.night,
    }
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
