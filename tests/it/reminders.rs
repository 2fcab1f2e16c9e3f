//! Gentle reminders: each at one's own time, only when something is still theirs to do, never twice, and rarer when
//! they do not help.

use chrono::TimeDelta;
use hearth::delivery::rounds::Rounds;
use serde_json::{Value, json};

use crate::channels::all;
use crate::ways::{daily, list, ritual};
use crate::world::{Person, World, text};

impl World {
    /// Goes the rounds once; answers how many reminders went out.
    pub async fn goes_the_rounds(&self) -> usize {
        all(&Rounds::new(self.app.store.clone(), self.app.clock.clone())).await
    }
}

impl Person {
    /// Sets times of day for a ritual.
    pub async fn wants_reminders(&self, ritual: &str, times: &[&str]) -> Value {
        let times: Vec<Value> = times.iter().map(|at| json!({"at": at})).collect();
        self.sets_reminders(ritual, json!({"times": times})).await
    }

    pub async fn sets_reminders(&self, ritual: &str, wish: Value) -> Value {
        let path = format!("/v1/rituals/{ritual}/reminders");
        self.put(&path, wish).await.json(200)
    }

    /// What gently waits for them; today shows the same.
    pub async fn waits_for(&self) -> Vec<Value> {
        let waiting = list(&self.get("/v1/reminders").await.json(200));
        assert_eq!(json!(waiting), self.today().await["reminders"]);
        waiting
    }

    pub async fn times_waiting(&self) -> Vec<String> {
        let waiting = self.waits_for().await;
        waiting.iter().map(|one| text(&one["at"])).collect()
    }
}

/// Ada and Ben, and a check-in that both want to keep every night. It is 20:00 in Oslo, 14:00 in New York.
pub async fn a_nightly_check_in() -> (World, Person, Person, String) {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada
        .proposes(ritual(json!({"kind": "daily"}), "both", "2026-11-18"))
        .await;
    ben.agrees(&id).await;
    (world, ada, ben, id)
}

/// Each is reminded at their own time, by their own clock, once; and what waits is gone when it is done.
#[tokio::test]
async fn each_at_their_own_time() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    let set = ada.wants_reminders(&id, &["21:30"]).await;
    assert_eq!(set["next_at"], "2026-11-18T20:30:00.000Z");
    assert_eq!(set["times"], json!([{"at": "21:30"}]));
    let set = ben.wants_reminders(&id, &["22:00"]).await;
    assert_eq!(set["next_at"], "2026-11-19T03:00:00.000Z");
    world.pass(TimeDelta::minutes(89));
    assert_eq!(world.goes_the_rounds().await, 0);
    world.pass(TimeDelta::minutes(1));
    assert_eq!(world.goes_the_rounds().await, 1);
    assert_eq!(world.goes_the_rounds().await, 0);
    let waiting = ada.waits_for().await;
    assert_eq!(waiting.len(), 1);
    let shown =
        ["ritual_id", "title", "date", "at", "kind", "fade"].map(|field| &waiting[0][field]);
    let wanted = [
        json!(id),
        json!("Our ritual"),
        json!("2026-11-18"),
        json!("21:30"),
        json!("time"),
        json!(null),
    ];
    assert_eq!(shown, wanted.each_ref());
    assert!(text(&waiting[0]["text"]).len() > 10);
    assert!(ben.waits_for().await.is_empty());
    ada.logs(&id, "today").await;
    assert!(ada.waits_for().await.is_empty());
    world.it_is("2026-11-19T03:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 1);
    assert_eq!(ben.times_waiting().await, ["22:00"]);
}

/// Silence, where nothing is theirs to do: it is done, or the other did it, or it rests, is put away, not theirs, or off.
#[tokio::test]
async fn only_when_something_is_theirs() {
    for what in [
        "done",
        "done by the other",
        "resting",
        "archived",
        "withdrawn",
        "off",
        "to do",
    ] {
        let (world, ada, ben, both) = a_nightly_check_in().await;
        let either = ben
            .proposes(ritual(
                json!({"kind": "weekly", "times": 1}),
                "either",
                "2026-11-18",
            ))
            .await;
        ada.agrees(&either).await;
        for id in [&both, &either] {
            ada.wants_reminders(id, &["21:00"]).await;
        }
        for id in [&both, &either] {
            match what {
                "done" => _ = ada.logs(id, "today").await,
                "done by the other" => _ = ben.logs(id, "today").await,
                "resting" => {
                    _ = ada
                        .rests(json!({"from": "2026-11-18", "ritual_id": id}))
                        .await
                }
                "archived" => _ = ben.amends(id, json!({"archived": true})).await,
                "withdrawn" => ada.withdraws(id).await,
                "off" => {
                    _ = ada
                        .sets_reminders(id, json!({"times": [{"at": "21:00"}], "enabled": false}))
                        .await
                }
                _ => {}
            }
        }
        world.pass(TimeDelta::hours(1));
        let wanted = match what {
            "to do" => 2,
            // Under `both`, one's own part is still to do.
            "done by the other" => 1,
            _ => 0,
        };
        assert_eq!(world.goes_the_rounds().await, wanted, "{what}");
        assert_eq!(ada.waits_for().await.len(), wanted, "{what}");
    }
}

/// Snoozing brings it back once, after some minutes or tomorrow; dismissing makes the day quiet.
#[tokio::test]
async fn snoozed_and_dismissed() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    ada.wants_reminders(&id, &["21:00", "21:40", "23:00"]).await;
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.goes_the_rounds().await, 1);
    let reminder = text(&ada.waits_for().await[0]["id"]);
    let snooze = format!("/v1/reminders/{reminder}/snooze");
    let snoozed = ada.post(&snooze, json!({"minutes": 45})).await.json(200);
    assert_eq!(snoozed["snoozed_until"], "2026-11-18T20:45:00.000Z");
    assert!(ada.waits_for().await.is_empty());
    // 21:40 falls into the snooze, and 21:45 comes in its place.
    for (minutes, out) in [(40, 0), (5, 1), (1, 0)] {
        world.pass(TimeDelta::minutes(minutes));
        assert_eq!(world.goes_the_rounds().await, out, "after {minutes}");
    }
    assert_eq!(ada.times_waiting().await, ["21:45"]);
    let tomorrow = ada
        .post(&snooze, json!({"until": "tomorrow"}))
        .await
        .json(200);
    assert_eq!(tomorrow["snoozed_until"], "2026-11-19T20:46:00.000Z");
    world.it_is("2026-11-18T22:00:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);

    let dismiss = format!("/v1/reminders/{reminder}/dismiss");
    ada.tap("POST", &dismiss).await.empty();
    ben.tap("POST", &dismiss).await.problem(404, "not_found");
    ben.post(&snooze, json!({"minutes": 5}))
        .await
        .problem(404, "not_found");
    ada.wants_reminders(&id, &["23:30"]).await;
    world.it_is("2026-11-18T22:30:00Z");
    assert_eq!(world.goes_the_rounds().await, 0);
    world.it_is("2026-11-19T22:30:00Z");
    assert_eq!(world.goes_the_rounds().await, 1);
}

/// Nobody follows it: three in a row, then every other, then one a week, then one last kind word, and none. A log
/// begins anew.
#[tokio::test]
async fn what_does_not_help_becomes_rarer() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    ada.wants_reminders(&id, &["21:00"]).await;
    ben.wants_reminders(&id, &["14:30"]).await;
    let mut out = String::new();
    let mut kinds = Vec::new();
    for day in 0..70 {
        world.it_is("2026-11-18T20:00:00Z");
        world.pass_days(day);
        // Ben logs every day, early: that is Ben's, and wakes nobody else.
        ben.logs(&id, "today").await;
        let sent = world.goes_the_rounds().await;
        out.push(if sent == 1 { '#' } else { '.' });
        if sent == 1 {
            kinds.push(text(&ada.waits_for().await[0]["kind"]));
        }
    }
    let weekly = "......#".repeat(5);
    assert_eq!(out, format!("###.#.#.#{weekly}{}", ".".repeat(26)));
    assert_eq!(kinds.iter().filter(|kind| *kind == "last").count(), 1);
    assert_eq!(kinds.last().unwrap(), "last");
    let path = format!("/v1/rituals/{id}/reminders");
    assert_eq!(ada.get(&path).await.json(200)["stopped"], true);
    ada.logs(&id, "today").await;
    assert_eq!(ada.get(&path).await.json(200)["stopped"], false);
    world.pass_days(1);
    ben.logs(&id, "today").await;
    assert_eq!(world.goes_the_rounds().await, 1);
}

/// What is set in a way that makes no sense is refused, and says where.
#[tokio::test]
async fn what_makes_no_sense_is_refused() {
    let (_, ada, _, id) = a_nightly_check_in().await;
    let path = format!("/v1/rituals/{id}/reminders");
    let five: Vec<Value> = (1..=5)
        .map(|hour| json!({"at": format!("0{hour}:00")}))
        .collect();
    for (wish, pointer) in [
        (json!({"times": five}), "/times"),
        (
            json!({"times": [{"at": "21:00"}, {"at": "21:00"}]}),
            "/times",
        ),
        (json!({"times": [{"at": "24:00"}]}), "/times/0/at"),
        (
            json!({"times": [{"at": "21:00", "days": []}]}),
            "/times/0/days",
        ),
        (
            json!({"times": [{"at": "21:00", "days": null}]}),
            "/times/0/days",
        ),
        (
            json!({"times": [{"at": "21:00", "day": "fri"}]}),
            "/times/0/day",
        ),
        (json!({"enabled": true}), "/times"),
    ] {
        let problem = ada
            .put(&path, wish.clone())
            .await
            .problem(422, "invalid_request");
        assert_eq!(problem, [pointer], "{wish}");
    }
    ada.wants_reminders(&id, &["20:00"]).await;
    let nobody = "/v1/reminders/0d9c0e4e-6a2f-4c55-9a4f-3f1d8c1a7b52";
    ada.tap("POST", &format!("{nobody}/dismiss"))
        .await
        .problem(404, "not_found");
}

/// What one sets for oneself, the other never learns; and when they part, nothing more is said.
#[tokio::test]
async fn reminders_are_ones_own() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    ada.wants_reminders(&id, &["21:00"]).await;
    let path = format!("/v1/rituals/{id}/reminders");
    assert_eq!(ben.get(&path).await.json(200)["times"], json!([]));
    ben.leaves().await;
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.goes_the_rounds().await, 0);
}

/// Words vary from day to day, lead with the cue, and offer to step back once a habit is strong.
#[tokio::test]
async fn words_are_warm_and_vary() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-08-01")).await;
    ben.agrees(&id).await;
    ada.wants_reminders(&id, &["19:30"]).await;
    let mut said = Vec::new();
    for _ in 0..8 {
        world.pass_days(1);
        if world.goes_the_rounds().await == 1 {
            said.push(text(&ada.waits_for().await[0]["text"]));
        }
        ada.logs(&id, "today").await;
        ben.logs(&id, "today").await;
    }
    let mut different = said.clone();
    different.sort();
    different.dedup();
    assert!(said.len() >= 7 && different.len() == said.len(), "{said:?}");
    ada.amends(&id, json!({"cue": "after we brush our teeth"}))
        .await;
    world.pass_days(1);
    world.goes_the_rounds().await;
    let waiting = ada.waits_for().await;
    assert!(
        text(&waiting[0]["text"]).starts_with("After we brush our teeth"),
        "{waiting:?}"
    );
    assert_eq!(waiting[0]["fade"], json!(null));
}
