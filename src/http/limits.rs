//! How often one may ask.
//!
//! Whoever is signed in has a budget of requests a minute. What can be tried without being known, or to
//! guess a password, has a smaller one: by address, or by the account whose password is asked again.

use std::hash::Hash;
use std::net::IpAddr;
use std::num::NonZeroU32;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::{FromRequestParts, Request};
use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use governor::clock::{Clock as _, DefaultClock};
use governor::middleware::StateInformationMiddleware;
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};

use super::App;
use super::error::{Error, Result};
use super::peer::Peer;
use crate::ids::AccountId;

/// What the budget is, as `"account";q=600;w=60`.
pub const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");

/// What is left of it, as `"account";r=599;t=1`.
pub const LEFT: HeaderName = HeaderName::from_static("ratelimit");

/// The budgets are told and kept by the minute.
const WINDOW: Duration = Duration::from_secs(60);

/// How many times smaller the budget of guesses is.
const STRICTER: u32 = 20;

/// After so many requests, budgets that are whole again are forgotten.
const SWEEP_EVERY: u32 = 1024;

/// Everybody's budgets; none when there are no limits.
#[derive(Debug, Clone, Default)]
pub struct Limits(Option<Arc<Budgets>>);

#[derive(Debug)]
struct Budgets {
    requests: Budget<AccountId>,
    guesses: Budget<AccountId>,
    strangers: Budget<IpAddr>,
}

impl Limits {
    /// So many requests a minute and account, a twentieth of it for what can be guessed; 0 sets no limits.
    pub fn per_minute(requests: u32) -> Limits {
        let budgets = NonZeroU32::new(requests).map(|requests| {
            let few = NonZeroU32::new(requests.get() / STRICTER).unwrap_or(NonZeroU32::MIN);
            Arc::new(Budgets {
                requests: Budget::new("account", requests, Whose::OneAccount),
                guesses: Budget::new("password", few, Whose::OneAccount),
                strangers: Budget::new("address", few, Whose::AllWhoShareIt),
            })
        });
        Limits(budgets)
    }

    /// Counts a request of somebody who is signed in.
    pub fn count(&self, account: AccountId, parts: &Parts) -> Result<()> {
        let budgets = self.0.as_ref();
        budgets.map_or(Ok(()), |budgets| budgets.requests.spend(&account, parts))
    }

    /// Counts a request that shows the password of an account once more.
    pub fn count_guess(&self, account: AccountId, parts: &Parts) -> Result<()> {
        let budgets = self.0.as_ref();
        budgets.map_or(Ok(()), |budgets| budgets.guesses.spend(&account, parts))
    }
}

/// A request that anybody can make to try what they do not know: counted by the address it comes from.
#[derive(Debug)]
pub struct Stranger;

impl FromRequestParts<App> for Stranger {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Stranger> {
        let peer = Peer::from_request_parts(parts, app).await?;
        if let Some(budgets) = &app.limits.0 {
            budgets.strangers.spend(&peer.network(), parts)?;
        }
        Ok(Stranger)
    }
}

/// Who spends from a budget. Two who live under one address must not learn from what is left of it that the other
/// was just here: how much that is they hear only once it is spent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Whose {
    OneAccount,
    AllWhoShareIt,
}

/// So many requests a minute for each `K`. They come back one by one.
#[derive(Debug)]
struct Budget<K: Hash + Eq + Clone> {
    name: &'static str,
    a_minute: NonZeroU32,
    whose: Whose,
    spent: RateLimiter<K, HashMapStateStore<K>, DefaultClock, StateInformationMiddleware>,
    since_sweep: AtomicU32,
}

impl<K: Hash + Eq + Clone> Budget<K> {
    fn new(name: &'static str, a_minute: NonZeroU32, whose: Whose) -> Budget<K> {
        Budget {
            name,
            a_minute,
            whose,
            spent: RateLimiter::hashmap(Quota::per_minute(a_minute))
                .with_middleware::<StateInformationMiddleware>(),
            since_sweep: AtomicU32::new(0),
        }
    }

    /// Takes one request from the budget, and leaves a note of it for [`tell`].
    fn spend(&self, key: &K, parts: &Parts) -> Result<()> {
        self.sweep();
        let (left, refused) = match self.spent.check_key(key) {
            Ok(now) => (now.remaining_burst_capacity(), None),
            Err(not_yet) => {
                let wait = not_yet.wait_time_from(self.spent.clock().now());
                (0, Some(wait.as_secs() + 1))
            }
        };
        let spent = u64::from(self.a_minute.get() - left);
        let whole_in = spent * WINDOW.as_secs() / u64::from(self.a_minute.get());
        if let Some(Note(note)) = parts.extensions.get() {
            let spent = Spent {
                name: self.name,
                a_minute: self.a_minute.get(),
                left,
                whole_in: whole_in.max(1),
                is_told: self.whose == Whose::OneAccount || refused.is_some(),
            };
            let mut note = note.lock().unwrap_or_else(PoisonError::into_inner);
            // Whoever spends from two budgets hears of the one that ends first.
            if note.as_ref().is_none_or(|noted| left <= noted.left) {
                *note = Some(spent);
            }
        }
        match refused {
            None => Ok(()),
            Some(seconds) => Err(Error::TooManyRequests { seconds }),
        }
    }

    /// Forgets those whose budget is whole again, so that memory is bounded by the requests of a minute.
    fn sweep(&self) {
        if self.since_sweep.fetch_add(1, Ordering::Relaxed) >= SWEEP_EVERY {
            self.since_sweep.store(0, Ordering::Relaxed);
            self.spent.retain_recent();
            self.spent.shrink_to_fit();
        }
    }
}

/// What a request spent, for its answer to tell.
#[derive(Debug, Clone, Default)]
struct Note(Arc<Mutex<Option<Spent>>>);

#[derive(Debug)]
struct Spent {
    name: &'static str,
    a_minute: u32,
    left: u32,
    whole_in: u64,
    /// Whether to tell how much is left.
    is_told: bool,
}

/// Tells in every answer what is left of the budget that the request was counted in.
pub async fn tell(mut request: Request, next: Next) -> Response {
    let note = Note::default();
    request.extensions_mut().insert(note.clone());
    let mut response = next.run(request).await;
    let spent = note.0.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(spent) = spent {
        let (name, window) = (spent.name, WINDOW.as_secs());
        let policy = format!("\"{name}\";q={};w={window}", spent.a_minute);
        let left = format!("\"{name}\";r={};t={}", spent.left, spent.whole_in);
        let left = spent.is_told.then_some((LEFT, left));
        for (header, text) in std::iter::once((POLICY, policy)).chain(left) {
            if let Ok(value) = HeaderValue::from_str(&text) {
                response.headers_mut().insert(header, value);
            }
        }
    }
    response
}
