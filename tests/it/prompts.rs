//! The question of the day: the same for both, answered alone, revealed together.

use std::collections::{BTreeMap, HashSet};

use hearth::content::OFFERS;
use hearth::domain::day::Date;
use hearth::domain::prompt;
use hearth::http::import::Addresses;
use hearth::ids::{Chance, CoupleId};
use serde_json::{Value, json};

use crate::ways::days_after;
use crate::world::{Person, World, text};

impl Person {
    /// Says something to a date's prompt; answers the date as they see it then.
    pub async fn answers(&self, date: &str, words: &str) -> Value {
        let path = format!("/v1/prompts/{date}/answer");
        self.put(&path, json!({"text": words})).await.json(200)
    }

    pub async fn passes(&self, date: &str) {
        let path = format!("/v1/prompts/{date}/pass");
        self.tap("POST", &path).await.empty();
    }

    pub async fn prompt(&self) -> Value {
        self.get("/v1/prompts/today").await.json(200)
    }

    async fn revealed(&self) -> Vec<Value> {
        self.walks("/v1/prompts", 50).await
    }
}

/// In every round each prompt comes once, and a handful of days has something of each depth, the light ones
/// first; for any couple, in any round.
#[test]
fn a_round_goes_through_the_whole_deck() {
    let deck = &OFFERS.prompts;
    let days = deck.len() as i64;
    let mut chance = Chance::seeded(3);
    let mut orders = HashSet::new();
    for _ in 0..20 {
        let couple = CoupleId::new(&mut chance);
        for round in [0, 1, 321, 322] {
            let first = Date::MIN.plus(round * days);
            let drawn: Vec<_> = (0..days)
                .map(|day| prompt::of(couple, first.plus(day), deck))
                .collect();
            let ids: Vec<&str> = drawn.iter().map(|prompt| prompt.id.as_str()).collect();
            assert_eq!(
                ids.iter().collect::<HashSet<_>>().len(),
                deck.len(),
                "a repeat"
            );
            assert!(orders.insert(ids.join(" ")), "two orders alike");
            assert_eq!(drawn[0].depth, 1);
            for week in drawn.chunks(6) {
                let mut depths = BTreeMap::new();
                for prompt in week {
                    *depths.entry(prompt.depth).or_insert(0) += 1;
                }
                let most = depths.values().max().unwrap();
                assert!(depths.len() == 3 && *most <= 3, "{depths:?}");
            }
        }
    }
}

/// A shorter or longer deck is dealt just as fairly, whatever depths it has.
#[test]
fn any_deck_is_dealt() {
    let couple = CoupleId::new(&mut Chance::seeded(4));
    for size in [1, 2, 5, 48, 50, 97] {
        let deck = &OFFERS.prompts[..size];
        let first = Date::MIN.plus(7 * size as i64);
        let drawn = (0..size as i64).map(|day| &*prompt::of(couple, first.plus(day), deck).id);
        assert_eq!(drawn.collect::<HashSet<_>>().len(), size);
    }
}

/// Both have the same question, another one every day, each on their own day.
#[tokio::test]
async fn both_are_asked_the_same() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let mut asked = HashSet::new();
    for _ in 0..9 {
        let hers = ada.prompt().await;
        assert_eq!(hers, ben.prompt().await);
        for field in ["id", "text", "practice"] {
            assert!(!text(&hers["prompt"][field]).is_empty());
        }
        assert_eq!(hers["my_answer"], Value::Null);
        assert_eq!(
            (&hers["passed"], &hers["revealed"]),
            (&json!(false), &json!(false))
        );
        assert!(asked.insert(text(&hers["prompt"]["id"])));
        world.pass_days(1);
    }
    // Past four in the morning in Oslo, it is still yesterday in New York.
    world.pass(chrono::TimeDelta::hours(9));
    let (hers, his) = (ada.prompt().await, ben.prompt().await);
    assert_eq!(text(&hers["date"]), days_after(&text(&his["date"]), 1));
    world.pass(chrono::TimeDelta::hours(6));
    assert_eq!(ben.prompt().await, hers);
}

/// An answer stays sealed until the other has answered, too; then each reads what the other said.
#[tokio::test]
async fn answers_are_revealed_together() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let before = ben.get("/v1/prompts/today").await;
    let sealed = ada.answers("today", "  The lake.\nWith you. ").await;
    assert_eq!(sealed["my_answer"], "The lake.\nWith you.");
    assert_eq!(sealed["revealed"], false);
    assert_eq!(sealed.get("partner_answer"), None);
    let after = ben.get("/v1/prompts/today").await;
    assert_eq!(
        (after.told(), after.headers),
        (before.told(), before.headers)
    );
    assert!(ada.revealed().await.is_empty());

    let his = ben.answers("2026-11-18", "The sea.").await;
    assert_eq!(his["partner_answer"], "The lake.\nWith you.");
    assert_eq!(his["revealed"], true);
    let hers = ada.prompt().await;
    assert_eq!(
        (&hers["my_answer"], &hers["partner_answer"]),
        (&json!("The lake.\nWith you."), &json!("The sea."))
    );
    assert_eq!(ada.revealed().await, [hers]);
    assert_eq!(ben.revealed().await, [his]);
}

/// Passing is always fine, and looks to the other like not having looked.
#[tokio::test]
async fn passing_is_fine() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    ben.answers("today", "The sea.").await;
    let before = ben.get("/v1/prompts/today").await;
    for _ in 0..2 {
        ada.passes("today").await;
        assert_eq!(ben.get("/v1/prompts/today").await.told(), before.told());
    }
    let hers = ada.prompt().await;
    assert_eq!(
        (&hers["passed"], &hers["revealed"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(hers.get("partner_answer"), None);
    // A pass is no promise.
    let spoken = ada.answers("today", "The lake.").await;
    assert_eq!(
        (&spoken["passed"], &spoken["revealed"]),
        (&json!(false), &json!(true))
    );
}

/// Whoever said something may put it in other words or take it back at any time: revealed, weeks later, or
/// where the date has not come yet.
#[tokio::test]
async fn words_can_be_changed_and_taken_back() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let date = "2026-11-18";
    for one in [&ada, &ben] {
        one.answers(date, "Hastily said.").await;
    }
    ada.moves_to("Pacific/Pago_Pago").await;
    ada.answers(date, "Said again.").await;
    world.pass_days(30);
    assert_eq!(ben.revealed().await[0]["partner_answer"], "Said again.");
    ada.answers(date, "Said at last.").await;
    assert_eq!(ben.revealed().await[0]["partner_answer"], "Said at last.");
    ada.passes(date).await;
    for one in [&ada, &ben] {
        assert!(one.revealed().await.is_empty());
    }
    assert!(!ben.takes_along().await.told().contains("Said"));
}

/// A question waits for a week, and not longer; and none is answered before its day.
#[tokio::test]
async fn a_question_waits_for_a_week() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    for one in [&ada, &ben] {
        one.answers("2026-11-12", "Late, but here.").await;
    }
    assert_eq!(ada.revealed().await[0]["date"], "2026-11-12");
    ada.passes("2026-11-13").await;
    for (date, code) in [
        ("2026-11-11", "prompt_closed"),
        ("2026-11-19", "date_to_come"),
    ] {
        let path = format!("/v1/prompts/{date}");
        let answer = ada
            .put(&format!("{path}/answer"), json!({"text": "x"}))
            .await;
        assert_eq!(answer.problem(422, code), ["/date"]);
        let passed = ada.tap("POST", &format!("{path}/pass")).await;
        assert_eq!(passed.problem(422, code), ["/date"]);
    }
    let odd = ada
        .put("/v1/prompts/soon/answer", json!({"text": "x"}))
        .await;
    assert_eq!(odd.problem(422, "invalid_request"), ["/date"]);
    let empty = ada
        .put("/v1/prompts/today/answer", json!({"text": " "}))
        .await;
    assert_eq!(empty.problem(422, "invalid_request"), ["/text"]);
}

/// Alone one can answer, too. It stays one's own, whoever comes later, until one says it again.
#[tokio::test]
async fn what_is_said_alone_stays_sealed() {
    let world = World::new().await;
    let (ada, ben) = (world.ada().await, world.ben().await);
    let nobody = ada.get("/v1/prompts/today").await;
    nobody.problem(404, "no_couple");
    ada.post("/v1/couple", json!({})).await.json(201);
    ada.answers("today", "I hope he comes.").await;
    ada.pairs_with(&ben).await;
    let his = ben.answers("today", "Here I am.").await;
    assert_eq!(his["revealed"], false);
    assert_eq!(ada.prompt().await["revealed"], false);
    let said = ada.answers("today", "There you are.").await;
    assert_eq!(said["partner_answer"], "Here I am.");
}

/// The revealed ones come page by page, newest first.
#[tokio::test]
async fn what_was_revealed_can_be_read_again() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    for day in 0..5 {
        let date = days_after("2026-11-12", day);
        ada.answers(&date, "The lake.").await;
        if day != 2 {
            ben.answers(&date, "The sea.").await;
        }
    }
    let all = ada.walks("/v1/prompts", 2).await;
    let dates: Vec<String> = all.iter().map(|day| text(&day["date"])).collect();
    assert_eq!(
        dates,
        ["2026-11-16", "2026-11-15", "2026-11-13", "2026-11-12"]
    );
    let first = ada.get("/v1/prompts?limit=2").await;
    assert!(first.header("link").unwrap().contains("rel=\"next\""));
    assert_eq!(first.header("content-language"), Some("en"));
}

/// Nothing flows once one has left: each takes along what was revealed, and no new couple sees any of it.
#[tokio::test]
async fn a_closed_couple_is_closed() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    for one in [&ada, &ben] {
        one.answers("2026-11-17", "Ours.").await;
    }
    ben.answers("today", "Sealed.").await;
    ada.leaves().await;
    ada.get("/v1/prompts").await.problem(404, "no_couple");
    let taken = ada.takes_along().await.told();
    assert_eq!(taken.matches("Ours.").count(), 2);
    assert!(!taken.contains("Sealed."));
    ada.post("/v1/couple", json!({})).await.json(201);
    assert!(ada.revealed().await.is_empty());
}

/// An export holds all I said and what was revealed to me, and an import brings it back to the byte. What
/// Hearth would never have written is refused.
#[tokio::test]
async fn answers_move_along() {
    let world = World::new().await;
    let ada = world.ada().await;
    ada.post("/v1/couple", json!({})).await.json(201);
    ada.answers("2026-11-14", "Alone.").await;
    let ben = world.ben().await;
    ada.pairs_with(&ben).await;
    for date in ["2026-11-14", "2026-11-16", "2026-11-17", "2026-11-18"] {
        ben.answers(date, &format!("His of {date}.")).await;
    }
    ada.answers("2026-11-16", "Hers.").await;
    ada.passes("2026-11-18").await;
    let document = ada.takes_along().await;
    let couple = &document.value()["couples"][0];
    let told = couple["my_prompts"].as_array().unwrap().iter();
    let told: Vec<Value> = told
        .map(|one| json!([one["date"], one["answer"], one["alone"]]))
        .collect();
    let expected = json!([
        ["2026-11-14", "Alone.", true],
        ["2026-11-16", "Hers.", false],
        ["2026-11-18", null, false]
    ]);
    assert_eq!(json!(told), expected);
    let revealed = &couple["partner_prompts"];
    assert_eq!(revealed.as_array().unwrap().len(), 1);
    assert_eq!(revealed[0]["answer"], "His of 2026-11-16.");

    let elsewhere = world.elsewhere().await;
    let arrived = elsewhere
        .imports(&document.body, Addresses::default())
        .await;
    let key = arrived.unwrap().me;
    let moved = elsewhere.arrives(&key).await;
    assert_eq!(moved.exports_with(&key).await, document.body);
    assert_eq!(
        moved.revealed().await[0]["partner_answer"],
        "His of 2026-11-16."
    );

    let elsewhere = world.elsewhere().await;
    for (list, at, date) in [
        ("my_prompts", 0, "2026-11-16"),
        ("my_prompts", 2, "2026-12-24"),
        ("partner_prompts", 0, "2026-11-14"),
    ] {
        let mut bad = document.value();
        bad["couples"][0][list][at]["date"] = json!(date);
        let refused = elsewhere
            .imports(bad.to_string().as_bytes(), Addresses::default())
            .await;
        let told = refused.unwrap_err().to_string();
        assert!(told.contains(&format!("/couples/0/{list}/")), "{told}");
    }
}

/// Whoever is erased takes their words along, also those that were revealed.
#[tokio::test]
async fn erasing_takes_the_answers() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    ada.answers("today", "A word of Ada's.").await;
    ben.answers("today", "A word of Ben's.").await;
    ada.erases().await.empty();
    world.at_rest().await;
    let left = crate::scrub::remnants(world.folder.path(), &["A word of Ada's."]);
    assert_eq!(left, [""; 0]);
    let told = ben.takes_along().await.told();
    assert!(told.contains("A word of Ben's."), "{told}");
}
