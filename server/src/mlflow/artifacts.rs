//! Artifacts: listed by run, and the proxy by which clients write and read them at `/api/2.0/mlflow-artifacts/…`. A path
//! there names its owner (`<experiment>/<run>/artifacts/…`, `<experiment>/models/<model>/artifacts/…`); who may is decided by
//! the owner's row.

use super::models::number;
use super::runs::run_id;
use super::wire::{Wire, nullable, required};
use super::{delete, get, post, put};
use crate::rest::files::attachment;
use crate::routes::Route;
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, PathTexts, Search};
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chorale_model::experiments::{ArtifactEntry, ExperimentId};
use chorale_model::{Fault, FaultKind};
use chorale_platform::experiments::{self, Download, Owner};
use chorale_platform::{Ctx, registry};
use futures::StreamExt;
use http::header::{
    ACCEPT_RANGES, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, RANGE,
};
use http::{HeaderMap, StatusCode};
use serde::Deserialize;
use serde_json::{Value, json};
use std::ops::Range;

pub(super) fn routes() -> Vec<Route> {
    const PATH: &str = "/api/2.0/mlflow-artifacts/artifacts/{*path}";
    vec![
        get("/api/2.0/mlflow/artifacts/list", list_of_run).query("run_id=<run>"),
        get("/api/2.0/mlflow-artifacts/artifacts", list).query("path=<artifacts>"),
        get(PATH, download).pace(Pace::Stream).stands(&[("*path", "artifact")]),
        put(PATH, upload).pace(Pace::Upload).stands(&[("*path", "new_artifact")]),
        delete(PATH, remove).stands(&[("*path", "doomed_artifact")]),
        post("/api/2.0/mlflow/upload-artifact", upload_to_run)
            .pace(Pace::Upload)
            .query("run_uuid=<run>&path=up/loaded.txt")
            .json("{}"),
        get("/get-artifact", of_run).pace(Pace::Stream).query("run_id=<run>&path=kept.txt"),
        get("/model-versions/get-artifact", of_version)
            .pace(Pace::Stream)
            .query("name=<registered>&version=1&path=kept.txt"),
        get("/api/2.0/mlflow/logged-models/{logged_model}/artifacts/files", of_model)
            .pace(Pace::Stream)
            .query("artifact_file_path=kept.txt"),
    ]
}

/// What a path of the proxy names.
pub(super) struct Place {
    pub owner: Owner,
    pub experiment: ExperimentId,
    /// Below the owner; empty: the owner's top.
    pub path: String,
}

/// Whose path it is. What names no owner is missing, like an owner of somebody else's.
pub(super) fn place(path: &str) -> Result<Place, Fault> {
    let (experiment, owner, path) = Owner::of_path(path).ok_or_else(|| Fault::missing("artifact", path))?;
    Ok(Place { owner, experiment, path })
}

/// What is missing at a path is told by the path: whether it is the file, its owner, or another organization's.
pub(super) fn at<T>(path: &str, found: Result<T, Fault>) -> Result<T, Fault> {
    found.map_err(|fault| match fault.kind {
        FaultKind::Missing => Fault::missing("artifact", path),
        _ => fault,
    })
}

/// Entries as MLflow lists them.
pub(super) fn listing(found: Vec<ArtifactEntry>, root: Option<&str>) -> Value {
    let file = |entry: ArtifactEntry| match entry.size_bytes {
        // An empty file's size is not said.
        Some(0) => json!({ "path": entry.path, "is_dir": false }),
        Some(size) => json!({ "path": entry.path, "is_dir": false, "file_size": size }),
        None => json!({ "path": entry.path, "is_dir": true }),
    };
    let mut answer = json!({});
    if !found.is_empty() {
        answer["files"] = found.into_iter().map(file).collect();
    }
    if let Some(root) = root {
        answer["root_uri"] = json!(root);
    }
    answer
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OfRun {
    #[serde(deserialize_with = "nullable")]
    run_id: String,
    #[serde(deserialize_with = "nullable")]
    run_uuid: String,
    #[serde(deserialize_with = "nullable")]
    path: String,
}

async fn list_of_run(Caller(ctx): Caller, Wire(asked): Wire<OfRun>) -> Answered<Json<Value>> {
    let id = run_id(asked.run_id, asked.run_uuid)?;
    let run = experiments::load_run(&ctx, id).await?;
    let found = experiments::list_artifacts(&ctx, Owner::Run(id), None, &asked.path).await?;
    Ok(Json(listing(found, Some(&run.info.artifact_uri))))
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct At {
    #[serde(deserialize_with = "nullable")]
    path: String,
}

/// Names alone: clients put the folder before them.
async fn list(Caller(ctx): Caller, Wire(asked): Wire<At>) -> Answered<Json<Value>> {
    let whole = required("path", asked.path)?;
    let Place { owner, experiment, path } = place(&whole)?;
    let mut found = at(&whole, experiments::list_artifacts(&ctx, owner, Some(experiment), &path).await)?;
    for entry in &mut found {
        if let Some((_, name)) = entry.path.rsplit_once('/') {
            entry.path = name.to_owned();
        }
    }
    Ok(Json(listing(found, None)))
}

async fn download(Caller(ctx): Caller, PathTexts(whole): PathTexts<String>, headers: HeaderMap) -> Answered<Response> {
    let Place { owner, experiment, path } = place(&whole)?;
    let file = at(&whole, experiments::artifact(&ctx, owner, Some(experiment), &path).await)?;
    sent(&ctx, file, &headers).await
}

async fn of_run(Caller(ctx): Caller, headers: HeaderMap, Wire(asked): Wire<OfRun>) -> Answered<Response> {
    let id = run_id(asked.run_id, asked.run_uuid)?;
    let path = required("path", asked.path)?;
    sent(&ctx, experiments::artifact(&ctx, Owner::Run(id), None, &path).await?, &headers).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OfVersion {
    #[serde(deserialize_with = "nullable")]
    name: String,
    version: Option<Value>,
    #[serde(deserialize_with = "nullable")]
    path: String,
}

async fn of_version(Caller(ctx): Caller, headers: HeaderMap, Wire(asked): Wire<OfVersion>) -> Answered<Response> {
    let name = required("name", asked.name)?;
    let version = registry::load_version(&ctx, &name, number(asked.version)?).await?;
    let file = experiments::version_artifact(&ctx, &version, &required("path", asked.path)?).await?;
    sent(&ctx, file, &headers).await
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct OfModel {
    #[serde(deserialize_with = "nullable")]
    artifact_file_path: String,
}

async fn of_model(
    Caller(ctx): Caller,
    PathTexts(id): PathTexts<String>,
    headers: HeaderMap,
    Wire(asked): Wire<OfModel>,
) -> Answered<Response> {
    let path = required("artifact_file_path", asked.artifact_file_path)?;
    sent(&ctx, experiments::artifact(&ctx, Owner::Model(id.parse()?), None, &path).await?, &headers).await
}

/// A file as an attachment that no browser takes for a page of ours.
async fn sent(ctx: &Ctx, file: Download, headers: &HeaderMap) -> Answered<Response> {
    let said = [
        (CONTENT_TYPE, type_of(&file.path).to_owned()),
        (CONTENT_DISPOSITION, attachment(&file.path)),
        (CONTENT_SECURITY_POLICY, "sandbox; default-src 'none'".to_owned()),
        (ACCEPT_RANGES, "bytes".to_owned()),
    ];
    let size = u64::try_from(file.size_bytes).unwrap_or(0);
    let wanted = headers.get(RANGE).and_then(|value| value.to_str().ok()).and_then(|text| range(text, size));
    match wanted {
        None => {
            let bytes = file.open(ctx, None).await?;
            let whole = [(CONTENT_LENGTH, file.size_bytes.to_string())];
            Ok((said, whole, Body::from_stream(bytes)).into_response())
        }
        Some(part) if part.is_empty() => {
            let size = [(CONTENT_RANGE, format!("bytes */{size}"))];
            Ok((StatusCode::RANGE_NOT_SATISFIABLE, size).into_response())
        }
        Some(part) => {
            let place = format!("bytes {}-{}/{size}", part.start, part.end - 1);
            let length = [(CONTENT_RANGE, place), (CONTENT_LENGTH, (part.end - part.start).to_string())];
            let bytes = file.open(ctx, Some(part)).await?;
            Ok((StatusCode::PARTIAL_CONTENT, said, length, Body::from_stream(bytes)).into_response())
        }
    }
}

/// The one range that a client asks for (RFC 9110, 14.1.2); an empty one where there is nothing of it, none where it asks for
/// several or in other words: it gets the whole then.
fn range(text: &str, size: u64) -> Option<Range<u64>> {
    let (from, to) = text.strip_prefix("bytes=")?.split_once('-')?;
    match (from.trim(), to.trim()) {
        ("", last) => last.parse::<u64>().ok().map(|last| size.saturating_sub(last)..size),
        (from, "") => from.parse::<u64>().ok().map(|from| from.min(size)..size),
        (from, to) => {
            let (from, to) = (from.parse::<u64>().ok()?, to.parse::<u64>().ok()?);
            (from <= to).then(|| from.min(size)..to.saturating_add(1).min(size))
        }
    }
}

/// By the end of its name, as far as a browser does nothing with it but show it; everything else is bytes.
fn type_of(path: &str) -> &'static str {
    let name = path.rsplit('/').next().unwrap_or_default().to_ascii_lowercase();
    match name.rsplit('.').next() {
        Some("png") => "image/png",
        Some("jpg" | "jpeg") => "image/jpeg",
        Some("gif") => "image/gif",
        Some("webp") => "image/webp",
        Some(
            "txt" | "json" | "csv" | "tsv" | "log" | "md" | "yaml" | "yml" | "py" | "toml" | "cfg" | "ini" | "mlmodel"
            | "mlproject" | "js" | "sh" | "sql" | "rst" | "conf" | "html" | "htm" | "svg" | "xml",
        ) => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    }
}

async fn upload(Caller(ctx): Caller, PathTexts(whole): PathTexts<String>, body: Body) -> Answered<StatusCode> {
    let place = place(&whole)?;
    Ok(at(&whole, taken(&ctx, place.owner, Some(place.experiment), &place.path, body, 0).await)?)
}

/// As MLflow's pages send a file.
async fn upload_to_run(Caller(ctx): Caller, Search(asked): Search<OfRun>, body: Body) -> Answered<StatusCode> {
    let id = run_id(asked.run_id, asked.run_uuid)?;
    let path = required("path", asked.path)?;
    Ok(taken(&ctx, Owner::Run(id), None, &path, body, 1).await?)
}

/// Takes a file of at least so many bytes in, and publishes it when it is whole.
async fn taken(
    ctx: &Ctx,
    owner: Owner,
    experiment: Option<ExperimentId>,
    path: &str,
    body: Body,
    least: i64,
) -> Result<StatusCode, Fault> {
    let mut upload = experiments::start_artifact(ctx, owner, experiment, path).await?;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|e| Fault::invalid(format!("the upload broke off: {e}; send it again")))?;
        upload.write(&chunk).await?;
    }
    if upload.size_bytes() < least {
        return Err(Fault::invalid("the request has no body; send the file's bytes"));
    }
    upload.finish().await?;
    Ok(StatusCode::OK)
}

async fn remove(Caller(ctx): Caller, PathTexts(whole): PathTexts<String>) -> Answered<Json<Value>> {
    let Place { owner, experiment, path } = place(&whole)?;
    at(&whole, experiments::delete_artifacts(&ctx, owner, Some(experiment), &path).await)?;
    Ok(Json(json!({})))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_of_what_there_is() {
        for (text, found) in [
            ("bytes=0-9", Some(0..10)),
            ("bytes=90-200", Some(90..100)),
            ("bytes=-5", Some(95..100)),
            ("bytes=40-", Some(40..100)),
            ("bytes=100-", Some(100..100)),
            ("bytes=5-2", None),
            ("bytes=0-1,5-6", None),
            ("lines=1-2", None),
        ] {
            assert_eq!(range(text, 100), found, "{text}");
        }
    }
}
