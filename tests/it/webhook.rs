//! Whoever receives a webhook can tell that Hearth sent it, by a signature that every library for Standard
//! Webhooks knows how to check.

use hearth::delivery::outcome::Outcome;
use hearth::delivery::webhook;
use hearth::domain::endpoint::SigningSecret;
use hearth::ids::Chance;

use crate::canary::{AT_HOME, Friend, status};
use crate::guard::{endpoint, outbound};

const BODY: &str = r#"{"email":"test@example.com","username":"test_user"}"#;

fn secret(text: &str) -> Result<SigningSecret, &'static str> {
    SigningSecret::try_from(text.to_owned())
}

/// The example that the reference libraries are tested with.
#[tokio::test]
async fn a_webhook_is_signed_as_the_standard_says() {
    let secret = secret("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD").unwrap();
    let now = "2022-04-07T21:39:13.900Z".parse().unwrap();
    let friend = Friend::saying(status(204)).await;
    let hook = endpoint(format!("http://{}/hook", friend.address));
    let id = "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk";
    let outbound = outbound(AT_HOME, &[]);
    let outcome = webhook::send(&outbound, &hook, &secret, id, now, BODY.to_owned()).await;
    assert_eq!(outcome, Outcome::Delivered);
    let asked = friend.asked().remove(0);
    for line in [
        "content-type: application/json",
        "webhook-id: msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
        "webhook-timestamp: 1649367553",
        "webhook-signature: v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw=",
    ] {
        assert!(
            asked.contains(&format!("\r\n{line}\r\n")),
            "{line} in {asked}"
        );
    }
    assert!(asked.ends_with(BODY));
}

/// Whatever is signed, the signature depends on it.
#[test]
fn a_signature_holds_for_one_message_only() {
    let mut chance = Chance::seeded(1);
    let (one, other) = (
        SigningSecret::new(&mut chance),
        SigningSecret::new(&mut chance),
    );
    let signature = |secret: &SigningSecret, id: &str, at: &str, body: &str| {
        let mut headers = webhook::headers(secret, id, at.parse().unwrap(), body);
        headers.pop().unwrap().1
    };
    let at = "2026-11-18T19:00:00Z";
    let signed = signature(&one, "a", at, BODY);
    assert_eq!(signed, signature(&one, "a", at, BODY));
    assert_ne!(signed, signature(&other, "a", at, BODY));
    assert_ne!(signed, signature(&one, "b", at, BODY));
    assert_ne!(signed, signature(&one, "a", "2026-11-18T19:00:01Z", BODY));
    assert_ne!(signed, signature(&one, "a", at, "{}"));
}

/// A secret survives the database, and never shows itself.
#[test]
fn a_secret_is_kept_as_the_standard_writes_it() {
    let made = SigningSecret::new(&mut Chance::seeded(1));
    let text = made.reveal();
    assert!(text.starts_with("whsec_"), "{text}");
    let read = secret(&text).unwrap();
    assert_eq!((read.key(), read.key().len()), (made.key(), 32));
    assert!(!format!("{read:?}").contains(&format!("{}", read.key()[0])));
    let bytes = |count: usize| "A".repeat(count / 3 * 4);
    assert!(secret(&format!("whsec_{}", bytes(24))).is_ok());
    for wrong in [
        "",
        "whsec_",
        "whsec_AAAA",
        "tk_AAAA",
        "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7o!",
    ] {
        assert!(secret(wrong).is_err(), "{wrong}");
    }
    assert!(secret(&bytes(24)).is_err());
    assert!(secret(&format!("whsec_{}", bytes(66))).is_err());
}
