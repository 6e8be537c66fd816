//! MLflow's database in an SQLite file, of whatever version of its schema: what a table lacks is absent. It is opened for reading
//! alone. Artifacts lie in folders beside it.

use super::found::{
    FoundExperiment, FoundFile, FoundModel, FoundRegistered, FoundRun, FoundVersion, Part, model_status, point,
};
use super::places::{files_below, within};
use chorale_model::Fault;
use chorale_model::experiments::{DatasetInput, KeyValue, LogMetric, RunDataset, RunStatus};
use chorale_model::registry::Stage;
use sqlx::sqlite::{SqliteConnectOptions, SqlitePoolOptions, SqliteRow};
use sqlx::{AssertSqlSafe, Row, SqlitePool};
use std::collections::{HashMap, HashSet};
use std::path::{Path, PathBuf};

const RUNS: usize = 200;
const POINTS: usize = 10_000;
/// Folders beside the database in which MLflow keeps artifacts when it is told nothing else.
const BESIDE: [&str; 3] = ["mlartifacts", "mlruns", "artifacts"];

#[derive(Clone)]
pub struct Database {
    pool: SqlitePool,
    file: PathBuf,
    /// Folders that artifacts may lie in; the first is where the server's own addresses lead.
    folders: Vec<PathBuf>,
    columns: HashMap<String, HashSet<String>>,
}

/// A row whose columns are named.
struct Line(SqliteRow);

impl Line {
    fn some(&self, column: &str) -> Option<String> {
        self.0.try_get::<Option<String>, _>(column).ok().flatten()
    }

    fn text(&self, column: &str) -> String {
        self.some(column).unwrap_or_default()
    }

    fn number(&self, column: &str) -> Option<i64> {
        self.0.try_get::<Option<i64>, _>(column).ok().flatten()
    }

    fn float(&self, column: &str) -> f64 {
        self.0.try_get::<Option<f64>, _>(column).ok().flatten().unwrap_or(0.0)
    }

    fn value(&self, is_nan: &str, value: &str) -> f64 {
        if self.number(is_nan).unwrap_or(0) != 0 { f64::NAN } else { self.float(value) }
    }
}

/// What is asked of a table: names of columns that may be absent, as texts, whole numbers and floats.
#[derive(Default)]
struct Asked {
    table: &'static str,
    texts: &'static [&'static str],
    numbers: &'static [&'static str],
    floats: &'static [&'static str],
    /// With `?` for each of `values`.
    behind: String,
    values: Vec<String>,
}

/// Keys and values of something, by its id.
type Pairs = HashMap<String, Vec<KeyValue>>;

fn list(ids: usize) -> String {
    vec!["?"; ids].join(",")
}

impl Database {
    /// # Errors
    /// When the file is no SQLite database, or not MLflow's.
    pub async fn open(file: &Path, artifacts: Option<&Path>) -> Result<Database, Fault> {
        let wrong = |why: String| Fault::field("path", format!("{} {why}", file.display()));
        let file_at = file.canonicalize().map_err(|e| wrong(format!("cannot be read: {e}")))?;
        let options = SqliteConnectOptions::new().filename(&file_at).read_only(true);
        let opened = SqlitePoolOptions::new().max_connections(4).connect_with(options).await;
        let pool = opened.map_err(|e| wrong(format!("is no SQLite database: {e}")))?;
        let tables: Vec<(String, String)> = sqlx::query_as(
            "select m.name, c.name from sqlite_master m join pragma_table_info(m.name) c where m.type = 'table'",
        )
        .fetch_all(&pool)
        .await
        .map_err(|e| wrong(format!("is no SQLite database that can be read: {e}")))?;
        let mut columns: HashMap<String, HashSet<String>> = HashMap::new();
        for (table, column) in tables {
            columns.entry(table).or_default().insert(column);
        }
        if let Some(absent) =
            ["experiments", "runs", "metrics", "params", "tags"].into_iter().find(|name| !columns.contains_key(*name))
        {
            return Err(wrong(format!(
                "is no database of MLflow's: it has no table \"{absent}\"; name the file of --backend-store-uri"
            )));
        }
        let parent = file_at.parent().map(Path::to_path_buf).unwrap_or_default();
        let mut folders = Vec::new();
        if let Some(artifacts) = artifacts {
            folders.push(
                artifacts
                    .canonicalize()
                    .map_err(|e| Fault::field("artifacts", format!("{} cannot be read: {e}", artifacts.display())))?,
            );
        }
        folders.extend(BESIDE.iter().filter_map(|name| parent.join(name).canonicalize().ok()));
        Ok(Database { pool, file: file_at, folders, columns })
    }

    pub fn file(&self) -> &Path {
        &self.file
    }

    fn has(&self, table: &str, column: &str) -> bool {
        self.columns.get(table).is_some_and(|columns| columns.contains(column))
    }

    async fn all(&self, asked: Asked) -> Result<Vec<Line>, Fault> {
        let Asked { table, texts, numbers, floats, behind, values } = asked;
        if !self.columns.contains_key(table) {
            return Ok(Vec::new());
        }
        let of = |names: &'static [&'static str], kind: &'static str| {
            names.iter().map(move |name| match self.has(table, name) {
                true => format!("cast(\"{name}\" as {kind}) as \"{name}\""),
                false => format!("null as \"{name}\""),
            })
        };
        let columns: Vec<String> = of(texts, "text").chain(of(numbers, "integer")).chain(of(floats, "real")).collect();
        let text = format!("select {} from \"{table}\" {behind}", columns.join(", "));
        let mut query = sqlx::query(AssertSqlSafe(text));
        for value in values {
            query = query.bind(value);
        }
        let rows = query.fetch_all(&self.pool).await;
        let rows = rows.map_err(|e| {
            Fault::invalid(format!("the table \"{table}\" of {} cannot be read: {e}", self.file.display()))
        })?;
        Ok(rows.into_iter().map(Line).collect())
    }

    /// Keys and values of these ids; `names` are the columns of the id, the key and the value.
    async fn pairs(
        &self,
        table: &'static str,
        names: &'static [&'static str; 3],
        ids: &[String],
    ) -> Result<Pairs, Fault> {
        let [id, key, value] = *names;
        let behind = format!("where \"{id}\" in ({}) order by \"{id}\", \"{key}\"", list(ids.len()));
        let asked = Asked { table, texts: names, behind, values: ids.to_vec(), ..Asked::default() };
        let mut found = Pairs::new();
        for line in self.all(asked).await? {
            found.entry(line.text(id)).or_default().push(KeyValue::new(line.text(key), line.text(value)));
        }
        Ok(found)
    }

    pub async fn experiments(&self) -> Result<Vec<FoundExperiment>, Fault> {
        let asked = Asked {
            table: "experiments",
            texts: &["experiment_id", "name", "artifact_location", "lifecycle_stage"],
            numbers: &["creation_time", "last_update_time"],
            behind: "order by experiments.experiment_id".to_owned(),
            ..Asked::default()
        };
        let lines = self.all(asked).await?;
        let mut tags = Pairs::new();
        for some in lines.chunks(RUNS) {
            let ids: Vec<String> = some.iter().map(|line| line.text("experiment_id")).collect();
            tags.extend(self.pairs("experiment_tags", &["experiment_id", "key", "value"], &ids).await?);
        }
        let read = |line: Line| FoundExperiment {
            tags: tags.remove(&line.text("experiment_id")).unwrap_or_default(),
            id: line.text("experiment_id"),
            name: line.text("name"),
            artifact_location: line.text("artifact_location"),
            deleted: line.text("lifecycle_stage") == "deleted",
            created_ms: line.number("creation_time"),
            updated_ms: line.number("last_update_time"),
        };
        Ok(lines.into_iter().map(read).collect())
    }

    pub async fn runs(
        &self,
        experiment: &str,
        after: Option<&str>,
    ) -> Result<Part<(String, Result<FoundRun, Fault>)>, Fault> {
        let asked = Asked {
            table: "runs",
            texts: &["run_uuid", "name", "status", "user_id", "lifecycle_stage", "artifact_uri"],
            numbers: &["start_time", "end_time"],
            behind: format!("where experiment_id = ? and run_uuid > ? order by runs.run_uuid limit {RUNS}"),
            values: vec![experiment.to_owned(), after.unwrap_or_default().to_owned()],
            ..Asked::default()
        };
        let lines = self.all(asked).await?;
        let ids: Vec<String> = lines.iter().map(|line| line.text("run_uuid")).collect();
        let next = ids.last().filter(|_| ids.len() == RUNS).cloned();
        let mut params = self.pairs("params", &["run_uuid", "key", "value"], &ids).await?;
        let mut tags = self.pairs("tags", &["run_uuid", "key", "value"], &ids).await?;
        let mut metrics = self.metrics(&ids).await?;
        let mut datasets = self.datasets(&ids).await?;
        let models_in = self.edges("RUN_INPUT", "MODEL_INPUT", &ids).await?;
        let models_out = self.edges("RUN_OUTPUT", "MODEL_OUTPUT", &ids).await?;
        let of = |edges: &[(String, String, i64)], id: &str| -> Vec<(String, i64)> {
            let own = edges.iter().filter(|(run, ..)| run == id);
            own.map(|(_, model, step)| (model.clone(), *step)).collect()
        };
        let read = |line: Line| {
            let id = line.text("run_uuid");
            let status = line.text("status").parse::<RunStatus>();
            let run = status.map(|status| FoundRun {
                id: id.clone(),
                name: line.text("name"),
                status,
                user_id: line.text("user_id"),
                started_ms: line.number("start_time"),
                ended_ms: line.number("end_time"),
                deleted: line.text("lifecycle_stage") == "deleted",
                artifact_uri: line.text("artifact_uri"),
                params: params.remove(&id).unwrap_or_default(),
                tags: tags.remove(&id).unwrap_or_default(),
                datasets: datasets.remove(&id).unwrap_or_default(),
                models_in: of(&models_in, &id).into_iter().map(|(model, _)| model).collect(),
                models_out: of(&models_out, &id),
                metrics: metrics.remove(&id).unwrap_or_default(),
            });
            (id, run)
        };
        Ok(Part { items: lines.into_iter().map(read).collect(), next })
    }

    /// Of each run the keys of its metrics, with the number of their points.
    async fn metrics(&self, runs: &[String]) -> Result<HashMap<String, Vec<(String, String)>>, Fault> {
        let text = format!(
            "select run_uuid, key, count(*) from metrics where run_uuid in ({}) group by run_uuid, key \
             order by run_uuid, key",
            list(runs.len())
        );
        let mut query = sqlx::query_as::<_, (String, String, i64)>(AssertSqlSafe(text));
        for run in runs {
            query = query.bind(run);
        }
        let rows = query.fetch_all(&self.pool).await;
        let rows = rows.map_err(|e| Fault::invalid(format!("metrics cannot be read: {e}")))?;
        let mut found: HashMap<String, Vec<(String, String)>> = HashMap::new();
        for (run, key, points) in rows {
            found.entry(run).or_default().push((key, points.to_string()));
        }
        Ok(found)
    }

    async fn datasets(&self, runs: &[String]) -> Result<HashMap<String, Vec<DatasetInput>>, Fault> {
        let asked = Asked {
            table: "inputs",
            texts: &["input_uuid", "source_id", "destination_id"],
            behind: format!(
                "where source_type = 'DATASET' and destination_type = 'RUN' and destination_id in ({}) \
                 order by destination_id, input_uuid",
                list(runs.len())
            ),
            values: runs.to_vec(),
            ..Asked::default()
        };
        let inputs = self.all(asked).await?;
        let (mut known, mut tags) = (HashMap::new(), Pairs::new());
        for some in inputs.chunks(RUNS) {
            let ids: Vec<String> = some.iter().map(|line| line.text("source_id")).collect();
            let asked = Asked {
                table: "datasets",
                texts: &[
                    "dataset_uuid",
                    "name",
                    "digest",
                    "dataset_source_type",
                    "dataset_source",
                    "dataset_schema",
                    "dataset_profile",
                ],
                behind: format!("where dataset_uuid in ({})", list(ids.len())),
                values: ids,
                ..Asked::default()
            };
            for line in self.all(asked).await? {
                let dataset = RunDataset {
                    name: line.text("name"),
                    digest: line.text("digest"),
                    source_type: line.text("dataset_source_type"),
                    source: line.text("dataset_source"),
                    schema: line.some("dataset_schema"),
                    profile: line.some("dataset_profile"),
                };
                known.insert(line.text("dataset_uuid"), dataset);
            }
            let ids: Vec<String> = some.iter().map(|line| line.text("input_uuid")).collect();
            tags.extend(self.pairs("input_tags", &["input_uuid", "name", "value"], &ids).await?);
        }
        let mut found: HashMap<String, Vec<DatasetInput>> = HashMap::new();
        for line in inputs {
            if let Some(dataset) = known.get(&line.text("source_id")) {
                let tags = tags.remove(&line.text("input_uuid")).unwrap_or_default();
                found
                    .entry(line.text("destination_id"))
                    .or_default()
                    .push(DatasetInput { dataset: dataset.clone(), tags });
            }
        }
        Ok(found)
    }

    async fn edges(
        &self,
        from: &'static str,
        to: &'static str,
        runs: &[String],
    ) -> Result<Vec<(String, String, i64)>, Fault> {
        let asked = Asked {
            table: "inputs",
            texts: &["source_id", "destination_id"],
            numbers: &["step"],
            behind: format!(
                "where source_type = '{from}' and destination_type = '{to}' and source_id in ({}) order by input_uuid",
                list(runs.len())
            ),
            values: runs.to_vec(),
            ..Asked::default()
        };
        let edge = |line: Line| (line.text("source_id"), line.text("destination_id"), line.number("step").unwrap_or(0));
        Ok(self.all(asked).await?.into_iter().map(edge).collect())
    }

    /// Points of a metric of a run, in the order in which they were written.
    pub async fn points(&self, run: &str, key: &str, from: Option<&str>) -> Result<Part<LogMetric>, Fault> {
        let asked = Asked {
            table: "metrics",
            numbers: &["timestamp", "step", "is_nan"],
            floats: &["value"],
            behind: format!(
                "where run_uuid = ? and key = ? order by rowid limit {POINTS} offset {}",
                from.and_then(|from| from.parse::<u64>().ok()).unwrap_or(0)
            ),
            values: vec![run.to_owned(), key.to_owned()],
            ..Asked::default()
        };
        let lines = self.all(asked).await?;
        let read = from.and_then(|from| from.parse::<usize>().ok()).unwrap_or(0) + lines.len();
        let next = (lines.len() == POINTS).then(|| read.to_string());
        let read = |line: Line| {
            let (time, step) = (line.number("timestamp").unwrap_or(0), line.number("step").unwrap_or(0));
            point(key, line.value("is_nan", "value"), time, step)
        };
        Ok(Part { items: lines.into_iter().map(read).collect(), next })
    }

    pub async fn logged_models(&self, experiment: &str) -> Result<Vec<(String, Result<FoundModel, Fault>)>, Fault> {
        let asked = Asked {
            table: "logged_models",
            texts: &["model_id", "name", "artifact_location", "lifecycle_stage", "model_type", "source_run_id"],
            numbers: &["creation_timestamp_ms", "last_updated_timestamp_ms", "status"],
            behind: "where experiment_id = ? order by model_id".to_owned(),
            values: vec![experiment.to_owned()],
            ..Asked::default()
        };
        let lines = self.all(asked).await?;
        let (mut params, mut tags, mut points) = (Pairs::new(), Pairs::new(), HashMap::new());
        for some in lines.chunks(RUNS) {
            let ids: Vec<String> = some.iter().map(|line| line.text("model_id")).collect();
            params.extend(self.pairs("logged_model_params", &["model_id", "param_key", "param_value"], &ids).await?);
            tags.extend(self.pairs("logged_model_tags", &["model_id", "tag_key", "tag_value"], &ids).await?);
            let asked = Asked {
                table: "logged_model_metrics",
                texts: &["model_id", "metric_name", "run_id", "dataset_name", "dataset_digest"],
                numbers: &["metric_timestamp_ms", "metric_step"],
                floats: &["metric_value"],
                behind: format!("where model_id in ({})", list(ids.len())),
                values: ids,
            };
            for line in self.all(asked).await? {
                // A value that is no number is null there.
                let value = line.0.try_get::<Option<f64>, _>("metric_value").ok().flatten().unwrap_or(f64::NAN);
                let time = line.number("metric_timestamp_ms").unwrap_or(0);
                let mut one = point(&line.text("metric_name"), value, time, line.number("metric_step").unwrap_or(0));
                (one.dataset_name, one.dataset_digest) = (line.text("dataset_name"), line.text("dataset_digest"));
                let own: &mut Vec<(String, LogMetric)> = points.entry(line.text("model_id")).or_default();
                own.push((line.text("run_id"), one));
            }
        }
        let read = |line: Line| {
            let id = line.text("model_id");
            let model = FoundModel {
                name: line.text("name"),
                model_type: line.text("model_type"),
                source_run: line.text("source_run_id"),
                status: model_status(line.number("status").unwrap_or(2)),
                deleted: line.text("lifecycle_stage") == "deleted",
                created_ms: line.number("creation_timestamp_ms"),
                updated_ms: line.number("last_updated_timestamp_ms"),
                artifact_uri: line.text("artifact_location"),
                params: params.remove(&id).unwrap_or_default(),
                tags: tags.remove(&id).unwrap_or_default(),
                metrics: points.remove(&id).unwrap_or_default(),
                id: id.clone(),
            };
            (id, Ok(model))
        };
        Ok(lines.into_iter().map(read).collect())
    }

    /// The folder of an address of artifacts, below one of the folders that may be read, and which of them that is. Of what never
    /// logged a file there is no folder.
    fn folder(&self, uri: &str) -> Result<(PathBuf, PathBuf), Fault> {
        let nowhere = |why: &str| {
            Err(Fault::invalid(format!("its artifacts lie at {uri}: {why}; name their folder with --artifacts")))
        };
        let below = |rest: &str| rest.trim_start_matches('/').to_owned();
        let (path, is_theirs) = match uri.split_once(':') {
            // An authority, if one is named, is the server's own.
            Some(("mlflow-artifacts", rest)) => match rest.strip_prefix("//") {
                Some(rest) if !rest.starts_with('/') => {
                    (below(rest.split_once('/').map_or("", |(_, path)| path)), true)
                }
                _ => (below(rest), true),
            },
            Some(("file", _)) => match url::Url::parse(uri).ok().and_then(|url| url.to_file_path().ok()) {
                Some(path) => (path.to_string_lossy().into_owned(), false),
                None => return nowhere("that is no path"),
            },
            Some((scheme, _)) if scheme.len() > 1 => return nowhere("they are not on this machine"),
            // From where the server was started.
            _ => (uri.to_owned(), false),
        };
        let path = PathBuf::from(path);
        if path.components().any(|part| part == std::path::Component::ParentDir) {
            return nowhere("the address climbs");
        }
        let absolute = self.file.parent().unwrap_or(Path::new("/")).join(&path);
        let candidate = |root: &PathBuf| match is_theirs {
            true => Some(root.join(&path)),
            false if absolute.starts_with(root) => Some(absolute.clone()),
            // The store was moved: what follows the folder's name is below ours.
            false => {
                let parts: Vec<_> = path.components().map(|part| part.as_os_str()).collect();
                let at = parts.iter().rposition(|part| Some(*part) == root.file_name())?;
                Some(root.join(parts[at + 1..].iter().collect::<PathBuf>()))
            }
        };
        let found: Vec<(PathBuf, PathBuf)> =
            self.folders.iter().filter_map(|root| Some((root.clone(), candidate(root)?))).collect();
        let there = found.iter().find(|(root, path)| path.canonicalize().is_ok_and(|real| real.starts_with(root)));
        match there.or(found.first()) {
            Some(found) => Ok(found.clone()),
            None if self.folders.is_empty() => nowhere("no folder of artifacts is known"),
            None => nowhere(&format!("that is not below {}", shown(&self.folders))),
        }
    }

    pub fn files(&self, uri: &str) -> Result<Vec<FoundFile>, Fault> {
        let (root, folder) = self.folder(uri)?;
        if folder.exists() {
            within(&root, &folder)?;
        }
        let found = files_below(&folder)?;
        Ok(found.into_iter().map(|(path, size)| FoundFile { path, size_bytes: Some(size) }).collect())
    }

    pub fn path_of(&self, uri: &str, path: &str) -> Result<PathBuf, Fault> {
        let (root, folder) = self.folder(uri)?;
        within(&root, &folder.join(path))
    }

    pub async fn registered(&self) -> Result<Vec<FoundRegistered>, Fault> {
        let asked = Asked {
            table: "registered_models",
            texts: &["name", "description"],
            numbers: &["creation_time", "last_updated_time"],
            behind: "order by name".to_owned(),
            ..Asked::default()
        };
        let mut found = Vec::new();
        for line in self.all(asked).await? {
            let name = line.text("name");
            let mut tags =
                self.pairs("registered_model_tags", &["name", "key", "value"], std::slice::from_ref(&name)).await?;
            let asked = Asked {
                table: "registered_model_aliases",
                texts: &["alias"],
                numbers: &["version"],
                behind: "where name = ? order by alias".to_owned(),
                values: vec![name.clone()],
                ..Asked::default()
            };
            let aliases = self.all(asked).await?.into_iter();
            found.push(FoundRegistered {
                description: line.text("description"),
                created_ms: line.number("creation_time"),
                updated_ms: line.number("last_updated_time"),
                tags: tags.remove(&name).unwrap_or_default(),
                aliases: aliases.filter_map(|line| Some((line.text("alias"), line.number("version")?))).collect(),
                name,
            });
        }
        Ok(found)
    }

    pub async fn versions(&self, model: &str) -> Result<Vec<FoundVersion>, Fault> {
        let asked = Asked {
            table: "model_versions",
            texts: &["description", "user_id", "current_stage", "source", "run_id", "run_link"],
            numbers: &["version", "creation_time", "last_updated_time"],
            // One that was deleted stays there as a row.
            behind: "where name = ? and current_stage <> 'Deleted_Internal' order by version".to_owned(),
            values: vec![model.to_owned()],
            ..Asked::default()
        };
        let lines = self.all(asked).await?;
        let asked = Asked {
            table: "model_version_tags",
            texts: &["key", "value"],
            numbers: &["version"],
            behind: "where name = ? order by key".to_owned(),
            values: vec![model.to_owned()],
            ..Asked::default()
        };
        let tags = self.all(asked).await?;
        let read = |line: Line| {
            let version = line.number("version").unwrap_or(0);
            let own = tags.iter().filter(|tag| tag.number("version") == Some(version));
            FoundVersion {
                version,
                description: line.text("description"),
                stage: line.text("current_stage").parse::<Stage>().unwrap_or_default(),
                user: line.text("user_id"),
                created_ms: line.number("creation_time"),
                updated_ms: line.number("last_updated_time"),
                source: line.text("source"),
                run: line.text("run_id"),
                run_link: line.text("run_link"),
                logged_model: String::new(),
                tags: own.map(|tag| KeyValue::new(tag.text("key"), tag.text("value"))).collect(),
            }
        };
        Ok(lines.into_iter().map(read).collect())
    }
}

fn shown(folders: &[PathBuf]) -> String {
    folders.iter().map(|folder| folder.display().to_string()).collect::<Vec<_>>().join(", ")
}
