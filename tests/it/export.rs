//! Taking everything along: all that is mine and all that is shared, and nothing private of anybody else's.

use serde_json::{Value, json};

use crate::ways::daily;
use crate::world::{Answer, PASSWORD, Person, WRONG_PASSWORD, World, check_in, text};

impl Person {
    /// The whole document, as bytes.
    pub async fn takes_along(&self) -> Answer {
        let answer = self
            .post("/v1/me/export", json!({"password": PASSWORD}))
            .await;
        answer.json(200);
        answer
    }

    pub async fn export(&self) -> Value {
        self.takes_along().await.value()
    }

    pub async fn leaves(&self) {
        self.tap("POST", "/v1/couple/leave").await.empty();
    }
}

/// The one couple in an export.
fn only_couple(export: &Value) -> &Value {
    assert_eq!(export["couples"].as_array().unwrap().len(), 1, "{export}");
    &export["couples"][0]
}

/// A document says what it is, and holds a whole life: who, with whom, what was agreed, done and rested.
#[tokio::test]
async fn an_export_holds_a_life() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    ada.patch("/v1/couple", json!({"name": "Us"}))
        .await
        .json(200);
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    ben.amends(
        &id,
        json!({"cue": "after tea", "title": "Nightly check-in"}),
    )
    .await;
    let words = json!({"note": "For me.", "visibility": "private"});
    ada.writes(&id, "today", words).await;
    ben.writes(&id, "today", json!({"note": "The sea.", "mood": "warm"}))
        .await;
    ben.plans(json!({"date": "2026-12-04", "title": "You land in Oslo"}))
        .await;
    ben.plans(json!({"ritual_id": id, "date": "2026-11-20", "at": "19:30"}))
        .await;
    ada.thanks("You listened.").await;
    let soup = json!({"text": "The soup.", "date": "2026-11-17"});
    let soup = ben.post("/v1/appreciations", soup).await.json(201);
    let heart = format!("/v1/appreciations/{}/heart", text(&soup["id"]));
    ada.tap("PUT", &heart).await.json(200);
    ada.rests(json!({"from": "2026-12-24", "to": "2026-12-31"}))
        .await;
    ben.rests(json!({"from": "2026-12-01", "ritual_id": id}))
        .await;
    ada.wants_reminders(&id, &["21:30"]).await;
    ben.wants_reminders(&id, &["22:00"]).await;
    ada.amends(&id, json!({"archived": true})).await;
    let expected = json!({
        "format": "hearth-export",
        "version": 1,
        "account": {
            "email": "ada@example.org", "name": "Ada", "time_zone": "Europe/Oslo",
            "share_time_zone": false, "created_at": "2026-11-18T19:00:00.000Z",
        },
        "couples": [{
            "closed": false, "name": "Us", "day_start": "04:00", "week_start": "mon",
            "together_since": null,
            "partner": {"name": "Ben"},
            "rests": [{"from": "2026-12-24", "to": "2026-12-31"}],
            "rituals": [{
                "proposed_by": "me",
                "title": "Nightly check-in", "title_by": "me",
                "practice": "conversation", "rule": "both", "forgiveness": "gentle",
                "cue": "after tea", "cue_by": "partner",
                "target_minutes": null,
                "revisions": [{
                    "from": "2026-11-18", "cadence": {"kind": "daily"}, "week_start": "mon",
                }],
                "rests": [{"from": "2026-12-01", "to": null}],
                "archives": [{"from": "2026-11-18", "to": null}],
                "plans": [{
                    "date": "2026-11-20", "at": "19:30", "title": null, "title_by": null,
                    "planner": "partner",
                }],
                "my_reminders": {"times": [{"at": "21:30"}], "enabled": true, "nudges": false},
                "my_part": [{"since": "2026-11-18", "until": null, "agreed_on": null}],
                "partner_part": [{
                    "since": "2026-11-18", "until": null, "agreed_on": "2026-11-18",
                }],
                "my_logs": [{
                    "date": "2026-11-18", "minutes": null, "note": "For me.", "mood": null,
                    "visibility": "private", "logged_at": "2026-11-18T19:00:00.000Z",
                    "time_zone": "Europe/Oslo",
                }],
                "partner_logs": [{
                    "date": "2026-11-18", "minutes": null, "note": "The sea.", "mood": "warm",
                }],
            }],
            "my_prompts": [], "partner_prompts": [],
            "my_checkups": [], "partner_checkups": [],
            "plans": [{
                "date": "2026-12-04", "at": null, "title": "You land in Oslo",
                "title_by": "partner", "planner": "partner",
            }],
            "appreciations": [
                {"from": "partner", "date": "2026-11-17", "text": "The soup.", "hearted": true},
                {"from": "me", "date": "2026-11-18", "text": "You listened.", "hearted": false},
            ],
        }],
    });
    assert_eq!(ada.export().await, expected);

    // A partner who shares it has a time zone, and a private word is nobody's but its writer's.
    ben.patch("/v1/me", json!({"share_time_zone": true}))
        .await
        .json(200);
    let shared = json!({"name": "Ben", "time_zone": "America/New_York"});
    assert_eq!(only_couple(&ada.export().await)["partner"], shared);
    assert!(!ben.takes_along().await.told().contains("For me."));
}

/// No id, no token, no address of the partner's, no instant of theirs: whatever looks like one is not there.
#[tokio::test]
async fn an_export_opens_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    world.pass(chrono::TimeDelta::minutes(7));
    ben.logs(&id, "today").await;
    let told = ada.takes_along().await.told();
    for secret in [&ada.id, &ben.id, &id, &ada.token, &ben.email] {
        assert!(!told.contains(secret), "{secret} is in {told}");
    }
    for word in ["hearth_", "argon2", "19:07", "New_York"] {
        assert!(!told.contains(word), "{word} is in {told}");
    }
}

/// Found or borrowed, a phone takes nothing along: the password is asked once more.
#[tokio::test]
async fn an_export_asks_for_the_password() {
    let world = World::new().await;
    let ada = world.ada().await;
    let guess = json!({"password": WRONG_PASSWORD});
    let refused = ada.post("/v1/me/export", guess).await;
    refused.problem(403, "wrong_password");
    let nothing = ada.post("/v1/me/export", json!({})).await;
    assert_eq!(nothing.problem(422, "invalid_request"), ["/password"]);
    assert_eq!(ada.export().await["couples"], json!([]), "alone so far");
}

/// Whoever only waits to be confirmed takes nothing along of that couple, nor does it take them along.
#[tokio::test]
async fn whoever_waits_is_in_no_export() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.post("/v1/couple", json!({})).await.json(201);
    ada.proposes(check_in()).await;
    ben.accepts(&ada.invites().await).await.json(200);
    assert_eq!(ben.export().await["couples"], json!([]));
    assert_eq!(only_couple(&ada.export().await)["partner"], Value::Null);
    // Nor afterwards, when she has left.
    ada.leaves().await;
    assert_eq!(ben.export().await["couples"], json!([]));
}

/// What I declined is not mine; and nobody learns from an export that somebody declined.
#[tokio::test]
async fn a_declined_ritual_is_only_the_proposers() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-18")).await;
    let unanswered = ada.takes_along().await.body;
    assert_eq!(
        only_couple(&ben.export().await)["rituals"][0]["my_part"],
        Value::Null
    );
    ben.withdraws(&id).await;
    assert_eq!(only_couple(&ben.export().await)["rituals"], json!([]));
    assert_eq!(ada.takes_along().await.body, unanswered);
}

/// Left couples come along as they were: from the leaving on, nothing the other does changes a byte.
#[tokio::test]
async fn a_left_couple_stays_as_it_was() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    ben.patch("/v1/me", json!({"share_time_zone": true}))
        .await
        .json(200);
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    ben.writes(&id, "today", json!({"note": "Goodbye."})).await;
    ada.leaves().await;
    let left = ada.takes_along().await;
    let couple = only_couple(&left.value()).clone();
    assert_eq!(couple["closed"], true);
    assert_eq!(
        couple["partner"],
        json!({"name": "Ben"}),
        "no zone any more"
    );
    assert_eq!(couple["rituals"][0]["partner_logs"][0]["note"], "Goodbye.");

    let changes = json!({"name": "Benjamin", "time_zone": "Asia/Tokyo", "share_time_zone": true});
    ben.patch("/v1/me", changes).await.json(200);
    let cleo = world.cleo().await;
    ben.post("/v1/couple", json!({"name": "Anew"}))
        .await
        .json(201);
    ben.pairs_with(&cleo).await;
    ben.logs(&ben.proposes(check_in()).await, "today").await;
    assert_eq!(ada.takes_along().await.body, left.body);

    // His own export holds both, the first one first, and Cleo's only the one she is in.
    let names: Vec<String> = ben.export().await["couples"]
        .as_array()
        .unwrap()
        .iter()
        .map(|couple| text(&couple["partner"]["name"]))
        .collect();
    assert_eq!(names, ["Ada", "Cleo"]);
    assert_eq!(only_couple(&cleo.export().await)["name"], "Anew");
}

/// An export is not kept, so that it is not given again.
#[tokio::test]
async fn an_export_is_always_fresh() {
    let world = World::new().await;
    let ada = world.ada().await;
    let password = json!({"password": PASSWORD});
    let key = ("idempotency-key", "once");
    for name in ["Ada", "Ada L."] {
        ada.patch("/v1/me", json!({"name": name})).await.json(200);
        let asked = ada.asks_with(key, "POST", "/v1/me/export", Some(password.clone()));
        assert_eq!(asked.await.json(200)["account"]["name"], name);
    }
}
