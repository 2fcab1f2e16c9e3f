//! What is one couple's is nobody else's, and whoever is nobody gets nothing: every cell of the matrix.

use serde_json::{Value, json};

use crate::home::{Home, assert_all_same, assert_same};
use crate::matrix::matrix;
use crate::routes::{Ids, NOBODY};
use crate::seen::all_that_is_seen_by;
use crate::tokens::token;
use crate::world::{PASSWORD, Person, World, check_in, text};

/// Cleo and Dan, another couple, whose ritual looks like Ada's.
async fn others(world: &World) -> (Person, Person) {
    let (cleo, dan) = (world.cleo().await, world.person("Dan", "UTC").await);
    cleo.tap("POST", "/v1/couple").await.json(201);
    cleo.pairs_with(&dan).await;
    let ritual = cleo.proposes(check_in()).await;
    cleo.logs(&ritual, "today").await;
    cleo.answers("today", "The sea.").await;
    (cleo, dan)
}

/// To another couple Ada's ids are ids of nothing, while an invitation of hers lies open, and while somebody
/// waits for her: nobody else says yes or no to them.
#[tokio::test]
async fn another_couple_reaches_nothing() {
    for waits in [false, true] {
        let world = World::new().await;
        let mut home = Home::of(world.ada().await).await;
        let (cleo, _) = others(&world).await;
        if waits {
            let ben = world.ben().await;
            ben.accepts(&home.keeper.invites().await).await.json(200);
            home.ids.member = ben.id;
        }
        home.is_closed_to(&cleo, |row| row.elsewhere).await;
        for answer in all_that_is_seen_by(&cleo.elsewhere().await, &[]).await {
            let told = answer.told();
            assert!(
                !told.contains("lighthouse") && !told.contains("Ada"),
                "{told}"
            );
        }
    }
}

/// Once a couple is closed, neither reaches anything of it any more, whoever of the two left.
#[tokio::test]
async fn what_two_had_is_closed_to_both() {
    for (ada_asks, ada_leaves) in [(true, true), (true, false), (false, true), (false, false)] {
        let world = World::new().await;
        let (ada, ben) = (world.ada().await, world.ben().await);
        let home = Home::of(ada.clone()).await;
        ada.pairs_with(&ben).await;
        let leaver = if ada_leaves { &ada } else { &ben };
        leaver.leaves().await;
        let (asks, other) = if ada_asks { (&ada, &ben) } else { (&ben, &ada) };
        let home = home.kept_by(other).await;
        home.is_closed_to(asks, |row| row.alone).await;
    }
}

/// Nor does an ex reach what the other has with somebody new, alone or with somebody new themselves.
#[tokio::test]
async fn an_ex_reaches_nothing_new() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    ben.leaves().await;
    let home = Home::of(ada).await;
    home.keeper
        .pairs_with(&world.person("Eve", "UTC").await)
        .await;
    home.is_closed_to(&ben, |row| row.alone).await;
    let ben = ben.elsewhere().await;
    ben.tap("POST", "/v1/couple").await.json(201);
    ben.pairs_with(&world.person("Fay", "UTC").await).await;
    home.is_closed_to(&ben, |row| row.elsewhere).await;
}

/// Whoever accepted an invitation reads the inviter's name, and can do nothing but step back.
#[tokio::test]
async fn whoever_waits_reaches_nothing() {
    let world = World::new().await;
    let mut home = Home::of(world.ada().await).await;
    let ben = world.ben().await;
    ben.accepts(&home.keeper.invites().await).await.json(200);
    home.ids.member = ben.id.clone();
    // Ada sees what Ben calls himself: here he has done so before.
    ben.patch("/v1/me", json!({"name": "Changed"})).await;
    home.is_closed_to(&ben, |row| row.awaiting).await;
}

/// Once turned away, having stepped back, or when nobody confirmed them in time, they are as anybody.
#[tokio::test]
async fn whoever_waited_reaches_nothing() {
    for end in ["turned away", "stepped back", "lapsed"] {
        let world = World::new().await;
        let mut home = Home::of(world.ada().await).await;
        let ben = world.ben().await;
        ben.accepts(&home.keeper.invites().await).await.json(200);
        home.ids.member = ben.id.clone();
        match end {
            "turned away" => {
                let path = format!("/v1/couple/members/{}", ben.id);
                home.keeper.delete(&path).await.empty();
            }
            "stepped back" => ben.leaves().await,
            _ => world.pass_days(7),
        }
        home.is_closed_to(&ben, |row| row.alone).await;
    }
}

/// Tokens that each opened something once, by what ended them.
async fn dead_tokens(world: &World) -> Vec<(&'static str, Person)> {
    let aged = world.person("Abe", "UTC").await;
    for _ in 0..6 {
        world.pass_days(25);
        aged.get("/v1/me").await.json(200);
        world.at_rest().await;
    }
    let idle = world.person("Ida", "UTC").await;
    world.pass_days(25);
    aged.get("/v1/me").await.json(200);
    world.at_rest().await;
    world.pass_days(6);
    let dora = world.person("Dora", "UTC").await;
    let [revoked, changed, reset] = [
        dora.elsewhere().await,
        dora.elsewhere().await,
        dora.elsewhere().await,
    ];
    revoked.delete("/v1/tokens/current").await.empty();
    let change = json!({"current_password": PASSWORD, "new_password": "eleven wild geese"});
    reset.put("/v1/me/password", change).await.empty();
    reset.delete("/v1/tokens").await.empty();
    let erased = world.person("Gus", "UTC").await;
    erased.erases().await.empty();
    let never = dora.holding(&format!("hearth_{}", "A".repeat(43)));
    vec![
        ("180 days old", aged),
        ("idle for more than 30 days", idle),
        ("revoked", revoked),
        ("ended by a new password", changed),
        ("signed out everywhere", reset),
        ("of an erased account", erased),
        ("never made", never),
    ]
}

/// Without a living token, whatever the reason, every operation answers as to somebody without any, byte by
/// byte, whatever they ask for.
#[tokio::test]
async fn without_a_living_token_there_is_nothing() {
    let world = World::new().await;
    let dead = dead_tokens(&world).await;
    let home = Home::of(world.ada().await).await;
    let before = home.seen().await;
    let anonymous = world.send("GET", "/v1/me", None, None).await;
    anonymous.problem(401, "unauthenticated");
    assert_eq!(anonymous.headers["www-authenticate"], "Bearer");
    for (_, route) in matrix() {
        for ids in [&home.ids, &Ids::unknown(), &Ids::all("no-id")] {
            assert_same(&route.ask_anonymously(&home.keeper, ids).await, &anonymous);
            for (end, person) in &dead {
                let answer = route.ask(person, ids).await;
                assert_eq!(answer.status, 401, "{end}: {}", answer.told());
                assert_same(&answer, &anonymous);
            }
        }
    }
    assert_all_same(&before, &home.seen().await);
}

/// A token is refused whatever takes a scope that it lacks, alike for what is there and what is not, and
/// is not refused what takes its own.
#[tokio::test]
async fn without_the_scope_nothing_is_done() {
    let world = World::new().await;
    let home = Home::of(world.ada().await).await;
    let mut narrow = Vec::new();
    for scopes in [
        &["read"][..],
        &["log"],
        &["manage"],
        &["read", "log"],
        &["read", "manage"],
        &["log", "manage"],
    ] {
        narrow.push((scopes, token(&home.keeper, json!({"scopes": scopes})).await));
    }
    let before = home.seen().await;
    let eve = world.person("Eve", "UTC").await;
    for (row, route) in matrix() {
        for (scopes, person) in &narrow {
            if scopes.contains(&row.scope) {
                continue;
            }
            let answer = route.ask(person, &home.ids).await;
            answer.problem(403, "missing_scope");
            assert_same(&answer, &route.ask(person, &Ids::unknown()).await);
        }
        // One of its own for each: some operations end it.
        let own = token(&eve, json!({"scopes": [row.scope]})).await;
        let told = route.ask(&own, &Ids::unknown()).await.told();
        assert!(!told.contains("missing_scope"), "{told} with {}", row.scope);
    }
    assert_all_same(&before, &home.seen().await);
}

/// Nor does an id of others tell anything in a body, a query or a cursor.
#[tokio::test]
async fn ids_of_others_tell_nothing_anywhere() {
    let world = World::new().await;
    let Home {
        keeper: ada, ids, ..
    } = Home::of(world.ada().await).await;
    let (cleo, _) = others(&world).await;
    let rest = |ritual: &str| json!({"from": "2026-11-18", "ritual_id": ritual});
    let unknown = cleo.post("/v1/rests", rest(NOBODY)).await;
    assert_eq!(unknown.problem(422, "invalid_request"), ["/ritual_id"]);
    assert_same(&cleo.post("/v1/rests", rest(&ids.ritual)).await, &unknown);
    assert_eq!(
        cleo.get("/v1/rests").await.json(200)["data"],
        Value::Array(vec![])
    );

    let member = |id: &str| format!("/v1/logs?member={id}");
    let nobodys = cleo.get(&member(NOBODY)).await;
    assert_eq!(nobodys.json(200)["data"], json!([]));
    assert_same(&cleo.get(&member(&ada.id)).await, &nobodys);

    // A place in Ada's list leads nowhere in Cleo's, like one that there never was.
    ada.proposes(check_in()).await;
    let page = ada.get("/v1/rituals?limit=1").await.json(200);
    let cursor = text(&page["next_cursor"]);
    let shown = cleo.get(&format!("/v1/rituals?cursor={cursor}")).await;
    assert_eq!(shown.problem(422, "invalid_request"), ["/cursor"]);
}
