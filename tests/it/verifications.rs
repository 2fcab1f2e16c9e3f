//! A new password without the old one, and another address: both only for whoever reads the mailbox.

use std::net::{IpAddr, SocketAddr};

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, header};
use chrono::TimeDelta;
use hearth::config::front::Front;
use serde_json::{Value, json};

use crate::cost::work_of;
use crate::door::raw;
use crate::mailbox::{HERE, link};
use crate::postbox::{Postbox, Trouble};
use crate::world::{Answer, PASSWORD, Person, WRONG_PASSWORD, World};

const NEW: &str = "eleven wild geese";

impl World {
    /// Asks for a new password.
    pub async fn forgets_password(&self, email: &str) -> Answer {
        let who = json!({"email": email});
        self.send("POST", "/v1/password-resets", None, Some(who))
            .await
    }

    /// Fills in the form that a link leads to.
    async fn types(&self, link: &str, password: &str) -> Answer {
        let form = format!("password={}", password.replace(' ', "+"));
        let request = Request::post(link.strip_prefix(HERE).unwrap())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .body(Body::from(form));
        self.send_raw(request.unwrap()).await
    }
}

impl Person {
    pub async fn wants_to_be(&self, email: &str, password: &str) -> Answer {
        let wish = json!({"email": email, "password": password});
        self.put("/v1/me/email", wish).await
    }
}

/// A world with a mail server, and Ada in it.
pub async fn with_mail() -> (World, Postbox, Person) {
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
    let field = "name=\"password\" type=\"password\"";
    assert!(page.told().contains(field), "{}", page.told());
    for bad in ["short", "password", "password1", &"long ".repeat(60)] {
        let refused = world.types(&reset, bad).await;
        assert_eq!(refused.status, 422, "{bad}");
        assert!(refused.told().contains(field), "{bad} can be replaced");
    }
    assert_eq!(world.follows("POST", &reset).await.status, 422, "no form");
    ada.get("/v1/me").await.json(200);

    let done = world.types(&reset, NEW).await;
    assert_eq!(done.status, 200, "{}", done.told());
    ada.get("/v1/me").await.problem(401, "unauthenticated");
    ada.signs_in(PASSWORD)
        .await
        .problem(401, "wrong_credentials");
    ada.signs_in(NEW).await.json(201);
    let again = world.types(&reset, "yet another one").await;
    again.is_dead();
    world.follows("GET", &reset).await.is_dead();
}

/// Whoever asks cannot learn whether an address has an account, nor whether it had letters enough: the same bytes, the same
/// statements, a row each. Nobody gets more than three letters, also after they chose a new password; and none who has no
/// account.
#[tokio::test]
async fn asking_tells_nothing() {
    let (world, postbox, ada) = with_mail().await;
    let (mut told, mut arrived) = (Vec::new(), 0);
    for number in 0..5 {
        for email in [ada.email.as_str(), "nobody@example.org"] {
            let before = asked(&world).await;
            let (answer, work) = work_of(world.forgets_password(email)).await;
            assert_eq!(answer.status, 202);
            assert!(!work.statements.is_empty() && work.hashes.is_empty());
            assert_eq!(asked(&world).await, before + 1, "{email}, {number}");
            told.push((answer.body.clone(), answer.headers.clone(), work.statements));
            arrived += world.delivers().await;
        }
        if number == 1 {
            // Each of them works until one was followed.
            let letters = postbox.letters();
            let links: Vec<_> = letters.iter().map(|one| link(one, "/password")).collect();
            assert_eq!(world.types(&links[0], NEW).await.status, 200);
            world.types(&links[1], NEW).await.is_dead();
        }
    }
    told.dedup();
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(arrived, 3);
    let letters = postbox.letters();
    assert!(letters.iter().all(|one| one.to == [ada.email.as_str()]));
    world.pass(TimeDelta::minutes(31));
    world.forgets_password(&ada.email).await;
    assert_eq!(world.delivers().await, 1);
}

/// How many links were asked for.
pub async fn asked(world: &World) -> i64 {
    let mut conn = raw(&world.file()).await;
    let count = sqlx::query_scalar("select count(*) from verifications");
    count.fetch_one(&mut conn).await.unwrap()
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
    world.follows("POST", &other).await.is_dead();
    world.pass(TimeDelta::minutes(29));
    assert_eq!(world.follows("GET", &reset).await.status, 200);
    world.pass(TimeDelta::minutes(1));
    world.follows("GET", &reset).await.is_dead();
    world.types(&reset, NEW).await.is_dead();

    world.forgets_password(&ada.email).await;
    world.delivers().await;
    let reset = link(&postbox.letters()[1], "/password");
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    ada.put("/v1/me/password", change).await.empty();
    world.types(&reset, "yet another one").await.is_dead();
    let guess = format!("{HERE}/v1/letters/{}/password", "A".repeat(43));
    world.types(&guess, NEW).await.is_dead();
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
    assert_eq!(world.types(&reset, NEW).await.status, 200);

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
    let page = world.follows("GET", &yes).await;
    assert_eq!(page.status, 200);
    assert!(page.told().contains("autocomplete=\"current-password\""));
    assert_eq!(email_of(&ada).await, ada.email, "looking changes nothing");
    // Somebody else reads that mailbox, since Ada mistyped it: they do not know her password.
    for guess in [WRONG_PASSWORD, "short"] {
        let refused = world.types(&yes, guess).await;
        assert_eq!(refused.status, 403);
        assert!(refused.told().contains("name=\"password\""));
    }
    assert_eq!(world.follows("POST", &yes).await.status, 403, "no form");
    assert_eq!(email_of(&ada).await, ada.email);
    assert_eq!(world.types(&yes, PASSWORD).await.status, 200);
    assert_eq!(email_of(&ada).await, there);
    world.types(&yes, PASSWORD).await.is_dead();
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
    assert_eq!(world.types(&yes, PASSWORD).await.status, 409);
    assert_eq!(email_of(&ada).await, ada.email);

    ada.wants_to_be("eve@example.org", PASSWORD).await;
    world.delivers().await;
    let yes = link(postbox.letters().last().unwrap(), "/address");
    let change = json!({"current_password": PASSWORD, "new_password": NEW});
    ada.put("/v1/me/password", change).await.empty();
    world.types(&yes, NEW).await.is_dead();

    world.pass_days(1);
    for number in 0..3 {
        let answer = ada.wants_to_be(&format!("{number}@example.org"), NEW).await;
        assert_eq!(answer.status, 202);
    }
    let often = ada.wants_to_be("3@example.org", NEW).await;
    assert_eq!(often.headers[header::RETRY_AFTER], "86401");
    often.problem(429, "too_many_requests");
    // What others asked for about the same mailbox is nothing to know.
    let answer = ben.wants_to_be("0@example.org", PASSWORD).await;
    assert_eq!(answer.status, 202);
    world.pass_days(1);
    assert_eq!(ada.wants_to_be("3@example.org", NEW).await.status, 202);
}

/// The mailbox that is to be left hears of it first: while it cannot be reached, the new one gets no link. It is told
/// once. One that is gone holds nobody up.
#[tokio::test]
async fn the_old_mailbox_is_told_first() {
    let (world, postbox, ada) = with_mail().await;
    postbox.at("RCPT", Trouble::Says("451 later"));
    ada.wants_to_be("ada@home.example", PASSWORD).await;
    assert_eq!(world.delivers().await, 0);
    world.pass(TimeDelta::minutes(1));
    assert_eq!(world.delivers().await, 0);
    assert!(postbox.letters().is_empty());
    postbox.recovers();
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.delivers().await, 1);
    let to = |postbox: &Postbox| -> Vec<String> {
        let letters = postbox.letters();
        letters.iter().map(|one| one.to[0].clone()).collect()
    };
    assert_eq!(to(&postbox), [ada.email.as_str(), "ada@home.example"]);

    // The new one cannot be reached now: the old one is not told again.
    postbox.at("two@example.org", Trouble::Says("451 later"));
    ada.wants_to_be("two@example.org", PASSWORD).await;
    assert_eq!(world.delivers().await, 0);
    postbox.recovers();
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.delivers().await, 1);
    assert_eq!(to(&postbox)[2..], [ada.email.as_str(), "two@example.org"]);

    postbox.at(&ada.email, Trouble::Says("550 no such mailbox"));
    ada.wants_to_be("three@example.org", PASSWORD).await;
    assert_eq!(world.delivers().await, 1);
    assert_eq!(to(&postbox)[4..], ["three@example.org"]);
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

/// Whoever reads a mailbox that was mistyped cannot guess the password there, from however many places.
#[tokio::test]
async fn nobody_guesses_behind_a_link() {
    let (world, postbox, ada) = with_mail().await;
    let wish = ada.wants_to_be("somebody@letters.example", PASSWORD).await;
    assert_eq!(wish.status, 202);
    world.delivers().await;
    let yes = link(&postbox.letters()[1], "/address");
    let limited = world.behind(Front {
        rate_limit: 60,
        ..Front::default()
    });
    for (place, status) in [(1, 403), (2, 403), (3, 403), (4, 429)] {
        let place = SocketAddr::new(IpAddr::from([192, 0, 2, place]), 443);
        let request = Request::post(yes.strip_prefix(HERE).unwrap())
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(ConnectInfo(place))
            .body(Body::from("password=is+it+this+one"));
        let answer = limited.send_raw(request.unwrap()).await;
        assert_eq!(answer.status, status, "{}", answer.told());
    }
}
