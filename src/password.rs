//! Passwords: Argon2id, off the async threads, and bounded.
//!
//! A hash takes 19 MiB. At most two run at once, and their memory is kept and used again: freeing and
//! allocating it anew fragments the heap until a dozen sign-ins hold 176 MiB. The permit moves into the
//! blocking task, since a cancelled request does not stop the hash.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use argon2::password_hash::phc::{Output, ParamsString, PasswordHash, Salt};
use argon2::{Algorithm, Argon2, Block, Params, Version};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use tokio::sync::Semaphore;

use crate::domain::text::{Email, Name};
use crate::ids::{Chance, Secret};
use crate::tally::Tally;

/// How many hashes run at the same time.
const AT_ONCE: usize = 2;

/// How long a sign-in waits for its turn.
const PATIENCE: Duration = Duration::from_secs(10);

/// A password somebody typed: 8 to 256 characters.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct Password(SecretString);

impl Password {
    /// The fewest characters it may have.
    pub const MIN: usize = 8;
    /// The most characters it may have.
    pub const MAX: usize = 256;

    /// A random one that nobody can guess: 128 bits.
    pub fn random(chance: &mut Chance) -> Password {
        Password(Secret::code(chance).reveal().into())
    }

    /// The password itself, for the one who is told it.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// Whether somebody who knows its owner's address and name would guess it soon.
    pub fn is_easy_to_guess(&self, email: &Email, name: &Name) -> bool {
        // The time zxcvbn takes grows faster than the text: 100 characters say enough.
        let start: String = self.0.expose_secret().chars().take(100).collect();
        let hints = [email.as_str(), name.as_str(), "hearth"];
        zxcvbn::zxcvbn(&start, &hints).score() < zxcvbn::Score::Two
    }
}

impl TryFrom<String> for Password {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Password, Self::Error> {
        let fits = (Password::MIN..=Password::MAX).contains(&text.chars().count());
        let password = Password(text.into());
        fits.then_some(password)
            .ok_or("must have 8 to 256 characters")
    }
}

/// Why a password was not hashed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Too many wait for their turn.
    #[error("too many sign-ins at once")]
    Busy,
    /// The library refused, or its thread died.
    #[error("hashing failed: {0}")]
    Failed(String),
}

/// What comparing a password with a stored hash showed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it is the right one.
    pub matches: bool,
    /// Whether the hash was made with weaker parameters than today's.
    pub outdated: bool,
}

/// Whether a stored hash can be compared with at all.
pub fn is_readable(stored: &str) -> bool {
    PasswordHash::new(stored).is_ok_and(|phc| phc.salt.is_some() && Params::try_from(&phc).is_ok())
}

/// Hashes and verifies passwords, two at a time.
#[derive(Debug, Clone)]
pub struct Passwords {
    params: Params,
    permits: Arc<Semaphore>,
    queue: Tally,
    /// The memory of finished hashes, at most one a permit.
    idle: Arc<Mutex<Vec<Vec<Block>>>>,
}

impl Default for Passwords {
    /// 19 MiB, two passes, one lane: what OWASP asks for at least.
    fn default() -> Passwords {
        Passwords::with(Params::default())
    }
}

impl Passwords {
    /// The cheapest parameters there are, so that a thousand tests can sign up a thousand people.
    pub fn for_tests() -> Passwords {
        let cheapest = Params::new(Params::MIN_M_COST, 1, 1, None);
        Passwords::with(cheapest.unwrap_or_default())
    }

    fn with(params: Params) -> Passwords {
        Passwords {
            params,
            permits: Arc::new(Semaphore::new(AT_ONCE)),
            queue: Tally::default(),
            idle: Arc::default(),
        }
    }

    /// How many are being hashed right now.
    pub fn running(&self) -> usize {
        AT_ONCE - self.permits.available_permits()
    }

    /// How many wait for their turn.
    pub fn waiting(&self) -> usize {
        self.queue.count()
    }

    /// The hash of a password with a new salt, as a PHC string.
    pub async fn hash(&self, password: &Password, chance: &mut Chance) -> Result<String, Error> {
        let salt: [u8; 16] = chance.bytes();
        let salt = Salt::new(&salt).map_err(failed)?;
        let params = self.params.clone();
        let hash = self.run(password, salt, params.clone()).await?;
        let phc = PasswordHash {
            algorithm: Algorithm::Argon2id.ident(),
            version: Some(Version::default().into()),
            params: ParamsString::try_from(&params).map_err(failed)?,
            salt: Some(salt),
            hash: Some(hash),
        };
        Ok(phc.to_string())
    }

    /// Compares a password with a stored hash. Without one, for an unknown e-mail address, it does the
    /// same work and finds that nothing matches.
    pub async fn verify(
        &self,
        password: &Password,
        stored: Option<&str>,
    ) -> Result<Verdict, Error> {
        let Some(stored) = stored else {
            let salt = Salt::new(&[0; 16]).map_err(failed)?;
            self.run(password, salt, self.params.clone()).await?;
            return Ok(Verdict {
                matches: false,
                outdated: false,
            });
        };
        let phc = PasswordHash::new(stored).map_err(failed)?;
        let salt = phc.salt.ok_or_else(|| failed("the hash has no salt"))?;
        let params = Params::try_from(&phc).map_err(failed)?;
        let outdated =
            params.m_cost() < self.params.m_cost() || params.t_cost() < self.params.t_cost();
        let computed = self.run(password, salt, params).await?;
        // `Output` compares in constant time.
        let matches = phc.hash == Some(computed);
        Ok(Verdict { matches, outdated })
    }

    async fn run(&self, password: &Password, salt: Salt, params: Params) -> Result<Output, Error> {
        let queued = self.queue.enter();
        let turn = self.permits.clone().acquire_owned();
        let permit = tokio::time::timeout(PATIENCE, turn)
            .await
            .map_err(|_| Error::Busy)?
            .map_err(failed)?;
        drop(queued);
        let (memory, passes, lanes) = (params.m_cost(), params.t_cost(), params.p_cost());
        tracing::debug!(memory, passes, lanes, "hashing a password");
        let password = password.0.clone();
        let idle = self.idle.clone();
        let work = move || {
            let taken = idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
            let mut memory = taken.unwrap_or_default();
            memory.resize(params.block_count(), Block::default());
            let argon2 = Argon2::new(Algorithm::Argon2id, Version::default(), params);
            let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
            let secret = password.expose_secret().as_bytes();
            let hashed = argon2
                .hash_password_into_with_memory(secret, &salt, &mut output, &mut memory)
                .map_err(failed);
            idle.lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(memory);
            drop(permit);
            hashed.and_then(|()| Output::new(&output).map_err(failed))
        };
        tokio::task::spawn_blocking(work).await.map_err(failed)?
    }
}

fn failed(error: impl std::fmt::Display) -> Error {
    Error::Failed(error.to_string())
}
