//! Signing up, signing in, and one's own account.

use hearth::domain::text::Email;
use hearth::password::Passwords;
use hearth::store;
use serde_json::{Value, json};

use crate::world::{PASSWORD, Person, WRONG_PASSWORD, World, text};

fn form(email: &str, password: &str) -> Value {
    json!({"email": email, "password": password, "name": "Ada", "time_zone": "Europe/Oslo"})
}

/// Signing up gives an account as its owner sees it, and a token that may do everything for 180 days;
/// the password is nowhere in the answer.
#[tokio::test]
async fn signing_up_is_signing_in() {
    let world = World::new().await;
    let form = form("  Ada@Example.ORG ", PASSWORD);
    let answer = world.send("POST", "/v1/accounts", None, Some(form)).await;
    let session = answer.json(201);
    assert_eq!(session["scopes"], json!(["read", "log", "manage"]));
    assert_eq!(session["expires_at"], "2027-05-17T19:00:00.000Z");
    let token = text(&session["token"]);
    assert!(token.starts_with("hearth_") && token.len() == 50, "{token}");
    let shown = world
        .send("GET", "/v1/me", Some(&token), None)
        .await
        .json(200);
    assert_eq!(shown, session["account"]);
    let expected = json!({
        "id": session["account"]["id"], "email": "ada@example.org", "name": "Ada",
        "time_zone": "Europe/Oslo", "share_time_zone": false,
        "created_at": "2026-11-18T19:00:00.000Z",
    });
    assert_eq!(shown, expected);
    assert!(!answer.told().contains(PASSWORD) && !answer.told().contains("argon2"));
}

/// An address has one account, however it is spelled, and the first one keeps its password.
#[tokio::test]
async fn an_address_has_one_account() {
    let world = World::new().await;
    let ada = world.ada().await;
    for spelling in ["ada@example.org", "ADA@example.ORG", " Ada@Example.Org\t"] {
        let again = form(spelling, "another strong otter");
        let answer = world.send("POST", "/v1/accounts", None, Some(again)).await;
        assert_eq!(answer.problem(409, "email_taken"), ["/email"]);
    }
    assert_eq!(ada.signs_in(PASSWORD).await.status, 201);
    let other = ada.signs_in("another strong otter").await;
    other.problem(401, "wrong_credentials");
}

/// A password has 8 to 256 characters, and is none of those that everybody tries first.
#[tokio::test]
async fn passwords_are_neither_short_nor_common() {
    let world = World::new().await;
    let long = "otters ".repeat(40);
    let (longest, too_long): (String, String) = (
        long.chars().take(256).collect(),
        long.chars().take(257).collect(),
    );
    let refused = [
        ("7 chars", "invalid_request"),
        ("", "invalid_request"),
        (too_long.as_str(), "invalid_request"),
        ("password", "weak_password"),
        ("12345678", "weak_password"),
        ("qwertyuiop", "weak_password"),
        ("aaaaaaaaaaaaaaaa", "weak_password"),
        ("ada@example.org", "weak_password"),
    ];
    for (password, code) in refused {
        let form = form("ada@example.org", password);
        let answer = world.send("POST", "/v1/accounts", None, Some(form)).await;
        assert_eq!(answer.problem(422, code), ["/password"], "{password}");
    }
    // Characters are counted, not bytes: these eight are sixteen.
    for (email, password) in [("a@example.org", "œßđŋħłþæ"), ("b@example.org", &longest)] {
        let form = form(email, password);
        let answer = world.send("POST", "/v1/accounts", None, Some(form)).await;
        answer.json(201);
    }
}

/// What is not named stays; no field can be emptied; `null` is refused where it would empty one.
#[tokio::test]
async fn one_changes_only_what_one_names() {
    let ada = World::new().await.ada().await;
    let before = ada.get("/v1/me").await.json(200);
    assert_eq!(ada.patch("/v1/me", json!({})).await.json(200), before);
    let changes = [
        ("name", json!("Ada L."), json!("Ada L.")),
        ("time_zone", json!("Asia/Tokyo"), json!("Asia/Tokyo")),
        ("share_time_zone", json!(true), json!(true)),
        ("name", json!("  Ada \u{2764} "), json!("Ada \u{2764}")),
    ];
    let mut expected = before;
    for (field, sent, kept) in changes {
        expected[field] = kept;
        let change = json!({field: sent});
        assert_eq!(ada.patch("/v1/me", change).await.json(200), expected);
        assert_eq!(ada.get("/v1/me").await.json(200), expected);
    }
    for field in ["name", "time_zone", "share_time_zone"] {
        let answer = ada.patch("/v1/me", json!({field: null})).await;
        let pointer = format!("/{field}");
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
    for field in ["email", "id", "created_at", "password"] {
        let answer = ada.patch("/v1/me", json!({field: "x"})).await;
        let pointer = format!("/{field}");
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
    assert_eq!(ada.get("/v1/me").await.json(200), expected);
}

/// Signing in does not mind how the address is spelled, and gives a token of its own.
#[tokio::test]
async fn signing_in_gives_a_new_token() {
    let ada = World::new().await.ada().await;
    let shouting = Person {
        email: ada.email.to_uppercase(),
        ..ada.clone()
    };
    let session = shouting.signs_in(PASSWORD).await.json(201);
    assert_eq!(text(&session["account"]["id"]), ada.id);
    let token = text(&session["token"]);
    assert_ne!(token, ada.token);
    for token in [&token, &ada.token] {
        let me = ada.holding(token).get("/v1/me").await.json(200);
        assert_eq!(text(&me["id"]), ada.id);
    }
}

/// The hash that is stored of a person's password.
async fn stored_hash(person: &Person) -> String {
    let email = Email::try_from(person.email.clone()).unwrap();
    let mut tx = person.world.app.store.read().await.unwrap();
    let found = store::accounts::find_by_email(&mut tx, &email).await;
    found.unwrap().unwrap().1
}

/// When the parameters rise, the next sign-in with the right password brings the hash up to date; a
/// wrong one changes nothing, and the password goes on being the same.
#[tokio::test]
async fn a_hash_is_renewed_when_parameters_rise() {
    let world = World::new().await;
    let ada = world.ada().await;
    let weak = stored_hash(&ada).await;
    ada.signs_in(PASSWORD).await.json(201);
    assert_eq!(stored_hash(&ada).await, weak, "nothing to renew");

    let stronger = Person {
        world: world.with(|app| app.passwords = Passwords::default()),
        ..ada.clone()
    };
    let wrong = stronger.signs_in(WRONG_PASSWORD).await;
    wrong.problem(401, "wrong_credentials");
    assert_eq!(stored_hash(&ada).await, weak);
    stronger.signs_in(PASSWORD).await.json(201);
    let strong = stored_hash(&ada).await;
    let parameters = "$argon2id$v=19$m=19456,t=2,p=1$";
    assert!(strong.starts_with(parameters), "{strong}");
    stronger.signs_in(PASSWORD).await.json(201);
    assert_eq!(stored_hash(&ada).await, strong);
}

impl Person {
    pub async fn signs_in(&self, password: &str) -> crate::world::Answer {
        let who = json!({"email": self.email, "password": password});
        self.world.send("POST", "/v1/tokens", None, Some(who)).await
    }
}
