//! A fresh account, made of an export.

use hearth::domain::text::Email;
use hearth::http::import::{Addresses, Arrived, ImportError, Key, import};
use hearth::ids::Chance;
use hearth::store::progress::Step;
use serde_json::{Value, json};

use crate::checkpoint::Life;
use crate::ways::daily;
use crate::world::{Person, World, check_in, text};

impl World {
    /// A fresh database, at the same instant.
    pub async fn elsewhere(&self) -> World {
        let world = World::new().await;
        world.pass(self.app.clock.now() - world.app.clock.now());
        world
    }

    pub async fn imports(
        &self,
        document: &[u8],
        addresses: Addresses,
    ) -> Result<Arrived, ImportError> {
        let mut heard = Vec::new();
        let tell = &mut |step: Step| heard.push(step.percent);
        let chance = &mut Chance::seeded(11);
        let arrived = import(&self.app, chance, document, addresses, tell).await;
        if arrived.is_ok() {
            let whole = heard.last().is_none_or(|percent| *percent == Some(100));
            assert!(whole && heard.is_sorted(), "{heard:?}");
        }
        arrived
    }

    /// Somebody who signs in with the key they were told.
    pub async fn arrives(&self, key: &Key) -> Person {
        let form = json!({"email": key.email.as_str(), "password": key.password.reveal()});
        let session = self
            .send("POST", "/v1/tokens", None, Some(form))
            .await
            .json(201);
        Person {
            world: self.clone(),
            id: text(&session["account"]["id"]),
            token: text(&session["token"]),
            email: key.email.as_str().to_owned(),
        }
    }
}

pub fn address(email: &str) -> Option<Email> {
    Some(email.to_owned().try_into().unwrap())
}

impl Person {
    /// The document again, with the password that they were told.
    pub async fn exports_with(&self, key: &Key) -> Vec<u8> {
        let password = json!({"password": key.password.reveal()});
        let answer = self.post("/v1/me/export", password).await;
        answer.json(200);
        answer.body
    }

    /// Titles and streaks of all rituals, in their order.
    async fn all_streaks(&self) -> Vec<(Value, Value)> {
        let mut all = self.walks("/v1/rituals", 50).await;
        all.extend(self.walks("/v1/rituals?archived=true", 50).await);
        let told = |one: Value| (one["title"].clone(), one["streak"].clone());
        all.into_iter().map(told).collect()
    }
}

/// Whatever two people did in the course of months: taken along and taken in again, every streak stands as
/// it stood, and the export made of it is the same to the byte.
#[tokio::test]
async fn a_life_moves_without_losing_a_day() {
    let mut kept = 0;
    for seed in 1..=6 {
        let mut life = Life::begins(seed).await;
        for person in &life.people {
            let shares = json!({"share_time_zone": true});
            person.patch("/v1/me", shares).await.json(200);
        }
        for _ in 0..50 {
            life.acts().await;
            let hours = chrono::TimeDelta::hours(life.dice.below(40) as i64);
            life.world.pass(hours);
        }
        // One who stays signed in all those weeks; months would end the token.
        let ada = &life.people[0];
        let document = ada.takes_along().await.body;
        let world = life.world.elsewhere().await;
        let arrived = world
            .imports(&document, Addresses::default())
            .await
            .unwrap();
        let moved = world.arrives(&arrived.me).await;
        let streaks = ada.all_streaks().await;
        assert_eq!(moved.all_streaks().await, streaks, "seed {seed}");
        let again = moved.exports_with(&arrived.me).await;
        assert_eq!(again, document, "seed {seed}");
        for (_, streak) in streaks {
            kept += streak["total_kept"].as_u64().unwrap();
        }
    }
    assert!(kept > 50, "nothing was ever kept: {kept}");
}

/// Ada and Ben with a ritual that both log, and a couple that Ada left before; and Ada's export.
pub async fn two_couples(world: &World) -> (Person, Value) {
    let (ada, ben) = world.couple().await;
    let cleo = world.cleo().await;
    let old = ada.proposes(check_in()).await;
    ada.writes(&old, "today", json!({"note": "Then."})).await;
    ada.leaves().await;
    ben.post("/v1/couple", json!({})).await.json(201);
    ada.post("/v1/couple", json!({"name": "Us"}))
        .await
        .json(201);
    ada.pairs_with(&cleo).await;
    let id = ada.proposes(daily("2026-11-09")).await;
    cleo.agrees(&id).await;
    for date in ["2026-11-09", "2026-11-18"] {
        cleo.writes(&id, date, json!({"note": "Ours.", "minutes": 5}))
            .await;
        ada.writes(&id, date, json!({"note": "Mine.", "visibility": "private"}))
            .await;
    }
    ada.rests(json!({"from": "2026-11-11", "ritual_id": id}))
        .await;
    cleo.plans(json!({"ritual_id": id, "date": "2026-12-04", "title": "Soup"}))
        .await;
    ada.plans(json!({"date": "2026-12-05", "at": "08:15", "title": "You land in Oslo"}))
        .await;
    cleo.thanks("For Sydney.").await;
    ada.thanks("For Oslo.").await;
    let export = ada.export().await;
    (ada, export)
}

/// What was closed stays closed and unseen; what is open goes on. Nobody else can take the partner's seat:
/// a stand-in has it, and nobody signs in as one.
#[tokio::test]
async fn a_moved_couple_goes_on() {
    let world = World::new().await;
    let (_, export) = two_couples(&world).await;
    let world = world.elsewhere().await;
    let document = export.to_string().into_bytes();
    let arrived = world
        .imports(&document, Addresses::default())
        .await
        .unwrap();
    assert!(arrived.partner.is_none());
    let ada = world.arrives(&arrived.me).await;
    let again: Value = serde_json::from_slice(&ada.exports_with(&arrived.me).await).unwrap();
    assert_eq!(again, export);

    let couple = ada.get("/v1/couple").await.json(200);
    assert_eq!(couple["name"], "Us");
    assert_eq!(couple["members"][1]["name"], "Cleo");
    let rituals = ada.walks("/v1/rituals", 50).await;
    assert_eq!(rituals.len(), 1, "the closed couple's is not there");
    let logs = ada.get("/v1/logs").await.json(200);
    assert!(!logs.to_string().contains("Then."));
    assert_eq!(logs["data"].as_array().unwrap().len(), 4);
    let full = ada.tap("POST", "/v1/couple/invitations").await;
    full.problem(409, "couple_full");
    ada.logs(&text(&rituals[0]["id"]), "2026-11-12").await;
    ada.leaves().await;
    ada.post("/v1/couple", json!({})).await.json(201);
}

/// Two can move together: the partner gets a key too, finds the seat, and what was shared.
#[tokio::test]
async fn a_partner_comes_along() {
    let world = World::new().await;
    let (_, export) = two_couples(&world).await;
    let world = world.elsewhere().await;
    let addresses = Addresses {
        email: address("ada@new.example"),
        partner_email: address("cleo@new.example"),
    };
    let document = export.to_string().into_bytes();
    let arrived = world.imports(&document, addresses).await.unwrap();
    let ada = world.arrives(&arrived.me).await;
    assert_eq!(ada.email, "ada@new.example");
    let cleo = world.arrives(&arrived.partner.unwrap()).await;
    let logs = cleo.get("/v1/logs").await.told();
    assert_eq!(logs.matches("Ours.").count(), 2);
    assert!(!logs.contains("Mine."));
    let rituals = cleo.walks("/v1/rituals", 50).await;
    cleo.logs(&text(&rituals[0]["id"]), "2026-11-12").await;
    assert_eq!(
        ada.walks("/v1/rituals", 50).await[0]["streak"]["total_kept"],
        3
    );
}

/// The document with one value changed.
pub fn with(export: &Value, pointer: &str, value: Value) -> Value {
    let mut changed = export.clone();
    let (parent, field) = pointer.rsplit_once('/').unwrap();
    let parent = changed.pointer_mut(parent).unwrap();
    match parent.as_array_mut() {
        Some(list) => list[field.parse::<usize>().unwrap()] = value,
        None => parent[field] = value,
    }
    changed
}

/// An address has one account: the import says which address to change, and writes nothing.
#[tokio::test]
async fn a_taken_address_is_refused() {
    let world = World::new().await;
    let (ada, export) = two_couples(&world).await;
    let document = export.to_string().into_bytes();
    let taken = world.imports(&document, Addresses::default()).await;
    let told = taken.unwrap_err().to_string();
    assert!(
        told.starts_with("ada@example.org has an account already"),
        "{told}"
    );
    assert!(told.contains("--email"), "{told}");
    for partner in ["cleo@example.org", "fresh@example.org"] {
        let addresses = Addresses {
            email: address("fresh@example.org"),
            partner_email: address(partner),
        };
        let told = world
            .imports(&document, addresses)
            .await
            .unwrap_err()
            .to_string();
        assert!(told.contains("--partner-email"), "{told}");
    }
    // Alone, nobody can come along.
    let alone = with(&export, "/couples", json!([export["couples"][0]])).to_string();
    let addresses = Addresses {
        email: address("fresh@example.org"),
        partner_email: address("ben@new.example"),
    };
    let told = world
        .imports(alone.as_bytes(), addresses)
        .await
        .unwrap_err()
        .to_string();
    assert!(told.contains("--partner-email"), "{told}");
    let form = json!({
        "email": "fresh@example.org", "password": "seven quiet otters", "name": "Fresh",
        "time_zone": "UTC",
    });
    world
        .send("POST", "/v1/accounts", None, Some(form))
        .await
        .json(201);
    ada.get("/v1/me").await.json(200);
}
