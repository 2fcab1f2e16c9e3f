//! The parameters in a path.

use std::fmt;
use std::str::FromStr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use serde::de::{DeserializeOwned, Visitor};
use serde::{Deserialize, Deserializer};

use super::App;
use super::error::{Error, Invalid, Place, Result};
use crate::domain::day::Date;
use crate::ids::TokenId;

/// The parameters in the path. An id that is none is an id of nothing: 404.
#[derive(Debug)]
pub struct Path<T>(pub T);

#[expect(clippy::disallowed_types, reason = "this is the one place")]
impl<T: DeserializeOwned + Send> FromRequestParts<App> for Path<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Path<T>> {
        use axum::extract::path::ErrorKind;
        use axum::extract::rejection::PathRejection;
        match axum::extract::Path::from_request_parts(parts, app).await {
            Ok(axum::extract::Path(values)) => Ok(Path(values)),
            Err(PathRejection::FailedToDeserializePathParams(error)) => match error.kind() {
                ErrorKind::DeserializeError { key, message, .. } if key == "date" => {
                    Err(Invalid::at(Place::Path, "/date", message).into())
                }
                _ => Err(Error::NotFound),
            },
            Err(_) => Err(Error::NotFound),
        }
    }
}

/// A date in a path: written out, or the word `today`, the caller's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Day {
    /// The caller's today, judged on arrival.
    Today,
    /// This date.
    On(Date),
}

impl Day {
    /// The date that is meant, given the caller's today.
    pub fn date(self, today: Date) -> Date {
        match self {
            Day::Today => today,
            Day::On(date) => date,
        }
    }
}

/// A token in a path: its id, or the word `current`, the one that the request came with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(try_from = "String")]
pub enum TokenRef {
    /// The one that the request came with.
    Current,
    /// This one.
    Id(TokenId),
}

impl TryFrom<String> for TokenRef {
    type Error = &'static str;

    fn try_from(text: String) -> std::result::Result<TokenRef, Self::Error> {
        match text.as_str() {
            "current" => Ok(TokenRef::Current),
            id => id.parse().map(TokenRef::Id),
        }
    }
}

impl FromStr for Day {
    type Err = String;

    fn from_str(text: &str) -> std::result::Result<Day, String> {
        if text == "today" {
            return Ok(Day::Today);
        }
        let date = text.parse().map(Day::On);
        date.map_err(|error: &str| format!("{error}, or the word today"))
    }
}

impl<'de> Deserialize<'de> for Day {
    /// Refuses inside the visitor: only there does axum still know the name of the parameter.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Day, D::Error> {
        struct Reader;

        impl Visitor<'_> for Reader {
            type Value = Day;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a date or the word today")
            }

            fn visit_str<E: serde::de::Error>(self, text: &str) -> std::result::Result<Day, E> {
                text.parse().map_err(E::custom)
            }
        }

        deserializer.deserialize_str(Reader)
    }
}
