//! Nudges: a tap on the other's shoulder, where they allow it, and never at night. Whoever taps learns nothing.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::cost::work_of;
use crate::reminders::a_nightly_check_in;
use crate::world::{Answer, Person, check_in, text};

impl Person {
    /// Taps the other's shoulder.
    pub async fn nudges(&self, ritual: &str) -> Answer {
        let path = format!("/v1/rituals/{ritual}/nudge");
        self.tap("POST", &path).await
    }

    /// Lets the other nudge, or not.
    async fn allows_nudges(&self, ritual: &str, nudges: bool) -> Value {
        self.sets_reminders(ritual, json!({"times": [], "nudges": nudges}))
            .await
    }

    async fn kinds_waiting(&self) -> Vec<String> {
        let waiting = self.waits_for().await;
        waiting.iter().map(|one| text(&one["kind"])).collect()
    }
}

/// Ada is nudged by Ben once she allows it: once a day, about each ritual, and only of what is hers to do.
#[tokio::test]
async fn where_they_allow_it() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    assert_eq!(ben.nudges(&id).await.status, 202);
    assert_eq!(world.goes_the_rounds().await, 0);
    let set = ada.allows_nudges(&id, true).await;
    assert_eq!(
        (&set["nudges"], &set["next_at"]),
        (&json!(true), &json!(null))
    );
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 1);
    let waiting = ada.waits_for().await;
    assert_eq!(
        (&waiting[0]["kind"], &waiting[0]["at"]),
        (&json!("nudge"), &json!("20:00"))
    );
    assert!(text(&waiting[0]["text"]).len() > 10);
    assert!(ben.waits_for().await.is_empty());

    // Not twice on one day, however often he taps.
    world.pass(TimeDelta::minutes(30));
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 0);
    ada.logs(&id, "today").await;
    assert!(ada.waits_for().await.is_empty());

    // Not about what is done; and that was the next day's.
    world.pass_days(1);
    ada.logs(&id, "today").await;
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 0);
    world.pass_days(1);
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 1);

    world.pass_days(1);
    ada.allows_nudges(&id, false).await;
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 0);
}

/// At night it waits for the morning of whoever is nudged, by their clock and not by the other's; and it is one of that
/// day's.
#[tokio::test]
async fn nobody_is_nudged_at_night() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    ada.allows_nudges(&id, true).await;
    for (tapped, morning) in [
        ("2026-11-18T21:30:00Z", "2026-11-19T07:00:00Z"),
        ("2026-11-20T02:00:00Z", "2026-11-20T07:00:00Z"),
        ("2026-11-21T06:59:00Z", "2026-11-21T07:00:00Z"),
    ] {
        world.it_is(tapped);
        ben.nudges(&id).await;
        assert_eq!(world.goes_the_rounds().await, 0, "{tapped}");
        world.it_is(morning);
        world.pass(TimeDelta::seconds(-1));
        assert_eq!(world.goes_the_rounds().await, 0, "{tapped}");
        world.pass(TimeDelta::seconds(1));
        assert_eq!(world.goes_the_rounds().await, 1, "{tapped}");
        assert_eq!(ada.times_waiting().await, ["08:00"]);
        world.pass(TimeDelta::hours(6));
        ben.nudges(&id).await;
        assert_eq!(world.goes_the_rounds().await, 0, "{tapped}: once a day");
    }
    // At 22:29 there is time, and the program was down until 23:00.
    world.it_is("2026-11-22T21:29:00Z");
    ben.nudges(&id).await;
    world.it_is("2026-11-22T22:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);
    world.it_is("2026-11-23T07:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 1);
    // Ada flies west while it waits: there, eight o'clock is later.
    world.it_is("2026-11-23T22:00:00Z");
    ben.nudges(&id).await;
    ada.moves_to("America/New_York").await;
    world.it_is("2026-11-24T07:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);
    world.it_is("2026-11-24T13:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 1);
}

/// Whatever becomes of it, Ben is told the same, byte by byte, and sees nothing change.
#[tokio::test]
async fn whoever_nudges_learns_nothing() {
    let mut told = Vec::new();
    for what in [
        "never", "allowed", "asleep", "done", "snoozed", "off", "twice",
    ] {
        let (world, ada, ben, id) = a_nightly_check_in().await;
        if what == "asleep" {
            world.it_is("2026-11-18T23:00:00Z");
        }
        if what != "never" {
            ada.allows_nudges(&id, true).await;
        }
        match what {
            "done" => _ = ada.logs(&id, "today").await,
            "off" => {
                let off = json!({"times": [], "nudges": true, "enabled": false});
                ada.sets_reminders(&id, off).await;
            }
            "snoozed" => {
                let set = ada.allows_nudges(&id, true).await;
                let path = format!("/v1/reminders/{}/snooze", text(&set["id"]));
                ada.post(&path, json!({"minutes": 30})).await.json(200);
            }
            "twice" => _ = ben.nudges(&id).await,
            _ => {}
        }
        let before = ben.today().await;
        let set = ada.get(&format!("/v1/rituals/{id}/reminders")).await;
        let (answer, work) = work_of(ben.nudges(&id)).await;
        let still = ada.get(&format!("/v1/rituals/{id}/reminders")).await;
        assert_eq!(still.body, set.body, "{what}: a surprise");
        let out = world.goes_the_rounds().await;
        let reaches = ["allowed", "twice"].contains(&what);
        assert_eq!(out, usize::from(reaches), "{what}");
        assert_eq!(ben.today().await, before, "{what}");
        let path = format!("/v1/rituals/{id}/reminders");
        assert_eq!(ben.get(&path).await.json(200)["nudges"], false, "{what}");
        told.push((answer.status, answer.body.clone(), work));
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
}

/// A nudge that did not go out was none: later on the same day, another may.
#[tokio::test]
async fn one_that_did_not_go_out() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    let set = ada.allows_nudges(&id, true).await;
    let path = format!("/v1/reminders/{}/snooze", text(&set["id"]));
    ada.post(&path, json!({"minutes": 10})).await.json(200);
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 0);
    world.pass(TimeDelta::minutes(11));
    assert_eq!(world.goes_the_rounds().await, 1);
    assert_eq!(ada.kinds_waiting().await, ["time"], "back from the snooze");
    ben.nudges(&id).await;
    // Ada sets her reminder before it is looked at: it comes all the same.
    ada.allows_nudges(&id, true).await;
    world.pass(TimeDelta::seconds(1));
    assert_eq!(world.goes_the_rounds().await, 1);
    world.pass(TimeDelta::minutes(5));
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 0);
    // The program is down for a day, and comes back at night: what is that old does not wait for the morning.
    world.it_is("2026-11-20T15:00:00Z");
    ben.nudges(&id).await;
    world.it_is("2026-11-21T04:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);
    world.it_is("2026-11-21T07:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);
    // It comes back soon after the night: it is the new day's.
    world.it_is("2026-11-21T21:00:00Z");
    ben.nudges(&id).await;
    world.it_is("2026-11-22T07:30:00Z");
    assert_eq!(world.goes_the_rounds().await, 1);
    assert_eq!(ada.times_waiting().await, ["08:30"]);
    // One that waits may be taken back by whoever it is for.
    world.it_is("2026-11-22T23:00:00Z");
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 0);
    ada.allows_nudges(&id, false).await;
    ada.allows_nudges(&id, true).await;
    world.it_is("2026-11-23T07:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);
}

/// In the minute of one's own reminder it is another one; and after a flight west, the same date has no second.
#[tokio::test]
async fn beside_ones_own() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    ada.sets_reminders(&id, json!({"times": [{"at": "21:30"}], "nudges": true}))
        .await;
    world.it_is("2026-11-18T20:30:05Z");
    assert_eq!(world.goes_the_rounds().await, 1);
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 1);
    ada.moves_to("America/New_York").await;
    world.it_is("2026-11-19T02:30:00Z");
    assert_eq!(world.goes_the_rounds().await, 0, "her own of that date was");
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 0, "and so was the nudge");
    world.it_is("2026-11-19T20:00:00Z");
    ben.nudges(&id).await;
    assert_eq!(world.goes_the_rounds().await, 1);
}

/// A nudge neither uses up the patience of one's own reminders nor wakes them, and goes out before them.
#[tokio::test]
async fn patience_does_not_count_it() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    ada.sets_reminders(&id, json!({"times": [{"at": "21:00"}], "nudges": true}))
        .await;
    let mut out = Vec::new();
    for day in 0..5 {
        world.it_is("2026-11-18T19:30:00Z");
        world.pass_days(day);
        ben.nudges(&id).await;
        assert_eq!(world.goes_the_rounds().await, 1, "day {day}");
        world.pass(TimeDelta::minutes(30));
        out.push(world.goes_the_rounds().await);
    }
    assert_eq!(out, [1, 1, 1, 0, 1], "three, then every other one");
    // Both fell due while the program was down: they are told at once, as the nudge.
    world.it_is("2026-11-25T19:30:00Z");
    ada.logs(&id, "2026-11-24").await;
    ben.nudges(&id).await;
    world.pass(TimeDelta::minutes(45));
    assert_eq!(world.goes_the_rounds().await, 1);
    assert_eq!(ada.kinds_waiting().await, ["nudge"]);
}

/// Nobody nudges about a ritual of others; and whoever is alone taps nobody's shoulder.
#[tokio::test]
async fn about_rituals_of_ones_own() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    let cleo = world.person("Cleo", "UTC").await;
    cleo.nudges(&id).await.problem(404, "no_couple");
    cleo.tap("POST", "/v1/couple").await.json(201);
    cleo.nudges(&id).await.problem(404, "not_found");
    let own = cleo.proposes(check_in()).await;
    assert_eq!(cleo.nudges(&own).await.status, 202);
    assert_eq!(world.goes_the_rounds().await, 0);
    // What Ada allows, she takes along.
    ada.allows_nudges(&id, true).await;
    let export = ada.export().await;
    let ritual = &export["couples"][0]["rituals"][0];
    assert_eq!(ritual["my_reminders"]["nudges"], true);
}

/// What is under way when night falls, since a mail server was down, waits in Hearth and rings nobody's phone.
#[tokio::test]
async fn a_late_letter_is_not_sent_at_night() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    let nowhere = json!({"kind": "ntfy", "url": "https://ntfy.example/hers"});
    ada.post("/v1/channels", nowhere).await.json(201);
    ada.allows_nudges(&id, true).await;
    world.it_is("2026-11-18T21:29:30Z");
    ben.nudges(&id).await;
    assert_eq!(world.delivers().await, 0);
    assert_eq!(ada.kinds_waiting().await, ["nudge"]);
    let tried = |answer: &Value| answer["data"][0]["last_failure"]["at"].clone();
    let first = tried(&ada.get("/v1/channels").await.json(200));
    assert!(first.is_string());
    world.pass(TimeDelta::minutes(2));
    world.delivers().await;
    let again = tried(&ada.get("/v1/channels").await.json(200));
    assert_eq!(again, first, "it was not tried at night");
}
