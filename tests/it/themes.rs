//! What check-ups lead to: which two belong together, what is told of them, ideas, and where they move.

use chrono::{DateTime, TimeDelta, Utc};
use hearth::content::OFFERS;
use hearth::domain::checkup::{Checkup, Degree, SEALED_FOR, Sharing};
use hearth::domain::pairs::{counterpart, pairs};
use hearth::domain::theme::{Themes, ideas};
use hearth::http::import::Addresses;
use hearth::ids::{AccountId, Chance, CheckupId};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::world::{START, World, text};

/// A finished check-up with answers thrown at random.
fn thrown(dice: &mut Dice, chance: &mut Chance, member: AccountId, at: DateTime<Utc>) -> Checkup {
    let mut checkup = Checkup::begin(CheckupId::new(chance), member);
    let answers = OFFERS.statements.iter().map(|statement| {
        let degree = Degree::try_from(dice.below(5) as i64).unwrap();
        (statement.id.clone().try_into().unwrap(), degree)
    });
    checkup.answers = answers.collect();
    checkup.finished_at = Some(at);
    checkup
}

/// Two that belong together are of both, within seven days, and belong to nothing else; it looks the same from
/// either side; and whatever comes later parts nothing.
#[test]
fn each_belongs_to_one_at_most() {
    let (mut dice, mut chance) = (Dice(5), Chance::seeded(5));
    let people = [AccountId::new(&mut chance), AccountId::new(&mut chance)];
    let mut belonged = 0;
    for _ in 0..300 {
        let mut at: DateTime<Utc> = START.parse().unwrap();
        let mut all: [Vec<Checkup>; 2] = Default::default();
        let mut before = Vec::new();
        for _ in 0..12 {
            at += TimeDelta::hours(1 + dice.below(24 * 9) as i64);
            let who = dice.below(2) as usize;
            all[who].push(thrown(&mut dice, &mut chance, people[who], at));
            let now = pairs(all.iter().flatten());
            for (id, other) in &now {
                let back = now[&other.id];
                assert_eq!(back.id, *id);
                assert_ne!(back.member, other.member);
                let apart = back.finished_at.unwrap() - other.finished_at.unwrap();
                assert!(apart.abs() <= SEALED_FOR);
            }
            assert_eq!(pairs(all.iter().rev().flatten()), now);
            let links: Vec<_> = now.iter().map(|(id, other)| (*id, other.id)).collect();
            assert!(before.iter().all(|link| links.contains(link)), "parted");
            before = links;
        }
        belonged += before.len();
    }
    assert!(belonged > 1000, "{belonged}");
}

/// Whatever is dropped, of what is left nothing is parted, joined or sealed; and whoever does one anew after a drop
/// finds the other's again, as if the dropped one had never been.
#[test]
fn dropping_one_moves_nothing() {
    let (mut dice, mut chance) = (Dice(7), Chance::seeded(7));
    let people = [AccountId::new(&mut chance), AccountId::new(&mut chance)];
    let links = |all: &[Checkup]| -> Vec<_> {
        let pairs = pairs(all).into_iter();
        pairs.map(|(id, other)| (id, other.id)).collect()
    };
    let (mut parted, mut joined) = (0, 0);
    for _ in 0..300 {
        let mut at: DateTime<Utc> = START.parse().unwrap();
        let mut all: Vec<Checkup> = Vec::new();
        for _ in 0..20 {
            at += TimeDelta::hours(1 + dice.below(24 * 5) as i64);
            let before = links(&all);
            if dice.below(3) == 0 && !all.is_empty() {
                let dropped = all.remove(dice.below(all.len() as u64) as usize).id;
                let is_left = |(one, other): &&_| *one != dropped && *other != dropped;
                let left: Vec<_> = before.iter().filter(is_left).copied().collect();
                parted += before.len() - left.len();
                assert_eq!(links(&all), left);
                continue;
            }
            let member = people[dice.below(2) as usize];
            let mut new = thrown(&mut dice, &mut chance, member, at);
            if let Some(other) = counterpart(&new, &all).map(|other| other.id) {
                new.opened_at = Some(at);
                let mut all = all.iter_mut();
                all.find(|one| one.id == other).unwrap().opened_at = Some(at);
                joined += 1;
            }
            let (id, opened) = (new.id, new.opened_at.is_some());
            all.push(new);
            let after = links(&all);
            assert!(before.iter().all(|link| after.contains(link)));
            assert_eq!(after.iter().any(|(one, _)| *one == id), opened);
        }
    }
    assert!(parted > 100 && joined > 1000, "{parted} {joined}");
}

/// Of the other's nothing is told beyond what they chose, nothing tender unless both share, and what is told
/// can be told again.
#[test]
fn nothing_is_told_beyond_the_choice() {
    let (mut dice, mut chance) = (Dice(6), Chance::seeded(6));
    let (member, at) = (AccountId::new(&mut chance), START.parse().unwrap());
    let statements = &OFFERS.statements;
    let levels = [Sharing::Nothing, Sharing::Themes, Sharing::Answers];
    for _ in 0..500 {
        let mut theirs = thrown(&mut dice, &mut chance, member, at);
        theirs.sharing = *dice.pick(&levels);
        let returned = *dice.pick(&levels);
        let Some(shown) = theirs.shown(returned, statements) else {
            assert_eq!(theirs.sharing, Sharing::Nothing);
            continue;
        };
        let all = Themes::of(&theirs.answers, statements);
        let told: Vec<_> = [&*shown.themes.noticed, &*shown.themes.good].concat();
        assert!(
            shown
                .themes
                .noticed
                .iter()
                .all(|topic| all.noticed.contains(topic))
        );
        assert!(
            !told
                .iter()
                .any(|topic| returned == Sharing::Nothing && topic.is_tender())
        );
        assert_eq!(shown.answers.is_some(), theirs.sharing == Sharing::Answers);
        if let Some(answers) = &shown.answers {
            let count = if returned == Sharing::Nothing { 9 } else { 12 };
            assert_eq!(answers.len(), count);
        }
        let id = CheckupId::new(&mut chance);
        let again = Checkup::told(id, member, shown.clone(), statements, at);
        assert_eq!(again.shown(returned, statements), Some(shown));
        let offered = ideas(&all.noticed, &OFFERS, |_| false);
        assert_eq!(offered.len(), if all.noticed.is_empty() { 0 } else { 3 });
    }
}

/// What was noticed leads to ideas that the couple does not have; three are proposed in one call.
#[tokio::test]
async fn what_was_noticed_leads_to_ideas() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let hers = ada.checks_up(&["surface_talk", "unseen"], &[]).await;
    ben.checks_up(&[], &[]).await;
    let ids = |opened: &Value| -> Vec<String> {
        let ideas = opened["ideas"].as_array().unwrap().iter();
        ideas.map(|idea| text(&idea["idea_id"])).collect()
    };
    let first = ada.opened().await;
    assert_eq!(first, ada.opened().await);
    let practices: Vec<&Value> = first["ideas"]
        .as_array()
        .unwrap()
        .iter()
        .map(|idea| &idea["practice"])
        .collect();
    assert_eq!(
        json!(practices),
        json!(["conversation", "appreciation", "conversation"])
    );
    let ideas = ids(&first);
    let path = format!("/v1/checkups/{hers}/ideas");
    for (odd, pointer) in [
        (json!([]), "/idea_ids"),
        (
            json!(["sunday_walk", "empty_day", "pages_aloud", "money_and_tea"]),
            "/idea_ids",
        ),
        (json!(["sunday_walk", "no_such"]), "/idea_ids/1"),
        (json!(["sunday_walk", "sunday_walk"]), "/idea_ids/1"),
    ] {
        let refused = ada.post(&path, json!({"idea_ids": odd})).await;
        assert_eq!(refused.problem(422, "invalid_request"), [pointer]);
    }
    let proposed = ada.post(&path, json!({"idea_ids": ideas})).await.json(201);
    assert_eq!(proposed["rituals"].as_array().unwrap().len(), 3);
    let titles: Vec<String> = ben
        .walks("/v1/rituals", 50)
        .await
        .iter()
        .map(|one| text(&one["title"]))
        .collect();
    for idea in first["ideas"].as_array().unwrap() {
        assert!(titles.contains(&text(&idea["title"])));
    }
    let next = ids(&ada.opened().await);
    assert!(
        next.len() == 3 && next.iter().all(|id| !ideas.contains(id)),
        "{next:?}"
    );
    assert_eq!(ids(&ben.opened().await), [""; 0], "he noticed nothing");
}

/// An export holds all my check-ups, and of the partner's what they share; an import brings it back to the byte.
/// Who is erased takes theirs along.
#[tokio::test]
async fn checkups_move_along() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let alone = ben.checks_up(&["missing_us", "less_touch"], &[]).await;
    world.pass_days(8);
    ben.shares(&alone, "answers").await;
    let hers = ada.checks_up(&["unseen"], &["presence"]).await;
    let his = ben.checks_up(&["unseen"], &["rituals"]).await;
    ada.shares(&hers, "themes").await;
    ben.shares(&his, "themes").await;
    ada.begins_checkup().await;
    let document = ada.takes_along().await;
    let couple = &document.value()["couples"][0];
    assert_eq!(couple["my_checkups"].as_array().unwrap().len(), 2);
    let partner = &couple["my_checkups"][1]["partner"];
    assert_eq!(partner["noticed"], json!(["unseen"]));
    assert_eq!(
        couple["partner_checkups"][0]["noticed"],
        json!(["missing_us"])
    );
    for secret in [&hers, &his, &alone] {
        assert!(!document.told().contains(secret));
    }
    let elsewhere = world.elsewhere().await;
    let arrived = elsewhere
        .imports(&document.body, Addresses::default())
        .await;
    let key = arrived.unwrap().me;
    let moved = elsewhere.arrives(&key).await;
    assert_eq!(moved.exports_with(&key).await, document.body);
    assert_eq!(
        moved.checkups().await["data"][1]["opened"]["partner"],
        *partner
    );

    for (pointer, value) in [
        ("/couples/0/my_checkups/1/finished_at", json!(null)),
        (
            "/couples/0/my_checkups/1/finished_at",
            json!("2030-01-01T00:00:00Z"),
        ),
        ("/couples/0/my_checkups/0/sharing", json!("themes")),
        ("/couples/0/my_checkups/0/opened", json!(true)),
        ("/couples/0/partner_checkups/0/sharing", json!("nothing")),
    ] {
        let bad = crate::import::with(&document.value(), pointer, value).to_string();
        let elsewhere = world.elsewhere().await;
        let refused = elsewhere.imports(bad.as_bytes(), Addresses::default());
        let told = refused.await.unwrap_err().to_string();
        assert!(told.contains("checkups/"), "{told}");
    }
    // Nothing flows once one has left, and nothing is left of whoever is erased.
    let left = ben.export().await["couples"][0]["my_checkups"].clone();
    ada.erases().await.empty();
    world.at_rest().await;
    ben.get("/v1/checkups").await.problem(404, "no_couple");
    let after = ben.export().await["couples"][0].clone();
    assert_eq!(after["my_checkups"][0]["answers"], left[0]["answers"]);
    assert_eq!(after["my_checkups"][0]["partner"], Value::Null);
}
