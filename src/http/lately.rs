//! What `GET /v1/today` answered lately. Most who ask again get the very same: then one small look at the version
//! of their couple is all it takes, and nothing is read, folded or written out anew.
//!
//! Of many it is remembered which answer they hold, by its tag: enough for `304`. Of fewer, the answer itself.

use std::fmt;
use std::sync::Arc;

use axum::body::Bytes;
use axum_extra::headers::ETag;
use chrono::{DateTime, Utc};
use quick_cache::Weighter;
use quick_cache::sync::Cache;

use super::caching::Tag;
use super::language::Language;
use crate::ids::{Fingerprint, Secret};
use crate::store::versions::Version;

/// Of how many it is remembered which answer they hold.
const MOST_TAGS: usize = 32 << 10;

/// How many bytes of answers are held: those of a thousand people or two.
const MOST_BYTES: u64 = 6 << 20;

/// About how long an answer is.
const AN_ANSWER: u64 = 4 << 10;

/// An answer, by its tag, and what it was given upon.
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
    /// Which answer it is.
    pub tag: Tag,
}

impl Shown {
    /// Whether it still is the answer.
    pub fn holds(&self, version: Option<Version>, language: Language, now: DateTime<Utc>) -> bool {
        // Somebody may have set the clock back.
        let is_time = (self.since..self.until).contains(&now);
        is_time && version == Some(self.version) && language.is(self.language)
    }

    /// Its tag, as a header has it.
    pub fn etag(&self) -> Option<ETag> {
        self.tag.header()
    }
}

/// The answers that were given lately, by the token that they were given to. Bounded; what was not asked for the
/// longest goes first.
#[derive(Clone)]
pub struct Lately {
    shown: Arc<Cache<Fingerprint, Shown>>,
    bodies: Arc<Cache<Fingerprint, (Tag, Bytes), Length>>,
}

#[derive(Debug, Clone)]
struct Length;

impl Weighter<Fingerprint, (Tag, Bytes)> for Length {
    fn weight(&self, _: &Fingerprint, (_, body): &(Tag, Bytes)) -> u64 {
        body.len() as u64
    }
}

impl Default for Lately {
    fn default() -> Lately {
        let answers = (MOST_BYTES / AN_ANSWER) as usize;
        Lately {
            shown: Arc::new(Cache::new(MOST_TAGS)),
            bodies: Arc::new(Cache::with_weighter(answers, MOST_BYTES, Length)),
        }
    }
}

impl fmt::Debug for Lately {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lately").finish_non_exhaustive()
    }
}

impl Lately {
    /// Which answer whoever holds this was given.
    pub fn find(&self, secret: &Secret) -> Option<Shown> {
        self.shown.get(&secret.fingerprint())
    }

    /// That answer itself, if it is held.
    pub fn body(&self, secret: &Secret, shown: &Shown) -> Option<Bytes> {
        let held = self.bodies.get(&secret.fingerprint());
        let (tag, body) = held?;
        (tag == shown.tag).then_some(body)
    }

    /// Holds it for the next time.
    pub fn hold(&self, secret: &Secret, shown: Shown, body: Bytes) {
        let held = secret.fingerprint();
        self.bodies.insert(held, (shown.tag, body));
        self.shown.insert(held, shown);
    }

    /// Forgets it: nobody may ask for it any more.
    pub fn forget(&self, secret: &Secret) {
        let held = secret.fingerprint();
        self.shown.remove(&held);
        self.bodies.remove(&held);
    }
}
