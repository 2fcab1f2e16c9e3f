//! Members say where their messages go, and must not reach by it what stands beside Hearth: promise S7. A
//! canary sits on this machine, where no message may go, and hears nothing; each way to it that
//! [`detours`](crate::detours) knows is tried through the real door out.

use std::collections::HashSet;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use hearth::delivery::guard::Names;
use hearth::delivery::outbound::Outbound;
use hearth::delivery::outcome::{Outcome, Why};
use hearth::delivery::public::is_public;
use hearth::domain::endpoint::Endpoint;
use rustls::RootCertStore;

use crate::canary::{AT_HOME, Canary, Friend, status};
use crate::detours::{ELSEWHERE, HALF_WRITTEN, NAMES, NO_ENDPOINTS, SENT_ON, THIS_MACHINE};

/// A way out into these networks. Every name leads to these addresses.
pub fn outbound(allow: &str, addresses: &[&str]) -> Outbound {
    let addresses: Vec<IpAddr> = addresses.iter().map(|text| text.parse().unwrap()).collect();
    let told = Names::Told(Arc::new(move |_| addresses.clone()));
    Outbound::with(allow.parse().unwrap(), told, RootCertStore::empty())
}

pub fn endpoint(text: impl Into<String>) -> Endpoint {
    Endpoint::try_from(text.into()).unwrap()
}

/// What becomes of a message to this address.
pub async fn sent(outbound: &Outbound, address: impl Into<String>) -> Outcome {
    let headers = vec![("title", "Hearth".to_owned())];
    outbound
        .post(&endpoint(address), &headers, "Hello".to_owned())
        .await
}

/// Counts the cases by name, so that none counts twice.
#[derive(Default)]
struct Cases(HashSet<String>);

impl Cases {
    fn note(&mut self, name: impl Into<String>) {
        let name = name.into();
        assert!(self.0.insert(name.clone()), "{name} is there twice");
    }
}

/// Sends by every way to an address or a name, and expects the same refusal each time.
async fn try_addresses(cases: &mut Cases, port: u16) {
    let refused = Outcome::Failed(Why::Private);
    let (strict, at_home) = (outbound("", &[]), outbound(AT_HOME, &[]));
    let hosts = THIS_MACHINE
        .iter()
        .chain(ELSEWHERE)
        .filter(|host| **host != AT_HOME);
    for host in hosts {
        for scheme in ["http", "https"] {
            let address = format!("{scheme}://{host}:{port}/hook");
            assert_eq!(sent(&strict, &address).await, refused, "{address}");
            assert_eq!(sent(&at_home, &address).await, refused, "{address}");
            assert_eq!(strict.judge(&endpoint(&address)), Err(Why::Private));
        }
        cases.note(*host);
    }
    for address in HALF_WRITTEN {
        let written = address.replace("{port}", &port.to_string());
        assert_eq!(sent(&strict, written).await, refused, "{address}");
        cases.note(*address);
    }
    for address in NO_ENDPOINTS {
        let written = address.replace("{port}", &port.to_string());
        assert!(Endpoint::try_from(written).is_err(), "{address}");
        cases.note(*address);
    }
}

async fn try_names(cases: &mut Cases, port: u16) {
    for (name, addresses) in NAMES {
        // It is refused as well where another network is allowed.
        for allow in ["", AT_HOME] {
            let outbound = outbound(allow, addresses);
            let outcome = sent(&outbound, format!("https://{name}:{port}/hook")).await;
            assert_eq!(outcome, Outcome::Failed(Why::Private), "{name}");
        }
        let outcome = sent(
            &outbound(AT_HOME, addresses),
            format!("http://{name}:{port}/"),
        )
        .await;
        assert!(
            matches!(outcome, Outcome::Failed(Why::Private | Why::Insecure)),
            "{name}: {outcome:?}"
        );
        cases.note(*name);
    }
}

/// Whoever listens at home sends Hearth on to the canary.
async fn try_redirects(cases: &mut Cases, port: u16) {
    for (code, header) in SENT_ON {
        let line = header.replace("{port}", &port.to_string());
        let answer = format!("HTTP/1.1 {code} So\r\n{line}\r\ncontent-length: 0\r\n\r\n");
        let friend = Friend::saying(answer).await;
        let outbound = outbound(AT_HOME, &["127.0.0.1"]);
        let outcome = sent(&outbound, format!("http://{}/", friend.address)).await;
        let answered = match outcome {
            Outcome::Delivered => 200,
            Outcome::Failed(Why::Answered { status, .. }) => status,
            other => panic!("{other:?}: {code} {header}"),
        };
        assert_eq!(answered, *code, "{header}");
        assert_eq!(friend.asked().len(), 1, "{code} {header}");
        cases.note(format!("{code} {header}"));
    }
}

/// A name leads home when it is looked up first, and elsewhere ever after. What was judged is what is
/// called, and the next message is judged anew.
async fn try_rebinding(cases: &mut Cases, port: u16) {
    let friend = Friend::at(port, None, status(200)).await;
    for later in ["127.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"] {
        let before = friend.asked().len();
        let asked = Arc::new(AtomicUsize::new(0));
        let count = asked.clone();
        let names = Names::Told(Arc::new(move |_| {
            let home = count.fetch_add(1, Ordering::SeqCst) == 0;
            let address = if home { AT_HOME } else { later };
            vec![address.parse().unwrap()]
        }));
        let allow = AT_HOME.parse().unwrap();
        let outbound = Outbound::with(allow, names, RootCertStore::empty());
        let address = format!("http://hook.example.org:{port}/");
        assert_eq!(sent(&outbound, &address).await, Outcome::Delivered);
        assert_eq!(asked.load(Ordering::SeqCst), 1, "looked up once a message");
        let second = sent(&outbound, &address).await;
        assert_eq!(second, Outcome::Failed(Why::Private), "{later}");
        assert_eq!(friend.asked().len(), before + 1);
        cases.note(format!("rebound to {later}"));
    }
}

/// S7. The canary hears nothing, whatever the address, the name, the name's second answer or the answer of
/// whoever is asked.
#[tokio::test]
async fn the_canary_hears_nothing() {
    let canary = Canary::new().await;
    let mut cases = Cases::default();
    try_addresses(&mut cases, canary.port).await;
    try_names(&mut cases, canary.port).await;
    try_redirects(&mut cases, canary.port).await;
    try_rebinding(&mut cases, canary.port).await;
    assert_eq!(canary.heard().await, 0);
    assert!(cases.0.len() >= 150, "only {} cases", cases.0.len());
}

/// The control: it is the guard that keeps the canary undisturbed. With every address allowed, each
/// spelling of this machine and each name that leads to it reaches the canary.
#[tokio::test]
async fn without_the_guard_the_canary_hears_it_all() {
    let canary = Canary::new().await;
    let everywhere = "0.0.0.0/0, ::/0";
    let mut heard = 0;
    for host in THIS_MACHINE {
        let is_ipv6 = host.starts_with('[') && !host.contains("127") && !host.contains("7f00");
        if is_ipv6 && !canary.hears_ipv6() {
            continue;
        }
        let address = format!("http://{host}:{}/", canary.port);
        let outcome = sent(&outbound(everywhere, &[]), &address).await;
        assert!(
            matches!(outcome, Outcome::Failed(_)),
            "a canary says nothing"
        );
        heard += 1;
        assert_eq!(canary.heard().await, heard, "{address}");
    }
    for scheme in ["http", "https"] {
        let outbound = outbound("127.0.0.0/8", &["127.0.0.1"]);
        let address = format!("{scheme}://hook.example.org:{}/", canary.port);
        sent(&outbound, &address).await;
        heard += 1;
        assert_eq!(canary.heard().await, heard, "{address}");
    }
}

/// Whatever does not go home is encrypted, even when the name leads to a public address.
#[tokio::test]
async fn plain_http_stays_at_home() {
    let insecure = Outcome::Failed(Why::Insecure);
    for (allow, address) in [
        ("", "http://192.31.196.1/"),
        (AT_HOME, "http://192.31.196.1/"),
        (AT_HOME, "http://[2d00::1]/"),
        ("", "http://hook.example.org/"),
        (AT_HOME, "http://hook.example.org/"),
    ] {
        let outbound = outbound(allow, &["192.31.196.1"]);
        assert_eq!(sent(&outbound, address).await, insecure, "{address}");
    }
    // Home and away at once is not home.
    let outbound = outbound(AT_HOME, &[AT_HOME, "192.31.196.1"]);
    assert_eq!(sent(&outbound, "http://hook.example.org/").await, insecure);
}

/// Just inside and just outside of what IANA set apart.
#[test]
fn what_is_public_is_reachable() {
    for address in [
        "1.0.0.0",
        "9.255.255.255",
        "11.0.0.0",
        "100.63.255.255",
        "100.128.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "169.255.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "191.255.255.255",
        "192.0.1.0",
        "192.0.3.0",
        "192.88.98.255",
        "192.88.100.0",
        "192.167.255.255",
        "192.169.0.0",
        "198.17.255.255",
        "198.20.0.0",
        "198.51.99.255",
        "198.51.101.0",
        "203.0.112.255",
        "203.0.114.0",
        "223.255.255.255",
        "::ffff:8.8.8.8",
        "64:ff9b::8.8.8.8",
        "2000::",
        "2001:200::",
        "2001:db7:ffff::",
        "2001:db9::",
        "2001:ffff::",
        "2003::",
        "2606:4700::1111",
        "3ffe:ffff::",
        "3fff:1000::",
        "3fff:ffff:ffff:ffff:ffff:ffff:ffff:ffff",
    ] {
        assert!(is_public(address.parse().unwrap()), "{address}");
    }
    for address in [
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "100.64.0.0",
        "169.254.255.255",
        "172.31.255.255",
        "192.0.0.255",
        "198.19.255.255",
        "239.255.255.255",
        "240.0.0.0",
        "1fff::",
        "2001::",
        "2001:1ff:ffff::",
        "2001:db8:ffff::",
        "2002:ffff::",
        "3fff:fff::",
        "4000::",
        "64:ff9b::1:0:0",
        "64:ff9b:1:ffff::",
        "fdff::",
        "febf::",
        "ffff::",
    ] {
        assert!(!is_public(address.parse().unwrap()), "{address}");
    }
}
