//! The six practices, and ideas for rituals.

use serde_json::json;

use crate::world::{World, text};

/// The practices come with their signs, ideas and sets, in the words of a language.
#[tokio::test]
async fn practices_bring_ideas() {
    let world = World::new().await;
    let ada = world.ada().await;
    let answer = ada.get("/v1/practices").await;
    assert_eq!(answer.headers["content-language"], "en");
    assert_eq!(answer.headers["vary"], "accept-language");
    let all = answer.json(200);
    let practices = all["practices"].as_array().unwrap();
    assert_eq!(practices.len(), 6);
    for practice in practices {
        assert!(practice["ideas"].as_array().unwrap().len() >= 8);
        assert!(!text(&practice["about"]).is_empty());
    }
    assert_eq!(practices[5]["signs"], json!(["distracted"]));
    assert_eq!(
        all["signs"][4]["practices"],
        json!(["conversation", "rituals"])
    );
    assert_eq!(all["sets"][0]["id"], "six_hours");
}

/// Every idea is proposed in one call, with the words, cadence and rule that it was shown with.
#[tokio::test]
async fn every_idea_is_proposed_in_one_call() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let all = ada.get("/v1/practices").await.json(200);
    for practice in all["practices"].as_array().unwrap() {
        for idea in practice["ideas"].as_array().unwrap() {
            let proposal = json!({"idea_id": idea["idea_id"]});
            let ritual = ada.post("/v1/rituals", proposal).await.json(201);
            for field in [
                "title",
                "cue",
                "practice",
                "cadence",
                "rule",
                "target_minutes",
            ] {
                assert_eq!(ritual[field], idea[field], "{}", idea["idea_id"]);
            }
            assert_eq!(ritual["practice"], practice["id"]);
        }
    }
    let shown = ben.get("/v1/rituals?limit=1").await.json(200);
    assert_eq!(shown["data"][0]["status"], "proposed");
}

/// Of an idea, what somebody names themselves is theirs; an idea that is none is told.
#[tokio::test]
async fn an_idea_can_be_made_ones_own() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let own = json!({
        "idea_id": "coffee_before_the_phones", "title": "Tea before the phones",
        "cadence": {"kind": "weekly", "times": 3}, "rule": "either", "practice": "conversation",
        "cue": "when the kettle sings", "target_minutes": 5, "starts_on": "2026-11-20",
    });
    let ritual = ada.post("/v1/rituals", own.clone()).await.json(201);
    for field in [
        "title",
        "cadence",
        "rule",
        "practice",
        "cue",
        "target_minutes",
        "starts_on",
    ] {
        assert_eq!(ritual[field], own[field], "{field}");
    }
    let unknown = ada.post("/v1/rituals", json!({"idea_id": "a_yacht"})).await;
    assert_eq!(unknown.problem(422, "invalid_request"), ["/idea_id"]);
    let half = json!({"title": "Tea", "practice": "presence", "rule": "both"});
    let half = ada.post("/v1/rituals", half).await;
    assert_eq!(half.problem(422, "invalid_request"), ["/cadence"]);
}
