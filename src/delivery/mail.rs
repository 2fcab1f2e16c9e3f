//! Letters to people, through the operator's mail server.

use lettre::message::Mailbox;

use super::message::{address, message};
use super::smtp::{Failure, Smtp};
use crate::config::mail::{Mail, MailFrom};
use crate::domain::letter::Letter;

/// Hands letters to the operator's mail server.
#[derive(Debug)]
pub struct Mailer {
    smtp: Smtp,
    from: Mailbox,
}

/// Why no mail can be sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailerError {
    /// A mail server, and not all that goes with it.
    #[error("to send mail, give --mail-from and --public-url beside --smtp-url")]
    Incomplete,
    /// No mail can come from this address.
    #[error("no mail can come from the address of --mail-from: write it as hearth@example.org")]
    From,
    /// There can be no encryption.
    #[error("no safe connection to the mail server of --smtp-url is possible: check its name")]
    Tls,
}

/// What became of a letter.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// The mail server took it.
    Delivered,
    /// It did not, or Hearth did not hear that it did.
    Failed {
        /// Why.
        why: Why,
        /// Whether this letter can never reach this address. What the operator can repair is not permanent.
        permanent: bool,
    },
}

/// Why a letter was not delivered, in words for people. What the mail server itself said is not in them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Nobody is there.
    #[error("the mail server cannot be reached")]
    Unreachable,
    /// Somebody is there and says nothing.
    #[error("the mail server does not answer")]
    Silent,
    /// The connection ended, or made no sense.
    #[error("the connection to the mail server broke")]
    Broken,
    /// There is no encryption, or nobody vouches for whom it is with.
    #[error("the mail server offers no safe connection")]
    Unsafe,
    /// It wants nothing to do with Hearth.
    #[error("the mail server takes no mail from here")]
    Greeting,
    /// It does not know the user, or not the password.
    #[error("the mail server refused the sign-in")]
    SignIn,
    /// It does not take the address of `--mail-from`.
    #[error("the mail server refused the sender")]
    Sender,
    /// It does not take the address that the letter goes to.
    #[error("the mail server refused the address")]
    Address,
    /// It does not take the letter itself.
    #[error("the mail server refused the letter")]
    Letter,
}

impl Mailer {
    /// What sends letters as the operator said; `None` where no mail is sent.
    pub fn new(config: &Mail) -> Result<Option<Mailer>, MailerError> {
        let Some(server) = &config.smtp_url else {
            return Ok(None);
        };
        let others = config.mail_from.as_ref().zip(config.public_url.as_ref());
        let (from, public_url) = others.ok_or(MailerError::Incomplete)?;
        Ok(Some(Mailer {
            smtp: Smtp::new(server, public_url)?,
            from: mailbox(from)?,
        }))
    }

    /// Believes this certificate (DER) too. For tests, whose mail servers nobody else vouches for.
    pub fn trusting(mut self, certificate: Vec<u8>) -> Result<Mailer, MailerError> {
        self.smtp = self.smtp.trusting(certificate)?;
        Ok(self)
    }

    /// Hands a letter over, within ten seconds.
    pub async fn send(&self, letter: &Letter) -> Outcome {
        let sent = match message(letter, &self.from) {
            Some(message) => self.smtp.send(&message).await,
            None => Err(Failure::of(Why::Address, true)),
        };
        let Err(Failure {
            why,
            permanent,
            code,
        }) = sent
        else {
            return Outcome::Delivered;
        };
        // Not what the mail server said: it likes to repeat the address.
        tracing::warn!(%why, permanent, code, "a letter was not delivered");
        Outcome::Failed { why, permanent }
    }
}

fn mailbox(from: &MailFrom) -> Result<Mailbox, MailerError> {
    let address = address(&from.address).ok_or(MailerError::From)?;
    let name = from.name.as_ref().map(|name| name.as_str().to_owned());
    let mailbox = Mailbox::new(name, address);
    // lettre reads the sender out of its header before each letter: better now than then.
    let read = mailbox.to_string().parse::<Mailbox>();
    read.map(|_| mailbox).map_err(|_| MailerError::From)
}
