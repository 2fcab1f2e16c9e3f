//! Whether and how Hearth sends mail, and where people reach it.

use std::ffi::OsStr;
use std::fmt;
use std::str::FromStr;

use clap::builder::TypedValueParser;
use clap::error::ErrorKind;
use clap::{Arg, Args, Command};
use url::{Host, Url};

use super::mail_server::{MailServer, is_loopback};
use crate::domain::text::{Email, Name};

/// How Hearth sends mail. `Default`, for tests, sends none.
#[derive(Debug, Clone, Default, Args)]
pub struct Mail {
    /// The mail server, as smtps://USER:PASSWORD@HOST; without one, Hearth sends no mail
    #[arg(
        long,
        env = "HEARTH_SMTP_URL",
        value_name = "URL",
        value_parser = Unrepeated,
        hide_env_values = true,
        requires_all = ["mail_from", "public_url"],
        global = true
    )]
    pub smtp_url: Option<MailServer>,
    /// Whom letters come from: an address, or `NAME <ADDRESS>`
    #[arg(long, env = "HEARTH_MAIL_FROM", value_name = "ADDRESS", global = true)]
    pub mail_from: Option<MailFrom>,
    /// Where people reach Hearth, for the links in letters
    #[arg(long, env = "HEARTH_PUBLIC_URL", value_name = "URL", global = true)]
    pub public_url: Option<PublicUrl>,
}

/// Reads a mail server. Unlike clap's own readers, it does not repeat what it refuses: a password is in it.
#[derive(Clone)]
struct Unrepeated;

impl TypedValueParser for Unrepeated {
    type Value = MailServer;

    fn parse_ref(
        &self,
        command: &Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<MailServer, clap::Error> {
        let text = value.to_string_lossy();
        text.parse().map_err(|why| {
            let message = format!("invalid value for '--smtp-url <URL>': {why}\n");
            clap::Error::raw(ErrorKind::ValueValidation, message).with_cmd(command)
        })
    }
}

/// Whom letters come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MailFrom {
    /// The name beside the address.
    pub name: Option<Name>,
    /// The address, to which answers and returned letters go.
    pub address: Email,
}

impl FromStr for MailFrom {
    type Err = String;

    fn from_str(text: &str) -> Result<MailFrom, String> {
        let named = text.trim().strip_suffix('>');
        let (name, address) = named
            .and_then(|text| text.rsplit_once('<'))
            .unwrap_or(("", text));
        let name = name.trim().trim_matches('"');
        let address = Email::try_from(address.to_owned()).map_err(|_| {
            format!("{text} is no sender such as hearth@example.org or Hearth <hearth@example.org>")
        })?;
        let name = Some(name).filter(|name| !name.is_empty());
        let name = name.map(|name| Name::try_from(name.to_owned())).transpose();
        let name = name.map_err(|why| format!("the name before the address {why}"))?;
        Ok(MailFrom { name, address })
    }
}

/// The origin under which people reach Hearth: nobody on the way shall read their links.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PublicUrl(Url);

impl PublicUrl {
    /// The address of one of its pages, such as `/reset`.
    pub fn page(&self, path: &str) -> Url {
        let mut url = self.0.clone();
        url.set_path(path);
        url
    }

    /// The name of the machine, as the world knows it.
    pub fn host(&self) -> Option<Host<&str>> {
        self.0.host()
    }
}

impl FromStr for PublicUrl {
    type Err = String;

    fn from_str(text: &str) -> Result<PublicUrl, String> {
        let is_safe = |url: &Url| match url.scheme() {
            "https" => true,
            "http" => url.host().is_some_and(|host| is_loopback(&host.to_owned())),
            _ => false,
        };
        // Nothing but an origin prints as one does.
        let is_origin =
            |url: &Url| format!("{}/", url.origin().ascii_serialization()) == url.as_str();
        let url = Url::parse(text).ok();
        url.filter(|url| is_safe(url) && is_origin(url))
            .map(PublicUrl)
            .ok_or_else(|| {
                format!(
                    "{text} is no https origin such as https://hearth.example.org, without a path; \
                     http is for this machine alone"
                )
            })
    }
}

impl fmt::Display for PublicUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.origin().ascii_serialization())
    }
}
