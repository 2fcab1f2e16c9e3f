//! Where messages go, and the secrets shared with whoever listens there.
//!
//! None of these shows itself when it is logged: who knows the address of a topic can read it, and a
//! webhook's often holds a key.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use secrecy::{ExposeSecret, SecretSlice, SecretString};
use serde::{Deserialize, Serialize};
use url::Url;

use crate::ids::Chance;

/// A web address to post to. Whether Hearth may go there, the door out judges.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Endpoint(Url);

impl Endpoint {
    /// The most characters it may have, spelled out.
    pub const MAX: usize = 2048;

    /// The address.
    pub fn url(&self) -> &Url {
        &self.0
    }

    /// The address as text.
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// Whether nobody on the way can read along.
    pub fn is_encrypted(&self) -> bool {
        self.0.scheme() == "https"
    }
}

impl TryFrom<String> for Endpoint {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Endpoint, Self::Error> {
        let text = text.trim();
        // A URL parser reads past them in silence: what it makes of them is not what was written.
        let is_clean = !text.contains(|c: char| c.is_control() || c.is_whitespace() || c == '\\');
        let url = Url::parse(text)
            .ok()
            .filter(|url| is_clean && matches!(url.scheme(), "http" | "https"));
        match url.ok_or("must be a web address, such as https://example.org/hook")? {
            url if url.as_str().len() > Endpoint::MAX => Err("must have at most 2048 characters"),
            url if !url.username().is_empty() || url.password().is_some() => {
                Err("must not hold a user name or a password")
            }
            url if url.fragment().is_some() => Err("must not have a part after #"),
            url => Ok(Endpoint(url)),
        }
    }
}

impl From<Endpoint> for String {
    fn from(endpoint: Endpoint) -> String {
        endpoint.0.into()
    }
}

impl fmt::Debug for Endpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Endpoint(…)")
    }
}

/// What lets its holder post to a protected ntfy topic.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "String")]
pub struct AccessToken(SecretString);

impl AccessToken {
    /// The most characters it may have.
    pub const MAX: usize = 200;

    /// The token itself, for the server it belongs to.
    pub fn reveal(&self) -> &str {
        self.0.expose_secret()
    }
}

impl TryFrom<String> for AccessToken {
    type Error = &'static str;

    fn try_from(text: String) -> Result<AccessToken, Self::Error> {
        let is_plain = text.bytes().all(|byte| byte.is_ascii_graphic());
        let fits = text.len() <= AccessToken::MAX && text.starts_with("tk_");
        (is_plain && fits)
            .then(|| AccessToken(text.into()))
            .ok_or("must be an access token of ntfy, such as tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2")
    }
}

/// What a webhook is signed with, as Standard Webhooks has it. Shown to its owner, who checks with it.
#[derive(Debug, Clone)]
pub struct SigningSecret(SecretSlice<u8>);

impl SigningSecret {
    const PREFIX: &str = "whsec_";

    /// A new secret: 256 bits.
    pub fn new(chance: &mut Chance) -> SigningSecret {
        let bits: [u8; 32] = chance.bytes();
        SigningSecret(bits.to_vec().into())
    }

    /// The bytes to sign with.
    pub fn key(&self) -> &[u8] {
        self.0.expose_secret()
    }

    /// The secret as text, for its owner and for the database.
    pub fn reveal(&self) -> String {
        format!("{}{}", SigningSecret::PREFIX, STANDARD.encode(self.key()))
    }
}

impl TryFrom<String> for SigningSecret {
    type Error = &'static str;

    fn try_from(text: String) -> Result<SigningSecret, Self::Error> {
        let bits = text.strip_prefix(SigningSecret::PREFIX);
        let key = bits.and_then(|bits| STANDARD.decode(bits).ok());
        key.filter(|key| (24..=64).contains(&key.len()))
            .map(|key| SigningSecret(key.into()))
            .ok_or("must be whsec_ and 24 to 64 bytes in base64")
    }
}
