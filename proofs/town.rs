//! A town full of couples, written past the program: through it, signing up takes a hash each.

use std::collections::BTreeSet;
use std::fs::File;
use std::path::Path;

use chrono::{DateTime, Utc};
use hearth::clock::Clock;
use hearth::domain::account::Account;
use hearth::domain::cadence::Cadence;
use hearth::domain::couple::{Couple, Member, Standing, Todays};
use hearth::domain::day::Date;
use hearth::domain::ledger::Ledger;
use hearth::domain::practice::Practice;
use hearth::domain::rest::RestDates;
use hearth::domain::ritual::{Forgiveness, Proposal, Ritual, Rule};
use hearth::domain::streak::{Checkpoint, settled_before};
use hearth::domain::token::{LifeDays, Scopes, Token};
use hearth::ids::{AccountId, Chance, CoupleId, RitualId, Secret, TokenId};
use hearth::password::Passwords;
use hearth::store::{self, Conn, Store};
use serde_json::{Value, json};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteSynchronous};
use sqlx::{ConnectOptions, Connection};

use crate::Result;
use crate::dice::Dice;
use crate::history::{Done, History};
use crate::people::PASSWORD;
use crate::server::House;

/// How many couples share a transaction.
const TOGETHER: usize = 500;

/// Where everybody lives.
pub const ZONE: &str = "Europe/Oslo";

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
        let mut conn = open(&house.database()).await?;
        let password = serde_json::from_value(json!(PASSWORD))?;
        let mut chance = Chance::seeded(seed);
        let password_hash = Passwords::default().hash(&password, &mut chance).await?;
        // In the order of their ids, so that pages beside each other are written after each other.
        let ids = (0..couples).map(|_| CoupleId::new(&mut chance));
        let ids = BTreeSet::from_iter(ids);
        let mut builder = Builder {
            now: Clock::System.now(),
            chance,
            dice: Dice(seed),
            password_hash,
        };
        let mut homes = Vec::with_capacity(couples);
        let mut tx = conn.begin().await?;
        for id in ids {
            homes.push(builder.move_in(&mut tx, id, homes.len()).await?);
            if homes.len() % TOGETHER == 0 {
                tx.commit().await?;
                tx = conn.begin().await?;
            }
            if homes.len() % (couples / 10).max(TOGETHER) == 0 {
                println!("{} of {couples} couples have moved in", homes.len());
            }
        }
        tx.commit().await?;
        conn.close().await?;
        // What the system would write later must not slow what is measured then.
        File::open(house.database())?.sync_all()?;
        Ok(homes)
    })
}

/// An empty database, open to be filled: nobody reads it yet, and none that is cut short is ever used, so
/// nothing is kept for a rollback, nothing waits for the disk, and no reference is looked up.
async fn open(database: &Path) -> Result<Conn> {
    let store = Store::open(&format!("sqlite:{}", database.display())).await?;
    store.close().await;
    let options = SqliteConnectOptions::new()
        .filename(database)
        .foreign_keys(false)
        .journal_mode(SqliteJournalMode::Off)
        .synchronous(SqliteSynchronous::Off)
        .pragma("cache_size", "-262144");
    Ok(options.connect().await?)
}

struct Builder {
    now: DateTime<Utc>,
    chance: Chance,
    dice: Dice,
    password_hash: String,
}

impl Builder {
    async fn move_in(&mut self, conn: &mut Conn, id: CoupleId, number: usize) -> Result<Home> {
        let (ada, ada_token) = self.sign_up(conn, "Ada", number).await?;
        let (ben, ben_token) = self.sign_up(conn, "Ben", number).await?;
        let couple = self.found(conn, id, &ada, ben.id).await?;
        let weeks = match self.dice.below(100) {
            0..7 => 26 + self.dice.below(27),
            7..32 => 8 + self.dice.below(13),
            _ => 2 + self.dice.below(6),
        };
        let start = Date::of_utc(self.now).plus(-7 * weeks as i64);
        let mut history = History::new(couple.id, [ada.id, ben.id]);
        let mut rituals = Vec::new();
        for habit in &habits()[..6 + self.dice.below(3) as usize] {
            let mut ritual = self.agree(&couple, ben.id, habit, start)?;
            let ledger = history.add(ritual.id, &self.live(habit, start));
            let story = ritual.story(RestDates::none(), &ledger);
            ritual.checkpoint = Checkpoint::from_scratch(&story, settled_before(self.now));
            store::rituals::create(conn, couple.id, &ritual, self.now).await?;
            rituals.push(ritual.id);
        }
        history.write(conn, self.now, ZONE).await?;
        Ok(Home {
            tokens: [ada_token, ben_token],
            rituals,
        })
    }

    async fn found(
        &mut self,
        conn: &mut Conn,
        id: CoupleId,
        ada: &Account,
        partner: AccountId,
    ) -> Result<Couple> {
        let founder = Member {
            id: ada.id,
            name: ada.name.clone(),
            email: ada.email.clone(),
            zone: ada.zone.clone(),
            shares_zone: false,
            standing: Standing::Active,
        };
        let couple = Couple {
            id,
            name: None,
            day_start: "04:00".parse()?,
            week_start: serde_json::from_value(json!("mon"))?,
            together_since: None,
            closed: false,
            members: vec![founder],
        };
        store::couples::found(conn, &couple, self.now).await?;
        store::couples::take_seat(conn, couple.id, partner, self.now).await?;
        store::couples::confirm(conn, couple.id, partner).await?;
        Ok(couple)
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

    /// A ritual that the founder proposed and the other agreed to.
    fn agree(
        &mut self,
        couple: &Couple,
        partner: AccountId,
        habit: &Habit,
        start: Date,
    ) -> Result<Ritual> {
        let at_the_start = Todays {
            earliest: start,
            latest: start,
        };
        let id = RitualId::new(&mut self.chance);
        let (founder, proposal) = (couple.members[0].id, habit.proposal(start)?);
        let mut ritual = Ritual::propose(id, founder, proposal, couple.week_start, at_the_start)?;
        ritual.agree(partner, start, &Ledger::default(), at_the_start);
        Ok(ritual)
    }

    /// What was done up to yesterday, now and then with words.
    fn live(&mut self, habit: &Habit, start: Date) -> Vec<Done> {
        let mut done = Vec::new();
        for day in 0..Date::of_utc(self.now).days_since(start) {
            if !self.dice.happens(habit.percent) {
                continue;
            }
            let first = self.dice.below(2) as usize;
            for turn in 0..=usize::from(habit.rule == Rule::Both) {
                let has_words = self.dice.happens(20);
                let words = has_words.then_some("We talked about the sea.");
                done.push((start.plus(day), (first + turn) % 2, words));
            }
        }
        done
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
