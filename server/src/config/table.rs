//! The one table of settings. A setting that is not here does not exist; flags, environment variables, keys of the
//! file and `chorale config` are made from it, and a test fails while one is missing from docs/settings.md.

/// How a setting's text is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Text,
    /// Never printed; in a URL only the password is hidden.
    Secret,
    Path,
    /// A whole number between the two, both included.
    Number(i64, i64),
    /// Texts between commas, or an array in the file.
    List,
}

/// Where a setting's value comes from when nobody gave one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// No value: what it would switch on stays off.
    Nothing,
    Value(&'static str),
    /// Made from other settings; the words say how.
    Derived(&'static str),
}

#[derive(Debug)]
pub struct Setting {
    /// As in the file. The flag is `--` with hyphens, the variable is `CHORALE_` in capitals.
    pub key: &'static str,
    pub kind: Kind,
    pub default: Default,
    pub help: &'static str,
}

impl Setting {
    pub fn flag(&self) -> String {
        self.key.replace('_', "-")
    }

    pub fn variable(&self) -> String {
        format!("CHORALE_{}", self.key.to_uppercase())
    }

    /// The setting with this key.
    pub fn find(key: &str) -> Option<&'static Setting> {
        SETTINGS.iter().find(|setting| setting.key == key)
    }
}

const fn setting(key: &'static str, kind: Kind, default: Default, help: &'static str) -> Setting {
    Setting { key, kind, default, help }
}

const fn number(key: &'static str, range: (i64, i64), default: &'static str, help: &'static str) -> Setting {
    setting(key, Kind::Number(range.0, range.1), Default::Value(default), help)
}

const BYTES: (i64, i64) = (1, i64::MAX);
const SECONDS: (i64, i64) = (1, 86_400);
const COUNT: (i64, i64) = (1, 1_000_000);

pub const SETTINGS: &[Setting] = &[
    setting("data_dir", Kind::Path, Default::Value("data"), "folder for the database, objects and caches"),
    setting(
        "database_url",
        Kind::Secret,
        Default::Derived("sqlite://DATA_DIR/chorale.db"),
        "sqlite://PATH or postgres://USER@HOST/NAME",
    ),
    setting(
        "objects_url",
        Kind::Secret,
        Default::Derived("file://DATA_DIR/objects"),
        "file:///FOLDER or s3://BUCKET/PREFIX",
    ),
    setting("cache_dir", Kind::Path, Default::Derived("DATA_DIR/cache"), "folder for caches; losing it loses nothing"),
    setting("listen", Kind::Text, Default::Value("127.0.0.1:3000"), "address and port to listen on"),
    setting(
        "public_url",
        Kind::Text,
        Default::Derived("http://LISTEN"),
        "the address that people type; https makes cookies Secure, plain http is for this machine alone",
    ),
    setting(
        "trusted_proxies",
        Kind::List,
        Default::Nothing,
        "networks whose X-Forwarded-For is believed, such as 10.0.0.0/8",
    ),
    setting(
        "allowed_hosts",
        Kind::List,
        Default::Derived("the host of PUBLIC_URL, and this machine's own names when LISTEN is one of them"),
        "names that requests may ask for in Host",
    ),
    setting(
        "metrics_token",
        Kind::Secret,
        Default::Nothing,
        "lets others than this machine read /metrics, as a bearer token",
    ),
    setting(
        "otlp_endpoint",
        Kind::Secret,
        Default::Nothing,
        "base address of an OpenTelemetry collector that takes OTLP over HTTP, such as http://127.0.0.1:4318",
    ),
    setting(
        "geo_base_url",
        Kind::Text,
        Default::Value("https://ftp.ncbi.nlm.nih.gov/geo/"),
        "where accessions are fetched from, in GEO's folder layout; file:// mirrors work",
    ),
    setting(
        "webhook_hosts",
        Kind::List,
        Default::Nothing,
        "hosts and networks that webhooks may reach although they are private or speak plain http, such as 10.0.0.0/8",
    ),
    setting("demo_data", Kind::Path, Default::Nothing, "folder with real series for \"chorale demo\""),
    setting(
        "log",
        Kind::Text,
        Default::Value("info"),
        "what is logged: error, warn, info, debug, or target=level lists",
    ),
    setting("log_format", Kind::Text, Default::Value("json"), "json or text"),
    number("max_connections", COUNT, "1024", "open connections; more wait to be accepted"),
    number("max_body_bytes", BYTES, "1048576", "the largest request body that is no upload"),
    number("max_upload_bytes", BYTES, "4294967296", "the largest file of an import"),
    number(
        "unused_objects_days",
        (1, 36_500),
        "30",
        "objects that nothing uses are removed after so many days; more than the age of the oldest backup to restore",
    ),
    number(
        "deleted_days",
        (1, 36_500),
        "30",
        "runs, logged models and experiments that were deleted can be restored for so many days, then they are removed",
    ),
    number("header_timeout_s", SECONDS, "10", "time to send a request's headers"),
    number("body_timeout_s", SECONDS, "30", "time to send a request's body that is no upload"),
    number("upload_stall_s", SECONDS, "30", "an upload that brings less than 64 KiB in this time is refused"),
    number("read_timeout_s", SECONDS, "30", "time to answer a request that only reads"),
    number("shutdown_timeout_s", SECONDS, "30", "time that running requests get when the server stops"),
    number("worker_slots", (1, 1_024), "2", "jobs that run at once in one process"),
    number("quota_stored_bytes", BYTES, "1099511627776", "stored bytes of an organization"),
    number("quota_samples", BYTES, "50000000", "samples of an organization"),
    number("quota_running_jobs", COUNT, "4", "jobs of an organization that run at once"),
    number("quota_queued_jobs", COUNT, "10000", "jobs of an organization that wait"),
];
