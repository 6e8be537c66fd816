//! Where a webhook may lead. Whoever names an address speaks with the server's own network position, so private networks
//! are closed unless the operator opens them: by the setting `webhook_hosts`, as names or as networks.

use chorale_model::Fault;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use url::{Host, Url};

const LONGEST: usize = 2_000;

/// An address that was looked at as it is written.
pub fn parse(text: &str, open: &[String]) -> Result<Url, Fault> {
    let refuse = |why: String| Err(Fault::field("url", why));
    let text = text.trim();
    if text.chars().count() > LONGEST {
        return refuse(format!("has more than {LONGEST} characters"));
    }
    let Ok(url) = Url::parse(text) else {
        return refuse(format!("\"{text}\" is no address; write it as https://hooks.example.org/chorale"));
    };
    let Some(host) = url.host() else { return refuse("names no host".to_owned()) };
    if !url.username().is_empty() || url.password().is_some() {
        return refuse("holds a name or a password; what is sent is signed instead".to_owned());
    }
    if url.fragment().is_some() {
        return refuse("ends with a fragment, which is never sent; leave it out".to_owned());
    }
    let is_open = is_open_name(&host.to_string(), open) || literal(&host).is_some_and(|ip| is_open_ip(ip, open));
    match url.scheme() {
        "https" => {}
        "http" if is_open => {}
        "http" => {
            return refuse(
                "is plain http, which the operator allows for hosts of the setting webhook_hosts alone; use https"
                    .to_owned(),
            );
        }
        other => return refuse(format!("has the scheme {other}; use https")),
    }
    match literal(&host) {
        Some(ip) if !is_public(ip) && !is_open => refuse(closed(&host.to_string())),
        _ => Ok(url),
    }
}

fn closed(host: &str) -> String {
    format!("{host} lies in a private network, which the operator opens by the setting webhook_hosts")
}

fn literal(host: &Host<&str>) -> Option<IpAddr> {
    match host {
        Host::Ipv4(ip) => Some(IpAddr::V4(*ip)),
        Host::Ipv6(ip) => Some(IpAddr::V6(*ip)),
        Host::Domain(_) => None,
    }
}

/// The addresses of its host, each of them allowed. They are asked for once and used: a name that leads elsewhere a moment
/// later leads nowhere.
pub async fn resolve(url: &Url, open: &[String]) -> Result<Vec<SocketAddr>, String> {
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']).to_owned();
    let port = url.port_or_known_default().unwrap_or(443);
    let found = tokio::net::lookup_host((host.as_str(), port)).await;
    let found: Vec<SocketAddr> = found.map_err(|e| format!("{host} is no host that is known: {e}"))?.collect();
    if found.is_empty() {
        return Err(format!("{host} is no host that is known"));
    }
    let is_open = is_open_name(&host, open);
    match found.iter().all(|at| is_open || is_public(at.ip()) || is_open_ip(at.ip(), open)) {
        true => Ok(found),
        false => Err(closed(&host)),
    }
}

fn is_open_name(host: &str, open: &[String]) -> bool {
    let host = host.trim_matches(['[', ']']);
    open.iter().any(|one| one.trim_matches(['[', ']']).eq_ignore_ascii_case(host))
}

/// `10.0.0.0/8`, `fd00::/8`.
fn is_open_ip(ip: IpAddr, open: &[String]) -> bool {
    open.iter().any(|one| {
        let Some((base, bits)) = one.split_once('/') else { return one.parse() == Ok(ip) };
        let (Ok(base), Ok(bits)) = (base.parse::<IpAddr>(), bits.parse::<u32>()) else { return false };
        match (base, ip) {
            (IpAddr::V4(base), IpAddr::V4(ip)) if bits <= 32 => {
                let mask = u32::MAX.checked_shl(32 - bits).unwrap_or(0);
                u32::from(base) & mask == u32::from(ip) & mask
            }
            (IpAddr::V6(base), IpAddr::V6(ip)) if bits <= 128 => {
                let mask = u128::MAX.checked_shl(128 - bits).unwrap_or(0);
                u128::from(base) & mask == u128::from(ip) & mask
            }
            _ => false,
        }
    })
}

/// An address of the public internet; everything that the registries reserve is none.
fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(ip) => is_public_v4(ip),
        IpAddr::V6(ip) => is_public_v6(ip),
    }
}

fn is_public_v4(ip: Ipv4Addr) -> bool {
    let [a, b, c, _] = ip.octets();
    !(ip.is_private()
        || ip.is_loopback()
        || ip.is_link_local()
        || ip.is_broadcast()
        || ip.is_documentation()
        || ip.is_multicast()
        || a == 0
        || a >= 240
        || (a == 100 && (64..128).contains(&b)) // shared by carriers
        || (a == 192 && b == 0 && c == 0)
        || (a == 198 && (b == 18 || b == 19))) // benchmarks
}

fn is_public_v6(ip: Ipv6Addr) -> bool {
    if let Some(v4) = ip.to_ipv4_mapped() {
        return is_public_v4(v4);
    }
    let [first, second, ..] = ip.segments();
    // Only 2000::/3 is given out; of it the tunnels carry IPv4 addresses within, and one block is for documents.
    first & 0xe000 == 0x2000 && first != 0x2002 && !(first == 0x2001 && (second < 0x200 || second == 0x0db8))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(text: &str, open: &[&str]) -> Result<(), String> {
        let open: Vec<String> = open.iter().map(|one| (*one).to_owned()).collect();
        parse(text, &open).map(drop).map_err(|fault| fault.fields[0].message.clone())
    }

    #[test]
    fn only_https_to_the_public_internet_unless_the_operator_opens_more() {
        assert_eq!(said("https://hooks.example.org/a?b=c", &[]), Ok(()));
        assert_eq!(said("https://93.184.216.34/", &[]), Ok(()));
        for (wrong, why) in [
            ("http://hooks.example.org/", "plain http"),
            ("http://127.0.0.1:9/", "plain http"),
            ("https://127.0.0.1/", "private network"),
            ("https://10.1.2.3/", "private network"),
            ("https://192.168.0.1/", "private network"),
            ("https://172.16.0.1/", "private network"),
            ("https://169.254.169.254/latest/meta-data", "private network"),
            ("https://100.64.0.1/", "private network"),
            ("https://0.0.0.0/", "private network"),
            ("https://2130706433/", "private network"), // 127.0.0.1 as one number
            ("https://0x7f.1/", "private network"),
            ("https://[::1]/", "private network"),
            ("https://[::ffff:10.0.0.1]/", "private network"),
            ("https://[fd00::1]/", "private network"),
            ("https://[fe80::1]/", "private network"),
            ("https://[2002:7f00:1::]/", "private network"),
            ("https://user:pass@hooks.example.org/", "password"),
            ("https://hooks.example.org/#x", "fragment"),
            ("ftp://hooks.example.org/", "scheme ftp"),
            ("file:///etc/passwd", "names no host"),
            ("hooks.example.org", "is no address"),
        ] {
            let refused = said(wrong, &[]).expect_err(wrong);
            assert!(refused.contains(why), "{wrong}: {refused}");
        }
        assert_eq!(said("http://127.0.0.1:9/", &["127.0.0.1"]), Ok(()));
        assert_eq!(said("http://hooks.lab/", &["hooks.lab"]), Ok(()));
        assert_eq!(said("https://10.1.2.3/", &["10.0.0.0/8"]), Ok(()));
        assert!(said("https://11.1.2.3/", &["10.0.0.0/8"]).is_ok(), "it is public");
        assert!(said("https://192.168.1.1/", &["10.0.0.0/8"]).is_err());
        assert_eq!(said("http://[fd00::7]/", &["fd00::/8"]), Ok(()));
    }

    #[tokio::test]
    async fn a_name_that_leads_into_a_private_network_leads_nowhere() {
        let url = Url::parse("https://localhost/").unwrap();
        let refused = resolve(&url, &[]).await.unwrap_err();
        assert!(refused.contains("private network"), "{refused}");
        assert!(!resolve(&url, &["localhost".to_owned()]).await.unwrap().is_empty());
        assert!(!resolve(&url, &["127.0.0.0/8".to_owned(), "::1".to_owned()]).await.unwrap().is_empty());
    }
}
