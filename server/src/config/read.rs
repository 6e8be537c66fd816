//! From texts to a [`Config`]: each refusal names the setting, where its value came from, and what would do.

use super::table::{Default, Kind, SETTINGS, Setting};
use super::{Config, Given, Origin, Values};
use chorale_model::Fault;
use std::collections::BTreeMap;
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Duration;

/// Every setting's text with its origin, derived defaults included.
pub fn values(
    flags: &BTreeMap<String, String>,
    variable: impl Fn(&str) -> Option<String>,
    file: Option<PathBuf>,
) -> Result<Values, Fault> {
    let file = file.map(|path| Ok::<_, Fault>((settings_file(&path)?, path))).transpose()?;
    let mut values = Values::new();
    for setting in SETTINGS {
        let default = match setting.default {
            Default::Value(text) => Some(text.to_owned()),
            Default::Nothing | Default::Derived(_) => None,
        };
        let in_file = || file.as_ref().and_then(|(texts, path)| Some((texts.get(setting.key)?, path)));
        let given = if let Some(text) = flags.get(setting.key) {
            Given { text: Some(text.clone()), origin: Origin::Flag }
        } else if let Some(text) = variable(&setting.variable()).filter(|text| !text.is_empty()) {
            Given { text: Some(text), origin: Origin::Environment }
        } else if let Some((text, path)) = in_file() {
            Given { text: Some(text.clone()), origin: Origin::File(path.clone()) }
        } else {
            Given { text: default, origin: Origin::Default }
        };
        values.insert(setting.key, given);
    }
    derive(&mut values)?;
    Ok(values)
}

/// The keys of a TOML file as texts; a key that is no setting is refused, so that a typing error shows.
fn settings_file(path: &Path) -> Result<BTreeMap<String, String>, Fault> {
    let text = std::fs::read_to_string(path)
        .map_err(|e| Fault::field("config", format!("the settings file {} cannot be read: {e}", path.display())))?;
    let table: toml::Table = text
        .parse()
        .map_err(|e| Fault::field("config", format!("the settings file {} is no TOML: {e}", path.display())))?;
    let mut texts = BTreeMap::new();
    for (key, value) in table {
        if Setting::find(&key).is_none() {
            let known: Vec<_> = SETTINGS.iter().map(|setting| setting.key).collect();
            return Err(Fault::field(
                "config",
                format!("\"{key}\" in {} is no setting; choose of {}", path.display(), known.join(", ")),
            ));
        }
        texts.insert(
            key.clone(),
            value_text(value).ok_or_else(|| {
                Fault::field("config", format!("\"{key}\" in {} must be a text, a number or a list", path.display()))
            })?,
        );
    }
    Ok(texts)
}

fn value_text(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Array(items) => {
            let texts: Option<Vec<_>> = items.into_iter().map(value_text).collect();
            texts.map(|texts| texts.join(","))
        }
        _ => None,
    }
}

/// Fills what is made from other settings.
fn derive(values: &mut Values) -> Result<(), Fault> {
    let data = std::path::absolute(text(values, "data_dir"))
        .map_err(|e| Fault::field("data_dir", format!("is no path: {e}")))?;
    let objects = url::Url::from_file_path(data.join("objects"))
        .map_err(|()| Fault::field("data_dir", format!("{} is no path for objects", data.display())))?;
    let listen = text(values, "listen").to_owned();
    let mut fill = |key: &'static str, text: String| {
        let given = values.get_mut(key).expect("every setting has an entry");
        given.text.get_or_insert(text);
    };
    fill("database_url", format!("sqlite://{}", data.join("chorale.db").display()));
    fill("objects_url", objects.to_string());
    fill("cache_dir", data.join("cache").display().to_string());
    fill("public_url", format!("http://{listen}"));
    let hosts = hosts(text(values, "public_url"), &listen);
    values.get_mut("allowed_hosts").expect("every setting has an entry").text.get_or_insert(hosts);
    Ok(())
}

fn hosts(public_url: &str, listen: &str) -> String {
    let mut hosts: Vec<String> = Vec::new();
    hosts.extend(url::Url::parse(public_url).ok().and_then(|url| url.host_str().map(str::to_lowercase)));
    if SocketAddr::from_str(listen).is_ok_and(|listen| listen.ip().is_loopback()) {
        for own in ["localhost", "127.0.0.1", "[::1]"] {
            if !hosts.iter().any(|host| host == own) {
                hosts.push(own.to_owned());
            }
        }
    }
    hosts.join(",")
}

fn text<'a>(values: &'a Values, key: &str) -> &'a str {
    values.get(key).and_then(|given| given.text.as_deref()).unwrap_or_default()
}

fn optional(values: &Values, key: &str) -> Option<String> {
    Some(text(values, key)).filter(|text| !text.is_empty()).map(str::to_owned)
}

fn list(values: &Values, key: &str) -> Vec<String> {
    text(values, key).split(',').map(str::trim).filter(|item| !item.is_empty()).map(str::to_owned).collect()
}

fn number(values: &Values, key: &'static str) -> Result<i64, Fault> {
    let Some(Setting { kind: Kind::Number(least, most), .. }) = Setting::find(key) else {
        return Err(Fault::internal("reading the settings", format!("{key} is no number in the table")));
    };
    let text = text(values, key);
    match text.replace('_', "").parse::<i64>() {
        Ok(number) if (*least..=*most).contains(&number) => Ok(number),
        _ => Err(Fault::field(key, format!("\"{text}\" is no whole number from {least} to {most}"))),
    }
}

fn size(values: &Values, key: &'static str) -> Result<usize, Fault> {
    let number = number(values, key)?;
    usize::try_from(number).map_err(|_| Fault::field(key, format!("{number} is too large for this machine")))
}

fn seconds(values: &Values, key: &'static str) -> Result<Duration, Fault> {
    Ok(Duration::from_secs(number(values, key)?.unsigned_abs()))
}

/// Parses every text.
pub fn config(values: Values) -> Result<Config, Fault> {
    let listen = text(&values, "listen");
    let listen = SocketAddr::from_str(listen)
        .map_err(|_| Fault::field("listen", format!("\"{listen}\" is no address; write 127.0.0.1:3000")))?;
    Ok(Config {
        database_url: text(&values, "database_url").to_owned(),
        objects_url: text(&values, "objects_url").to_owned(),
        data_dir: PathBuf::from(text(&values, "data_dir")),
        cache_dir: PathBuf::from(text(&values, "cache_dir")),
        listen,
        public_url: public_url(text(&values, "public_url"))?,
        trusted_proxies: networks(&values)?,
        allowed_hosts: list(&values, "allowed_hosts").into_iter().map(|host| host.to_lowercase()).collect(),
        metrics_token: optional(&values, "metrics_token"),
        otlp_endpoint: optional(&values, "otlp_endpoint").map(|text| otlp_endpoint(&text)).transpose()?,
        geo_base_url: text(&values, "geo_base_url").to_owned(),
        webhook_hosts: list(&values, "webhook_hosts"),
        demo_data: optional(&values, "demo_data").map(PathBuf::from),
        log: text(&values, "log").to_owned(),
        log_json: log_json(text(&values, "log_format"))?,
        max_connections: size(&values, "max_connections")?,
        max_body_bytes: size(&values, "max_body_bytes")?,
        max_upload_bytes: number(&values, "max_upload_bytes")?,
        unused_objects_days: number(&values, "unused_objects_days")?,
        deleted_days: number(&values, "deleted_days")?,
        header_timeout: seconds(&values, "header_timeout_s")?,
        body_timeout: seconds(&values, "body_timeout_s")?,
        upload_stall: seconds(&values, "upload_stall_s")?,
        read_timeout: seconds(&values, "read_timeout_s")?,
        shutdown_timeout: seconds(&values, "shutdown_timeout_s")?,
        worker_slots: size(&values, "worker_slots")?,
        quota_stored_bytes: number(&values, "quota_stored_bytes")?,
        quota_samples: number(&values, "quota_samples")?,
        quota_running_jobs: number(&values, "quota_running_jobs")?,
        quota_queued_jobs: number(&values, "quota_queued_jobs")?,
        values,
    })
}

fn otlp_endpoint(text: &str) -> Result<url::Url, Fault> {
    let refuse = |why: &str| Fault::field("otlp_endpoint", format!("\"{text}\" {why}; write http://127.0.0.1:4318"));
    let url = url::Url::parse(text).map_err(|e| refuse(&format!("is no URL: {e}")))?;
    match (url.scheme(), url.query()) {
        ("http" | "https", None) => Ok(url),
        (_, Some(_)) => Err(refuse("must end after its path")),
        _ => Err(refuse("is no web address")),
    }
}

fn log_json(text: &str) -> Result<bool, Fault> {
    match text {
        "json" => Ok(true),
        "text" => Ok(false),
        other => Err(Fault::field("log_format", format!("\"{other}\" is no format; choose json or text"))),
    }
}

fn networks(values: &Values) -> Result<Vec<ipnet::IpNet>, Fault> {
    let network = |text: String| {
        let single = IpAddr::from_str(&text).map(ipnet::IpNet::from);
        single.or_else(|_| ipnet::IpNet::from_str(&text)).map_err(|_| {
            Fault::field("trusted_proxies", format!("\"{text}\" is no network; write 10.0.0.0/8 or 192.0.2.7"))
        })
    };
    list(values, "trusted_proxies").into_iter().map(network).collect()
}

fn public_url(text: &str) -> Result<url::Url, Fault> {
    let refuse = |why: &str| Fault::field("public_url", format!("\"{text}\" {why}"));
    let url = url::Url::parse(text).map_err(|e| refuse(&format!("is no URL: {e}")))?;
    if url.path() != "/" || url.query().is_some() || url.fragment().is_some() {
        return Err(refuse("must end after the host; Chorale lives at the root of its address"));
    }
    let own = match url.host() {
        Some(url::Host::Domain(name)) => name == "localhost" || name.ends_with(".localhost"),
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        None => return Err(refuse("names no host; write https://chorale.example.org")),
    };
    match url.scheme() {
        "https" => Ok(url),
        "http" if own => Ok(url),
        "http" => Err(refuse("is plain http to another machine, which would show passwords; use https")),
        _ => Err(refuse("is no web address; write https://…")),
    }
}
