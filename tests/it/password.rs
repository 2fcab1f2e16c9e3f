//! Changing a password, and what a password costs.

use std::time::Duration;

use hearth::domain::text::Email;
use hearth::ids::Chance;
use hearth::password::{Password, Passwords};
use hearth::store;
use serde_json::{Value, json};

use crate::cost::work_of;
use crate::world::{Answer, PASSWORD, Person, WRONG_PASSWORD, World, text};

const NEW_PASSWORD: &str = "eleven wild geese";

impl Person {
    async fn changes_password(&self, current: &str, new: &str) -> Answer {
        let change = json!({"current_password": current, "new_password": new});
        self.put("/v1/me/password", change).await
    }

    /// The same person on another device.
    pub async fn elsewhere(&self) -> Person {
        let session = self.signs_in(PASSWORD).await.json(201);
        self.holding(&text(&session["token"]))
    }
}

/// After a change only the new password opens, every other device is signed out at once, and the one that
/// changed it stays.
#[tokio::test]
async fn changing_a_password_signs_out_everywhere_else() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let (phone, laptop) = (ada.elsewhere().await, ada.elsewhere().await);
    phone.changes_password(PASSWORD, NEW_PASSWORD).await.empty();
    phone.get("/v1/me").await.json(200);
    for signed_out in [&ada, &laptop] {
        let answer = signed_out.get("/v1/me").await;
        answer.problem(401, "unauthenticated");
    }
    ben.get("/v1/me").await.json(200);
    let old = ada.signs_in(PASSWORD).await;
    old.problem(401, "wrong_credentials");
    ada.signs_in(NEW_PASSWORD).await.json(201);
}

/// A found phone, signed in as it is, cannot change the password; and a new one is held to what signing up
/// asks for. Nothing happens then, and the phone stays signed in.
#[tokio::test]
async fn a_change_asks_for_the_password_and_a_good_new_one() {
    let ada = World::new().await.ada().await;
    let phone = ada.elsewhere().await;
    let wrong = phone.changes_password(WRONG_PASSWORD, NEW_PASSWORD).await;
    assert!(wrong.problem(403, "wrong_password").is_empty());
    for (new, code) in [
        ("password", "weak_password"),
        ("ada@example.org", "weak_password"),
        ("7 chars", "invalid_request"),
    ] {
        let weak = phone.changes_password(PASSWORD, new).await;
        assert_eq!(weak.problem(422, code), ["/new_password"], "{new}");
    }
    let rows: [(Value, &str); 3] = [
        (json!({"new_password": NEW_PASSWORD}), "/current_password"),
        (json!({"current_password": PASSWORD}), "/new_password"),
        (
            json!({"current_password": null, "new_password": NEW_PASSWORD}),
            "/current_password",
        ),
    ];
    for (change, pointer) in rows {
        let answer = phone.put("/v1/me/password", change).await;
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
    ada.get("/v1/me").await.json(200);
    ada.signs_in(PASSWORD).await.json(201);
}

/// A token that may not manage cannot guess at the password: nothing is hashed for it.
#[tokio::test]
async fn only_who_may_manage_is_asked() {
    let ada = World::new().await.ada().await;
    let who = json!({"email": ada.email, "password": PASSWORD, "scopes": ["read", "log"]});
    let session = ada.world.send("POST", "/v1/tokens", None, Some(who)).await;
    let narrow = ada.holding(&text(&session.json(201)["token"]));
    let nobody = ada.holding("hearth_nobody");
    for (one, status, code) in [
        (narrow, 403, "missing_scope"),
        (nobody, 401, "unauthenticated"),
    ] {
        let (refused, work) = work_of(one.changes_password(PASSWORD, NEW_PASSWORD)).await;
        refused.problem(status, code);
        assert!(work.hashes.is_empty());
    }
}

/// A hash takes long. When the password is changed while somebody signs in with the old one, what they get is
/// no token: it would have escaped the sign-out.
#[tokio::test]
async fn a_change_overtakes_a_sign_in() {
    let ada = World::new().await.ada().await;
    let (late, ()) = tokio::join!(ada.signs_in(PASSWORD), changed_behind_the_door(&ada));
    late.problem(401, "wrong_credentials");
}

/// Nor is a change made by whoever proved a password that is no longer the one.
#[tokio::test]
async fn a_change_overtakes_a_change() {
    let ada = World::new().await.ada().await;
    let change = ada.changes_password(PASSWORD, NEW_PASSWORD);
    let (late, ()) = tokio::join!(change, changed_behind_the_door(&ada));
    late.problem(403, "wrong_password");
    let refused = ada.signs_in(NEW_PASSWORD).await;
    refused.problem(401, "wrong_credentials");
}

/// Holds the write door until others, who have hashed already, wait for it; then changes the password.
async fn changed_behind_the_door(person: &Person) {
    let store = &person.world.app.store;
    let mut tx = store.write().await.unwrap();
    tokio::time::sleep(Duration::from_millis(200)).await;
    let email = Email::try_from(person.email.clone()).unwrap();
    let found = store::accounts::find_by_email(&mut tx, &email).await;
    let (account, _) = found.unwrap().unwrap();
    let password = Password::try_from("twelve brave puffins".to_owned()).unwrap();
    let passwords = &person.world.app.passwords;
    let hash = passwords.hash(&password, &mut Chance::seeded(1)).await;
    store::accounts::set_password(&mut tx, &account, &hash.unwrap())
        .await
        .unwrap();
    tx.commit().await.unwrap();
}

/// Of many devices that change the password at once, one does; then the others are signed out.
#[tokio::test]
async fn of_many_changes_at_once_one_counts() {
    let ada = World::new().await.ada().await;
    let mut devices = Vec::new();
    for number in 0..8 {
        let new = format!("{NEW_PASSWORD} {number}");
        devices.push((ada.elsewhere().await, new));
    }
    let changes = devices.iter().cloned().map(|(device, new)| {
        let change = async move { device.changes_password(PASSWORD, &new).await };
        ada.world.app.tasks.spawn(change)
    });
    let mut changed = Vec::new();
    for (change, (device, new)) in changes.collect::<Vec<_>>().into_iter().zip(&devices) {
        let answer = change.await.unwrap();
        match answer.status.as_u16() {
            204 => changed.push((device, new)),
            403 => drop(answer.problem(403, "wrong_password")),
            _ => drop(answer.problem(401, "unauthenticated")),
        }
    }
    let [(winner, new)] = changed[..] else {
        panic!("{} changes counted", changed.len());
    };
    for (device, _) in &devices {
        let lives = device.token == winner.token;
        let status = if lives { 200 } else { 401 };
        assert_eq!(device.get("/v1/me").await.status, status);
    }
    ada.signs_in(new).await.json(201);
}

/// Whoever guesses cannot learn, from the answer or from the work it took, whether an address has an account:
/// the same bytes, one hash of the parameters that the program is served with, the same statements. An
/// address whose account was erased is as unknown as any.
#[tokio::test]
async fn an_unknown_address_costs_what_a_known_one_costs() {
    let world = World::new()
        .await
        .with(|app| app.passwords = Passwords::default());
    let ada = world.ada().await;
    let gus = world.person("Gus", "UTC").await;
    gus.erases().await.empty();
    for wish in [
        json!({}),
        json!({"label": "phone", "scopes": ["log"], "expires_in_days": 2}),
    ] {
        let guess = async |email: &str| {
            let mut guess = json!({"email": email, "password": WRONG_PASSWORD});
            let more = wish.as_object().unwrap().clone();
            guess.as_object_mut().unwrap().extend(more);
            work_of(world.send("POST", "/v1/tokens", None, Some(guess))).await
        };
        let (wrong, known) = guess(&ada.email).await;
        wrong.problem(401, "wrong_credentials");
        assert_eq!(known.hashes, [[19_456, 2, 1]]);
        assert!(!known.statements.is_empty(), "nothing was counted");
        for email in ["nobody@example.org", &gus.email] {
            let (unknown, none) = guess(email).await;
            assert_eq!(wrong.body, unknown.body);
            assert_eq!(wrong.headers, unknown.headers);
            assert_eq!(known.hashes, none.hashes, "{email}");
            assert_eq!(known.statements, none.statements, "{email}");
        }
    }
}

/// What is no password, or asks for an impossible token, is refused before anybody looks who it is.
#[tokio::test]
async fn what_is_no_sign_in_is_no_guess() {
    let ada = World::new().await.ada().await;
    for email in [ada.email.as_str(), "nobody@example.org"] {
        for wish in [
            json!({"email": email, "password": "7 chars"}),
            json!({"email": email, "password": PASSWORD, "scopes": ["everything"]}),
        ] {
            let asked = ada.world.send("POST", "/v1/tokens", None, Some(wish));
            let (refused, work) = work_of(asked).await;
            refused.problem(422, "invalid_request");
            assert!(work.hashes.is_empty() && work.statements.is_empty());
        }
    }
}
