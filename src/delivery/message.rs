//! A letter as a message that mail servers understand (RFC 5322): plain text, and the same as simple HTML.

use std::time::SystemTime;

use chrono::DateTime;
use lettre::address::Envelope;
use lettre::message::header::{HeaderName, HeaderValue};
use lettre::message::{Mailbox, MessageBuilder, MultiPart, SinglePart};
use lettre::{Address, Message};
use sha2::{Digest, Sha256};
use url::Host;

use crate::domain::letter::{Letter, Link};
use crate::domain::text::Email;
use crate::ids::hex;

/// The message, unless no mail can go to its address.
pub(super) fn message(letter: &Letter, from: &Mailbox) -> Option<Message> {
    let to = address(&letter.cover.to)?;
    // As they are: lettre would read them out of the headers, and not understand them all.
    let envelope = Envelope::new(Some(from.email.clone()), vec![to.clone()]).ok()?;
    // No date from before 1970 can be written.
    let at = SystemTime::from(letter.cover.at.max(DateTime::UNIX_EPOCH));
    // A digest has no sign in it that could end a header.
    let id = hex(&Sha256::digest(&letter.cover.id)[..16]);
    let builder = Message::builder()
        .envelope(envelope)
        .message_id(Some(format!("<{id}@{}>", from.email.domain())))
        .date(at)
        .from(from.clone())
        .to(to.into())
        .subject(line(&letter.subject))
        .raw_header(header("Auto-Submitted", "auto-generated".to_owned()))
        .raw_header(header("X-Auto-Response-Suppress", "All".to_owned()));
    let parts = MultiPart::alternative()
        .boundary(format!("hearth-{id}"))
        .singlepart(SinglePart::plain(text(letter)))
        .singlepart(SinglePart::html(html(letter)));
    unsubscribable(builder, letter).multipart(parts).ok()
}

/// The address as mail servers take it, which know a domain by its ASCII name only. A numbered machine is nobody's
/// domain: none gets a mail server to knock at machines of the operator's own.
pub(super) fn address(email: &Email) -> Option<Address> {
    let (user, domain) = email.as_str().rsplit_once('@')?;
    let Ok(Host::Domain(domain)) = Host::parse(domain) else {
        return None;
    };
    let address = Address::new(user, domain).ok()?;
    (!email.is_stand_in()).then_some(address)
}

/// Lets a mail program offer to get no more of these, and do it with one click (RFC 2369, RFC 8058).
fn unsubscribable(builder: MessageBuilder, letter: &Letter) -> MessageBuilder {
    let Some(link) = &letter.unsubscribe else {
        return builder;
    };
    let one_click = "List-Unsubscribe=One-Click".to_owned();
    builder
        .raw_header(header("List-Unsubscribe", format!("<{}>", link.url)))
        .raw_header(header("List-Unsubscribe-Post", one_click))
}

fn header(name: &'static str, value: String) -> HeaderValue {
    HeaderValue::new(HeaderName::new_from_ascii_str(name), value)
}

/// The text on one line, without control characters.
fn line(text: &str) -> String {
    let spaced = text.replace(char::is_control, " ");
    spaced.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The letter as plain text.
fn text(letter: &Letter) -> String {
    let link = |link: &Link| format!("{}:\n{}", line(&link.label), link.url);
    let mut paragraphs: Vec<String> = letter.opening.iter().map(|text| line(text)).collect();
    paragraphs.extend(letter.link.as_ref().map(link));
    paragraphs.push(line(&letter.closing));
    paragraphs.extend(letter.unsubscribe.as_ref().map(link));
    paragraphs.join("\n\n") + "\n"
}

/// The letter as a page that asks nobody for anything: no images, no fonts, no scripts.
fn html(letter: &Letter) -> String {
    let paragraph = |text: &String| format!("<p>{}</p>\n", escaped(text));
    let opening: String = letter.opening.iter().map(paragraph).collect();
    let unsubscribe = letter.unsubscribe.as_ref().map_or(String::new(), |link| {
        format!("<p style=\"font-size: small\">{}</p>\n", anchor(link))
    });
    let link = letter.link.as_ref().map_or(String::new(), |link| {
        format!("<p><strong>{}</strong></p>\n", anchor(link))
    });
    format!(
        "<!doctype html>\n\
         <html lang=\"{language}\">\n\
         <head><meta charset=\"utf-8\"><title>{title}</title></head>\n\
         <body style=\"font-family: sans-serif; line-height: 1.5; max-width: 34em; margin: 2em auto; padding: 0 1em\">\n\
         {opening}{link}{closing}{unsubscribe}</body>\n\
         </html>\n",
        language = escaped(&letter.language),
        title = escaped(&letter.subject),
        closing = paragraph(&letter.closing),
    )
}

fn anchor(link: &Link) -> String {
    let (url, label) = (escaped(link.url.as_str()), escaped(&link.label));
    format!("<a href=\"{url}\">{label}</a>")
}

/// The text on one line, with nothing in it that HTML would take for its own.
fn escaped(text: &str) -> String {
    line(text)
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
