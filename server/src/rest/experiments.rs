//! Experiments and their runs, as the pages show them. What logs into runs speaks MLflow's interface (`crate::mlflow`).

use super::imports::accepted;
use super::{get, post, put};
use crate::routes::{Access, Operation, Route, Schema};
use crate::web::extract::Pairs;
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, Input, PathId, Search};
use axum::Json;
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chorale_model::experiments::{
    ArtifactEntry, Asked, CreateExperiment, Curve, Experiment, ExperimentId, ExperimentSummary, GroupRuns, Life,
    Lineage, RenameExperiment, Run, RunGroups, RunId, RunKey, RunsPage, WriteNote,
};
use chorale_model::jobs::Job;
use chorale_model::page::PageRequest;
use chorale_model::{Fault, Page};
use chorale_platform::experiments::{self, Owner};
use http::StatusCode;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_FRAME_OPTIONS};
use serde::Deserialize;

/// Points of a curve where nothing else is asked for: more than a screen has columns.
const USUAL_POINTS: i64 = 1_000;

pub(super) fn routes() -> Vec<Route> {
    let filtered = |o: Operation, filter: &'static str, order: &'static str| {
        o.query("filter", filter).choice("order_by", order).query("life", "active, deleted or all; active when absent")
    };
    let cut = |o: Operation| {
        o.query("limit", "1 to 1,000; 100 when absent").query("cursor", "next_cursor of the page before")
    };
    const RUNS: [&str; 2] = [
        "metrics.loss < 0.1 and params.model = 'forest'; AND, OR, NOT and parentheses",
        "metrics.loss desc; several: one after the other",
    ];
    vec![
        get("/api/v1/experiments", list).query("limit=10&order_by=name").says(|o| {
            let summary = "Experiments with how many runs each has and when something last happened";
            let filter = "name like '%tissue%' and tags.team = 'a'; AND, OR, NOT and parentheses";
            cut(filtered(
                o.summary("experiments", summary),
                filter,
                "last_update_time desc; several: one after the other",
            ))
            .answers(Schema::page::<ExperimentSummary>())
        }),
        post("/api/v1/experiments", create).json(r#"{"name": "Made <unique>"}"#).says(|o| {
            o.summary("experiments", "Makes an experiment")
                .takes(Schema::of::<CreateExperiment>())
                .status(201)
                .answers(Schema::of::<Experiment>())
        }),
        get("/api/v1/experiments/{experiment}", load).says(|o| {
            o.summary("experiments", "An experiment")
                .path("experiment", "its number")
                .answers(Schema::of::<Experiment>())
        }),
        post("/api/v1/experiments/{experiment}/rename", rename).json(r#"{"name": "Renamed <unique>"}"#).says(|o| {
            o.summary("experiments", "Gives it another name")
                .path("experiment", "its number")
                .takes(Schema::of::<RenameExperiment>())
                .answers(Schema::of::<Experiment>())
        }),
        post("/api/v1/experiments/{experiment}/delete", delete).stands(&[("experiment", "doomed_experiment")]).says(
            |o| {
                o.summary("experiments", "Deletes it with its runs; all can be restored")
                    .path("experiment", "its number")
                    .status(204)
            },
        ),
        post("/api/v1/experiments/{experiment}/restore", restore).stands(&[("experiment", "deleted_experiment")]).says(
            |o| o.summary("experiments", "Brings it back with its runs").path("experiment", "its number").status(204),
        ),
        get("/api/v1/experiments/{experiment}/runs", runs)
            .query("filter=metrics.loss+%3C+1&order_by=metrics.loss")
            .says(|o| {
                let summary = "Its runs with the newest point of each metric, and how many there are";
                let o = o.summary("experiments", summary).path("experiment", "its number");
                cut(filtered(o, RUNS[0], RUNS[1])).answers(Schema::of::<RunsPage>())
            }),
        get("/api/v1/experiments/{experiment}/runs.csv", runs_csv).pace(Pace::Stream).says(|o| {
            let summary = "The same as a CSV file: all that match, a column for each key that occurs";
            filtered(o.summary("experiments", summary).path("experiment", "its number"), RUNS[0], RUNS[1])
                .answers_as("text/csv", Schema::text())
        }),
        get("/api/v1/experiments/{experiment}/keys", keys).says(|o| {
            o.summary("experiments", "The metrics, params and tags that its newest 500 runs have")
                .path("experiment", "its number")
                .query("life", "active, deleted or all; active when absent")
                .answers(Schema::page::<RunKey>())
        }),
        get("/api/v1/experiments/{experiment}/groups", groups).query("by=C&metric=loss").says(|o| {
            let summary = "Its runs by the value of a param: how many, and the mean of metrics with its standard deviation";
            o.summary("experiments", summary)
                .path("experiment", "its number")
                .query("by", "the param")
                .query("metric", "a metric whose mean is wanted; several: repeated")
                .query("filter", RUNS[0])
                .query("life", "active, deleted or all; active when absent")
                .answers(Schema::of::<RunGroups>())
        }),
        get("/api/v1/runs/{run}", run)
            .says(|o| o.summary("experiments", "A run").path("run", "its id").answers(Schema::of::<Run>())),
        post("/api/v1/runs/{run}/delete", delete_run)
            .stands(&[("run", "doomed_run")])
            .says(|o| o.summary("experiments", "Deletes a run; it can be restored").path("run", "its id").status(204)),
        post("/api/v1/runs/{run}/restore", restore_run)
            .stands(&[("run", "doomed_run")])
            .says(|o| o.summary("experiments", "Brings a run back").path("run", "its id").status(204)),
        post("/api/v1/runs/{run}/remove", remove_run).access(Access::Admin).stands(&[("run", "deleted_run")]).says(|o| {
            let summary = "Removes a deleted run for good, at once: a job takes what it logged";
            o.summary("experiments", summary).path("run", "its id").status(202).answers(Schema::of::<Job>().under("job"))
        }),
        put("/api/v1/runs/{run}/note", note).stands(&[("run", "seen_run")]).json(r#"{"text": "*Noted*"}"#).says(|o| {
            let summary = "Writes what people say of a run, in Markdown: its tag mlflow.note.content";
            o.summary("experiments", summary).path("run", "its id").takes(Schema::of::<WriteNote>()).status(204)
        }),
        get("/api/v1/runs/{run}/lineage", lineage).says(|o| {
            o.summary("experiments", "What a run came from and what came of it: data, runs, models, versions, aliases")
                .path("run", "its id")
                .answers(Schema::of::<Lineage>())
        }),
        get("/api/v1/runs/{run}/metrics", metric).query("key=loss&most=100").says(|o| {
            o.summary(
                "experiments",
                "A metric's points by step; where there are more, the extremes of each stretch stay",
            )
            .path("run", "its id")
            .query("key", "the metric's name")
            .query("most", "points at most, 4 to 10,000; 1,000 when absent")
            .answers(Schema::of::<Curve>())
        }),
        get("/api/v1/runs/{run}/artifacts", artifacts).says(|o| {
            o.summary("experiments", "All files of a run by their paths")
                .path("run", "its id")
                .paged()
                .answers(Schema::page::<ArtifactEntry>())
        }),
        get("/api/v1/runs/{run}/artifacts/sandboxed", sandboxed).pace(Pace::Stream).query("path=kept.html").says(|o| {
            let summary = "A page or a drawing among the files of a run, for a frame: it runs alone, on an origin of its own, and \
                           loads nothing";
            o.summary("experiments", summary)
                .path("run", "its id")
                .query("path", "the file's path, which ends in .html, .htm or .svg")
                .answers_as("text/html", Schema::text())
        }),
    ]
}

/// What a list is asked for: `order_by` may repeat.
pub(super) fn asked(pairs: Vec<(String, String)>) -> Result<Asked, Fault> {
    let mut asked = Asked::default();
    for (key, value) in pairs {
        match key.as_str() {
            "filter" => asked.filter = value,
            "order_by" => asked.order_by.push(value),
            "life" => asked.life = life(&value)?,
            "limit" => {
                let limit = value.parse().map_err(|_| Fault::field("limit", format!("\"{value}\" is no number")))?;
                asked.limit = Some(limit);
            }
            "cursor" => asked.cursor = Some(value),
            _ => {
                let why = format!("\"{key}\" is none; this list takes filter, order_by, life, limit and cursor");
                return Err(Fault::field("query", why));
            }
        }
    }
    Ok(asked)
}

fn life(word: &str) -> Result<Life, Fault> {
    match word {
        "" | "active" => Ok(Life::Active),
        "deleted" => Ok(Life::Deleted),
        "all" => Ok(Life::All),
        _ => Err(Fault::field("life", format!("\"{word}\" is none; choose active, deleted or all"))),
    }
}

async fn list(Caller(ctx): Caller, Pairs(pairs): Pairs) -> Answered<Json<Page<ExperimentSummary>>> {
    Ok(Json(experiments::list_experiments(&ctx, &asked(pairs)?).await?))
}

async fn create(Caller(ctx): Caller, Input(new): Input<CreateExperiment>) -> Answered<Response> {
    Ok((StatusCode::CREATED, Json(experiments::create_experiment(&ctx, new).await?)).into_response())
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<ExperimentId>) -> Answered<Json<Experiment>> {
    Ok(Json(experiments::load_experiment(&ctx, id).await?))
}

async fn rename(
    Caller(ctx): Caller,
    PathId(id): PathId<ExperimentId>,
    Input(change): Input<RenameExperiment>,
) -> Answered<Json<Experiment>> {
    experiments::rename_experiment(&ctx, id, &change.name).await?;
    Ok(Json(experiments::load_experiment(&ctx, id).await?))
}

async fn delete(Caller(ctx): Caller, PathId(id): PathId<ExperimentId>) -> Answered<StatusCode> {
    experiments::delete_experiment(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn restore(Caller(ctx): Caller, PathId(id): PathId<ExperimentId>) -> Answered<StatusCode> {
    experiments::restore_experiment(&ctx, id).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn runs(Caller(ctx): Caller, PathId(id): PathId<ExperimentId>, Pairs(pairs): Pairs) -> Answered<Json<RunsPage>> {
    Ok(Json(experiments::list_runs(&ctx, id, asked(pairs)?).await?))
}

async fn runs_csv(Caller(ctx): Caller, PathId(id): PathId<ExperimentId>, Pairs(pairs): Pairs) -> Answered<Response> {
    let asked = asked(pairs)?;
    if asked.limit.is_some() || asked.cursor.is_some() {
        return Err(Fault::field("query", "has limit or cursor; the file holds all runs: leave them out").into());
    }
    let lines = experiments::export_runs(&ctx, id, asked).await?;
    let name = format!("attachment; filename=\"experiment-{id}.csv\"");
    let headers = [(CONTENT_TYPE, "text/csv; charset=utf-8".to_owned()), (CONTENT_DISPOSITION, name)];
    Ok((headers, Body::from_stream(lines)).into_response())
}

async fn groups(
    Caller(ctx): Caller,
    PathId(id): PathId<ExperimentId>,
    Pairs(pairs): Pairs,
) -> Answered<Json<RunGroups>> {
    let mut asked = GroupRuns::default();
    for (key, value) in pairs {
        match key.as_str() {
            "by" => asked.by = value,
            "metric" => asked.metrics.push(value),
            "filter" => asked.filter = value,
            "life" => asked.life = life(&value)?,
            _ => {
                let why = format!("\"{key}\" is none; groups take by, metric, filter and life");
                return Err(Fault::field("query", why).into());
            }
        }
    }
    Ok(Json(experiments::group_runs(&ctx, id, &asked).await?))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OfLife {
    #[serde(default)]
    life: Life,
}

async fn keys(
    Caller(ctx): Caller,
    PathId(id): PathId<ExperimentId>,
    Search(asked): Search<OfLife>,
) -> Answered<Json<Page<RunKey>>> {
    let items = experiments::list_run_keys(&ctx, id, asked.life).await?;
    Ok(Json(Page { items, next_cursor: None }))
}

async fn run(Caller(ctx): Caller, PathId(id): PathId<RunId>) -> Answered<Json<Run>> {
    Ok(Json(experiments::load_run(&ctx, id).await?))
}

async fn delete_run(Caller(ctx): Caller, PathId(id): PathId<RunId>) -> Answered<StatusCode> {
    experiments::delete_runs(&ctx, &[id]).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn restore_run(Caller(ctx): Caller, PathId(id): PathId<RunId>) -> Answered<StatusCode> {
    experiments::restore_runs(&ctx, &[id]).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn remove_run(Caller(ctx): Caller, PathId(id): PathId<RunId>) -> Answered<Response> {
    Ok(accepted(&experiments::remove_runs(&ctx, &[id]).await?))
}

async fn note(Caller(ctx): Caller, PathId(id): PathId<RunId>, Input(note): Input<WriteNote>) -> Answered<StatusCode> {
    experiments::write_note(&ctx, id, note).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[derive(Deserialize)]
struct OfMetric {
    key: String,
    #[serde(default)]
    most: Option<i64>,
}

async fn metric(
    Caller(ctx): Caller,
    PathId(id): PathId<RunId>,
    Search(asked): Search<OfMetric>,
) -> Answered<Json<Curve>> {
    let mut curves = experiments::curves(&ctx, &[id], &asked.key, asked.most.unwrap_or(USUAL_POINTS)).await?;
    Ok(Json(curves.pop().unwrap_or_default()))
}

async fn artifacts(
    Caller(ctx): Caller,
    PathId(id): PathId<RunId>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<ArtifactEntry>>> {
    Ok(Json(experiments::list_all_artifacts(&ctx, Owner::Run(id), page).await?))
}

#[derive(Deserialize)]
struct OfFile {
    path: String,
}

/// What somebody logged is shown as what it is, but never as ours: the browser gives it an origin that is nobody's, so that
/// its scripts reach neither cookies nor the page around them, and it may ask for nothing, here or elsewhere.
async fn sandboxed(
    Caller(ctx): Caller,
    PathId(id): PathId<RunId>,
    Search(asked): Search<OfFile>,
) -> Answered<Response> {
    const PAGE: &str = "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval' data: blob:; \
                        style-src 'unsafe-inline'; img-src data: blob:; font-src data:; media-src data: blob:; \
                        worker-src blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
    const DRAWING: &str = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; font-src data:; \
                           form-action 'none'; base-uri 'none'; frame-ancestors 'self'";
    let end = asked.path.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
    let (kind, policy) = match end.as_str() {
        "html" | "htm" => ("text/html; charset=utf-8", PAGE),
        "svg" => ("image/svg+xml", DRAWING),
        _ => {
            let why = format!("\"{}\" is neither a page nor a drawing; download it", asked.path);
            return Err(Fault::field("path", why).into());
        }
    };
    let file = experiments::artifact(&ctx, Owner::Run(id), None, &asked.path).await?;
    let bytes = file.open(&ctx, None).await?;
    let headers = [
        (CONTENT_TYPE, kind.to_owned()),
        (CONTENT_LENGTH, file.size_bytes.to_string()),
        (CONTENT_DISPOSITION, "inline".to_owned()),
        (CONTENT_SECURITY_POLICY, policy.to_owned()),
        (X_FRAME_OPTIONS, "SAMEORIGIN".to_owned()),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}

async fn lineage(Caller(ctx): Caller, PathId(id): PathId<RunId>) -> Answered<Json<Lineage>> {
    Ok(Json(experiments::run_lineage(&ctx, id).await?))
}
