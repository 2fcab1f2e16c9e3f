//! Saying yes, saying no, taking it back.

use serde_json::{Value, json};

use crate::ways::{daily, ids, ritual};
use crate::world::{World, check_in, text};

/// A proposal is its proposer's own until the other says yes; a second yes changes nothing.
#[tokio::test]
async fn a_ritual_is_ours_when_both_have_said_yes() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-09")).await;
    assert_eq!(ben.ritual(&id).await["status"], "proposed");
    let ours = ben.agrees(&id).await;
    assert_eq!(ours["status"], "active");
    let both = json!([
        {"member_id": ada.id, "since": "2026-11-09"}, {"member_id": ben.id, "since": "2026-11-18"},
    ]);
    assert_eq!(ours["participants"], both);
    world.pass_days(2);
    for one in [&ada, &ben] {
        assert_eq!(one.agrees(&id).await["participants"], both);
    }
}

/// Agreeing in the middle of a week that is kept already asks nothing of it.
#[tokio::test]
async fn agreeing_never_unkeeps() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let weekly = json!({"kind": "weekly", "times": 2});
    let id = ada.proposes(ritual(weekly, "both", "2026-11-09")).await;
    for date in ["2026-11-10", "2026-11-11", "2026-11-16", "2026-11-17"] {
        ada.logs(&id, date).await;
    }
    let before = ada.streak(&id).await;
    assert_eq!(before["current"], 2);
    let ours = ben.agrees(&id).await;
    assert_eq!(ours["streak"], before);
    assert_eq!(ours["period"]["state"], "kept");
    let after_the_week = json!({"member_id": ben.id, "since": "2026-11-23"});
    assert_eq!(ours["participants"][1], after_the_week);
    // From the next week on, both are asked.
    world.pass_days(6);
    for date in ["2026-11-23", "2026-11-24"] {
        assert_eq!(
            ada.logs(&id, date).await["ritual"]["period"]["state"],
            "open"
        );
    }
    ben.logs(&id, "2026-11-23").await;
    let kept = ben.logs(&id, "2026-11-24").await;
    assert_eq!(kept["ritual"]["streak"]["current"], 3);
}

/// Agreeing to a ritual that starts later counts from its start.
#[tokio::test]
async fn agreeing_ahead_counts_from_the_start() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-12-24")).await;
    let ours = ben.agrees(&id).await;
    assert_eq!(ours["participants"][1]["since"], "2026-12-24");
    assert_eq!(ours["period"], Value::Null);
    let moved = ada.amends(&id, json!({"starts_on": "2026-12-01"})).await;
    assert_eq!(moved["participants"][0]["since"], "2026-12-01");
    assert_eq!(moved["participants"][1]["since"], "2026-12-01");
}

/// Withdrawing leaves what both have kept, and asks nothing more of whoever withdrew.
#[tokio::test]
async fn withdrawing_never_unkeeps() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let mut asked = check_in();
    asked["starts_on"] = json!("2026-11-17");
    let id = ada.proposes(asked).await;
    ben.agrees(&id).await;
    ada.logs(&id, "2026-11-17").await;
    ada.logs(&id, "today").await;
    let before = ben.logs(&id, "today").await["ritual"]["streak"].clone();
    assert_eq!(before["current"], 2);
    ben.withdraws(&id).await;
    ben.withdraws(&id).await;
    let mine = ada.ritual(&id).await;
    assert_eq!(mine["streak"], before);
    assert_eq!(mine["period"]["state"], "kept");
    assert_eq!(mine["status"], "proposed");
    let only_ada = json!([{"member_id": ada.id, "since": "2026-11-17"}]);
    assert_eq!(mine["participants"], only_ada);
    // What Ben did is still counted for him.
    let done = json!([{"member_id": ada.id, "count": 1}, {"member_id": ben.id, "count": 1}]);
    assert_eq!(mine["period"]["credits"], done);
    world.pass_days(1);
    assert_eq!(
        ada.logs(&id, "today").await["ritual"]["streak"]["current"],
        3
    );
}

/// A yes taken back on the day it was given asked nothing of anybody.
#[tokio::test]
async fn a_yes_taken_back_at_once_asks_nothing() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    assert_eq!(
        ada.logs(&id, "today").await["ritual"]["period"]["state"],
        "open"
    );
    ben.withdraws(&id).await;
    assert_eq!(ada.ritual(&id).await["period"]["state"], "kept");
    // A withdrawn yes is no declining: Ben still sees it.
    assert_eq!(ids(&ben.walks("/v1/rituals", 50).await), [id]);
}

/// A declined proposal leaves the decliner's lists and today, and waits by its id for a later yes.
#[tokio::test]
async fn a_declined_proposal_is_hidden_from_the_decliner() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(check_in()).await;
    ben.withdraws(&id).await;
    assert!(ben.walks("/v1/rituals", 50).await.is_empty());
    assert_eq!(ben.today().await["rituals"], json!([]));
    assert_eq!(ids(&ada.walks("/v1/rituals", 50).await), [id.as_str()]);
    assert_eq!(text(&ada.today().await["rituals"][0]["ritual"]["id"]), id);
    let there = ben.ritual(&id).await;
    assert_eq!(there, ada.ritual(&id).await);
    assert_eq!(there["status"], "proposed");
    ben.taps(&id, "today").await.problem(409, "not_taking_part");
    // It stays Ada's own, to keep alone.
    assert_eq!(
        ada.logs(&id, "today").await["ritual"]["period"]["state"],
        "kept"
    );
    assert_eq!(ben.agrees(&id).await["status"], "active");
    assert_eq!(ids(&ben.walks("/v1/rituals", 50).await), [id]);
}

/// Whoever agrees again is asked from then on; the days in between were the other's alone.
#[tokio::test]
async fn agreeing_again_begins_anew() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let id = ada.proposes(check_in()).await;
    ben.agrees(&id).await;
    ada.logs(&id, "today").await;
    ben.logs(&id, "today").await;
    world.pass_days(1);
    ben.withdraws(&id).await;
    for _ in 0..2 {
        assert_eq!(
            ada.logs(&id, "today").await["ritual"]["period"]["state"],
            "kept"
        );
        world.pass_days(1);
    }
    let again = ben.agrees(&id).await;
    assert_eq!(again["participants"][1]["since"], "2026-11-21");
    assert_eq!(again["streak"]["current"], 3);
    assert_eq!(
        ada.logs(&id, "today").await["ritual"]["period"]["state"],
        "open"
    );
    world.pass_days(1);
    let states = ada.states(&id, "2026-11-18", "2026-11-22").await;
    assert_eq!(states, "kept kept kept forgiven open");
    // Ben may still log a day on which nobody expected him.
    ben.logs(&id, "2026-11-20").await;
}

/// When even the proposer withdraws, nobody is expected, and nothing lapses.
#[tokio::test]
async fn where_nobody_is_expected_nothing_lapses() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let id = ada.proposes(daily("2026-11-17")).await;
    ada.logs(&id, "2026-11-17").await;
    ada.withdraws(&id).await;
    world.pass_days(5);
    let left = ben.ritual(&id).await;
    assert_eq!(left["participants"], json!([]));
    assert_eq!(left["streak"]["current"], 1);
    let states = ben.states(&id, "2026-11-17", "2026-11-20").await;
    assert_eq!(states, "kept excused excused excused");
    ada.taps(&id, "today").await.problem(409, "not_taking_part");
}
