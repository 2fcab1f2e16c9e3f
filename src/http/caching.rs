//! What a client may keep of an answer: nothing personal in any cache, but the tag of what it holds.

use axum::body::{Body, Bytes, to_bytes};
use axum::extract::Request;
use axum::http::{HeaderValue, Method, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use axum_extra::headers::{ETag, HeaderMapExt, IfNoneMatch};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};

use super::error::Error;

/// How much of the digest a tag shows: 128 bits, which no two answers share by accident.
const TAG_BYTES: usize = 16;

/// Keeps personal answers out of caches, and tells whoever asks with `If-None-Match` whether what they
/// hold still holds.
pub async fn caching(request: Request, next: Next) -> Response {
    let personal = request.uri().path().starts_with("/v1/");
    let mut response = match *request.method() {
        Method::GET | Method::HEAD => conditional(request, next).await,
        _ => next.run(request).await,
    };
    if personal {
        let no_store = HeaderValue::from_static("no-store");
        let headers = response.headers_mut();
        headers.insert(header::CACHE_CONTROL, no_store);
    }
    response
}

/// Gives an answer its strong `ETag`; 304 without a body to whoever holds that very answer.
///
/// The tag is a digest of the body that this caller gets now. A counter of changes would also count what
/// the caller cannot see, and would miss that a new day has begun.
async fn conditional(mut request: Request, next: Next) -> Response {
    let held = request.headers().typed_get::<IfNoneMatch>();
    // A HEAD is answered like its GET, whose body then stays here.
    let is_head = request.method() == Method::HEAD;
    *request.method_mut() = Method::GET;
    let (mut parts, body) = next.run(request).await.into_parts();
    // Every answer is whole already: this copies nothing.
    let Ok(body) = to_bytes(body, usize::MAX).await else {
        return Error::Broken("an answer without its body".to_owned()).into_response();
    };
    // Whoever answered knew without an answer that this one holds.
    if parts.status == StatusCode::NOT_MODIFIED {
        return Response::from_parts(parts, Body::empty());
    }
    if parts.status == StatusCode::OK
        && let Some(tag) = Tag::of(&body).header()
    {
        parts.headers.typed_insert(tag.clone());
        if held.is_some_and(|held| !held.precondition_passes(&tag)) {
            parts.status = StatusCode::NOT_MODIFIED;
            parts.headers.remove(header::CONTENT_TYPE);
            parts.headers.remove(header::CONTENT_LENGTH);
            return Response::from_parts(parts, Body::empty());
        }
    }
    let length = HeaderValue::from(body.len());
    parts.headers.insert(header::CONTENT_LENGTH, length);
    let shown = if is_head { Bytes::new() } else { body };
    Response::from_parts(parts, Body::from(shown))
}

/// What an answer is known by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Tag([u8; TAG_BYTES]);

impl Tag {
    /// The tag of a body.
    pub fn of(body: &[u8]) -> Tag {
        let digest: [u8; 32] = Sha256::digest(body).into();
        let mut short = [0; TAG_BYTES];
        short.copy_from_slice(&digest[..TAG_BYTES]);
        Tag(short)
    }

    /// As a header has it.
    pub fn header(self) -> Option<ETag> {
        let text = URL_SAFE_NO_PAD.encode(self.0);
        format!("\"{text}\"").parse().ok()
    }
}
