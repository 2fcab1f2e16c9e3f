//! What is shared of a check-up is its owner's to say, and what was finished alone is nobody else's.

use serde_json::{Value, json};

use crate::world::World;

/// What was finished before there was a partner stays one's own, whoever comes and when.
#[tokio::test]
async fn what_was_finished_alone_is_shown_to_nobody() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.tap("POST", "/v1/couple").await.json(201);
    let alone = ada.checks_up(&["unseen"], &[]).await;
    ada.pairs_with(&ben).await;
    ben.checks_up(&["unseen"], &[]).await;
    assert_eq!(
        ben.opened().await,
        Value::Null,
        "nothing of Ada's belongs to it"
    );
    world.at_rest().await;
    world.pass_days(8);
    assert_ne!(ada.opened().await, Value::Null);
    let path = format!("/v1/checkups/{alone}/sharing");
    let wish = json!({"share": "answers"});
    ada.put(&path, wish).await.problem(409, "no_partner");
    assert_eq!(ben.checkups().await["from_partner"], json!([]));
}

/// Sharing less is possible at any time, also when the other one has dropped theirs.
#[tokio::test]
async fn what_is_shared_can_always_be_taken_back() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let hers = ada.checks_up(&["unseen"], &[]).await;
    let his = ben.checks_up(&[], &[]).await;
    let path = format!("/v1/checkups/{hers}/sharing");
    ada.put(&path, json!({"share": "answers"})).await.json(200);
    ben.delete(&format!("/v1/checkups/{his}")).await.empty();
    assert_ne!(ben.checkups().await["from_partner"], json!([]));
    ada.put(&path, json!({"share": "nothing"})).await.json(200);
    assert_eq!(ben.checkups().await["from_partner"], json!([]));
}
