//! The stored fold is exact: whatever two people do in the course of months, the streak that is shown
//! is that of a fold over the whole history. And it is kind: no good deed ever lowers it.

use hearth::domain::day::Date;
use hearth::domain::ledger::Ledger;
use hearth::domain::rest::RestDates;
use hearth::domain::ritual::Ritual;
use hearth::domain::story::Story;
use hearth::domain::streak::{Checkpoint, Streak, settled_before};
use hearth::store;
use hearth::store::rituals::Which;
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::ways::{days_after, ids};
use crate::world::{Answer, Person, World, text};

const ZONES: [&str; 6] = [
    "Europe/Oslo",
    "America/New_York",
    "Pacific/Kiritimati",
    "Etc/GMT+12",
    "Asia/Kolkata",
    "Australia/Lord_Howe",
];

/// Two people, their rituals and their luck.
pub struct Life {
    pub world: World,
    pub people: [Person; 2],
    pub rituals: Vec<String>,
    pub dice: Dice,
}

/// What happened, and whether it may lower a streak, or a strength.
pub struct Deed {
    pub what: String,
    is_kind: bool,
    is_log: bool,
}

impl Life {
    pub async fn begins(seed: u64) -> Life {
        let world = World::new().await;
        let people = world.couple().await.into();
        Life::of(world, people, Dice(seed)).await
    }

    /// The life of these two.
    pub async fn of(world: World, people: [Person; 2], dice: Dice) -> Life {
        let mut life = Life {
            world,
            people,
            rituals: Vec::new(),
            dice,
        };
        for _ in 0..3 {
            let starts_on = days_after("2026-11-18", life.dice.below(100) as i64 - 80);
            let asked = json!({
                "title": "Ours", "practice": "presence", "starts_on": starts_on,
                "cadence": life.cadence(), "rule": life.dice.pick(&["both", "either"]),
                "forgiveness": life.dice.pick(&["gentle", "gentle", "off"]),
            });
            let by = life.somebody();
            life.rituals.push(by.proposes(asked).await);
        }
        life
    }

    fn somebody(&mut self) -> Person {
        self.dice.pick(&self.people).clone()
    }

    fn cadence(&mut self) -> Value {
        match self.dice.below(9) {
            0..=2 => json!({"kind": "daily"}),
            3 => json!({"kind": "weekdays", "days": ["tue", "thu", "sun"]}),
            4 | 5 => json!({"kind": "weekly", "times": self.dice.below(3) + 1}),
            6 => json!({"kind": "monthly", "times": self.dice.below(3) + 1}),
            7 => json!({"kind": "every", "days": self.dice.below(9) + 2}),
            _ => json!({"kind": "anytime"}),
        }
    }

    /// A date near this one's today, now and then far back.
    pub async fn date(&mut self, who: &Person) -> String {
        let couple = who.get("/v1/couple").await.json(200);
        let members = couple["members"].as_array().unwrap();
        let me = members.iter().find(|member| member["is_me"] == true);
        let back = match self.dice.below(4) {
            0 => self.dice.below(90),
            1 => self.dice.below(8),
            _ => self.dice.below(2),
        };
        days_after(&text(&me.unwrap()["today"]), -(back as i64))
    }

    pub async fn acts(&mut self) -> Deed {
        let who = self.somebody();
        let id = self.dice.pick::<String>(&self.rituals).clone();
        let path = format!("/v1/rituals/{id}");
        let throw = self.dice.below(20);
        // Before the first log, a cadence is corrected, and judges anew.
        let logged = who.get(&format!("{path}/logs")).await.value()["data"] != json!([]);
        let answer = match throw {
            0..=8 => self.logs_some_days(&who, &id).await,
            9 => {
                let date = self.date(&who).await;
                who.delete(&format!("{path}/logs/{date}")).await
            }
            10 | 11 => who.tap("POST", &format!("{path}/agreement")).await,
            12 => who.delete(&format!("{path}/agreement")).await,
            13 => who.patch(&path, json!({"cadence": self.cadence()})).await,
            14 => {
                let rest = self.rest(&who, &id).await;
                who.post("/v1/rests", rest).await
            }
            15 => self.ends_a_rest(&who).await,
            _ => self.changes_something(&who, &path).await,
        };
        Deed {
            what: answer.told(),
            is_kind: throw <= 14 && throw != 9 && (throw != 13 || logged),
            is_log: throw <= 8,
        }
    }

    /// Logs of a few days in a row, often by both.
    async fn logs_some_days(&mut self, who: &Person, id: &str) -> Answer {
        let date = self.date(who).await;
        let partner = self.somebody();
        for day in 0..self.dice.below(8) {
            let date = days_after(&date, -(day as i64));
            partner.taps(id, &date).await;
            who.taps(id, &date).await;
        }
        who.taps(id, &date).await
    }

    async fn rest(&mut self, who: &Person, id: &str) -> Value {
        let from = self.date(who).await;
        let to = days_after(&from, self.dice.below(12) as i64);
        match self.dice.below(5) {
            0 => json!({"from": from}),
            1 | 2 => json!({"from": from, "to": to}),
            _ => json!({"from": from, "to": to, "ritual_id": id}),
        }
    }

    async fn ends_a_rest(&mut self, who: &Person) -> Answer {
        let rests = ids(&who.walks("/v1/rests", 200).await);
        if rests.is_empty() {
            return who.get("/v1/rests").await;
        }
        let path = format!("/v1/rests/{}", self.dice.pick::<String>(&rests));
        let date = self.date(who).await;
        match self.dice.below(4) {
            0 => who.patch(&path, json!({"to": date})).await,
            1 => who.patch(&path, json!({"from": date})).await,
            2 => who.patch(&path, json!({"to": null})).await,
            _ => who.delete(&path).await,
        }
    }

    async fn changes_something(&mut self, who: &Person, path: &str) -> Answer {
        match self.dice.below(6) {
            0 => who.patch(path, json!({"archived": true})).await,
            1 | 2 => who.patch(path, json!({"archived": false})).await,
            3 => {
                let forgiveness = *self.dice.pick(&["gentle", "off"]);
                who.patch(path, json!({"forgiveness": forgiveness})).await
            }
            4 => {
                let zone = *self.dice.pick(&ZONES);
                who.patch("/v1/me", json!({"time_zone": zone})).await
            }
            _ => {
                let change = json!({
                    "day_start": self.dice.pick(&["00:00", "04:00", "06:00"]),
                    "week_start": self.dice.pick(&["mon", "sun", "sat"]),
                });
                who.patch("/v1/couple", change).await
            }
        }
    }

    async fn streaks(&self) -> Vec<Value> {
        let mut streaks = Vec::new();
        for id in &self.rituals {
            streaks.push(self.people[0].streak(id).await);
        }
        streaks
    }

    /// Folds the whole history of a ritual beside the stored fold; answers the streak it comes to.
    async fn folded_from_scratch(&self, id: &str, told: &str) -> Streak {
        let app = &self.world.app;
        let account = self.people[0].id.parse().unwrap();
        let mut tx = app.store.read().await.unwrap();
        let now = app.clock.now();
        let couple = store::couples::of(&mut tx, account, now)
            .await
            .unwrap()
            .unwrap();
        let found = store::rituals::find(&mut tx, couple.id, id.parse().unwrap()).await;
        let ritual: Ritual = found.unwrap().unwrap();
        let which = Which::One(ritual.id);
        let rests = store::rests::reaching(&mut tx, couple.id, which, Date::MIN).await;
        let rests = RestDates::of(ritual.id, &rests.unwrap());
        let dates = store::logs::dates(&mut tx, couple.id, ritual.id, Date::MIN, Date::MAX).await;
        let ledger = Ledger::from_iter(dates.unwrap());
        let story: Story<'_> = ritual.story(&rests, &ledger);
        // Not only what is shown: every word of the stored fold.
        let stored = &ritual.checkpoint;
        let scratch = Checkpoint::from_scratch(&story, stored.next);
        assert_eq!(*stored, scratch, "{told}");
        assert!(stored.next <= settled_before(now).max(ritual.starts_on()));
        story.streak(&Checkpoint::empty(ritual.starts_on()), couple.todays(now))
    }

    /// Holds what is shown against a fold from scratch.
    async fn is_exact(&self, told: &str) -> Vec<Value> {
        let shown = self.streaks().await;
        for (id, shown) in self.rituals.iter().zip(&shown) {
            let wanted = self.folded_from_scratch(id, told).await;
            let wanted = json!({
                "current": wanted.current, "unit": wanted.unit, "since": wanted.since,
                "best": wanted.best, "total_kept": wanted.total_kept, "strength": wanted.strength,
            });
            assert_eq!(*shown, wanted, "{told}");
        }
        shown
    }
}

/// Whether nothing that is counted fell.
fn is_kind(before: &Value, after: &Value) -> bool {
    let fell = |part: &str| after[part].as_f64() < before[part].as_f64();
    !["current", "best", "total_kept"].into_iter().any(fell)
}

/// Some months of one couple; answers the longest streak there was.
async fn some_months(seed: u64, steps: u64) -> usize {
    let mut life = Life::begins(seed).await;
    let mut before = life.is_exact("born").await;
    let mut longest = 0;
    for step in 0..steps {
        let deed = life.acts().await;
        let told = format!("seed {seed}, step {step}: {}", deed.what);
        let after = life.is_exact(&told).await;
        for (before, after) in before.iter().zip(&after) {
            let is_kind = !deed.is_kind || is_kind(before, after);
            assert!(is_kind, "{told}\nwas unkind: {before} became {after}");
            let is_weaker = after["strength"].as_f64() < before["strength"].as_f64();
            assert!(
                !deed.is_log || !is_weaker,
                "{told}\nweakened {before} to {after}"
            );
        }
        longest = longest.max(
            after
                .iter()
                .map(|one| one["best"].as_u64().unwrap())
                .max()
                .unwrap(),
        );
        life.world
            .pass(chrono::TimeDelta::hours(life.dice.below(33) as i64));
        before = life.is_exact(&format!("{told}, and time passed")).await;
    }
    life.folds_anew_alike(&before).await;
    longest as usize
}

impl Life {
    /// Turning forgiveness there and back folds everything anew, through the front door.
    async fn folds_anew_alike(&self, before: &[Value]) {
        for (id, before) in self.rituals.iter().zip(before) {
            let ada = &self.people[0];
            let was = ada.ritual(id).await["forgiveness"].clone();
            for forgiveness in [json!("off"), json!("gentle"), was] {
                ada.amends(id, json!({"forgiveness": forgiveness})).await;
            }
            assert_eq!(ada.streak(id).await, *before);
        }
    }
}

/// Through months of logs, undos, rests, moves and changes of mind, the stored fold equals one from scratch.
#[tokio::test]
async fn a_stored_fold_is_a_fold_from_scratch() {
    let mut longest = 0;
    for seed in 1..=3 {
        longest = longest.max(some_months(seed, 100).await);
    }
    assert!(longest > 15, "nothing was ever kept: {longest}");
}
