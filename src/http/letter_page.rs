//! What a link in a letter leads to: a small page with a sentence or two, and at most one thing to type in.

use axum::extract::Form;
use axum::extract::rejection::FormRejection;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::domain::phrases::{FormWords, PageWords, Phrases};
use crate::ids::Secret;
use crate::password::Password;

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

/// What a page asks to type in.
#[derive(Debug, Clone, Copy)]
pub enum Asks {
    /// A password to have from now on.
    NewPassword,
    /// The password of the account.
    Password,
}

/// What was typed in.
#[derive(Deserialize)]
pub struct Typed {
    password: String,
}

impl Typed {
    /// The password, if it can be one.
    pub fn password(form: Result<Form<Typed>, FormRejection>) -> Option<Password> {
        let Form(typed) = form.ok()?;
        Password::try_from(typed.password).ok()
    }
}

/// A page with these words, and a button if it can do something.
pub fn page(status: StatusCode, phrases: &Phrases, words: &PageWords) -> Response {
    let button = words.button.as_deref();
    let form = button.map_or(String::new(), |button| form_of("", button));
    write(status, phrases, &words.text, &form)
}

/// A page with something to type in.
pub fn form(status: StatusCode, phrases: &Phrases, words: &FormWords, asks: Asks) -> Response {
    let autocomplete = match asks {
        Asks::NewPassword => "new-password",
        Asks::Password => "current-password",
    };
    let field = format!(
        "<p><label>{}<br><input name=\"password\" type=\"password\" required \
         autocomplete=\"{autocomplete}\"></label></p>\n",
        words.field
    );
    let form = form_of(&field, &words.button);
    write(status, phrases, &words.text, &form)
}

fn form_of(field: &str, button: &str) -> String {
    format!("<form method=\"post\">\n{field}<button>{button}</button></form>\n")
}

fn write(status: StatusCode, phrases: &Phrases, text: &str, form: &str) -> Response {
    let language = &phrases.language;
    let html = format!(
        "<!doctype html>\n<html lang=\"{language}\">\n<head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width\"><title>Hearth</title></head>\n\
         <body style=\"font-family: sans-serif; line-height: 1.5; max-width: 34em; margin: 2em auto; padding: 0 1em\">\n\
         <p>{text}</p>\n{form}</body>\n</html>\n"
    );
    let headers = [
        (header::CONTENT_TYPE, "text/html; charset=utf-8"),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::REFERRER_POLICY, "no-referrer"),
    ];
    (status, headers, html).into_response()
}
