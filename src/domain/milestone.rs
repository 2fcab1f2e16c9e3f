//! Days worth a word: anniversaries, and the tenth, fiftieth, hundredth time a ritual was kept. Each is celebrated on
//! one date and leaves nothing behind: it is derived, never stored.

use super::day::Date;
use super::phrases::{MilestoneWords, pick};

/// How often something was kept when it is worth a word; from the last one on, every thousandth time.
const COUNTS: [u32; 6] = [10, 50, 100, 250, 500, 1000];

/// How many years together are complete on this very date.
pub fn anniversary(together_since: Date, today: Date) -> Option<u32> {
    let years = today.year() - together_since.year();
    let is_the_day = years >= 1 && together_since.plus_years(years) == today;
    is_the_day.then_some(years.unsigned_abs())
}

/// The count worth a word that was reached between `before` and `now`, if one was.
pub fn reached(before: u32, now: u32) -> Option<u32> {
    let thousands = now / 1000 * 1000;
    let counts = COUNTS.into_iter().chain([thousands]);
    counts
        .filter(|count| (before + 1..=now).contains(count))
        .max()
}

/// What is said of so many years, on this date.
pub fn say_years(words: &MilestoneWords, years: u32, today: Date) -> String {
    let ways = match years {
        1 => &words.anniversary_first,
        _ => &words.anniversary,
    };
    pick(ways, number(today)).replace("{years}", &years.to_string())
}

/// What is said of a ritual that was kept so often, on this date.
pub fn say_count(words: &MilestoneWords, count: u32, title: &str, today: Date) -> String {
    pick(&words.kept, number(today))
        .replace("{count}", &count.to_string())
        .replace("{title}", title)
}

fn number(today: Date) -> usize {
    today.days_since(Date::MIN).unsigned_abs() as usize
}
