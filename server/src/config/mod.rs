//! The settings of a process: flags over environment over file over defaults, parsed once at the door.
//! Must never be read again after start: what runs gets the typed [`Config`].
//! Start at [`Config::load`]; the table of settings is in [`table`].

mod print;
mod read;
pub mod table;

pub use print::{as_json, as_text};

use chorale_model::Fault;
use ipnet::IpNet;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Flag,
    Environment,
    File(PathBuf),
    Default,
}

/// A setting's text and where it came from; no text means that it has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Given {
    pub text: Option<String>,
    pub origin: Origin,
}

/// The value of every setting, by key.
pub type Values = BTreeMap<&'static str, Given>;

/// Valid settings.
#[derive(Clone, Debug)]
pub struct Config {
    pub database_url: String,
    pub objects_url: String,
    pub data_dir: PathBuf,
    pub cache_dir: PathBuf,
    pub listen: SocketAddr,
    pub public_url: url::Url,
    pub trusted_proxies: Vec<IpNet>,
    /// Host names in lower case, without ports.
    pub allowed_hosts: Vec<String>,
    pub metrics_token: Option<String>,
    /// The collector's base address.
    pub otlp_endpoint: Option<url::Url>,
    pub geo_base_url: String,
    pub webhook_hosts: Vec<String>,
    pub demo_data: Option<PathBuf>,
    pub log: String,
    pub log_json: bool,
    pub max_connections: usize,
    pub max_body_bytes: usize,
    pub max_upload_bytes: i64,
    pub unused_objects_days: i64,
    pub deleted_days: i64,
    pub header_timeout: Duration,
    pub body_timeout: Duration,
    pub upload_stall: Duration,
    pub read_timeout: Duration,
    pub shutdown_timeout: Duration,
    pub worker_slots: usize,
    pub quota_stored_bytes: i64,
    pub quota_samples: i64,
    pub quota_running_jobs: i64,
    pub quota_queued_jobs: i64,
    /// Every value with its origin, for `chorale config`.
    pub values: Values,
}

impl Config {
    /// Reads the settings. `flags` holds what the command line gave, `variable` looks into the environment.
    pub fn load(
        flags: &BTreeMap<String, String>,
        variable: impl Fn(&str) -> Option<String>,
        file: Option<PathBuf>,
    ) -> Result<Config, Fault> {
        read::config(read::values(flags, variable, file)?)
    }

    /// The defaults with everything under `data_dir`.
    pub fn in_folder(data_dir: &std::path::Path) -> Result<Config, Fault> {
        let flags = BTreeMap::from([("data_dir".to_owned(), data_dir.display().to_string())]);
        Config::load(&flags, |_| None, None)
    }

    /// People reach this deployment over TLS.
    pub fn secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    /// Fails when passwords and cookies would cross a network in the clear.
    pub fn check_transport(&self) -> Result<(), Fault> {
        if self.listen.ip().is_loopback() || (self.secure() && !self.trusted_proxies.is_empty()) {
            return Ok(());
        }
        Err(Fault::field(
            "listen",
            format!(
                "{} is open to the network, and plain http would show passwords to it; listen on 127.0.0.1, or set \
                 public_url to the https address of a proxy and trusted_proxies to the proxy's network",
                self.listen
            ),
        ))
    }

    /// What the rooms need to know.
    pub fn platform(&self) -> chorale_platform::ctx::Settings {
        chorale_platform::ctx::Settings {
            cache_dir: self.cache_dir.clone(),
            public_url: self.public_url.as_str().trim_end_matches('/').to_owned(),
            geo_base_url: self.geo_base_url.clone(),
            webhook_hosts: self.webhook_hosts.clone(),
            quota_stored_bytes: self.quota_stored_bytes,
            quota_samples: self.quota_samples,
            quota_running_jobs: self.quota_running_jobs,
            quota_queued_jobs: self.quota_queued_jobs,
            max_upload_bytes: self.max_upload_bytes,
            unused_objects_days: self.unused_objects_days,
            deleted_days: self.deleted_days,
        }
    }
}

#[cfg(test)]
mod tests;
