//! Where a version's files are here, read out of where they were there.

use super::found::FoundVersion;
use crate::Ctx;
use crate::experiments::{load_logged_model, load_run};
use chorale_model::experiments::{LoggedModelId, RunId};
use chorale_model::registry::Source;
use chorale_model::{Fault, FaultKind};

/// Object stores that clients reach by themselves.
pub const STORES: [&str; 6] = ["s3:", "gs:", "wasb:", "wasbs:", "abfs:", "abfss:"];

/// What a version was made from, as it is called here; and why its files are not here, where they are not.
pub async fn source(ctx: &Ctx, found: &FoundVersion) -> Result<(Source, Option<String>), Fault> {
    let model = match found.logged_model.is_empty() {
        true => found.source.strip_prefix("models:/").and_then(|rest| rest.split('/').next()).unwrap_or_default(),
        false => &found.logged_model,
    };
    let model = model.parse::<LoggedModelId>().ok();
    let mut source = Source {
        uri: String::new(),
        location: String::new(),
        run: found.run.clone(),
        run_link: found.run_link.clone(),
        logged_model: model.map(|id| id.to_string()).unwrap_or_default(),
    };
    if let Some(id) = model
        && let Some(model) = there(load_logged_model(ctx, id, true).await)?
    {
        source.uri = format!("models:/{id}");
        source.location = model.artifact_uri;
        return Ok((source, None));
    }
    if let Ok(id) = found.run.parse::<RunId>()
        && let Some(run) = there(load_run(ctx, id).await)?
        && let Some(below) = below_run(&found.source, &found.run)
    {
        source.uri = match found.source.starts_with("runs:/") {
            true => found.source.clone(),
            false => format!("{}{below}", run.info.artifact_uri),
        };
        source.location = format!("{}{below}", run.info.artifact_uri);
        return Ok((source, None));
    }
    if STORES.iter().any(|scheme| found.source.starts_with(scheme)) {
        source.uri = found.source.clone();
        source.location = found.source.clone();
        return Ok((source, None));
    }
    let why = match found.source.as_str() {
        "" => "it says of no run or model that it was made from it".to_owned(),
        place => format!("it was made from {place}, which is no run or model that came"),
    };
    Ok((source, Some(why)))
}

fn there<T>(found: Result<T, Fault>) -> Result<Option<T>, Fault> {
    match found {
        Ok(found) => Ok(Some(found)),
        Err(fault) if fault.kind == FaultKind::Missing => Ok(None),
        Err(fault) => Err(fault),
    }
}

/// What follows a run's artifacts in an address: `/model`, or nothing.
fn below_run<'a>(source: &'a str, run: &str) -> Option<&'a str> {
    let rest = match source.strip_prefix("runs:/") {
        Some(rest) => rest.trim_start_matches('/').strip_prefix(run)?,
        None => source.split_once(&format!("/{run}/artifacts"))?.1,
    };
    let plain = (rest.is_empty() || rest.starts_with('/')) && !rest.split('/').any(|part| matches!(part, "." | ".."));
    plain.then(|| rest.trim_end_matches('/'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_versions_files_are_below_its_run() {
        for (source, below) in [
            ("runs:/abc/model", Some("/model")),
            ("mlflow-artifacts:/0/abc/artifacts/deep/er", Some("/deep/er")),
            ("file:///srv/mlruns/0/abc/artifacts", Some("")),
            ("/srv/mlruns/0/abc/artifacts/", Some("")),
            ("runs:/other/model", None),
            ("file:///srv/mlruns/0/abc/artifacts/../../x", None),
            ("mlflow-artifacts:/0/abc/artifactsx", None),
        ] {
            assert_eq!(below_run(source, "abc"), below, "{source}");
        }
    }
}
