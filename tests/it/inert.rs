//! Private means inert, in number: two people live the same weeks twice, once with one's private words and
//! once without, and the other sees the same bytes. 24 pairs of lives, or as many as `HEARTH_CASES` says.

use chrono::TimeDelta;
use hearth::config::front::Front;
use serde_json::json;
use tokio::task::JoinSet;

use crate::checkpoint::Life;
use crate::damage::cases;
use crate::diary::{Diary, Speakers};
use crate::dice::Dice;
use crate::seen::Watcher;
use crate::tokens::token;
use crate::ways::daily;
use crate::world::{Answer, Heard, Person, World};

/// How many pairs live at the same time.
const AT_ONCE: u64 = 4;

/// Of all that Ben can look at, how much he sees in passing.
const A_GLANCE: u64 = 30;

/// Some weeks of Ada, who keeps a diary or does not, and of Ben, who looks.
struct Weeks {
    life: Life,
    diary: Diary,
    ben: Watcher,
    button: Person,
    /// A check-up of Ben's that he never finishes.
    checkup: String,
    /// All that Ben ever got to hear.
    heard: Heard,
    /// How often Ada was reminded.
    reminded: u64,
}

impl Weeks {
    /// Ada begins alone; Ben waits, and is confirmed.
    async fn begin(seed: u64, diary_is_kept: bool) -> Weeks {
        let (world, heard, mut dice) = (World::new().await, Heard::default(), Dice(seed));
        let (ada, ben) = (world.ada().await, world.heard_by(&heard).ben().await);
        let button = token(&ben, json!({"label": "the hall", "scopes": ["log"]})).await;
        ada.post("/v1/couple", json!({})).await.json(201);
        let first = ada.proposes(daily("2026-11-09")).await;
        let mut diary = Diary::of(ada.clone(), diary_is_kept);
        diary.hopes(&first, &["2026-11-10", "2026-11-17"]).await;
        ben.accepts(&ada.invites().await).await.json(200);
        let mut watcher = Watcher::new(ben.clone());
        watcher
            .looks(std::slice::from_ref(&first), A_GLANCE, &mut dice)
            .await;
        diary.hopes(&first, &["2026-11-18"]).await;
        ada.confirms(&ben).await.json(200);
        let checkup = ben.begins_checkup().await;

        let mut life = Life::of(world, [ada.clone(), ben.clone()], dice).await;
        life.rituals.push(first);
        for id in life.rituals.clone() {
            for one in [&ada, &ben] {
                if life.dice.happens(90) {
                    one.agrees(&id).await;
                }
            }
        }
        Weeks {
            life,
            diary,
            ben: watcher,
            button,
            checkup,
            heard,
            reminded: 0,
        }
    }

    async fn go_on(&mut self) {
        match self.life.dice.below(10) {
            0..=4 => self.diary.acts(&mut self.life).await,
            5 | 6 => {
                self.life.acts().await;
                self.diary.turns_a_page().await;
            }
            7 => self.ben_acts().await,
            _ => {
                let minutes = self.life.dice.below(30 * 60);
                self.life.world.pass(TimeDelta::minutes(minutes as i64));
                self.reminded += self.life.world.goes_the_rounds().await as u64;
            }
        }
        if self.life.dice.happens(20) {
            self.ben_looks(A_GLANCE).await;
        }
    }

    async fn ben_looks(&mut self, percent: u64) {
        self.life.world.at_rest().await;
        let Life { rituals, dice, .. } = &mut self.life;
        self.ben.looks(rituals, percent, dice).await;
    }

    /// What Ben does beside what both do: he has words, too, a button, and a bad connection.
    async fn ben_acts(&mut self) {
        let (life, ben) = (&mut self.life, &self.ben.person);
        let date = life.date(ben).await;
        let ritual = life.dice.pick::<String>(&life.rituals).clone();
        let log = format!("/v1/rituals/{ritual}/logs/{date}");
        let number = life.dice.below(90);
        match life.dice.below(10) {
            0 => {
                let visibility = *life.dice.pick(&["shared", "private"]);
                let words = json!({"note": format!("Ben's {number}"), "visibility": visibility});
                ben.put(&log, words).await;
            }
            1 => _ = ben.put(&log, json!({"minutes": number})).await,
            2 => _ = self.button.tap("PUT", &log).await,
            3 => {
                ben.delete(&log).await;
                ben.nudges(&ritual).await;
            }
            9 => {
                let some = json!({"answers": {"felt_thanked": number % 5}, "closeness": 3});
                let path = format!("/v1/checkups/{}/answers", self.checkup);
                ben.put(&path, some).await;
            }
            5..=7 => {
                let prompt = format!("/v1/prompts/{date}");
                match Speakers::on(&date) {
                    Speakers::Ada => _ = ben.tap("POST", &format!("{prompt}/pass")).await,
                    _ => {
                        let words = json!({"text": format!("Ben's {number}")});
                        ben.put(&format!("{prompt}/answer"), words).await;
                    }
                }
            }
            4 => {
                let cue = json!({"cue": format!("after {number}")});
                ben.patch(&format!("/v1/rituals/{ritual}"), cue).await;
            }
            _ => {
                let (key, rest) = (format!("rest-{number}"), json!({"from": date, "to": date}));
                for _ in 0..2 {
                    let header = ("idempotency-key", key.as_str());
                    let again = Some(rest.clone());
                    ben.asks_with(header, "POST", "/v1/rests", again).await;
                }
            }
        }
    }

    /// Ben's budget of requests is his alone, however much Ada reads and writes. It comes back by a clock that
    /// no test holds, so only the first answer is the same each time.
    async fn spend_budgets(&mut self) {
        let (limited, heard) = (self.life.world.behind(budget()), self.heard.clone());
        if self.diary.is_kept {
            let ada = self.diary.ada.at(&limited);
            for path in ["/v1/today", "/v1/logs"] {
                ada.get(path).await.json(200);
            }
            ada.takes_along().await;
        }
        let ben = self.ben.person.at(&limited.heard_by(&heard));
        ben.get("/v1/today").await.json(200);
    }

    /// They stay together; or one leaves, or Ada is erased, and Ben looks once more.
    async fn end(&mut self) {
        let ada = &self.diary.ada;
        match self.life.dice.below(8) {
            0 => ada.leaves().await,
            1 => self.ben.person.leaves().await,
            2 => ada.erases().await.empty(),
            _ => return,
        }
        self.ben_looks(100).await;
    }
}

fn budget() -> Front {
    Front {
        rate_limit: 600,
        ..Front::default()
    }
}

/// Lives some weeks; answers all that Ben ever got to hear, how many private words there were, and how often Ada was
/// reminded.
async fn weeks(seed: u64, diary_is_kept: bool) -> (Vec<Answer>, u64, u64) {
    let mut weeks = Weeks::begin(seed, diary_is_kept).await;
    for _ in 0..24 {
        weeks.go_on().await;
    }
    weeks.ben_looks(100).await;
    if weeks.life.dice.happens(20) {
        weeks.spend_budgets().await;
    }
    weeks.end().await;
    let heard = std::mem::take(&mut *weeks.heard.lock().unwrap());
    (heard, weeks.diary.whispers, weeks.reminded)
}

/// A kind of answer, and how to know it.
type Kind = (&'static str, fn(&Answer) -> bool);

/// What Ben must have heard now and then: nobody takes an empty test for a proof.
const HEARD: [Kind; 8] = [
    ("revealed", |one| {
        one.told().contains("\"partner_answer\":\"for both")
    }),
    ("answers", |_| true),
    ("with shared words", |one| one.told().contains("for both")),
    ("304", |one| one.status == 304),
    ("with a next page", |one| one.header("link").is_some()),
    ("replayed", |one| {
        one.header("idempotency-replayed").is_some()
    }),
    ("exports", |one| one.told().contains("hearth-export")),
    ("with a budget", |one| one.header("ratelimit").is_some()),
];

/// How many private words there were, how often Ada was reminded, and how often Ben heard what.
type Tried = (u64, u64, [u64; HEARD.len()]);

/// Lives the same weeks twice, and compares what Ben heard: status, headers and body of every answer.
async fn pair(seed: u64) -> Tried {
    let (with, whispers, reminded) = weeks(seed, true).await;
    let (without, ..) = weeks(seed, false).await;
    for (number, (with, without)) in with.iter().zip(&without).enumerate() {
        let place = format!("seed {seed}, answer {number}");
        assert_eq!(with.told(), without.told(), "{place}");
        assert_eq!(with.headers, without.headers, "{place}: {}", with.told());
    }
    assert_eq!(with.len(), without.len(), "seed {seed}");
    let count = |(_, is): Kind| with.iter().filter(|one| is(one)).count();
    (whispers, reminded, HEARD.map(|kind| count(kind) as u64))
}

/// Every pair from this one on, as many apart as live at once.
async fn pairs(first: u64, last: u64) -> Tried {
    let mut tried = Tried::default();
    for seed in (first..=last).step_by(AT_ONCE as usize) {
        tried = sum(tried, pair(seed).await);
    }
    tried
}

fn sum((whispers, reminded, heard): Tried, (more, again, others): Tried) -> Tried {
    let heard = std::array::from_fn(|kind| heard[kind] + others[kind]);
    (whispers + more, reminded + again, heard)
}

/// Whatever Ada keeps to herself, for Ben not a byte is different.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn private_words_are_inert() {
    let last = cases(24);
    let lanes: JoinSet<Tried> = (1..=AT_ONCE).map(|first| pairs(first, last)).collect();
    let (whispers, reminded, heard) = lanes
        .join_all()
        .await
        .into_iter()
        .fold(Tried::default(), sum);
    eprintln!("{last} pairs, {whispers} private words, {reminded} reminders:");
    for ((kind, _), times) in HEARD.iter().zip(heard) {
        eprintln!("{times} {kind}");
        assert!(times > 0, "never heard: {kind}");
    }
    assert!(whispers > 0 && reminded > 0, "nothing was tried");
}
