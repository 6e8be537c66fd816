//! Fetching from GEO, or from a mirror in its folder layout: the base address is the operator's setting, the path
//! follows from the accession, and nothing else decides what is asked for.

use super::accession;
use super::uploads::Uploading;
use crate::jobs::Running;
use chorale_model::sources::UploadedFile;
use chorale_model::{Fault, OrganizationId};
use futures::StreamExt;
use std::path::PathBuf;
use std::time::Duration;
use tokio::io::AsyncReadExt;

/// Tries of one address; the pauses between them double from this.
const TRIES: u32 = 4;
const PAUSE: Duration = Duration::from_secs(1);
const CONNECT: Duration = Duration::from_secs(20);
/// The longest silence within an answer.
const SILENCE: Duration = Duration::from_secs(60);

/// A fetched file and the address it came from.
pub struct Fetched {
    pub file: UploadedFile,
    pub url: String,
}

/// Why nothing was fetched.
enum Trouble {
    Absent,
    /// May go away by itself.
    Passing(String),
    Fault(Fault),
}

impl From<Fault> for Trouble {
    fn from(fault: Fault) -> Self {
        Trouble::Fault(fault)
    }
}

/// The family file of a series, or its matrix.
pub async fn fetch(job: &Running, organization: OrganizationId, accession: &str) -> Result<Fetched, Fault> {
    let base = job.ctx.app.settings.geo_base_url.trim_end_matches('/').to_owned();
    for path in accession::paths(accession) {
        let url = format!("{base}/{path}");
        let name = path.rsplit('/').next().unwrap_or(accession).to_owned();
        if let Some(file) = fetch_one(job, organization, &url, &name).await? {
            return Ok(Fetched { file, url });
        }
    }
    Err(Fault::invalid(format!("{accession} is not at {base}; check the accession, or whether it is private still")))
}

async fn fetch_one(
    job: &Running,
    organization: OrganizationId,
    url: &str,
    name: &str,
) -> Result<Option<UploadedFile>, Fault> {
    let mut pause = PAUSE;
    for attempt in 1..=TRIES {
        job.progress(0, 0, "bytes", &format!("Fetching {url}")).await?;
        match download(job, organization, url, name).await {
            Ok(file) => return Ok(Some(file)),
            Err(Trouble::Absent) => return Ok(None),
            Err(Trouble::Fault(fault)) => return Err(fault),
            Err(Trouble::Passing(why)) if attempt == TRIES => {
                return Err(Fault::invalid(format!("{url} could not be fetched: {why}; try again later")));
            }
            Err(Trouble::Passing(why)) => {
                tracing::info!(%url, %why, attempt, "fetching is tried again");
                tokio::time::sleep(pause).await;
                pause *= 2;
            }
        }
    }
    Ok(None)
}

async fn download(job: &Running, organization: OrganizationId, url: &str, name: &str) -> Result<UploadedFile, Trouble> {
    let parsed = url::Url::parse(url).map_err(|e| Fault::internal("reading the setting geo_base_url", e))?;
    match parsed.scheme() {
        "file" => {
            let path = parsed.to_file_path().map_err(|()| Fault::internal("reading the setting geo_base_url", url))?;
            copy(job, organization, path, name).await
        }
        "https" | "http" => over_http(job, organization, parsed, name).await,
        other => Err(Fault::internal("fetching", format!("geo_base_url has the scheme {other}")).into()),
    }
}

async fn copy(job: &Running, organization: OrganizationId, path: PathBuf, name: &str) -> Result<UploadedFile, Trouble> {
    let mut file = match tokio::fs::File::open(&path).await {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Trouble::Absent),
        Err(error) => return Err(Trouble::Passing(error.to_string())),
    };
    let mut upload = Uploading::start(&job.ctx, organization, name)?;
    let mut buffer = vec![0; 1 << 20];
    loop {
        job.stop.check()?;
        let read = file.read(&mut buffer).await.map_err(|e| Trouble::Passing(e.to_string()))?;
        if read == 0 {
            return Ok(upload.finish().await?);
        }
        upload.write(&buffer[..read]).await?;
    }
}

async fn over_http(
    job: &Running,
    organization: OrganizationId,
    url: url::Url,
    name: &str,
) -> Result<UploadedFile, Trouble> {
    let client = reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .user_agent(concat!("chorale/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| Fault::internal("preparing to fetch", e))?;
    let answer = client.get(url).send().await.map_err(|e| Trouble::Passing(reason(&e)))?;
    let status = answer.status();
    if status == reqwest::StatusCode::NOT_FOUND {
        return Err(Trouble::Absent);
    }
    if !status.is_success() {
        return Err(Trouble::Passing(format!("the server answers {status}")));
    }
    let announced = answer.content_length();
    let mut upload = Uploading::start(&job.ctx, organization, name)?;
    let mut chunks = answer.bytes_stream();
    let mut size = 0_u64;
    while let Some(chunk) = chunks.next().await {
        job.stop.check()?;
        let chunk = chunk.map_err(|e| Trouble::Passing(reason(&e)))?;
        size += chunk.len() as u64;
        upload.write(&chunk).await?;
    }
    if announced.is_some_and(|announced| announced != size) {
        return Err(Trouble::Passing("the transfer was cut off".to_owned()));
    }
    Ok(upload.finish().await?)
}

/// The innermost cause: reqwest's own words only say that a request failed.
fn reason(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(inner) = cause.source() {
        cause = inner;
    }
    cause.to_string()
}
