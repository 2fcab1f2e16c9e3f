//! The whole story, as the README tells it.

use serde_json::json;

use crate::world::{World, check_in, text};

/// Two people pair, agree on a ritual, log it, and see a streak that is right.
#[tokio::test]
async fn two_people_keep_a_ritual() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.post("/v1/couple", json!({"name": "Ada & Ben"}))
        .await
        .json(201);
    let code = ada.invites().await;
    let waiting = ben.accepts(&code).await.json(200);
    assert_eq!(waiting["inviter"]["name"], "Ada");
    let seen = ada.get("/v1/couple").await.json(200);
    assert_eq!(seen["members"][1]["email"], "ben@example.org");
    assert_eq!(text(&seen["members"][1]["id"]), ben.id);
    ada.confirms(&ben).await.json(200);

    let mut ritual = check_in();
    ritual["starts_on"] = json!("2026-11-09");
    let id = ada.proposes(ritual).await;
    assert_eq!(ben.agrees(&id).await["status"], "active");
    ada.logs(&id, "2026-11-16").await;
    ada.logs(&id, "today").await;
    let logged = ben.logs(&id, "today").await;
    // Before Ben agreed, only Ada was expected: the 16th was hers to keep, and she did.
    assert_eq!(logged["ritual"]["streak"]["total_kept"], 2);
    assert_eq!(logged["ritual"]["streak"]["current"], 2);
    assert_eq!(logged["ritual"]["period"]["state"], "kept");
    let today = ada.get("/v1/today").await.json(200);
    assert_eq!(today["date"], "2026-11-18");
    assert_eq!(today["rituals"][0]["my_part"], "done");
    assert_eq!(today["rituals"][0]["partner_part"], "done");

    ada.post("/v1/couple/leave", json!({})).await.empty();
    for one in [&ada, &ben] {
        one.get("/v1/today").await.problem(404, "no_couple");
        one.get(&format!("/v1/rituals/{id}"))
            .await
            .problem(404, "no_couple");
    }
}
