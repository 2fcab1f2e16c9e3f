//! The store suite: every function of the store, on its own. It knows no engine, so that the same suite
//! can run on each.

mod appreciations;
mod changes;
mod checkups;
mod feeds;
mod history;
mod kept;
mod outbox;
mod people;
mod plans;
mod presence;
mod prompts;
mod reminders;
mod today;
mod verifications;
mod versions;
mod years;

use chrono::{DateTime, Utc};
use hearth::domain::account::Account;
use hearth::domain::cadence::{Cadence, WeekStart};
use hearth::domain::couple::{Couple, Member, Standing, Todays};
use hearth::domain::day::Date;
use hearth::domain::log::{Log, Visibility};
use hearth::domain::practice::Practice;
use hearth::domain::ritual::{Forgiveness, Proposal, Ritual, Rule};
use hearth::ids::{AccountId, Chance, CoupleId, RitualId};
use hearth::store::{Store, Tx, accounts, couples};
use tempfile::TempDir;

use crate::world::START;

/// An empty database, and where things come from.
pub struct Ground {
    pub store: Store,
    pub chance: Chance,
    pub now: DateTime<Utc>,
    _folder: TempDir,
}

impl Ground {
    pub async fn new() -> Ground {
        let folder = tempfile::tempdir().unwrap();
        let address = format!("sqlite:{}", folder.path().join("hearth.db").display());
        Ground {
            store: Store::open(&address).await.unwrap(),
            chance: Chance::seeded(7),
            now: START.parse().unwrap(),
            _folder: folder,
        }
    }

    pub async fn account(&mut self, tx: &mut Tx, name: &str) -> Account {
        let account = Account {
            id: AccountId::new(&mut self.chance),
            email: format!("{name}@example.org").try_into().unwrap(),
            name: name.to_owned().try_into().unwrap(),
            zone: "Europe/Oslo".parse().unwrap(),
            shares_zone: false,
            created_at: self.now,
        };
        assert!(accounts::create(tx, &account, "hash").await.unwrap());
        account
    }

    pub async fn couple(&mut self, tx: &mut Tx, founder: &Account) -> Couple {
        let couple = Couple {
            id: CoupleId::new(&mut self.chance),
            name: None,
            day_start: "05:30".parse().unwrap(),
            week_start: WeekStart::Sun,
            together_since: Some(date("2019-06-01")),
            closed: false,
            members: vec![Member {
                id: founder.id,
                name: founder.name.clone(),
                email: founder.email.clone(),
                zone: founder.zone.clone(),
                shares_zone: founder.shares_zone,
                standing: Standing::Active,
            }],
        };
        couples::found(tx, &couple, self.now).await.unwrap();
        couple
    }

    pub fn ritual(&mut self, by: &Account, cadence: Cadence, start: &str) -> Ritual {
        let proposal = Proposal {
            title: "Nightly check-in".to_owned().try_into().unwrap(),
            practice: Practice::Conversation,
            cadence,
            rule: Rule::Both,
            starts_on: Some(date(start)),
            cue: Some("after tea".to_owned().try_into().unwrap()),
            forgiveness: Forgiveness::Off,
            target_minutes: Some(15.try_into().unwrap()),
        };
        let today = Date::of_utc(self.now);
        let todays = Todays {
            earliest: today,
            latest: today,
        };
        let id = RitualId::new(&mut self.chance);
        Ritual::propose(id, by.id, proposal, WeekStart::Sun, todays).unwrap()
    }

    pub fn log(&self, ritual: &Ritual, who: &Account, day: &str) -> Log {
        Log {
            ritual: ritual.id,
            member: who.id,
            date: date(day),
            minutes: Some(20.try_into().unwrap()),
            note: Some("Two\nlines.".to_owned().try_into().unwrap()),
            mood: None,
            visibility: Visibility::Private,
            logged_at: self.now,
            zone: who.zone.clone(),
        }
    }
}

pub fn date(text: &str) -> Date {
    text.parse().unwrap()
}
