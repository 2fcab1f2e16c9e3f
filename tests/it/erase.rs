//! Erasing an account: what is mine goes, and what is also the other's stays theirs.

use hearth::http::import::Addresses;
use hearth::ids::AccountId;
use hearth::store;
use serde_json::{Value, json};

use crate::checkpoint::Life;
use crate::scrub::{remnants, wordy_life};
use crate::world::{Answer, PASSWORD, Person, WRONG_PASSWORD, World, text};

impl Person {
    pub async fn erases(&self) -> Answer {
        let world = &self.world;
        let proof = Some(json!({"password": PASSWORD}));
        world
            .send("DELETE", "/v1/me", Some(&self.token), proof)
            .await
    }
}

/// The erased one is nobody from the next request on, can sign up anew, and left the couple silently.
#[tokio::test]
async fn whoever_is_erased_is_nobody() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let session = ada.signs_in(PASSWORD).await.json(201);
    ada.erases().await.empty();
    for token in [&ada.token, &text(&session["token"])] {
        let answer = ada.holding(token).get("/v1/me").await;
        answer.problem(401, "unauthenticated");
    }
    ada.erases().await.problem(401, "unauthenticated");
    let answer = ada.signs_in(PASSWORD).await;
    answer.problem(401, "wrong_credentials");
    ben.get("/v1/couple").await.problem(404, "no_couple");
    ben.post("/v1/couple", json!({})).await.json(201);
    let again = world.ada().await;
    assert_ne!(again.id, ada.id);
    assert_eq!(again.export().await["couples"], json!([]));
}

/// A found phone erases nobody, and one who is erased by mistake was asked.
#[tokio::test]
async fn erasing_asks_for_the_password() {
    let ada = World::new().await.ada().await;
    for (proof, status, code) in [
        (json!({"password": WRONG_PASSWORD}), 403, "wrong_password"),
        (json!({}), 422, "invalid_request"),
    ] {
        let answer = ada
            .world
            .send("DELETE", "/v1/me", Some(&ada.token), Some(proof))
            .await;
        answer.problem(status, code);
    }
    ada.get("/v1/me").await.json(200);
}

/// The other keeps what they logged and agreed to, under neutral titles; a proposal that they never said
/// yes to goes, and the couple's name with it.
#[tokio::test]
async fn the_partner_keeps_their_own() {
    let world = World::new().await;
    let (ada, ben, _) = wordy_life(&world).await;
    ada.erases().await.empty();
    let export = ben.export().await;
    let couple = &export["couples"][0];
    assert_eq!(couple["closed"], true);
    assert_eq!(
        (&couple["partner"], &couple["name"]),
        (&Value::Null, &Value::Null)
    );
    let rituals = couple["rituals"].as_array().unwrap();
    let mut told: Vec<Value> = rituals
        .iter()
        .map(|one| {
            json!([
                one["title"],
                one["cue"],
                one["proposed_by"],
                one["partner_part"],
                one["partner_logs"]
            ])
        })
        .collect();
    told.sort_by_key(Value::to_string);
    let expected = json!([
        ["A small ritual", "after my tea", "me", null, []],
        ["Conversation", null, "me", null, []],
        ["Ours", null, "me", null, []],
    ]);
    assert_eq!(json!(told), expected);
    let notes = export.to_string().matches("Ben was here.").count();
    assert_eq!(notes, 2);
}

/// What only repeats a title is not its writer's: it goes with whoever wrote it first.
#[tokio::test]
async fn repeating_words_does_not_make_them_ones_own() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let with_cue = json!({
        "title": "Tea", "practice": "presence", "cadence": {"kind": "daily"}, "rule": "either",
        "cue": "after lunch",
    });
    let id = ada.proposes(with_cue).await;
    ben.agrees(&id).await;
    ben.amends(&id, json!({"title": "Tea", "cue": "after lunch"}))
        .await;
    ada.erases().await.empty();
    let ritual = &ben.export().await["couples"][0]["rituals"][0];
    assert_eq!(
        (&ritual["title"], &ritual["cue"]),
        (&json!("Presence"), &Value::Null)
    );
}

/// Alone, or when both are gone, everything goes.
#[tokio::test]
async fn the_last_one_takes_everything() {
    let world = World::new().await;
    let (ada, ben, _) = wordy_life(&world).await;
    ada.erases().await.empty();
    world.at_rest().await;
    ben.erases().await.empty();
    world.at_rest().await;
    let words = ["Ben was here.", "after my tea", &ben.id, &ada.id];
    assert_eq!(remnants(world.folder.path(), &words), [""; 0]);
}

/// A stand-in is nobody: with whoever it stood beside, it goes, and so does the couple.
#[tokio::test]
async fn a_stand_in_inherits_nothing() {
    let world = World::new().await;
    let (ada, ben, _) = wordy_life(&world).await;
    let document = ben.takes_along().await.body;
    let elsewhere = world.elsewhere().await;
    let arrived = elsewhere.imports(&document, Addresses::default()).await;
    let key = arrived.unwrap().me;
    let moved = elsewhere.arrives(&key).await;
    let folder = elsewhere.folder.path();
    assert!(!remnants(folder, &["stand-in.invalid"]).is_empty());
    let proof = Some(json!({"password": key.password.reveal()}));
    let erased = elsewhere.send("DELETE", "/v1/me", Some(&moved.token), proof);
    erased.await.empty();
    elsewhere.at_rest().await;
    let words = [
        "stand-in.invalid",
        "Adelheid",
        "windowsill",
        "Ben was here.",
    ];
    assert_eq!(remnants(folder, &words), [""; 0]);
    ada.get("/v1/couple").await.json(200);
}

/// Whoever waits can go, and the seat is free again; whoever is waited for can go, too.
#[tokio::test]
async fn one_can_go_while_waiting() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    ada.post("/v1/couple", json!({})).await.json(201);
    ben.accepts(&ada.invites().await).await.json(200);
    ben.erases().await.empty();
    let cleo = world.cleo().await;
    cleo.accepts(&ada.invites().await).await.json(200);
    ada.erases().await.empty();
    cleo.get("/v1/couple").await.problem(404, "no_couple");
    cleo.post("/v1/couple", json!({})).await.json(201);
}

/// After months of any life, what is left is exact: each stored fold is the fold of what is left, and it
/// names nobody who is gone.
#[tokio::test]
async fn what_is_left_is_exact() {
    for seed in 1..=3 {
        let mut life = Life::begins(seed).await;
        for _ in 0..40 {
            life.acts().await;
            let hours = chrono::TimeDelta::hours(life.dice.below(30) as i64);
            life.world.pass(hours);
        }
        let [ada, ben] = &life.people;
        ada.erases().await.empty();
        life.world.at_rest().await;
        let left = remnants(life.world.folder.path(), &[&ada.id]);
        assert_eq!(left, [""; 0], "seed {seed}");
        is_exact(&life.world, ben.id.parse().unwrap()).await;
    }
}

async fn is_exact(world: &World, member: AccountId) {
    let app = &world.app;
    let mut tx = app.store.read().await.unwrap();
    let couples = store::couples::all_of(&mut tx, member).await.unwrap();
    for couple in couples {
        for ritual in store::rituals::all(&mut tx, couple.id).await.unwrap() {
            let mut anew = ritual.clone();
            let now = app.clock.now();
            store::checkpoints::refold(&mut tx, couple.id, &mut anew, now)
                .await
                .unwrap();
            assert_eq!(anew, ritual);
        }
    }
}
