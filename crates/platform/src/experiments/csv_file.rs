//! Runs as a CSV file, with the columns that `mlflow.search_runs()` gives: one for each metric, param and tag that occurs.

use super::{experiment, search, sql};
use crate::catalog::csv_cell;
use crate::{Ctx, filter};
use bytes::Bytes;
use chorale_model::experiments::{Asked, ExperimentId, Logged, Run, SearchRuns};
use chorale_model::{Fault, Role, Time};
use futures::stream::{self, BoxStream, StreamExt, TryStreamExt};
use std::collections::{HashMap, HashSet};

const FIXED: &str = "run_id,run_name,status,user_id,start_time,end_time,artifact_uri";
/// Runs of one chunk.
const ROWS: i64 = 1_000;

type Column = (Logged, String);

/// Everything that matches, in the order of the list. A run that begins meanwhile moves the others down: none of them is
/// written twice.
pub async fn export_runs(
    ctx: &Ctx,
    id: ExperimentId,
    asked: Asked,
) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
    ctx.require(Role::Scientist)?;
    experiment::load_experiment(ctx, id).await?;
    let columns = columns(ctx, id, &asked).await?;
    let mut header = FIXED.to_owned();
    for (of, key) in &columns {
        header.push(',');
        header.push_str(&csv_cell(&format!("{}.{key}", of.word())));
    }
    header.push_str("\r\n");
    let asked = SearchRuns { experiments: vec![id], asked: Asked { limit: Some(ROWS), cursor: None, ..asked } };
    // The first page is read before anything is answered, so that what fails at once is answered as a fault.
    let first = search::search_runs(ctx, &asked).await?;
    let state = (ctx.clone(), asked, HashSet::new(), Some(first));
    let lines = stream::try_unfold(state, move |(ctx, mut asked, mut seen, page)| {
        let columns = columns.clone();
        async move {
            let Some(page) = page else { return Ok::<_, Fault>(None) };
            let fresh = page.runs.iter().filter(|run| seen.insert(run.info.id));
            let text: String = fresh.map(|run| line(run, &columns)).collect();
            let next = match page.next_cursor {
                Some(cursor) => {
                    asked.asked.cursor = Some(cursor);
                    Some(search::search_runs(&ctx, &asked).await?)
                }
                None => None,
            };
            Ok(Some((Bytes::from(text), (ctx, asked, seen, next))))
        }
    });
    Ok(stream::once(async { Ok(Bytes::from(header)) }).chain(lines.into_stream()).boxed())
}

async fn columns(ctx: &Ctx, id: ExperimentId, asked: &Asked) -> Result<Vec<Column>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let said = filter::parse(&filter::RUNS, &asked.filter)?;
    let which = sql::search::Which { organization, experiments: &[id], filter: said.as_ref(), life: asked.life };
    let mut columns = Vec::new();
    for of in Logged::ALL {
        columns.extend(sql::search::keys(ctx.db(), &which, of).await?.into_iter().map(|key| (of, key)));
    }
    Ok(columns)
}

fn line(run: &Run, columns: &[Column]) -> String {
    let moment = |ms: i64| Time(ms.saturating_mul(1_000)).to_string();
    let info = &run.info;
    let fixed = [
        info.id.to_string(),
        info.name.clone(),
        info.status.name().to_owned(),
        info.user_id.clone(),
        moment(info.started_ms),
        info.ended_ms.map(moment).unwrap_or_default(),
        info.artifact_uri.clone(),
    ];
    let mut logged: HashMap<(Logged, &str), String> = HashMap::new();
    logged.extend(run.metrics.iter().map(|one| ((Logged::Metric, &*one.key), one.value.to_string())));
    logged.extend(run.params.iter().map(|one| ((Logged::Param, &*one.key), one.value.clone())));
    logged.extend(run.tags.iter().map(|one| ((Logged::Tag, &*one.key), one.value.clone())));
    let own = columns.iter().map(|(of, key)| logged.remove(&(*of, key.as_str())).unwrap_or_default());
    let mut line = fixed.into_iter().chain(own).map(|cell| csv_cell(&cell)).collect::<Vec<_>>().join(",");
    line.push_str("\r\n");
    line
}
