//! `Idempotency-Key`: a POST that is sent again has one effect, and gets the answer it got before.

use axum::http::request::Parts;
use axum::http::{HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use sha2::{Digest, Sha256};

use super::error::{Error, Invalid, Place, Result};
use crate::ids::{AccountId, hex};
use crate::store::answers::Kept;
use crate::store::{self, Tx};

/// The header that a client names its attempt with.
pub const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The header of an answer that was given before.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// How long an answer is kept.
const KEPT_FOR: TimeDelta = TimeDelta::hours(24);

/// The longest key, in bytes.
const LONGEST_KEY: usize = 255;

/// One attempt at a POST, which a client may repeat under the same key until it hears the answer.
#[derive(Debug)]
pub struct Attempt {
    key: String,
    fingerprint: String,
}

/// What a request asked, digested; [`super::intake`] makes it, since only it sees the whole body.
#[derive(Debug, Clone)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Of a POST with a key: anything else has no use for one.
    pub fn of(parts: &Parts, body: &[u8]) -> Option<Fingerprint> {
        if parts.method != Method::POST || !parts.headers.contains_key(KEY) {
            return None;
        }
        let asked = parts
            .uri
            .path_and_query()
            .map_or("", |asked| asked.as_str());
        let digest = Sha256::new()
            .chain_update(asked)
            .chain_update([0])
            .chain_update(body)
            .finalize();
        Some(Fingerprint(hex(&digest)))
    }
}

impl Attempt {
    /// The attempt that a request names, if it names one.
    pub fn named(parts: &Parts) -> Result<Option<Attempt>> {
        let (Some(key), Some(Fingerprint(fingerprint))) =
            (parts.headers.get(KEY), parts.extensions.get())
        else {
            return Ok(None);
        };
        let plain = |key: &&[u8]| {
            (1..=LONGEST_KEY).contains(&key.len()) && key.iter().all(u8::is_ascii_graphic)
        };
        let key = Some(key.as_bytes()).filter(plain).ok_or_else(|| {
            let detail = "must have 1 to 255 visible ASCII characters";
            Invalid::at(Place::Header, "/Idempotency-Key", detail)
        })?;
        Ok(Some(Attempt {
            key: String::from_utf8_lossy(key).into_owned(),
            fingerprint: fingerprint.clone(),
        }))
    }

    /// The answer that this attempt got before.
    pub async fn answered(
        &self,
        tx: &mut Tx,
        me: AccountId,
        now: DateTime<Utc>,
    ) -> Result<Option<Kept>> {
        let kept = store::answers::find(tx, me, &self.key, now).await?;
        if kept
            .as_ref()
            .is_some_and(|kept| kept.fingerprint != self.fingerprint)
        {
            return Err(Error::IdempotencyMismatch);
        }
        Ok(kept)
    }

    /// Keeps the answer that this attempt gets now.
    pub async fn keep(
        self,
        tx: &mut Tx,
        me: AccountId,
        status: StatusCode,
        body: &str,
        now: DateTime<Utc>,
    ) -> Result<()> {
        let answer = Kept {
            fingerprint: self.fingerprint,
            status: status.as_u16(),
            body: body.to_owned(),
        };
        Ok(store::answers::keep(tx, me, &self.key, &answer, now, now + KEPT_FOR).await?)
    }
}

/// An answer of JSON text; an empty one has no body.
pub fn answer(status: StatusCode, body: String) -> Response {
    if body.is_empty() {
        return status.into_response();
    }
    let json = HeaderValue::from_static("application/json");
    (status, [(header::CONTENT_TYPE, json)], body).into_response()
}

/// The answer that was given before, and says so.
pub fn replay(kept: Kept) -> Response {
    let status = StatusCode::from_u16(kept.status).unwrap_or_default();
    let mut response = answer(status, kept.body);
    let replayed = HeaderValue::from_static("true");
    response.headers_mut().insert(REPLAYED, replayed);
    response
}
