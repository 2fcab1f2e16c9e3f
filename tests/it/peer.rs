//! Who calls is what limits by address go by. So nobody may choose it: only a proxy that the operator named
//! is believed when it says whom it forwards.

use std::net::SocketAddr;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::Request;
use axum::middleware::from_fn_with_state;
use axum::routing::get;
use hearth::config::front::Front;
use hearth::config::networks::Networks;
use hearth::http::peer::{Peer, recognize};
use tower::ServiceExt;

use crate::world::World;

/// What a handler learns of a caller behind these proxies: the address and its network.
async fn seen(proxies: &str, socket: Option<&str>, forwarded: &[&str]) -> (String, String) {
    let front = Front {
        proxies: proxies.parse().unwrap(),
        ..Front::default()
    };
    let app = World::new().await.behind(front).app;
    let told = |peer: Peer| async move { format!("{} {}", peer.address(), peer.network()) };
    let router = Router::new()
        .route("/", get(told))
        .layer(from_fn_with_state(app, recognize));
    let mut request = Request::builder();
    for value in forwarded {
        request = request.header("x-forwarded-for", *value);
    }
    if let Some(socket) = socket {
        let socket: SocketAddr = socket.parse().unwrap();
        request = request.extension(ConnectInfo(socket));
    }
    let answer = router.oneshot(request.body(Body::empty()).unwrap()).await;
    let body = to_bytes(answer.unwrap().into_body(), 1000).await.unwrap();
    let told = String::from_utf8(body.to_vec()).unwrap();
    let (address, network) = told.split_once(' ').unwrap();
    (address.to_owned(), network.to_owned())
}

async fn address(proxies: &str, socket: &str, forwarded: &[&str]) -> String {
    seen(proxies, Some(socket), forwarded).await.0
}

#[tokio::test]
async fn the_socket_says_who_calls() {
    assert_eq!(seen("", None, &[]).await.0, "127.0.0.1");
    assert_eq!(address("", "203.0.113.7:5000", &[]).await, "203.0.113.7");
    assert_eq!(address("", "[2001:db8::7]:50", &[]).await, "2001:db8::7");
    // A listener on [::] sees IPv4 callers in IPv6 clothes.
    let wrapped = "[::ffff:203.0.113.7]:5000";
    assert_eq!(address("", wrapped, &[]).await, "203.0.113.7");
}

#[tokio::test]
async fn who_is_no_proxy_cannot_choose_an_address() {
    for proxies in ["", "10.0.0.1", "10.0.0.0/8, 2001:db8::/32"] {
        let seen = address(proxies, "203.0.113.7:5000", &["198.51.100.1"]).await;
        assert_eq!(seen, "203.0.113.7", "behind {proxies:?}");
    }
}

#[tokio::test]
async fn a_proxy_is_believed_and_only_as_far_as_proxies_reach() {
    let proxies = "10.0.0.0/8,192.0.2.1, 2001:db8::/48";
    for (socket, forwarded, caller) in [
        ("10.0.0.1:5000", vec!["203.0.113.7"], "203.0.113.7"),
        ("[::ffff:10.0.0.1]:50", vec!["203.0.113.7"], "203.0.113.7"),
        ("[2001:db8::1]:50", vec!["2001:db9::7"], "2001:db9::7"),
        ("10.0.0.1:5000", vec!["::ffff:203.0.113.7"], "203.0.113.7"),
        // The caller's own invention stands to the left of what the proxy added.
        ("10.0.0.1:5000", vec!["1.2.3.4, 203.0.113.7"], "203.0.113.7"),
        (
            "10.0.0.1:5000",
            vec!["1.2.3.4", "203.0.113.7"],
            "203.0.113.7",
        ),
        // Proxies in a row, each adding whom it heard.
        (
            "10.0.0.1:5000",
            vec!["1.2.3.4, 203.0.113.7,192.0.2.1 ,10.9.9.9"],
            "203.0.113.7",
        ),
        (
            "10.0.0.1:5000",
            vec!["203.0.113.7", "192.0.2.1", "10.9.9.9"],
            "203.0.113.7",
        ),
        // Nobody but proxies: the first of them.
        ("10.0.0.1:5000", vec!["10.3.3.3, 192.0.2.1"], "10.3.3.3"),
        ("10.0.0.1:5000", vec![], "10.0.0.1"),
        // Some proxies tell the port too.
        ("10.0.0.1:5000", vec!["203.0.113.7:4711"], "203.0.113.7"),
        ("10.0.0.1:5000", vec!["[2001:db9::7]:4711"], "2001:db9::7"),
        // Garbage: the last good hop.
        ("10.0.0.1:5000", vec!["203.0.113.7, unknown"], "10.0.0.1"),
        (
            "10.0.0.1:5000",
            vec!["203.0.113.7, 192.0.2.1, _x"],
            "10.0.0.1",
        ),
        (
            "10.0.0.1:5000",
            vec!["203.0.113.7, ,192.0.2.1"],
            "192.0.2.1",
        ),
        ("10.0.0.1:5000", vec![""], "10.0.0.1"),
        ("10.0.0.1:5000", vec!["203.0.113.7, \u{fc}"], "10.0.0.1"),
    ] {
        let seen = address(proxies, socket, &forwarded).await;
        assert_eq!(seen, caller, "{socket} forwarded {forwarded:?}");
    }
}

/// Within 64 bits of IPv6 anybody has as many addresses as they like.
#[tokio::test]
async fn limits_count_by_network() {
    for (socket, network) in [
        ("203.0.113.7:1", "203.0.113.7"),
        ("[::ffff:203.0.113.7]:1", "203.0.113.7"),
        ("[2001:db8:1:2:3:4:5:6]:1", "2001:db8:1:2::"),
        ("[2001:db8:1:2:ffff::]:1", "2001:db8:1:2::"),
        ("[2001:db8:1:3::1]:1", "2001:db8:1:3::"),
    ] {
        assert_eq!(seen("", Some(socket), &[]).await.1, network);
    }
}

#[test]
fn a_wrong_proxy_is_told() {
    for wrong in [
        "localhost",
        "10.0.0.0/33",
        "10.0.0.1; 10.0.0.2",
        "10.0.0.1:80",
        "*",
    ] {
        let told = format!("127.0.0.1,{wrong}").parse::<Networks>();
        let told = told.unwrap_err();
        assert!(told.starts_with(wrong), "{told}");
        assert!(told.contains("neither an address nor a network"), "{told}");
    }
    assert!("::ffff:10.0.0.1".parse::<Networks>().is_ok());
}
