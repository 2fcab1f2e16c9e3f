//! A person.

use chrono::{DateTime, Utc};

use super::couple::{Member, Standing};
use super::day::Zone;
use super::text::{Email, Name};
use crate::ids::AccountId;

/// A person's account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Account {
    /// Its id.
    pub id: AccountId,
    /// How they sign in.
    pub email: Email,
    /// What they are called.
    pub name: Name,
    /// Where they live.
    pub zone: Zone,
    /// Whether the partner may see the zone.
    pub shares_zone: bool,
    /// When they signed up.
    pub created_at: DateTime<Utc>,
}

impl Account {
    /// This person as one of a couple.
    pub fn as_member(&self) -> Member {
        Member {
            id: self.id,
            name: self.name.clone(),
            email: self.email.clone(),
            zone: self.zone.clone(),
            shares_zone: self.shares_zone,
            standing: Standing::Active,
        }
    }
}
