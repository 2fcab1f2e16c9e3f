//! Reminders by letter: a mailbox is asked first whether it is theirs, and one click ends it.

use chrono::TimeDelta;
use hearth::config::front::Front;
use hearth::delivery::desk::Desk;
use serde_json::{Value, json};

use crate::mail::settings;
use crate::postbox::{Postbox, Posted, Trouble};
use crate::reminders::a_nightly_check_in;
use crate::ways::list;
use crate::world::{Answer, Person, World};

pub const HERE: &str = "https://hearth.example.org";

impl World {
    /// The same world, whose letters go to this mail server.
    pub fn writing_to(&self, postbox: &Postbox) -> World {
        let settings = settings("The house <house@example.org>", &postbox.url());
        self.with(|app| *app = app.clone().writing(Desk::new(&settings).unwrap()))
    }

    /// Follows a link of a letter, as whoever reads it does.
    pub async fn follows(&self, method: &str, link: &str) -> Answer {
        let path = link.strip_prefix(HERE).unwrap();
        self.send(method, path, None, None).await
    }
}

/// The text of a letter, and the link in it that ends so.
pub fn link(posted: &Posted, end: &str) -> String {
    let read = posted.read();
    let text = read.body_text(0).unwrap();
    let mut links = text
        .split_whitespace()
        .filter(|word| word.starts_with(HERE));
    links.find(|link| link.ends_with(end)).unwrap().to_owned()
}

impl Person {
    async fn asks_that_mailbox(&self, made: &Value) {
        let path = format!("/v1/channels/{}/test", made["id"].as_str().unwrap());
        assert_eq!(self.tap("POST", &path).await.status, 202);
    }
}

async fn mailboxes(who: &Person) -> Vec<Value> {
    list(&who.get("/v1/channels").await.json(200))
}

fn mailbox() -> Value {
    json!({"kind": "email", "address": "ada@letters.example"})
}

/// The link must be followed, and its button pressed, before any reminder goes there; then each comes once, and tells
/// nobody what it is about.
#[tokio::test]
async fn a_mailbox_is_asked_first() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    let postbox = Postbox::open().await;
    let world = world.writing_to(&postbox);
    let ada = ada.at(&world);
    let made = ada.post("/v1/channels", mailbox()).await.json(201);
    assert_eq!(
        (&made["confirmed"], &made["secret"]),
        (&json!(false), &Value::Null)
    );
    assert_eq!(world.delivers().await, 1);
    ada.wants_reminders(&id, &["21:00", "21:30"]).await;
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.delivers().await, 0);

    let confirm = link(&postbox.letters()[0], "/confirm");
    let page = world.follows("GET", &confirm).await;
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert!(
        page.told().contains("<form method=\"post\">"),
        "{}",
        page.told()
    );
    // Looking alone changes nothing: programs look, too.
    assert_eq!(mailboxes(&ada).await[0]["confirmed"], false);
    assert_eq!(world.follows("POST", &confirm).await.status, 200);
    assert_eq!(mailboxes(&ada).await[0]["confirmed"], true);
    world.follows("POST", &confirm).await.is_dead();

    world.pass(TimeDelta::minutes(30));
    assert_eq!(world.delivers().await, 1);
    assert_eq!(world.delivers().await, 0);
    let letters = postbox.letters();
    assert_eq!(letters.len(), 2);
    assert_eq!(letters[1].to, ["ada@letters.example"]);
    let whole = String::from_utf8_lossy(&letters[1].bytes);
    for secret in ["Our ritual", "Ada", "Ben", id.as_str()] {
        assert!(!whole.contains(secret), "{secret} in {whole}");
    }
}

/// One click, of a person or of a mail program, and no more letters come: not even if whoever set it up turns it on again,
/// before the mailbox was asked again and somebody there said yes.
#[tokio::test]
async fn one_click_ends_it() {
    let (world, ada, _, id) = a_nightly_check_in().await;
    let postbox = Postbox::open().await;
    let world = world.writing_to(&postbox);
    let ada = ada.at(&world);
    let made = ada.post("/v1/channels", mailbox()).await.json(201);
    world.delivers().await;
    world
        .follows("POST", &link(&postbox.letters()[0], "/confirm"))
        .await;
    ada.wants_reminders(&id, &["21:00", "21:30", "22:00"]).await;
    world.pass(TimeDelta::hours(1));
    assert_eq!(world.delivers().await, 1);
    let letter = &postbox.letters()[1];
    let stop = link(letter, "/stop");
    assert!(
        letter
            .head()
            .contains(&format!("List-Unsubscribe: <{stop}>")),
        "{}",
        letter.head()
    );
    assert_eq!(world.follows("GET", &stop).await.status, 200);
    assert_eq!(mailboxes(&ada).await[0]["enabled"], true);
    assert_eq!(world.follows("POST", &stop).await.status, 200);
    assert_eq!(mailboxes(&ada).await[0]["enabled"], false);
    let path = format!("/v1/channels/{}", made["id"].as_str().unwrap());
    ada.patch(&path, json!({"enabled": true})).await.json(200);
    let again = ada.tap("POST", &format!("{path}/redeliver")).await;
    assert_eq!(again.json(202)["messages"], 0);
    world.pass(TimeDelta::minutes(30));
    assert_eq!(world.delivers().await, 0);
    ada.asks_that_mailbox(&made).await;
    assert_eq!(world.delivers().await, 1);
    let confirm = link(&postbox.letters()[2], "/confirm");
    assert_eq!(world.follows("POST", &confirm).await.status, 200);
    world.pass(TimeDelta::minutes(30));
    assert_eq!(world.delivers().await, 1);
}

/// A mail server that is down all day takes no letter in the night about what was to be done in the morning.
#[tokio::test]
async fn nothing_comes_half_a_day_late() {
    for (hours, arrived) in [(11, 1), (13, 0)] {
        let (world, ada, _, id) = a_nightly_check_in().await;
        let postbox = Postbox::open().await;
        let world = world.writing_to(&postbox);
        let ada = ada.at(&world);
        ada.post("/v1/channels", mailbox()).await.json(201);
        world.delivers().await;
        let confirm = link(&postbox.letters()[0], "/confirm");
        world.follows("POST", &confirm).await;
        ada.wants_reminders(&id, &["06:00"]).await;
        postbox.at("RCPT", Trouble::Says("451 later"));
        world.pass(TimeDelta::hours(10));
        assert_eq!(world.delivers().await, 0);
        world.pass(TimeDelta::hours(hours));
        postbox.recovers();
        assert_eq!(world.delivers().await, arrived, "after {hours} hours");
    }
}

/// A link that nobody followed for a day is dead; and so is a word that stands in no letter.
#[tokio::test]
async fn a_link_ends_with_its_day() {
    let world = World::new().await;
    let postbox = Postbox::open().await;
    let world = world.writing_to(&postbox);
    let ada = world.ada().await;
    ada.post("/v1/channels", mailbox()).await.json(201);
    world.delivers().await;
    let confirm = link(&postbox.letters()[0], "/confirm");
    world.pass(TimeDelta::hours(24));
    world.follows("GET", &confirm).await.is_dead();
    world.follows("POST", &confirm).await.is_dead();
    for what in ["confirm", "stop"] {
        let guess = format!("{HERE}/v1/letters/AAAAAAAAAAAAAAAAAAAAAA/{what}");
        world.follows("POST", &guess).await.is_dead();
    }
}

/// Whoever reads a letter is a person, also when they are asked to come again later.
#[tokio::test]
async fn too_much_at_once_is_said_in_words() {
    let world = World::new().await;
    let hurried = world.behind(Front {
        rate_limit: 60,
        ..Front::default()
    });
    let guess = format!("{HERE}/v1/letters/AAAAAAAAAAAAAAAAAAAAAA/stop");
    for _ in 0..3 {
        hurried.follows("POST", &guess).await.is_dead();
    }
    let later = hurried.follows("POST", &guess).await;
    assert_eq!(later.status, 429);
    assert!(later.header("retry-after").is_some());
    later.is_a_page_that_says("try again in some minutes");
}

/// Nobody can have many letters written to strangers: not by setting mailboxes up and removing them again.
#[tokio::test]
async fn strangers_get_few_letters() {
    let world = World::new().await;
    let postbox = Postbox::open().await;
    let world = world.writing_to(&postbox);
    let ada = world.ada().await;
    for number in 0..20 {
        let channel = json!({"kind": "email", "address": format!("{number}@letters.example")});
        let made = ada.post("/v1/channels", channel).await.json(201);
        let path = format!("/v1/channels/{}", made["id"].as_str().unwrap());
        ada.delete(&path).await.empty();
    }
    let refused = ada.post("/v1/channels", mailbox()).await;
    refused.problem(429, "too_many_requests");
    world.pass_days(1);
    ada.post("/v1/channels", mailbox()).await.json(201);
}

/// One stranger is not asked over and over, by however many accounts. Whoever asks does not learn that others did, and may
/// tomorrow, with a link that works.
#[tokio::test]
async fn one_stranger_is_asked_three_times() {
    let world = World::new().await;
    let postbox = Postbox::open().await;
    let world = world.writing_to(&postbox);
    for number in 0..4 {
        let somebody = world.person(&format!("Gus{number}"), "UTC").await;
        let made = somebody.post("/v1/channels", mailbox()).await.json(201);
        world.delivers().await;
        assert_eq!(postbox.letters().len(), 3.min(number + 1));
        let shown = &mailboxes(&somebody).await[0];
        assert_eq!(shown["last_failure"], json!(null));
        assert_eq!(shown["last_success_at"], shown["created_at"]);
        if number == 3 {
            world.pass_days(1);
            somebody.asks_that_mailbox(&made).await;
            world.delivers().await;
            let confirm = link(&postbox.letters()[3], "/confirm");
            assert_eq!(world.follows("POST", &confirm).await.status, 200);
            assert_eq!(mailboxes(&somebody).await[0]["confirmed"], true);
        }
    }
}

/// A letter that the mail server would not take now is tried again, and its owner sees why; without a mail server there
/// are no mailboxes.
#[tokio::test]
async fn troubles_are_told() {
    let (world, ada, ..) = a_nightly_check_in().await;
    let refused = ada.post("/v1/channels", mailbox()).await;
    assert_eq!(refused.problem(422, "invalid_request"), ["/kind"]);
    let postbox = Postbox::open().await;
    postbox.at("RCPT", Trouble::Says("451 later"));
    let world = world.writing_to(&postbox);
    let ada = ada.at(&world);
    for (channel, pointer) in [
        (json!({"kind": "email"}), "/address"),
        (json!({"kind": "email", "address": "ada"}), "/address"),
        (
            json!({"kind": "email", "address": "ada@a.example", "url": "https://a.example"}),
            "/url",
        ),
        (
            json!({"kind": "ntfy", "address": "ada@a.example"}),
            "/address",
        ),
        (json!({"kind": "ntfy"}), "/url"),
    ] {
        let refused = ada.post("/v1/channels", channel.clone()).await;
        assert_eq!(
            refused.problem(422, "invalid_request"),
            [pointer],
            "{channel}"
        );
    }
    ada.post("/v1/channels", mailbox()).await.json(201);
    assert_eq!(world.delivers().await, 0);
    let failure = &mailboxes(&ada).await[0]["last_failure"];
    assert_eq!(failure["text"], "the mail server refused the address");
    postbox.recovers();
    world.pass(TimeDelta::minutes(1));
    assert_eq!(world.delivers().await, 1);
}
