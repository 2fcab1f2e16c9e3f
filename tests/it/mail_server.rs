//! What `--smtp-url` and what goes with it take, and what they refuse: a password never travels in the clear, and
//! is never repeated.

use clap::Parser;
use hearth::config::Config;
use hearth::config::mail::{Mail, MailFrom, PublicUrl};
use hearth::config::mail_server::{Encryption, MailServer, MailServerError};
use hearth::delivery::mail::{Mailer, MailerError};
use secrecy::ExposeSecret;

/// What `hearth serve` reads of these flags, or what it says against them.
fn read(flags: &[&str]) -> Result<Mail, String> {
    let config = Config::try_parse_from([&["hearth", "serve"], flags].concat());
    config
        .map(|config| config.settings.mail)
        .map_err(|error| error.to_string())
}

/// What Hearth makes of a URL: where it goes, how, and as whom.
fn told(url: &str) -> (String, Encryption, String) {
    let server: MailServer = url.parse().unwrap();
    let user = server.credentials.as_ref().map(|known| {
        let password = known.password.expose_secret();
        format!("{} {password}", known.user)
    });
    (
        server.to_string(),
        server.encryption,
        user.unwrap_or_default(),
    )
}

/// Every safe way to a mail server is taken, with the ports that the protocol has for it.
#[test]
fn safe_ways_are_taken() {
    use Encryption::*;
    for (url, address, encryption, user) in [
        (
            "smtps://mail.example.org",
            "mail.example.org:465",
            Implicit,
            "",
        ),
        (
            "smtps://ada:pa%23s@mail.example.org:4650",
            "mail.example.org:4650",
            Implicit,
            "ada pa#s",
        ),
        (
            "smtps://ada%40example.org:p@ss@mail.example.org",
            "mail.example.org:465",
            Implicit,
            "ada@example.org p@ss",
        ),
        (
            "smtps://mail.example.org?tls=required",
            "mail.example.org:465",
            Implicit,
            "",
        ),
        (
            "smtp://mail.example.org?tls=required",
            "mail.example.org:587",
            StartTls,
            "",
        ),
        (
            "smtp://ada:pw@mail.example.org:2525/?tls=required",
            "mail.example.org:2525",
            StartTls,
            "ada pw",
        ),
        (
            "smtps://b%C3%BCro.example",
            "xn--bro-hoa.example:465",
            Implicit,
            "",
        ),
        ("smtp://127.0.0.1", "127.0.0.1:25", Loopback, ""),
        ("smtp://127.0.0.2:1025", "127.0.0.2:1025", Loopback, ""),
        ("smtp://localhost:1025", "localhost:1025", Loopback, ""),
        ("smtp://[::1]:1025", "[::1]:1025", Loopback, ""),
        (
            "smtp://ada:pw@127.0.0.1:1025",
            "127.0.0.1:1025",
            Loopback,
            "ada pw",
        ),
    ] {
        let expected = (address.to_owned(), encryption, user.to_owned());
        assert_eq!(told(url), expected, "{url}");
    }
    let server: MailServer = "smtps://[2001:db8::1]".parse().unwrap();
    assert_eq!(server.name(), "2001:db8::1");
}

/// Neither mail nor a password goes out in the clear, whatever the URL looks like, and nothing is passed over.
#[test]
fn unsafe_and_unclear_ways_are_refused() {
    use MailServerError::*;
    for (url, why) in [
        ("smtp://mail.example.org", Unencrypted),
        ("smtp://ada:pw@mail.example.org:587", Unencrypted),
        ("smtp://192.168.1.10:25", Unencrypted),
        ("smtp://127.0.0.1.example.org", Unencrypted),
        ("smtp://localhost.example.org", Unencrypted),
        ("smtp://ada:pw@mail.example.org#@127.0.0.1", Rest),
        ("smtp://127.0.0.1:25@mail.example.org", Unencrypted),
        ("smtp://mail.example.org?tls=opportunistic", Rest),
        ("smtp://mail.example.org?tls=none", Rest),
        ("smtp://mail.example.org?tls=required&tls=none", Rest),
        ("smtp://mail.example.org?TLS=required", Rest),
        ("smtps://mail.example.org/hearth", Rest),
        ("smtps://mail.example.org#there", Rest),
        ("smtps://ada@mail.example.org", Credentials),
        ("smtps://ada:@mail.example.org", Credentials),
        ("smtps://:pw@mail.example.org", Credentials),
        ("smtps://ada:p%00w@mail.example.org", Credentials),
        ("https://mail.example.org", Scheme),
        ("mailto://mail.example.org", Scheme),
        ("mail.example.org:465", Shape),
        ("mail.example.org", Shape),
        ("smtps://", Shape),
        ("smtps:///ada", Shape),
        ("smtps://ada:p/w@mail.example.org", Shape),
        ("smtps://mail.example.org:70000", Shape),
        ("smtps://mail exámple.org", Shape),
        ("", Shape),
    ] {
        let refused = url.parse::<MailServer>().map(drop);
        assert_eq!(refused, Err(why), "{url}");
    }
}

/// What is wrong is said without the password, and it is not in the settings as they print either.
#[test]
fn the_password_is_not_repeated() {
    let rest = [
        "--mail-from",
        "hearth@example.org",
        "--public-url",
        "https://hearth.example.org",
    ];
    let with = |url| read(&[&["--smtp-url", url], &rest[..]].concat());
    let refused = with("smtp://ada:Sesame-42@mail.example.org").unwrap_err();
    assert!(refused.contains("--smtp-url"), "{refused}");
    assert!(refused.contains("?tls=required"), "{refused}");
    assert!(!refused.contains("Sesame-42"), "{refused}");
    let taken = with("smtps://ada:Sesame-42@mail.example.org").unwrap();
    let printed = format!("{taken:?}");
    assert!(printed.contains("mail.example.org"), "{printed}");
    assert!(!printed.contains("Sesame-42"), "{printed}");
}

/// Without a mail server Hearth sends no mail; with one it needs to know the rest, and says so.
#[test]
fn a_mail_server_is_not_enough() {
    let none = read(&[]).unwrap();
    assert!(Mailer::new(&none).unwrap().is_none());
    let url = ["--smtp-url", "smtps://mail.example.org"];
    let from = ["--mail-from", "hearth@example.org"];
    let public = ["--public-url", "https://hearth.example.org"];
    for (flags, missing) in [
        (url.to_vec(), "--mail-from"),
        ([url, from].concat(), "--public-url"),
        ([url, public].concat(), "--mail-from"),
    ] {
        let refused = read(&flags).unwrap_err();
        assert!(refused.contains(missing), "{refused}");
    }
    let all = read(&[url, from, public].concat()).unwrap();
    assert!(Mailer::new(&all).unwrap().is_some());
    let incomplete = Mail {
        mail_from: None,
        ..all
    };
    assert_eq!(
        Mailer::new(&incomplete).unwrap_err(),
        MailerError::Incomplete
    );
}

/// A sender is an address, with a name or without; what could become a header of its own is no name.
#[test]
fn senders() {
    for (text, name, address) in [
        ("hearth@example.org", None, "hearth@example.org"),
        ("<hearth@example.org>", None, "hearth@example.org"),
        (
            "Hearth <hearth@example.org>",
            Some("Hearth"),
            "hearth@example.org",
        ),
        (
            "\"The house, Überall\" <hearth@example.org>",
            Some("The house, Überall"),
            "hearth@example.org",
        ),
    ] {
        let from: MailFrom = text.parse().unwrap();
        assert_eq!(from.name.as_ref().map(|name| name.as_str()), name, "{text}");
        assert_eq!(from.address.as_str(), address, "{text}");
    }
    for text in [
        "",
        "Hearth",
        "Hearth <hearth>",
        "a@example.org, b@example.org",
        "Hearth\r\nBcc: eve@example.org <hearth@example.org>",
        "hearth@example.org\r\nBcc: eve@example.org",
    ] {
        assert!(text.parse::<MailFrom>().is_err(), "{text:?}");
    }
}

/// Links lead to an origin that nobody can listen to.
#[test]
fn public_urls() {
    for (text, page) in [
        (
            "https://hearth.example.org",
            "https://hearth.example.org/reset",
        ),
        (
            "https://hearth.example.org/",
            "https://hearth.example.org/reset",
        ),
        (
            "https://Hearth.Example.org:8443",
            "https://hearth.example.org:8443/reset",
        ),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080/reset"),
        ("http://localhost:8080", "http://localhost:8080/reset"),
    ] {
        let url: PublicUrl = text.parse().unwrap();
        assert_eq!(url.page("/reset").as_str(), page);
        assert_eq!(format!("{url}/reset"), page);
    }
    for text in [
        "",
        "hearth.example.org",
        "http://hearth.example.org",
        "http://192.168.1.10",
        "https://hearth.example.org/app",
        "https://hearth.example.org?from=mail",
        "https://hearth.example.org#top",
        "https://ada@hearth.example.org",
        "ftp://hearth.example.org",
    ] {
        let refused = text.parse::<PublicUrl>().unwrap_err();
        assert!(refused.contains("https://hearth.example.org"), "{refused}");
    }
}
