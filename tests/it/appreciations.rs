//! Thank-yous: to be read at once, to be reread on a hard day, never to be counted.

use serde_json::{Value, json};

use crate::routes::NOBODY;
use crate::ways::ids;
use crate::world::{Person, World, text};

const LIST: &str = "/v1/appreciations";

impl Person {
    /// Thanks their partner; answers the thank-you.
    pub async fn thanks(&self, words: &str) -> Value {
        self.post(LIST, json!({"text": words})).await.json(201)
    }

    /// The words of a list, in its order.
    async fn reads(&self, query: &str) -> Vec<String> {
        let list = self.walks(&format!("{LIST}{query}"), 50).await;
        list.iter().map(|one| text(&one["text"])).collect()
    }
}

/// What Ada writes, Ben reads at once, with who and which date, and no instant.
#[tokio::test]
async fn a_thank_you_is_shared_at_once() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let sent = ada.thanks("  You held the evening\ntogether.  ").await;
    let wanted = json!({
        "id": sent["id"], "from": ada.id, "to": ben.id, "date": "2026-11-18",
        "text": "You held the evening\ntogether.", "hearted": false,
    });
    assert_eq!(sent, wanted);
    for one in [&ada, &ben] {
        assert_eq!(one.walks(LIST, 50).await, std::slice::from_ref(&wanted));
    }
    // One in the morning in Oslo, on the 19th: for Ada still the evening before.
    world.it_is("2026-11-19T00:00:00Z");
    assert_eq!(ada.thanks("For tonight").await["date"], "2026-11-18");
    let then = json!({"text": "For Bergen", "date": "2019-06-01"});
    assert_eq!(ben.post(LIST, then).await.json(201)["date"], "2019-06-01");
}

/// Nobody thanks nobody: a partner comes first, and one who only waits is none.
#[tokio::test]
async fn thanks_need_a_partner() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    let thanks = json!({"text": "Hello?"});
    let nowhere = ada.post(LIST, thanks.clone()).await;
    nowhere.problem(404, "no_couple");
    ada.post("/v1/couple", json!({})).await.json(201);
    ben.accepts(&ada.invites().await).await.json(200);
    let alone = ada.post(LIST, thanks.clone()).await;
    alone.problem(409, "no_partner");
    assert!(ada.reads("").await.is_empty());
    ben.get(LIST).await.problem(404, "no_couple");
    ada.confirms(&ben).await.json(200);
    ada.post(LIST, thanks).await.json(201);
}

/// The heart is the one's who was thanked: one, which stays one, and which they can take back.
#[tokio::test]
async fn one_heart_from_the_one_who_was_thanked() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = text(&ada.thanks("For the tea").await["id"]);
    let heart = format!("{LIST}/{id}/heart");
    for _ in 0..2 {
        assert_eq!(ben.tap("PUT", &heart).await.json(200)["hearted"], true);
        assert_eq!(ada.walks(LIST, 50).await[0]["hearted"], true);
    }
    for method in ["PUT", "DELETE"] {
        let own = ada.tap(method, &heart).await;
        own.problem(409, "own_appreciation");
    }
    for _ in 0..2 {
        ben.delete(&heart).await.empty();
        assert_eq!(ada.walks(LIST, 50).await[0]["hearted"], false);
    }
}

/// One's own words can always be taken back, and nobody else's; the answer that held them goes too.
#[tokio::test]
async fn only_the_writer_takes_words_back() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let (key, body) = (
        ("idempotency-key", "once"),
        json!({"text": "For all of it"}),
    );
    let sent = ada.asks_with(key, "POST", LIST, Some(body.clone())).await;
    let again = ada.asks_with(key, "POST", LIST, Some(body.clone())).await;
    assert_eq!(again.body, sent.body);
    let path = format!("{LIST}/{}", text(&sent.json(201)["id"]));
    let refused = ben.delete(&path).await;
    refused.problem(409, "partners_appreciation");
    ada.delete(&path).await.empty();
    for one in [&ada, &ben] {
        assert!(one.reads("").await.is_empty());
        one.delete(&path).await.problem(404, "not_found");
    }
    let anew = ada.asks_with(key, "POST", LIST, Some(body)).await;
    assert_ne!(anew.json(201)["id"], sent.value()["id"]);
}

/// On a hard day one finds what one looks for: by words in whatever case, by who wrote them, by date.
#[tokio::test]
async fn words_are_found_again() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    for (who, words, date) in [
        (&ada, "ÆRLIG talt: takk for KAFFEN", "2026-11-16"),
        (&ben, "You carried the boxes, 100% of them", "2026-11-17"),
        (&ada, "kaffe_i_senga", "2026-11-18"),
    ] {
        let thanks = json!({"text": words, "date": date});
        who.post(LIST, thanks).await.json(201);
    }
    for (query, found) in [
        ("", 3),
        ("?q=kaffe", 2),
        ("?q=%C3%A6rlig", 1),
        ("?q=100%25", 1),
        ("?q=0%25o", 0),
        ("?q=e_i", 1),
        ("?q=t_kk", 0),
        ("?q=!", 0),
        ("?direction=sent", 2),
        ("?direction=received", 1),
        ("?direction=sent&q=boxes", 0),
        ("?from=2026-11-17", 2),
        ("?to=2026-11-16", 1),
        ("?from=2026-11-17&to=2026-11-17", 1),
    ] {
        assert_eq!(ada.reads(query).await.len(), found, "{query}");
    }
    assert_eq!(ben.reads("?direction=received").await.len(), 2);
}

/// The newest date comes first, and of one date what was written last; any walk meets each once.
#[tokio::test]
async fn the_newest_comes_first() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    for (at, day) in [12, 18, 12, 9, 18, 12].into_iter().enumerate() {
        let date = format!("2026-11-{day:02}");
        let who = [&ada, &ben][at % 2];
        let thanks = json!({"text": format!("{at}"), "date": date});
        who.post(LIST, thanks).await.json(201);
    }
    let order = ["4", "1", "5", "2", "0", "3"];
    assert_eq!(ben.reads("").await, order);
    let whole = ben.walks(LIST, 200).await;
    for limit in [1, 2, 3, 5] {
        assert_eq!(ada.walks(LIST, limit).await, whole);
    }
    // What is taken back meanwhile shifts nobody's next page.
    let page = ben.get(&format!("{LIST}?limit=2")).await.json(200);
    let cursor = text(&page["next_cursor"]);
    let gone = ids(&whole)[1].clone();
    ben.delete(&format!("{LIST}/{gone}")).await.empty();
    let next = format!("{LIST}?limit=2&cursor={cursor}");
    assert_eq!(ben.get(&next).await.json(200)["data"], json!(whole[2..4]));
}

/// What is no thank-you is refused, and it is said where.
#[tokio::test]
async fn what_is_no_thank_you_is_refused() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let long = "x".repeat(2001);
    for (body, pointer) in [
        (json!({}), "/text"),
        (json!({"text": " "}), "/text"),
        (json!({"text": "a\u{0}b"}), "/text"),
        (json!({"text": long}), "/text"),
        (json!({"text": "x", "date": "2026-11-31"}), "/date"),
        (json!({"text": "x", "to": ben.id}), "/to"),
    ] {
        let answer = ada.post(LIST, body).await;
        assert_eq!(answer.problem(422, "invalid_request"), [pointer]);
    }
    let ahead = json!({"text": "x", "date": "2026-11-19"});
    let answer = ada.post(LIST, ahead).await;
    assert_eq!(answer.problem(422, "date_to_come"), ["/date"]);
    for (query, pointer) in [
        ("q=", "/q"),
        ("direction=both", "/direction"),
        ("from=2026-11-18&to=2026-11-17", "/to"),
        ("from=soon", "/from"),
        ("cursor=x", "/cursor"),
        ("limit=0", "/limit"),
    ] {
        let answer = ada.get(&format!("{LIST}?{query}")).await;
        assert_eq!(answer.problem(422, "invalid_request"), [pointer], "{query}");
    }
    assert!(ben.reads("").await.is_empty());
}

/// Another couple's thank-you is as unknown as one that there never was.
#[tokio::test]
async fn thanks_stay_in_their_couple() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = text(&ada.thanks("Ours").await["id"]);
    let (cleo, dan) = (world.cleo().await, world.person("Dan", "UTC").await);
    cleo.post("/v1/couple", json!({})).await.json(201);
    cleo.pairs_with(&dan).await;
    for (method, end) in [("PUT", "/heart"), ("DELETE", "/heart"), ("DELETE", "")] {
        let theirs = cleo.tap(method, &format!("{LIST}/{id}{end}")).await;
        let nobodys = cleo.tap(method, &format!("{LIST}/{NOBODY}{end}")).await;
        nobodys.problem(404, "not_found");
        assert_eq!(theirs.body, nobodys.body);
    }
    assert!(dan.reads("").await.is_empty());
    // After they part, nobody reads them; each takes them along.
    ben.leaves().await;
    ada.get(LIST).await.problem(404, "no_couple");
    for (one, from) in [(&ada, "me"), (&ben, "partner")] {
        let couple = one.export().await["couples"][0].clone();
        let told = json!([{"from": from, "date": "2026-11-18", "text": "Ours", "hearted": false}]);
        assert_eq!(couple["appreciations"], told);
    }
}

/// Whoever is erased takes their words and their hearts along; what was written to them stays its writer's.
#[tokio::test]
async fn erased_words_and_hearts_are_gone() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    ada.thanks("Ada's").await;
    let his = text(&ben.thanks("Ben's").await["id"]);
    let heart = format!("{LIST}/{his}/heart");
    ada.tap("PUT", &heart).await.json(200);
    ada.erases().await.empty();
    let left = ben.export().await["couples"][0]["appreciations"].clone();
    let told = json!([{"from": "me", "date": "2026-11-18", "text": "Ben's", "hearted": false}]);
    assert_eq!(left, told);
}
