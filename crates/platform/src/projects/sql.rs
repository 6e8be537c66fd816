//! Every statement on projects, their items and tasks.

use super::{Frozen, Item};
use crate::db::{Target, Value, insert_many, sql};
use crate::{Db, Tx};
use chorale_model::projects::{Colleague, CreateProject, Guideline, ItemState, Outcome, Progress, ProjectState};
use chorale_model::{BatchId, Fault, ItemId, JobId, OrganizationId, ProjectId, Time, UserId};
use serde::Serialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

pub fn write(of: &impl Serialize) -> Result<String, Fault> {
    serde_json::to_string(of).map_err(|e| Fault::internal("writing a part of a project", e))
}

fn read<T: DeserializeOwned>(text: &str) -> Result<T, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::internal("reading a part of a project", e))
}

/// A word of an enumeration, as its JSON writes it.
fn word<T: DeserializeOwned>(text: String) -> Result<T, Fault> {
    serde_json::from_value(text.into()).map_err(|e| Fault::internal("reading a part of a project", e))
}

/// A project's own row.
#[derive(Clone)]
pub struct ProjectRow {
    pub id: ProjectId,
    pub plan: CreateProject,
    pub state: ProjectState,
    pub passed: bool,
    pub right_checks: i64,
    pub wrong_checks: i64,
    pub guideline: i64,
    pub created_by: String,
    pub created_at: Time,
}

#[derive(sqlx_macros::FromRow)]
struct RawProject {
    id: Uuid,
    plan: String,
    state: String,
    passed: bool,
    right_checks: i64,
    wrong_checks: i64,
    guideline: i64,
    created_by: String,
    created_at: i64,
}

impl TryFrom<RawProject> for ProjectRow {
    type Error = Fault;
    fn try_from(row: RawProject) -> Result<Self, Fault> {
        Ok(ProjectRow {
            id: ProjectId(row.id),
            plan: read(&row.plan)?,
            state: word(row.state)?,
            passed: row.passed,
            right_checks: row.right_checks,
            wrong_checks: row.wrong_checks,
            guideline: row.guideline,
            created_by: row.created_by,
            created_at: Time(row.created_at),
        })
    }
}

macro_rules! project_columns {
    () => {
        "select id, plan, state, passed, right_checks, wrong_checks, guideline, created_by, created_at from projects "
    };
}

pub async fn insert_project(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ProjectId,
    plan: &CreateProject,
    by: &str,
    now: Time,
) -> Result<(), Fault> {
    sql("insert into projects (organization, id, collection, plan, reviewers, state, passed, right_checks, wrong_checks, \
         guideline, created_by, created_at) values ($1, $2, $3, $4, $5, 'draft', false, 0, 0, 1, $6, $7)")
    .bind(organization)
    .bind(id)
    .bind(plan.collection)
    .bind(write(plan)?)
    .bind(plan.reviewers)
    .bind(by)
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

pub async fn find_project<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: ProjectId,
) -> Result<Option<ProjectRow>, Fault> {
    let row: Option<RawProject> = sql(concat!(project_columns!(), "where organization = $1 and id = $2"))
        .bind(organization)
        .bind(id)
        .optional(on)
        .await?;
    row.map(ProjectRow::try_from).transpose()
}

/// Newest first, before an id.
pub async fn list_projects(
    db: &Db,
    organization: OrganizationId,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<ProjectRow>, Fault> {
    let rows: Vec<RawProject> =
        sql(concat!(project_columns!(), "where organization = $1 and id < $2 order by id desc limit $3"))
            .bind(organization)
            .bind(before.unwrap_or(Uuid::max()))
            .bind(limit)
            .all(db)
            .await?;
    rows.into_iter().map(ProjectRow::try_from).collect()
}

/// From one state to another; false where it is in none of `from`, or is not there.
pub async fn move_to(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ProjectId,
    from: &[ProjectState],
    to: ProjectState,
) -> Result<bool, Fault> {
    let mut moved = 0;
    for from in from {
        moved += sql("update projects set state = $4 where organization = $1 and id = $2 and state = $3")
            .bind(organization)
            .bind(id)
            .bind(from.name())
            .bind(to.name())
            .run(&mut *tx)
            .await?;
        if moved > 0 {
            break;
        }
    }
    Ok(moved > 0)
}

/// Whoever changes where a project stands waits here for others that do.
pub async fn lock_project(tx: &mut Tx, organization: OrganizationId, id: ProjectId) -> Result<(), Fault> {
    sql("update projects set state = state where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .run(tx)
        .await
        .map(drop)
}

/// What the latest check came to.
pub async fn set_checks(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ProjectId,
    (right, wrong): (i64, i64),
    passed: bool,
) -> Result<(), Fault> {
    sql("update projects set right_checks = $3, wrong_checks = $4, passed = $5 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .bind(right)
        .bind(wrong)
        .bind(passed)
        .run(tx)
        .await
        .map(drop)
}

pub async fn put_person(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    person: &Colleague,
    chosen: bool,
) -> Result<(), Fault> {
    sql("insert into project_people (organization, project, person, name, chosen) values ($1, $2, $3, $4, $5) \
         on conflict (organization, project, person) do update set name = excluded.name")
    .bind(organization)
    .bind(project)
    .bind(person.user)
    .bind(&person.name)
    .bind(chosen)
    .run(tx)
    .await
    .map(drop)
}

/// Everybody who works on it, with whether they were chosen; by name.
pub async fn list_people<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<Vec<(Colleague, bool)>, Fault> {
    let rows: Vec<(Uuid, String, bool)> = sql("select person, name, chosen from project_people \
         where organization = $1 and project = $2 order by name, person")
    .bind(organization)
    .bind(project)
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(person, name, chosen)| (Colleague { user: UserId(person), name }, chosen)).collect())
}

/// False: there is a later version than the one before it.
pub async fn insert_guideline(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    next: &Guideline,
) -> Result<bool, Fault> {
    sql("insert into project_guidelines (organization, project, version, text, made_by, made_at) \
         values ($1, $2, $3, $4, $5, $6) on conflict (organization, project, version) do nothing")
    .bind(organization)
    .bind(project)
    .bind(next.version)
    .bind(&next.text)
    .bind(&next.by)
    .bind(next.at)
    .run(&mut *tx)
    .await?;
    let raised = sql("update projects set guideline = $3 where organization = $1 and id = $2 and guideline < $3")
        .bind(organization)
        .bind(project)
        .bind(next.version)
        .run(tx)
        .await?;
    Ok(raised == 1 || next.version == 1)
}

/// Newest first.
pub async fn list_guidelines(
    db: &Db,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<Vec<Guideline>, Fault> {
    let rows: Vec<(i64, String, String, i64)> = sql("select version, text, made_by, made_at from project_guidelines \
         where organization = $1 and project = $2 order by version desc")
    .bind(organization)
    .bind(project)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(version, text, by, at)| Guideline { version, text, by, at: Time(at) }).collect())
}

pub async fn find_guideline(
    db: &Db,
    organization: OrganizationId,
    project: ProjectId,
    version: i64,
) -> Result<Guideline, Fault> {
    let (text, by, at): (String, String, i64) = sql("select text, made_by, made_at from project_guidelines \
         where organization = $1 and project = $2 and version = $3")
    .bind(organization)
    .bind(project)
    .bind(version)
    .one(db)
    .await?;
    Ok(Guideline { version, text, by, at: Time(at) })
}

pub async fn insert_items(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    items: &[Item],
) -> Result<(), Fault> {
    let mut rows: Vec<[Value; 11]> = Vec::with_capacity(items.len());
    for item in items {
        rows.push([
            organization.into(),
            project.into(),
            item.id.into(),
            item.position.into(),
            (&item.frozen.question.field).into(),
            item.frozen.question.id.into(),
            write(&item.frozen)?.into(),
            item.known.as_ref().map(write).transpose()?.into(),
            ItemState::Open.name().into(),
            "".into(),
            0_i64.into(),
        ]);
    }
    insert_many(
        tx,
        "insert into project_items (organization, project, id, position, field, question, frozen, known, state, note, \
         touched)",
        rows,
        "",
    )
    .await
    .map(drop)
}

#[derive(sqlx_macros::FromRow)]
struct RawItem {
    id: Uuid,
    position: f64,
    frozen: String,
    known: Option<String>,
    state: String,
    outcome: Option<String>,
    closed_how: Option<String>,
    closed_at: Option<i64>,
    note: String,
    job: Option<Uuid>,
    settled_at: Option<i64>,
    batch: Option<Uuid>,
    checked: Option<String>,
}

impl TryFrom<RawItem> for Item {
    type Error = Fault;
    fn try_from(row: RawItem) -> Result<Self, Fault> {
        Ok(Item {
            id: ItemId(row.id),
            position: row.position,
            frozen: read::<Frozen>(&row.frozen)?,
            known: row.known.as_deref().map(read).transpose()?,
            state: word(row.state)?,
            outcome: row.outcome.as_deref().map(read).transpose()?,
            closed_how: row.closed_how.map(word).transpose()?,
            closed_at: row.closed_at.map(Time),
            note: row.note,
            job: row.job.map(JobId),
            is_settled: row.settled_at.is_some(),
            batch: row.batch.map(BatchId),
            waits_for_check: row.checked.as_deref() == Some("to_check"),
        })
    }
}

macro_rules! item_columns {
    () => {
        "select id, position, frozen, known, state, outcome, closed_how, closed_at, note, job, settled_at, batch, checked \
         from project_items where organization = $1 and project = $2 "
    };
}

pub async fn find_item<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    project: ProjectId,
    id: ItemId,
) -> Result<Option<Item>, Fault> {
    let row: Option<RawItem> =
        sql(concat!(item_columns!(), "and id = $3")).bind(organization).bind(project).bind(id).optional(on).await?;
    row.map(Item::try_from).transpose()
}

/// An item of whichever project.
pub async fn find_item_anywhere(
    db: &Db,
    organization: OrganizationId,
    id: ItemId,
) -> Result<Option<(ProjectId, Item)>, Fault> {
    let row: Option<(Uuid,)> = sql("select project from project_items where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .optional(db)
        .await?;
    let Some((project,)) = row else { return Ok(None) };
    let project = ProjectId(project);
    Ok(find_item(db, organization, project, id).await?.map(|item| (project, item)))
}

/// Closed items behind a position, in their order.
pub async fn list_closed(
    db: &Db,
    organization: OrganizationId,
    project: ProjectId,
    after: f64,
    limit: i64,
) -> Result<Vec<Item>, Fault> {
    let rows: Vec<RawItem> =
        sql(concat!(item_columns!(), "and state = 'closed' and position > $3 order by position limit $4"))
            .bind(organization)
            .bind(project)
            .bind(after)
            .bind(limit)
            .all(db)
            .await?;
    rows.into_iter().map(Item::try_from).collect()
}

pub async fn list_gold(db: &Db, organization: OrganizationId, project: ProjectId) -> Result<Vec<Item>, Fault> {
    let rows: Vec<RawItem> = sql(concat!(item_columns!(), "and known is not null order by position"))
        .bind(organization)
        .bind(project)
        .all(db)
        .await?;
    rows.into_iter().map(Item::try_from).collect()
}

/// Closed items of other projects on a collection whose questions a project has not, the newest first.
pub async fn list_gold_to_be(
    db: &Db,
    organization: OrganizationId,
    project: ProjectId,
    limit: i64,
) -> Result<Vec<(ProjectId, ItemId)>, Fault> {
    let rows: Vec<(Uuid, Uuid)> = sql("select i.project, i.id from projects own join projects p \
         on p.organization = own.organization and p.collection = own.collection and p.id <> own.id \
         join project_items i on i.organization = p.organization and i.project = p.id \
         where own.organization = $1 and own.id = $2 and i.state = 'closed' and i.outcome is not null \
         and not exists (select 1 from project_items o where o.organization = $1 and o.project = $2 \
         and o.field = i.field and o.question = i.question) order by i.closed_at desc, i.id limit $3")
    .bind(organization)
    .bind(project)
    .bind(limit)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(project, id)| (ProjectId(project), ItemId(id))).collect())
}

/// Whether an item's question is in the project already.
pub async fn has_question(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    item: &Item,
) -> Result<bool, Fault> {
    let (count,): (i64,) = sql("select count(*) from project_items \
         where organization = $1 and project = $2 and field = $3 and question = $4")
    .bind(organization)
    .bind(project)
    .bind(&item.frozen.question.field)
    .bind(item.frozen.question.id)
    .one(tx)
    .await?;
    Ok(count > 0)
}

/// Whoever changes an item or its answers waits here for others that do. False: it is not in this state any more.
pub async fn lock_item(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    id: ItemId,
    state: ItemState,
) -> Result<bool, Fault> {
    let touched = sql("update project_items set touched = touched + 1 \
         where organization = $1 and project = $2 and id = $3 and state = $4")
    .bind(organization)
    .bind(project)
    .bind(id)
    .bind(state.name())
    .run(tx)
    .await?;
    Ok(touched == 1)
}

/// How an item ends.
pub struct Closing {
    pub outcome: Option<Outcome>,
    pub how: &'static str,
    pub by: String,
    pub note: String,
    pub at: Time,
    /// That settles its samples.
    pub job: Option<JobId>,
}

pub async fn close_item(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    id: ItemId,
    closing: &Closing,
) -> Result<(), Fault> {
    sql("update project_items set state = 'closed', outcome = $4, closed_how = $5, closed_by = $6, note = $7, \
         closed_at = $8, job = $9, settled_at = null, batch = null, checked = null \
         where organization = $1 and project = $2 and id = $3")
    .bind(organization)
    .bind(project)
    .bind(id)
    .bind(closing.outcome.as_ref().map(write).transpose()?)
    .bind(closing.how)
    .bind(&closing.by)
    .bind(&closing.note)
    .bind(closing.at)
    .bind(closing.job)
    .run(tx)
    .await
    .map(drop)
}

/// An expert is to decide it.
pub async fn dispute_item(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    id: ItemId,
    note: &str,
) -> Result<(), Fault> {
    sql("update project_items set state = 'disputed', outcome = null, closed_how = null, closed_by = null, \
         closed_at = null, job = null, settled_at = null, batch = null, checked = null, note = $4 \
         where organization = $1 and project = $2 and id = $3")
    .bind(organization)
    .bind(project)
    .bind(id)
    .bind(note)
    .run(tx)
    .await
    .map(drop)
}

/// The job that an item was closed with has settled its samples.
pub async fn set_settled(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    (id, job): (ItemId, JobId),
    batch: Option<BatchId>,
    now: Time,
) -> Result<(), Fault> {
    sql("update project_items set settled_at = $5, batch = $6 \
         where organization = $1 and project = $2 and id = $3 and job = $4 and settled_at is null")
    .bind(organization)
    .bind(project)
    .bind(id)
    .bind(job)
    .bind(now)
    .bind(batch)
    .run(tx)
    .await
    .map(drop)
}

/// Closed items whose samples a batch settled.
pub async fn list_of_batch(
    tx: &mut Tx,
    organization: OrganizationId,
    batch: BatchId,
) -> Result<Vec<(ProjectId, ItemId)>, Fault> {
    let rows: Vec<(Uuid, Uuid)> = sql("select project, id from project_items \
         where organization = $1 and batch = $2 and state = 'closed'")
    .bind(organization)
    .bind(batch)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|(project, id)| (ProjectId(project), ItemId(id))).collect())
}

/// Closed items that nobody checked, without gold ones.
pub async fn list_unchecked(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<Vec<ItemId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select id from project_items where organization = $1 and project = $2 \
         and state = 'closed' and closed_how <> 'nothing' and known is null and checked is null")
    .bind(organization)
    .bind(project)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| ItemId(id)).collect())
}

pub async fn set_checked(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    id: ItemId,
    checked: &str,
) -> Result<(), Fault> {
    sql("update project_items set checked = $4 where organization = $1 and project = $2 and id = $3")
        .bind(organization)
        .bind(project)
        .bind(id)
        .bind(checked)
        .run(tx)
        .await
        .map(drop)
}

/// How far a project is; answers that its items take are items times reviewers.
pub async fn count_items<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    project: ProjectId,
) -> Result<Progress, Fault> {
    let mut on = on.into();
    let (items, open, disputed, closed, to_check, takes): (i64, i64, i64, i64, i64, i64) =
        sql("select count(*), cast(coalesce(sum(case when i.state = 'open' then 1 else 0 end), 0) as bigint), \
             cast(coalesce(sum(case when i.state = 'disputed' then 1 else 0 end), 0) as bigint), \
             cast(coalesce(sum(case when i.state = 'closed' then 1 else 0 end), 0) as bigint), \
             cast(coalesce(sum(case when i.checked = 'to_check' then 1 else 0 end), 0) as bigint), \
             cast(coalesce(sum(p.reviewers), 0) as bigint) from project_items i join projects p \
             on p.organization = i.organization and p.id = i.project where i.organization = $1 and i.project = $2")
        .bind(organization)
        .bind(project)
        .one(on.again())
        .await?;
    let (answers,): (i64,) = sql("select count(*) from project_tasks where organization = $1 and project = $2 \
         and answered_at is not null")
    .bind(organization)
    .bind(project)
    .one(on)
    .await?;
    Ok(Progress { items, open, disputed, closed, answers, answers_needed: takes, to_check, passed: 0, failed: 0 })
}

/// The next item of a person's own: those that they passed over last.
pub async fn find_own(
    db: &Db,
    organization: OrganizationId,
    project: ProjectId,
    person: UserId,
    skipped: bool,
) -> Result<Option<ItemId>, Fault> {
    let row: Option<(Uuid,)> = sql("select t.item from project_tasks t join project_items i \
         on i.organization = t.organization and i.project = t.project and i.id = t.item \
         where t.organization = $1 and t.project = $2 and t.person = $3 and t.answered_at is null and i.state = 'open' \
         and (t.skipped_at is not null) = $4 order by coalesce(t.skipped_at, 0), i.position limit 1")
    .bind(organization)
    .bind(project)
    .bind(person)
    .bind(skipped)
    .optional(db)
    .await?;
    Ok(row.map(|(id,)| ItemId(id)))
}

/// The first items that have a place for a person who has none in them yet.
pub async fn list_free(
    db: &Db,
    organization: OrganizationId,
    project: ProjectId,
    person: UserId,
    now: Time,
    limit: i64,
) -> Result<Vec<ItemId>, Fault> {
    let rows: Vec<(Uuid,)> =
        sql("select i.id from project_items i join projects p on p.organization = i.organization \
         and p.id = i.project where i.organization = $1 and i.project = $2 and i.state = 'open' \
         and not exists (select 1 from project_tasks o where o.organization = $1 and o.project = $2 and o.item = i.id \
         and o.person = $3) and (select count(*) from project_tasks t where t.organization = $1 and t.project = $2 \
         and t.item = i.id and (t.answered_at is not null or t.until > $4)) < p.reviewers \
         order by i.position limit $5")
        .bind(organization)
        .bind(project)
        .bind(person)
        .bind(now)
        .bind(limit)
        .all(db)
        .await?;
    Ok(rows.into_iter().map(|(id,)| ItemId(id)).collect())
}

/// A place of an item.
#[derive(sqlx_macros::FromRow)]
struct RawTask {
    person: Uuid,
    until: i64,
    answered_at: Option<i64>,
    answer: Option<String>,
    note: String,
    guideline: Option<i64>,
}

pub struct Task {
    pub person: UserId,
    pub until: Time,
    pub answer: Option<Given>,
}

pub struct Given {
    pub outcome: Outcome,
    pub at: Time,
    pub note: String,
    pub guideline: i64,
}

/// The places of an item, in the order in which they were taken or answered.
pub async fn list_tasks<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    project: ProjectId,
    item: ItemId,
) -> Result<Vec<Task>, Fault> {
    let rows: Vec<RawTask> = sql("select person, until, answered_at, answer, note, guideline from project_tasks \
         where organization = $1 and project = $2 and item = $3 order by answered_at, until, person")
    .bind(organization)
    .bind(project)
    .bind(item)
    .all(on)
    .await?;
    let task = |row: RawTask| {
        let given = |(at, text): (i64, String)| -> Result<Given, Fault> {
            let (note, guideline) = (row.note.clone(), row.guideline.unwrap_or(1));
            Ok(Given { outcome: read(&text)?, at: Time(at), note, guideline })
        };
        let answer = row.answered_at.zip(row.answer.clone()).map(given).transpose()?;
        Ok(Task { person: UserId(row.person), until: Time(row.until), answer })
    };
    rows.into_iter().map(task).collect()
}

/// Gives places to people; a place that is taken stays whose it is.
pub async fn insert_tasks(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    tasks: Vec<(ItemId, UserId)>,
    until: Time,
) -> Result<u64, Fault> {
    let row = |(item, person): (ItemId, UserId)| -> [Value; 6] {
        [organization.into(), project.into(), item.into(), person.into(), until.into(), "".into()]
    };
    insert_many(
        tx,
        "insert into project_tasks (organization, project, item, person, until, note)",
        tasks.into_iter().map(row).collect(),
        "on conflict (organization, project, item, person) do nothing",
    )
    .await
}

/// Frees one place that lies too long.
pub async fn free_place(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    item: ItemId,
    person: UserId,
) -> Result<(), Fault> {
    sql("delete from project_tasks where organization = $1 and project = $2 and item = $3 and person = $4 \
         and answered_at is null")
    .bind(organization)
    .bind(project)
    .bind(item)
    .bind(person)
    .run(tx)
    .await
    .map(drop)
}

/// Another's places become a person's, who has none in these items yet; the first ones first.
pub async fn list_movable(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    (from, to): (UserId, UserId),
    limit: i64,
) -> Result<Vec<ItemId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select t.item from project_tasks t join project_items i \
         on i.organization = t.organization and i.project = t.project and i.id = t.item \
         where t.organization = $1 and t.project = $2 and t.person = $3 and t.answered_at is null and i.state = 'open' \
         and not exists (select 1 from project_tasks o where o.organization = $1 and o.project = $2 and o.item = t.item \
         and o.person = $4) order by i.position limit $5")
    .bind(organization)
    .bind(project)
    .bind(from)
    .bind(to)
    .bind(limit)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|(id,)| ItemId(id)).collect())
}

/// Shows a person their task: nobody else gets it before `until`. False: it is not theirs, or answered.
pub async fn show_task(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    (item, person): (ItemId, UserId),
    now: Time,
    until: Time,
) -> Result<Option<Time>, Fault> {
    let row: Option<(i64,)> = sql("update project_tasks set shown_at = $5, \
         until = case when until > $6 then until else $6 end \
         where organization = $1 and project = $2 and item = $3 and person = $4 and answered_at is null returning until")
    .bind(organization)
    .bind(project)
    .bind(item)
    .bind(person)
    .bind(now)
    .bind(until)
    .optional(tx)
    .await?;
    Ok(row.map(|(until,)| Time(until)))
}

/// Passed over: it comes to them again behind the others; a place that was not assigned is free for others at once.
pub async fn skip_task(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    (item, person): (ItemId, UserId),
    now: Time,
    held: Time,
) -> Result<bool, Fault> {
    let skipped = sql("update project_tasks set skipped_at = $5, until = case when until > $6 then until else $5 end \
         where organization = $1 and project = $2 and item = $3 and person = $4 and answered_at is null")
    .bind(organization)
    .bind(project)
    .bind(item)
    .bind(person)
    .bind(now)
    .bind(held)
    .run(tx)
    .await?;
    Ok(skipped == 1)
}

/// False: it is answered already, or not theirs.
pub async fn answer_task(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    (item, person): (ItemId, UserId),
    given: &Given,
) -> Result<bool, Fault> {
    let answered = sql("update project_tasks set answered_at = $5, answer = $6, note = $7, guideline = $8, \
         skipped_at = null, shown_at = coalesce(shown_at, $5) \
         where organization = $1 and project = $2 and item = $3 and person = $4 and answered_at is null")
    .bind(organization)
    .bind(project)
    .bind(item)
    .bind(person)
    .bind(given.at)
    .bind(write(&given.outcome)?)
    .bind(&given.note)
    .bind(given.guideline)
    .run(tx)
    .await?;
    Ok(answered == 1)
}

/// The item that a person answered last, while it is open.
pub async fn find_last_answer(
    db: &Db,
    organization: OrganizationId,
    project: ProjectId,
    person: UserId,
) -> Result<Option<ItemId>, Fault> {
    let row: Option<(Uuid, String)> = sql("select t.item, i.state from project_tasks t join project_items i \
         on i.organization = t.organization and i.project = t.project and i.id = t.item \
         where t.organization = $1 and t.project = $2 and t.person = $3 and t.answered_at is not null \
         order by t.answered_at desc, t.item desc limit 1")
    .bind(organization)
    .bind(project)
    .bind(person)
    .optional(db)
    .await?;
    Ok(row.filter(|(_, state)| state == ItemState::Open.name()).map(|(id, _)| ItemId(id)))
}

pub async fn take_answer_back(
    tx: &mut Tx,
    organization: OrganizationId,
    project: ProjectId,
    (item, person): (ItemId, UserId),
    until: Time,
) -> Result<bool, Fault> {
    let taken =
        sql("update project_tasks set answered_at = null, answer = null, note = '', guideline = null, until = $5 \
         where organization = $1 and project = $2 and item = $3 and person = $4 and answered_at is not null")
        .bind(organization)
        .bind(project)
        .bind(item)
        .bind(person)
        .bind(until)
        .run(tx)
        .await?;
    Ok(taken == 1)
}

/// A person's answered tasks, and those that wait.
pub async fn count_own(
    db: &Db,
    organization: OrganizationId,
    project: ProjectId,
    person: UserId,
) -> Result<(i64, i64), Fault> {
    sql("select cast(coalesce(sum(case when t.answered_at is not null then 1 else 0 end), 0) as bigint), \
         cast(coalesce(sum(case when t.answered_at is null and i.state = 'open' then 1 else 0 end), 0) as bigint) \
         from project_tasks t join project_items i \
         on i.organization = t.organization and i.project = t.project and i.id = t.item \
         where t.organization = $1 and t.project = $2 and t.person = $3")
    .bind(organization)
    .bind(project)
    .bind(person)
    .one(db)
    .await
}

/// Items that need an expert who did not answer them (`anyone`: or did): what reviewers disagree about, and what waits for
/// a check. In their order, those behind a position first.
pub async fn list_for_expert(
    db: &Db,
    organization: OrganizationId,
    project: ProjectId,
    person: UserId,
    anyone: bool,
) -> Result<Vec<(ItemId, f64)>, Fault> {
    let rows: Vec<(Uuid, f64)> = sql("select i.id, i.position from project_items i \
         where i.organization = $1 and i.project = $2 and (i.state = 'disputed' or i.checked = 'to_check') \
         and ($4 or not exists (select 1 from project_tasks t where t.organization = $1 and t.project = $2 \
         and t.item = i.id and t.person = $3 and t.answered_at is not null)) order by i.position")
    .bind(organization)
    .bind(project)
    .bind(person)
    .bind(anyone)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, position)| (ItemId(id), position)).collect())
}

/// A task of a project, for its figures.
#[derive(sqlx_macros::FromRow)]
struct RawDone {
    item: Uuid,
    field: String,
    state: String,
    known: Option<String>,
    person: Uuid,
    until: i64,
    shown_at: Option<i64>,
    answered_at: Option<i64>,
    answer: Option<String>,
}

pub struct Done {
    pub item: ItemId,
    pub field: String,
    pub state: ItemState,
    pub known: Option<Outcome>,
    pub person: UserId,
    pub until: Time,
    pub shown_at: Option<Time>,
    pub answered_at: Option<Time>,
    pub outcome: Option<Outcome>,
}

pub async fn list_done(db: &Db, organization: OrganizationId, project: ProjectId) -> Result<Vec<Done>, Fault> {
    let rows: Vec<RawDone> =
        sql("select t.item, i.field, i.state, i.known, t.person, t.until, t.shown_at, t.answered_at, \
         t.answer from project_tasks t join project_items i \
         on i.organization = t.organization and i.project = t.project and i.id = t.item \
         where t.organization = $1 and t.project = $2 order by t.item, t.person")
        .bind(organization)
        .bind(project)
        .all(db)
        .await?;
    let done = |row: RawDone| {
        Ok(Done {
            item: ItemId(row.item),
            field: row.field,
            state: word(row.state)?,
            known: row.known.as_deref().map(read).transpose()?,
            person: UserId(row.person),
            until: Time(row.until),
            shown_at: row.shown_at.map(Time),
            answered_at: row.answered_at.map(Time),
            outcome: row.answer.as_deref().map(read).transpose()?,
        })
    };
    rows.into_iter().map(done).collect()
}
