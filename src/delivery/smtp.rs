//! One conversation with a mail server (SMTP, RFC 5321) a letter.
//!
//! Connections are not kept. A letter is rare, and a connection that was given up on in mid-sentence would answer
//! the next letter with what it had to say about the last.

use std::error::Error as _;
use std::io::{self, ErrorKind};
use std::iter;
use std::time::Duration;

use lettre::Message;
use lettre::address::Envelope;
use lettre::transport::smtp::Error;
use lettre::transport::smtp::authentication::{Credentials, Mechanism};
use lettre::transport::smtp::client::{
    AsyncSmtpConnection, Certificate, Tls, TlsParameters, TlsParametersBuilder,
};
use lettre::transport::smtp::commands::{Data, Mail, Rcpt};
use lettre::transport::smtp::extension::{ClientId, Extension, MailBodyParameter, MailParameter};
use secrecy::ExposeSecret;
use tokio::time::{Instant, timeout, timeout_at};
use url::Host;

use super::mail::{MailerError, Why};
use crate::config::mail::PublicUrl;
use crate::config::mail_server::{Encryption, MailServer};

/// How long a conversation may last.
const DEADLINE: Duration = Duration::from_secs(10);

/// How long it may take to say goodbye.
const GOODBYE: Duration = Duration::from_secs(1);

/// A mail server, and how to talk to it.
#[derive(Debug)]
pub(super) struct Smtp {
    server: MailServer,
    tls: Tls,
    hello: ClientId,
}

/// What went wrong, and the mail server's three digits, if it said any.
pub(super) struct Failure {
    pub(super) why: Why,
    pub(super) permanent: bool,
    pub(super) code: Option<u16>,
}

impl Smtp {
    /// The server, to which Hearth introduces itself by the name that the world knows it by.
    pub(super) fn new(server: &MailServer, public_url: &PublicUrl) -> Result<Smtp, MailerError> {
        let hello = match public_url.host() {
            Some(Host::Domain(name)) => ClientId::Domain(name.to_owned()),
            Some(Host::Ipv4(address)) => ClientId::Ipv4(address),
            Some(Host::Ipv6(address)) => ClientId::Ipv6(address),
            None => ClientId::default(),
        };
        Ok(Smtp {
            server: server.clone(),
            tls: tls(server, None)?,
            hello,
        })
    }

    /// Believes this certificate (DER) too.
    pub(super) fn trusting(mut self, certificate: Vec<u8>) -> Result<Smtp, MailerError> {
        let certificate = Certificate::from_der(certificate).map_err(|_| MailerError::Tls)?;
        self.tls = tls(&self.server, Some(certificate))?;
        Ok(self)
    }

    /// Hands a message over. Once it is taken, a goodbye that fails takes nothing back.
    pub(super) async fn send(&self, message: &Message) -> Result<(), Failure> {
        let deadline = Instant::now() + DEADLINE;
        let late = |_| Failure::of(Why::Silent, false);
        let connecting = timeout_at(deadline, self.connect());
        let mut connection = connecting.await.map_err(late)??;
        let telling = timeout_at(deadline, tell(&mut connection, message));
        let told = telling.await.map_err(late)?;
        let _ = timeout(GOODBYE, connection.abort()).await;
        told
    }

    /// A connection on which a letter may be told.
    async fn connect(&self) -> Result<AsyncSmtpConnection, Failure> {
        let implicit = match &self.tls {
            Tls::Wrapper(parameters) => Some(parameters.clone()),
            _ => None,
        };
        let server = (self.server.name(), self.server.port);
        let mut connection = AsyncSmtpConnection::connect_tokio1(
            server,
            Some(DEADLINE),
            &self.hello,
            implicit,
            None,
        )
        .await
        .map_err(|error| Failure::at(Why::Greeting, &error))?;
        if let Tls::Required(parameters) = &self.tls {
            self.start_tls(&mut connection, parameters).await?;
        }
        self.sign_in(&mut connection).await?;
        Ok(connection)
    }

    async fn start_tls(
        &self,
        connection: &mut AsyncSmtpConnection,
        parameters: &TlsParameters,
    ) -> Result<(), Failure> {
        if !connection.can_starttls() {
            return Err(Failure::of(Why::Unsafe, false));
        }
        let started = connection.starttls(parameters.clone(), &self.hello).await;
        started.map_err(|error| Failure::at(Why::Unsafe, &error))
    }

    async fn sign_in(&self, connection: &mut AsyncSmtpConnection) -> Result<(), Failure> {
        let Some(credentials) = &self.server.credentials else {
            return Ok(());
        };
        let password = credentials.password.expose_secret().to_owned();
        let credentials = Credentials::new(credentials.user.clone(), password);
        let mechanisms = [Mechanism::Plain, Mechanism::Login];
        let answer = connection.auth(&mechanisms, &credentials).await;
        answer.map(drop).map_err(|error| match error.is_client() {
            // The server knows neither way to sign in.
            true => Failure::of(Why::SignIn, false),
            false => Failure::at(Why::SignIn, &error),
        })
    }
}

/// Tells from whom a letter is, to whom it goes, and what it says; hears that it is taken.
async fn tell(connection: &mut AsyncSmtpConnection, message: &Message) -> Result<(), Failure> {
    let refused = |step| move |error| Failure::at(step, &error);
    let envelope = message.envelope();
    let parameters = parameters(connection, envelope)?;
    let from = Mail::new(envelope.from().cloned(), parameters);
    connection
        .command(from)
        .await
        .map_err(refused(Why::Sender))?;
    for address in envelope.to() {
        let to = Rcpt::new(address.clone(), Vec::new());
        connection
            .command(to)
            .await
            .map_err(refused(Why::Address))?;
    }
    connection
        .command(Data)
        .await
        .map_err(refused(Why::Letter))?;
    let answer = connection.message(&message.formatted()).await;
    answer.map(drop).map_err(refused(Why::Letter))
}

/// What the mail server must know beforehand: an address with letters beyond ASCII needs one that takes them
/// (RFC 6531).
fn parameters(
    connection: &AsyncSmtpConnection,
    envelope: &Envelope,
) -> Result<Vec<MailParameter>, Failure> {
    let addresses = || envelope.to().iter().chain(envelope.from());
    if addresses().all(|address| address.to_string().is_ascii()) {
        return Ok(Vec::new());
    }
    let server = connection.server_info();
    if !server.supports_feature(Extension::SmtpUtfEight) {
        return Err(Failure::of(Why::Address, true));
    }
    Ok(vec![
        MailParameter::SmtpUtfEight,
        MailParameter::Body(MailBodyParameter::EightBitMime),
    ])
}

impl Failure {
    pub(super) fn of(why: Why, permanent: bool) -> Failure {
        Failure {
            why,
            permanent,
            code: None,
        }
    }

    /// What an error means at a step: that this was refused, if the mail server said so in its digits.
    fn at(step: Why, error: &Error) -> Failure {
        let code = error.status().map(u16::from);
        // In what comes before the address, this letter has no part: the next one would fare the same.
        let is_its_own = matches!(step, Why::Address | Why::Letter);
        Failure {
            why: if code.is_some() { step } else { broken(error) },
            permanent: is_its_own && error.is_permanent(),
            code,
        }
    }
}

/// What befell a connection.
fn broken(error: &Error) -> Why {
    let mut causes = iter::successors(error.source(), |&cause| cause.source());
    let cause = causes.find_map(|cause| cause.downcast_ref::<io::Error>());
    match cause.map(io::Error::kind) {
        Some(ErrorKind::TimedOut) => Why::Silent,
        // Of a certificate that nobody vouches for, and of a server that speaks no TLS.
        Some(ErrorKind::InvalidData) => Why::Unsafe,
        Some(
            ErrorKind::UnexpectedEof
            | ErrorKind::BrokenPipe
            | ErrorKind::ConnectionReset
            | ErrorKind::ConnectionAborted,
        ) => Why::Broken,
        None if error.is_response() => Why::Broken,
        _ => Why::Unreachable,
    }
}

fn tls(server: &MailServer, also: Option<Certificate>) -> Result<Tls, MailerError> {
    let parameters = || {
        let builder = TlsParametersBuilder::new(server.name());
        let builder = also
            .into_iter()
            .fold(builder, TlsParametersBuilder::add_root_certificate);
        builder.build().map_err(|_| MailerError::Tls)
    };
    match server.encryption {
        Encryption::Implicit => parameters().map(Tls::Wrapper),
        Encryption::StartTls => parameters().map(Tls::Required),
        Encryption::Loopback => Ok(Tls::None),
    }
}
