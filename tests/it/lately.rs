//! Who looks again and finds nothing changed gets the same answer for next to nothing; and never a stale one.

use chrono::TimeDelta;
use serde_json::json;

use crate::checkpoint::Life;
use crate::cost::{Work, work_of};
use crate::diary::Diary;
use crate::dice::Dice;
use crate::tokens::token;
use crate::world::{Answer, Person, World, check_in};

/// The same world, served by a program that remembers nobody.
fn forgetful(world: &World) -> World {
    world.with(|app| app.lately = Default::default())
}

/// What somebody sees at home, and the work it was.
async fn looks(who: &Person) -> (Answer, Work) {
    work_of(who.get("/v1/today")).await
}

/// Whether an answer was remembered: one small look, in which no ritual is read.
fn is_remembered(work: &Work) -> bool {
    matches!(work.statements.as_slice(), [one] if !one.contains("rituals"))
}

/// Holds what both are shown against what a program without memory shows.
async fn is_fresh(life: &Life, told: &str) -> u64 {
    let mut remembered = 0;
    for one in &life.people {
        let (shown, work) = looks(one).await;
        let (wanted, _) = looks(&one.at(&forgetful(&life.world))).await;
        assert_eq!(shown.told(), wanted.told(), "after {told}");
        assert_eq!(shown.header("etag"), wanted.header("etag"), "after {told}");
        remembered += u64::from(is_remembered(&work));
    }
    remembered
}

/// Whatever two people do, and however time passes: what is remembered is what would be read now.
#[tokio::test]
async fn nothing_stale_is_ever_shown() {
    let mut remembered = 0;
    for seed in 1..=3 {
        let world = World::new().await;
        let people = world.couple().await.into();
        let mut life = Life::of(world, people, Dice(seed)).await;
        let mut diary = Diary::of(life.people[0].clone(), true);
        for step in 0..40 {
            let told = match life.dice.below(4) {
                0 => {
                    diary.acts(&mut life).await;
                    "her diary".to_owned()
                }
                1 => {
                    let minutes = life.dice.below(20 * 60) as i64;
                    life.world.pass(TimeDelta::minutes(minutes));
                    "time".to_owned()
                }
                _ => life.acts().await.what,
            };
            remembered += is_fresh(&life, &format!("{told} (seed {seed}, step {step})")).await;
        }
    }
    assert!(remembered > 20, "only {remembered} were remembered");
}

/// Looking again is one small look; a day that begins, for either of them, is not overlooked.
#[tokio::test]
async fn looking_again_costs_next_to_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    ada.proposes(check_in()).await;
    for one in [&ada, &ben] {
        let (first, work) = looks(one).await;
        assert!(!is_remembered(&work));
        let (again, work) = looks(one).await;
        assert!(is_remembered(&work), "{:?}", work.statements);
        assert_eq!(first.told(), again.told());
    }
    // It is 20:00 in Oslo and 14:00 in New York; their days begin at 04:00.
    for (hours, whose) in [(8, &ada), (6, &ben)] {
        world.pass(TimeDelta::hours(hours) - TimeDelta::minutes(1));
        assert!(is_remembered(&looks(&ada).await.1));
        world.pass(TimeDelta::minutes(1));
        let (today, work) = looks(whose).await;
        assert!(!is_remembered(&work));
        assert_eq!(today.json(200)["date"], "2026-11-19");
        looks(&ada).await;
    }
}

/// What Ada keeps to herself does not even make Ben's next look take longer; what concerns both does.
#[tokio::test]
async fn private_words_cost_the_partner_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ada.logs(&id, "today").await;
    let log = format!("/v1/rituals/{id}/logs/today");
    let private = json!({"note": "to myself", "visibility": "private"});
    let shared = json!({"note": "to us", "visibility": "shared"});
    for (words, is_told) in [
        (private.clone(), false),
        (json!({"note": "more"}), false),
        (shared, true),
        (private, true),
    ] {
        looks(&ben).await;
        ada.put(&log, words.clone()).await.json(200);
        let (_, work) = looks(&ben).await;
        assert_eq!(is_remembered(&work), !is_told, "{words}");
    }
    looks(&ben).await;
    let (answer, pass) = ("/v1/prompts/today/answer", "/v1/prompts/2026-11-17/pass");
    ada.put(answer, json!({"text": "the sea"})).await.json(200);
    ada.tap("POST", pass).await.empty();
    ada.begins_checkup().await;
    ada.takes_along().await;
    assert!(is_remembered(&looks(&ben).await.1));
}

/// A token that was revoked opens nothing any more, also not what was shown to it before.
#[tokio::test]
async fn what_was_shown_opens_no_door() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let other = token(&ada, json!({"label": "her old phone"})).await;
    looks(&other).await.0.json(200);
    ada.delete("/v1/tokens").await.empty();
    looks(&other).await.0.problem(401, "unauthenticated");
}
