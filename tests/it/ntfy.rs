//! A push message arrives with its words whole, and the token that lets Hearth send it goes nowhere else.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hearth::delivery::ntfy;
use hearth::delivery::outcome::Outcome;
use hearth::domain::endpoint::AccessToken;

use crate::canary::{AT_HOME, Friend, status};
use crate::guard::{endpoint, outbound};

#[tokio::test]
async fn a_push_message_is_posted_to_its_topic() {
    let friend = Friend::saying(status(200)).await;
    let topic = endpoint(format!("http://{}/ada-7Yq2", friend.address));
    let token = AccessToken::try_from("tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2".to_owned()).unwrap();
    let text = "Nach dem Zähneputzen: fünf Minuten für euch.";
    for token in [Some(&token), None] {
        let outbound = outbound(AT_HOME, &[]);
        let outcome = ntfy::send(&outbound, &topic, token, "Hearth", text.to_owned()).await;
        assert_eq!(outcome, Outcome::Delivered);
    }
    let [with, without] = &friend.asked()[..] else {
        panic!("two messages");
    };
    let bearer = "\r\nauthorization: Bearer tk_AgQdq7mVBoFD37zQVN29RhuMzNIz2\r\n";
    assert!(with.starts_with("POST /ada-7Yq2 HTTP/1.1\r\n"), "{with}");
    assert!(
        with.contains(bearer) && with.contains("\r\ntitle: Hearth\r\n"),
        "{with}"
    );
    assert!(!without.contains("authorization"), "{without}");
    assert!(with.ends_with(text) && without.ends_with(text));
    assert!(
        !format!("{token:?} {topic:?}").contains("Ag"),
        "a secret shows itself"
    );
}

/// A header holds ASCII alone. ntfy reads encoded words (RFC 2047), of at most 75 characters each.
#[test]
fn a_title_may_have_any_letters() {
    for plain in ["", "Hearth", "Evening walk, 20:00?"] {
        assert_eq!(ntfy::headers(None, plain), [("title", plain.to_owned())]);
    }
    let long = "💛 Zeit füreinander, ".repeat(12);
    for title in [
        "Fünf Minuten",
        "💛",
        "=?UTF-8?B?QWRh?=",
        "Ada\r\nPriority: 5",
        &long,
    ] {
        let (_, header) = ntfy::headers(None, title).remove(0);
        let word = |word: &str| {
            assert!(word.len() <= 75 && word.is_ascii(), "{word}");
            let inner = word.strip_prefix("=?UTF-8?B?").unwrap();
            let inner = STANDARD.decode(inner.strip_suffix("?=").unwrap()).unwrap();
            String::from_utf8(inner).unwrap()
        };
        let read: String = header.split(' ').map(word).collect();
        assert_eq!(read, title);
    }
}

#[test]
fn a_token_is_one_of_ntfy() {
    for wrong in [
        "",
        "AgQdq7mV",
        "tk_ with blanks",
        "tk_\r\nx: y",
        &format!("tk_{}", "a".repeat(198)),
    ] {
        assert!(AccessToken::try_from(wrong.to_owned()).is_err(), "{wrong}");
    }
}
