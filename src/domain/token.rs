//! Tokens: how a signed-in device or a button in the hall proves whose it is.

use std::fmt;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::day::Date;
use super::text::Label;
use super::whole::Whole;
use super::word::words;
use crate::ids::{AccountId, TokenId};

/// The longest a token can live.
pub const LONGEST_LIFE_DAYS: i64 = 180;

/// After so many days without use, a token is dead.
const LONGEST_IDLE_DAYS: i64 = 30;

/// One thing a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", remote = "Self")]
pub enum Scope {
    /// Read everything its owner can read.
    Read,
    /// Write and undo logs.
    Log,
    /// Every other change.
    Manage,
}

words!(Scope);

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Scope::Read => "read",
            Scope::Log => "log",
            Scope::Manage => "manage",
        })
    }
}

/// All that a token may do: at least one thing, in a fixed order.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Vec<Scope>", into = "Vec<Scope>")]
pub struct Scopes(Vec<Scope>);

impl Scopes {
    /// Everything.
    pub fn all() -> Scopes {
        Scopes(vec![Scope::Read, Scope::Log, Scope::Manage])
    }

    /// Whether `scope` is among them.
    pub fn contains(&self, scope: Scope) -> bool {
        self.0.contains(&scope)
    }
}

impl TryFrom<Vec<Scope>> for Scopes {
    type Error = &'static str;

    fn try_from(mut scopes: Vec<Scope>) -> Result<Scopes, Self::Error> {
        scopes.sort_unstable();
        scopes.dedup();
        if scopes.is_empty() {
            return Err("must name at least one of read, log, manage");
        }
        Ok(Scopes(scopes))
    }
}

impl From<Scopes> for Vec<Scope> {
    fn from(scopes: Scopes) -> Vec<Scope> {
        scopes.0
    }
}

/// How long a token lives: 1 to 180 days.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "Whole")]
pub struct LifeDays(i64);

impl Default for LifeDays {
    fn default() -> LifeDays {
        LifeDays(LONGEST_LIFE_DAYS)
    }
}

impl TryFrom<Whole> for LifeDays {
    type Error = &'static str;

    fn try_from(days: Whole) -> Result<LifeDays, Self::Error> {
        days.0.try_into()
    }
}

impl TryFrom<i64> for LifeDays {
    type Error = &'static str;

    fn try_from(days: i64) -> Result<LifeDays, Self::Error> {
        (1..=LONGEST_LIFE_DAYS)
            .contains(&days)
            .then_some(LifeDays(days))
            .ok_or("must be a whole number of days from 1 to 180")
    }
}

/// A token, without its secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Its id.
    pub id: TokenId,
    /// Whose it is.
    pub account: AccountId,
    /// What it is for.
    pub label: Option<Label>,
    /// What it may do.
    pub scopes: Scopes,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends, used or not.
    pub expires_at: DateTime<Utc>,
    /// The UTC date it was last used on.
    pub last_used_on: Date,
}

impl Token {
    /// A token made `now`, to live for `life`.
    pub fn new(
        id: TokenId,
        account: AccountId,
        label: Option<Label>,
        scopes: Scopes,
        life: LifeDays,
        now: DateTime<Utc>,
    ) -> Token {
        Token {
            id,
            account,
            label,
            scopes,
            created_at: now,
            expires_at: now + TimeDelta::days(life.0),
            last_used_on: Date::of_utc(now),
        }
    }

    /// Whether it can still be used.
    pub fn is_alive(&self, now: DateTime<Utc>) -> bool {
        now < self.expires_at && self.last_used_on >= Token::idle_since(now)
    }

    /// The UTC date since which a token must have been used to be alive.
    pub fn idle_since(now: DateTime<Utc>) -> Date {
        Date::of_utc(now).plus(-LONGEST_IDLE_DAYS)
    }
}
