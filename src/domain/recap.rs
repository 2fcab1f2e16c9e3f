//! A gentle word on a week: three sentences, nothing about misses, the same for both.

use super::agreement::Answer;
use super::insight::Range;
use super::past::Past;
use super::phrases::{Phrases, pick};
use super::ritual::Ritual;

/// Three sentences on a week: one to begin, one on what was done most, one to look ahead. Which of several ways they
/// are said in depends on the week alone.
pub fn recap(past: &Past<'_>, rituals: &[Ritual], week: Range, phrases: &Phrases) -> Vec<String> {
    let words = &phrases.recap;
    let number = (week.first.days_since(super::day::Date::MIN) / 7).unsigned_abs() as usize;
    let shared = rituals.iter().filter(|ritual| is_for_both(past, ritual));
    let done = shared.map(|ritual| (past.done(ritual, week), ritual));
    // Of several done as often, the oldest.
    let most = done.rev().max_by_key(|(times, _)| *times);
    let middle = match most {
        None | Some((0, _)) => pick(&words.quiet, number).to_owned(),
        Some((times, ritual)) => {
            let ways = if times == 1 {
                &words.kept_one
            } else {
                &words.kept
            };
            pick(ways, number)
                .replace("{count}", &times.to_string())
                .replace("{title}", ritual.title.words.as_str())
        }
    };
    let opening = pick(&words.opening, number).to_owned();
    vec![opening, middle, pick(&words.closing, number).to_owned()]
}

/// Whether both have ever said yes; alone, one is enough. A proposal that waits and one that was declined look
/// alike: a no is not told.
fn is_for_both(past: &Past<'_>, ritual: &Ritual) -> bool {
    let yes = ritual.participants.iter();
    let yes = yes.filter(|part| part.answer != Answer::Declined).count();
    yes >= past.couple.active().count()
}
