//! The desk: writes letters, with links that lead back to Hearth, and hands them to the mail server.

use super::mail::{self, Mailer, MailerError};
use super::outcome::{Outcome, Why};
use crate::config::mail::{Mail, PublicUrl};
use crate::content;
use crate::domain::channel::{CONFIRMED_WITHIN, Channel};
use crate::domain::letter::{Cover, Letter};
use crate::domain::verification::Purpose;
use crate::ids::Secret;

/// Where letters are written.
#[derive(Debug)]
pub struct Desk {
    mailer: Mailer,
    public_url: PublicUrl,
}

impl Desk {
    /// A desk, if the operator said how mail is sent.
    pub fn new(config: &Mail) -> Result<Option<Desk>, MailerError> {
        let mailer = Mailer::new(config)?;
        let both = mailer.zip(config.public_url.clone());
        Ok(both.map(|(mailer, public_url)| Desk { mailer, public_url }))
    }

    /// Writes to a mailbox: what waits or, while it is not confirmed, the question whether it is theirs.
    pub async fn write(
        &self,
        cover: Cover,
        channel: &Channel,
        code: &Secret,
        text: &str,
    ) -> Outcome {
        let phrases = content::phrases("");
        let page = |what: &str| {
            let path = format!("/v1/letters/{}/{what}", code.reveal());
            self.public_url.page(&path)
        };
        let letter = match channel.confirmed {
            true => {
                let lines = text.lines().map(str::to_owned).collect();
                Letter::reminder(cover, phrases, lines, page("stop"))
            }
            false => {
                let hours = CONFIRMED_WITHIN.num_hours();
                Letter::confirmation(cover, phrases, page("confirm"), hours as u32)
            }
        };
        self.send(letter).await
    }

    /// Writes the letter whose link only whoever reads the mailbox can follow.
    pub async fn verify(&self, cover: Cover, purpose: Purpose, secret: &Secret) -> Outcome {
        let phrases = content::phrases("");
        let page = |what: &str| {
            let path = format!("/v1/letters/{}/{what}", secret.reveal());
            self.public_url.page(&path)
        };
        let lasts = purpose.lasts();
        self.send(match purpose {
            Purpose::ResetPassword => {
                let minutes = lasts.num_minutes() as u32;
                Letter::password_reset(cover, phrases, page("password"), minutes)
            }
            Purpose::ChangeEmail => {
                let hours = lasts.num_hours() as u32;
                Letter::change_of_address(cover, phrases, page("address"), hours)
            }
        })
        .await
    }

    /// Writes to the old address that another is about to take its place.
    pub async fn tell_of_change(&self, cover: Cover) -> Outcome {
        let phrases = content::phrases("");
        self.send(Letter::notice_of_change(cover, phrases)).await
    }

    async fn send(&self, letter: Letter) -> Outcome {
        match self.mailer.send(&letter).await {
            mail::Outcome::Delivered => Outcome::Delivered,
            mail::Outcome::Failed { why, permanent } => {
                Outcome::Failed(Why::Mail { why, permanent })
            }
        }
    }
}
