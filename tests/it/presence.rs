//! A while with the phones down: alone nobody knows of it, and when it is over it is logged.

use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::home::assert_all_same;
use crate::routes::NOBODY;
use crate::seen::all_that_is_seen_by;
use crate::tokens::token;
use crate::ways::daily;
use crate::world::{Answer, Person, World, check_in, text};

const PRESENCE: &str = "/v1/presence";

impl Person {
    /// Puts the phone down, alone; answers the session's id.
    pub async fn sits(&self, ritual: &str, minutes: i64) -> String {
        let form = json!({"ritual_id": ritual, "minutes": minutes});
        text(&self.post(PRESENCE, form).await.json(201)["id"])
    }

    /// Both put their phones down; answers the session's id.
    pub async fn sits_together(&self, ritual: &str, minutes: i64) -> String {
        let form = json!({"ritual_id": ritual, "minutes": minutes, "together": true});
        text(&self.post(PRESENCE, form).await.json(201)["id"])
    }

    pub async fn finishes(&self, session: &str) -> Answer {
        let path = format!("{PRESENCE}/{session}/finish");
        self.tap("POST", &path).await
    }

    pub async fn gives_up(&self, session: &str) -> Answer {
        self.delete(&format!("{PRESENCE}/{session}")).await
    }

    /// The session that is shown.
    pub async fn presence(&self) -> Value {
        self.get(PRESENCE).await.json(200)["presence"].clone()
    }

    /// Who logged the ritual when and for how long, in words.
    pub async fn minutes_of(&self, ritual: &str) -> Vec<String> {
        let logs = self.walks(&format!("/v1/rituals/{ritual}/logs"), 200).await;
        let line = |log: &Value| {
            let name = if log["member_id"] == self.id {
                "me"
            } else {
                "you"
            };
            format!(
                "{name} {} {}",
                text(&log["date"])[8..].to_owned(),
                log["minutes"]
            )
        };
        let mut lines: Vec<String> = logs.iter().map(line).collect();
        lines.sort();
        lines
    }
}

/// Ada and Ben, and a ritual that both keep.
pub async fn both(world: &World) -> (Person, Person, String) {
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    (ada, ben, id)
}

/// Ending a session logs the minutes kept for whoever sat there, on the date it is for each of them.
#[tokio::test]
async fn a_session_becomes_a_log() {
    let world = World::new().await;
    let (ada, ben, id) = both(&world).await;
    // Half past three in Oslo, the evening before in New York.
    world.it_is("2026-11-19T02:30:00Z");
    let session = ada.sits_together(&id, 60).await;
    world.pass(TimeDelta::seconds(45 * 60 + 59));
    let running = json!({
        "id": session, "ritual_id": id, "started_by": ada.id, "together": true, "minutes": 60,
        "kept": 45, "ended": null,
    });
    assert_eq!(ben.presence().await, running);
    let mut own = running.clone();
    own["started_at"] = json!("2026-11-19T02:30:00.000Z");
    assert_eq!(ada.presence().await, own);

    let ended = ben.finishes(&session).await.json(200);
    assert_eq!(ended["presence"]["ended"], "finished");
    assert_eq!(
        (&ended["log"]["date"], &ended["log"]["minutes"]),
        (&json!("2026-11-18"), &json!(45))
    );
    // At a quarter past four the 19th has begun for Ada.
    assert_eq!(ada.minutes_of(&id).await, ["me 19 45", "you 18 45"]);
    for one in [&ada, &ben] {
        assert_eq!(one.presence().await, Value::Null);
    }
    // Who taps a moment later hears the same, and nothing is added.
    let again = ada.finishes(&session).await.json(200);
    assert_eq!(again["presence"]["kept"], 45);
    assert_eq!(again["log"]["date"], "2026-11-19");
    assert_eq!(ada.minutes_of(&id).await, ["me 19 45", "you 18 45"]);
}

/// Minutes add up over the day, to a day's worth at most, and leave words as they are.
#[tokio::test]
async fn minutes_add_up_and_words_stay() {
    let world = World::new().await;
    let (ada, ben, id) = both(&world).await;
    let words = json!({"note": "dear diary", "visibility": "private", "minutes": 10});
    ada.writes(&id, "today", words).await;
    let session = ada.sits(&id, 30).await;
    world.pass(TimeDelta::minutes(20));
    let ended = ada.finishes(&session).await.json(200);
    assert_eq!(ended["log"]["minutes"], 30);
    assert_eq!(
        (&ended["log"]["note"], &ended["log"]["visibility"]),
        (&json!("dear diary"), &json!("private"))
    );
    assert_eq!(ben.minutes_of(&id).await, ["you 18 30"]);
    ada.writes(&id, "today", json!({"minutes": 1430})).await;
    let session = ada.sits(&id, 30).await;
    world.pass(TimeDelta::minutes(20));
    assert_eq!(
        ada.finishes(&session).await.json(200)["log"]["minutes"],
        1440
    );
}

/// What is given up was never there.
#[tokio::test]
async fn giving_up_logs_nothing() {
    let world = World::new().await;
    let (ada, ben, id) = both(&world).await;
    let before = [ada.today().await, ben.today().await];
    let session = ada.sits_together(&id, 30).await;
    world.pass(TimeDelta::minutes(20));
    ben.gives_up(&session).await.empty();
    world.pass(TimeDelta::minutes(60));
    world.app.sweep().await;
    for one in [&ada, &ben] {
        one.gives_up(&session).await.problem(404, "not_found");
        one.finishes(&session).await.problem(404, "not_found");
        assert_eq!(one.presence().await, Value::Null);
    }
    assert_eq!([ada.today().await, ben.today().await], before);
}

/// All that Ben sees and does in an evening in which Ada sits alone, or does not.
async fn evening(sits: bool) -> Vec<Answer> {
    let world = World::new().await;
    let (ada, ben, id) = both(&world).await;
    let session = ada.sits(&id, 90).await;
    if !sits {
        ada.gives_up(&session).await.empty();
    }
    let rituals = [id.clone()];
    let mut seen = all_that_is_seen_by(&ben, &rituals).await;
    world.pass(TimeDelta::minutes(7));
    seen.push(ben.finishes(&session).await);
    seen.push(ben.gives_up(&session).await);
    // Neither he nor they are in each other's way.
    let together = ben.sits_together(&id, 30).await;
    seen.extend(all_that_is_seen_by(&ben, &rituals).await);
    world.pass(TimeDelta::minutes(31));
    seen.push(ben.finishes(&together).await);
    ben.sits(&id, 5).await;
    world.pass(TimeDelta::minutes(11));
    world.app.sweep().await;
    seen.extend(all_that_is_seen_by(&ben, &rituals).await);
    if sits {
        assert_eq!(ada.presence().await["kept"], 49);
        ada.gives_up(&session).await.empty();
    }
    seen
}

/// While Ada sits alone, not a byte is different for Ben, whatever he does.
#[tokio::test]
async fn sitting_alone_is_private() {
    let (with, without) = (evening(true).await, evening(false).await);
    assert_all_same(&with, &without);
}

/// One sits in one session at a time; a forgotten one is in nobody's way.
#[tokio::test]
async fn one_sits_in_one_session() {
    let world = World::new().await;
    let (ada, ben, id) = both(&world).await;
    let form = |together: bool| json!({"ritual_id": id, "minutes": 30, "together": together});
    ada.sits_together(&id, 30).await;
    for one in [&ada, &ben] {
        for together in [false, true] {
            let refused = one.post(PRESENCE, form(together)).await;
            refused.problem(409, "already_present");
        }
    }
    world.pass(TimeDelta::minutes(60));
    ben.sits(&id, 30).await;
    assert_eq!(ben.minutes_of(&id).await, ["me 18 60", "you 18 60"]);
    ada.sits(&id, 30).await;
}

/// It takes a yes to the ritual, one that has begun, a partner to sit together, and minutes that can be.
#[tokio::test]
async fn what_is_no_session_is_refused() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    let form = |ritual: &str| json!({"ritual_id": ritual, "minutes": 30});
    ada.post(PRESENCE, form(NOBODY))
        .await
        .problem(404, "no_couple");
    ada.get(PRESENCE).await.problem(404, "no_couple");
    ada.post("/v1/couple", json!({})).await.json(201);
    let id = ada.proposes(check_in()).await;
    let together = json!({"ritual_id": id, "minutes": 30, "together": true});
    ada.post(PRESENCE, together)
        .await
        .problem(409, "no_partner");
    let session = ada.sits(&id, 30).await;
    ada.finishes(&session).await.json(200);
    ada.pairs_with(&ben).await;
    ben.post(PRESENCE, form(&id))
        .await
        .problem(409, "not_taking_part");
    let later = ada.proposes(daily("2026-11-19")).await;
    let early = ada.post(PRESENCE, form(&later)).await;
    assert_eq!(early.problem(422, "date_before_start"), ["/ritual_id"]);
    for (field, value) in [
        ("minutes", json!(0)),
        ("minutes", json!(721)),
        ("minutes", json!("30")),
        ("ritual_id", json!(NOBODY)),
        ("together", Value::Null),
        ("started_at", json!("2026-11-18T19:00:00Z")),
    ] {
        let mut wrong = form(&id);
        wrong[field] = value;
        let answer = ada.post(PRESENCE, wrong).await;
        let pointer = format!("/{field}");
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
}

/// Only who takes part is logged: not whoever never said yes, nor whoever took it back meanwhile. What was
/// declined is not even seen.
#[tokio::test]
async fn only_who_takes_part_is_logged() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    let session = ada.sits_together(&id, 30).await;
    world.pass(TimeDelta::minutes(10));
    let ended = ben.finishes(&session).await.json(200);
    assert_eq!(ended["log"], Value::Null);
    assert_eq!(ada.minutes_of(&id).await, ["me 18 10"]);
    ben.agrees(&id).await;
    let session = ben.sits_together(&id, 30).await;
    world.pass(TimeDelta::minutes(10));
    ben.withdraws(&id).await;
    ben.finishes(&session).await.json(200);
    assert_eq!(ada.minutes_of(&id).await, ["me 18 20"]);

    let declined = ada.proposes(check_in()).await;
    ben.withdraws(&declined).await;
    let session = ada.sits_together(&declined, 30).await;
    assert_eq!(ben.presence().await, Value::Null);
    ben.finishes(&session).await.problem(404, "not_found");
    world.pass(TimeDelta::minutes(60));
    world.app.sweep().await;
    assert_eq!(ada.minutes_of(&declined).await, ["me 18 60"]);
}

/// A button in the hall begins and finishes, and learns no words.
#[tokio::test]
async fn a_button_in_the_hall_begins_and_finishes() {
    let world = World::new().await;
    let (ada, _, id) = both(&world).await;
    let secret = json!({"note": "a present!", "mood": "sly", "visibility": "private"});
    ada.writes(&id, "today", secret).await;
    let button = token(&ada, json!({"scopes": ["log"]})).await;
    let session = button.sits(&id, 30).await;
    world.pass(TimeDelta::minutes(12));
    let ended = button.finishes(&session).await;
    assert_eq!(ended.json(200)["log"]["minutes"], 12);
    for word in ["present!", "sly", "private"] {
        assert!(!ended.told().contains(word), "{}", ended.told());
    }
    button.get(PRESENCE).await.problem(403, "missing_scope");
    let session = button.sits(&id, 30).await;
    button.gives_up(&session).await.empty();
}
