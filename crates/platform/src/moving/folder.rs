//! An `mlruns` folder, as MLflow's file store writes it: a folder to each experiment with its `meta.yaml`, its runs and logged
//! models below it; deleted experiments in `.trash`; registered models in `models`.

use super::found::{
    FoundExperiment, FoundFile, FoundModel, FoundRegistered, FoundRun, FoundVersion, Holder, Part, float, model_status,
    point, run_status,
};
use super::places::{files_below, within};
use chorale_formats::yaml::{self, Yaml};
use chorale_model::Fault;
use chorale_model::experiments::{DatasetInput, KeyValue, LogMetric, RunDataset};
use chorale_model::registry::Stage;
use std::io::{BufRead, Seek};
use std::path::{Path, PathBuf};

/// Runs, or points, that are read at once.
const RUNS: usize = 200;
const POINTS: usize = 10_000;
const META: &str = "meta.yaml";
const TRASH: &str = ".trash";
const MODELS: &str = "models";

/// A folder whose files are read where they lie.
#[derive(Clone)]
pub struct Folder {
    root: PathBuf,
}

fn unread(path: &Path, why: impl std::fmt::Display) -> Fault {
    Fault::invalid(format!("{} cannot be read: {why}", path.display()))
}

/// The names in a folder, in order; none where there is no folder.
fn names(folder: &Path) -> Result<Vec<String>, Fault> {
    let listed = match std::fs::read_dir(folder) {
        Ok(listed) => listed,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(unread(folder, error)),
    };
    let mut names = Vec::new();
    for entry in listed {
        // What is no Unicode names nothing that MLflow wrote.
        names.extend(entry.map_err(|e| unread(folder, e))?.file_name().into_string());
    }
    names.sort();
    Ok(names)
}

fn text(path: &Path) -> Result<String, Fault> {
    let bytes = std::fs::read(path).map_err(|e| unread(path, e))?;
    String::from_utf8(bytes).map_err(|_| unread(path, "it is no UTF-8"))
}

fn meta(folder: &Path) -> Result<Yaml, Fault> {
    let path = folder.join(META);
    yaml::parse(&text(&path)?).map_err(|wrong| unread(&path, wrong))
}

/// Every file below a folder with its path there, which is its key; keys hold slashes.
fn keys(folder: &Path) -> Result<Vec<String>, Fault> {
    Ok(files_below(folder)?.into_iter().map(|(path, _)| path).collect())
}

fn values(folder: &Path) -> Result<Vec<KeyValue>, Fault> {
    keys(folder)?.into_iter().map(|key| Ok(KeyValue::new(&*key, text(&folder.join(&key))?))).collect()
}

fn or_empty(text: Option<&str>) -> String {
    text.unwrap_or_default().to_owned()
}

fn deleted(meta: &Yaml) -> bool {
    meta.text("lifecycle_stage") == Some("deleted")
}

impl Folder {
    /// # Errors
    /// When no experiment lies there.
    pub fn open(path: &Path) -> Result<Folder, Fault> {
        let root = path.canonicalize().map_err(|e| unread(path, e))?;
        let folder = Folder { root };
        if folder.experiment_folders()?.is_empty() {
            let inner = path.join("mlruns");
            let hint = match inner.is_dir() {
                true => format!("; its folder {} may be", inner.display()),
                false => "; name the folder mlruns that MLflow wrote, or its database file".to_owned(),
            };
            return Err(Fault::field(
                "path",
                format!("{} is no folder of MLflow's: no folder in it has a {META}{hint}", path.display()),
            ));
        }
        Ok(folder)
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    fn experiment_folders(&self) -> Result<Vec<PathBuf>, Fault> {
        let mut found = Vec::new();
        for parent in [self.root.clone(), self.root.join(TRASH)] {
            for name in names(&parent)? {
                let folder = parent.join(&name);
                if name != MODELS && name != TRASH && folder.join(META).is_file() {
                    found.push(folder);
                }
            }
        }
        Ok(found)
    }

    fn experiment_folder(&self, id: &str) -> PathBuf {
        let folder = self.root.join(id);
        if folder.join(META).is_file() { folder } else { self.root.join(TRASH).join(id) }
    }

    pub fn experiments(&self) -> Result<Vec<FoundExperiment>, Fault> {
        let read = |folder: PathBuf| {
            let said = meta(&folder)?;
            let id = folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
            Ok(FoundExperiment {
                id: id.to_owned(),
                name: said.text("name").map_or_else(|| id.to_owned(), str::to_owned),
                artifact_location: or_empty(said.text("artifact_location")),
                deleted: deleted(&said),
                created_ms: said.number("creation_time"),
                updated_ms: said.number("last_update_time"),
                tags: values(&folder.join("tags"))?,
            })
        };
        self.experiment_folders()?.into_iter().map(read).collect()
    }

    /// Each by itself: one that cannot be read leaves the others.
    pub fn runs(
        &self,
        experiment: &str,
        after: Option<&str>,
    ) -> Result<Part<(String, Result<FoundRun, Fault>)>, Fault> {
        let folder = self.experiment_folder(experiment);
        let is_run = |name: &String| {
            !matches!(name.as_str(), "tags" | "datasets" | "traces" | MODELS)
                && after.is_none_or(|after| name.as_str() > after)
                && folder.join(name).join(META).is_file()
        };
        let mut ids: Vec<String> = names(&folder)?.into_iter().filter(is_run).collect();
        let next = (ids.len() > RUNS).then(|| ids[RUNS - 1].clone());
        ids.truncate(RUNS);
        let read = |id: String| {
            let run = self.run(&folder, &id);
            (id, run)
        };
        Ok(Part { items: ids.into_iter().map(read).collect(), next })
    }

    fn run(&self, experiment: &Path, id: &str) -> Result<FoundRun, Fault> {
        let folder = experiment.join(id);
        let said = meta(&folder)?;
        let mut metrics = Vec::new();
        for (key, size) in files_below(&folder.join("metrics"))? {
            metrics.push((key, size.to_string()));
        }
        let (datasets, models_in) = inputs(experiment, &folder)?;
        let mut models_out = Vec::new();
        for name in names(&folder.join("outputs"))? {
            let said = meta(&folder.join("outputs").join(&name))?;
            models_out.push((or_empty(said.text("destination_id")), said.number("step").unwrap_or(0)));
        }
        Ok(FoundRun {
            id: id.to_owned(),
            name: or_empty(said.text("run_name").or(said.text("name"))),
            status: run_status(said.number("status").unwrap_or(1)),
            user_id: or_empty(said.text("user_id")),
            started_ms: said.number("start_time"),
            ended_ms: said.number("end_time"),
            deleted: deleted(&said),
            artifact_uri: or_empty(said.text("artifact_uri")),
            params: values(&folder.join("params"))?,
            tags: values(&folder.join("tags"))?,
            datasets,
            models_in,
            models_out,
            metrics,
        })
    }

    /// Points of a metric of a run from a byte of its file on.
    pub fn points(&self, experiment: &str, run: &str, key: &str, from: Option<&str>) -> Result<Part<LogMetric>, Fault> {
        let path = self.experiment_folder(experiment).join(run).join("metrics").join(key);
        let mut file = std::io::BufReader::new(std::fs::File::open(&path).map_err(|e| unread(&path, e))?);
        let mut at: u64 = from.and_then(|from| from.parse().ok()).unwrap_or(0);
        file.seek(std::io::SeekFrom::Start(at)).map_err(|e| unread(&path, e))?;
        let (mut items, mut line) = (Vec::new(), String::new());
        while items.len() < POINTS {
            line.clear();
            let read = file.read_line(&mut line).map_err(|e| unread(&path, e))?;
            if read == 0 {
                return Ok(Part { items, next: None });
            }
            at += read as u64;
            if !line.trim().is_empty() {
                let (point, _) = measured(key, &line, false).ok_or_else(|| unread(&path, told(&line)))?;
                items.push(point);
            }
        }
        Ok(Part { items, next: Some(at.to_string()) })
    }

    pub fn logged_models(&self, experiment: &str) -> Result<Vec<(String, Result<FoundModel, Fault>)>, Fault> {
        let folder = self.experiment_folder(experiment).join(MODELS);
        let ids = names(&folder)?.into_iter().filter(|id| folder.join(id).join(META).is_file());
        let read = |id: String| {
            let model = logged_model(&folder.join(&id), &id);
            (id, model)
        };
        Ok(ids.map(read).collect())
    }

    fn holder(&self, experiment: &str, holder: Holder<'_>) -> PathBuf {
        let folder = self.experiment_folder(experiment);
        match holder {
            Holder::Run(id) => folder.join(id),
            Holder::Model(id) => folder.join(MODELS).join(id),
        }
        .join("artifacts")
    }

    pub fn files(&self, experiment: &str, holder: Holder<'_>) -> Result<Vec<FoundFile>, Fault> {
        let found = files_below(&self.holder(experiment, holder))?;
        Ok(found.into_iter().map(|(path, size)| FoundFile { path, size_bytes: Some(size) }).collect())
    }

    pub fn file(&self, experiment: &str, holder: Holder<'_>, path: &str) -> Result<PathBuf, Fault> {
        within(&self.root, &self.holder(experiment, holder).join(path))
    }

    pub fn registered(&self) -> Result<Vec<FoundRegistered>, Fault> {
        let mut found = Vec::new();
        for name in names(&self.root.join(MODELS))? {
            let folder = self.root.join(MODELS).join(&name);
            if !folder.join(META).is_file() {
                continue;
            }
            let said = meta(&folder)?;
            let mut aliases: Vec<(String, i64)> = Vec::new();
            for (alias, version) in said.pairs("aliases") {
                aliases.extend(version.parse().ok().map(|version| (alias, version)));
            }
            for one in values(&folder.join("aliases"))? {
                if let (false, Ok(version)) =
                    (aliases.iter().any(|(alias, _)| *alias == one.key), one.value.trim().parse())
                {
                    aliases.push((one.key, version));
                }
            }
            found.push(FoundRegistered {
                name: said.text("name").unwrap_or(&name).to_owned(),
                description: or_empty(said.text("description")),
                created_ms: said.number("creation_timestamp"),
                updated_ms: said.number("last_updated_timestamp"),
                tags: values(&folder.join("tags"))?,
                aliases,
            });
        }
        Ok(found)
    }

    pub fn versions(&self, model: &str) -> Result<Vec<FoundVersion>, Fault> {
        let folder = self.root.join(MODELS).join(model);
        let mut found = Vec::new();
        for name in names(&folder)? {
            let Some(number) = name.strip_prefix("version-").and_then(|number| number.parse().ok()) else { continue };
            let folder = folder.join(&name);
            let said = meta(&folder)?;
            // One that was deleted stays there as a file.
            if said.text("current_stage") == Some("Deleted_Internal") {
                continue;
            }
            let stage = said.text("current_stage").and_then(|stage| stage.parse::<Stage>().ok());
            found.push(FoundVersion {
                version: number,
                description: or_empty(said.text("description")),
                stage: stage.unwrap_or_default(),
                user: or_empty(said.text("user_id")),
                created_ms: said.number("creation_timestamp"),
                updated_ms: said.number("last_updated_timestamp"),
                source: or_empty(said.text("source")),
                run: or_empty(said.text("run_id")),
                run_link: or_empty(said.text("run_link")),
                logged_model: or_empty(said.text("model_id")),
                tags: values(&folder.join("tags"))?,
            });
        }
        found.sort_by_key(|one| one.version);
        Ok(found)
    }
}

fn told(line: &str) -> String {
    let shown: String = line.trim_end().chars().take(80).collect();
    format!("\"{shown}\" is no point of a metric (time, value, step)")
}

/// A line of a metric's file: time, value, step; behind it the run where a model is measured, and the dataset's name and digest.
fn measured(key: &str, line: &str, names_run: bool) -> Option<(LogMetric, Option<String>)> {
    let mut parts = line.trim_end_matches(['\r', '\n']).splitn(4, ' ');
    let (time, value) = (parts.next()?.parse().ok()?, float(parts.next()?)?);
    let step = parts.next().map_or(Some(0), |step| step.parse().ok())?;
    let mut rest = parts.next().unwrap_or_default();
    let mut run = None;
    if names_run {
        let (first, behind) = rest.split_once(' ').unwrap_or((rest, ""));
        run = Some(first.to_owned());
        rest = behind;
    }
    let mut point = point(key, value, time, step);
    if let Some((name, digest)) = rest.rsplit_once(' ') {
        (point.dataset_name, point.dataset_digest) = (name.to_owned(), digest.to_owned());
    }
    Some((point, run))
}

/// What a run reads.
fn inputs(experiment: &Path, run: &Path) -> Result<(Vec<DatasetInput>, Vec<String>), Fault> {
    let (mut datasets, mut models) = (Vec::new(), Vec::new());
    for name in names(&run.join("inputs"))? {
        let said = meta(&run.join("inputs").join(&name))?;
        let of = or_empty(said.text("source_id"));
        if said.text("source_type") != Some("DATASET") {
            models.push(said.text("destination_id").map_or(of, str::to_owned));
            continue;
        }
        let dataset = meta(&experiment.join("datasets").join(&of))?;
        let owned = |key: &str| dataset.text(key).map(str::to_owned);
        datasets.push(DatasetInput {
            dataset: RunDataset {
                name: owned("name").unwrap_or_default(),
                digest: owned("digest").unwrap_or_default(),
                source_type: owned("source_type").unwrap_or_default(),
                source: owned("source").unwrap_or_default(),
                schema: owned("schema"),
                profile: owned("profile"),
            },
            tags: said.pairs("tags").into_iter().map(|(key, value)| KeyValue { key, value }).collect(),
        });
    }
    Ok((datasets, models))
}

fn logged_model(folder: &Path, id: &str) -> Result<FoundModel, Fault> {
    let said = meta(folder)?;
    let mut metrics = Vec::new();
    for key in keys(&folder.join("metrics"))? {
        let path = folder.join("metrics").join(&key);
        for line in text(&path)?.lines().filter(|line| !line.trim().is_empty()) {
            let (point, run) = measured(&key, line, true).ok_or_else(|| unread(&path, told(line)))?;
            metrics.push((run.unwrap_or_default(), point));
        }
    }
    Ok(FoundModel {
        id: id.to_owned(),
        name: or_empty(said.text("name")),
        model_type: or_empty(said.text("model_type")),
        source_run: or_empty(said.text("source_run_id")),
        status: model_status(said.number("status").unwrap_or(2)),
        deleted: deleted(&said),
        created_ms: said.number("creation_timestamp"),
        updated_ms: said.number("last_updated_timestamp"),
        artifact_uri: or_empty(said.text("artifact_location")),
        params: values(&folder.join("params"))?,
        tags: values(&folder.join("tags"))?,
        metrics,
    })
}
