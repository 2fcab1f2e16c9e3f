//! Words people type, parsed once into types that cannot be wrong.
//!
//! Every text is trimmed, counted in characters, and free of control characters (NUL above all). Only a
//! [`Note`] and [`Thanks`] may have line breaks and tabs.

use serde::{Deserialize, Serialize};

use super::practice::Practice;
use super::whole::Whole;
use crate::ids::{AccountId, Secret};

/// Why a text was refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TextError {
    /// Shorter or longer than allowed, counted in characters after trimming.
    #[error("must have {min} to {max} characters, not counting spaces around it")]
    Length {
        /// The fewest characters.
        min: usize,
        /// The most characters.
        max: usize,
    },
    /// A control character where there must be none.
    #[error("must not hold control characters")]
    Control,
    /// Not of the form `somebody@somewhere`.
    #[error("must be an e-mail address, such as ada@example.org")]
    Email,
}

/// Whether a text may have line breaks and tabs.
#[derive(PartialEq)]
enum Lines {
    One,
    Many,
}

fn parse(text: &str, min: usize, max: usize, lines: Lines) -> Result<String, TextError> {
    let text = text.trim();
    if !(min..=max).contains(&text.chars().count()) {
        return Err(TextError::Length { min, max });
    }
    let allowed = |c: char| lines == Lines::Many && matches!(c, '\n' | '\r' | '\t');
    if text.chars().any(|c| c.is_control() && !allowed(c)) {
        return Err(TextError::Control);
    }
    Ok(text.to_owned())
}

macro_rules! texts {
    ($($(#[$doc:meta])* $name:ident: $min:literal to $max:literal, $lines:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The fewest characters it may have.
            pub const MIN: usize = $min;
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl TryFrom<String> for $name {
            type Error = TextError;

            fn try_from(text: String) -> Result<$name, TextError> {
                parse(&text, $min, $max, Lines::$lines).map($name)
            }
        }

        impl From<$name> for String {
            fn from(text: $name) -> String {
                text.0
            }
        }
    )*};
}

texts! {
    /// What a member is called.
    Name: 1 to 80, One;
    /// What a couple calls itself.
    CoupleName: 1 to 80, One;
    /// What a ritual is called.
    Title: 1 to 120, One;
    /// What a ritual follows on: "after we brush our teeth".
    Cue: 1 to 200, One;
    /// Words of one's own: a log's, or an answer.
    Note: 1 to 4000, Many;
    /// A line in a check-up.
    Line: 1 to 500, One;
    /// How it felt: a word or an emoji.
    Mood: 1 to 40, One;
    /// A thank-you's words.
    Thanks: 1 to 2000, Many;
    /// What somebody looks for in words.
    Search: 1 to 200, One;
    /// What a token is for: "the button in the hall".
    Label: 1 to 80, One;
}

impl Title {
    /// What a ritual is called after its practice alone, when whoever named it is gone.
    pub fn of(practice: Practice) -> Title {
        let words = match practice {
            Practice::TimeTogether => "Time together",
            Practice::Rituals => "A small ritual",
            Practice::Appreciation => "Appreciation",
            Practice::Conversation => "Conversation",
            Practice::Intimacy => "Closeness",
            Practice::Presence => "Presence",
        };
        Title(words.to_owned())
    }
}

/// Words that both can see and change, and who wrote them: they go when their writer is erased.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written<T> {
    /// The words.
    pub words: T,
    /// Who wrote them last.
    pub by: AccountId,
}

/// How the addresses of those end who stand in for somebody. Nobody can ever own this domain (RFC 2606).
const STAND_IN: &str = "@stand-in.invalid";

/// An e-mail address, in lower case so that each has one account.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Email(String);

impl Email {
    /// The most characters it may have (RFC 5321).
    pub const MAX: usize = 254;

    /// An address that nobody has and nobody can guess, for somebody who never signs in.
    pub fn stand_in(secret: &Secret) -> Email {
        Email(format!("{}{STAND_IN}", secret.hash()))
    }

    /// Whether it is an address of nobody.
    pub fn is_stand_in(&self) -> bool {
        let is_hash = |text: &str| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
        self.0.strip_suffix(STAND_IN).is_some_and(is_hash)
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for Email {
    type Error = TextError;

    /// Asks only for what every address has: only a message that arrives proves one.
    fn try_from(text: String) -> Result<Email, TextError> {
        let address = parse(&text, 3, Email::MAX, Lines::One)?.to_lowercase();
        let (local, host) = address.rsplit_once('@').ok_or(TextError::Email)?;
        let spaced = address.contains(char::is_whitespace);
        if local.is_empty() || host.is_empty() || local.contains('@') || spaced {
            return Err(TextError::Email);
        }
        // Lower-casing can lengthen a text.
        parse(&address, 3, Email::MAX, Lines::One).map(Email)
    }
}

impl From<Email> for String {
    fn from(email: Email) -> String {
        email.0
    }
}

/// Minutes spent: 0 to 1440, a day's worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Whole", into = "i64")]
pub struct Minutes(u16);

impl Minutes {
    /// The most minutes there can be.
    pub const MAX: u16 = 1440;

    /// So many minutes, or as many as there can be.
    pub fn clamped(minutes: i64) -> Minutes {
        let clamped = u16::try_from(minutes.max(0)).unwrap_or(Minutes::MAX);
        Minutes(clamped.min(Minutes::MAX))
    }
}

impl TryFrom<i64> for Minutes {
    type Error = &'static str;

    fn try_from(minutes: i64) -> Result<Minutes, Self::Error> {
        u16::try_from(minutes)
            .ok()
            .filter(|minutes| *minutes <= Minutes::MAX)
            .map(Minutes)
            .ok_or("must be a whole number of minutes from 0 to 1440")
    }
}

impl TryFrom<Whole> for Minutes {
    type Error = &'static str;

    fn try_from(minutes: Whole) -> Result<Minutes, Self::Error> {
        minutes.0.try_into()
    }
}

impl From<Minutes> for i64 {
    fn from(minutes: Minutes) -> i64 {
        i64::from(minutes.0)
    }
}
