//! Conditional requests, links between pages, and what may be kept.

use serde_json::json;

use crate::routes::{self, Ids};
use crate::world::{Answer, Person, World, check_in, date_night};

impl Person {
    /// Asks whether what they hold still holds.
    async fn asks_again(&self, path: &str, tag: &str) -> Answer {
        self.asks_with(("if-none-match", tag), "GET", path, None)
            .await
    }
}

fn tag(answer: &Answer) -> String {
    answer.header("etag").expect("an ETag").to_owned()
}

/// Ada's phone polls: as long as nothing that she can see has changed, it hears 304 and nothing else.
#[tokio::test]
async fn what_still_holds_is_not_told_again() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let ritual = ada.proposes(check_in()).await;
    ben.agrees(&ritual).await;
    let first = ada.get("/v1/today").await;
    let held = tag(&first);
    assert!(held.starts_with('"') && held.len() > 20, "{held} is strong");

    for condition in [held.as_str(), "*", &format!("\"other\", {held}")] {
        let again = ada.asks_again("/v1/today", condition).await;
        assert_eq!(again.status, 304, "{condition}");
        assert!(again.body.is_empty());
        assert_eq!(tag(&again), held);
        assert_eq!(again.header("content-type"), None);
    }
    let other = ada.asks_again("/v1/today", "\"other\"").await;
    assert_eq!(other.json(200), first.json(200));

    ben.logs(&ritual, "today").await;
    let news = ada.asks_again("/v1/today", &held).await;
    assert_eq!(news.status, 200);
    assert_ne!(tag(&news), held);
    ben.delete(&format!("/v1/rituals/{ritual}/logs/today"))
        .await
        .empty();
    let as_before = ada.asks_again("/v1/today", &held).await;
    assert_eq!(as_before.status, 304, "the tag is of the content alone");
}

/// Today changes with the day, though nobody did anything.
#[tokio::test]
async fn a_new_day_is_news() {
    let world = World::new().await;
    let ada = world.ada().await;
    ada.post("/v1/couple", json!({})).await.json(201);
    let held = tag(&ada.get("/v1/today").await);
    world.pass(chrono::TimeDelta::hours(7));
    assert_eq!(ada.asks_again("/v1/today", &held).await.status, 304);
    world.pass(chrono::TimeDelta::hours(2));
    assert_eq!(ada.asks_again("/v1/today", &held).await.status, 200);
}

/// A change is answered, never found unchanged; and a problem has no tag.
#[tokio::test]
async fn only_answers_to_questions_have_tags() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let path = "/v1/couple";
    let change = json!({"name": "Ada & Ben"});
    let changed = ada
        .asks_with(("if-none-match", "*"), "PATCH", path, Some(change))
        .await;
    assert_eq!(changed.status, 200);
    assert_eq!(changed.header("etag"), None);
    let lost = ada.asks_again("/v1/rituals/nothing", "*").await;
    assert_eq!(lost.status, 404);
    assert_eq!(lost.header("etag"), None);
}

/// HEAD tells of an answer what GET would, without giving it.
#[tokio::test]
async fn head_is_get_without_the_body() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let got = ada.get("/v1/couple").await;
    let headed = ada.tap("HEAD", "/v1/couple").await;
    assert_eq!(headed.status, 200);
    assert!(headed.body.is_empty());
    for name in ["etag", "content-type", "cache-control", "content-length"] {
        assert!(got.header(name).is_some(), "{name}");
        assert_eq!(headed.header(name), got.header(name), "{name}");
    }
    let length = got.body.len().to_string();
    assert_eq!(headed.header("content-length"), Some(length.as_str()));
}

/// No cache on the way keeps anything personal: whatever the route, and whatever the answer.
#[tokio::test]
async fn nothing_personal_is_cached() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let unknown = Ids::unknown();
    for route in routes::signed_in() {
        for answer in [
            route.ask(&ben, &unknown).await,
            route.ask_anonymously(&ada, &unknown).await,
        ] {
            let kept = answer.header("cache-control");
            assert_eq!(kept, Some("no-store"), "{}", answer.told());
        }
    }
    let document = ada.get("/openapi.json").await;
    assert_eq!(document.header("cache-control"), None);
    assert!(document.header("etag").is_some(), "a public page has a tag");
}

/// A client that follows links comes through a list page by page, with the question it asked.
#[tokio::test]
async fn pages_are_linked() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    for title in ["Tea", "Walk", "Talk & more", "Kiss", "Call"] {
        let mut ritual = date_night();
        ritual["title"] = json!(title);
        ada.proposes(ritual).await;
    }
    let mut path = Some("/v1/rituals?archived=false&limit=2".to_owned());
    let mut titles = Vec::new();
    let mut pages = 0;
    while let Some(next) = path {
        let page = ada.get(&next).await;
        let body = page.json(200);
        for ritual in body["data"].as_array().unwrap() {
            titles.push(ritual["title"].as_str().unwrap().to_owned());
        }
        assert_eq!(
            page.header("link").is_some(),
            !body["next_cursor"].is_null()
        );
        path = page.header("link").map(|link| {
            let target = link.strip_prefix('<').unwrap();
            let target = target.strip_suffix(">; rel=\"next\"").unwrap();
            assert!(target.contains("archived=false") && target.contains("limit=2"));
            target.to_owned()
        });
        pages += 1;
    }
    titles.sort();
    assert_eq!(titles, ["Call", "Kiss", "Talk & more", "Tea", "Walk"]);
    assert_eq!(pages, 3);
}
