//! Letters on their way: what the mail server takes is delivered, what it does not take is told in plain words, and
//! nothing is told to a mail server that others can listen to.

use std::time::Duration;

use chrono::{DateTime, Utc};
use clap::Parser;
use hearth::config::Config;
use hearth::config::mail::Mail;
use hearth::content::phrases;
use hearth::delivery::mail::{Mailer, Outcome, Why};
use hearth::domain::letter::{Cover, Letter};
use hearth::domain::text::Email;

use crate::postbox::{Postbox, Trouble};

/// What sends letters to this mail server, as the operator would set it up.
pub fn mailer(url: &str) -> Mailer {
    mailer_from("The house <house@example.org>", url)
}

/// The same, with letters from somebody else.
pub fn mailer_from(from: &str, url: &str) -> Mailer {
    Mailer::new(&settings(from, url)).unwrap().unwrap()
}

/// What the operator said of mail.
pub fn settings(from: &str, url: &str) -> Mail {
    let flags = [
        "hearth",
        "--smtp-url",
        url,
        "--mail-from",
        from,
        "--public-url",
        "https://hearth.example.org",
    ];
    Config::try_parse_from(flags).unwrap().settings.mail
}

/// To whom a letter goes, at an hour that is always the same.
pub fn cover(to: &str) -> Cover {
    let at: DateTime<Utc> = "2026-11-23T19:30:05Z".parse().unwrap();
    Cover {
        to: Email::try_from(to.to_owned()).unwrap(),
        id: "8d0c7a52-31a5-4d5e-9e0c-1c6b0a7d2f11".to_owned(),
        at,
    }
}

/// A letter that lets Ada choose a new password.
pub fn letter(to: &str) -> Letter {
    let url = "https://hearth.example.org/reset#s3cr3t".parse().unwrap();
    Letter::password_reset(cover(to), phrases("en"), url, 30)
}

/// What became of a letter to Ada.
async fn sent(mailer: &Mailer) -> Outcome {
    mailer.send(&letter("ada@example.org")).await
}

fn failed(why: Why) -> Outcome {
    Outcome::Failed {
        why,
        permanent: false,
    }
}

fn failed_for_good(why: Why) -> Outcome {
    Outcome::Failed {
        why,
        permanent: true,
    }
}

/// The operator's own relay, on the same machine, needs no encryption.
#[tokio::test]
async fn a_letter_goes_to_a_relay_on_this_machine() {
    let postbox = Postbox::open().await;
    assert_eq!(sent(&mailer(&postbox.url())).await, Outcome::Delivered);
    let letters = postbox.wait_for(1).await;
    assert_eq!(letters[0].from, "house@example.org");
    assert_eq!(letters[0].to, ["ada@example.org"]);
    assert!(!letters[0].encrypted);
    let heard = postbox.heard();
    assert_eq!(
        heard[0], "EHLO hearth.example.org",
        "a name, and no address"
    );
    assert_eq!(heard.last().unwrap(), "QUIT");
}

/// With TLS nobody listens, and user and password are told only then; one who knows neither is not served.
#[tokio::test]
async fn letters_go_over_tls() {
    for postbox in [Postbox::with_starttls().await, Postbox::with_tls().await] {
        let postbox = postbox.asking("ada@example.org", "pa#s/ß");
        for (url, outcome) in [
            (postbox.url(), Outcome::Delivered),
            (postbox.url().replace("ada", "eve"), failed(Why::SignIn)),
        ] {
            let mailer = mailer(&url).trusting(postbox.certificate()).unwrap();
            assert_eq!(sent(&mailer).await, outcome, "{url}");
        }
        let letters = postbox.letters();
        assert_eq!(letters.len(), 1);
        assert_eq!(letters[0].user.as_deref(), Some("ada@example.org"));
        assert!(letters[0].encrypted);
    }
}

/// Mail servers that know the old way to sign in only are served too.
#[tokio::test]
async fn both_ways_to_sign_in() {
    let postbox = Postbox::with_tls().await.asking("ada", "pw");
    let mailer = mailer(&postbox.url())
        .trusting(postbox.certificate())
        .unwrap();
    postbox.at("EHLO", Trouble::Says("250-postbox\r\n250 AUTH LOGIN"));
    assert_eq!(sent(&mailer).await, Outcome::Delivered);
    postbox.at("EHLO", Trouble::Says("250-postbox\r\n250 AUTH XOAUTH2"));
    assert_eq!(sent(&mailer).await, failed(Why::SignIn));
    assert_eq!(postbox.letters().len(), 1);
}

/// A mail server whose certificate nobody vouches for, or which is another's, hears nothing worth hearing.
#[tokio::test]
async fn a_certificate_must_be_known() {
    for postbox in [Postbox::with_starttls().await, Postbox::with_tls().await] {
        let postbox = postbox.asking("ada", "pw");
        let stranger = mailer(&postbox.url());
        assert_eq!(sent(&stranger).await, failed(Why::Unsafe));
        // The certificate is known, but it is that of 127.0.0.1.
        let elsewhere = postbox.url().replace("127.0.0.1", "localhost");
        let elsewhere = mailer(&elsewhere).trusting(postbox.certificate()).unwrap();
        assert_eq!(sent(&elsewhere).await, failed(Why::Unsafe));
        assert!(postbox.letters().is_empty());
        let told = ["EHLO", "STARTTLS"];
        for line in postbox.heard() {
            assert!(
                told.iter().any(|command| line.starts_with(command)),
                "{line}"
            );
        }
    }
}

/// Where TLS is asked for and not to be had, neither letter nor password is told: somebody in between may have
/// taken the offer away.
#[tokio::test]
async fn nothing_is_told_in_the_clear() {
    let postbox = Postbox::open().await.asking("ada", "pw");
    let required = mailer(&format!("{}?tls=required", postbox.url()));
    assert_eq!(sent(&required).await, failed(Why::Unsafe));
    postbox.at("STARTTLS", Trouble::Says("454 not now"));
    postbox.at("EHLO", Trouble::Says("250-postbox\r\n250 STARTTLS"));
    assert_eq!(sent(&required).await, failed(Why::Unsafe));
    assert!(postbox.letters().is_empty());
    for line in postbox.heard() {
        let harmless = ["EHLO", "STARTTLS", "QUIT"];
        assert!(
            harmless.iter().any(|command| line.starts_with(command)),
            "{line}"
        );
    }
    // Who speaks no TLS at all, when it is to be spoken from the first byte.
    let implicit = postbox.url().replace("smtp://", "smtps://");
    assert_eq!(sent(&mailer(&implicit)).await, failed(Why::Unsafe));
    assert!(postbox.letters().is_empty());
}

/// What the mail server says is told in plain words, none of which are its own; only what is final for this letter
/// and this address is permanent.
#[tokio::test]
async fn refusals_are_told() {
    let postbox = Postbox::open().await.asking("ada", "pw");
    let mailer = mailer(&postbox.url());
    for (command, answer, outcome) in [
        ("CONNECT", "554 no service for you", failed(Why::Greeting)),
        ("CONNECT", "421 too busy", failed(Why::Greeting)),
        ("EHLO", "550 who?", failed(Why::Greeting)),
        ("AUTH", "535 5.7.8 no", failed(Why::SignIn)),
        ("AUTH", "454 4.7.0 later", failed(Why::SignIn)),
        ("MAIL", "550 not your address", failed(Why::Sender)),
        ("MAIL", "451 later", failed(Why::Sender)),
        (
            "RCPT",
            "550 5.1.1 <ada@example.org> is unknown",
            failed_for_good(Why::Address),
        ),
        ("RCPT", "451 4.7.1 greylisted", failed(Why::Address)),
        ("DATA", "451 later", failed(Why::Letter)),
        (
            ".",
            "554 5.7.1 looks like spam",
            failed_for_good(Why::Letter),
        ),
        (".", "452 4.3.1 disk full", failed(Why::Letter)),
    ] {
        postbox.recovers();
        postbox.at(command, Trouble::Says(answer));
        assert_eq!(sent(&mailer).await, outcome, "{command}: {answer}");
        assert!(postbox.letters().is_empty());
    }
    postbox.recovers();
    assert_eq!(sent(&mailer).await, Outcome::Delivered, "all is forgotten");
}

/// A connection that ends in mid-sentence is a failure that may pass, wherever it happens.
#[tokio::test]
async fn a_broken_connection_is_told() {
    let postbox = Postbox::open().await.asking("ada", "pw");
    let mailer = mailer(&postbox.url());
    for command in [
        "CONNECT", "EHLO", "AUTH", "MAIL", "RCPT", "DATA", "TEXT", ".",
    ] {
        postbox.recovers();
        postbox.at(command, Trouble::HangsUp);
        assert_eq!(sent(&mailer).await, failed(Why::Broken), "{command}");
    }
    postbox.at("CONNECT", Trouble::Says("HTTP/1.1 400 Bad Request"));
    assert_eq!(sent(&mailer).await, failed(Why::Broken));
    assert!(postbox.letters().is_empty());
    postbox.close().await;
    assert_eq!(sent(&mailer).await, failed(Why::Unreachable));
}

/// Ten seconds, and no more, are spent on a mail server that says nothing, wherever it falls silent.
#[tokio::test]
async fn silence_is_waited_for_ten_seconds() {
    for command in ["CONNECT", "EHLO", "MAIL", "RCPT", "DATA", "TEXT", "."] {
        let postbox = Postbox::open().await;
        let mailer = mailer(&postbox.url());
        postbox.at(command, Trouble::KeepsSilent);
        let letter = letter("ada@example.org");
        let sending = mailer.send(&letter);
        tokio::pin!(sending);
        let early = tokio::time::timeout(Duration::from_millis(50), &mut sending).await;
        assert!(early.is_err(), "{command}");
        tokio::time::pause();
        let early = tokio::time::timeout(Duration::from_secs(5), &mut sending).await;
        assert!(early.is_err(), "{command}");
        let late = tokio::time::timeout(Duration::from_secs(5), &mut sending).await;
        assert_eq!(late, Ok(failed(Why::Silent)), "{command}");
        assert!(postbox.letters().is_empty());
        tokio::time::resume();
    }
}

/// A letter that was taken is delivered, even when the mail server has no word of goodbye.
#[tokio::test]
async fn a_goodbye_takes_nothing_back() {
    for trouble in [
        Trouble::HangsUp,
        Trouble::KeepsSilent,
        Trouble::Says("500 stay"),
    ] {
        let postbox = Postbox::open().await;
        postbox.at("QUIT", trouble);
        assert_eq!(
            sent(&mailer(&postbox.url())).await,
            Outcome::Delivered,
            "{trouble:?}"
        );
        assert_eq!(postbox.letters().len(), 1);
    }
}

/// An address is told as mail servers know it: domains in ASCII, and letters beyond it only to one that takes them.
/// Nothing is told to an address of nobody.
#[tokio::test]
async fn addresses_are_told_as_mail_servers_know_them() {
    let postbox = Postbox::open().await;
    let mailer = mailer(&postbox.url());
    for (address, told) in [
        ("ada@bücher.example", "ada@xn--bcher-kva.example"),
        ("ädä@example.org", "ädä@example.org"),
        ("\"a>b\"@example.org", "\"a>b\"@example.org"),
    ] {
        assert_eq!(
            mailer.send(&letter(address)).await,
            Outcome::Delivered,
            "{address}"
        );
        assert_eq!(postbox.letters().last().unwrap().to, [told]);
    }
    let heard = postbox.heard();
    let utf8 = heard
        .iter()
        .filter(|line| line.ends_with(" SMTPUTF8 BODY=8BITMIME"));
    assert_eq!(utf8.count(), 1, "{heard:?}");
    postbox.at("EHLO", Trouble::Says("250 postbox"));
    let refused = failed_for_good(Why::Address);
    assert_eq!(mailer.send(&letter("ädä@example.org")).await, refused);
    let nobody = format!("{}@stand-in.invalid", "0".repeat(64));
    for address in [
        nobody.as_str(),
        "a..b@example.org",
        "ada@-",
        "ada@[::1]",
        "ada@10.0.0.1",
        "a>b@x",
    ] {
        assert_eq!(mailer.send(&letter(address)).await, refused, "{address}");
    }
    assert_eq!(postbox.letters().len(), 3);
}
