//! Changing how often, and how forgiving, after the first log.

use serde_json::{Value, json};

use crate::ways::{daily, ritual};
use crate::world::World;

/// A new cadence holds from the day after everything already begun: nothing is judged anew.
#[tokio::test]
async fn a_new_cadence_waits_until_what_has_begun_is_over() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    for (cadence, from) in [
        (json!({"kind": "daily"}), "2026-11-19"),
        (json!({"kind": "weekdays", "days": ["mon"]}), "2026-11-19"),
        (json!({"kind": "anytime"}), "2026-11-19"),
        (json!({"kind": "weekly", "times": 1}), "2026-11-23"),
        (json!({"kind": "monthly", "times": 2}), "2026-12-01"),
        (json!({"kind": "every", "days": 4}), "2026-11-21"),
        (json!({"kind": "every", "days": 10}), "2026-11-19"),
    ] {
        let asked = ritual(cadence.clone(), "either", "2026-11-09");
        let id = ada.proposes(asked).await;
        ada.logs(&id, "today").await;
        let before = ada.ritual(&id).await;
        let next = json!({"kind": "every", "days": 3});
        let changed = ben.amends(&id, json!({"cadence": next})).await;
        assert_eq!(changed["upcoming"], json!({"cadence": next, "from": from}));
        for unmoved in ["cadence", "period", "streak"] {
            assert_eq!(changed[unmoved], before[unmoved], "{cadence}");
        }
    }
}

/// Where it is tomorrow already for one of the two, a new cadence waits for that day to end too.
#[tokio::test]
async fn a_new_cadence_waits_for_the_later_today() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-17")).await;
    ada.logs(&id, "today").await;
    world.it_is("2026-11-19T03:30:00Z"); // the 19th for Ada, the 18th for Ben
    let weekly = json!({"cadence": {"kind": "weekly", "times": 1}});
    assert_eq!(
        ben.amends(&id, weekly).await["upcoming"]["from"],
        "2026-11-20"
    );
    // A traveller who reaches the new cadence's day begins it.
    ada.moves_to("Pacific/Kiritimati").await;
    world.it_is("2026-11-19T14:30:00Z"); // 04:30 on the 20th, on Kiritimati
    let monthly = json!({"cadence": {"kind": "monthly", "times": 1}});
    let changed = ben.amends(&id, monthly).await;
    assert_eq!(changed["cadence"], json!({"kind": "weekly", "times": 1}));
    assert_eq!(changed["upcoming"]["from"], "2026-11-23");
}

/// Until its day comes, a new cadence can be replaced, or taken back by asking for what holds now.
#[tokio::test]
async fn a_new_cadence_can_be_thought_over() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-11-16")).await;
    ada.logs(&id, "today").await;
    let before = ada.ritual(&id).await;
    for cadence in [
        json!({"kind": "weekly", "times": 3}),
        json!({"kind": "anytime"}),
        json!({"kind": "monthly", "times": 1}),
    ] {
        let changed = ben.amends(&id, json!({"cadence": cadence})).await;
        let upcoming = json!({"cadence": cadence, "from": "2026-11-19"});
        assert_eq!(changed["upcoming"], upcoming);
        assert_eq!(
            ada.amends(&id, json!({"title": "Same"})).await["upcoming"],
            upcoming
        );
    }
    let back = json!({"cadence": {"kind": "daily"}, "title": before["title"]});
    assert_eq!(ada.amends(&id, back).await, before);
    world.pass_days(3);
    assert_eq!(ada.ritual(&id).await["cadence"], json!({"kind": "daily"}));
}

/// When its day comes, the new cadence is the cadence; the streak carries over, in `period`s when units differ.
#[tokio::test]
async fn a_new_cadence_takes_over_on_its_day() {
    let world = World::new().await;
    let (ada, _) = world.neighbours().await;
    let id = ada.proposes(daily("2026-11-16")).await;
    for date in ["2026-11-16", "2026-11-17", "2026-11-18"] {
        ada.logs(&id, date).await;
    }
    let weekly = json!({"kind": "weekly", "times": 1});
    ada.amends(&id, json!({"cadence": weekly})).await;
    world.pass_days(1);
    let now = ada.ritual(&id).await;
    assert_eq!(now["cadence"], weekly);
    assert_eq!(now["upcoming"], Value::Null);
    assert_eq!(now["period"]["first"], "2026-11-19");
    assert_eq!(now["period"]["last"], "2026-11-22");
    assert_eq!(now["streak"]["current"], 3);
    assert_eq!(now["streak"]["unit"], "day");
    let kept = ada.logs(&id, "today").await["ritual"]["streak"].clone();
    assert_eq!(kept["current"], 4);
    assert_eq!(kept["unit"], "period");
    assert_eq!(kept["since"], "2026-11-16");
    ada.undoes(&id, "today").await;
    // The first week was short, so it is no lapse.
    world.pass_days(5);
    assert_eq!(
        ada.states(&id, "2026-11-19", "2026-11-24").await,
        "excused open"
    );
}

/// While a ritual is `anytime` only totals are told; what was kept before comes back with a rhythm.
#[tokio::test]
async fn anytime_is_a_pause_of_counting() {
    let world = World::new().await;
    let (ada, _) = world.neighbours().await;
    let id = ada.proposes(daily("2026-11-18")).await;
    ada.logs(&id, "today").await;
    ada.amends(&id, json!({"cadence": {"kind": "anytime"}}))
        .await;
    world.pass_days(1);
    let free = ada.logs(&id, "today").await["ritual"].clone();
    assert_eq!(free["period"], Value::Null);
    let totals = json!({
        "current": null, "unit": null, "since": null, "best": 1, "total_kept": 2, "strength": null,
    });
    assert_eq!(free["streak"], totals);
    let changed = ada.amends(&id, json!({"cadence": {"kind": "daily"}})).await;
    assert_eq!(changed["upcoming"]["from"], "2026-11-20");
    world.pass_days(30);
    let again = ada.streak(&id).await;
    assert_eq!(again["total_kept"], 2);
    assert_eq!(again["current"], 0);
}

/// A log that a traveller left ahead of every today goes on counting under the cadence it was made in.
#[tokio::test]
async fn a_log_ahead_of_today_is_left_alone() {
    let world = World::new().await;
    let (ada, _) = world.neighbours().await;
    let anytime = ritual(json!({"kind": "anytime"}), "either", "2026-11-18");
    let id = ada.proposes(anytime).await;
    ada.moves_to("Pacific/Auckland").await; // 08:00 on the 19th
    ada.logs(&id, "2026-11-19").await;
    ada.moves_to("Pacific/Honolulu").await; // 09:00 on the 18th
    let daily = json!({"cadence": {"kind": "daily"}});
    let changed = ada.amends(&id, daily).await;
    assert_eq!(changed["upcoming"]["from"], "2026-11-20");
    assert_eq!(changed["streak"]["total_kept"], 1);
    world.pass_days(1);
    assert_eq!(ada.streak(&id).await["total_kept"], 1);
}

/// A ritual keeps the week it was made with; only a new revision takes the couple's week.
#[tokio::test]
async fn a_week_begins_where_its_revision_says() {
    let world = World::new().await;
    let (ada, _) = world.neighbours().await;
    let weekly = json!({"kind": "weekly", "times": 1});
    let id = ada
        .proposes(ritual(weekly.clone(), "either", "2026-11-09"))
        .await;
    ada.logs(&id, "today").await;
    ada.patch("/v1/couple", json!({"week_start": "sun"}))
        .await
        .json(200);
    let same = ada.amends(&id, json!({"title": "Sundays?"})).await;
    assert_eq!(same["upcoming"], Value::Null);
    assert_eq!(same["period"]["last"], "2026-11-22");
    let changed = ada.amends(&id, json!({"cadence": weekly})).await;
    assert_eq!(
        changed["upcoming"],
        json!({"cadence": weekly, "from": "2026-11-23"})
    );
    assert_eq!(changed["period"]["last"], "2026-11-22");
    world.pass_days(14);
    let periods = ada.periods(&id, "2026-11-16", "2026-12-02").await;
    let ends: Vec<(&Value, &Value)> = periods.iter().map(|p| (&p["first"], &p["last"])).collect();
    assert_eq!(
        json!(ends),
        json!([
            ["2026-11-16", "2026-11-22"],
            ["2026-11-23", "2026-11-28"],
            ["2026-11-29", "2026-12-05"],
        ])
    );
}

/// Turning forgiveness off and on again re-reads the whole history, there and back.
#[tokio::test]
async fn forgiveness_holds_for_all_the_history() {
    let world = World::new().await;
    let (ada, ben) = world.neighbours().await;
    let id = ada.proposes(daily("2026-11-09")).await;
    for day in [9, 10, 12, 13, 14, 15, 16, 17] {
        ada.logs(&id, &format!("2026-11-{day:02}")).await;
    }
    for (forgiveness, current, since, state) in [
        ("gentle", 8, "2026-11-09", "forgiven"),
        ("off", 6, "2026-11-12", "missed"),
        ("gentle", 8, "2026-11-09", "forgiven"),
    ] {
        let change = json!({"forgiveness": forgiveness});
        let streak = ben.amends(&id, change).await["streak"].clone();
        assert_eq!(streak["current"], current);
        assert_eq!(streak["best"], current);
        assert_eq!(streak["since"], since);
        assert_eq!(streak["total_kept"], 8);
        assert_eq!(ada.states(&id, "2026-11-11", "2026-11-11").await, state);
    }
}
