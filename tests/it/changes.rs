//! Nothing shared changes silently: the list of changes, for both.

use serde_json::{Value, json};

use crate::ways::daily;
use crate::world::{Person, World, check_in, text};

const LIST: &str = "/v1/couple/changes";

impl Person {
    /// The changes as one line each, the newest first: who, what, and which fields.
    async fn hears(&self) -> Vec<String> {
        let changes = self.walks(LIST, 200).await;
        let names = self.get("/v1/couple").await.json(200);
        let line = |change: &Value| {
            let members = names["members"].as_array().unwrap();
            let who = members
                .iter()
                .find(|member| member["id"] == change["member_id"]);
            let what = &change["what"];
            let fields = what["fields"].as_array().unwrap();
            let fields: Vec<&str> = fields.iter().filter_map(Value::as_str).collect();
            let line = format!(
                "{} {} {} {}",
                text(&who.unwrap()["name"]),
                text(&what["action"]),
                text(&what["kind"]),
                fields.join(" "),
            );
            line.trim_end().to_owned()
        };
        changes.iter().map(line).collect()
    }
}

/// Whatever either changes, both find, with the one who did it, the date it was for them, and the names of
/// the fields; no value, and no instant.
#[tokio::test]
async fn both_hear_of_every_change() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    // One in the morning in Oslo is the evening before, and so it is in New York.
    world.it_is("2026-11-19T05:00:00Z");
    ada.patch("/v1/couple", json!({"name": "Us", "day_start": "05:00"}))
        .await
        .json(200);
    let id = ben.proposes(check_in()).await;
    let change = json!({"title": "Tea", "cue": "after dinner", "target_minutes": 10});
    ada.amends(&id, change).await;
    let rest = json!({"from": "2026-12-24"});
    let rest = text(&ben.post("/v1/rests", rest).await.json(201)["id"]);
    let path = format!("/v1/rests/{rest}");
    ada.patch(&path, json!({"to": "2026-12-31"}))
        .await
        .json(200);
    ben.delete(&path).await.empty();
    ada.amends(&id, json!({"archived": true, "title": "Coffee"}))
        .await;
    ada.amends(&id, json!({"archived": false})).await;
    ben.delete(&format!("/v1/rituals/{id}")).await.empty();
    let told = [
        "Ben deleted ritual",
        "Ada brought_back ritual",
        "Ada changed ritual title",
        "Ada archived ritual",
        "Ben removed rest",
        "Ada changed rest to",
        "Ben begun rest",
        "Ada changed ritual title cue target_minutes",
        "Ben proposed ritual",
        "Ada changed couple name day_start",
    ];
    for one in [&ada, &ben] {
        assert_eq!(one.hears().await, told);
    }
    let newest = ada.get(LIST).await.json(200);
    let couple = ada.get("/v1/couple").await.json(200);
    let first = json!({
        "member_id": ada.id, "date": "2026-11-19",
        "what": {"kind": "couple", "id": couple["id"], "action": "changed",
            "fields": ["name", "day_start"]},
    });
    assert_eq!(newest["data"][9], first);
    let deleted = json!({
        "member_id": ben.id, "date": "2026-11-18",
        "what": {"kind": "ritual", "id": id, "action": "deleted", "fields": []},
    });
    assert_eq!(newest["data"][0], deleted);
}

/// Every field of a ritual is told by its name; a later cadence too, and taking it back.
#[tokio::test]
async fn fields_are_told_by_name() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    let weekly = json!({"kind": "weekly", "times": 2});
    for change in [
        json!({"starts_on": "2026-11-16"}),
        json!({"cadence": weekly, "rule": "either"}),
        json!({"practice": "presence", "forgiveness": "off"}),
    ] {
        ben.amends(&id, change).await;
    }
    ada.logs(&id, "today").await;
    for cadence in [json!({"kind": "daily"}), weekly] {
        ada.amends(&id, json!({"cadence": cadence})).await;
    }
    let couple = json!({"week_start": "sun", "together_since": "2019-06-01"});
    ben.patch("/v1/couple", couple).await.json(200);
    let told = [
        "Ben changed couple week_start together_since",
        "Ada changed ritual cadence",
        "Ada changed ritual cadence",
        "Ben changed ritual practice forgiveness",
        "Ben changed ritual cadence rule",
        "Ben changed ritual starts_on",
        "Ada proposed ritual",
    ];
    assert_eq!(ada.hears().await, told);
}

/// What changes nothing is not told, nor what was refused; logs, answers to a proposal, and one's own name
/// are no settings.
#[tokio::test]
async fn what_changes_nothing_is_not_told() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-16")).await;
    let rest = ada.rests(json!({"from": "2026-12-24"})).await;
    let before = ada.hears().await;
    ben.agrees(&id).await;
    ben.logs(&id, "today").await;
    ben.undoes(&id, "today").await;
    ben.withdraws(&id).await;
    ben.patch("/v1/me", json!({"name": "Benjamin"}))
        .await
        .json(200);
    ben.patch("/v1/me", json!({"name": "Ben"})).await.json(200);
    let ritual = ada.ritual(&id).await;
    let same = json!({
        "title": ritual["title"], "cadence": ritual["cadence"], "rule": ritual["rule"],
        "starts_on": ritual["starts_on"], "cue": null, "archived": false,
    });
    ben.amends(&id, same).await;
    ben.amends(&id, json!({})).await;
    ben.patch("/v1/couple", json!({"day_start": "04:00", "name": null}))
        .await
        .json(200);
    let path = format!("/v1/rests/{rest}");
    ben.patch(&path, json!({"to": null})).await.json(200);
    let wrong = ben.patch(&path, json!({"to": "2020-01-01"})).await;
    wrong.problem(422, "rest_ends_before_it_begins");
    ada.logs(&id, "2026-11-16").await;
    let stands = json!({"title": "Other", "starts_on": "2026-11-10"});
    let refused = ben.patch(&format!("/v1/rituals/{id}"), stands).await;
    refused.problem(409, "start_stands");
    assert_eq!(ada.hears().await, before);
    assert_eq!(ben.hears().await, before);
}

/// A decline is never told: the proposer's list is the same with it and without. For the decliner the
/// ritual is gone from the list, its rests too, even after it is deleted; a later yes brings it back.
#[tokio::test]
async fn a_declined_ritual_is_left_out_for_the_decliner() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ada.rests(json!({"from": "2026-12-24", "ritual_id": id}))
        .await;
    let both = ["Ada begun rest", "Ada proposed ritual"];
    assert_eq!(ben.hears().await, both);
    let before = ada.get(LIST).await;
    ben.withdraws(&id).await;
    let after = ada.get(LIST).await;
    assert_eq!((after.body, after.headers), (before.body, before.headers));
    assert!(ben.hears().await.is_empty());
    ben.agrees(&id).await;
    assert_eq!(ben.hears().await, both);

    let other = ada.proposes(check_in()).await;
    ben.withdraws(&other).await;
    ada.amends(&other, json!({"title": "Tea"})).await;
    ada.delete(&format!("/v1/rituals/{other}")).await.empty();
    assert_eq!(ben.hears().await, both);
    let hers = ada.hears().await;
    assert_eq!(hers[0], "Ada deleted ritual");
    assert_eq!(hers.len(), 5);
}

/// The list comes page by page; what happens meanwhile shifts no page.
#[tokio::test]
async fn changes_come_page_by_page() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    for title in ["One", "Two", "Three", "Four"] {
        ben.amends(&id, json!({"title": title})).await;
    }
    let whole = ada.walks(LIST, 200).await;
    assert_eq!(whole.len(), 5);
    for limit in [1, 2, 4, 5] {
        assert_eq!(ada.walks(LIST, limit).await, whole);
    }
    let first = ada.get(&format!("{LIST}?limit=2")).await.json(200);
    ben.amends(&id, json!({"title": "Five"})).await;
    let cursor = text(&first["next_cursor"]);
    let next = ada.get(&format!("{LIST}?limit=2&cursor={cursor}")).await;
    assert_eq!(next.json(200)["data"].as_array().unwrap()[..], whole[2..4]);
}
