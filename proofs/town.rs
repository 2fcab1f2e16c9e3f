//! A town full of couples, written through the store: signing up takes a hash each.

use chrono::{DateTime, Utc};
use hearth::clock::Clock;
use hearth::domain::account::Account;
use hearth::domain::cadence::Cadence;
use hearth::domain::couple::{Couple, Member, Standing, Todays};
use hearth::domain::day::Date;
use hearth::domain::ledger::Ledger;
use hearth::domain::log::{Log, Visibility};
use hearth::domain::practice::Practice;
use hearth::domain::rest::RestDates;
use hearth::domain::ritual::{Forgiveness, Proposal, Ritual, Rule};
use hearth::domain::streak::{Checkpoint, settled_before};
use hearth::domain::token::{LifeDays, Scopes, Token};
use hearth::ids::{AccountId, Chance, CoupleId, RitualId, Secret, TokenId};
use hearth::password::Passwords;
use hearth::store::{self, Conn, Store};
use serde_json::{Value, json};

use crate::Result;
use crate::dice::Dice;
use crate::people::PASSWORD;
use crate::server::House;

/// How many couples share a transaction.
const TOGETHER: usize = 250;

const ZONE: &str = "Europe/Oslo";

/// What a visitor needs to know of a couple.
pub struct Home {
    /// Both tokens.
    pub tokens: [String; 2],
    /// Their rituals, oldest first.
    pub rituals: Vec<RitualId>,
}

/// Fills a house's database with so many couples, each with six to eight rituals that they have kept for
/// some weeks, some of them for a year.
pub fn fill(house: &House, couples: usize, seed: u64) -> Result<Vec<Home>> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let store = Store::open(&format!("sqlite:{}", house.database().display())).await?;
        let password = serde_json::from_value(json!(PASSWORD))?;
        let mut chance = Chance::seeded(seed);
        let password_hash = Passwords::default().hash(&password, &mut chance).await?;
        let mut builder = Builder {
            now: Clock::System.now(),
            chance,
            dice: Dice(seed),
            password_hash,
        };
        let mut homes = Vec::with_capacity(couples);
        while homes.len() < couples {
            let mut tx = store.write().await?;
            for number in homes.len()..couples.min(homes.len() + TOGETHER) {
                homes.push(builder.move_in(&mut tx, number).await?);
            }
            tx.commit().await?;
            if homes.len() % (couples / 10).max(TOGETHER) < TOGETHER {
                println!("{} of {couples} couples have moved in", homes.len());
            }
        }
        store.close().await;
        Ok(homes)
    })
}

struct Builder {
    now: DateTime<Utc>,
    chance: Chance,
    dice: Dice,
    password_hash: String,
}

impl Builder {
    async fn move_in(&mut self, conn: &mut Conn, number: usize) -> Result<Home> {
        let (ada, ada_token) = self.sign_up(conn, "Ada", number).await?;
        let (ben, ben_token) = self.sign_up(conn, "Ben", number).await?;
        let founder = Member {
            id: ada.id,
            name: ada.name.clone(),
            email: ada.email.clone(),
            zone: ada.zone.clone(),
            shares_zone: false,
            standing: Standing::Active,
        };
        let couple = Couple {
            id: CoupleId::new(&mut self.chance),
            name: None,
            day_start: "04:00".parse()?,
            week_start: serde_json::from_value(json!("mon"))?,
            together_since: None,
            closed: false,
            members: vec![founder],
        };
        store::couples::found(conn, &couple, self.now).await?;
        store::couples::take_seat(conn, couple.id, ben.id, self.now).await?;
        store::couples::confirm(conn, couple.id, ben.id).await?;
        let weeks = match self.dice.below(100) {
            0..7 => 26 + self.dice.below(27),
            7..32 => 8 + self.dice.below(13),
            _ => 2 + self.dice.below(6),
        };
        let mut rituals = Vec::new();
        for habit in &habits()[..6 + self.dice.below(3) as usize] {
            let id = self
                .keep(conn, &couple, [ada.id, ben.id], habit, weeks)
                .await?;
            rituals.push(id);
        }
        Ok(Home {
            tokens: [ada_token, ben_token],
            rituals,
        })
    }

    async fn sign_up(
        &mut self,
        conn: &mut Conn,
        name: &str,
        number: usize,
    ) -> Result<(Account, String)> {
        let account = Account {
            id: AccountId::new(&mut self.chance),
            email: format!("{name}{number}@example.org").try_into()?,
            name: name.to_owned().try_into()?,
            zone: ZONE.parse()?,
            shares_zone: false,
            created_at: self.now,
        };
        store::accounts::create(conn, &account, &self.password_hash).await?;
        let (id, secret) = (
            TokenId::new(&mut self.chance),
            Secret::token(&mut self.chance),
        );
        let life = LifeDays::default();
        let token = Token::new(id, account.id, None, Scopes::all(), life, self.now);
        store::tokens::create(conn, &token, &secret).await?;
        Ok((account, secret.reveal().to_owned()))
    }

    /// One ritual and its history.
    async fn keep(
        &mut self,
        conn: &mut Conn,
        couple: &Couple,
        members: [AccountId; 2],
        habit: &Habit,
        weeks: u64,
    ) -> Result<RitualId> {
        let today = Date::of_utc(self.now);
        let start = today.plus(-7 * weeks as i64);
        let at_the_start = Todays {
            earliest: start,
            latest: start,
        };
        let id = RitualId::new(&mut self.chance);
        let proposal = habit.proposal(start)?;
        let mut ritual =
            Ritual::propose(id, members[0], proposal, couple.week_start, at_the_start)?;
        ritual.agree(members[1], start, &Ledger::default(), at_the_start);
        let logs = self.history(&ritual, members, habit, start, today)?;
        let ledger: Ledger = logs.iter().map(|log| (log.member, log.date)).collect();
        let story = ritual.story(RestDates::none(), &ledger);
        ritual.checkpoint = Checkpoint::from_scratch(&story, settled_before(self.now));
        store::rituals::create(conn, couple.id, &ritual, self.now).await?;
        for log in &logs {
            store::logs::put(conn, couple.id, log).await?;
        }
        Ok(id)
    }

    /// What was logged up to yesterday, now and then with words.
    fn history(
        &mut self,
        ritual: &Ritual,
        members: [AccountId; 2],
        habit: &Habit,
        start: Date,
        today: Date,
    ) -> Result<Vec<Log>> {
        let mut logs = Vec::new();
        for day in 0..today.days_since(start) {
            if !self.dice.happens(habit.percent) {
                continue;
            }
            let first = self.dice.below(2) as usize;
            let many = if ritual.rule == Rule::Both { 2 } else { 1 };
            for turn in 0..many {
                let has_words = self.dice.happens(20);
                let words = has_words.then(|| "We talked about the sea.".to_owned());
                logs.push(Log {
                    ritual: ritual.id,
                    member: members[(first + turn) % 2],
                    date: start.plus(day),
                    minutes: None,
                    note: words.map(TryInto::try_into).transpose()?,
                    mood: None,
                    visibility: Visibility::Shared,
                    logged_at: self.now,
                    zone: ZONE.parse()?,
                });
            }
        }
        Ok(logs)
    }
}

/// A ritual, and on how many days in a hundred it is done.
struct Habit {
    title: &'static str,
    cadence: Value,
    rule: Rule,
    percent: u64,
}

impl Habit {
    fn proposal(&self, start: Date) -> Result<Proposal> {
        let cadence: Cadence = serde_json::from_value(self.cadence.clone())?;
        Ok(Proposal {
            title: self.title.to_owned().try_into()?,
            practice: Practice::Conversation,
            cadence,
            rule: self.rule,
            starts_on: Some(start),
            cue: None,
            forgiveness: Forgiveness::Gentle,
            target_minutes: None,
        })
    }
}

fn habits() -> [Habit; 8] {
    let weekdays = json!(["mon", "tue", "wed", "thu", "fri"]);
    [
        ("Nightly check-in", json!({"kind": "daily"}), Rule::Both, 88),
        (
            "Date night",
            json!({"kind": "weekly", "times": 1}),
            Rule::Either,
            14,
        ),
        (
            "A walk",
            json!({"kind": "every", "days": 10}),
            Rule::Either,
            10,
        ),
        ("A long hug", json!({"kind": "anytime"}), Rule::Either, 12),
        (
            "A thank-you",
            json!({"kind": "weekly", "times": 2}),
            Rule::Either,
            30,
        ),
        (
            "Coffee",
            json!({"kind": "weekdays", "days": weekdays}),
            Rule::Either,
            65,
        ),
        (
            "Money talk",
            json!({"kind": "monthly", "times": 1}),
            Rule::Both,
            3,
        ),
        ("Phones away", json!({"kind": "daily"}), Rule::Either, 80),
    ]
    .map(|(title, cadence, rule, percent)| Habit {
        title,
        cadence,
        rule,
        percent,
    })
}
