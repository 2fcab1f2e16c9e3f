//! What Ada keeps to herself. Everything she does here, she does twice: in one life with her private words, in
//! the other without. What Ben may know of it is the same in both.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::checkpoint::Life;
use crate::dice::Dice;
use crate::world::{PASSWORD, Person, text};

/// Who speaks on a date: what only one says stays sealed.
#[derive(Debug, PartialEq)]
pub enum Speakers {
    Ada,
    Ben,
    Both,
}

impl Speakers {
    pub fn on(date: &str) -> Speakers {
        match date.as_bytes().last().map(|digit| digit % 3) {
            Some(0) => Speakers::Ada,
            Some(1) => Speakers::Ben,
            _ => Speakers::Both,
        }
    }
}

/// A log of hers: of this ritual, for this date.
type Place = (String, String);

/// Words that stand in a log.
#[derive(Clone)]
struct Words {
    note: Value,
    mood: Value,
}

/// Ada's diary.
pub struct Diary {
    pub ada: Person,
    /// Whether this is the life in which she keeps one.
    pub is_kept: bool,
    /// How many private words she wrote, or would have.
    pub whispers: u64,
    private: BTreeMap<Place, Words>,
    shared: BTreeMap<Place, Words>,
}

impl Words {
    fn thrown(dice: &mut Dice) -> Words {
        let number = dice.below(1000);
        let note = json!(format!("between me and me {number}"));
        let mood = json!(*dice.pick(&["🌧", "🌞", "so-so"]));
        match dice.below(4) {
            0 => Words {
                note,
                mood: Value::Null,
            },
            1 => Words {
                note: Value::Null,
                mood,
            },
            _ => Words { note, mood },
        }
    }

    fn entry(&self, visibility: &str) -> Value {
        json!({"note": self.note, "mood": self.mood, "visibility": visibility})
    }
}

impl Diary {
    pub fn of(ada: Person, is_kept: bool) -> Diary {
        Diary {
            ada,
            is_kept,
            whispers: 0,
            private: BTreeMap::new(),
            shared: BTreeMap::new(),
        }
    }

    /// Does one thing that Ben may notice only as far as it is his.
    pub async fn acts(&mut self, life: &mut Life) {
        match life.dice.below(18) {
            12..15 => self.ponders(life).await,
            15.. => self.reflects(&mut life.dice).await,
            0..=2 => self.whispers(life).await,
            3 => self.speaks(life).await,
            4..=6 => self.murmurs(life).await,
            7 => self.shows(&mut life.dice).await,
            8 | 9 => self.takes_back(&mut life.dice).await,
            10 => self.undoes(&mut life.dice).await,
            _ => self.is_busy(&mut life.dice).await,
        }
    }

    /// Writes `kept` into a log or, in the life without a diary, what there is of it for Ben.
    async fn writes(&self, (ritual, date): &Place, kept: Value, without: Value) -> bool {
        let path = format!("/v1/rituals/{ritual}/logs/{date}");
        let entry = if self.is_kept { kept } else { without };
        self.ada.put(&path, entry).await.status.is_success()
    }

    /// Private words before there is a partner: they are so without being said to be.
    pub async fn hopes(&mut self, ritual: &str, dates: &[&str]) {
        for date in dates {
            let place = (ritual.to_owned(), (*date).to_owned());
            let note = json!("between me and me: I hope he comes");
            let (kept, mood) = (json!({"note": note}), Value::Null);
            assert!(self.writes(&place, kept, json!({})).await);
            self.private.insert(place, Words { note, mood });
            self.whispers += 1;
        }
    }

    /// A log with private words; what stood there is gone. Ben sees the log, and how long it took.
    async fn whispers(&mut self, life: &mut Life) {
        let place = some_log(life, &self.ada).await;
        let words = Words::thrown(&mut life.dice);
        let mut kept = words.entry("private");
        let mut without = json!({"note": null, "mood": null});
        if life.dice.happens(40) {
            let minutes = json!(life.dice.below(90));
            kept["minutes"] = minutes.clone();
            without["minutes"] = minutes;
        }
        if self.writes(&place, kept, without).await {
            self.shared.remove(&place);
            self.private.insert(place, words);
            self.whispers += 1;
        }
    }

    /// A log with words for both.
    async fn speaks(&mut self, life: &mut Life) {
        let place = some_log(life, &self.ada).await;
        let words = Words {
            note: json!(format!("for both {}", life.dice.below(1000))),
            ..Words::thrown(&mut life.dice)
        };
        let entry = words.entry("shared");
        if self.writes(&place, entry.clone(), entry).await {
            self.private.remove(&place);
            self.shared.insert(place, words);
        }
    }

    /// Other private words in place of some: of this Ben may notice nothing at all.
    async fn murmurs(&mut self, life: &mut Life) {
        let Some((place, mut words)) = some(&self.private, &mut life.dice) else {
            return;
        };
        let other = Words::thrown(&mut life.dice);
        let entry = match life.dice.below(3) {
            0 => {
                words.note = other.note;
                json!({"note": words.note})
            }
            1 => {
                words.mood = other.mood;
                json!({"mood": words.mood})
            }
            _ => {
                words = other;
                words.entry("private")
            }
        };
        if self.is_kept {
            assert!(self.writes(&place, entry, Value::Null).await);
        }
        self.private.insert(place, words);
        self.whispers += 1;
    }

    /// What was private is for both from now on.
    async fn shows(&mut self, dice: &mut Dice) {
        if let Some((place, words)) = some(&self.private, dice) {
            let kept = json!({"visibility": "shared"});
            assert!(self.writes(&place, kept, words.entry("shared")).await);
            self.private.remove(&place);
            self.shared.insert(place, words);
        }
    }

    /// What was for both is private from now on.
    async fn takes_back(&mut self, dice: &mut Dice) {
        if let Some((place, words)) = some(&self.shared, dice) {
            let kept = json!({"visibility": "private"});
            let without = json!({"note": null, "mood": null});
            assert!(self.writes(&place, kept, without).await);
            self.shared.remove(&place);
            self.private.insert(place, words);
            self.whispers += 1;
        }
    }

    async fn undoes(&mut self, dice: &mut Dice) {
        if let Some((place, _)) = some(&self.private, dice) {
            let (ritual, date) = &place;
            self.ada.undoes(ritual, date).await;
            self.private.remove(&place);
        }
    }

    /// Reads, takes everything along, signs in elsewhere, is in Berlin for an hour: nobody is watched.
    async fn is_busy(&mut self, dice: &mut Dice) {
        let throw = dice.below(5);
        if !self.is_kept {
            return;
        }
        let ada = &self.ada;
        match throw {
            0 => _ = ada.get("/v1/today").await.json(200),
            1 => _ = ada.takes_along().await,
            3 => self.sits_for_a_moment().await,
            2 => _ = ada.signs_in(PASSWORD).await.json(201),
            _ => {
                let zone = text(&ada.get("/v1/me").await.json(200)["time_zone"]);
                // The same clock.
                if zone == "Europe/Oslo" {
                    ada.moves_to("Europe/Berlin").await;
                    ada.get("/v1/today").await.json(200);
                    ada.moves_to(&zone).await;
                }
            }
        }
    }

    /// Says something to the question of a day, or passes. Only on dates that are both's does Ben hear of it.
    async fn ponders(&mut self, life: &mut Life) {
        let date = life.date(&self.ada).await;
        let path = format!("/v1/prompts/{date}");
        let (number, passes) = (life.dice.below(1000), life.dice.happens(30));
        let says = |words: &str| json!({"text": format!("{words} {number}")});
        let answer = format!("{path}/answer");
        match Speakers::on(&date) {
            Speakers::Both => {
                self.ada.put(&answer, says("for both")).await;
                if life.dice.happens(50) {
                    let ben = life.people.iter().find(|one| one.id != self.ada.id);
                    ben.unwrap().put(&answer, says("and I")).await;
                }
            }
            _ if !self.is_kept => {}
            Speakers::Ada if !passes => _ = self.ada.put(&answer, says("between me and me")).await,
            _ => _ = self.ada.tap("POST", &format!("{path}/pass")).await,
        }
        self.whispers += 1;
    }

    /// Begins a check-up, goes on with it, finishes or drops one. She never shares, so Ben hears nothing.
    async fn reflects(&mut self, dice: &mut Dice) {
        let (throw, degree) = (dice.below(5), dice.below(5));
        self.whispers += 1;
        if !self.is_kept {
            return;
        }
        let ada = &self.ada;
        match throw {
            0 => _ = ada.checks_up(&["less_touch", "unseen"], &[]).await,
            1 => {
                let latest = &ada.checkups().await["data"][0]["id"];
                if let Some(id) = latest.as_str() {
                    ada.delete(&format!("/v1/checkups/{id}")).await.empty();
                }
            }
            2 => {
                for ritual in ada.walks("/v1/rituals", 200).await {
                    let times = ["06:00", "12:00", "21:30"].map(|at| json!({"at": at}));
                    let wish = json!({"times": times, "nudges": true});
                    ada.sets_reminders(&text(&ritual["id"]), wish).await;
                }
                ada.opens_calendar(json!({"details": true})).await;
            }
            _ => {
                let path = format!("/v1/checkups/{}/answers", ada.begins_checkup().await);
                let some =
                    json!({"answers": {"felt_thanked": degree}, "line": "between me and me"});
                ada.put(&path, some).await.json(200);
            }
        }
    }

    /// Sits alone and gives it up: while it runs, nobody knows of it.
    async fn sits_for_a_moment(&self) {
        let ada = &self.ada;
        for ritual in ada.walks("/v1/rituals", 200).await {
            let form = json!({"ritual_id": ritual["id"], "minutes": 30});
            let begun = ada.post("/v1/presence?alone", form).await;
            if begun.status == 201 {
                let path = format!("/v1/presence/{}", text(&begun.value()["id"]));
                ada.delete(&path).await.empty();
            }
        }
    }

    /// Forgets what stands in no log any more.
    pub async fn turns_a_page(&mut self) {
        let list = format!("/v1/logs?member={}", self.ada.id);
        let logs = self.ada.walks(&list, 200).await;
        let places: Vec<Place> = logs
            .iter()
            .map(|log| (text(&log["ritual_id"]), text(&log["date"])))
            .collect();
        self.private.retain(|place, _| places.contains(place));
        self.shared.retain(|place, _| places.contains(place));
    }
}

/// Somebody's log that is there or may come to be.
async fn some_log(life: &mut Life, who: &Person) -> Place {
    let date = life.date(who).await;
    let ritual = life.dice.pick::<String>(&life.rituals).clone();
    (ritual, date)
}

fn some(logs: &BTreeMap<Place, Words>, dice: &mut Dice) -> Option<(Place, Words)> {
    let throw = dice.throw();
    let number = throw.checked_rem(logs.len() as u64)?;
    let (place, words) = logs.iter().nth(number as usize)?;
    Some((place.clone(), words.clone()))
}
