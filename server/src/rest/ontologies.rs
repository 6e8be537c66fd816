//! Ontology releases: everybody reads what is installed, an operator decides it.

use super::imports::accepted;
use super::{delete, get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathTexts};
use axum::Json;
use axum::response::Response;
use chorale_model::jobs::Job;
use chorale_model::ontologies::{
    ApplyUpgrade, Begun, BegunJob, InstallOntology, OntologyRelease, OntologyReleases, ReleaseChanges, ReleaseProblems,
    UpgradePreview, UseRelease,
};
use chorale_platform::{harmonize, ontologies};
use http::StatusCode;

/// What the examples name.
const INSTALLED: &[(&str, &str)] = &[("ontology", "release"), ("sha256", "release_sha256")];

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/ontologies", list).says(|o| {
            o.summary("ontologies", "Installed releases, whether the set in use is ready, and what may be installed")
                .answers(Schema::of::<OntologyReleases>())
        }),
        post("/api/v1/ontologies", install)
            .access(Access::Operator)
            .json(r#"{"name": "EXAMPLE", "from": "http://127.0.0.1:9/<unique>.obo"}"#)
            .says(|o| {
                o.summary("ontologies", "Fetches and installs a release; the first of a name is in use at once")
                    .takes(Schema::of::<InstallOntology>())
                    .status(202)
                    .answers(Schema::of::<Begun>())
            }),
        post("/api/v1/ontologies/{ontology}/use", use_release)
            .access(Access::Operator)
            .stands(&[("ontology", "release")])
            .json(r#"{"sha256": "<release_sha256>"}"#)
            .says(|o| {
                o.summary("ontologies", "Puts an installed release in the place of the one in use")
                    .path("ontology", "its name")
                    .takes(Schema::of::<UseRelease>())
                    .answers(Schema::of::<OntologyRelease>())
            }),
        delete("/api/v1/ontologies/{ontology}/{sha256}", remove)
            .access(Access::Operator)
            .stands(&[("ontology", "doomed_release"), ("sha256", "doomed_release_sha256")])
            .says(|o| {
                o.summary("ontologies", "Forgets a release; the one in use goes only as the last of its name")
                    .path("ontology", "its name")
                    .path("sha256", "of its file")
                    .status(204)
            }),
        get("/api/v1/ontologies/{ontology}/{sha256}/problems", problems).stands(INSTALLED).says(|o| {
            o.summary("ontologies", "The oddities of a release that were read over, with their lines")
                .path("ontology", "its name")
                .path("sha256", "of its file")
                .answers(Schema::of::<ReleaseProblems>())
        }),
        get("/api/v1/ontologies/{ontology}/{sha256}/changes", changes).access(Access::Admin).stands(INSTALLED).says(
            |o| {
                o.summary("ontologies", "What a release says otherwise than the one of its name that is in use")
                    .path("ontology", "its name")
                    .path("sha256", "of its file")
                    .answers(Schema::of::<ReleaseChanges>())
            },
        ),
        get("/api/v1/ontologies/{ontology}/{sha256}/upgrade", preview).access(Access::Admin).stands(INSTALLED).says(
            |o| {
                o.summary(
                    "ontologies",
                    "Which of your values a release no longer has, what replaces them, and on how many samples",
                )
                .path("ontology", "its name")
                .path("sha256", "of its file")
                .answers(Schema::of::<UpgradePreview>())
            },
        ),
        post("/api/v1/ontologies/{ontology}/{sha256}/upgrade", upgrade)
            .access(Access::Admin)
            .stands(INSTALLED)
            .json(r#"{"why": "An example"}"#)
            .says(|o| {
                o.summary(
                    "ontologies",
                    "Puts what a release replaces into your values, as a job; a batch that can be taken back",
                )
                .path("ontology", "its name")
                .path("sha256", "of its file")
                .takes(Schema::of::<ApplyUpgrade>())
                .status(202)
                .answers(Schema::of::<Job>().under("job"))
            }),
    ]
}

async fn list(Caller(ctx): Caller) -> Answered<Json<OntologyReleases>> {
    Ok(Json(ontologies::list_releases(&ctx).await?))
}

async fn install(Caller(ctx): Caller, Input(input): Input<InstallOntology>) -> Answered<(StatusCode, Json<Begun>)> {
    let job = ontologies::install(&ctx, input).await?;
    Ok((StatusCode::ACCEPTED, Json(Begun { job: BegunJob { id: job.id, state: job.state } })))
}

async fn use_release(
    Caller(ctx): Caller,
    PathTexts(name): PathTexts<String>,
    Input(input): Input<UseRelease>,
) -> Answered<Json<OntologyRelease>> {
    Ok(Json(ontologies::use_release(&ctx, &name, &input.sha256).await?))
}

async fn remove(Caller(ctx): Caller, PathTexts((name, sha256)): PathTexts<(String, String)>) -> Answered<StatusCode> {
    ontologies::remove_release(&ctx, &name, &sha256).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn problems(
    Caller(ctx): Caller,
    PathTexts((name, sha256)): PathTexts<(String, String)>,
) -> Answered<Json<ReleaseProblems>> {
    Ok(Json(ontologies::release_problems(&ctx, &name, &sha256).await?))
}

async fn changes(
    Caller(ctx): Caller,
    PathTexts((name, sha256)): PathTexts<(String, String)>,
) -> Answered<Json<ReleaseChanges>> {
    Ok(Json(ontologies::release_changes(&ctx, &name, &sha256).await?))
}

async fn preview(
    Caller(ctx): Caller,
    PathTexts((name, sha256)): PathTexts<(String, String)>,
) -> Answered<Json<UpgradePreview>> {
    Ok(Json(harmonize::preview_upgrade(&ctx, &name, &sha256).await?))
}

async fn upgrade(
    Caller(ctx): Caller,
    PathTexts((name, sha256)): PathTexts<(String, String)>,
    Input(input): Input<ApplyUpgrade>,
) -> Answered<Response> {
    Ok(accepted(&harmonize::start_upgrade(&ctx, &name, &sha256, input).await?))
}
