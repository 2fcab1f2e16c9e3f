//! Who reads a calendar feed: whoever has its address, for as long as that lives.

use hearth::config::front::Front;
use serde_json::json;

use crate::calendar::FEED;
use crate::home::assert_same;
use crate::reminders::a_nightly_check_in;
use crate::world::{World, check_in};

/// An address that nobody ever had.
const NO_FEED: &str = "/v1/calendar/ZJ0Yc1Bq0m2cB8gq5uG3vN7f1sKxTtA4dWwEoRzPiLs.ics";

/// An address is dead as soon as there is a newer one, it is ended, or the couple is left; then it is like one that
/// never was. What comes after has an address of its own.
#[tokio::test]
async fn an_address_dies_at_once() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let nothing = world.fetches(NO_FEED).await;
    nothing.problem(404, "not_found");
    assert_eq!(
        ada.get(FEED).await.json(200),
        json!({"active": false, "details": false})
    );
    ada.patch(FEED, json!({"details": true}))
        .await
        .problem(404, "not_found");

    let first = ada.opens_calendar(json!({})).await;
    let second = ada.opens_calendar(json!({})).await;
    let bens = ben.opens_calendar(json!({})).await;
    for dead in [
        first.as_str(),
        &second[..second.len() - 4],
        "/v1/calendar/.ics",
    ] {
        assert_same(&world.fetches(dead).await, &nothing);
    }
    for alive in [&second, &bens] {
        assert_eq!(world.fetches(alive).await.status, 200);
    }
    ada.delete(FEED).await.empty();
    ada.delete(FEED).await.empty();
    assert_same(&world.fetches(&second).await, &nothing);

    let third = ada.opens_calendar(json!({})).await;
    ben.leaves().await;
    ada.get(FEED).await.problem(404, "no_couple");
    ada.post("/v1/couple", json!({})).await.json(201);
    for dead in [&third, &bens] {
        assert_same(&world.fetches(dead).await, &nothing);
    }
    let fourth = ada.opens_calendar(json!({})).await;
    assert_eq!(world.fetches(&fourth).await.status, 200);
    ada.erases().await.empty();
    assert_same(&world.fetches(&fourth).await, &nothing);
}

/// Whatever the other sets, logs or keeps to themselves, and whatever is done, a feed stays the same to the byte: apps
/// that poll hear 304. What is shared and shows on it, does.
#[tokio::test]
async fn a_feed_tells_nothing_of_the_other() {
    let (world, ada, ben, id) = a_nightly_check_in().await;
    ada.wants_reminders(&id, &["21:30"]).await;
    let feed = ada.opens_calendar(json!({"details": true})).await;
    let tag = world
        .fetches(&feed)
        .await
        .header("etag")
        .unwrap()
        .to_owned();
    let held = [("if-none-match", tag.as_str())];
    let asks = || world.send_with("GET", &feed, &held, None);
    ben.wants_reminders(&id, &["06:00", "23:00"]).await;
    ben.writes(
        &id,
        "today",
        json!({"note": "the lighthouse", "visibility": "private"}),
    )
    .await;
    ben.opens_calendar(json!({"details": true})).await;
    ben.checks_up(&["unseen"], &[]).await;
    ada.logs(&id, "today").await;
    world.pass_days(3);
    assert_eq!(asks().await.status, 304);
    ben.plans(json!({"ritual_id": id, "date": "2026-12-24"}))
        .await;
    assert_eq!(asks().await.status, 200);
}

/// Addresses cannot be guessed one after another, even if it took no longer than a lifetime.
#[tokio::test]
async fn guesses_are_slow() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let feed = ada.opens_calendar(json!({})).await;
    let limited = world.behind(Front {
        rate_limit: 60,
        ..Front::default()
    });
    for _ in 0..3 {
        limited.fetches(NO_FEED).await.problem(404, "not_found");
    }
    limited
        .fetches(&feed)
        .await
        .problem(429, "too_many_requests");
}

/// A token is no address, and an address no token; and a proposal that only its proposer wants is in their feed alone.
#[tokio::test]
async fn each_has_their_own() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    for one in [&ada, &ben] {
        one.wants_reminders(&id, &["21:30"]).await;
    }
    let feeds = (
        ada.opens_calendar(json!({})).await,
        ben.opens_calendar(json!({})).await,
    );
    assert_eq!(world.times_of(&feeds.0).await.len(), 1);
    assert!(world.times_of(&feeds.1).await.is_empty());
    ben.agrees(&id).await;
    let told = world.lines_of(&feeds.1).await.join("\n");
    assert!(
        told.contains("DTSTART;TZID=America/New_York:2026111"),
        "{told}"
    );
    let token = format!("/v1/calendar/{}.ics", ada.token);
    world.fetches(&token).await.problem(404, "not_found");
    let secret = feeds
        .0
        .strip_prefix("/v1/calendar/")
        .unwrap()
        .strip_suffix(".ics")
        .unwrap();
    ada.holding(secret)
        .get("/v1/me")
        .await
        .problem(401, "unauthenticated");
}
