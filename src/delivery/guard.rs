//! The guard at the door out. Members choose where messages go; without a guard they could let Hearth
//! knock at whatever stands beside it: a router, a printer, another program on the same machine.
//!
//! An address that stands in the URL itself is judged before anything is sent. A name is looked up at
//! every send, and refused when *any* of its addresses is; the connection then goes to the very addresses
//! that were judged, never to a second answer.

use std::fmt;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

use super::outcome::Why;
use super::public::is_public;
use crate::config::networks::Networks;

/// Who knows where names lead: the operating system, or in tests a function.
#[derive(Clone)]
pub enum Names {
    /// The operating system.
    System,
    /// Whatever it is told, for tests only.
    Told(Arc<Teller>),
}

/// A function that tells where a name leads.
pub type Teller = dyn Fn(&str) -> Vec<IpAddr> + Send + Sync;

impl Names {
    async fn look_up(&self, name: &str) -> Result<Vec<IpAddr>, Why> {
        let addresses = match self {
            Names::System => {
                let sockets = tokio::net::lookup_host((name, 0)).await;
                let sockets = sockets.map_err(|_| Why::Nameless)?;
                sockets.map(|socket| socket.ip()).collect()
            }
            Names::Told(tell) => tell(name),
        };
        match addresses.is_empty() {
            true => Err(Why::Nameless),
            false => Ok(addresses),
        }
    }
}

impl fmt::Debug for Names {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Names::System => "System",
            Names::Told(_) => "Told",
        })
    }
}

/// How far a connection may go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// Into the operator's own networks alone: what goes unencrypted stays at home.
    Home,
    /// To every public address as well.
    World,
}

/// Says which addresses a connection may go to.
#[derive(Debug, Clone)]
pub struct Guard {
    /// The operator's own networks.
    pub home: Networks,
    /// How far beyond them.
    pub reach: Reach,
    /// Who knows where names lead.
    pub names: Names,
}

impl Guard {
    /// Judges what a URL says by itself: an address it holds, or a name that cannot lead home.
    pub fn judge_url(&self, url: &Url) -> Result<(), Why> {
        match url.host() {
            Some(Host::Ipv4(address)) => self.judge(address.into()),
            Some(Host::Ipv6(address)) => self.judge(address.into()),
            _ if self.reach == Reach::Home && self.home.is_empty() => Err(Why::Insecure),
            _ => Ok(()),
        }
    }

    fn judge(&self, address: IpAddr) -> Result<(), Why> {
        let address = address.to_canonical();
        match self.reach {
            _ if self.home.contain(address) => Ok(()),
            _ if !is_public(address) => Err(Why::Private),
            Reach::Home => Err(Why::Insecure),
            Reach::World => Ok(()),
        }
    }

    /// Where a name leads, if a connection may go to each of its addresses.
    async fn addresses(&self, name: &str) -> Result<Vec<IpAddr>, Why> {
        let addresses = self.names.look_up(name).await?;
        addresses
            .iter()
            .try_for_each(|address| self.judge(*address))?;
        Ok(addresses)
    }
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let addresses = guard.addresses(name.as_str()).await?;
            // Port 0 stands for the one in the URL.
            let socket = |address: IpAddr| SocketAddr::new(address, 0);
            Ok(Box::new(addresses.into_iter().map(socket)) as Addrs)
        })
    }
}
