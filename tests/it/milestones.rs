//! Days worth a word: each is celebrated once.

use chrono::TimeDelta;
use hearth::domain::milestone::{anniversary, reached};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::ways::ritual;
use crate::world::{Person, World, text};

async fn milestones(person: &Person) -> Value {
    person.get("/v1/today").await.json(200)["milestones"].clone()
}

/// An anniversary is in today on its date, for each on their own, and on no other.
#[tokio::test]
async fn an_anniversary_comes_on_its_day() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let since = json!({"together_since": "2024-11-19"});
    ada.patch("/v1/couple", since).await.json(200);
    assert_eq!(milestones(&ada).await, json!([]));
    // After four in the morning in Oslo, still the evening before in New York.
    world.pass(TimeDelta::hours(9));
    let told = milestones(&ada).await;
    assert_eq!(told[0]["kind"], "anniversary");
    assert_eq!(
        (&told[0]["count"], &told[0]["ritual_id"]),
        (&json!(2), &Value::Null)
    );
    assert!(text(&told[0]["text"]).contains('2'), "{told}");
    assert_eq!(milestones(&ben).await, json!([]));
    world.pass(TimeDelta::hours(16));
    assert_eq!(milestones(&ben).await, told);
    world.pass(TimeDelta::hours(24));
    assert_eq!(milestones(&ada).await, json!([]));
}

/// The tenth time is celebrated on the day that it is kept, with its ritual's title, and gone the day after; undone,
/// it is gone at once.
#[tokio::test]
async fn the_tenth_time_is_celebrated_once() {
    let world = World::new().await;
    let (ada, ben) = world.couple().await;
    let every_day = json!({"kind": "daily"});
    let id = ada.proposes(ritual(every_day, "both", "2026-11-01")).await;
    for day in 9..18 {
        ada.logs(&id, &format!("2026-11-{day:02}")).await;
    }
    ben.agrees(&id).await;
    assert_eq!(milestones(&ada).await, json!([]));
    ada.logs(&id, "today").await;
    assert_eq!(milestones(&ada).await, json!([]), "Ben is still to come");
    ben.logs(&id, "today").await;
    let told = milestones(&ada).await;
    assert_eq!(told[0]["kind"], "kept");
    assert_eq!(
        (&told[0]["count"], &told[0]["ritual_id"]),
        (&json!(10), &json!(id))
    );
    assert!(text(&told[0]["text"]).contains("10"), "{told}");
    assert_eq!(milestones(&ben).await, told);
    ben.undoes(&id, "today").await;
    assert_eq!(milestones(&ada).await, json!([]));
    ben.logs(&id, "today").await;
    world.pass(TimeDelta::hours(24));
    assert_eq!(milestones(&ada).await, json!([]));
}

proptest! {
    /// Growing step by step, each count is reached exactly once, however large the steps.
    #[test]
    fn each_count_is_reached_once(steps in prop::collection::vec(1u32..40, 1..200)) {
        let (mut total, mut celebrated) = (0, Vec::new());
        for step in steps {
            celebrated.extend(reached(total, total + step));
            total += step;
        }
        let wanted = [10, 50, 100, 250, 500, 1000, 2000, 3000, 4000, 5000, 6000, 7000, 8000];
        let wanted: Vec<u32> = wanted.into_iter().filter(|count| *count <= total).collect();
        prop_assert_eq!(celebrated, wanted);
    }
}

/// Who began on 29 February celebrates every year.
#[test]
fn a_leap_day_has_its_years() {
    let day = |text: &str| text.parse().unwrap();
    let since = day("2024-02-29");
    assert_eq!(anniversary(since, day("2025-02-28")), Some(1));
    assert_eq!(anniversary(since, day("2028-02-29")), Some(4));
    assert_eq!(anniversary(since, day("2028-02-28")), None);
    assert_eq!(anniversary(since, since), None);
    assert_eq!(anniversary(since, day("2023-02-28")), None);
}
