//! Some weeks of Ada and Ben, always the same ones, in which everything happens that can be stored.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::ways::{days_after, ritual};
use crate::world::{Person, World, check_in, date_night, text};

/// The last day of the story.
pub const END: &str = "2026-12-13T19:00:00Z";

const START: &str = "2026-11-18";

impl World {
    /// Where its database is.
    pub fn file(&self) -> PathBuf {
        self.folder.path().join("hearth.db")
    }

    /// How its database is named on the command line.
    pub fn address(&self) -> String {
        format!("sqlite:{}", self.file().display())
    }
}

/// Ada and Ben, who keep rituals; Cleo, who was left, and has invited somebody else.
pub async fn household() -> (World, [Person; 3]) {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let settled =
        json!({"name": "Ada & Ben", "together_since": "2019-06-01", "day_start": "05:00"});
    ada.patch("/v1/couple", settled).await.json(200);
    ben.patch("/v1/me", json!({"share_time_zone": true}))
        .await
        .json(200);
    let cleo = parted(&world).await;
    let rituals = agreed(&ada, &ben).await;
    for day in 0..25 {
        lived(&rituals, &ada, &ben, day).await;
        world.pass_days(1);
    }
    for person in [&ada, &ben, &cleo] {
        person.get("/v1/me").await.json(200);
    }
    world.at_rest().await;
    (world, [ada, ben, cleo])
}

/// Cleo's first couple is over; her second waits for somebody.
async fn parted(world: &World) -> Person {
    let (cleo, dora) = (world.cleo().await, world.person("Dora", "Asia/Tokyo").await);
    cleo.post("/v1/couple", json!({})).await.json(201);
    cleo.pairs_with(&dora).await;
    let walks = cleo
        .proposes(ritual(json!({"kind": "anytime"}), "either", START))
        .await;
    cleo.writes(&walks, START, json!({"note": "The last one."}))
        .await;
    dora.tap("POST", "/v1/couple/leave").await.empty();
    cleo.post("/v1/couple", json!({"name": "Again"}))
        .await
        .json(201);
    cleo.invites().await;
    cleo
}

/// One ritual of each kind that both want, and three that stand elsewhere.
async fn agreed(ada: &Person, ben: &Person) -> Vec<String> {
    let mut ids = Vec::new();
    let with = |mut ritual: Value, more: Value| {
        let more = more.as_object().unwrap().clone();
        ritual.as_object_mut().unwrap().extend(more);
        ritual
    };
    for wanted in [
        with(
            check_in(),
            json!({"cue": "after tea", "target_minutes": 10}),
        ),
        date_night(),
        ritual(
            json!({"kind": "weekdays", "days": ["mon", "wed"]}),
            "both",
            START,
        ),
        ritual(json!({"kind": "every", "days": 5}), "either", START),
        ritual(json!({"kind": "monthly", "times": 2}), "either", START),
        ritual(json!({"kind": "anytime"}), "either", START),
    ] {
        let id = ada.proposes(wanted).await;
        ben.agrees(&id).await;
        ids.push(id);
    }
    let archived = ben
        .proposes(with(check_in(), json!({"forgiveness": "off"})))
        .await;
    ada.agrees(&archived).await;
    ben.amends(&archived, json!({"archived": true})).await;
    let declined = ben.proposes(check_in()).await;
    ada.withdraws(&declined).await;
    ada.proposes(check_in()).await;
    ids
}

/// One day: who logs what, and what changes.
async fn lived(rituals: &[String], ada: &Person, ben: &Person, day: usize) {
    let today = text(&ada.get("/v1/today").await.json(200)["date"]);
    match day {
        9 => {
            let to = days_after(&today, 3);
            ben.rests(json!({"from": today, "to": to})).await;
        }
        14 => {
            let oftener = json!({"cadence": {"kind": "weekly", "times": 2}});
            ada.amends(&rituals[1], oftener).await;
        }
        12 => {
            let supper = json!({"ritual_id": rituals[1], "date": today, "at": "19:30"});
            ben.plans(supper).await;
            let landing = json!({"date": days_after(&today, 30), "title": "You land in Oslo"});
            ada.plans(landing).await;
        }
        15 => {
            let session = ada.sits_together(&rituals[0], 20).await;
            ben.tap("POST", &format!("/v1/presence/{session}/finish"))
                .await
                .json(200);
        }
        16 => {
            let thanks = ada.thanks("It's \"ours\";\nthank you.").await;
            let heart = format!("/v1/appreciations/{}/heart", text(&thanks["id"]));
            ben.tap("PUT", &heart).await.json(200);
        }
        18 => {
            let late = json!({"at": "00:15", "days": ["fri", "sat"]});
            let times = json!({"times": [{"at": "21:30"}, late], "enabled": false});
            ada.sets_reminders(&rituals[0], times).await;
            ben.wants_reminders(&rituals[1], &["17:00"]).await;
            ben.opens_calendar(json!({})).await;
        }
        20 => {
            ada.rests(json!({"from": today, "ritual_id": rituals[3]}))
                .await;
        }
        _ => {}
    }
    if day == 11 {
        let hers = ada.checks_up(&["unseen"], &["presence"]).await;
        ben.checks_up(&["unseen", "less_touch"], &[]).await;
        ada.shares(&hers, "answers").await;
        ben.begins_checkup().await;
    }
    match day % 4 {
        0 => _ = ada.answers(&today, "The lake.").await,
        1 => {
            ada.answers(&today, "You, first.").await;
            ben.answers(&today, "No, you.").await;
        }
        2 => ben.passes(&today).await,
        _ => {}
    }
    for (index, id) in rituals.iter().enumerate() {
        let dice = (day * 37 + index * 53) % 100;
        if dice >= [85, 30, 70, 25, 10, 20][index] {
            continue;
        }
        let (first, second) = [(ada, ben), (ben, ada)][day % 2];
        let entry = match dice % 5 {
            0 => json!({"note": "It's \"ours\";\nwe talked about the sea.", "minutes": 20}),
            1 => json!({"note": "For myself: ask about the letter.", "visibility": "private"}),
            2 => json!({"mood": "warm", "minutes": 0}),
            _ => json!({}),
        };
        first.writes(id, &today, entry).await;
        if index % 2 == 0 {
            second.logs(id, "today").await;
        }
    }
}
