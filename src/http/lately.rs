//! What `GET /v1/today` answered lately. Most who ask again get the very same: then one small look at the version
//! of their couple is all it takes, and nothing is read, folded or written out anew.

use std::fmt;
use std::sync::Arc;

use axum::body::Bytes;
use chrono::{DateTime, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::language::Language;
use crate::ids::Secret;
use crate::store::versions::Version;

/// How many bytes of answers are held: those of a few thousand people.
const MOST_BYTES: u64 = 8 << 20;

/// About how long an answer is, with what it takes to find it again.
const AN_ANSWER: u64 = 4 << 10;

/// An answer, and what it was given upon.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What the couple's version was.
    pub version: Version,
    /// In which language it speaks.
    pub language: Language,
    /// When it was made.
    pub since: DateTime<Utc>,
    /// When time itself will have changed it.
    pub until: DateTime<Utc>,
    /// The answer.
    pub body: Bytes,
}

impl Shown {
    /// Whether it still is the answer.
    pub fn holds(&self, version: Option<Version>, language: Language, now: DateTime<Utc>) -> bool {
        // Somebody may have set the clock back.
        let is_time = (self.since..self.until).contains(&now);
        is_time && version == Some(self.version) && language.is(self.language)
    }
}

/// The answers that were given lately, by the token that they were given to. Bounded; what was not asked for the
/// longest goes first.
#[derive(Clone)]
pub struct Lately(Arc<Cache<String, Shown, Size>>);

#[derive(Debug, Clone)]
struct Size;

impl Weighter<String, Shown> for Size {
    fn weight(&self, key: &String, shown: &Shown) -> u64 {
        (key.len() + size_of::<Shown>() + shown.body.len()) as u64
    }
}

impl Default for Lately {
    fn default() -> Lately {
        let answers = (MOST_BYTES / AN_ANSWER) as usize;
        Lately(Arc::new(Cache::with_weighter(answers, MOST_BYTES, Size)))
    }
}

impl fmt::Debug for Lately {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lately").finish_non_exhaustive()
    }
}

impl Lately {
    /// What was shown to whoever holds this.
    pub fn find(&self, secret: &Secret) -> Option<Shown> {
        self.0.get(&secret.hash())
    }

    /// Holds it for the next time.
    pub fn hold(&self, secret: &Secret, shown: Shown) {
        self.0.insert(secret.hash(), shown);
    }

    /// Forgets it: nobody may ask for it any more.
    pub fn forget(&self, secret: &Secret) {
        self.0.remove(&secret.hash());
    }
}
