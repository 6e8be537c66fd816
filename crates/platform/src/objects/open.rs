//! From a URL to a store: `file:///folder`, or `s3://bucket/prefix` with the variables that S3 tools agree on.

use super::Objects;
use chorale_model::Fault;
use object_store::aws::{AmazonS3, AmazonS3Builder, AmazonS3ConfigKey};
use object_store::local::LocalFileSystem;
use object_store::signer::Signer;
use object_store::{ObjectStore, RetryConfig};
use std::sync::Arc;
use std::time::Duration;

impl Objects {
    /// Opens `file:///folder` or `s3://bucket/prefix`; S3 reads its AWS_… variables from the environment.
    pub fn open(url: &str) -> Result<Objects, Fault> {
        // A variable that is no Unicode cannot be one of S3's.
        let texts =
            std::env::vars_os().filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
        Objects::open_with(url, texts)
    }

    /// The same with variables of the caller's choice.
    pub fn open_with(url: &str, variables: impl IntoIterator<Item = (String, String)>) -> Result<Objects, Fault> {
        let parsed = url::Url::parse(url)
            .map_err(|e| refuse(format!("\"{url}\" is no URL ({e}); write file:///FOLDER or s3://BUCKET/PREFIX")))?;
        let (store, signer, prefix): (Arc<dyn ObjectStore>, Option<Arc<dyn Signer>>, _) = match parsed.scheme() {
            "file" => (Arc::new(folder(url, &parsed)?), None, String::new()),
            "s3" => {
                let store = Arc::new(s3(url, variables)?);
                (store.clone(), Some(store), parsed.path().trim_matches('/').to_owned())
            }
            other => return Err(refuse(format!("\"{other}\" is no object store here; choose file or s3"))),
        };
        Ok(Objects { store, signer, prefix, url: url.to_owned() })
    }
}

fn folder(url: &str, parsed: &url::Url) -> Result<LocalFileSystem, Fault> {
    let folder = parsed.to_file_path().map_err(|()| refuse(format!("\"{url}\" is no local folder")))?;
    std::fs::create_dir_all(&folder)
        .map_err(|e| refuse(format!("the folder {} cannot be made: {e}", folder.display())))?;
    let store = LocalFileSystem::new_with_prefix(&folder)
        .map_err(|e| refuse(format!("the folder {} cannot be opened: {e}", folder.display())))?;
    Ok(store.with_fsync(true))
}

fn s3(url: &str, variables: impl IntoIterator<Item = (String, String)>) -> Result<AmazonS3, Fault> {
    crate::tls::prepare();
    let mut builder = AmazonS3Builder::new();
    for (name, value) in variables {
        if name.starts_with("AWS_")
            && !value.is_empty()
            && let Ok(key) = name.to_ascii_lowercase().parse::<AmazonS3ConfigKey>()
        {
            builder = builder.with_config(key, value);
        }
    }
    let named = |key| builder.get_config_value(&key);
    let endpoint = named(AmazonS3ConfigKey::Endpoint).or_else(|| named(AmazonS3ConfigKey::S3Endpoint));
    if let Some(endpoint) = endpoint {
        builder = builder.with_allow_http(may_be_plain(&endpoint)?);
    }
    // A request of ours has a deadline of half a minute: the client's own three would outlast it.
    let retry = RetryConfig { max_retries: 6, retry_timeout: Duration::from_secs(20), ..RetryConfig::default() };
    builder.with_retry(retry).with_url(url).build().map_err(|e| refuse(format!("\"{url}\": {e}")))
}

/// Plain http is for a server on this machine: keys are signed but data would cross a network in the clear.
fn may_be_plain(endpoint: &str) -> Result<bool, Fault> {
    let refuse = |why: &str| refuse(format!("AWS_ENDPOINT \"{endpoint}\" {why}"));
    let parsed = url::Url::parse(endpoint).map_err(|e| refuse(&format!("is no URL: {e}")))?;
    let own = match parsed.host() {
        Some(url::Host::Domain(name)) => name == "localhost",
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => false,
    };
    match parsed.scheme() {
        "https" => Ok(false),
        "http" if own => Ok(true),
        "http" => Err(refuse("is plain http to another machine, which would show the data; use https")),
        _ => Err(refuse("is no web address; write https://HOST")),
    }
}

fn refuse(message: String) -> Fault {
    Fault::field("objects_url", message)
}
