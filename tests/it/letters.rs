//! What a letter looks like to whoever gets it, read by a mail program that knows nothing of Hearth.

use hearth::content::phrases;
use hearth::delivery::mail::Outcome;
use hearth::domain::letter::Letter;
use mail_parser::{HeaderValue, MimeHeaders};

use crate::mail::{cover, letter, mailer, mailer_from};
use crate::postbox::{Postbox, Posted};

const STOP: &str = "https://hearth.example.org/v1/unsubscribe/s3cr3t?channel=1&word=a";

/// The letter as it arrives.
async fn arrived(letter: &Letter) -> Posted {
    let postbox = Postbox::open().await;
    let outcome = mailer(&postbox.url()).send(letter).await;
    assert_eq!(outcome, Outcome::Delivered);
    postbox.wait_for(1).await.remove(0)
}

/// A reminder that says this.
fn reminder(lines: &[&str]) -> Letter {
    let lines = lines.iter().map(|&line| line.to_owned()).collect();
    let stop = STOP.parse().unwrap();
    Letter::reminder(cover("ada@example.org"), phrases("en"), lines, stop)
}

/// One header, as it came, on one line.
fn header<'a>(letter: &'a mail_parser::Message<'_>, name: &'a str) -> Option<String> {
    let raw = letter.header_raw(name)?;
    Some(raw.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A letter has all that mail programs ask for, in plain text and in HTML, and asks nobody for anything.
#[tokio::test]
async fn a_letter_is_whole() {
    let posted = arrived(&reminder(&["A small thing is waiting for you."])).await;
    let letter = posted.read();
    assert_eq!(letter.subject(), Some("A small note for you"));
    let from = letter.from().unwrap().first().unwrap();
    assert_eq!(from.name(), Some("The house"));
    assert_eq!(from.address(), Some("house@example.org"));
    let to = letter.to().unwrap();
    assert_eq!(to.iter().count(), 1);
    assert_eq!(to.first().unwrap().address(), Some("ada@example.org"));
    let date = letter.date().unwrap().to_rfc3339();
    assert_eq!(date, "2026-11-23T19:30:05Z", "the hour it was written");
    for (name, value) in [
        ("Auto-Submitted", "auto-generated".to_owned()),
        ("X-Auto-Response-Suppress", "All".to_owned()),
        ("List-Unsubscribe", format!("<{STOP}>")),
        (
            "List-Unsubscribe-Post",
            "List-Unsubscribe=One-Click".to_owned(),
        ),
        ("MIME-Version", "1.0".to_owned()),
    ] {
        assert_eq!(header(&letter, name), Some(value), "{name}");
    }
    let kind = letter.content_type().unwrap();
    assert_eq!(
        (kind.ctype(), kind.subtype()),
        ("multipart", Some("alternative"))
    );
    assert_eq!(letter.attachment_count(), 0);
    let text = letter.body_text(0).unwrap();
    let paragraphs: Vec<_> = text.trim_end().split("\r\n\r\n").collect();
    assert_eq!(
        paragraphs,
        [
            "A small thing is waiting for you.",
            "You asked for this note. When it comes, and whether, is up to you.",
            &format!("No more of these letters:\r\n{STOP}"),
        ]
    );
    let html = letter.body_html(0).unwrap();
    assert!(html.contains("<html lang=\"en\">"));
    assert!(html.contains("<p>A small thing is waiting for you.</p>"));
    assert!(html.contains(&format!("<a href=\"{}\">", STOP.replace('&', "&amp;"))));
    for remote in ["<img", "<script", "<link", "src=", "url(", "@import"] {
        assert!(!html.contains(remote), "{remote} in {html}");
    }
    let links = html.matches("http").count();
    assert_eq!(links, 1, "nothing but the one link leads anywhere");
}

/// Nobody can end letters about their account, and those tell nothing but what they are for.
#[tokio::test]
async fn letters_about_an_account() {
    let link = || "https://hearth.example.org/yes#s3cr3t".parse().unwrap();
    let (to, words) = (|| cover("ada@example.org"), phrases("en"));
    for (letter, lasts) in [
        (
            Letter::confirmation(to(), words, link(), 24),
            "within 24 hours",
        ),
        (
            Letter::password_reset(to(), words, link(), 30),
            "within 30 minutes",
        ),
        (
            Letter::change_of_address(to(), words, link(), 24),
            "within 24 hours",
        ),
    ] {
        let posted = arrived(&letter).await;
        let read = posted.read();
        assert_eq!(read.subject(), Some(letter.subject.as_str()));
        assert_eq!(header(&read, "List-Unsubscribe"), None);
        assert_eq!(header(&read, "List-Unsubscribe-Post"), None);
        for body in [read.body_text(0).unwrap(), read.body_html(0).unwrap()] {
            assert!(body.contains(lasts), "{body}");
            assert!(
                body.contains("https://hearth.example.org/yes#s3cr3t"),
                "{body}"
            );
            assert!(!body.contains(['{', '}']), "{body}");
        }
    }
}

/// A letter that is sent again is the same letter, byte by byte, so that a mail program can tell; another one has
/// another id.
#[tokio::test]
async fn a_letter_sent_again_is_the_same() {
    let first = arrived(&letter("ada@example.org")).await;
    let again = arrived(&letter("ada@example.org")).await;
    assert_eq!(first.bytes, again.bytes);
    let mut other = letter("ada@example.org");
    other.cover.id.push('1');
    let other = arrived(&other).await;
    let (first, other) = (first.read(), other.read());
    let id = first.message_id().unwrap();
    assert!(id.ends_with("@example.org"), "{id}");
    assert_ne!(Some(id), other.message_id());
}

/// Words in all letters of the world arrive as they were written, also in subjects, and so do dots and long lines.
#[tokio::test]
async fn words_arrive_as_they_were_written() {
    let long = "Spaziergang ".repeat(120);
    for words in [
        "Frühstück für zwei 🥐 am Sonntag",
        "💛",
        "コーヒーを一緒に",
        "ä ö ü ß and plain words between é and è, which go on for longer than a line of a header may be",
        ".",
        "..dots",
        "a = b =3D c",
        "From here on",
        "a <b> & \"c\" 'd' </p><script>",
        long.trim(),
    ] {
        let mut letter = reminder(&[words, "."]);
        letter.subject = words.to_owned();
        let posted = arrived(&letter).await;
        assert!(posted.bytes.is_ascii(), "{words}");
        let longest = posted
            .bytes
            .split(|&byte| byte == b'\n')
            .map(<[u8]>::len)
            .max();
        assert!(longest <= Some(998), "{longest:?}");
        let read = posted.read();
        assert_eq!(read.subject(), Some(words));
        let text = read.body_text(0).unwrap();
        assert!(
            text.starts_with(&format!("{words}\r\n\r\n.\r\n\r\n")),
            "{text}"
        );
        let html = read.body_html(0).unwrap();
        assert!(!html.contains("<script>"), "{html}");
        assert!(!html.contains("<b>"), "{html}");
    }
}

/// A sender's name is shown as the operator wrote it.
#[tokio::test]
async fn a_senders_name_arrives() {
    let postbox = Postbox::open().await;
    for name in [
        "Zuhause, bei uns",
        "Ädas & Bens Haus 🏡",
        "The \"old\" house",
        "a.b (c) <d>; e\\f",
    ] {
        let mailer = mailer_from(&format!("{name} <house@example.org>"), &postbox.url());
        let letter = letter("ada@example.org");
        assert_eq!(mailer.send(&letter).await, Outcome::Delivered, "{name}");
        let letters = postbox.letters();
        let read = letters.last().unwrap().read();
        assert_eq!(read.from().unwrap().first().unwrap().name(), Some(name));
    }
}

/// Whatever somebody types, a letter has the headers and the readers that Hearth gave it.
#[tokio::test]
async fn nobody_writes_headers() {
    let evil = "Hi\r\nBcc: eve@example.org\r\n\r\n.\r\nMAIL FROM:<eve@example.org>\r\n\n.\n\r.\r\0";
    let mut letter = reminder(&[evil]);
    letter.subject = evil.to_owned();
    letter.cover.id = evil.to_owned();
    letter.language = "\"><script>\r\nBcc: eve@example.org".to_owned();
    letter.unsubscribe.as_mut().unwrap().label = evil.to_owned();
    let posted = arrived(&letter).await;
    assert_eq!(posted.to, ["ada@example.org"]);
    let mut names: Vec<_> = posted
        .head()
        .lines()
        .filter(|line| !line.starts_with(' '))
        .map(|line| line.split_once(':').unwrap().0.to_owned())
        .collect();
    names.sort();
    assert_eq!(
        names,
        [
            "Auto-Submitted",
            "Content-Type",
            "Date",
            "From",
            "List-Unsubscribe",
            "List-Unsubscribe-Post",
            "MIME-Version",
            "Message-ID",
            "Subject",
            "To",
            "X-Auto-Response-Suppress",
        ]
    );
    let read = posted.read();
    let subject = read.subject().unwrap();
    assert_eq!(
        subject,
        "Hi Bcc: eve@example.org . MAIL FROM:<eve@example.org> . ."
    );
    assert!(matches!(read.header("Subject"), Some(HeaderValue::Text(_))));
    assert_eq!(read.parts.len(), 3, "the whole, the text and the HTML");
    assert!(!read.body_html(0).unwrap().contains("<script>"));
}
