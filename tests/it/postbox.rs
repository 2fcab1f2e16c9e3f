//! A mail server on this machine, which keeps what it is given. It speaks the protocol over TCP (RFC 5321), in the
//! clear or with TLS, asks for a sign-in, and makes trouble when told to.

use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use mail_parser::MessageParser;
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::rustls::ServerConfig;
use tokio_rustls::rustls::crypto::ring;

use talk::Talk;

mod talk;

/// A letter, as the mail server got it.
#[derive(Debug, Clone)]
pub struct Posted {
    /// Who sent it, as the server was told.
    pub from: String,
    /// To whom, as the server was told.
    pub to: Vec<String>,
    /// Who had signed in.
    pub user: Option<String>,
    /// Whether nobody could listen.
    pub encrypted: bool,
    /// The letter itself.
    pub bytes: Vec<u8>,
}

impl Posted {
    /// The letter, as a mail program reads it.
    pub fn read(&self) -> mail_parser::Message<'_> {
        MessageParser::default().parse(&self.bytes).unwrap()
    }

    /// The lines before the text, as they came.
    pub fn head(&self) -> String {
        let text = String::from_utf8(self.bytes.clone()).unwrap();
        text.split_once("\r\n\r\n").unwrap().0.to_owned()
    }
}

/// What the mail server does instead of what is asked.
#[derive(Debug, Clone, Copy)]
pub enum Trouble {
    /// It answers this.
    Says(&'static str),
    /// It ends the connection.
    HangsUp,
    /// It answers nothing, for ever.
    KeepsSilent,
}

/// How the mail server keeps what it is told to itself.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Security {
    Clear,
    StartTls,
    Tls,
}

/// What all conversations share.
pub(crate) struct Shared {
    tls: Option<TlsAcceptor>,
    offers_starttls: bool,
    user: Mutex<Option<(String, String)>>,
    troubles: Mutex<HashMap<String, Trouble>>,
    heard: Mutex<Vec<String>>,
    letters: watch::Sender<Vec<Posted>>,
}

/// A mail server. It is closed when it is dropped.
pub struct Postbox {
    address: SocketAddr,
    security: Security,
    certificate: Vec<u8>,
    shared: Arc<Shared>,
    running: JoinSet<()>,
}

impl Postbox {
    /// Opens one that is talked to in the clear.
    pub async fn open() -> Postbox {
        Postbox::with(Security::Clear).await
    }

    /// Opens one that is talked to over TLS once it was asked to (STARTTLS).
    pub async fn with_starttls() -> Postbox {
        Postbox::with(Security::StartTls).await
    }

    /// Opens one that is talked to over TLS from the first byte.
    pub async fn with_tls() -> Postbox {
        Postbox::with(Security::Tls).await
    }

    async fn with(security: Security) -> Postbox {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let made = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
        let shared = Arc::new(Shared {
            tls: (security != Security::Clear).then(|| acceptor(&made)),
            offers_starttls: security == Security::StartTls,
            user: Mutex::default(),
            troubles: Mutex::default(),
            heard: Mutex::default(),
            letters: watch::Sender::default(),
        });
        let mut running = JoinSet::new();
        running.spawn(listen(listener, shared.clone(), security == Security::Tls));
        Postbox {
            address,
            security,
            certificate: made.cert.der().to_vec(),
            shared,
            running,
        }
    }

    /// Takes letters from this user only.
    pub fn asking(self, user: &str, password: &str) -> Postbox {
        let known = (user.to_owned(), password.to_owned());
        *self.shared.user.lock().unwrap() = Some(known);
        self
    }

    /// Where it is, as `--smtp-url` takes it, with the user if it asks for one.
    pub fn url(&self) -> String {
        let user = self.shared.user.lock().unwrap().clone();
        let coded = |text: &str| utf8_percent_encode(text, NON_ALPHANUMERIC).to_string();
        let user = user.map(|(user, password)| format!("{}:{}@", coded(&user), coded(&password)));
        let (user, address) = (user.unwrap_or_default(), self.address);
        match self.security {
            Security::Clear => format!("smtp://{user}{address}"),
            Security::StartTls => format!("smtp://{user}{address}?tls=required"),
            Security::Tls => format!("smtps://{user}{address}"),
        }
    }

    /// Its certificate (DER), which nobody else vouches for.
    pub fn certificate(&self) -> Vec<u8> {
        self.certificate.clone()
    }

    /// From now on makes trouble at this command. `CONNECT` is before all others, `TEXT` is in the middle of a
    /// letter, and `.` is at its end; a mailbox's address is where that one is named.
    pub fn at(&self, command: &str, trouble: Trouble) -> &Postbox {
        let mut troubles = self.shared.troubles.lock().unwrap();
        troubles.insert(command.to_owned(), trouble);
        self
    }

    /// Makes no more trouble.
    pub fn recovers(&self) {
        self.shared.troubles.lock().unwrap().clear();
    }

    /// The letters it took.
    pub fn letters(&self) -> Vec<Posted> {
        self.shared.letters.borrow().clone()
    }

    /// The letters it took, once there are so many.
    pub async fn wait_for(&self, count: usize) -> Vec<Posted> {
        let mut letters = self.shared.letters.subscribe();
        let enough = letters.wait_for(|letters| letters.len() >= count);
        let enough = tokio::time::timeout(Duration::from_secs(10), enough).await;
        enough.expect("the letters come").unwrap().clone()
    }

    /// Closes it: nobody is there any more.
    pub async fn close(mut self) {
        self.running.shutdown().await;
    }

    /// Every line it was told, but for the letters themselves.
    pub fn heard(&self) -> Vec<String> {
        self.shared.heard.lock().unwrap().clone()
    }
}

fn acceptor(made: &rcgen::CertifiedKey<rcgen::KeyPair>) -> TlsAcceptor {
    let key = made.signing_key.serialize_der().try_into().unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key);
    TlsAcceptor::from(Arc::new(config.unwrap()))
}

/// Talks to everybody who comes, until the mail server is dropped.
async fn listen(listener: TcpListener, shared: Arc<Shared>, tls_at_once: bool) {
    let mut talks = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        talks.spawn(async move {
            match tls_at_once {
                true => secure(stream, &shared, true).await,
                false => clear(stream, &shared).await,
            }
        });
    }
}

async fn clear(stream: TcpStream, shared: &Shared) {
    let next = Talk::new(stream, shared, false).run(true).await;
    if let Ok(Some(stream)) = next {
        secure(stream, shared, false).await;
    }
}

async fn secure(stream: TcpStream, shared: &Shared, greets: bool) {
    if let Some(tls) = &shared.tls
        && let Ok(stream) = tls.accept(stream).await
    {
        // Whoever left without a word has left.
        let _ = Talk::new(stream, shared, true).run(greets).await;
    }
}

/// Something to talk over.
pub(crate) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<T: AsyncRead + AsyncWrite + Unpin + Send> Stream for T {}
