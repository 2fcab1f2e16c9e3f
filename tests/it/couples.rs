//! Founding, changing and leaving a couple, and what partners see of one another.

use serde_json::{Value, json};

use crate::world::{Person, World, check_in};

/// A couple begins with its founder alone, a day that starts at four, and a week that starts on Monday.
#[tokio::test]
async fn a_couple_begins_with_one() {
    let world = World::new().await;
    let ada = world.ada().await;
    ada.get("/v1/couple").await.problem(404, "no_couple");
    let founded = ada.tap("POST", "/v1/couple").await.json(201);
    let expected = json!({
        "id": founded["id"], "status": "active", "name": null, "day_start": "04:00", "week_start": "mon",
        "together_since": null,
        "members": [{
            "id": ada.id, "name": "Ada", "today": "2026-11-18", "is_me": true, "status": "active",
            "time_zone": "Europe/Oslo",
        }],
    });
    assert_eq!(founded, expected);
    assert_eq!(ada.get("/v1/couple").await.json(200), expected);

    let cleo = world.cleo().await;
    let wished = json!({
        "name": "We", "day_start": "06:00", "week_start": "sat", "together_since": "2001-02-28",
    });
    let founded = cleo.post("/v1/couple", wished.clone()).await.json(201);
    for (field, value) in wished.as_object().unwrap() {
        assert_eq!(&founded[field], value);
    }
    // 19:00 UTC is 06:00 in Sydney: her day has just begun.
    assert_eq!(founded["members"][0]["today"], "2026-11-19");
}

/// One founds one couple at a time; a second founding leaves the first as it was.
#[tokio::test]
async fn nobody_founds_a_second_couple() {
    let (ada, ben) = World::new().await.couple().await;
    let before = ada.get("/v1/couple").await.json(200);
    for one in [&ada, &ben] {
        let answer = one.post("/v1/couple", json!({"name": "Another"})).await;
        answer.problem(409, "already_in_couple");
    }
    assert_eq!(ada.get("/v1/couple").await.json(200), before);
}

/// Either changes what both share; what is not named stays, `null` empties what can be empty.
#[tokio::test]
async fn either_changes_the_couple() {
    let (ada, ben) = World::new().await.couple().await;
    let mut expected = ben.get("/v1/couple").await.json(200);
    let changes = [
        ("name", json!("Ada & Ben")),
        ("together_since", json!("2019-06-21")),
        ("day_start", json!("00:00")),
        ("week_start", json!("sun")),
        ("name", Value::Null),
        ("together_since", Value::Null),
    ];
    for (field, value) in changes {
        expected[field] = value.clone();
        ada.patch("/v1/couple", json!({field: value}))
            .await
            .json(200);
        assert_eq!(ben.get("/v1/couple").await.json(200), expected);
    }
    for field in ["day_start", "week_start"] {
        let answer = ben.patch("/v1/couple", json!({field: null})).await;
        let pointer = format!("/{field}");
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
    assert_eq!(ben.get("/v1/couple").await.json(200), expected);
}

/// The partner's seat in a couple.
async fn partner(person: &Person) -> Value {
    let couple = person.get("/v1/couple").await.json(200);
    let members = couple["members"].as_array().unwrap().clone();
    let other = |member: &Value| member["is_me"] == false;
    members.into_iter().find(other).unwrap()
}

/// A time zone tells where somebody is: the partner sees it while its owner shares it, not a moment
/// longer; the date it is for them is all that always shows.
#[tokio::test]
async fn a_time_zone_shows_only_while_shared() {
    let (ada, ben) = World::new().await.couple().await;
    let plain = json!({
        "id": ben.id, "name": "Ben", "today": "2026-11-18", "is_me": false, "status": "active",
    });
    assert_eq!(partner(&ada).await, plain);
    for shares in [true, false] {
        let change = json!({"share_time_zone": shares});
        ben.patch("/v1/me", change).await.json(200);
        let mut expected = plain.clone();
        if shares {
            expected["time_zone"] = json!("America/New_York");
        }
        assert_eq!(partner(&ada).await, expected);
        let own = &ben.get("/v1/couple").await.json(200)["members"][1];
        assert_eq!(own["time_zone"], "America/New_York");
    }
    let today = ada.get("/v1/today").await.json(200);
    assert_eq!(
        today["partner"],
        json!({"name": "Ben", "date": "2026-11-18"})
    );
}

/// Each of the two can begin anew, and nothing of before is there, nor counts in the way.
#[tokio::test]
async fn nothing_of_before_shows_in_a_new_couple() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let old = ada.proposes(check_in()).await;
    ben.agrees(&old).await;
    ada.logs(&old, "today").await;
    ada.post("/v1/rests", json!({"from": "2026-11-18"}))
        .await
        .json(201);
    let before = ada.get("/v1/couple").await.json(200);
    ada.tap("POST", "/v1/couple/leave").await.empty();
    for one in [&ada, &ben] {
        let founded = one.post("/v1/couple", json!({})).await.json(201);
        assert_ne!(founded["id"], before["id"]);
        assert_eq!(founded["members"].as_array().unwrap().len(), 1);
        for list in ["/v1/rituals", "/v1/logs", "/v1/rests"] {
            let page = one.get(list).await.json(200);
            assert_eq!(page, json!({"data": [], "next_cursor": null}));
        }
        let today = one.get("/v1/today").await.json(200);
        assert_eq!(today["rituals"], json!([]));
        assert_eq!(
            (&today["partner"], &today["rest"]),
            (&Value::Null, &Value::Null)
        );
        let path = format!("/v1/rituals/{old}");
        one.get(&path).await.problem(404, "not_found");
    }
    // The next partner sees nothing of the one before.
    let cleo = world.cleo().await;
    ada.pairs_with(&cleo).await;
    let path = format!("/v1/rituals/{old}/logs");
    cleo.get(&path).await.problem(404, "not_found");
    assert_eq!(cleo.get("/v1/logs").await.json(200)["data"], json!([]));
}

/// Leaving works alone, twice, and without ever having been in a couple: it answers that one is in none.
#[tokio::test]
async fn leaving_is_always_possible() {
    let world = World::new().await;
    let ada = world.ada().await;
    for _ in 0..2 {
        ada.tap("POST", "/v1/couple/leave").await.empty();
    }
    ada.tap("POST", "/v1/couple").await.json(201);
    let code = ada.invites().await;
    for _ in 0..2 {
        ada.tap("POST", "/v1/couple/leave").await.empty();
        ada.get("/v1/couple").await.problem(404, "no_couple");
    }
    // Nobody can join what was left.
    let ben = world.ben().await;
    ben.accepts(&code).await.problem(422, "unknown_invitation");
    ada.tap("POST", "/v1/couple").await.json(201);
    ben.tap("POST", "/v1/couple").await.json(201);
}

/// Somebody who waits is let go, silently, when the inviter leaves.
#[tokio::test]
async fn whoever_waits_is_free_when_the_inviter_leaves() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.tap("POST", "/v1/couple").await.json(201);
    ben.accepts(&ada.invites().await).await.json(200);
    ada.tap("POST", "/v1/couple/leave").await.empty();
    ben.get("/v1/couple").await.problem(404, "no_couple");
    ben.tap("POST", "/v1/couple").await.json(201);
}
