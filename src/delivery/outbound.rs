//! Posts messages to wherever members want them, past the [`Guard`].
//!
//! Whoever listens there is a stranger: one question, one status, within ten seconds. No redirect is
//! followed, no proxy asked, no cookie kept, and of the answer nothing is read but its status and when to come again.

use std::sync::Arc;
use std::time::Duration;

use reqwest::redirect::Policy;
use reqwest::{Client, ClientBuilder, retry};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};

use super::guard::{Guard, Names, Reach};
use super::outcome::{Outcome, Why};
use crate::config::networks::Networks;
use crate::domain::endpoint::Endpoint;

/// How long everything may take, from the look-up of the name to the status.
const DEADLINE: Duration = Duration::from_secs(10);

/// How long connecting may take of that.
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// Headers of a message, by name.
pub type Headers = Vec<(&'static str, String)>;

/// The way out: one for the whole program.
#[derive(Debug, Clone)]
pub struct Outbound {
    secure: Way,
    plain: Way,
}

/// A guard, and a client that asks it where each name leads.
#[derive(Debug, Clone)]
struct Way {
    guard: Guard,
    client: Client,
}

impl Outbound {
    /// A way out to public addresses, and into these networks.
    ///
    /// # Panics
    ///
    /// When rustls and its cryptography no longer fit together: no setting can do that.
    pub fn new(home: Networks) -> Outbound {
        let roots = webpki_roots::TLS_SERVER_ROOTS.iter().cloned().collect();
        Outbound::with(home, Names::System, roots)
    }

    /// The same, with names that lead where a test wants, and roots of its own.
    ///
    /// # Panics
    ///
    /// As [`Outbound::new`].
    pub fn with(home: Networks, names: Names, roots: RootCertStore) -> Outbound {
        let tls = tls(roots);
        let way = |reach| {
            let guard = Guard {
                home: home.clone(),
                reach,
                names: names.clone(),
            };
            let client = client(tls.clone(), guard.clone());
            Way { guard, client }
        };
        Outbound {
            secure: way(Reach::World),
            plain: way(Reach::Home),
        }
    }

    /// What can be said against an endpoint without asking anybody: for the moment somebody sets it up.
    /// Where its name leads is judged at every send.
    pub fn judge(&self, endpoint: &Endpoint) -> Result<(), Why> {
        self.way(endpoint).guard.judge_url(endpoint.url())
    }

    /// Posts a message, and tells what became of it.
    pub async fn post(&self, to: &Endpoint, headers: &Headers, body: String) -> Outcome {
        match self.ask(to, headers, body).await {
            Ok(outcome) => outcome,
            Err(why) => Outcome::Failed(why),
        }
    }

    async fn ask(&self, to: &Endpoint, headers: &Headers, body: String) -> Result<Outcome, Why> {
        self.judge(to)?;
        let request = self.way(to).client.post(to.url().clone()).body(body);
        let request = headers.iter().fold(request, |request, (name, value)| {
            request.header(*name, value)
        });
        // The answer's body is dropped unread, and its connection with it.
        let answer = request.send().await?;
        Ok(Outcome::of(answer.status(), answer.headers()))
    }

    fn way(&self, to: &Endpoint) -> &Way {
        match to.is_encrypted() {
            true => &self.secure,
            false => &self.plain,
        }
    }
}

fn client(tls: ClientConfig, guard: Guard) -> Client {
    let client = ClientBuilder::new()
        .user_agent("Hearth")
        .tls_backend_preconfigured(tls)
        .https_only(guard.reach == Reach::World)
        .dns_resolver(Arc::new(guard))
        .no_proxy()
        .redirect(Policy::none())
        .referer(false)
        .retry(retry::never())
        .http1_only()
        .pool_max_idle_per_host(0)
        .connect_timeout(CONNECT_DEADLINE)
        .timeout(DEADLINE);
    client.build().expect("these settings make a client")
}

fn tls(roots: RootCertStore) -> ClientConfig {
    let provider = Arc::new(ring::default_provider());
    ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("ring speaks TLS")
        .with_root_certificates(roots)
        .with_no_client_auth()
}
