//! Artifacts in parts, and addresses at which they are read in pieces, as `mlflow` asks for them when
//! `MLFLOW_ENABLE_PROXY_MULTIPART_UPLOAD` and `…_DOWNLOAD` are set. Parts come to us, whichever store is behind: each is sent with
//! the credentials that began the upload, which go back to whoever sent them.

use super::artifacts::{Place, at, place};
use super::wire::{Wire, nullable, required};
use super::{get, post, put};
use crate::routes::Route;
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, PathTexts, Web};
use axum::Json;
use axum::body::Body;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use chorale_model::{Fault, FaultKind};
use chorale_platform::experiments::{self, SentPart};
use futures::StreamExt;
use http::HeaderMap;
use http::header::{AUTHORIZATION, CACHE_CONTROL, ETAG, HOST};
use serde::Deserialize;
use serde_json::{Value, json};
use uuid::Uuid;

pub(super) fn routes() -> Vec<Route> {
    const PARTS: &str = "/api/2.0/mlflow-artifacts/mpu/parts/{parted_upload}/{version}";
    vec![
        post("/api/2.0/mlflow-artifacts/mpu/create/{*path}", create)
            .stands(&[("*path", "artifacts")])
            .json(r#"{"path": "big.bin", "num_parts": 2}"#),
        put(PARTS, part).pace(Pace::Upload),
        post("/api/2.0/mlflow-artifacts/mpu/complete/{*path}", complete).stands(&[("*path", "artifacts")]).json(
            r#"{"path": "parts.bin", "upload_id": "<parted_upload>", "parts": [{"part_number": 1, "etag": "<parted_etag>"}]}"#,
        ),
        post("/api/2.0/mlflow-artifacts/mpu/abort/{*path}", abort)
            .stands(&[("*path", "artifacts")])
            .json(r#"{"path": "parts.bin", "upload_id": "<parted_upload>"}"#),
        get("/api/2.0/mlflow-artifacts/presigned/{*path}", presigned).stands(&[("*path", "artifact")]),
    ]
}

/// Where this client reached us.
fn base(web: &Web, headers: &HeaderMap) -> String {
    let public = &web.config.public_url;
    match headers.get(HOST).and_then(|host| host.to_str().ok()) {
        // It is a name of ours: others are refused before.
        Some(host) => format!("{}://{host}", public.scheme()),
        None => public.as_str().trim_end_matches('/').to_owned(),
    }
}

/// What the client sent to say who it is, for the addresses that it asks next.
fn credentials(headers: &HeaderMap) -> Value {
    match headers.get(AUTHORIZATION).and_then(|value| value.to_str().ok()) {
        Some(said) => json!({ "Authorization": said }),
        None => json!({}),
    }
}

fn private(answer: Value) -> Response {
    ([(CACHE_CONTROL, "no-store")], Json(answer)).into_response()
}

/// Below the owner: the folder that the address names, and the name of the file, which clients send with its path on their disk.
fn below(folder: &str, sent: String) -> Result<String, Fault> {
    let sent = required("path", sent)?;
    let name = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    Ok(if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") })
}

/// Protobuf's JSON writes a whole number as a number or as a text.
fn number(field: &str, value: &Value) -> Result<i64, Fault> {
    let read = match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    };
    read.ok_or_else(|| Fault::field(field, format!("{value} is no whole number; write 1, 2, 3 …")))
}

fn upload_id(text: &str) -> Result<Uuid, Fault> {
    Uuid::parse_str(text).map_err(|_| Fault::missing("upload", text))
}

/// What is missing is the upload as it was named, whether it is nobody's or another organization's.
fn of<T>(upload: &str, found: Result<T, Fault>) -> Result<T, Fault> {
    found.map_err(|fault| match fault.kind {
        FaultKind::Missing => Fault::missing("upload", upload),
        _ => fault,
    })
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Create {
    #[serde(deserialize_with = "nullable")]
    path: String,
    num_parts: Option<Value>,
}

async fn create(
    Caller(ctx): Caller,
    State(web): State<Web>,
    PathTexts(whole): PathTexts<String>,
    headers: HeaderMap,
    Wire(asked): Wire<Create>,
) -> Answered<Response> {
    let Place { owner, experiment, path } = place(&whole)?;
    let path = below(&path, asked.path)?;
    let parts = asked.num_parts.map_or(Ok(1), |parts| number("num_parts", &parts))?;
    let id = at(&whole, experiments::begin_parts(&ctx, owner, Some(experiment), &path, parts).await)?;
    let (base, headers) = (base(&web, &headers), credentials(&headers));
    let part = |number: i64| {
        let url = format!("{base}/api/2.0/mlflow-artifacts/mpu/parts/{}/{number}", id.simple());
        json!({ "url": url, "part_number": number, "headers": headers })
    };
    let credentials: Vec<Value> = (1..=parts).map(part).collect();
    Ok(private(json!({ "upload_id": id.simple().to_string(), "credentials": credentials })))
}

async fn part(
    Caller(ctx): Caller,
    PathTexts((upload, at)): PathTexts<(String, String)>,
    body: Body,
) -> Answered<Response> {
    let at = at.parse().map_err(|_| Fault::field("part", format!("\"{at}\" is no number of a part")))?;
    let mut storing = of(&upload, experiments::start_part(&ctx, upload_id(&upload)?, at).await)?;
    let mut chunks = body.into_data_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|e| Fault::invalid(format!("the part broke off: {e}; send it again")))?;
        storing.write(&chunk).await?;
    }
    Ok([(ETAG, format!("\"{}\"", of(&upload, storing.finish().await)?))].into_response())
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Ended {
    #[serde(deserialize_with = "nullable")]
    path: String,
    #[serde(deserialize_with = "nullable")]
    upload_id: String,
    parts: Option<Vec<Part>>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Part {
    part_number: Value,
    #[serde(deserialize_with = "nullable")]
    etag: String,
}

async fn complete(
    Caller(ctx): Caller,
    PathTexts(whole): PathTexts<String>,
    Wire(asked): Wire<Ended>,
) -> Answered<Json<Value>> {
    let Place { owner, experiment, path } = place(&whole)?;
    let path = below(&path, asked.path)?;
    let id = upload_id(&required("upload_id", asked.upload_id)?)?;
    let sent = asked.parts.unwrap_or_default().into_iter();
    let sent: Vec<SentPart> = sent
        .map(|part| Ok(SentPart { number: number("parts.part_number", &part.part_number)?, etag: part.etag }))
        .collect::<Result<_, Fault>>()?;
    at(&whole, experiments::complete_parts(&ctx, owner, Some(experiment), &path, id, &sent).await)?;
    Ok(Json(json!({})))
}

async fn abort(
    Caller(ctx): Caller,
    PathTexts(whole): PathTexts<String>,
    Wire(asked): Wire<Ended>,
) -> Answered<Json<Value>> {
    let Place { owner, experiment, path } = place(&whole)?;
    let path = below(&path, asked.path)?;
    let id = upload_id(&required("upload_id", asked.upload_id)?)?;
    at(&whole, experiments::abort_parts(&ctx, owner, Some(experiment), &path, id).await)?;
    Ok(Json(json!({})))
}

/// Where a file is read in pieces: at the object store itself where that gives out addresses, else here.
async fn presigned(
    Caller(ctx): Caller,
    State(web): State<Web>,
    PathTexts(whole): PathTexts<String>,
    headers: HeaderMap,
) -> Answered<Response> {
    let Place { owner, experiment, path } = place(&whole)?;
    let file = at(&whole, experiments::artifact(&ctx, owner, Some(experiment), &path).await)?;
    let (url, said) = match file.address(&ctx).await? {
        Some(url) => (url, json!({})),
        None => {
            let escaped: Vec<String> = whole.split('/').map(escaped).collect();
            let url = format!("{}/api/2.0/mlflow-artifacts/artifacts/{}", base(&web, &headers), escaped.join("/"));
            (url, credentials(&headers))
        }
    };
    Ok(private(json!({ "url": url, "headers": said, "file_size": file.size_bytes })))
}

fn escaped(part: &str) -> String {
    percent_encoding::utf8_percent_encode(part, percent_encoding::NON_ALPHANUMERIC).to_string()
}
