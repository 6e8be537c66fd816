//! What keys and values may be, and how much of them: MLflow's limits
//! (`mlflow/utils/validation.py`), so that what its clients send stands here as there.

pub use crate::limits::{few, fits, key, once};
use chorale_model::Fault;
use chorale_model::experiments::{CreateRun, KeyValue, LogBatch, LogMetric};
use serde_json::Value as Json;
use uuid::Uuid;

pub const LONGEST_PARAM: usize = 6_000;
pub const LONGEST_TAG: usize = 8_000;
const LONGEST_EXPERIMENT_NAME: usize = 500;
const LONGEST_EXPERIMENT_TAG: usize = 20_000;
const LONGEST_RUN_NAME: usize = LONGEST_TAG;
/// To one batch.
pub const MOST_METRICS: usize = 1_000;
const MOST_PARAMS: usize = 100;
const MOST_TAGS: usize = 100;
const MOST_TOGETHER: usize = 1_000;

/// The tag that names a run.
pub const RUN_NAME: &str = "mlflow.runName";

pub fn param(at: &str, one: &KeyValue) -> Result<(), Fault> {
    key(&format!("{at}key"), &one.key)?;
    fits(&format!("{at}value"), &one.value, LONGEST_PARAM)
}

pub fn tag(at: &str, one: &KeyValue) -> Result<(), Fault> {
    key(&format!("{at}key"), &one.key)?;
    fits(&format!("{at}value"), &one.value, LONGEST_TAG)
}

pub fn experiment_tag(one: &KeyValue) -> Result<(), Fault> {
    key("key", &one.key)?;
    fits("value", &one.value, LONGEST_EXPERIMENT_TAG)
}

pub fn metric(at: &str, one: &LogMetric) -> Result<(), Fault> {
    key(&format!("{at}key"), &one.key)?;
    if one.timestamp_ms < 0 {
        let why = format!("{} is before 1970; send milliseconds since then", one.timestamp_ms);
        return Err(Fault::field(&format!("{at}timestamp"), why));
    }
    Ok(())
}

pub fn experiment_name(name: &str) -> Result<(), Fault> {
    match name.trim().is_empty() {
        true => Err(Fault::field("name", "is empty; an experiment has a name")),
        false => fits("name", name, LONGEST_EXPERIMENT_NAME),
    }
}

/// A place of the client's own, which the platform never reads.
pub fn artifact_location(place: &str) -> Result<(), Fault> {
    const SCHEMES: [&str; 6] = ["s3:", "gs:", "wasb:", "wasbs:", "abfs:", "abfss:"];
    let known = SCHEMES.iter().any(|scheme| place.len() > scheme.len() && place.starts_with(scheme));
    let strange = place.contains(['?', '#', '\\']) || place.chars().any(char::is_control);
    let climbs = place.split('/').any(|part| matches!(part, "." | "..") || part.contains('%'));
    match place.is_empty() || (known && !strange && !climbs) {
        true => fits("artifact_location", place, 500),
        false => Err(Fault::field(
            "artifact_location",
            format!(
                "\"{place}\" is no place where clients may keep artifacts; leave it out, and they are kept here, or name an \
                 object store of yours, such as s3://bucket/folder"
            ),
        )),
    }
}

pub fn new_run(new: &CreateRun) -> Result<(), Fault> {
    fits("run_name", &new.name, LONGEST_RUN_NAME)?;
    fits("user_id", &new.user_id, 256)?;
    new.tags.iter().enumerate().try_for_each(|(at, one)| tag(&format!("tags[{at}]."), one))
}

pub fn run_name(name: &str) -> Result<(), Fault> {
    fits("run_name", name, LONGEST_RUN_NAME)
}

/// A batch: its limits, every key and value, and that no param comes twice.
pub fn batch(batch: &LogBatch) -> Result<(), Fault> {
    let single = batch.metrics.len() + batch.params.len() + batch.tags.len() == 1;
    let at = |list: &str, at: usize| if single { String::new() } else { format!("{list}[{at}].") };
    batch.metrics.iter().enumerate().try_for_each(|(n, one)| metric(&at("metrics", n), one))?;
    batch.params.iter().enumerate().try_for_each(|(n, one)| param(&at("params", n), one))?;
    batch.tags.iter().enumerate().try_for_each(|(n, one)| tag(&at("tags", n), one))?;
    few("metrics", batch.metrics.len(), MOST_METRICS)?;
    few("params", batch.params.len(), MOST_PARAMS)?;
    few("tags", batch.tags.len(), MOST_TAGS)?;
    few("metrics, params and tags", batch.metrics.len() + batch.params.len() + batch.tags.len(), MOST_TOGETHER)?;
    once("params", &batch.params)
}

/// What was to be deleted was there.
pub fn gone(found: bool, key: &str) -> Result<(), Fault> {
    if found { Ok(()) } else { Err(Fault::missing("tag", key)) }
}

/// A list in a tag, of JSON, with one more at its end.
///
/// # Errors
/// When the tag holds none.
pub fn appended(key: &str, before: Option<&str>, item: Json) -> Result<Vec<Json>, Fault> {
    let unread = |_| Fault::invalid(format!("the tag {key} holds no list; delete it first"));
    let mut list = before.map(serde_json::from_str::<Vec<Json>>).transpose().map_err(unread)?.unwrap_or_default();
    list.push(item);
    Ok(list)
}

/// A name for a run that has none, from its id: an adjective, a voice, a number.
pub fn chosen(id: Uuid) -> String {
    const HOW: [&str; 24] = [
        "amber", "bold", "brisk", "calm", "clear", "crisp", "deft", "eager", "fair", "fleet", "glad", "hale", "keen",
        "kind", "lively", "lucid", "merry", "neat", "quiet", "rapid", "sage", "steady", "vivid", "warm",
    ];
    const WHO: [&str; 24] = [
        "alto", "anthem", "aria", "ballad", "bass", "cadence", "canon", "cantata", "carol", "chord", "descant", "duet",
        "etude", "fugue", "madrigal", "motet", "octet", "prelude", "psalm", "rondo", "sonata", "soprano", "tenor",
        "trio",
    ];
    let bits = u128::from_be_bytes(*id.as_bytes());
    let pick = |shift: u32, most: u128| usize::try_from((bits >> shift) % most).unwrap_or(0);
    format!("{}-{}-{}", HOW[pick(0, 24)], WHO[pick(16, 24)], pick(32, 1_000))
}
