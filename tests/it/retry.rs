//! A message that could not be delivered is tried again, ever more patiently, and not for ever.

use chrono::TimeDelta;
use hearth::domain::retry::pause_after;

#[test]
fn pauses_grow_and_end_within_three_days() {
    let pauses: Vec<TimeDelta> = (1..).map_while(pause_after).collect();
    assert_eq!(pauses[0], TimeDelta::minutes(1));
    assert!(pauses.is_sorted(), "{pauses:?}");
    let total: TimeDelta = pauses.iter().sum();
    let (three_days, ten_seconds) = (TimeDelta::days(3), TimeDelta::seconds(10));
    let tries = i32::try_from(pauses.len()).unwrap() + 1;
    assert!(total + ten_seconds * tries <= three_days, "{total}");
    assert!(
        total > TimeDelta::days(2),
        "a weekend away is not the end: {total}"
    );
}

#[test]
fn what_never_failed_needs_no_pause() {
    assert_eq!(pause_after(0), None);
    assert_eq!(pause_after(10), None);
    assert_eq!(pause_after(u32::MAX), None);
}
