//! When a reminder is due: through downtime, set clocks, clock changes, flights and late nights.

use chrono::TimeDelta;
use serde_json::json;

use crate::check::harm;
use crate::reminders::a_nightly_check_in;
use crate::world::{World, check_in, text};

/// After a week's sleep there is one catch-up for each ritual, of the last twelve hours; and never one of a day that is over.
#[tokio::test]
async fn after_downtime_one_catch_up() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    let other = ada.proposes(check_in()).await;
    ada.wants_reminders(&id, &["09:00", "12:00", "15:00"]).await;
    ada.wants_reminders(&other, &["01:00"]).await;
    world.it_is("2026-11-25T15:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 1);
    assert_eq!(ada.times_waiting().await, ["15:00"]);
    // 03:59 in Oslo is the end of Thursday's day; from 04:00 on, what was due at 01:00 is over.
    world.it_is("2026-11-27T02:59:00Z");
    assert_eq!(world.goes_the_rounds().await, 1);
    assert_eq!(ada.times_waiting().await, ["01:00"]);
    world.it_is("2026-11-28T03:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);
    // Thirteen hours are too long, also within one day.
    ada.wants_reminders(&id, &["05:00"]).await;
    world.it_is("2026-11-29T17:01:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);
}

/// Never twice for one date and time: not when a clock is set back, nor when Ada flies west after it went out.
#[tokio::test]
async fn never_twice() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    ada.wants_reminders(&id, &["21:30"]).await;
    world.pass(TimeDelta::minutes(90));
    assert_eq!(world.goes_the_rounds().await, 1);
    world.pass(TimeDelta::hours(-2));
    ada.wants_reminders(&id, &["21:30"]).await;
    world.pass(TimeDelta::hours(2));
    assert_eq!(world.goes_the_rounds().await, 0);
    ada.moves_to("America/New_York").await;
    world.it_is("2026-11-19T02:30:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);
    world.pass_days(1);
    assert_eq!(world.goes_the_rounds().await, 1);
}

/// A night in which clocks jump over a time has it as they land; one that has it twice, has it at the first.
#[tokio::test]
async fn clock_changes() {
    for (evening, next) in [
        ("2027-03-27T20:00:00Z", "2027-03-28T01:00:00.000Z"),
        ("2027-10-30T20:00:00Z", "2027-10-31T00:30:00.000Z"),
    ] {
        let world = World::new().await;
        world.it_is(evening);
        let (ada, _) = world.couple().await;
        let id = ada.proposes(check_in()).await;
        let set = ada.wants_reminders(&id, &["02:30"]).await;
        assert_eq!(set["next_at"], next);
        world.it_is(next);
        assert_eq!(world.goes_the_rounds().await, 1);
        world.pass(TimeDelta::hours(1));
        assert_eq!(world.goes_the_rounds().await, 0);
    }
}

/// After midnight it is still the evening's: what comes then comes last, and of one ritual it is that which waits.
#[tokio::test]
async fn after_midnight_comes_last() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    let other = ada.proposes(check_in()).await;
    ada.wants_reminders(&id, &["23:00", "00:15"]).await;
    ada.wants_reminders(&other, &["23:30"]).await;
    for (instant, waiting) in [
        ("2026-11-18T22:30:00Z", ["23:00", "23:30"]),
        ("2026-11-18T23:15:00Z", ["23:30", "00:15"]),
    ] {
        world.it_is(instant);
        world.goes_the_rounds().await;
        assert_eq!(ada.times_waiting().await, waiting);
    }
}

/// A snooze that ends while the server is down hides nothing that comes after it, and what was snoozed too long ago is
/// let go.
#[tokio::test]
async fn after_downtime_a_snooze_hides_nothing() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    ada.wants_reminders(&id, &["20:30", "21:30"]).await;
    world.pass(TimeDelta::minutes(30));
    assert_eq!(world.goes_the_rounds().await, 1);
    let reminder = text(&ada.waits_for().await[0]["id"]);
    let snooze = format!("/v1/reminders/{reminder}/snooze");
    ada.post(&snooze, json!({"minutes": 10})).await.json(200);
    world.it_is("2026-11-19T20:45:00Z");
    assert_eq!(world.goes_the_rounds().await, 1);
    assert_eq!(ada.times_waiting().await, ["21:30"]);
}

/// What is due when Ben changes the couple's day, before the rounds are gone, goes out all the same.
#[tokio::test]
async fn what_is_due_stays_due() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    ada.wants_reminders(&id, &["21:30"]).await;
    world.pass(TimeDelta::minutes(91));
    ben.patch("/v1/couple", json!({"day_start": "05:00"}))
        .await
        .json(200);
    assert_eq!(world.goes_the_rounds().await, 1);
    assert_eq!(ada.times_waiting().await, ["21:30"]);
}

/// On some weekdays: 00:15 on Friday is Friday's late night, and moves with the couple's day.
#[tokio::test]
async fn weekdays_are_those_of_the_day_it_is() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    let wish =
        json!({"times": [{"at": "00:15", "days": ["fri"]}, {"at": "17:00", "days": ["fri"]}]});
    let set = ada.sets_reminders(&id, wish.clone()).await;
    assert_eq!(set["times"], wish["times"]);
    assert_eq!(set["next_at"], "2026-11-20T16:00:00.000Z");
    world.it_is("2026-11-20T16:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 1);
    let path = format!("/v1/rituals/{id}/reminders");
    assert_eq!(
        ada.get(&path).await.json(200)["next_at"],
        "2026-11-20T23:15:00.000Z"
    );
    ben.patch("/v1/couple", json!({"day_start": "00:00"}))
        .await
        .json(200);
    assert_eq!(
        ada.get(&path).await.json(200)["next_at"],
        "2026-11-26T23:15:00.000Z"
    );
}

/// A row that is damaged, whatever damaged it, keeps nobody else from being reminded, told or written to.
#[tokio::test]
async fn damage_holds_nobody_up() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    for who in [&ada, &ben] {
        let nowhere = json!({"kind": "ntfy", "url": "https://ntfy.example/ours"});
        who.post("/v1/channels", nowhere).await.json(201);
    }
    ada.wants_reminders(&id, &["21:00"]).await;
    ben.wants_reminders(&id, &["15:00"]).await;
    harm(
        &world,
        "update reminders set times = '[\"noon\"]' where member_id = (select min(member_id) from reminders)",
    )
    .await;
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.goes_the_rounds().await, 1);
    let told = ada.waits_for().await.len() + ben.waits_for().await.len();
    assert_eq!(told, 1);
    assert_eq!(
        world.goes_the_rounds().await,
        0,
        "it is not looked at all the time"
    );

    harm(&world, "update messages set items = 'everything'").await;
    for who in [&ada, &ben] {
        let channels = who.get("/v1/channels").await.json(200);
        let path = format!("/v1/channels/{}/test", text(&channels["data"][0]["id"]));
        who.tap("POST", &path).await;
    }
    world.delivers().await;
    for who in [&ada, &ben] {
        let channels = who.get("/v1/channels").await.json(200);
        assert!(
            channels["data"][0]["last_failure"].is_object(),
            "it was tried"
        );
    }
}
