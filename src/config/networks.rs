//! Networks, as the operator names them.

use std::net::IpAddr;
use std::str::FromStr;

use ipnet::IpNet;

use super::list;

/// Addresses and networks, such as `127.0.0.1, 10.0.0.0/8`.
#[derive(Debug, Clone, Default)]
pub struct Networks(Vec<IpNet>);

impl Networks {
    /// Whether none is named.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them has this address.
    pub fn contain(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }
}

impl FromStr for Networks {
    type Err = String;

    fn from_str(text: &str) -> Result<Networks, String> {
        let network = |text: &str| {
            let alone = |address: IpAddr| IpNet::from(address.to_canonical());
            let network = text.parse().or_else(|_| text.parse().map(alone));
            network.map_err(|_| {
                format!("{text} is neither an address nor a network, such as 10.0.0.0/8")
            })
        };
        list(text)
            .map(network)
            .collect::<Result<_, _>>()
            .map(Networks)
    }
}
