//! A project's life: it is drafted, its items are drawn and handed out, its guideline grows, it may be called off.

use super::draw::{Candidate, draw, in_pairs};
use super::sql::{self, ProjectRow};
use super::work::take;
use super::{ASSIGNED, Frozen, Item, find, person};
use crate::{Ctx, Tx, audit, catalog, identity, review};
use chorale_model::page::{Page, PageRequest};
use chorale_model::projects::{
    AssignTasks, Assigned, ChangeDraft, Colleague, CreateProject, Guideline, ItemState, Progress, Project,
    ProjectState, Sampling, WriteGuideline,
};
use chorale_model::review::{ReviewFilter, ReviewState};
use chorale_model::{Fault, FaultKind, ItemId, OrganizationId, ProjectId, QuestionId, Role, UserId};
use serde_json::json;
use std::collections::{HashMap, HashSet};

/// Items of a project.
const MOST: usize = 2_000;
const LONGEST_NAME: usize = 120;
const LONGEST_GUIDELINE: usize = 50_000;

/// The organization's projects, newest first.
pub async fn list_projects(ctx: &Ctx, page: PageRequest) -> Result<Page<Project>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let rows = sql::list_projects(ctx.db(), organization, page.before()?, limit + 1).await?;
    let page = Page::cut(rows, limit, |row| row.id.to_string());
    let mut items = Vec::with_capacity(page.items.len());
    for row in page.items {
        items.push(read(ctx, organization, row).await?);
    }
    Ok(Page { items, next_cursor: page.next_cursor })
}

pub async fn load_project(ctx: &Ctx, id: ProjectId) -> Result<Project, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = find(ctx, organization, id).await?;
    read(ctx, organization, row).await
}

async fn read(ctx: &Ctx, organization: OrganizationId, row: ProjectRow) -> Result<Project, Fault> {
    let (people, guideline, progress) = futures::try_join!(
        sql::list_people(ctx.db(), organization, row.id),
        sql::find_guideline(ctx.db(), organization, row.id, row.guideline),
        sql::count_items(ctx.db(), organization, row.id),
    )?;
    Ok(Project {
        id: row.id,
        version: row.version,
        plan: row.plan,
        state: row.state,
        people: people.into_iter().map(|(person, _)| person).collect(),
        guideline,
        created_by: row.created_by,
        created_at: row.created_at,
        progress: Progress { passed: row.right_checks, failed: row.wrong_checks, ..progress },
    })
}

/// Curators and admins of the organization: who may review.
pub async fn list_curators(ctx: &Ctx) -> Result<Vec<Colleague>, Fault> {
    ctx.require(Role::Curator)?;
    let members = identity::list_curators(ctx).await?;
    Ok(members.into_iter().map(|(user, name)| Colleague { user, name }).collect())
}

/// Drafts a project; nothing is drawn before it starts.
pub async fn create_project(ctx: &Ctx, input: CreateProject) -> Result<Project, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let plan = checked(ctx, organization, input).await?;
    let people = chosen(ctx, &plan.people).await?;
    let id = ProjectId(ctx.app.ids.uuid());
    let first = guideline(ctx, 1, "guideline", &plan.guideline)?;
    let plan = CreateProject { guideline: String::new(), ..plan };
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                sql::insert_project(tx, organization, id, &plan, &inner.actor_name(), inner.now()).await?;
                sql::insert_guideline(tx, organization, id, &first).await?;
                for one in &people {
                    sql::put_person(tx, organization, id, one, true).await?;
                }
                let detail = json!({ "name": plan.name, "fields": plan.fields, "reviewers": plan.reviewers });
                audit::record(tx, &inner, "project.created", "project", id, detail).await
            })
        })
        .await?;
    load_project(ctx, id).await
}

/// Changes a project before it starts: all of its plan, and its guideline where its text is another.
pub async fn change_draft(ctx: &Ctx, id: ProjectId, input: ChangeDraft) -> Result<Project, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let before = load_project(ctx, id).await?;
    if before.state != ProjectState::Draft {
        let why = format!("\"{}\" has been started; what it asks for stays as it is", before.plan.name);
        return Err(Fault::conflict(why));
    }
    if input.plan.collection != before.plan.collection {
        return Err(Fault::field(
            "collection",
            "stays that of the draft; draft another project for another collection",
        ));
    }
    let plan = checked(ctx, organization, input.plan).await?;
    let people = chosen(ctx, &plan.people).await?;
    let next = guideline(ctx, before.guideline.version + 1, "guideline", &plan.guideline)?;
    let next = Some(next).filter(|next| next.text != before.guideline.text);
    let plan = CreateProject { guideline: String::new(), ..plan };
    let changed = || {
        Fault::conflict("somebody changed or started this draft meanwhile; load it again, and make your change there")
    };
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::change_draft(tx, organization, id, input.version, &plan).await? {
                    return Err(changed());
                }
                if let Some(next) = next
                    && !sql::insert_guideline(tx, organization, id, &next).await?
                {
                    return Err(changed());
                }
                sql::forget_people(tx, organization, id).await?;
                for one in &people {
                    sql::put_person(tx, organization, id, one, true).await?;
                }
                let detail = json!({ "name": plan.name, "fields": plan.fields, "reviewers": plan.reviewers });
                audit::record(tx, &inner, "project.changed", "project", id, detail).await
            })
        })
        .await?;
    load_project(ctx, id).await
}

/// What was asked for, each thing once; or everything that is wrong with it, by the names of its parts.
async fn checked(ctx: &Ctx, organization: OrganizationId, mut plan: CreateProject) -> Result<CreateProject, Fault> {
    plan.name = plan.name.trim().to_owned();
    let mut known = HashSet::new();
    plan.fields.retain(|field| known.insert(field.clone()));
    let mut known = HashSet::new();
    plan.people.retain(|user| known.insert(*user));
    let mut wrong: Vec<Fault> = [wrong_name(&plan), wrong_fields(ctx, organization, &plan).await?].concat();
    wrong.extend(wrong_dataset(ctx, &plan).await?);
    wrong.extend(wrong_numbers(&plan));
    Fault::together(wrong)?;
    Ok(plan)
}

fn wrong_name(plan: &CreateProject) -> Vec<Fault> {
    match plan.name.chars().count() {
        0 => vec![Fault::field("name", "is missing; name the project")],
        n if n > LONGEST_NAME => vec![Fault::field("name", format!("has {n} characters; at most {LONGEST_NAME} fit"))],
        _ => Vec::new(),
    }
}

/// The fields, and which of their questions are asked for.
async fn wrong_fields(ctx: &Ctx, organization: OrganizationId, plan: &CreateProject) -> Result<Vec<Fault>, Fault> {
    let mut wrong = Vec::new();
    if plan.fields.is_empty() {
        wrong.push(Fault::field("fields", "are none; choose one at least"));
    }
    for field in &plan.fields {
        match review::check_filter(ctx, organization, &filter(plan, field)).await {
            Ok(_) => {}
            Err(mut fault) if fault.kind == FaultKind::Invalid => {
                fault.fields.iter_mut().filter(|one| one.field == "field").for_each(|one| one.field = "fields".into());
                wrong.push(fault);
            }
            Err(fault) => return Err(fault),
        }
    }
    Ok(wrong)
}

async fn wrong_dataset(ctx: &Ctx, plan: &CreateProject) -> Result<Option<Fault>, Fault> {
    let Some(dataset) = plan.dataset else { return Ok(None) };
    match catalog::load_dataset(ctx, dataset).await {
        Ok(found) if found.collection == plan.collection => Ok(None),
        Ok(found) => Ok(Some(Fault::field("dataset", format!("{} is in another collection", found.accession)))),
        Err(fault) if fault.kind == FaultKind::Missing => Ok(Some(Fault::field(
            "dataset",
            format!("{dataset} does not exist here; give the id that its address has"),
        ))),
        Err(fault) => Err(fault),
    }
}

fn wrong_numbers(plan: &CreateProject) -> Vec<Fault> {
    let mut wrong = Vec::new();
    if !(1..=5).contains(&plan.reviewers) {
        let why = format!("cannot be {}; 1 to 5 curators answer an item", plan.reviewers);
        wrong.push(Fault::field("reviewers", why));
    }
    if let Some(items) = plan.items.filter(|items| !(1..=MOST as i64).contains(items)) {
        wrong.push(Fault::field("items", format!("cannot be {items}; a project has 1 to {MOST} items")));
    }
    if plan.sampling != Sampling::All && plan.items.is_none() {
        wrong.push(Fault::field("items", "are missing; say how many are drawn"));
    }
    for (name, percent) in [("checked", plan.checked), ("passing", plan.passing)] {
        if !(0..=100).contains(&percent) {
            wrong.push(Fault::field(name, format!("cannot be {percent} percent; give 0 to 100")));
        }
    }
    if !plan.people.is_empty() && (plan.people.len() as i64) < plan.reviewers {
        let why = format!("are {}; choose {} at least, as many as answer an item", plan.people.len(), plan.reviewers);
        wrong.push(Fault::field("people", why));
    }
    wrong
}

async fn chosen(ctx: &Ctx, people: &[UserId]) -> Result<Vec<Colleague>, Fault> {
    if people.is_empty() {
        return Ok(Vec::new());
    }
    let known = list_curators(ctx).await?;
    let find = |user: &UserId| {
        let found = known.iter().find(|one| one.user == *user).cloned();
        found.ok_or_else(|| Fault::field("people", format!("{user} is no curator of this organization")))
    };
    people.iter().map(find).collect()
}

/// What is drawn from in a field.
pub(super) fn filter(plan: &CreateProject, field: &str) -> ReviewFilter {
    ReviewFilter {
        collection: plan.collection,
        field: field.to_owned(),
        q: plan.q.clone(),
        state: plan.state,
        least: plan.least,
        most: plan.most,
    }
}

/// Draws the items and hands them out: to the chosen people in turn, or to whoever asks for the next one.
pub async fn start_project(ctx: &Ctx, id: ProjectId) -> Result<Project, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    if project.state != ProjectState::Draft {
        return Err(started(&project));
    }
    let items = drawn(ctx, &project).await?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::move_to(tx, organization, id, &[ProjectState::Draft], ProjectState::ToDo).await? {
                    return Err(started(&project));
                }
                // What was drawn is what the draft asks for.
                let now = sql::find_project(&mut *tx, organization, id).await?;
                if now.is_some_and(|now| now.version != project.version) {
                    return Err(Fault::conflict(
                        "somebody changed this draft meanwhile; look at it, and start it then",
                    ));
                }
                sql::insert_items(tx, organization, id, &items).await?;
                assign_all(tx, &inner, organization, &project, &items).await?;
                let detail = json!({ "items": items.len() });
                audit::record(tx, &inner, "project.started", "project", id, detail).await
            })
        })
        .await?;
    load_project(ctx, id).await
}

fn started(project: &ProjectRow) -> Fault {
    Fault::conflict(format!("\"{}\" has been started already", project.plan.name))
}

async fn drawn(ctx: &Ctx, project: &ProjectRow) -> Result<Vec<Item>, Fault> {
    let plan = &project.plan;
    let mut all: Vec<Candidate> = Vec::new();
    for field in &plan.fields {
        let found = review::weigh(ctx, &filter(plan, field), plan.dataset).await?;
        all.extend(found.into_iter().map(|one| (field.clone(), one)));
    }
    if all.is_empty() {
        return Err(Fault::conflict("nothing that the project asks for waits; choose other fields or scores"));
    }
    if plan.sampling == Sampling::All && plan.items.is_none() && all.len() > MOST {
        let why = format!("{} values match, and a project has {MOST} items at most; draw some of them", all.len());
        return Err(Fault::conflict(why));
    }
    let most = plan.items.and_then(|items| usize::try_from(items).ok()).unwrap_or(MOST);
    let drawn = draw(plan.sampling, most, project.id.0, all);
    let mut frozen = HashMap::new();
    for field in &plan.fields {
        let ids: Vec<QuestionId> = drawn.iter().filter(|(of, _)| of == field).map(|(_, id)| *id).collect();
        for (question, evidence) in review::freeze(ctx, &filter(plan, field), &ids).await? {
            frozen.insert((field.clone(), question.id), Frozen { question, evidence });
        }
    }
    let frozen = drawn.into_iter().filter_map(|one| frozen.remove(&one)).enumerate();
    Ok(frozen.map(|(at, frozen)| new_item(ctx, at as f64, frozen)).collect())
}

/// An item that nobody answered yet.
pub(super) fn new_item(ctx: &Ctx, position: f64, frozen: Frozen) -> Item {
    Item {
        id: ItemId(ctx.app.ids.uuid()),
        position,
        frozen,
        known: None,
        state: ItemState::Open,
        outcome: None,
        closed_how: None,
        closed_at: None,
        note: String::new(),
        job: None,
        is_settled: false,
        batch: None,
        waits_for_check: false,
    }
}

/// Where people were chosen, each item is given to as many of them as answer it.
pub(super) async fn assign_all(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    project: &ProjectRow,
    items: &[Item],
) -> Result<(), Fault> {
    let people = &project.plan.people;
    if people.is_empty() {
        return Ok(());
    }
    let ids: Vec<ItemId> = items.iter().map(|item| item.id).collect();
    let reviewers = usize::try_from(project.plan.reviewers).unwrap_or(1);
    let tasks = in_pairs(&ids, people, reviewers);
    sql::insert_tasks(tx, organization, project.id, tasks, ctx.now().plus(ASSIGNED)).await.map(drop)
}

/// Calls a project off. What it settled stays settled.
pub async fn cancel_project(ctx: &Ctx, id: ProjectId) -> Result<Project, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let from =
                    [ProjectState::Draft, ProjectState::ToDo, ProjectState::InReview, ProjectState::InAcceptance];
                if !sql::move_to(tx, organization, id, &from, ProjectState::Cancelled).await? {
                    let why = format!("\"{}\" has ended already", project.plan.name);
                    return Err(Fault::conflict(why));
                }
                audit::record(tx, &inner, "project.cancelled", "project", id, json!({})).await
            })
        })
        .await?;
    load_project(ctx, id).await
}

/// Every version, the newest first.
pub async fn list_guidelines(ctx: &Ctx, id: ProjectId) -> Result<Vec<Guideline>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    find(ctx, organization, id).await?;
    sql::list_guidelines(ctx.db(), organization, id).await
}

/// Writes the next version. Answers remember under which one they were given.
pub async fn write_guideline(ctx: &Ctx, id: ProjectId, input: WriteGuideline) -> Result<Project, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    let next = guideline(ctx, input.version + 1, "text", &input.text)?;
    let changed = || {
        Fault::conflict("somebody wrote another version meanwhile; load the guideline again, and write yours from it")
    };
    if project.guideline != input.version {
        return Err(changed());
    }
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::insert_guideline(tx, organization, id, &next).await? {
                    return Err(changed());
                }
                let detail = json!({ "version": next.version });
                audit::record(tx, &inner, "project.guideline_written", "project", id, detail).await
            })
        })
        .await?;
    load_project(ctx, id).await
}

fn guideline(ctx: &Ctx, version: i64, part: &str, text: &str) -> Result<Guideline, Fault> {
    let text = text.trim().to_owned();
    if text.chars().count() > LONGEST_GUIDELINE {
        return Err(Fault::field(part, format!("is too long; at most {LONGEST_GUIDELINE} characters fit")));
    }
    Ok(Guideline { version, text, by: ctx.actor_name(), at: ctx.now() })
}

/// Gives open tasks to a curator: another's, or places that are free.
pub async fn assign_tasks(ctx: &Ctx, id: ProjectId, input: AssignTasks) -> Result<Assigned, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let project = find(ctx, organization, id).await?;
    if !matches!(project.state, ProjectState::ToDo | ProjectState::InReview) {
        return Err(Fault::conflict(format!("\"{}\" is not in review, so it has no open task", project.plan.name)));
    }
    if !(1..=MOST as i64).contains(&input.tasks) {
        return Err(Fault::field("tasks", format!("cannot be {}; give 1 to {MOST}", input.tasks)));
    }
    let to = chosen(ctx, &[input.to]).await?.pop().expect("one was asked for");
    let free = match input.from {
        None => sql::list_free(ctx.db(), organization, id, to.user, ctx.now(), input.tasks).await?,
        Some(_) => Vec::new(),
    };
    let inner = ctx.clone();
    let tasks = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let people = sql::list_people(&mut *tx, organization, id).await?;
                sql::put_person(tx, organization, id, &to, people.iter().any(|(_, chosen)| *chosen)).await?;
                let until = inner.now().plus(ASSIGNED);
                let tasks = match input.from {
                    Some(from) => {
                        let items = sql::list_movable(tx, organization, id, (from, to.user), input.tasks).await?;
                        for item in &items {
                            sql::free_place(tx, organization, id, *item, from).await?;
                        }
                        let places = items.into_iter().map(|item| (item, to.user)).collect();
                        sql::insert_tasks(tx, organization, id, places, until).await?
                    }
                    None => {
                        let mut taken = 0;
                        for item in free {
                            let place = (item, to.user, until);
                            taken += u64::from(take(tx, organization, &project, place, inner.now()).await?);
                        }
                        taken
                    }
                };
                let detail = json!({ "to": to.name, "tasks": tasks });
                audit::record(tx, &inner, "project.tasks_assigned", "project", id, detail).await?;
                Ok(tasks)
            })
        })
        .await?;
    Ok(Assigned { tasks: tasks as i64 })
}

/// Whether a question waits or not is no matter for what is drawn later by hand.
pub(super) fn any_state(plan: &CreateProject, field: &str) -> ReviewFilter {
    ReviewFilter { q: String::new(), state: ReviewState::All, least: None, most: None, ..filter(plan, field) }
}

/// Nobody else may work on it than who was chosen.
pub(super) async fn may_work(
    ctx: &Ctx,
    organization: OrganizationId,
    project: &ProjectRow,
) -> Result<Colleague, Fault> {
    let own = person(ctx);
    let people = sql::list_people(ctx.db(), organization, project.id).await?;
    let is_open = !people.iter().any(|(_, chosen)| *chosen);
    if is_open || people.iter().any(|(one, _)| one.user == own.user) {
        return Ok(own);
    }
    Err(Fault::forbidden(format!(
        "\"{}\" has chosen reviewers, and you are none of them; ask for tasks to be assigned to you",
        project.plan.name
    )))
}
