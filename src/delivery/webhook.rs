//! Webhooks, as Standard Webhooks 1.0.0 has them: a JSON body, and a signature by which whoever receives
//! it knows that Hearth sent it, and when.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::outbound::{Headers, Outbound};
use super::outcome::Outcome;
use crate::domain::endpoint::{Endpoint, SigningSecret};

/// Posts a body. The id stays the same through all tries, so that who gets a message twice can tell; the
/// instant is that of this try, so that nobody can send an old message again.
pub async fn send(
    outbound: &Outbound,
    to: &Endpoint,
    secret: &SigningSecret,
    id: &str,
    now: DateTime<Utc>,
    body: String,
) -> Outcome {
    let headers = headers(secret, id, now, &body);
    outbound.post(to, &headers, body).await
}

/// The headers that go with a body.
pub fn headers(secret: &SigningSecret, id: &str, now: DateTime<Utc>, body: &str) -> Headers {
    let timestamp = now.timestamp().to_string();
    let signature = signature(secret, &format!("{id}.{timestamp}.{body}"));
    vec![
        ("content-type", "application/json".to_owned()),
        ("webhook-id", id.to_owned()),
        ("webhook-timestamp", timestamp),
        ("webhook-signature", format!("v1,{signature}")),
    ]
}

fn signature(secret: &SigningSecret, text: &str) -> String {
    let mac = Hmac::<Sha256>::new_from_slice(secret.key()).expect("HMAC takes keys of any length");
    let code = mac.chain_update(text).finalize();
    STANDARD.encode(code.into_bytes())
}
