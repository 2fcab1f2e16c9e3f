//! How firm a week's rituals were: as they stood at its end, whatever stretch of dates is asked for.

use chrono::TimeDelta;
use hearth::domain::day::Date;
use hearth::domain::insight::Range;
use hearth::domain::past::Past;
use hearth::domain::rest::Rest;
use hearth::domain::ritual::Ritual;
use hearth::domain::year::Year;
use hearth::ids::RitualId;
use hearth::store;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::insights::{insights, live};
use crate::ways::{daily, days_after, ritual};
use crate::world::{Person, World, date_night, text};

/// The strength of each week that these dates touch, by its first date.
async fn weeks(person: &Person, from: &str, to: &str) -> Vec<(String, Value)> {
    let told = insights(person, &format!("?from={from}&to={to}")).await;
    let weeks = told["weeks"].as_array().unwrap().iter();
    weeks
        .map(|week| (text(&week["first"]), week["strength"].clone()))
        .collect()
}

/// The mean of what these rituals' strengths are now.
async fn strength_now(person: &Person, rituals: &[String]) -> Value {
    let mut sum = 0.0;
    for id in rituals {
        sum += person.streak(id).await["strength"].as_f64().unwrap();
    }
    json!((sum / rituals.len() as f64 * 1000.0).round() / 1000.0)
}

/// A week is as firm as its rituals were on the morning after it. Asked for a few weeks of it only, that is told to a
/// thousandth; and the week that goes on is as firm as they are now.
#[tokio::test]
async fn a_week_is_as_firm_as_it_was() {
    let (world, mut dice) = (World::new().await, Dice(9));
    let (mut ada, ben) = world.neighbours().await;
    let mut ids = Vec::new();
    for new in [daily("2026-11-16"), date_night()] {
        let id = ada.proposes(new).await;
        ben.agrees(&id).await;
        ids.push(id);
    }
    let mut was = Vec::new();
    for day in 0..40 * 7 {
        let today = days_after("2026-11-18", day);
        if day % 7 == 5 && day > 0 {
            // Monday, before anybody logs.
            let week = days_after(&today, -7);
            was.push((week, strength_now(&ada, &ids).await));
        }
        for (id, percent) in ids.iter().zip([70, 20]) {
            if dice.happens(percent) {
                ada.logs(id, "today").await;
            }
        }
        world.pass(TimeDelta::hours(24));
        if day % 25 == 0 {
            ada = ada.returns().await;
        }
    }
    let today = days_after("2026-11-18", 40 * 7);
    let told = weeks(&ada, "2026-11-02", &today).await;
    let none = |first: &str| (first.to_owned(), Value::Null);
    assert_eq!(told[..2], [none("2026-11-02"), none("2026-11-09")]);
    assert_eq!(told[2..told.len() - 1], was);
    assert_eq!(told.last().unwrap().1, strength_now(&ada, &ids).await);
    let few = weeks(&ada, &days_after(&today, -27), &today).await;
    assert_eq!(few.len(), 5);
    for (week, (first, whole)) in few.iter().zip(&told[told.len() - 5..]) {
        let apart = week.1.as_f64().unwrap() - whole.as_f64().unwrap();
        assert!(week.0 == *first && apart.abs() < 0.0011, "{week:?} {whole}");
    }
}

/// A long rest leaves a habit as firm as it was. What was put away is told of no week meanwhile, nor is what asks for
/// nothing.
#[tokio::test]
async fn a_rest_keeps_it_firm() {
    let world = World::new().await;
    let (ada, _) = world.neighbours().await;
    let anytime = ritual(json!({"kind": "anytime"}), "either", "2026-11-02");
    let walks = ada.proposes(anytime).await;
    ada.logs(&walks, "today").await;
    assert!(
        weeks(&ada, "2026-11-02", "2026-11-18")
            .await
            .iter()
            .all(|week| week.1.is_null())
    );
    let id = ada.proposes(daily("2026-11-02")).await;
    for day in 0..=16 {
        ada.logs(&id, &days_after("2026-11-02", day)).await;
    }
    let firm = strength_now(&ada, std::slice::from_ref(&id)).await;
    ada.rests(json!({"from": "2026-11-19", "to": "2027-11-30"}))
        .await;
    world.pass_days(350);
    let ada = ada.returns().await;
    let rested = weeks(&ada, "2027-10-04", "2027-10-31").await;
    assert_eq!(rested.len(), 4);
    assert!(
        rested.iter().all(|week| week.1 == firm),
        "{rested:?} {firm}"
    );
    // Wednesday, 3 November: the week before was not put away.
    ada.amends(&id, json!({"archived": true})).await;
    let shelved = weeks(&ada, "2027-10-25", "2027-11-07").await;
    assert_eq!([&shelved[0].1, &shelved[1].1], [&firm, &Value::Null]);
}

/// The years of rituals without the days that a look back over this range is not said to need.
fn nearest(
    years: &[(RitualId, Year)],
    rituals: &[Ritual],
    rests: &[Rest],
    range: Range,
) -> Vec<(RitualId, Year)> {
    let near = years.iter().map(|(id, year)| {
        let ritual = rituals.iter().find(|one| one.id == *id).unwrap();
        let known = range.known(ritual, rests);
        let mut near = year.clone();
        for day in year.days() {
            if !known.holds(day.date) && day.date < ritual.checkpoint.next {
                near.set(day.date, None);
            }
        }
        (*id, near)
    });
    near.collect()
}

/// What is read reaches as far back as it must: with all the days there are, the same is told.
#[tokio::test]
async fn nearer_dates_tell_the_same() {
    let mut spared = 0;
    for seed in 1..=4 {
        let (world, mut dice) = (World::new().await, Dice(seed));
        let (ada, ben) = world.couple().await;
        for cadence in [
            json!({"kind": "daily"}),
            json!({"kind": "every", "days": 45}),
        ] {
            let id = ada.proposes(ritual(cadence, "either", "2026-01-07")).await;
            for day in (0..310).filter(|_| dice.happens(25)) {
                ada.logs(&id, &days_after("2026-01-07", day)).await;
            }
        }
        live(&world, &ada, &ben, &mut dice).await;
        let now = world.app.clock.now();
        let mut tx = world.app.store.read().await.unwrap();
        let couple = store::couples::of(&mut tx, ada.id.parse().unwrap(), now).await;
        let couple = couple.unwrap().unwrap();
        let rituals = store::rituals::all(&mut tx, couple.id).await.unwrap();
        let rests = store::rests::all(&mut tx, couple.id).await.unwrap();
        let ever = [Range {
            first: Date::MIN,
            last: Date::MAX,
        }; 2];
        let years = store::years::between(&mut tx, couple.id, ever)
            .await
            .unwrap();
        for _ in 0..100 {
            let first = Date::new(2026, 8, 1).unwrap().plus(dice.below(170) as i64);
            let last = first.plus(dice.below(40) as i64);
            let range = Range { first, last };
            let near = nearest(&years, &rituals, &rests, range);
            let told = [&years, &near].map(|years| {
                let past = Past::new(&couple, couple.todays(now), &rests, years);
                past.insights(&rituals, range)
            });
            assert_eq!(told[0], told[1], "seed {seed}: {range:?}");
            spared += usize::from(near != years);
        }
    }
    assert!(spared > 300, "{spared}");
}
