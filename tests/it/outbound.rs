//! Whoever listens where messages go is a stranger. Whatever they answer or do not answer, it costs Hearth
//! ten seconds at most, and of their words nothing is read.

use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use hearth::delivery::guard::Names;
use hearth::delivery::outbound::Outbound;
use hearth::delivery::outcome::{Outcome, Why};
use rustls::crypto::ring;
use rustls::pki_types::PrivateKeyDer;
use rustls::{RootCertStore, ServerConfig};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout};
use tokio_rustls::TlsAcceptor;

use crate::canary::{AT_HOME, Canary, Friend, status};
use crate::guard::{endpoint, outbound, sent};

/// What a friend who answers this leads to.
async fn outcome(answer: impl Into<String>) -> Outcome {
    let friend = Friend::saying(answer).await;
    sent(
        &outbound(AT_HOME, &[]),
        format!("http://{}/", friend.address),
    )
    .await
}

/// An answer that asks for nothing.
pub fn answered(status: u16) -> Why {
    Why::Answered { status, wait: None }
}

#[tokio::test]
async fn the_status_says_what_became_of_it() {
    for yes in [200, 201, 202, 204, 299] {
        assert_eq!(outcome(status(yes)).await, Outcome::Delivered, "{yes}");
    }
    assert_eq!(outcome(status(410)).await, Outcome::Gone);
    for (no, may_pass) in [
        (304, false),
        (400, false),
        (401, false),
        (403, false),
        (404, false),
        (408, true),
        (413, false),
        (425, true),
        (429, true),
        (500, true),
        (502, true),
        (503, true),
        (599, true),
    ] {
        let why = answered(no);
        assert_eq!(outcome(status(no)).await, Outcome::Failed(why));
        assert_eq!(why.may_pass(), may_pass, "{no}");
    }
    for strange in [
        "",
        "220 mail.example.org ESMTP\r\n",
        "HTTP/1.1 99",
        "HTTP/9.9 200 OK\r\n\r\n",
    ] {
        assert_eq!(
            outcome(strange).await,
            Outcome::Failed(Why::Broken),
            "{strange}"
        );
    }
    let nobody = sent(&outbound(AT_HOME, &[]), format!("http://{AT_HOME}:1/")).await;
    assert_eq!(nobody, Outcome::Failed(Why::Unreachable));
    let nameless = sent(&outbound(AT_HOME, &[]), "https://nowhere.example.org/").await;
    assert_eq!(nameless, Outcome::Failed(Why::Nameless));
}

/// Seconds, or a date, which means nothing without theirs: clocks differ.
#[tokio::test]
async fn whoever_answers_can_ask_for_time() {
    let date = "Fri, 27 Nov 2026 10:00:00 GMT";
    let later = "Fri, 27 Nov 2026 10:07:00 GMT";
    for (headers, seconds) in [
        ("retry-after: 120".to_owned(), Some(120)),
        (format!("date: {date}\r\nretry-after: {later}"), Some(420)),
        (format!("date: {later}\r\nretry-after: {date}"), Some(-420)),
        (format!("retry-after: {later}"), None),
        (format!("date: {date}"), None),
        ("retry-after: soon".to_owned(), None),
        ("retry-after: -5".to_owned(), None),
        ("retry-after: 99999999999999999999".to_owned(), None),
        ("retry-after: \u{fc}".to_owned(), None),
    ] {
        let answer = format!("HTTP/1.1 503 No\r\n{headers}\r\ncontent-length: 0\r\n\r\n");
        let why = Why::Answered {
            status: 503,
            wait: seconds.map(TimeDelta::seconds),
        };
        assert_eq!(outcome(answer).await, Outcome::Failed(why), "{headers}");
    }
}

/// Whoever set the address up reads it.
#[test]
fn why_is_told_in_plain_words() {
    assert_eq!(answered(500).to_string(), "it answered 500");
    let private = "it leads to an address that is not public";
    assert_eq!(Why::Private.to_string(), private);
    let on_purpose = [Why::Private, Why::Insecure];
    assert!(!on_purpose.iter().any(|why| why.may_pass()));
    let mishaps = [
        Why::Nameless,
        Why::Unreachable,
        Why::Untrusted,
        Why::Late,
        Why::Broken,
    ];
    assert!(mishaps.iter().all(|why| why.may_pass()));
}

/// Strangers learn that it is Hearth, and nothing else.
#[tokio::test]
async fn a_request_tells_no_more_than_it_must() {
    let friend = Friend::saying(status(200)).await;
    let address = format!("http://{}/ada?key=1", friend.address);
    for _ in 0..2 {
        assert_eq!(
            sent(&outbound(AT_HOME, &[]), &address).await,
            Outcome::Delivered
        );
    }
    let expected = format!(
        "POST /ada?key=1 HTTP/1.1\r\ntitle: Hearth\r\naccept: */*\r\nuser-agent: Hearth\r\n\
         host: {}\r\ncontent-length: 5\r\n\r\nHello",
        friend.address
    );
    // No cookie comes back, no connection is kept.
    assert_eq!(friend.asked(), [expected.clone(), expected]);
}

/// Runs this test once more, with proxies around: nobody asks them.
#[tokio::test]
async fn proxies_in_the_environment_are_not_asked() {
    if let Some(address) = std::env::var_os("HEARTH_FRIEND") {
        let address = address.into_string().unwrap();
        let outbound = outbound(AT_HOME, &[AT_HOME]);
        assert_eq!(sent(&outbound, address).await, Outcome::Delivered);
        return;
    }
    let (canary, friend) = (Canary::new().await, Friend::saying(status(200)).await);
    let proxy = format!("http://127.0.0.1:{}", canary.port);
    let address = format!("http://hook.example.org:{}/", friend.address.port());
    let again = tokio::task::spawn_blocking(move || {
        let mut test = Command::new(std::env::current_exe().unwrap());
        test.args([
            "--exact",
            "outbound::proxies_in_the_environment_are_not_asked",
        ]);
        for name in [
            "http_proxy",
            "https_proxy",
            "all_proxy",
            "HTTP_PROXY",
            "HTTPS_PROXY",
            "ALL_PROXY",
        ] {
            test.env(name, &proxy);
        }
        test.env_remove("no_proxy").env_remove("NO_PROXY");
        test.env("HEARTH_FRIEND", address).output().unwrap()
    });
    let output = again.await.unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    assert_eq!(friend.asked().len(), 1);
    assert_eq!(canary.heard().await, 0);
}

const SECOND: Duration = Duration::from_secs(1);

/// Who says nothing, dribbles, or never ends is left after ten seconds, or at once when the status is known.
#[tokio::test(start_paused = true)]
async fn nobody_keeps_hearth_waiting() {
    for (answer, then, expected, seconds) in [
        ("", "", Outcome::Failed(Why::Late), 10),
        ("", "H", Outcome::Failed(Why::Late), 10),
        (
            "HTTP/1.1 200 OK\r\n",
            "x: y\r\n",
            Outcome::Failed(Why::Late),
            10,
        ),
        ("HTTP/1.1 200 OK\r\n\r\n", "words", Outcome::Delivered, 0),
        (
            "HTTP/1.1 500 No\r\n\r\n",
            "words",
            Outcome::Failed(answered(500)),
            0,
        ),
    ] {
        let listener = TcpListener::bind((AT_HOME, 0)).await.unwrap();
        let address = format!("http://{}/", listener.local_addr().unwrap());
        let mut peer = JoinSet::new();
        peer.spawn(async move {
            let (mut stream, _) = listener.accept().await.unwrap();
            let _ = stream.read(&mut [0; 4096]).await;
            let _ = stream.write_all(answer.as_bytes()).await;
            // A word a second, until the other end hangs up.
            let mut rest = [0; 16];
            while timeout(SECOND, stream.read(&mut rest)).await.is_err() {
                let _ = stream.write_all(then.as_bytes()).await;
            }
        });
        let start = Instant::now();
        let outbound = outbound(AT_HOME, &[]);
        let outcome = timeout(SECOND * 60, sent(&outbound, address)).await;
        assert_eq!(outcome.expect("Hearth goes on"), expected);
        assert_eq!(start.elapsed().as_secs(), seconds, "{answer:?} {then:?}");
        timeout(SECOND * 2, peer.join_next())
            .await
            .expect("Hearth hangs up");
    }
}

/// A certificate for this name, the roots that vouch for it, and who shows it.
fn certified(name: &str) -> (RootCertStore, TlsAcceptor) {
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).unwrap();
    let key = PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .unwrap();
    (roots, TlsAcceptor::from(Arc::new(config)))
}

/// A certificate counts when somebody trusted vouches for it, and for this name. Nobody at home is exempt.
#[tokio::test]
async fn certificates_are_checked() {
    let (roots, acceptor) = certified("hook.example.org");
    let friend = Friend::at(0, Some(acceptor), status(204)).await;
    let outbound = |roots| {
        let names = Names::Told(Arc::new(|_| vec![AT_HOME.parse().unwrap()]));
        Outbound::with(AT_HOME.parse().unwrap(), names, roots)
    };
    let at = |name: &str| format!("https://{name}:{}/", friend.address.port());
    let untrusted = Outcome::Failed(Why::Untrusted);

    let trusting = outbound(roots);
    let delivered = sent(&trusting, at("hook.example.org")).await;
    assert_eq!(delivered, Outcome::Delivered);
    assert_eq!(friend.asked().len(), 1);

    assert_eq!(sent(&trusting, at("other.example.org")).await, untrusted);
    assert_eq!(sent(&trusting, at(AT_HOME)).await, untrusted);
    let strict = outbound(RootCertStore::empty());
    assert_eq!(sent(&strict, at("hook.example.org")).await, untrusted);
    assert_eq!(
        friend.asked().len(),
        1,
        "nothing is said to whom it does not trust"
    );

    let plain = Friend::saying(status(200)).await;
    let no_tls = sent(&trusting, format!("https://{}/", plain.address)).await;
    assert_eq!(no_tls, Outcome::Failed(Why::Unreachable));
}

/// The way out as the program takes it: its settings fit together, and this machine is not public.
#[tokio::test]
async fn the_real_way_out_knows_real_names() {
    let outbound = Outbound::new("".parse().unwrap());
    let private = Outcome::Failed(Why::Private);
    assert_eq!(sent(&outbound, "https://localhost/").await, private);
    assert_eq!(
        outbound.judge(&endpoint("https://hook.example.org/")),
        Ok(())
    );
    let plain = outbound.judge(&endpoint("http://hook.example.org/"));
    assert_eq!(plain, Err(Why::Insecure));
}
