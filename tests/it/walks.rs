//! Reading what was logged, page by page.

use serde_json::Value;

use crate::dice::Dice;
use crate::ways::{daily, days_after};
use crate::world::{Person, World, text};

/// Thirty-odd logs of both in three rituals; answers the rituals' ids.
async fn scattered(world: &World, ada: &Person, ben: &Person) -> Vec<String> {
    let mut rituals = Vec::new();
    for _ in 0..3 {
        let id = ada.proposes(daily("2026-11-09")).await;
        ben.agrees(&id).await;
        rituals.push(id);
    }
    let mut dice = Dice(7);
    for _ in 0..60 {
        let date = days_after("2026-11-09", dice.below(10) as i64);
        let who = if dice.happens(50) { ada } else { ben };
        who.logs(dice.pick::<String>(&rituals), &date).await;
        world.pass(chrono::TimeDelta::seconds(1));
    }
    rituals
}

/// Logs are listed by date, newest first, then ritual, then member; each exactly once on any walk.
#[tokio::test]
async fn a_walk_meets_every_log_once() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let rituals = scattered(&world, &ada, &ben).await;
    let whole = ada.walks("/v1/logs", 200).await;
    let places: Vec<[String; 3]> = whole.iter().map(place).collect();
    let mut sorted = places.clone();
    sorted.sort_by(|a, b| (&b[0], &a[1], &a[2]).cmp(&(&a[0], &b[1], &b[2])));
    sorted.dedup();
    assert_eq!(places, sorted);
    assert!(places.len() > 30, "{}", places.len());
    for limit in [1, 2, 3, 5, 17, places.len(), places.len() + 1] {
        assert_eq!(ada.walks("/v1/logs", limit).await, whole);
    }
    let mut by_ritual = 0;
    for id in &rituals {
        let path = format!("/v1/rituals/{id}/logs");
        let mut wanted = whole.clone();
        wanted.retain(|log| text(&log["ritual_id"]) == *id);
        for limit in [1, 2, 4, 200] {
            assert_eq!(ada.walks(&path, limit).await, wanted);
        }
        by_ritual += wanted.len();
    }
    assert_eq!(by_ritual, whole.len());
}

fn place(log: &Value) -> [String; 3] {
    ["date", "ritual_id", "member_id"].map(|field| text(&log[field]))
}

/// The filters hold on every page, and what they do not understand they refuse.
#[tokio::test]
async fn filters_narrow_the_walk() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    scattered(&world, &ada, &ben).await;
    let whole = ada.walks("/v1/logs", 200).await;
    let (from, to, member) = ("2026-11-12", "2026-11-15", ben.id.as_str());
    for (query, keeps) in [
        (
            format!("from={from}"),
            Box::new(|log: &Value| text(&log["date"]).as_str() >= from)
                as Box<dyn Fn(&Value) -> bool>,
        ),
        (
            format!("to={to}"),
            Box::new(|log: &Value| text(&log["date"]).as_str() <= to),
        ),
        (
            format!("member={member}"),
            Box::new(|log: &Value| log["member_id"] == member),
        ),
        (
            format!("from={to}&to={to}&member={member}"),
            Box::new(|log: &Value| log["member_id"] == member && log["date"] == to),
        ),
    ] {
        let mut wanted = whole.clone();
        wanted.retain(|log| keeps(log));
        for limit in [1, 3, 200] {
            assert_eq!(
                ada.walks(&format!("/v1/logs?{query}"), limit).await,
                wanted,
                "{query}"
            );
        }
    }
}

/// A filter that is none is refused and pointed at.
#[tokio::test]
async fn a_filter_that_is_none_is_pointed_at() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    for (query, pointer) in [
        ("limit=0", "/limit"),
        ("limit=201", "/limit"),
        ("limit=many", "/limit"),
        ("cursor=nonsense", "/cursor"),
        ("from=yesterday", "/from"),
        ("from=2026-11-15&to=2026-11-12", "/to"),
        ("member=ben", "/member"),
        ("sort=asc", "/sort"),
    ] {
        let answer = ada.get(&format!("/v1/logs?{query}")).await;
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
}
