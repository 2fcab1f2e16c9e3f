//! Lists, page by page.

use axum::extract::Request;
use axum::http::{HeaderValue, Uri, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::body::Json;

/// One page of a list.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    /// The entries.
    pub data: Vec<T>,
    /// Send it as `cursor` for the next page; `null` on the last one.
    #[schema(required)]
    pub next_cursor: Option<String>,
}

impl<T> Page<T> {
    /// All there is, on one page.
    pub fn whole(data: Vec<T>) -> Page<T> {
        Page {
            data,
            next_cursor: None,
        }
    }

    /// The same page, of something else.
    pub fn map<U>(self, show: impl Fn(T) -> U) -> Page<U> {
        Page {
            data: self.data.into_iter().map(show).collect(),
            next_cursor: self.next_cursor,
        }
    }

    /// A page of what was fetched with [`Limit::and_one`]; `place` tells where an entry stands.
    pub fn cut<P: Serialize>(
        mut entries: Vec<T>,
        limit: Limit,
        place: impl Fn(&T) -> P,
    ) -> Page<T> {
        let more = entries.len() > limit.0;
        entries.truncate(limit.0);
        let last = entries.last().filter(|_| more);
        Page {
            next_cursor: last.map(|last| Cursor(place(last)).to_text()),
            data: entries,
        }
    }
}

impl<T: Serialize> IntoResponse for Page<T> {
    fn into_response(self) -> Response {
        let next = self.next_cursor.clone();
        linked(Json(self).into_response(), next)
    }
}

/// The answer with a page in it, told which page is next.
pub fn linked(mut response: Response, next_cursor: Option<String>) -> Response {
    if let Some(next) = next_cursor.map(NextCursor) {
        response.extensions_mut().insert(next);
    }
    response
}

/// How many entries a page has: 1 to 200, by default 50.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String")]
pub struct Limit(usize);

impl Default for Limit {
    fn default() -> Limit {
        Limit(50)
    }
}

impl Limit {
    /// One more than fits, to learn whether there is a next page.
    pub fn and_one(self) -> i64 {
        self.0 as i64 + 1
    }
}

impl TryFrom<String> for Limit {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Limit, Self::Error> {
        let plain = text.bytes().all(|byte| byte.is_ascii_digit());
        plain
            .then(|| text.parse().ok())
            .flatten()
            .filter(|number| (1..=200).contains(number))
            .map(Limit)
            .ok_or("must be a whole number from 1 to 200")
    }
}

/// A place in a list, as opaque text.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(try_from = "String", bound = "P: DeserializeOwned")]
pub struct Cursor<P>(pub P);

impl<P: Serialize> Cursor<P> {
    /// As it stands in `next_cursor`.
    pub fn to_text(&self) -> String {
        // A place is made of dates, ids and numbers, which always serialize.
        let json = serde_json::to_vec(&self.0).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(json)
    }
}

impl<P: DeserializeOwned> TryFrom<String> for Cursor<P> {
    type Error = &'static str;

    fn try_from(text: String) -> Result<Cursor<P>, Self::Error> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|json| serde_json::from_slice(&json).ok())
            .map(Cursor)
            .ok_or("must be the next_cursor of a page of this list")
    }
}

/// The cursor of the next page, left on an answer for [`link`], which knows the question.
#[derive(Debug, Clone)]
struct NextCursor(String);

/// Says in a `Link` header where the next page is (RFC 8288): for clients that follow links.
pub async fn link(request: Request, next: Next) -> Response {
    let uri = request.uri().clone();
    let mut response = next.run(request).await;
    let cursor = response.extensions_mut().remove::<NextCursor>();
    if let Some(NextCursor(cursor)) = cursor
        && let Ok(link) = HeaderValue::from_str(&next_link(&uri, &cursor))
    {
        response.headers_mut().insert(header::LINK, link);
    }
    response
}

/// The same question, with this cursor.
fn next_link(uri: &Uri, cursor: &str) -> String {
    let asked = form_urlencoded::parse(uri.query().unwrap_or_default().as_bytes());
    let query = form_urlencoded::Serializer::new(String::new())
        .extend_pairs(asked.filter(|(name, _)| name != "cursor"))
        .append_pair("cursor", cursor)
        .finish();
    format!("<{}?{query}>; rel=\"next\"", uri.path())
}
