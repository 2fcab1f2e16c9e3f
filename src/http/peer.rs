//! Who calls: the address that a request comes from, seen through the proxies before Hearth.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::middleware::Next;
use axum::response::Response;

use super::App;
use super::error::Error;
use crate::config::networks::Networks;

/// The address that a request comes from. An IPv4 address inside an IPv6 one is unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Peer(IpAddr);

impl Peer {
    /// The address itself.
    pub fn address(self) -> IpAddr {
        self.0
    }

    /// What one household or one attacker holds at least: an IPv4 address, or an IPv6 network of 64
    /// bits, within which anybody can choose a new address for every request.
    pub fn network(self) -> IpAddr {
        match self.0 {
            IpAddr::V4(_) => self.0,
            IpAddr::V6(address) => {
                let network = address.to_bits() & !u128::from(u64::MAX);
                IpAddr::V6(Ipv6Addr::from_bits(network))
            }
        }
    }

    /// Walks from the socket towards the caller, for as long as the hop that speaks is a known proxy and
    /// names an address. Whatever else stands in the header may be the caller's own invention.
    fn seen_through(proxies: &Networks, socket: IpAddr, headers: &HeaderMap) -> Peer {
        let forwarded = headers.get_all("x-forwarded-for").iter().rev();
        let mut hops = forwarded.flat_map(|value| value.to_str().unwrap_or_default().rsplit(','));
        let mut peer = socket.to_canonical();
        while proxies.contain(peer)
            && let Some(address) = hops.next().and_then(address)
        {
            peer = address;
        }
        Peer(peer)
    }
}

/// An address, of which some proxies also tell the port.
fn address(hop: &str) -> Option<IpAddr> {
    let hop = hop.trim();
    let with_port = || hop.parse().map(|socket: SocketAddr| socket.ip());
    let address: IpAddr = hop.parse().or_else(|_| with_port()).ok()?;
    Some(address.to_canonical())
}

/// Notes once, for everybody further in, who calls. Without a socket, as in tests, it is this machine.
pub async fn recognize(State(app): State<App>, mut request: Request, next: Next) -> Response {
    let socket = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let socket = socket.map_or(IpAddr::V4(Ipv4Addr::LOCALHOST), |info| info.0.ip());
    let peer = Peer::seen_through(&app.front.proxies, socket, request.headers());
    request.extensions_mut().insert(peer);
    next.run(request).await
}

impl<S: Sync> FromRequestParts<S> for Peer {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Peer, Error> {
        let peer = parts.extensions.get().copied();
        peer.ok_or_else(|| Error::Broken("nobody noted who calls".to_owned()))
    }
}
