//! What became of a message on its way out.

use std::error::Error;
use std::io;

use chrono::{DateTime, TimeDelta};
use reqwest::StatusCode;
use reqwest::header::{DATE, HeaderMap, HeaderName, RETRY_AFTER};

use super::mail;
use crate::domain::retry;

/// What became of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// Whoever listens there took it.
    Delivered,
    /// Whoever listens there wants no more, ever (410): nothing is to be sent there again.
    Gone,
    /// It did not arrive, or was not taken.
    Failed(Why),
}

impl Outcome {
    /// What an answer's status means, and what its headers ask for.
    pub(super) fn of(status: StatusCode, headers: &HeaderMap) -> Outcome {
        match status {
            StatusCode::GONE => Outcome::Gone,
            _ if status.is_success() => Outcome::Delivered,
            _ => Outcome::Failed(Why::Answered {
                status: status.as_u16(),
                wait: wait(headers),
            }),
        }
    }
}

/// For how long whoever answered wants to be left alone (RFC 9110, 10.2.3): so many seconds, or until a date by the
/// clock that dated the answer.
fn wait(headers: &HeaderMap) -> Option<TimeDelta> {
    let text = |name: HeaderName| headers.get(name)?.to_str().ok();
    let date = |text| DateTime::parse_from_rfc2822(text).ok();
    let asked = text(RETRY_AFTER)?;
    match asked.parse::<u32>() {
        Ok(seconds) => Some(TimeDelta::seconds(seconds.into())),
        Err(_) => Some(date(asked)? - date(text(DATE)?)?),
    }
}

/// Why a message did not arrive, in words for whoever set the address up. They tell nothing of what stands
/// there beyond the status it answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Why {
    /// Plain http to a place that is not at home.
    #[error("its address must start with https")]
    Insecure,
    /// An address that is neither public nor the operator's own.
    #[error("it leads to an address that is not public")]
    Private,
    /// No such name, or nobody who could look it up.
    #[error("its name leads nowhere")]
    Nameless,
    /// No connection, or none that is encrypted as it should be.
    #[error("it takes no connection")]
    Unreachable,
    /// A certificate that is not its own, too old, or from nobody known.
    #[error("its certificate is not valid for it")]
    Untrusted,
    /// Nothing within the deadline.
    #[error("it did not answer within ten seconds")]
    Late,
    /// The connection broke, or what came back was no HTTP.
    #[error("it hung up without an answer")]
    Broken,
    /// Nobody said how mail is sent.
    #[error("this server sends no mail")]
    NoMail,
    /// The mail server did not take it.
    #[error("{why}")]
    Mail {
        /// Why.
        why: mail::Why,
        /// Whether it never will.
        permanent: bool,
    },
    /// Anything but a yes.
    #[error("it answered {status}")]
    Answered {
        /// The status.
        status: u16,
        /// For how long it asks to be left alone, if it says so.
        wait: Option<TimeDelta>,
    },
}

impl Why {
    /// How long to wait before the next try after so many failed ones; `None` when it is time to give up.
    pub(super) fn pause_after(self, failed: u32) -> Option<TimeDelta> {
        let wait = match self {
            Why::Answered { wait, .. } => wait,
            _ => None,
        };
        retry::pause_after(failed, wait).filter(|_| self.may_pass())
    }

    /// Whether it may go better later, without anybody's doing. What was refused on purpose will not.
    pub fn may_pass(self) -> bool {
        match self {
            Why::Insecure | Why::Private | Why::NoMail => false,
            Why::Mail { permanent, .. } => !permanent,
            Why::Nameless | Why::Unreachable | Why::Untrusted | Why::Late | Why::Broken => true,
            // Too early, too slow, too often; and whatever is the other side's own trouble.
            Why::Answered { status, .. } => matches!(status, 408 | 425 | 429 | 500..),
        }
    }
}

impl From<reqwest::Error> for Why {
    fn from(error: reqwest::Error) -> Why {
        match causes(&error).find_map(known) {
            Some(why) => why,
            None if error.is_timeout() => Why::Late,
            None if error.is_connect() => Why::Unreachable,
            None => Why::Broken,
        }
    }
}

fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error| error.source())
}

/// What the guard said, or what was found wrong with a certificate.
fn known(cause: &(dyn Error + 'static)) -> Option<Why> {
    let input = cause.downcast_ref::<io::Error>();
    // What an I/O error holds, it does not count among its sources.
    if let Some(held) = input.and_then(io::Error::get_ref) {
        return known(held);
    }
    match cause.downcast_ref() {
        Some(rustls::Error::InvalidCertificate(_)) => Some(Why::Untrusted),
        _ => cause.downcast_ref().copied(),
    }
}
