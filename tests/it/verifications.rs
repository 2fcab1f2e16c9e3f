//! A new password without the old one, and another address: both only for whoever reads the mailbox.

use axum::body::Body;
use axum::http::{Request, header};
use chrono::TimeDelta;
use serde_json::{Value, json};

use crate::cost::work_of;
use crate::mailbox::{HERE, link};
use crate::postbox::{Postbox, Trouble};
use crate::world::{Answer, PASSWORD, Person, WRONG_PASSWORD, World};

const NEW: &str = "eleven wild geese";

impl World {
    /// Asks for a new password.
    async fn forgets_password(&self, email: &str) -> Answer {
        let who = json!({"email": email});
        self.send("POST", "/v1/password-resets", None, Some(who))
            .await
    }

    /// Fills in the form that a link leads to.
    async fn chooses(&self, link: &str, password: &str) -> Answer {
        let form = format!("new_password={}", password.replace(' ', "+"));
        let request = Request::post(link.strip_prefix(HERE).unwrap())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form));
        self.send_raw(request.unwrap()).await
    }
}

impl Person {
    async fn wants_to_be(&self, email: &str, password: &str) -> Answer {
        let wish = json!({"email": email, "password": password});
        self.put("/v1/me/email", wish).await
    }
}

/// A world with a mail server, and Ada in it.
async fn with_mail() -> (World, Postbox, Person) {
    let world = World::new().await;
    let postbox = Postbox::open().await;
    let world = world.writing_to(&postbox);
    let ada = world.ada().await;
    (world, postbox, ada)
}

/// Ada forgot her password: a link lets her choose another, once, and whoever was signed in is signed out.
#[tokio::test]
async fn a_forgotten_password() {
    let (world, postbox, ada) = with_mail().await;
    assert_eq!(world.forgets_password(&ada.email).await.status, 202);
    assert_eq!(world.delivers().await, 1);
    assert_eq!(world.delivers().await, 0);
    let letter = &postbox.letters()[0];
    assert_eq!(letter.to, [ada.email.as_str()]);
    let reset = link(letter, "/password");
    assert!(!String::from_utf8_lossy(&letter.bytes).contains("Ada"));

    let page = world.follows("GET", &reset).await;
    assert_eq!(page.status, 200);
    let field = "name=\"new_password\" type=\"password\"";
    assert!(page.told().contains(field), "{}", page.told());
    for bad in ["short", "password", "password1", &"long ".repeat(60)] {
        let refused = world.chooses(&reset, bad).await;
        assert_eq!(refused.status, 422, "{bad}");
        assert!(refused.told().contains(field), "{bad} can be replaced");
    }
    assert_eq!(world.follows("POST", &reset).await.status, 422, "no form");
    ada.get("/v1/me").await.json(200);

    let done = world.chooses(&reset, NEW).await;
    assert_eq!(done.status, 200, "{}", done.told());
    ada.get("/v1/me").await.problem(401, "unauthenticated");
    ada.signs_in(PASSWORD)
        .await
        .problem(401, "wrong_credentials");
    ada.signs_in(NEW).await.json(201);
    let again = world.chooses(&reset, "yet another one").await;
    again.problem(404, "not_found");
    world.follows("GET", &reset).await.problem(404, "not_found");
}

/// Whoever asks cannot learn whether an address has an account: the same bytes, the same statements; and nobody gets
/// more than three letters, or any who has no account.
#[tokio::test]
async fn asking_tells_nothing() {
    let (world, postbox, ada) = with_mail().await;
    let mut told = Vec::new();
    for email in [ada.email.as_str(), "nobody@example.org"] {
        for _ in 0..5 {
            let (answer, work) = work_of(world.forgets_password(email)).await;
            assert_eq!(answer.status, 202);
            assert!(!work.statements.is_empty() && work.hashes.is_empty());
            told.push((answer.body.clone(), answer.headers.clone(), work.statements));
        }
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(world.delivers().await, 3);
    assert!(
        postbox
            .letters()
            .iter()
            .all(|one| one.to == [ada.email.as_str()])
    );
    // Each of the three works until one was followed.
    let links: Vec<_> = postbox
        .letters()
        .iter()
        .map(|one| link(one, "/password"))
        .collect();
    assert_eq!(world.chooses(&links[0], NEW).await.status, 200);
    for dead in &links[1..] {
        world.chooses(dead, NEW).await.problem(404, "not_found");
    }
    world.forgets_password(&ada.email).await;
    assert_eq!(world.delivers().await, 1);
}

/// A link ends after half an hour, and with a new password; one that is guessed leads nowhere, nor does one that is for
/// something else.
#[tokio::test]
async fn a_link_ends() {
    let (world, postbox, ada) = with_mail().await;
    world.forgets_password(&ada.email).await;
    world.delivers().await;
    let reset = link(&postbox.letters()[0], "/password");
    let other = reset.replace("/password", "/address");
    world
        .follows("POST", &other)
        .await
        .problem(404, "not_found");
    world.pass(TimeDelta::minutes(29));
    assert_eq!(world.follows("GET", &reset).await.status, 200);
    world.pass(TimeDelta::minutes(1));
    world.follows("GET", &reset).await.problem(404, "not_found");
    world.chooses(&reset, NEW).await.problem(404, "not_found");

    world.forgets_password(&ada.email).await;
    world.delivers().await;
    let reset = link(&postbox.letters()[1], "/password");
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    ada.put("/v1/me/password", change).await.empty();
    world
        .chooses(&reset, "yet another one")
        .await
        .problem(404, "not_found");
    let guess = format!("{HERE}/v1/letters/{}/password", "A".repeat(43));
    world.chooses(&guess, NEW).await.problem(404, "not_found");
}

/// A mail server that would not take it now is asked again while the link would work, and each letter has a link of its
/// own; nobody is held up by one that never takes it.
#[tokio::test]
async fn a_letter_is_tried_again() {
    let (world, postbox, ada) = with_mail().await;
    postbox.at("RCPT", Trouble::Says("451 later"));
    world.forgets_password(&ada.email).await;
    assert_eq!(world.delivers().await, 0);
    postbox.recovers();
    assert_eq!(world.delivers().await, 0, "not at once");
    world.pass(TimeDelta::minutes(1));
    assert_eq!(world.delivers().await, 1);
    world.pass(TimeDelta::minutes(29));
    let reset = link(&postbox.letters()[0], "/password");
    assert_eq!(world.chooses(&reset, NEW).await.status, 200);

    postbox.at("RCPT", Trouble::Says("550 no"));
    world.forgets_password(&ada.email).await;
    assert_eq!(world.delivers().await, 0);
    postbox.recovers();
    world.pass(TimeDelta::minutes(10));
    assert_eq!(world.delivers().await, 0);
}

/// Ada moves to another address: it is asked first, the old one is told, and until she follows the link nothing changes.
#[tokio::test]
async fn another_address() {
    let (world, postbox, ada) = with_mail().await;
    let there = "ada@home.example";
    ada.wants_to_be(there, WRONG_PASSWORD)
        .await
        .problem(403, "wrong_password");
    assert_eq!(ada.wants_to_be(there, PASSWORD).await.status, 202);
    assert_eq!(world.delivers().await, 1);
    let letters = postbox.letters();
    let to: Vec<_> = letters.iter().map(|one| one.to[0].clone()).collect();
    assert_eq!(to, [ada.email.as_str(), there]);
    let told = String::from_utf8_lossy(&letters[0].bytes);
    assert!(
        !told.contains("home.example") && !told.contains(HERE),
        "{told}"
    );
    assert_eq!(email_of(&ada).await, ada.email);

    let yes = link(&letters[1], "/address");
    assert_eq!(world.follows("GET", &yes).await.status, 200);
    assert_eq!(email_of(&ada).await, ada.email, "looking changes nothing");
    assert_eq!(world.follows("POST", &yes).await.status, 200);
    assert_eq!(email_of(&ada).await, there);
    world.follows("POST", &yes).await.problem(404, "not_found");
    ada.signs_in(PASSWORD)
        .await
        .problem(401, "wrong_credentials");
    let session = json!({"email": there, "password": PASSWORD});
    world
        .send("POST", "/v1/tokens", None, Some(session))
        .await
        .json(201);
}

async fn email_of(who: &Person) -> String {
    let me = who.get("/v1/me").await.json(200);
    me["email"].as_str().unwrap().to_owned()
}

/// An address that has an account is refused, and one that gets one meanwhile stays that one's; a new password stops a
/// change that somebody else began; and nobody writes to many strangers.
#[tokio::test]
async fn an_address_of_ones_own() {
    let (world, postbox, ada) = with_mail().await;
    let ben = world.ben().await;
    for taken in [&ben.email, &ada.email] {
        let refused = ada.wants_to_be(taken, PASSWORD).await;
        assert_eq!(refused.problem(409, "email_taken"), ["/email"]);
    }
    ada.wants_to_be("gus@example.org", PASSWORD).await;
    world.delivers().await;
    let yes = link(&postbox.letters()[1], "/address");
    let gus = world.person("Gus", "UTC").await;
    assert_eq!(gus.email, "gus@example.org");
    assert_eq!(world.follows("POST", &yes).await.status, 409);
    assert_eq!(email_of(&ada).await, ada.email);

    ada.wants_to_be("eve@example.org", PASSWORD).await;
    world.delivers().await;
    let yes = link(postbox.letters().last().unwrap(), "/address");
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    ada.put("/v1/me/password", change).await.empty();
    world.follows("POST", &yes).await.problem(404, "not_found");

    for number in 0..3 {
        let answer = ada.wants_to_be(&format!("{number}@example.org"), NEW).await;
        assert_eq!(answer.status, 202);
    }
    let often = ada.wants_to_be("3@example.org", NEW).await;
    often.problem(429, "too_many_requests");
    world.pass_days(1);
    assert_eq!(ada.wants_to_be("3@example.org", NEW).await.status, 202);
}

/// Without a mail server, nobody is promised a letter.
#[tokio::test]
async fn without_mail() {
    let world = World::new().await;
    let ada = world.ada().await;
    let refused = world.forgets_password(&ada.email).await;
    assert_eq!(refused.problem(422, "invalid_request"), ["/email"]);
    let refused = ada.wants_to_be("ada@home.example", PASSWORD).await;
    assert_eq!(refused.problem(422, "invalid_request"), ["/email"]);
    let nothing: Value = json!({});
    let refused = world.send("POST", "/v1/password-resets", None, Some(nothing));
    assert_eq!(refused.await.problem(422, "invalid_request"), ["/email"]);
}
