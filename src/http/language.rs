//! In which language somebody is answered where Hearth speaks in words of its own.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};

use crate::content;
use crate::domain::phrases::Phrases;

/// The language that the caller likes best of those there are, by `Accept-Language`.
#[derive(Debug, Clone, Copy)]
pub struct Language(pub &'static Phrases);

impl Language {
    /// Whether it is this one.
    pub fn is(self, other: Language) -> bool {
        self.0.language == other.0.language
    }
}

impl<S: Sync> FromRequestParts<S> for Language {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Language, Self::Rejection> {
        let accepted = parts.headers.get(header::ACCEPT_LANGUAGE);
        let accepted = accepted.and_then(|accepted| accepted.to_str().ok());
        Ok(Language(content::phrases(accepted.unwrap_or_default())))
    }
}

/// An answer with words in this language; it says so.
#[derive(Debug)]
pub struct Spoken<T>(pub Language, pub T);

impl<T: IntoResponse> IntoResponse for Spoken<T> {
    fn into_response(self) -> Response {
        let Spoken(Language(phrases), body) = self;
        let mut response = body.into_response();
        let language = HeaderValue::from_str(&phrases.language);
        if let Ok(language) = language {
            let headers = response.headers_mut();
            headers.insert(header::CONTENT_LANGUAGE, language);
            headers.insert(header::VARY, header::ACCEPT_LANGUAGE.into());
        }
        response
    }
}
