//! Private means inert: nothing the partner can fetch differs by one byte because a private word exists.

use serde_json::{Value, json};

use crate::seen::all_that_is_seen_by;
use crate::ways::{daily, ids};
use crate::world::{Answer, PASSWORD, World, check_in, text};

/// Words are private until a partner is confirmed, and shared from then on, unless their writer says otherwise.
#[tokio::test]
async fn words_are_private_until_there_is_a_partner() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.post("/v1/couple", json!({})).await.json(201);
    let id = ada.proposes(daily("2026-11-09")).await;
    let note = json!({"note": "dear diary"});
    assert_eq!(
        ada.writes(&id, "2026-11-09", note.clone()).await["visibility"],
        "private"
    );
    let said = json!({"note": "hello", "visibility": "shared"});
    assert_eq!(
        ada.writes(&id, "2026-11-10", said).await["visibility"],
        "shared"
    );
    let code = ada.invites().await;
    ben.accepts(&code).await.json(200);
    assert_eq!(
        ada.writes(&id, "2026-11-11", note.clone()).await["visibility"],
        "private"
    );
    ada.confirms(&ben).await.json(200);
    assert_eq!(
        ada.writes(&id, "2026-11-12", note).await["visibility"],
        "shared"
    );
    let seen = ben.walks("/v1/logs", 50).await;
    let notes: Vec<&Value> = seen.iter().map(|log| &log["note"]).collect();
    assert_eq!(json!(notes), json!(["dear diary", null, "hello", null]));
    assert!(!ada.get("/v1/logs").await.told().contains("\"note\":null"));
}

/// A shared note turned private is gone from everything the partner can fetch, and can come back.
#[tokio::test]
async fn a_shared_note_can_be_taken_back() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    let rituals = [id.clone()];
    ada.logs(&id, "today").await;
    let bare = all_that_is_seen_by(&ben, &rituals).await;
    let words = json!({"note": "a slip of the tongue", "mood": "😳"});
    for _ in 0..2 {
        ada.writes(&id, "today", words.clone()).await;
        ada.writes(&id, "today", json!({"visibility": "shared"}))
            .await;
        let shared = all_that_is_seen_by(&ben, &rituals).await;
        let told = |seen: &[Answer]| seen.iter().map(Answer::told).collect::<String>();
        assert!(told(&shared).matches("a slip of the tongue").count() >= 4);
        ada.writes(&id, "today", json!({"visibility": "private"}))
            .await;
        assert_eq!(
            told(&all_that_is_seen_by(&ben, &rituals).await),
            told(&bare)
        );
    }
}

/// Of the partner's log nobody learns when or where it was written, nor whether words were kept back.
#[tokio::test]
async fn the_partner_sees_no_instants() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    let whole = json!({"note": "hi", "mood": "ok", "minutes": 3});
    ada.writes(&id, "today", whole).await;
    let theirs = ben.walks("/v1/logs", 50).await;
    let fields: Vec<&String> = theirs[0].as_object().unwrap().keys().collect();
    let visible = ["date", "member_id", "minutes", "mood", "note", "ritual_id"];
    let mut sorted = fields.clone();
    sorted.sort();
    assert_eq!(sorted, visible);
    for answer in all_that_is_seen_by(&ben, std::slice::from_ref(&id)).await {
        assert!(!answer.told().contains("logged_at"), "{}", answer.told());
        assert!(!answer.told().contains("Oslo"), "{}", answer.told());
    }
    let mine = ada.walks("/v1/logs", 50).await;
    assert_eq!(mine[0]["logged_at"], "2026-11-18T19:00:00.000Z");
}

/// Ids are random: a time-ordered one would tell when something was made.
#[tokio::test]
async fn ids_tell_no_time() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let mut made = vec![ada.id.clone(), ben.id.clone()];
    made.push(text(&ada.get("/v1/couple").await.json(200)["id"]));
    for _ in 0..8 {
        made.push(ada.proposes(check_in()).await);
        made.push(ada.rests(json!({"from": "2026-11-18"})).await);
        world.pass(chrono::TimeDelta::hours(1));
    }
    let rests = ids(&ada.walks("/v1/rests", 50).await);
    assert!(rests.iter().all(|id| made.contains(id)));
    for id in &made {
        assert_eq!(id.len(), 36, "{id}");
        assert_eq!(&id[14..15], "4", "{id} is no UUIDv4");
        assert!("89ab".contains(&id[19..20]), "{id} is no UUIDv4");
    }
    let in_order = made.windows(2).filter(|pair| pair[0] < pair[1]).count();
    assert!((2..made.len() - 3).contains(&in_order), "{made:?}");
}

/// Whoever wrote words may take them back, having withdrawn from the ritual and flown to where the date
/// has not come yet.
#[tokio::test]
async fn words_can_always_be_taken_back() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-01")).await;
    ben.agrees(&id).await;
    ben.writes(&id, "today", json!({"note": "I was unfair."}))
        .await;
    ben.withdraws(&id).await;
    ben.moves_to("Pacific/Pago_Pago").await;
    ben.writes(&id, "2026-11-18", json!({"visibility": "private"}))
        .await;
    let logs = ada.get("/v1/logs").await.json(200);
    assert_eq!(logs["data"][0]["note"], Value::Null);
    ben.undoes(&id, "2026-11-18").await;
}

/// A button in the hall that can only log tells nobody what its owner wrote, nor shows it to the partner.
#[tokio::test]
async fn a_button_in_the_hall_keeps_words() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-18")).await;
    let secret = json!({"note": "a present!", "mood": "sly", "visibility": "private"});
    ada.writes(&id, "today", secret).await;
    let form = json!({"email": ada.email, "password": PASSWORD, "scopes": ["log"]});
    let session = ada.post("/v1/tokens", form).await.json(201);
    let button = ada.holding(&text(&session["token"]));
    let path = format!("/v1/rituals/{id}/logs/today");
    let told = button.tap("PUT", &path).await;
    for word in ["present", "sly", "private"] {
        assert!(!told.told().contains(word), "{}", told.told());
    }
    let shown = button.put(&path, json!({"visibility": "shared"})).await;
    shown.problem(403, "missing_scope");
    let seen = ben.get("/v1/logs").await.json(200);
    assert_eq!(seen["data"][0]["note"], Value::Null);
    let kept = ada.get("/v1/logs").await.json(200);
    assert_eq!(kept["data"][0]["note"], "a present!");
}

/// What somebody declined is theirs no more: not in a list of logs, nor of rests.
#[tokio::test]
async fn a_declined_ritual_is_hidden_everywhere() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-18")).await;
    ben.withdraws(&id).await;
    ada.logs(&id, "today").await;
    ada.rests(json!({"from": "2026-12-24", "ritual_id": id}))
        .await;
    for list in ["/v1/logs", "/v1/rests", "/v1/rituals"] {
        assert_eq!(ben.get(list).await.json(200)["data"], json!([]), "{list}");
        assert_eq!(
            ada.get(list).await.json(200)["data"]
                .as_array()
                .unwrap()
                .len(),
            1
        );
    }
}
