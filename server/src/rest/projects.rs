//! Review projects: drafting, starting, a curator's work, what needs an expert, and what came of it.

use super::{get, post, put};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, PathId, PathTexts, Search};
use axum::Json;
use chorale_model::comments::{Comment, CommentItem, Comments};
use chorale_model::page::PageRequest;
use chorale_model::projects::{
    AddGold, Agreement, AnswerItem, AssignTasks, Assigned, ChangeDraft, CheckItem, Colleague, CreateProject, Dispute,
    GoldItem, Guideline, MyTask, NextItem, PersonWork, Project, ProjectItem, TakenBack, WriteGuideline,
};
use chorale_model::{Page, ProjectId};
use chorale_platform::projects;
use http::StatusCode;
use serde_json::{Value, json};

const DRAFT: &str = r#"{"name": "Example <unique>", "collection": "<reviewed_collection>", "fields": ["disease"],
    "state": "all", "reviewers": 2}"#;
/// A project whose example stands under another name than the path's.
const RUNNING: &[(&str, &str)] = &[("project", "running_project")];

pub(super) fn routes() -> Vec<Route> {
    [plans(), work(), experts(), figures()].into_iter().flatten().collect()
}

fn plans() -> Vec<Route> {
    vec![
        get("/api/v1/projects", list).says(|o| {
            o.summary("projects", "Review projects, newest first").paged().answers(Schema::page::<Project>())
        }),
        post("/api/v1/projects", create).access(Access::Curator).json(DRAFT).says(|o| {
            o.summary("projects", "Drafts a project; nothing is drawn before it starts")
                .takes(Schema::of::<CreateProject>())
                .status(201)
                .answers(Schema::of::<Project>())
        }),
        get("/api/v1/curators", curators).access(Access::Curator).says(|o| {
            o.summary("projects", "Curators and admins of your organization: who may review")
                .answers(Schema::page::<Colleague>())
        }),
        get("/api/v1/projects/{project}", load).says(|o| {
            o.summary("projects", "One project, with how far it is")
                .path("project", "its id")
                .answers(Schema::of::<Project>())
        }),
        put("/api/v1/projects/{project}", change)
            .access(Access::Curator)
            .stands(&[("project", "draft_project")])
            .json(r#"{"version": 1, "plan": {"name": "Example <unique>", "collection": "<draft_collection>", "fields": ["disease"], "state": "all", "reviewers": 2}}"#)
            .says(|o| {
                o.summary("projects", "Changes a project before it starts")
                    .path("project", "its id")
                    .takes(Schema::of::<ChangeDraft>())
                    .answers(Schema::of::<Project>())
            }),
        post("/api/v1/projects/{project}/start", start)
            .access(Access::Curator)
            .stands(&[("project", "draft_project")])
            .says(|o| {
                o.summary("projects", "Draws the items, freezes them and hands them out")
                    .path("project", "its id")
                    .answers(Schema::of::<Project>())
            }),
        post("/api/v1/projects/{project}/cancel", cancel)
            .access(Access::Curator)
            .stands(&[("project", "draft_project")])
            .says(|o| {
                o.summary("projects", "Calls a project off; what it settled stays settled")
                    .path("project", "its id")
                    .answers(Schema::of::<Project>())
            }),
        get("/api/v1/projects/{project}/guidelines", guidelines).says(|o| {
            o.summary("projects", "Every version of the guideline, the newest first")
                .path("project", "its id")
                .answers(Schema::page::<Guideline>())
        }),
        post("/api/v1/projects/{project}/guidelines", write_guideline)
            .access(Access::Curator)
            .stands(&[("project", "draft_project")])
            .json(r#"{"version": 1, "text": "Take what the *pathologist* says."}"#)
            .says(|o| {
                o.summary("projects", "Writes the next version of the guideline, Markdown")
                    .path("project", "its id")
                    .takes(Schema::of::<WriteGuideline>())
                    .answers(Schema::of::<Project>())
            }),
        post("/api/v1/projects/{project}/assign", assign)
            .access(Access::Curator)
            .stands(RUNNING)
            .json(r#"{"to": "<curator>", "tasks": 1}"#)
            .says(|o| {
                o.summary("projects", "Gives open tasks to a curator: another's, or places that are free")
                    .path("project", "its id")
                    .takes(Schema::of::<AssignTasks>())
                    .answers(Schema::of::<Assigned>())
            }),
    ]
}

fn work() -> Vec<Route> {
    vec![
        post("/api/v1/projects/{project}/next", next).access(Access::Curator).stands(RUNNING).json("{}").says(|o| {
            o.summary("projects", "Your next item, which is yours for ten minutes; nothing of what others say")
                .path("project", "its id")
                .takes(Schema::of::<NextItem>())
                .answers(Schema::of::<MyTask>())
        }),
        post("/api/v1/projects/{project}/answer", answer)
            .access(Access::Curator)
            .stands(RUNNING)
            .json(r#"{"item": "<item>", "answer": "accept"}"#)
            .says(|o| {
                o.summary("projects", "Answers an item; with the last of its answers it is closed or disputed")
                    .path("project", "its id")
                    .takes(Schema::of::<AnswerItem>())
                    .status(204)
            }),
        get("/api/v1/projects/{project}/items/{item}/comments", comments).access(Access::Curator).stands(RUNNING).says(
            |o| {
                o.summary("projects", "What was written about an item; before it is closed your own words alone")
                    .path("project", "its id")
                    .path("item", "its id")
                    .answers(Schema::of::<Comments>())
            },
        ),
        post("/api/v1/projects/{project}/items/{item}/comments", comment)
            .access(Access::Curator)
            .stands(RUNNING)
            .json(r#"{"text": "An example"}"#)
            .says(|o| {
                o.summary("projects", "Writes about an item; @handle mentions a member, who finds it when it is closed")
                    .path("project", "its id")
                    .path("item", "its id")
                    .takes(Schema::of::<CommentItem>())
                    .status(201)
                    .answers(Schema::of::<Comment>())
            }),
        post("/api/v1/projects/{project}/take-back", take_back).access(Access::Curator).stands(RUNNING).says(|o| {
            o.summary("projects", "Takes your latest answer back, while its item is open")
                .path("project", "its id")
                .answers(Schema::of::<TakenBack>())
        }),
    ]
}

fn experts() -> Vec<Route> {
    vec![
        post("/api/v1/projects/{project}/dispute", dispute)
            .access(Access::Curator)
            .stands(RUNNING)
            .json("{}")
            .says(|o| {
                o.summary(
                    "projects",
                    "What reviewers disagree about, or a closed item to check, with their answers side by side; yours to \
                     decide unless you answered it",
                )
                .path("project", "its id")
                .takes(Schema::of::<NextItem>())
                .answers(Schema::of::<Dispute>().under("dispute"))
            }),
        post("/api/v1/projects/{project}/adjudicate", adjudicate)
            .access(Access::Curator)
            .stands(&[("project", "disputed_project")])
            .json(r#"{"item": "<disputed_item>", "answer": "accept"}"#)
            .says(|o| {
                o.summary("projects", "Decides what reviewers disagree about; it settles the samples")
                    .path("project", "its id")
                    .takes(Schema::of::<AnswerItem>())
                    .status(204)
            }),
        post("/api/v1/projects/{project}/check", check)
            .access(Access::Curator)
            .stands(&[("project", "checked_project")])
            .json(r#"{"item": "<checked_item>", "passes": true}"#)
            .says(|o| {
                o.summary("projects", "Says whether a closed item is right; one that is not has to be decided again")
                    .path("project", "its id")
                    .takes(Schema::of::<CheckItem>())
                    .status(204)
            }),
        get("/api/v1/projects/{project}/gold", list_gold).access(Access::Admin).says(|o| {
            o.summary("projects", "Items whose answer is known, with how they were answered")
                .path("project", "its id")
                .answers(Schema::page::<GoldItem>())
        }),
        get("/api/v1/projects/{project}/gold-to-be", list_gold_to_be).access(Access::Admin).says(|o| {
            o.summary("projects", "Closed items of other projects on the same collection, which may be mixed in")
                .path("project", "its id")
                .answers(Schema::page::<GoldItem>())
        }),
        post("/api/v1/projects/{project}/gold", add_gold)
            .access(Access::Admin)
            .stands(RUNNING)
            .json(r#"{"field": "disease", "question": "<gold_question>", "answer": "accept"}"#)
            .says(|o| {
                o.summary("projects", "Mixes an item in whose answer is known; it settles nothing")
                    .path("project", "its id")
                    .takes(Schema::of::<AddGold>())
                    .status(201)
                    .answers(Schema::of::<GoldItem>())
            }),
    ]
}

fn figures() -> Vec<Route> {
    vec![
        get("/api/v1/projects/{project}/items", items).access(Access::Curator).says(|o| {
            o.summary("projects", "Closed items with their answers, in their order")
                .path("project", "its id")
                .paged()
                .answers(Schema::page::<ProjectItem>())
        }),
        get("/api/v1/projects/{project}/work", people).access(Access::Curator).says(|o| {
            o.summary(
                "projects",
                "Who has what, how fast they are, and how right on gold items; yours alone unless admin",
            )
            .path("project", "its id")
            .answers(Schema::page::<PersonWork>())
        }),
        get("/api/v1/projects/{project}/agreement", agreement).says(|o| {
            o.summary("projects", "Cohen's, Fleiss' and Krippendorff's statistics over closed items, by field and pair")
                .path("project", "its id")
                .answers(Schema::page::<Agreement>())
        }),
    ]
}

/// A whole list.
fn all<T>(items: Vec<T>) -> Json<Page<T>> {
    Json(Page { items, next_cursor: None })
}

async fn list(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<Project>>> {
    Ok(Json(projects::list_projects(&ctx, page).await?))
}

async fn create(Caller(ctx): Caller, Input(plan): Input<CreateProject>) -> Answered<(StatusCode, Json<Project>)> {
    Ok((StatusCode::CREATED, Json(projects::create_project(&ctx, plan).await?)))
}

async fn curators(Caller(ctx): Caller) -> Answered<Json<Page<Colleague>>> {
    Ok(all(projects::list_curators(&ctx).await?))
}

async fn load(Caller(ctx): Caller, PathId(id): PathId<ProjectId>) -> Answered<Json<Project>> {
    Ok(Json(projects::load_project(&ctx, id).await?))
}

async fn change(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Input(input): Input<ChangeDraft>,
) -> Answered<Json<Project>> {
    Ok(Json(projects::change_draft(&ctx, id, input).await?))
}

async fn start(Caller(ctx): Caller, PathId(id): PathId<ProjectId>) -> Answered<Json<Project>> {
    Ok(Json(projects::start_project(&ctx, id).await?))
}

async fn cancel(Caller(ctx): Caller, PathId(id): PathId<ProjectId>) -> Answered<Json<Project>> {
    Ok(Json(projects::cancel_project(&ctx, id).await?))
}

async fn guidelines(Caller(ctx): Caller, PathId(id): PathId<ProjectId>) -> Answered<Json<Page<Guideline>>> {
    Ok(all(projects::list_guidelines(&ctx, id).await?))
}

async fn write_guideline(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Input(input): Input<WriteGuideline>,
) -> Answered<Json<Project>> {
    Ok(Json(projects::write_guideline(&ctx, id, input).await?))
}

async fn assign(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Input(input): Input<AssignTasks>,
) -> Answered<Json<Assigned>> {
    Ok(Json(projects::assign_tasks(&ctx, id, input).await?))
}

async fn next(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Input(asked): Input<NextItem>,
) -> Answered<Json<MyTask>> {
    Ok(Json(projects::next_item(&ctx, id, asked).await?))
}

async fn answer(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Input(given): Input<AnswerItem>,
) -> Answered<StatusCode> {
    projects::answer_item(&ctx, id, given).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn comments(Caller(ctx): Caller, PathTexts((id, item)): PathTexts<(String, String)>) -> Answered<Json<Comments>> {
    Ok(Json(projects::list_item_comments(&ctx, id.parse()?, item.parse()?).await?))
}

async fn comment(
    Caller(ctx): Caller,
    PathTexts((id, item)): PathTexts<(String, String)>,
    Input(new): Input<CommentItem>,
) -> Answered<(StatusCode, Json<Comment>)> {
    Ok((StatusCode::CREATED, Json(projects::comment_item(&ctx, id.parse()?, item.parse()?, new).await?)))
}

async fn take_back(Caller(ctx): Caller, PathId(id): PathId<ProjectId>) -> Answered<Json<TakenBack>> {
    Ok(Json(projects::take_back(&ctx, id).await?))
}

/// Nothing is left: the dispute is null.
async fn dispute(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Input(asked): Input<NextItem>,
) -> Answered<Json<Value>> {
    Ok(Json(json!({ "dispute": projects::next_dispute(&ctx, id, asked).await? })))
}

async fn adjudicate(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Input(given): Input<AnswerItem>,
) -> Answered<StatusCode> {
    projects::adjudicate(&ctx, id, given).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn check(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Input(checked): Input<CheckItem>,
) -> Answered<StatusCode> {
    projects::check_item(&ctx, id, checked).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn list_gold(Caller(ctx): Caller, PathId(id): PathId<ProjectId>) -> Answered<Json<Page<GoldItem>>> {
    Ok(all(projects::list_gold(&ctx, id).await?))
}

async fn list_gold_to_be(Caller(ctx): Caller, PathId(id): PathId<ProjectId>) -> Answered<Json<Page<GoldItem>>> {
    Ok(all(projects::list_gold_to_be(&ctx, id).await?))
}

async fn add_gold(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Input(input): Input<AddGold>,
) -> Answered<(StatusCode, Json<GoldItem>)> {
    Ok((StatusCode::CREATED, Json(projects::add_gold(&ctx, id, input).await?)))
}

async fn items(
    Caller(ctx): Caller,
    PathId(id): PathId<ProjectId>,
    Search(page): Search<PageRequest>,
) -> Answered<Json<Page<ProjectItem>>> {
    Ok(Json(projects::list_closed(&ctx, id, page).await?))
}

async fn people(Caller(ctx): Caller, PathId(id): PathId<ProjectId>) -> Answered<Json<Page<PersonWork>>> {
    Ok(all(projects::list_work(&ctx, id).await?))
}

async fn agreement(Caller(ctx): Caller, PathId(id): PathId<ProjectId>) -> Answered<Json<Page<Agreement>>> {
    Ok(all(projects::list_agreement(&ctx, id).await?))
}
