//! What a token may do.

use serde::{Deserialize, Serialize};

/// One thing a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    /// Read everything its owner can read.
    Read,
    /// Write and undo logs.
    Log,
    /// Every other change.
    Manage,
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
