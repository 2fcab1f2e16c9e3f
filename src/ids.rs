//! Typed ids and secrets, and the only source of chance.
//!
//! Ids are random, never ordered by time: a time-ordered id would tell the partner when something was
//! made. Secrets are shown once and kept as hashes.
#![expect(clippy::disallowed_types, reason = "this is the one place for chance")]

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use rand::rngs::{StdRng, SysRng};
use rand::{Rng, SeedableRng, TryRng};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// Where ids, secrets and salts come from: the operating system, or in tests a seed.
#[derive(Debug)]
pub enum Chance {
    /// The operating system.
    System,
    /// A repeatable stream, for tests only.
    Seeded(Box<StdRng>),
}

impl Chance {
    /// A stream that is the same for the same seed.
    pub fn seeded(seed: u64) -> Chance {
        Chance::Seeded(Box::new(StdRng::seed_from_u64(seed)))
    }

    /// Random bytes.
    ///
    /// # Panics
    ///
    /// When the operating system has no randomness to give. No safe answer exists then.
    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        match self {
            Chance::System => SysRng
                .try_fill_bytes(&mut bytes)
                .expect("the operating system gives randomness"),
            Chance::Seeded(stream) => stream.fill_bytes(&mut bytes),
        }
        bytes
    }
}

/// A seed for one request's chance. Only a test puts one into a request.
#[derive(Debug, Clone, Copy)]
pub struct Seed(pub u64);

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(Uuid);

        impl $name {
            /// A new random id.
            pub fn new(chance: &mut Chance) -> $name {
                $name(uuid::Builder::from_random_bytes(chance.bytes()).into_uuid())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = &'static str;

            fn from_str(text: &str) -> Result<$name, Self::Err> {
                // One spelling for one id: not the braces, URNs, bare digits and capitals that uuid
                // also reads.
                let plain = text.len() == 36 && !text.contains(char::is_uppercase);
                plain
                    .then(|| Uuid::try_parse(text).ok())
                    .flatten()
                    .map($name)
                    .ok_or("must be an id, such as 0d9c0e4e-6a2f-4c55-9a4f-3f1d8c1a7b52")
            }
        }

        impl TryFrom<String> for $name {
            type Error = &'static str;

            fn try_from(text: String) -> Result<$name, Self::Error> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> String {
                id.to_string()
            }
        }
    )*};
}

ids! {
    /// A person's account. As a member of a couple they go by the same id.
    AccountId;
    /// A couple.
    CoupleId;
    /// A ritual.
    RitualId;
    /// A rest.
    RestId;
    /// A check-up, which only its owner ever sees.
    CheckupId;
    /// A phones-down session.
    PresenceId;
    /// A plan.
    PlanId;
    /// A thank-you.
    AppreciationId;
    /// A member's reminder of a ritual.
    ReminderId;
    /// Where somebody's reminders go.
    ChannelId;
    /// What somebody is told at once: the same in every try.
    MessageId;
    /// A link in a letter; not the secret in it.
    VerificationId;
    /// A token; not its secret.
    TokenId;
    /// An invitation; not its code.
    InvitationId;
    /// A request, for the logs.
    RequestId;
}

/// A secret that is shown once: a token, an invitation's code, or what stands in a link.
#[derive(Debug, Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// A new token: 256 bits, with a prefix that scanners for leaked secrets can look for.
    pub fn token(chance: &mut Chance) -> Secret {
        let bits: [u8; 32] = chance.bytes();
        Secret(format!("hearth_{}", URL_SAFE_NO_PAD.encode(bits)).into())
    }

    /// A new invitation code: 128 bits.
    pub fn code(chance: &mut Chance) -> Secret {
        let bits: [u8; 16] = chance.bytes();
        Secret(URL_SAFE_NO_PAD.encode(bits).into())
    }

    /// What stands in a new link: 256 bits. It is no token, so it has none of its prefix.
    pub fn link(chance: &mut Chance) -> Secret {
        let bits: [u8; 32] = chance.bytes();
        Secret(URL_SAFE_NO_PAD.encode(bits).into())
    }

    /// A secret that somebody presents.
    pub fn presented(text: String) -> Secret {
        Secret(text.into())
    }

    /// The secret itself, for the one answer that shows it.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }

    /// What is stored: SHA-256 in hexadecimal. A secret of this many bits needs no slow hash.
    pub fn hash(&self) -> String {
        hex(&Sha256::digest(self.reveal().as_bytes()))
    }
}

impl Secret {
    /// A short digest, to know it by in memory.
    pub fn fingerprint(&self) -> Fingerprint {
        let digest: [u8; 32] = Sha256::digest(self.reveal().as_bytes()).into();
        let mut short = [0; 16];
        short.copy_from_slice(&digest[..16]);
        Fingerprint(short)
    }
}

/// What a secret is known by in memory: 128 bits of its digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 16]);

/// A digest in hexadecimal.
pub fn hex(digest: &[u8]) -> String {
    use std::fmt::Write as _;
    digest.iter().fold(String::new(), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
