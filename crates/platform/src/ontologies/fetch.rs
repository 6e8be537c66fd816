//! Fetching a release from the address that an operator gave: over https, or over plain http from this machine. What
//! comes is bounded in size, and a redirect may not lead from https to plain http.

use crate::jobs::Running;
use chorale_model::Fault;
use futures::StreamExt;
use std::path::Path;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use url::Url;

/// The largest file, packed or not. Cellosaurus has 120 MB, NCBI's whole taxonomy 70 MB packed.
pub const MOST_BYTES: u64 = 1 << 30;
const CONNECT: Duration = Duration::from_secs(20);
/// The longest silence within an answer.
const SILENCE: Duration = Duration::from_secs(60);
const MOST_REDIRECTS: usize = 10;

/// An address that may be fetched from.
pub fn address(text: &str) -> Result<Url, Fault> {
    let refuse = |why: &str| Fault::field("from", format!("\"{text}\" {why}"));
    let url = Url::parse(text.trim()).map_err(|e| refuse(&format!("is no address ({e}); write https://HOST/FILE")))?;
    match (url.scheme(), is_own(&url)) {
        ("https", _) | ("http", true) => Ok(url),
        ("http", false) => {
            Err(refuse("is plain http to another machine, which anybody between could change; use https"))
        }
        (other, _) => Err(refuse(&format!("has the scheme {other}; write https://HOST/FILE"))),
    }
}

fn is_own(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    }
}

fn client(first: &Url) -> Result<reqwest::Client, Fault> {
    let (plain, own) = (first.scheme() == "http", is_own(first));
    let policy = reqwest::redirect::Policy::custom(move |attempt| {
        let may = attempt.url().scheme() == "https" || (plain && own && is_own(attempt.url()));
        if !may {
            attempt.error("it leads to an address that is not https")
        } else if attempt.previous().len() > MOST_REDIRECTS {
            attempt.error("it leads on and on")
        } else {
            attempt.follow()
        }
    });
    crate::tls::prepare();
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .redirect(policy)
        .user_agent(concat!("chorale/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| Fault::internal("preparing to fetch", e))
}

/// Fetches into `file`; `job` hears how far it is, and can end it.
pub async fn fetch(url: &Url, file: &Path, job: Option<&Running>) -> Result<(), Fault> {
    let away = |why: String| Fault::busy(format!("{url} could not be fetched: {why}; try again later"));
    let answer = client(url)?.get(url.clone()).send().await.map_err(|e| away(reason(&e)))?;
    let status = answer.status();
    if status.is_client_error() {
        return Err(Fault::field("from", format!("{url} answers {status}; give the address of the file itself")));
    }
    if !status.is_success() {
        return Err(away(format!("the server answers {status}")));
    }
    let announced = answer.content_length();
    check_size(url, announced.unwrap_or(0))?;
    let local = |e: std::io::Error| Fault::internal("writing a fetched file", e);
    let mut out = tokio::fs::File::create(file).await.map_err(local)?;
    let mut chunks = answer.bytes_stream();
    let mut size = 0_u64;
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|e| away(reason(&e)))?;
        size += chunk.len() as u64;
        check_size(url, size)?;
        out.write_all(&chunk).await.map_err(local)?;
        if let Some(job) = job {
            let total = i64::try_from(announced.unwrap_or(0)).unwrap_or(0);
            let done = i64::try_from(size).unwrap_or(i64::MAX);
            job.progress(done, total.max(done + 1), "bytes", &format!("Fetching {url}")).await?;
        }
    }
    if announced.is_some_and(|announced| announced != size) {
        return Err(away("the transfer was cut off".to_owned()));
    }
    out.flush().await.map_err(local)
}

/// Refuses what is too large.
pub fn check_size(what: impl std::fmt::Display, size: u64) -> Result<(), Fault> {
    if size <= MOST_BYTES {
        return Ok(());
    }
    Err(Fault::too_large(format!(
        "{what} has more than {} MiB, which no ontology has; is it the right file?",
        MOST_BYTES >> 20
    )))
}

/// The innermost cause: reqwest's own words only say that a request failed.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_and_this_machine_are_asked() {
        for good in ["https://example.org/a.obo", "http://127.0.0.1:1/a.obo", "http://[::1]/a", "http://localhost/a"] {
            address(good).unwrap();
        }
        for (bad, why) in [
            ("http://example.org/a.obo", "use https"),
            ("http://10.0.0.1/a.obo", "use https"),
            ("file:///etc/passwd", "has the scheme file"),
            ("ftp://example.org/a.obo", "has the scheme ftp"),
            ("mondo.obo", "is no address"),
        ] {
            let fault = address(bad).unwrap_err();
            assert!(fault.message.contains(why) && fault.message.contains(bad), "{fault}");
        }
        assert!(check_size("x", MOST_BYTES).is_ok() && check_size("x", MOST_BYTES + 1).is_err());
    }
}
