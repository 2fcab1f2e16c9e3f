//! JSON bodies, in and out. What is refused is told as a problem that points at the value.

use std::fmt;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use serde::de::{DeserializeOwned, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_path_to_error::{Path as JsonPath, Segment};

use super::App;
use super::error::{Error, Invalid, Result};

/// A JSON body, in or out. What comes in is an object with known fields and nothing else.
#[derive(Debug)]
pub struct Json<T>(pub T);

impl<T: DeserializeOwned> FromRequest<App> for Json<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<Json<T>> {
        let known_type = is_json(request.headers(), request.method());
        let bytes = bytes(request, app).await?;
        if !known_type {
            return Err(Error::UnsupportedMediaType);
        }
        parse(&bytes).map(Json)
    }
}

/// A JSON body that may be left out altogether.
#[derive(Debug)]
pub struct OptionalJson<T>(pub T);

impl<T: DeserializeOwned + Default> FromRequest<App> for OptionalJson<T> {
    type Rejection = Error;

    async fn from_request(request: Request, app: &App) -> Result<OptionalJson<T>> {
        let known_type = is_json(request.headers(), request.method());
        let bytes = bytes(request, app).await?;
        match (bytes.is_empty(), known_type) {
            (true, _) => Ok(OptionalJson(T::default())),
            (false, false) => Err(Error::UnsupportedMediaType),
            (false, true) => parse(&bytes).map(OptionalJson),
        }
    }
}

impl<T: Serialize> IntoResponse for Json<T> {
    fn into_response(self) -> Response {
        axum::Json(self.0).into_response()
    }
}

/// A JSON body that is written out already.
#[derive(Debug)]
pub struct Written(pub Bytes);

impl Written {
    /// Writes it out.
    pub fn json(body: &impl Serialize) -> Result<Written> {
        let json = serde_json::to_vec(body).map_err(|error| Error::Broken(error.to_string()))?;
        Ok(Written(json.into()))
    }
}

impl IntoResponse for Written {
    fn into_response(self) -> Response {
        let json = HeaderValue::from_static("application/json");
        ([(header::CONTENT_TYPE, json)], self.0).into_response()
    }
}

/// The body, which [`super::intake`] has read whole before anything was opened.
async fn bytes(request: Request, app: &App) -> Result<Bytes> {
    Bytes::from_request(request, app)
        .await
        .map_err(|_| Error::BodyTooLarge)
}

/// Whether a body says that it is JSON; for PATCH, a merge patch is JSON too (RFC 7396).
fn is_json(headers: &HeaderMap, method: &Method) -> bool {
    let content_type = headers
        .get(header::CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .map(|essence| essence.trim().to_ascii_lowercase());
    match content_type.as_deref() {
        Some("application/json") => true,
        Some("application/merge-patch+json") => method == Method::PATCH,
        _ => false,
    }
}

/// Parses an object, and points at the first value that is wrong.
pub fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T> {
    let text = std::str::from_utf8(bytes).map_err(|error| malformed("", error))?;
    if text.trim_start().is_empty() {
        return Err(malformed("", "it is empty: send a JSON object"));
    }
    if !text.trim_start().starts_with('{') {
        // serde would also fill a struct from a list of its fields' values.
        serde_json::from_str::<IgnoredAny>(text).map_err(|error| malformed("", error))?;
        return Err(Invalid::body("", "must be a JSON object").into());
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let value = serde_path_to_error::deserialize(&mut deserializer).map_err(|error| {
        let pointer = place(&error);
        let inner = error.into_inner();
        if inner.is_data() {
            Invalid::body(&pointer, strip(&inner)).into()
        } else {
            malformed(&pointer, inner)
        }
    })?;
    deserializer.end().map_err(|error| malformed("", error))?;
    Ok(value)
}

fn malformed(pointer: &str, detail: impl ToString) -> Error {
    Error::MalformedJson(Invalid::body(pointer, detail))
}

/// A serde message without the position, which the pointer tells better.
fn strip(error: &serde_json::Error) -> String {
    let message = error.to_string();
    match message.rfind(" at line ") {
        Some(end) => message[..end].to_owned(),
        None => message,
    }
}

/// Where the wrong value stands, as a JSON pointer. Of a field that is missing, or there twice, serde
/// tells the object it belongs to, and only its message names it.
pub fn place<E: fmt::Display>(error: &serde_path_to_error::Error<E>) -> String {
    let place = pointer(error.path());
    let message = error.inner().to_string();
    let named = ["missing field `", "duplicate field `"]
        .iter()
        .find_map(|start| message.strip_prefix(start));
    match named.and_then(|rest| rest.split('`').next()) {
        Some(field) => format!("{place}/{field}"),
        None => place,
    }
}

/// A path as a JSON pointer (RFC 6901).
fn pointer(path: &JsonPath) -> String {
    path.iter().fold(String::new(), |pointer, segment| {
        let step = match segment {
            Segment::Seq { index } => index.to_string(),
            Segment::Map { key } => key.replace('~', "~0").replace('/', "~1"),
            Segment::Enum { .. } | Segment::Unknown => return pointer,
        };
        format!("{pointer}/{step}")
    })
}

/// Reads a field that may be absent but not `null`.
pub fn present<'de, D, T>(deserializer: D) -> std::result::Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    T::deserialize(deserializer).map(Some)
}
