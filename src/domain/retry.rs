//! When to try once more what could not be delivered.

use chrono::TimeDelta;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// Seconds to wait after each failed try. They grow, so that who is down for a moment is reached soon, and who
/// is down for long is not pestered; they add up to less than three days, whatever is asked for. Two people make no crowd, so nothing
/// is left to chance.
const PAUSES: [i64; 9] = [
    MINUTE,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    18 * HOUR,
    18 * HOUR,
];

/// For how long whoever answers can ask to be left alone.
const LONGEST_ASKED: TimeDelta = TimeDelta::hours(1);

/// How long to wait after so many failed tries, and at least as long as whoever answered asks for, up to an hour;
/// `None` when it is time to give up.
pub fn pause_after(failed: u32, asked: Option<TimeDelta>) -> Option<TimeDelta> {
    let index = usize::try_from(failed).ok()?.checked_sub(1)?;
    let pause = PAUSES.get(index).copied().map(TimeDelta::seconds)?;
    let asked = asked.unwrap_or_default().min(LONGEST_ASKED);
    Some(pause.max(asked))
}
