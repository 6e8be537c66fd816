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

/// What is read of a folder's listing.
const LONGEST_LISTING: usize = 1 << 20;

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

/// The family file of a series; where there is none, its matrix, or one to each platform.
pub async fn fetch(job: &Running, organization: OrganizationId, accession: &str) -> Result<Vec<Fetched>, Fault> {
    let base = job.ctx.app.settings.geo_base_url.trim_end_matches('/').to_owned();
    let folder = format!("{base}/{}", accession::matrices(accession));
    let family = format!("{base}/{}", accession::family(accession));
    for url in [family, format!("{folder}/{}", accession::matrix(accession))] {
        if let Some(fetched) = fetch_one(job, organization, url).await? {
            return Ok(vec![fetched]);
        }
    }
    let mut all = Vec::new();
    for name in accession::matrices_in(accession, &listing(job, &folder).await?) {
        all.extend(fetch_one(job, organization, format!("{folder}/{name}")).await?);
    }
    if all.is_empty() {
        let message = format!("{accession} is not at {base}; check the accession, or whether it is private still");
        return Err(Fault::invalid(message));
    }
    Ok(all)
}

/// What a folder says of its files; empty when there is none, or its server lists no folders.
async fn listing(job: &Running, folder: &str) -> Result<String, Fault> {
    let parsed = address(&format!("{folder}/"))?;
    if parsed.scheme() == "file" {
        let path = local_path(&parsed)?;
        let names = tokio::task::spawn_blocking(move || names_in(&path)).await;
        let names = names.map_err(|e| Fault::internal("listing a mirror's folder", e))?;
        return names.map_err(|e| Fault::internal("listing a mirror's folder", e));
    }
    job.stop.check()?;
    let away = |why: String| Fault::invalid(format!("{folder} could not be listed: {why}; try again later"));
    let answer = client()?.get(parsed).send().await.map_err(|e| away(reason(&e)))?;
    if !answer.status().is_success() {
        return Ok(String::new());
    }
    let mut page = Vec::new();
    let mut chunks = answer.bytes_stream();
    while page.len() < LONGEST_LISTING
        && let Some(chunk) = chunks.next().await
    {
        page.extend_from_slice(&chunk.map_err(|e| away(reason(&e)))?);
    }
    Ok(String::from_utf8_lossy(&page).into_owned())
}

/// The names in a local folder, a line each; none when there is no such folder.
fn names_in(folder: &std::path::Path) -> std::io::Result<String> {
    let entries = match std::fs::read_dir(folder) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(String::new()),
        entries => entries?,
    };
    let mut names = String::new();
    for entry in entries {
        names.push_str(&entry?.file_name().to_string_lossy());
        names.push('\n');
    }
    Ok(names)
}

async fn fetch_one(job: &Running, organization: OrganizationId, url: String) -> Result<Option<Fetched>, Fault> {
    let name = url.rsplit('/').next().unwrap_or_default().to_owned();
    let mut pause = PAUSE;
    for attempt in 1..=TRIES {
        job.progress(0, 0, "bytes", &format!("Fetching {url}")).await?;
        match download(job, organization, &url, &name).await {
            Ok(file) => return Ok(Some(Fetched { file, url })),
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
    let parsed = address(url)?;
    match parsed.scheme() {
        "file" => copy(job, organization, local_path(&parsed)?, name).await,
        "https" | "http" => over_http(job, organization, parsed, name).await,
        other => Err(Fault::internal("fetching", format!("geo_base_url has the scheme {other}")).into()),
    }
}

fn address(url: &str) -> Result<url::Url, Fault> {
    url::Url::parse(url).map_err(|e| Fault::internal("reading the setting geo_base_url", e))
}

fn local_path(url: &url::Url) -> Result<PathBuf, Fault> {
    url.to_file_path().map_err(|()| Fault::internal("reading the setting geo_base_url", url))
}

fn client() -> Result<reqwest::Client, Fault> {
    crate::tls::prepare();
    reqwest::Client::builder()
        .connect_timeout(CONNECT)
        .read_timeout(SILENCE)
        .user_agent(concat!("chorale/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|e| Fault::internal("preparing to fetch", e))
}

async fn copy(job: &Running, organization: OrganizationId, path: PathBuf, name: &str) -> Result<UploadedFile, Trouble> {
    let mut file = match tokio::fs::File::open(&path).await {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Err(Trouble::Absent),
        Err(error) => return Err(Trouble::Passing(error.to_string())),
    };
    let mut upload = Uploading::start(&job.ctx, organization, job.created_by.clone(), name)?;
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
    let answer = client()?.get(url).send().await.map_err(|e| Trouble::Passing(reason(&e)))?;
    let status = answer.status();
    if status == reqwest::StatusCode::NOT_FOUND {
        return Err(Trouble::Absent);
    }
    if !status.is_success() {
        return Err(Trouble::Passing(format!("the server answers {status}")));
    }
    let announced = answer.content_length();
    let mut upload = Uploading::start(&job.ctx, organization, job.created_by.clone(), name)?;
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
