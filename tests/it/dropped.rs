//! A check-up that is dropped leaves no trace: not in what it opened, nor in what belongs together.

use hearth::http::import::Addresses;
use serde_json::{Value, json};

use crate::home::assert_all_same;
use crate::seen::all_that_is_seen_by;
use crate::world::{Person, World, text};

impl Person {
    async fn drops(&self, id: &str) {
        self.delete(&format!("/v1/checkups/{id}")).await.empty();
    }
}

/// As the check-ups stand that were finished before it was kept when they were opened.
async fn forget_when_opened(world: &World) {
    let mut tx = world.app.store.write().await.unwrap();
    sqlx::query("update checkups set opened_at = null")
        .execute(&mut *tx)
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Once opened, a check-up stays opened: Ada sees not a byte of it when Ben drops what opened hers, which stands
/// beside another of his that opened nothing.
#[tokio::test]
async fn what_was_opened_stays_opened() {
    for is_old in [false, true] {
        let world = World::new().await;
        let (ada, ben) = world.couple().await;
        let hers = ada.checks_up(&["unseen"], &[]).await;
        world.pass_days(1);
        let his = ben.checks_up(&["unseen", "less_touch"], &[]).await;
        world.pass_days(1);
        let next = ben.checks_up(&["missing_us"], &[]).await;
        if is_old {
            forget_when_opened(&world).await;
        }
        ada.shares(&hers, "answers").await;
        let before = all_that_is_seen_by(&ada, &[]).await;
        ben.drops(&his).await;
        assert_all_same(&all_that_is_seen_by(&ada, &[]).await, &before);
        assert_ne!(ada.opened().await, Value::Null);
        // Nor does his next one take its place, though it waits for one, and hers is near.
        assert_eq!(ben.opened().await, Value::Null);
        world.at_rest().await;
        world.pass_days(7);
        ben.shares(&next, "themes").await;
        assert_eq!(ada.opened().await["partner"], Value::Null);
        assert_eq!(
            ada.checkups().await["from_partner"][0]["noticed"],
            json!(["missing_us"])
        );
    }
}

/// It is the same for whoever finished last: dropping the first one seals nothing.
#[tokio::test]
async fn the_later_one_stays_opened() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let hers = ada.checks_up(&["unseen"], &[]).await;
    ben.checks_up(&["unseen"], &[]).await;
    let before = ben.get("/v1/checkups").await.told();
    ada.drops(&hers).await;
    assert_eq!(ben.get("/v1/checkups").await.told(), before);
}

/// Whoever drops one and does it anew finds the other's again.
#[tokio::test]
async fn one_done_anew_belongs_to_the_same() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let hers = ada.checks_up(&["unseen"], &[]).await;
    world.pass_days(1);
    let his = ben.checks_up(&[], &[]).await;
    ben.drops(&his).await;
    world.pass_days(1);
    ben.checks_up(&["unseen"], &[]).await;
    ada.shares(&hers, "themes").await;
    assert_eq!(ben.opened().await["partner"]["noticed"], json!(["unseen"]));
}

/// That hers was opened moves along; when, which is when he finished his, is told nowhere.
#[tokio::test]
async fn what_was_opened_moves_along() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    ada.checks_up(&["unseen"], &[]).await;
    world.pass_days(1);
    let his = ben.checks_up(&[], &[]).await;
    ben.drops(&his).await;
    world.pass_days(1);
    let document = ada.takes_along().await;
    let told = &document.value()["couples"][0]["my_checkups"][0];
    assert_eq!(
        (&told["opened"], &told["partner"]),
        (&json!(true), &Value::Null)
    );
    assert!(!told.to_string().contains("2026-11-19"), "{told}");
    let elsewhere = world.elsewhere().await;
    let arrived = elsewhere
        .imports(&document.body, Addresses::default())
        .await;
    let key = arrived.unwrap().me;
    let moved = elsewhere.arrives(&key).await;
    assert_ne!(moved.opened().await, Value::Null);
    assert_eq!(moved.exports_with(&key).await, document.body);
}

/// However much somebody shares, it comes page by page, the latest first, beside one's own or after them.
#[tokio::test]
async fn what_is_shared_comes_in_pages() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let topics = [
        "unseen",
        "missing_us",
        "surface_talk",
        "presence",
        "rituals",
    ];
    for topic in topics {
        let his = ben.checks_up(&[topic], &[]).await;
        world.at_rest().await;
        world.pass_days(8);
        ben.shares(&his, "themes").await;
        ada.get("/v1/me").await.json(200);
    }
    ada.checks_up(&[], &[]).await;
    let (mut told, mut mine, mut pages) = (Vec::new(), 0, 0);
    let mut next = "/v1/checkups?limit=2".to_owned();
    loop {
        let page = ada.get(&next).await.json(200);
        let theirs = page["from_partner"].as_array().unwrap();
        assert!(theirs.len() <= 2);
        told.extend(theirs.iter().map(|one| text(&one["noticed"][0])));
        (mine, pages) = (mine + page["data"].as_array().unwrap().len(), pages + 1);
        let Some(cursor) = page["next_cursor"].as_str() else {
            break;
        };
        next = format!("/v1/checkups?limit=2&cursor={cursor}");
    }
    told.reverse();
    assert_eq!(
        (told, mine, pages),
        (topics.map(str::to_owned).to_vec(), 1, 3)
    );
}
