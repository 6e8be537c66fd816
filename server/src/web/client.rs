//! Whose address a request comes from. X-Forwarded-For is believed only from trusted proxies, read from its right
//! end: everything left of the first untrusted address was written by strangers.

use axum::extract::Request;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};

/// The other end of the connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer(pub SocketAddr);

/// The client's address as text.
pub fn address(request: &Request, proxies: &[IpNet]) -> String {
    let Some(Peer(peer)) = request.extensions().get::<Peer>() else { return IpAddr::from([127, 0, 0, 1]).to_string() };
    let forwarded: Vec<&str> = request
        .headers()
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .collect();
    client(peer.ip(), &forwarded, proxies).to_string()
}

/// The request was made on this machine, with nothing in between.
pub fn is_local(request: &Request) -> bool {
    let direct = !request.headers().contains_key("x-forwarded-for") && !request.headers().contains_key("forwarded");
    direct && request.extensions().get::<Peer>().is_none_or(|Peer(peer)| peer.ip().is_loopback())
}

fn client(peer: IpAddr, forwarded: &[&str], proxies: &[IpNet]) -> IpAddr {
    let trusted = |address: IpAddr| proxies.iter().any(|network| network.contains(&address));
    let mut client = peer.to_canonical();
    for hop in forwarded.iter().rev() {
        if !trusted(client) {
            break;
        }
        match hop.trim().parse::<IpAddr>() {
            Ok(address) => client = address.to_canonical(),
            Err(_) => break,
        }
    }
    client
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_trusted_proxies_say_where_a_request_comes_from() {
        let proxies: Vec<IpNet> = vec!["10.0.0.0/8".parse().unwrap()];
        let from = |peer: &str, forwarded: &[&str]| client(peer.parse().unwrap(), forwarded, &proxies).to_string();
        assert_eq!(from("203.0.113.9", &["198.51.100.1"]), "203.0.113.9", "a stranger's header is not believed");
        assert_eq!(from("10.0.0.1", &["6.6.6.6", "198.51.100.1"]), "198.51.100.1", "nor what the client itself wrote");
        assert_eq!(from("10.0.0.1", &["198.51.100.1", "10.0.0.2"]), "198.51.100.1");
        assert_eq!(from("10.0.0.1", &["not an address"]), "10.0.0.1");
        assert_eq!(from("::ffff:10.0.0.1", &["198.51.100.1"]), "198.51.100.1");
    }
}
