//! Letters: what Hearth writes to people by mail.
//!
//! A letter may be seen by others, and its address may be a stranger's. So no letter holds a name, and none but a
//! reminder holds words that somebody typed.

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};
use url::Url;

use super::phrases::{LetterWords, Phrases};
use super::text::Email;
use super::verification::Purpose;

/// To whom a letter goes, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Cover {
    /// Whose it is.
    pub to: Email,
    /// What makes it the same letter when it is sent again: a delivery's id.
    pub id: String,
    /// When it was written.
    pub at: DateTime<Utc>,
}

/// How many letters of a kind, that anybody can ask for, go to one mailbox within its time.
pub const MOST_UNASKED: i64 = 3;

/// A letter that anybody can ask for: whoever gets it may have asked for nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Unasked {
    /// It asks whether a mailbox is somebody's.
    Confirmation,
    /// It leads to a new password.
    PasswordReset,
    /// It leads to another address.
    ChangeOfAddress,
    /// It tells of that where the account was so far.
    NoticeOfChange,
}

impl Unasked {
    /// Within which time only so many are written.
    pub fn within(self) -> TimeDelta {
        match self {
            // As long as the link in the first one works.
            Unasked::PasswordReset => Purpose::ResetPassword.lasts(),
            Unasked::Confirmation | Unasked::ChangeOfAddress | Unasked::NoticeOfChange => {
                TimeDelta::days(1)
            }
        }
    }
}

/// A letter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Letter {
    /// To whom it goes, and when.
    pub cover: Cover,
    /// The language of its words.
    pub language: String,
    /// What others may read over somebody's shoulder. Discreet, unless its owner asked for details.
    pub subject: String,
    /// The paragraphs before the link.
    pub opening: Vec<String>,
    /// What it is about, where there is something to follow.
    pub link: Option<Link>,
    /// The paragraph after the link.
    pub closing: String,
    /// How to get no more of these.
    pub unsubscribe: Option<Link>,
}

/// A link, and what it does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// What it does.
    pub label: String,
    /// Where it leads.
    pub url: Url,
}

impl Letter {
    /// Asks whether an address is its owner's. The link works for so many hours.
    pub fn confirmation(cover: Cover, phrases: &Phrases, url: Url, hours: u32) -> Letter {
        let words = &phrases.mail.confirmation;
        Letter::about(words, cover, phrases)
            .to(words, url)
            .lasting("{hours}", hours)
    }

    /// Lets somebody choose a new password. The link works for so many minutes.
    pub fn password_reset(cover: Cover, phrases: &Phrases, url: Url, minutes: u32) -> Letter {
        let words = &phrases.mail.password_reset;
        Letter::about(words, cover, phrases)
            .to(words, url)
            .lasting("{minutes}", minutes)
    }

    /// Asks whether the address that somebody wants to change to is theirs. The link works for so many hours.
    pub fn change_of_address(cover: Cover, phrases: &Phrases, url: Url, hours: u32) -> Letter {
        let words = &phrases.mail.change_of_address;
        Letter::about(words, cover, phrases)
            .to(words, url)
            .lasting("{hours}", hours)
    }

    /// Tells somebody that their account is about to get another address.
    pub fn notice_of_change(cover: Cover, phrases: &Phrases) -> Letter {
        Letter::about(&phrases.mail.notice_of_change, cover, phrases)
    }

    /// Reminds somebody, who can get no more of these with one click.
    pub fn reminder(
        cover: Cover,
        phrases: &Phrases,
        lines: Vec<String>,
        unsubscribe: Url,
    ) -> Letter {
        let mut letter = Letter::about(&phrases.mail.reminder, cover, phrases);
        letter.opening = lines;
        letter.unsubscribe = Some(Link {
            label: phrases.mail.unsubscribe.clone(),
            url: unsubscribe,
        });
        letter
    }

    /// The letter that leads somewhere.
    fn to(mut self, words: &LetterWords, url: Url) -> Letter {
        let label = words.link.clone();
        self.link = label.map(|label| Link { label, url });
        self
    }

    fn about(words: &LetterWords, cover: Cover, phrases: &Phrases) -> Letter {
        Letter {
            cover,
            language: phrases.language.clone(),
            subject: words.subject.clone(),
            opening: words.opening.clone().into_iter().collect(),
            link: None,
            closing: words.closing.clone(),
            unsubscribe: None,
        }
    }

    /// Says how long the link works.
    fn lasting(mut self, brace: &str, number: u32) -> Letter {
        self.closing = self.closing.replace(brace, &number.to_string());
        self
    }
}
