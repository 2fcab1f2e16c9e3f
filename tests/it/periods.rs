//! A ritual's periods: what became of each does not depend on how one looks.

use serde_json::{Value, json};

use crate::dice::Dice;
use crate::ways::{daily, days_after, ritual};
use crate::world::{Person, World, text};

const START: &str = "2023-05-01";
const END: &str = "2026-11-18";

/// A ritual with lapses, and with more than a year of rest in its middle; answers id and dates logged.
async fn eventful(ada: &Person, dice: &mut Dice, cadence: Value) -> (String, Vec<String>) {
    let id = ada.proposes(ritual(cadence, "either", START)).await;
    // Kept just before the rest and not just after it: only a look at all the history tells that this
    // lapse is forgiven.
    let rest = json!({"from": "2024-02-10", "to": "2025-09-20", "ritual_id": id});
    ada.rests(rest).await;
    let mut logged = Vec::new();
    for day in 0..1298 {
        let date = days_after(START, day);
        let about_to_rest = ("2024-02-05".."2024-02-10").contains(&date.as_str());
        let rested = ("2024-02-10".."2025-09-28").contains(&date.as_str());
        let luck = dice.happens(if day % 40 < 25 { 70 } else { 15 });
        if about_to_rest || (luck && !rested) {
            ada.logs(&id, &date).await;
            logged.push(date);
        }
    }
    (id, logged)
}

/// All periods there are, seen through windows of a year that lie side by side.
async fn whole_history(ada: &Person, id: &str) -> Vec<Value> {
    let mut whole: Vec<Value> = Vec::new();
    let mut from = START.to_owned();
    while from.as_str() <= END {
        let to = days_after(&from, 365);
        for period in ada.periods(id, &from, &to).await {
            if whole
                .last()
                .is_none_or(|last| last["first"] != period["first"])
            {
                whole.push(period);
            }
        }
        from = days_after(&to, 1);
    }
    whole
}

/// Re-judges a history by the words of the rules: a lapse is forgiven right after something kept.
fn check_by_the_rules(whole: &[Value], logged: &[String]) {
    let mut after_kept = false;
    let mut seen = [0; 2];
    for period in whole {
        let (first, last) = (text(&period["first"]), text(&period["last"]));
        let kept = logged.iter().any(|date| (&first..=&last).contains(&date));
        match period["state"].as_str().unwrap() {
            "kept" => {
                assert!(kept, "{period}");
                after_kept = true;
            }
            "excused" => assert!(!kept && last.as_str() >= "2024-02-10", "{period}"),
            "open" => assert!(!kept && last.as_str() >= END, "{period}"),
            lapse => {
                let wanted = if after_kept { "forgiven" } else { "missed" };
                assert!(!kept && lapse == wanted, "{period} is {wanted}");
                seen[usize::from(after_kept)] += 1;
                after_kept = false;
            }
        }
    }
    assert!(seen[0] > 10 && seen[1] > 10, "too few lapses: {seen:?}");
}

/// Whether a lapse was forgiven is the same through every window, however little of the past it shows.
#[tokio::test]
async fn a_state_does_not_depend_on_the_window() {
    let world = World::new().await;
    let (ada, _) = world.neighbours().await;
    let mut dice = Dice(3);
    for cadence in [
        json!({"kind": "weekdays", "days": ["mon", "wed", "thu", "sun"]}),
        json!({"kind": "every", "days": 3}),
    ] {
        let (id, logged) = eventful(&ada, &mut dice, cadence).await;
        let whole = whole_history(&ada, &id).await;
        check_by_the_rules(&whole, &logged);
        let after_rest = ada.states(&id, "2025-09-20", "2025-09-27").await;
        assert!(after_rest.contains("forgiven"), "{after_rest}");
        for _ in 0..150 {
            let from = days_after(START, dice.below(1300) as i64 - 10);
            let length = *dice.pick(&[1, 2, 3, 7, 30, 100, 366]);
            let to = days_after(&from, length - 1);
            let mut wanted = whole.clone();
            wanted.retain(|p| text(&p["last"]) >= from && text(&p["first"]) <= to);
            assert_eq!(ada.periods(&id, &from, &to).await, wanted, "{from} to {to}");
        }
    }
}

/// Without a range, one's last thirty days are told, up to one's own today.
#[tokio::test]
async fn the_last_thirty_days_are_told_by_default() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let id = ada.proposes(daily("2026-10-01")).await;
    world.it_is("2026-11-19T03:30:00Z"); // the 19th for Ada, the 18th for Ben
    let path = format!("/v1/rituals/{id}/periods");
    for (one, query, first, last) in [
        (&ada, "", "2026-10-21", "2026-11-19"),
        (&ben, "", "2026-10-20", "2026-11-18"),
        (&ben, "?to=2026-11-30", "2026-11-01", "2026-11-19"),
        (&ben, "?to=2026-10-03", "2026-10-01", "2026-10-03"),
        (&ben, "?from=2026-11-18", "2026-11-18", "2026-11-18"),
    ] {
        let told = one.get(&format!("{path}{query}")).await.json(200);
        let told = told["data"].as_array().unwrap();
        assert_eq!(told[0]["first"], first, "{query}");
        assert_eq!(told[told.len() - 1]["last"], last, "{query}");
        assert_eq!(
            told[0]["credits"],
            json!([{"member_id": ada.id, "count": 0}])
        );
    }
}

/// A range ends on or after the date it begins with, and spans at most 366 days.
#[tokio::test]
async fn a_range_has_its_bounds() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let id = ada.proposes(daily("2026-11-17")).await;
    for (query, pointer) in [
        ("from=2026-11-18&to=2026-11-17", "/to"),
        ("from=2025-11-17&to=2026-11-18", "/to"),
        ("from=1900-01-01&to=2199-12-31", "/to"),
        ("from=2026-11-31", "/from"),
        ("to=today", "/to"),
        ("limit=3", "/limit"),
    ] {
        let answer = ada.get(&format!("/v1/rituals/{id}/periods?{query}")).await;
        assert_eq!(answer.problem(422, "invalid_request"), [pointer], "{query}");
    }
    // Without an end, a range ends today, or as near to it as a range may.
    for (from, count) in [("2026-11-18", 1), ("2026-11-19", 0), ("2025-01-01", 0)] {
        let open = ada
            .get(&format!("/v1/rituals/{id}/periods?from={from}"))
            .await;
        assert_eq!(open.json(200)["data"].as_array().unwrap().len(), count);
    }
    let widest = ada.periods(&id, "2025-11-18", "2026-11-18").await;
    assert_eq!(widest.len(), 2);
    for (from, to) in [("1900-01-01", "1900-12-31"), ("2199-01-01", "2199-12-31")] {
        assert!(ada.periods(&id, from, to).await.is_empty());
    }
}

/// Only the days a ritual names are periods; what is logged on others is shown, and counts nowhere.
#[tokio::test]
async fn only_named_weekdays_are_periods() {
    let world = World::new().await;
    let (ada, _) = world.neighbours().await;
    let cadence = json!({"kind": "weekdays", "days": ["mon", "tue", "wed", "thu", "fri"]});
    let id = ada.proposes(ritual(cadence, "either", "2026-11-12")).await;
    for date in ["2026-11-12", "2026-11-13", "2026-11-14", "2026-11-15"] {
        ada.logs(&id, date).await;
    }
    let told = ada.periods(&id, "2026-11-01", "2026-11-30").await;
    let firsts: Vec<String> = told
        .iter()
        .map(|p| text(&p["first"])[8..].to_owned())
        .collect();
    assert_eq!(firsts, ["12", "13", "16", "17", "18"]);
    let states = ada.states(&id, "2026-11-01", "2026-11-30").await;
    assert_eq!(states, "kept kept forgiven missed open");
    assert_eq!(ada.streak(&id).await["total_kept"], 2);
    assert_eq!(ada.walks("/v1/logs", 50).await.len(), 4);
    world.it_is("2026-11-21T12:00:00Z"); // a Saturday
    assert_eq!(ada.ritual(&id).await["period"], Value::Null);
}

/// What happens at any time, or has not begun, has no periods.
#[tokio::test]
async fn there_may_be_no_periods() {
    let world = World::new().await;
    let (ada, _) = world.couple().await;
    let anytime = ritual(json!({"kind": "anytime"}), "either", "2026-11-01");
    let id = ada.proposes(anytime).await;
    ada.logs(&id, "today").await;
    let ahead = ada.proposes(daily("2026-11-19")).await;
    for id in [id, ahead] {
        assert!(
            ada.periods(&id, "2026-11-01", "2026-12-31")
                .await
                .is_empty()
        );
    }
}
