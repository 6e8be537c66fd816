//! A running MLflow server, asked through its documented interface: pages of experiments, runs and points, files as they stream.

use super::found::{
    FoundExperiment, FoundFile, FoundModel, FoundRegistered, FoundRun, FoundVersion, Holder, Part, float, point,
};
use bytes::Bytes;
use chorale_model::Fault;
use chorale_model::experiments::{DatasetInput, KeyValue, LogMetric, ModelStatus, RunDataset, RunStatus};
use chorale_model::registry::Stage;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use url::Url;

/// Tries of one request; the pauses between them double from this.
const TRIES: u32 = 5;
const PAUSE: Duration = Duration::from_millis(500);
const CONNECT: Duration = Duration::from_secs(20);
/// The longest silence within an answer: a search of a large server takes a while.
const SILENCE: Duration = Duration::from_secs(120);
const RUNS: i64 = 500;
const POINTS: i64 = 10_000;

/// How this program says who it is.
#[derive(Clone, Debug, Default)]
pub struct Credentials {
    pub token: Option<String>,
    pub user: Option<String>,
    pub password: Option<String>,
}

#[derive(Clone)]
pub struct Server {
    client: reqwest::Client,
    base: Url,
    credentials: Credentials,
}

/// What a request failed with.
enum Trouble {
    /// May go away by itself.
    Passing(String),
    Refused(u16, String),
}

fn texts(value: &Value, key: &str) -> String {
    match value.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// Whole numbers come as numbers or as texts.
fn number(value: &Value, key: &str) -> Option<i64> {
    match value.get(key)? {
        Value::Number(number) => number.as_i64(),
        Value::String(text) => text.parse().ok(),
        _ => None,
    }
}

fn decimal(value: &Value, key: &str) -> Option<f64> {
    match value.get(key)? {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => float(text),
        _ => None,
    }
}

fn each<'v>(value: &'v Value, key: &str) -> impl Iterator<Item = &'v Value> {
    value.get(key).and_then(Value::as_array).into_iter().flatten()
}

fn pairs(value: &Value, key: &str) -> Vec<KeyValue> {
    each(value, key).map(|one| KeyValue::new(texts(one, "key"), texts(one, "value"))).collect()
}

fn next(value: &Value) -> Option<String> {
    Some(texts(value, "next_page_token")).filter(|token| !token.is_empty())
}

fn metric(value: &Value) -> Option<LogMetric> {
    let (key, time) = (texts(value, "key"), number(value, "timestamp").unwrap_or(0));
    let mut one = point(&key, decimal(value, "value")?, time, number(value, "step").unwrap_or(0));
    (one.dataset_name, one.dataset_digest) = (texts(value, "dataset_name"), texts(value, "dataset_digest"));
    Some(one)
}

impl Server {
    /// # Errors
    /// When nobody answers there, or nobody who speaks MLflow's language.
    pub async fn open(address: &str, credentials: Credentials) -> Result<Server, Fault> {
        let wrong = |why: String| Fault::field("path", format!("\"{address}\" {why}"));
        let base = Url::parse(address.trim_end_matches('/')).map_err(|e| wrong(format!("is no address: {e}")))?;
        if base.host().is_none() || !base.username().is_empty() || base.password().is_some() {
            return Err(wrong(
                "is no plain address; give the name and the password in MLFLOW_TRACKING_USERNAME and \
                 MLFLOW_TRACKING_PASSWORD"
                    .into(),
            ));
        }
        crate::tls::prepare();
        let client = reqwest::Client::builder()
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            .user_agent(concat!("chorale/", env!("CARGO_PKG_VERSION")))
            // Credentials go nowhere else.
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .map_err(|e| Fault::internal("preparing to ask an MLflow server", e))?;
        let server = Server { client, base, credentials };
        let first = server.ask("experiments/search", json!({ "max_results": 1, "view_type": "ALL" })).await?;
        match first.get("experiments").is_some_and(Value::is_array) {
            true => Ok(server),
            false => Err(wrong("answers, but not as an MLflow server does; check the address".into())),
        }
    }

    pub fn address(&self) -> String {
        self.base.as_str().trim_end_matches('/').to_owned()
    }

    fn url(&self, path: &str, query: &[(&str, &str)]) -> Result<Url, Fault> {
        let text = format!("{}/{path}", self.address());
        let mut url = Url::parse(&text).map_err(|e| Fault::internal("writing an address", e))?;
        if !query.is_empty() {
            url.query_pairs_mut().extend_pairs(query);
        }
        Ok(url)
    }

    async fn send(&self, url: &Url, body: Option<&Value>) -> Result<reqwest::Response, Trouble> {
        let mut request = match body {
            None => self.client.get(url.clone()),
            Some(body) => {
                self.client.post(url.clone()).header("content-type", "application/json").body(body.to_string())
            }
        };
        let Credentials { token, user, password } = &self.credentials;
        request = match (token, user) {
            (Some(token), _) => request.bearer_auth(token),
            (None, Some(user)) => request.basic_auth(user, password.as_deref()),
            (None, None) => request,
        };
        let answer = request.send().await.map_err(|e| Trouble::Passing(reason(&e)))?;
        let status = answer.status().as_u16();
        if answer.status().is_success() {
            return Ok(answer);
        }
        let said = answer.text().await.unwrap_or_default();
        let message = serde_json::from_str::<Value>(&said).map(|said| texts(&said, "message")).unwrap_or_default();
        let message: String = message.chars().take(300).collect();
        match status {
            429 | 500..=599 => Err(Trouble::Passing(format!("it answers {status} {message}"))),
            _ => Err(Trouble::Refused(status, message)),
        }
    }

    /// Asks until there is an answer; none where there is no such thing.
    async fn answer(&self, url: Url, body: Option<Value>) -> Result<Option<reqwest::Response>, Fault> {
        let mut pause = PAUSE;
        for attempt in 1.. {
            match self.send(&url, body.as_ref()).await {
                Ok(answer) => return Ok(Some(answer)),
                Err(Trouble::Refused(404, _)) => return Ok(None),
                Err(Trouble::Refused(401 | 403, message)) => {
                    return Err(Fault::forbidden(format!(
                        "{} does not let this in {message}; set MLFLOW_TRACKING_TOKEN, or MLFLOW_TRACKING_USERNAME and \
                         MLFLOW_TRACKING_PASSWORD",
                        self.address()
                    )));
                }
                Err(Trouble::Refused(status, message)) => {
                    return Err(Fault::invalid(format!("{} answers {status} {message}", url.path())));
                }
                Err(Trouble::Passing(why)) if attempt >= TRIES => {
                    return Err(Fault::busy(format!(
                        "{} does not answer: {why}; start the import again when it does, it goes on where it was",
                        self.address()
                    )));
                }
                Err(Trouble::Passing(why)) => {
                    tracing::info!(%why, attempt, "an MLflow server is asked again");
                    tokio::time::sleep(pause).await;
                    pause *= 2;
                }
            }
        }
        Ok(None)
    }

    async fn json(&self, url: Url, body: Option<Value>) -> Result<Option<Value>, Fault> {
        let path = url.path().to_owned();
        let Some(answer) = self.answer(url, body).await? else { return Ok(None) };
        let text = answer.text().await.map_err(|e| Fault::busy(format!("{path} broke off: {}", reason(&e))))?;
        let said = serde_json::from_str(&exact(&text));
        said.map(Some).map_err(|_| Fault::field("path", format!("{path} answers no JSON; is it an MLflow server?")))
    }

    /// What has to be there.
    async fn ask(&self, endpoint: &str, body: Value) -> Result<Value, Fault> {
        let found = self.json(self.url(&format!("api/2.0/mlflow/{endpoint}"), &[])?, Some(body)).await?;
        found.ok_or_else(|| {
            let why = format!("{} has no {endpoint}: it is no MLflow server, or one before 1.28", self.address());
            Fault::field("path", why)
        })
    }

    async fn get(&self, endpoint: &str, query: &[(&str, &str)]) -> Result<Option<Value>, Fault> {
        self.json(self.url(&format!("api/2.0/mlflow/{endpoint}"), query)?, None).await
    }

    pub async fn experiments(&self) -> Result<Vec<FoundExperiment>, Fault> {
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let body = json!({ "view_type": "ALL", "max_results": 1000, "page_token": token });
            let page = self.ask("experiments/search", body).await?;
            found.extend(each(&page, "experiments").map(|one| FoundExperiment {
                id: texts(one, "experiment_id"),
                name: texts(one, "name"),
                artifact_location: texts(one, "artifact_location"),
                deleted: texts(one, "lifecycle_stage") == "deleted",
                created_ms: number(one, "creation_time"),
                updated_ms: number(one, "last_update_time"),
                tags: pairs(one, "tags"),
            }));
            match next(&page) {
                Some(next) => token = next,
                None => return Ok(found),
            }
        }
    }

    /// In the order in which they began, so that those that begin meanwhile come last.
    pub async fn runs(
        &self,
        experiment: &str,
        after: Option<&str>,
    ) -> Result<Part<(String, Result<FoundRun, Fault>)>, Fault> {
        let body = json!({
            "experiment_ids": [experiment], "run_view_type": "ALL", "max_results": RUNS,
            "order_by": ["attributes.start_time ASC"], "page_token": after.unwrap_or_default(),
        });
        let page = self.ask("runs/search", body).await?;
        let items = each(&page, "runs").map(|one| {
            let run = run(one);
            (run.as_ref().map_or_else(|_| texts(&one["info"], "run_id"), |run| run.id.clone()), run)
        });
        Ok(Part { items: items.collect(), next: next(&page) })
    }

    pub async fn points(&self, run: &str, key: &str, from: Option<&str>) -> Result<Part<LogMetric>, Fault> {
        let most = POINTS.to_string();
        let mut query = vec![("run_id", run), ("run_uuid", run), ("metric_key", key), ("max_results", &most)];
        query.extend(from.map(|token| ("page_token", token)));
        let page = self.get("metrics/get-history", &query).await?.unwrap_or_default();
        Ok(Part { items: each(&page, "metrics").filter_map(metric).collect(), next: next(&page) })
    }

    pub async fn logged_models(&self, experiment: &str) -> Result<Vec<(String, Result<FoundModel, Fault>)>, Fault> {
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let mut body = json!({ "experiment_ids": [experiment], "max_results": 50 });
            if !token.is_empty() {
                body["page_token"] = json!(token);
            }
            let url = self.url("api/2.0/mlflow/logged-models/search", &[])?;
            // Servers before 3.0 have none.
            let Some(page) = self.json(url, Some(body)).await? else { return Ok(found) };
            found.extend(each(&page, "models").map(|one| (texts(&one["info"], "model_id"), Ok(model(one)))));
            match next(&page) {
                Some(next) => token = next,
                None => return Ok(found),
            }
        }
    }

    async fn listed(&self, holder: Holder<'_>, folder: &str) -> Result<Vec<Value>, Fault> {
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let page = match holder {
                Holder::Run(id) => {
                    let mut query = vec![("run_id", id), ("run_uuid", id)];
                    query.extend((!folder.is_empty()).then_some(("path", folder)));
                    query.extend((!token.is_empty()).then_some(("page_token", token.as_str())));
                    self.get("artifacts/list", &query).await?
                }
                Holder::Model(id) => {
                    let mut query = Vec::new();
                    query.extend((!folder.is_empty()).then_some(("artifact_directory_path", folder)));
                    query.extend((!token.is_empty()).then_some(("page_token", token.as_str())));
                    self.get(&format!("logged-models/{id}/artifacts/directories"), &query).await?
                }
            };
            let page = page.unwrap_or_default();
            found.extend(each(&page, "files").cloned());
            match next(&page) {
                Some(next) => token = next,
                None => return Ok(found),
            }
        }
    }

    pub async fn files(&self, holder: Holder<'_>) -> Result<Vec<FoundFile>, Fault> {
        /// Folders in folders, and a server that lists a folder in itself is believed so far.
        const DEEPEST: usize = 64;
        let (mut found, mut folders) = (Vec::new(), vec![String::new()]);
        while let Some(folder) = folders.pop() {
            for one in self.listed(holder, &folder).await? {
                let path = texts(&one, "path");
                match one.get("is_dir").and_then(Value::as_bool) {
                    Some(true) if path.len() > folder.len() && path.split('/').count() < DEEPEST => folders.push(path),
                    Some(true) => {}
                    // The size of an empty file is not said.
                    _ => found.push(FoundFile {
                        path,
                        size_bytes: Some(number(&one, "file_size").and_then(|size| size.try_into().ok()).unwrap_or(0)),
                    }),
                }
            }
        }
        Ok(found)
    }

    pub async fn open_file(
        &self,
        holder: Holder<'_>,
        path: &str,
    ) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
        let url = match holder {
            Holder::Run(id) => self.url("get-artifact", &[("run_id", id), ("run_uuid", id), ("path", path)])?,
            Holder::Model(id) => self.url(
                &format!("ajax-api/2.0/mlflow/logged-models/{id}/artifacts/files"),
                &[("artifact_file_path", path)],
            )?,
        };
        let answer = self.answer(url, None).await?.ok_or_else(|| Fault::missing("artifact", path))?;
        let path = path.to_owned();
        let broken = move |e: reqwest::Error| Fault::busy(format!("the file {path} broke off: {}", reason(&e)));
        Ok(answer.bytes_stream().map_err(broken).boxed())
    }

    pub async fn registered(&self) -> Result<Vec<FoundRegistered>, Fault> {
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let mut query = vec![("max_results", "100")];
            query.extend((!token.is_empty()).then_some(("page_token", token.as_str())));
            let Some(page) = self.get("registered-models/search", &query).await? else { return Ok(found) };
            found.extend(each(&page, "registered_models").map(|one| {
                FoundRegistered {
                    name: texts(one, "name"),
                    description: texts(one, "description"),
                    created_ms: number(one, "creation_timestamp"),
                    updated_ms: number(one, "last_updated_timestamp"),
                    tags: pairs(one, "tags"),
                    aliases: each(one, "aliases")
                        .filter_map(|alias| Some((texts(alias, "alias"), number(alias, "version")?)))
                        .collect(),
                }
            }));
            match next(&page) {
                Some(next) => token = next,
                None => return Ok(found),
            }
        }
    }

    pub async fn versions(&self, model: &str) -> Result<Vec<FoundVersion>, Fault> {
        let quote = if model.contains('\'') { '"' } else { '\'' };
        let filter = format!("name={quote}{model}{quote}");
        let (mut found, mut token) = (Vec::new(), String::new());
        loop {
            let mut query = vec![("filter", filter.as_str()), ("max_results", "1000")];
            query.extend((!token.is_empty()).then_some(("page_token", token.as_str())));
            let page = self.get("model-versions/search", &query).await?.unwrap_or_default();
            found.extend(each(&page, "model_versions").map(version));
            match next(&page) {
                Some(next) => token = next,
                None => break,
            }
        }
        found.sort_by_key(|one: &FoundVersion| one.version);
        Ok(found)
    }
}

fn run(value: &Value) -> Result<FoundRun, Fault> {
    let (info, data) = (&value["info"], &value["data"]);
    let id = match texts(info, "run_id") {
        id if id.is_empty() => texts(info, "run_uuid"),
        id => id,
    };
    let tags = pairs(data, "tags");
    let name = match texts(info, "run_name") {
        name if name.is_empty() => KeyValue::find(&tags, "mlflow.runName").unwrap_or_default().to_owned(),
        name => name,
    };
    // The newest point says whether more have come.
    let metrics = each(data, "metrics").map(|one| (texts(one, "key"), format!("{} {}", one["timestamp"], one["step"])));
    let datasets = each(&value["inputs"], "dataset_inputs").map(|one| {
        let dataset = &one["dataset"];
        let owned = |key: &str| Some(texts(dataset, key)).filter(|text| !text.is_empty());
        DatasetInput {
            dataset: RunDataset {
                name: texts(dataset, "name"),
                digest: texts(dataset, "digest"),
                source_type: texts(dataset, "source_type"),
                source: texts(dataset, "source"),
                schema: owned("schema"),
                profile: owned("profile"),
            },
            tags: pairs(one, "tags"),
        }
    });
    Ok(FoundRun {
        status: texts(info, "status").parse::<RunStatus>()?,
        user_id: texts(info, "user_id"),
        started_ms: number(info, "start_time"),
        ended_ms: number(info, "end_time").filter(|ended| *ended > 0),
        deleted: texts(info, "lifecycle_stage") == "deleted",
        artifact_uri: texts(info, "artifact_uri"),
        params: pairs(data, "params"),
        datasets: datasets.collect(),
        models_in: each(&value["inputs"], "model_inputs").map(|one| texts(one, "model_id")).collect(),
        models_out: each(&value["outputs"], "model_outputs")
            .map(|one| (texts(one, "model_id"), number(one, "step").unwrap_or(0)))
            .collect(),
        metrics: metrics.collect(),
        id,
        name,
        tags,
    })
}

fn model(value: &Value) -> FoundModel {
    let (info, data) = (&value["info"], &value["data"]);
    let status = texts(info, "status");
    FoundModel {
        id: texts(info, "model_id"),
        name: texts(info, "name"),
        model_type: texts(info, "model_type"),
        source_run: texts(info, "source_run_id"),
        status: ModelStatus::find(&status).unwrap_or(ModelStatus::Ready),
        deleted: texts(info, "lifecycle_stage") == "deleted",
        created_ms: number(info, "creation_timestamp_ms"),
        updated_ms: number(info, "last_updated_timestamp_ms"),
        artifact_uri: texts(info, "artifact_uri"),
        params: pairs(data, "params"),
        tags: pairs(info, "tags"),
        metrics: each(data, "metrics").filter_map(|one| Some((texts(one, "run_id"), metric(one)?))).collect(),
    }
}

fn version(value: &Value) -> FoundVersion {
    FoundVersion {
        version: number(value, "version").unwrap_or(0),
        description: texts(value, "description"),
        stage: texts(value, "current_stage").parse::<Stage>().unwrap_or_default(),
        user: texts(value, "user_id"),
        created_ms: number(value, "creation_timestamp"),
        updated_ms: number(value, "last_updated_timestamp"),
        source: texts(value, "source"),
        run: texts(value, "run_id"),
        run_link: texts(value, "run_link"),
        logged_model: texts(value, "model_id"),
        tags: pairs(value, "tags"),
    }
}

/// JSON whose fractions are texts: serde_json reads some of them off by the last bit.
fn exact(json: &str) -> String {
    let mut out = String::with_capacity(json.len() + json.len() / 16);
    let mut rest = json;
    while let Some(first) = rest.chars().next() {
        let end = match first {
            '"' => {
                let mut escaped = false;
                let closing = rest[1..].find(|sign| {
                    let closes = sign == '"' && !escaped;
                    escaped = sign == '\\' && !escaped;
                    closes
                });
                closing.map_or(rest.len(), |at| at + 2)
            }
            '-' | '0'..='9' => {
                let ends = |sign: char| !matches!(sign, '0'..='9' | '-' | '+' | '.' | 'e' | 'E');
                rest.find(ends).unwrap_or(rest.len())
            }
            other => other.len_utf8(),
        };
        let (token, behind) = rest.split_at(end);
        match matches!(first, '-' | '0'..='9') && token.contains(['.', 'e', 'E']) {
            true => {
                out.push('"');
                out.push_str(token);
                out.push('"');
            }
            false => out.push_str(token),
        }
        rest = behind;
    }
    out
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
    fn fractions_are_read_to_the_last_bit() {
        let text = r#"{"value": 0.9666666666666667, "n": [1, -2.5e-3], "s": "a \"1.5\" \\", "t": true, "z": 1e5}"#;
        let read: Value = serde_json::from_str(&exact(text)).unwrap();
        assert_eq!(decimal(&read, "value"), Some(0.9666666666666667));
        assert_eq!((&read["n"], &read["s"]), (&json!([1, "-2.5e-3"]), &json!("a \"1.5\" \\")));
        assert_eq!((&read["t"], decimal(&read, "z")), (&json!(true), Some(100_000.0)));
    }
}
