//! What was deleted long ago, row by row gone for good.

use super::runs::REMOVING;
use crate::db::{Target, Tx, Value, sql, sql_in};
use chorale_model::experiments::{ExperimentId, LoggedModelId, RunId};
use chorale_model::{Fault, OrganizationId};
use uuid::Uuid;

/// The runs that made these models, as their clients named them.
pub async fn makers(
    on: impl Into<Target<'_>>,
    organization: OrganizationId,
    models: Vec<Value>,
) -> Result<Vec<String>, Fault> {
    let head = "select source_run from logged_models where organization = $1 and id in";
    let rows: Vec<(String,)> = sql_in(head, vec![organization.into()], models, "").all(on).await?;
    Ok(rows.into_iter().map(|(run,)| run).collect())
}

/// Runs that were deleted before a time, some at a time, by id.
pub async fn old_runs(
    on: impl Into<Target<'_>>,
    organization: OrganizationId,
    before_ms: i64,
    after: RunId,
    limit: i64,
) -> Result<Vec<RunId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select id from runs where organization = $1 and deleted_ms <= $2 and id > $3 \
         order by id limit $4")
    .bind(organization)
    .bind(before_ms)
    .bind(after)
    .bind(limit)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| RunId(id)).collect())
}

/// Of these the ones that are still deleted can't be restored from now on; how many they are.
pub async fn begin(tx: &mut Tx, organization: OrganizationId, before_ms: i64, runs: &[RunId]) -> Result<u64, Fault> {
    let head = "update runs set deleted_ms = $3 where organization = $1 and deleted_ms <= $2 and id in";
    let first = vec![organization.into(), before_ms.into(), REMOVING.into()];
    sql_in(head, first, runs.iter().copied().map(Value::from).collect(), "").run(tx).await
}

/// Of these the ones whose removal began are deleted as any other again: somebody uses them.
pub async fn call_off(tx: &mut Tx, organization: OrganizationId, now_ms: i64, runs: &[RunId]) -> Result<(), Fault> {
    let head = "update runs set deleted_ms = $2 where organization = $1 and deleted_ms = $3 and id in";
    let first = vec![organization.into(), now_ms.into(), REMOVING.into()];
    sql_in(head, first, runs.iter().copied().map(Value::from).collect(), "").run(tx).await.map(drop)
}

/// The newest points first (they hold on to the run), then some of all; whether none is left.
pub async fn remove_points(tx: &mut Tx, organization: OrganizationId, run: RunId, limit: i64) -> Result<bool, Fault> {
    sql("delete from run_latest_metrics where organization = $1 and run = $2")
        .bind(organization)
        .bind(run)
        .run(&mut *tx)
        .await?;
    let gone = sql("delete from run_metrics where (organization, run, key, timestamp_ms, step, value, is_nan) in \
         (select organization, run, key, timestamp_ms, step, value, is_nan from run_metrics \
          where organization = $1 and run = $2 limit $3)")
    .bind(organization)
    .bind(run)
    .bind(limit)
    .run(&mut *tx)
    .await?;
    if gone == limit.unsigned_abs() {
        return Ok(false);
    }
    // Another removal of the same run may have taken what this one saw.
    let left: Option<(i64,)> = sql("select step from run_metrics where organization = $1 and run = $2 limit 1")
        .bind(organization)
        .bind(run)
        .optional(tx)
        .await?;
    Ok(left.is_none())
}

/// All else of a run without points, and itself. The objects of its files are unused from then on. Whether it was there.
pub async fn remove_run(tx: &mut Tx, organization: OrganizationId, run: RunId) -> Result<bool, Fault> {
    for text in [
        "delete from run_params where organization = $1 and run = $2",
        "delete from run_tags where organization = $1 and run = $2",
        "delete from run_inputs where organization = $1 and run = $2",
        "delete from run_models where organization = $1 and run = $2",
        "delete from logged_model_metrics where organization = $1 and run = $2",
        "delete from artifacts where organization = $1 and owner = $2",
    ] {
        sql(text).bind(organization).bind(run).run(&mut *tx).await?;
    }
    let gone = sql("delete from runs where organization = $1 and id = $2 and deleted_ms = $3")
        .bind(organization)
        .bind(run)
        .bind(REMOVING)
        .run(tx)
        .await?;
    Ok(gone == 1)
}

/// Logged models that were deleted before a time, themselves or with their experiment, some at a time, by id.
pub async fn old_models(
    on: impl Into<Target<'_>>,
    organization: OrganizationId,
    before_ms: i64,
    after: LoggedModelId,
    limit: i64,
) -> Result<Vec<LoggedModelId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select m.id from logged_models m join experiments e \
         on e.organization = m.organization and e.id = m.experiment \
         where m.organization = $1 and m.id > $3 and ((m.deleted = true and m.updated_ms <= $2) \
           or (e.deleted = true and e.updated_ms <= $2)) order by m.id limit $4")
    .bind(organization)
    .bind(before_ms)
    .bind(after)
    .bind(limit)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| LoggedModelId(id)).collect())
}

pub async fn remove_model(tx: &mut Tx, organization: OrganizationId, model: LoggedModelId) -> Result<(), Fault> {
    for text in [
        "delete from logged_model_params where organization = $1 and model = $2",
        "delete from logged_model_tags where organization = $1 and model = $2",
        "delete from logged_model_metrics where organization = $1 and model = $2",
        "delete from run_models where organization = $1 and model = $2",
        "delete from artifacts where organization = $1 and owner = $2",
        "delete from logged_models where organization = $1 and id = $2",
    ] {
        sql(text).bind(organization).bind(model).run(&mut *tx).await?;
    }
    Ok(())
}

/// Experiments that were deleted before a time, and have neither a run nor a model any more.
pub async fn old_experiments(
    on: impl Into<Target<'_>>,
    organization: OrganizationId,
    before_ms: i64,
) -> Result<Vec<ExperimentId>, Fault> {
    let rows: Vec<(i64,)> = sql("select e.id from experiments e \
         where e.organization = $1 and e.deleted = true and e.updated_ms <= $2 \
           and not exists (select 1 from runs r where r.organization = e.organization and r.experiment = e.id) \
           and not exists (select 1 from logged_models m where m.organization = e.organization and m.experiment = e.id) \
         order by e.id limit 1000")
    .bind(organization)
    .bind(before_ms)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| ExperimentId(id)).collect())
}

pub async fn remove_experiment(tx: &mut Tx, organization: OrganizationId, id: ExperimentId) -> Result<(), Fault> {
    for text in [
        "delete from run_datasets where organization = $1 and experiment = $2",
        "delete from experiment_tags where organization = $1 and experiment = $2",
        "delete from experiments where organization = $1 and id = $2 and deleted = true",
    ] {
        sql(text).bind(organization).bind(id).run(&mut *tx).await?;
    }
    Ok(())
}
