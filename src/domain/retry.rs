//! When to try once more what could not be delivered.

use chrono::TimeDelta;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;

/// Seconds to wait after each failed try. They grow, so that who is down for a moment is reached soon, and who
/// is down for long is not pestered; they add up to less than three days. Two people make no crowd, so nothing
/// is left to chance.
const PAUSES: [i64; 9] = [
    MINUTE,
    5 * MINUTE,
    30 * MINUTE,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    20 * HOUR,
];

/// How long to wait after so many failed tries; `None` when it is time to give up.
pub fn pause_after(failed: u32) -> Option<TimeDelta> {
    let index = usize::try_from(failed).ok()?.checked_sub(1)?;
    PAUSES.get(index).copied().map(TimeDelta::seconds)
}
