//! The same couple in the whole program: what they do comes through the front door, and the rounds go over its database.

use chrono::TimeDelta;
use serde_json::{Value, json};

use super::acts::Act;
use super::couple::Couple;
use super::wall::instant;
use crate::world::{Person, World, text};

pub struct Program {
    people: [Person; 2],
    ritual: String,
    reminders: [String; 2],
    rests: Vec<String>,
}

impl Program {
    /// Lets them in.
    pub async fn new(couple: &Couple) -> Program {
        let world = World::new().await;
        world.it_is(&instant(couple.now).to_rfc3339());
        let people: [Person; 2] = world.couple().await.into();
        for (one, zone) in people.iter().zip(&couple.zones) {
            one.moves_to(zone).await;
        }
        let revision = &couple.ritual.revisions[0];
        let ritual = json!({
            "title": "Tea", "practice": "rituals", "rule": couple.ritual.rule,
            "cadence": revision.cadence, "starts_on": revision.from,
        });
        let ritual = people[0].proposes(ritual).await;
        people[1].agrees(&ritual).await;
        Program {
            people,
            ritual,
            reminders: Default::default(),
            rests: Vec::new(),
        }
    }

    /// When somebody is told that it comes next.
    pub async fn next_at(&self, who: usize) -> Option<i64> {
        let path = format!("/v1/rituals/{}/reminders", self.ritual);
        let set = self.people[who].get(&path).await.json(200);
        set["next_at"].as_str().map(second)
    }

    /// The date of what waits for somebody.
    pub async fn waits(&self, who: usize) -> Option<Value> {
        let waiting = self.people[who].waits_for().await;
        waiting.first().map(|one| one["date"].clone())
    }

    /// Lets an act happen that the couple has done; answers how many reminders went out.
    pub async fn act(&mut self, act: &Act, couple: &Couple) -> usize {
        let ritual = &self.ritual;
        match act {
            Act::Pass(seconds) => self.people[0].world.pass(TimeDelta::seconds(*seconds)),
            Act::Rounds => return self.people[0].world.goes_the_rounds().await,
            Act::Restart => {
                let next = self.people[0].world.killed().await;
                self.people = [0, 1].map(|who: usize| self.people[who].at(&next));
            }
            Act::Log(who, date) => {
                self.people[*who].logs(ritual, &date.to_string()).await;
            }
            Act::Undo(who, date) => self.people[*who].undoes(ritual, &date.to_string()).await,
            Act::Rest(from, to) => {
                let rest = json!({"from": from, "to": to, "ritual_id": ritual});
                self.rests.push(self.people[0].rests(rest).await);
            }
            Act::Wake => {
                for rest in self.rests.drain(..) {
                    let path = format!("/v1/rests/{rest}");
                    self.people[1].delete(&path).await.empty();
                }
            }
            Act::Agree(who) => _ = self.people[*who].agrees(ritual).await,
            Act::Withdraw(who) => self.people[*who].withdraws(ritual).await,
            Act::Nudge(who) => {
                let answer = self.people[1 - *who].nudges(ritual).await;
                assert_eq!(answer.status, 202);
            }
            Act::Set(who, times, is_on, nudges) => {
                let wish = json!({"times": times, "enabled": is_on, "nudges": nudges});
                let set = self.people[*who].sets_reminders(ritual, wish).await;
                self.reminders[*who] = text(&set["id"]);
            }
            Act::Snooze(who, minutes) => {
                self.snooze(*who, json!({"minutes": minutes}), couple).await
            }
            Act::Tomorrow(who) => {
                self.snooze(*who, json!({"until": "tomorrow"}), couple)
                    .await
            }
            Act::Dismiss(who) => {
                let path = format!("/v1/reminders/{}/dismiss", self.reminders[*who]);
                self.people[*who].tap("POST", &path).await.empty();
            }
            Act::Move(who, zone) => self.people[*who].moves_to(zone).await,
            Act::DayStart(time) => {
                let change = json!({"day_start": time});
                self.people[0].patch("/v1/couple", change).await.json(200);
            }
        }
        0
    }

    async fn snooze(&self, who: usize, wish: Value, couple: &Couple) {
        let path = format!("/v1/reminders/{}/snooze", self.reminders[who]);
        let snoozed = self.people[who].post(&path, wish).await.json(200);
        let until = second(snoozed["snoozed_until"].as_str().unwrap());
        assert_eq!(Some(until), couple.reminders[who].snoozed);
    }
}

fn second(told: &str) -> i64 {
    let instant: chrono::DateTime<chrono::Utc> = told.parse().unwrap();
    instant.timestamp()
}
