//! What Ada and Ben do with rituals, in one word each.

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde_json::{Value, json};

use crate::world::{Answer, PASSWORD, Person, World, text};

impl World {
    /// Moves the clock to this instant.
    pub fn it_is(&self, instant: &str) {
        let instant: DateTime<Utc> = instant.parse().unwrap();
        self.pass(instant - self.app.clock.now());
    }

    pub fn pass_days(&self, days: i64) {
        self.pass(TimeDelta::days(days));
    }

    /// Ada and Ben, a couple who live together in Oslo: one today for both.
    pub async fn neighbours(&self) -> (Person, Person) {
        let ada = self.ada().await;
        let ben = self.person("Ben", "Europe/Oslo").await;
        ada.post("/v1/couple", json!({})).await.json(201);
        ada.pairs_with(&ben).await;
        (ada, ben)
    }
}

impl Person {
    /// The same person after long: they signed in again.
    pub async fn returns(&self) -> Person {
        let session = self.signs_in(PASSWORD).await.json(201);
        self.holding(&text(&session["token"]))
    }

    pub async fn moves_to(&self, time_zone: &str) {
        self.patch("/v1/me", json!({ "time_zone": time_zone }))
            .await
            .json(200);
    }

    /// Writes into a log; answers the log.
    pub async fn writes(&self, ritual: &str, date: &str, entry: Value) -> Value {
        let path = format!("/v1/rituals/{ritual}/logs/{date}");
        let answer = self.put(&path, entry).await;
        assert!(answer.status.is_success(), "{}", answer.told());
        answer.value()["log"].clone()
    }

    /// Taps on the button; answers whatever comes.
    pub async fn taps(&self, ritual: &str, date: &str) -> Answer {
        self.tap("PUT", &format!("/v1/rituals/{ritual}/logs/{date}"))
            .await
    }

    pub async fn undoes(&self, ritual: &str, date: &str) {
        self.delete(&format!("/v1/rituals/{ritual}/logs/{date}"))
            .await
            .empty();
    }

    /// Changes a ritual; answers it.
    pub async fn amends(&self, ritual: &str, change: Value) -> Value {
        self.patch(&format!("/v1/rituals/{ritual}"), change)
            .await
            .json(200)
    }

    /// Begins a rest; answers its id.
    pub async fn rests(&self, rest: Value) -> String {
        text(&self.post("/v1/rests", rest).await.json(201)["id"])
    }

    pub async fn periods(&self, ritual: &str, from: &str, to: &str) -> Vec<Value> {
        let path = format!("/v1/rituals/{ritual}/periods?from={from}&to={to}");
        self.get(&path).await.json(200)["data"]
            .as_array()
            .unwrap()
            .clone()
    }

    /// The states of the periods that touch these dates, as words.
    pub async fn states(&self, ritual: &str, from: &str, to: &str) -> String {
        let periods = self.periods(ritual, from, to).await;
        let states: Vec<String> = periods.iter().map(|one| text(&one["state"])).collect();
        states.join(" ")
    }

    pub async fn today(&self) -> Value {
        self.get("/v1/today").await.json(200)
    }

    /// Everything in a list, page by page.
    pub async fn walks(&self, path: &str, limit: usize) -> Vec<Value> {
        let joint = if path.contains('?') { '&' } else { '?' };
        let mut found = Vec::new();
        let mut next = format!("{path}{joint}limit={limit}");
        loop {
            let page = self.get(&next).await.json(200);
            let data = page["data"].as_array().unwrap();
            assert!(data.len() <= limit);
            found.extend(data.iter().cloned());
            let Some(cursor) = page["next_cursor"].as_str() else {
                return found;
            };
            next = format!("{path}{joint}limit={limit}&cursor={cursor}");
        }
    }
}

/// A ritual with this rhythm.
pub fn ritual(cadence: Value, rule: &str, starts_on: &str) -> Value {
    json!({
        "title": "Our ritual", "practice": "rituals",
        "cadence": cadence, "rule": rule, "starts_on": starts_on,
    })
}

/// A daily ritual that either keeps.
pub fn daily(starts_on: &str) -> Value {
    ritual(json!({"kind": "daily"}), "either", starts_on)
}

/// The date this many days after another.
pub fn days_after(date: &str, days: i64) -> String {
    let date: NaiveDate = date.parse().unwrap();
    (date + TimeDelta::days(days)).to_string()
}

/// The ids of what is in a list.
pub fn ids(list: &[Value]) -> Vec<String> {
    list.iter().map(|one| text(&one["id"])).collect()
}

pub fn list(answer: &Value) -> Vec<Value> {
    answer["data"].as_array().unwrap().clone()
}
