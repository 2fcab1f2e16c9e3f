//! A message that could not be delivered is tried again, ever more patiently, and not for ever.

use chrono::TimeDelta;
use hearth::domain::retry::pause_after;

use crate::canary::Friend;
use crate::reminders::a_nightly_check_in;

fn pauses(asked: Option<TimeDelta>) -> Vec<TimeDelta> {
    (1..)
        .map_while(|failed| pause_after(failed, asked))
        .collect()
}

/// Also when whoever answers asks for more time again and again.
#[test]
fn pauses_grow_and_end_within_three_days() {
    for asked in [None, Some(TimeDelta::hours(1)), Some(TimeDelta::MAX)] {
        let pauses = pauses(asked);
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
}

#[test]
fn whoever_asks_for_time_gets_it_within_reason() {
    let first = |asked| pause_after(1, Some(asked));
    let minutes = TimeDelta::minutes;
    assert_eq!(pause_after(1, None), Some(minutes(1)));
    assert_eq!(first(minutes(7)), Some(minutes(7)));
    assert_eq!(first(TimeDelta::seconds(3)), Some(minutes(1)), "not sooner");
    assert_eq!(first(minutes(-7)), Some(minutes(1)), "not sooner");
    assert_eq!(first(TimeDelta::days(30)), Some(TimeDelta::hours(1)));
    assert_eq!(pauses(Some(minutes(7)))[2], minutes(30), "ours is longer");
}

#[test]
fn what_never_failed_needs_no_pause() {
    for failed in [0, 10, u32::MAX] {
        assert_eq!(pause_after(failed, None), None);
        assert_eq!(pause_after(failed, Some(TimeDelta::minutes(1))), None);
    }
}

/// Ada's webhook has too much to do for the next seven minutes, and is not asked before.
#[tokio::test]
async fn who_asks_for_time_is_left_alone_so_long() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    let world = world.reaching_home();
    let ada = ada.at(&world);
    let busy = "HTTP/1.1 429 Later\r\nretry-after: 420\r\ncontent-length: 0\r\n\r\n";
    let friend = Friend::saying(busy).await;
    ada.wants_them_at(&friend, "webhook", false).await;
    ada.wants_reminders(&id, &["20:30"]).await;
    for (minutes, tries) in [(30, 1), (6, 1), (1, 2), (6, 2), (1, 3)] {
        world.pass(TimeDelta::minutes(minutes));
        assert_eq!(world.delivers().await, 0);
        assert_eq!(friend.asked().len(), tries, "after {minutes}");
    }
}
