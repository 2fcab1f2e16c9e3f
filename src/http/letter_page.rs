//! What a link in a letter leads to: a small page that asks nobody for anything.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::phrases::{PageWords, Phrases};
use crate::ids::Secret;

/// No scripts, no images, no other places.
const POLICY: &str =
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'";

/// The word in a link.
#[derive(Deserialize)]
#[serde(transparent)]
pub struct Code(String);

impl From<Code> for Secret {
    fn from(Code(code): Code) -> Secret {
        Secret::presented(code)
    }
}

/// A page with these words: a sentence or two, and a form if it asks for something.
pub fn page(status: StatusCode, phrases: &Phrases, words: &PageWords) -> Response {
    let language = &phrases.language;
    let field = words.field.as_ref().map_or(String::new(), |field| {
        format!(
            "<p><label>{field}<br><input name=\"new_password\" type=\"password\" required \
             autocomplete=\"new-password\"></label></p>\n"
        )
    });
    let form = words.button.as_ref().map_or(String::new(), |button| {
        format!("<form method=\"post\">\n{field}<button>{button}</button></form>\n")
    });
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Hearth</title></head>\n\
         <body style=\"font-family: sans-serif; line-height: 1.5; max-width: 34em; margin: 2em auto; padding: 0 1em\">\n\
         <p>{}</p>\n{form}</body>\n</html>\n",
        words.text
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, html).into_response()
}
