//! A mail server: where it is, how Hearth talks to it in safety, and how it signs in.

use std::fmt;
use std::str::FromStr;

use percent_encoding::percent_decode_str;
use secrecy::SecretString;
use url::{Host, Url};

/// A mail server, as `smtps://user:password@mail.example.org:465` tells it.
#[derive(Debug, Clone)]
pub struct MailServer {
    /// Its name or address.
    pub host: Host,
    /// Its port.
    pub port: u16,
    /// How what is said stays between the two.
    pub encryption: Encryption,
    /// How Hearth signs in.
    pub credentials: Option<Credentials>,
}

/// How what is said to a mail server stays between the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Encryption {
    /// TLS from the first byte.
    Implicit,
    /// TLS before anything is told; nothing is told without.
    StartTls,
    /// None, since nothing leaves this machine.
    Loopback,
}

/// A user and their password.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The user.
    pub user: String,
    /// The password.
    pub password: SecretString,
}

/// Why a mail server was refused. Never holds what was typed: a password is in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MailServerError {
    /// Not of the form of a URL with a host.
    #[error(
        "write it as smtps://USER:PASSWORD@HOST, with %-codes for signs such as / # ? % in user and password"
    )]
    Shape,
    /// Another scheme.
    #[error("it must begin with smtps://, or with smtp:// and end in ?tls=required")]
    Scheme,
    /// Mail would be readable on its way.
    #[error(
        "mail would travel unencrypted: begin with smtps://, or end in ?tls=required; \
         plain smtp:// is for a mail server on this machine, such as smtp://127.0.0.1:25"
    )]
    Unencrypted,
    /// A path, a fragment, or a query that is not `tls=required`.
    #[error("after host and port there can be ?tls=required and nothing else")]
    Rest,
    /// A user without a password, a password without a user, or something that nobody can type.
    #[error("it needs a user and a password, as smtps://USER:PASSWORD@HOST, or neither")]
    Credentials,
}

impl FromStr for MailServer {
    type Err = MailServerError;

    fn from_str(text: &str) -> Result<MailServer, MailServerError> {
        let url = Url::parse(text).map_err(|_| MailServerError::Shape)?;
        let host = host(&url)?;
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(MailServerError::Rest);
        }
        let (encryption, usual_port) = encryption(&url)?;
        if encryption == Encryption::Loopback && !is_loopback(&host) {
            return Err(MailServerError::Unencrypted);
        }
        Ok(MailServer {
            host,
            port: url.port().unwrap_or(usual_port),
            encryption,
            credentials: credentials(&url)?,
        })
    }
}

impl MailServer {
    /// Its name or address as a resolver takes it: an IPv6 address stands without brackets.
    pub fn name(&self) -> String {
        match &self.host {
            Host::Ipv6(address) => address.to_string(),
            host => host.to_string(),
        }
    }
}

impl fmt::Display for MailServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.host, self.port)
    }
}

/// The host, read once more: in a URL with such a scheme it is any text.
fn host(url: &Url) -> Result<Host, MailServerError> {
    let host = url.host_str().filter(|host| !host.is_empty());
    let host = host.and_then(|host| Host::parse(host).ok());
    host.ok_or(MailServerError::Shape)
}

fn encryption(url: &Url) -> Result<(Encryption, u16), MailServerError> {
    let required = match url.query() {
        None => false,
        Some("tls=required") => true,
        // Also `tls=opportunistic`: whoever sits in between would only have to say that there is no TLS.
        Some(_) => return Err(MailServerError::Rest),
    };
    match (url.scheme(), required) {
        ("smtps", _) => Ok((Encryption::Implicit, 465)),
        ("smtp", true) => Ok((Encryption::StartTls, 587)),
        ("smtp", false) => Ok((Encryption::Loopback, 25)),
        _ => Err(MailServerError::Scheme),
    }
}

fn credentials(url: &Url) -> Result<Option<Credentials>, MailServerError> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8().ok()?.into_owned();
        (!text.is_empty() && !text.contains(char::is_control)).then_some(text)
    };
    let (user, password) = match (url.username(), url.password()) {
        ("", None) => return Ok(None),
        (user, password) => (decoded(user), password.and_then(decoded)),
    };
    let (user, password) = user.zip(password).ok_or(MailServerError::Credentials)?;
    Ok(Some(Credentials {
        user,
        password: password.into(),
    }))
}

/// Whether what is sent there stays on this machine.
pub(super) fn is_loopback(host: &Host) -> bool {
    match host {
        Host::Domain(name) => name == "localhost",
        Host::Ipv4(address) => address.is_loopback(),
        Host::Ipv6(address) => address.to_canonical().is_loopback(),
    }
}
