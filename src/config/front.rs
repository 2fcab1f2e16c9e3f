//! What stands before the router: who may call from where, and how often.

use std::str::FromStr;

use clap::Args;
use url::Url;

use super::list;
use super::networks::Networks;
use crate::ids::Secret;

/// Who may call from where, and how often. `Default`, for tests, trusts nobody and limits nobody.
#[derive(Debug, Clone, Default, Args)]
pub struct Front {
    /// Proxies before Hearth: only they are believed when they say whom they forward
    #[arg(
        long = "trusted-proxy",
        env = "HEARTH_TRUSTED_PROXIES",
        value_name = "ADDRESSES",
        default_value = "",
        hide_default_value = true,
        global = true
    )]
    pub proxies: Networks,
    /// How many requests a minute an account may make; 0 for no limit
    #[arg(
        long,
        env = "HEARTH_RATE_LIMIT",
        value_name = "REQUESTS",
        default_value_t = 600,
        global = true
    )]
    pub rate_limit: u32,
    /// Web pages that may call from a browser, by exact origin
    #[arg(
        long = "cors-origin",
        env = "HEARTH_CORS_ORIGINS",
        value_name = "ORIGINS",
        default_value = "",
        hide_default_value = true,
        global = true
    )]
    pub origins: Origins,
    /// The token that opens /metrics; without one there is no /metrics
    #[arg(
        long,
        env = "HEARTH_METRICS_TOKEN",
        value_name = "TOKEN",
        hide_env_values = true,
        global = true
    )]
    pub metrics_token: Option<MetricsToken>,
}

/// Origins of web pages, spelled as browsers send them.
#[derive(Debug, Clone, Default)]
pub struct Origins(Vec<String>);

impl Origins {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

impl FromStr for Origins {
    type Err = String;

    fn from_str(text: &str) -> Result<Origins, String> {
        let origin = |text: &str| {
            let exact = spelled_by_browsers(text).filter(|exact| exact == text);
            exact.ok_or_else(|| {
                format!(
                    "{text} is not an origin as browsers send it, such as https://app.example.org: \
                     a scheme, a host, and the port unless it is the usual one"
                )
            })
        };
        list(text)
            .map(origin)
            .collect::<Result<_, _>>()
            .map(Origins)
    }
}

/// The origin of an address. A star would stand for no host that exists.
fn spelled_by_browsers(address: &str) -> Option<String> {
    let url = Url::parse(address).ok()?;
    let host = url.host_str().filter(|host| !host.contains('*'))?;
    let port = url.port().map(|port| format!(":{port}"));
    Some(format!(
        "{}://{host}{}",
        url.scheme(),
        port.unwrap_or_default()
    ))
}

/// What a reader of the metrics must present. Kept as a hash: comparing tells nothing by its time.
#[derive(Debug, Clone)]
pub struct MetricsToken(String);

impl MetricsToken {
    /// The fewest characters it may have: nothing slows down who guesses.
    const MIN: usize = 16;

    /// Whether somebody presents it.
    pub fn is(&self, presented: &Secret) -> bool {
        self.0 == presented.hash()
    }
}

impl FromStr for MetricsToken {
    type Err = String;

    fn from_str(text: &str) -> Result<MetricsToken, String> {
        let fits =
            text.len() >= MetricsToken::MIN && text.bytes().all(|byte| byte.is_ascii_graphic());
        let hash = Secret::presented(text.to_owned()).hash();
        fits.then_some(MetricsToken(hash)).ok_or_else(|| {
            format!(
                "it must have {} or more visible ASCII characters",
                MetricsToken::MIN
            )
        })
    }
}
