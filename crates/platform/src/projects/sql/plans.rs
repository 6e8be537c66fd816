//! Projects, who works on them, and their guidelines.

use super::{read, word, write};
use crate::db::{Target, sql};
use crate::{Db, Tx};
use chorale_model::projects::{Colleague, CreateProject, Guideline, ProjectState};
use chorale_model::{Fault, OrganizationId, ProjectId, Time, UserId};
use uuid::Uuid;

/// A project's own row.
#[derive(Clone)]
pub struct ProjectRow {
    pub id: ProjectId,
    pub version: i64,
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
    version: i64,
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
            version: row.version,
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
        "select id, version, plan, state, passed, right_checks, wrong_checks, guideline, created_by, created_at from projects "
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

/// False: it is no draft any more, or somebody changed it meanwhile.
pub async fn change_draft(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ProjectId,
    version: i64,
    plan: &CreateProject,
) -> Result<bool, Fault> {
    let changed = sql("update projects set plan = $4, reviewers = $5, version = version + 1 \
         where organization = $1 and id = $2 and version = $3 and state = 'draft'")
    .bind(organization)
    .bind(id)
    .bind(version)
    .bind(write(plan)?)
    .bind(plan.reviewers)
    .run(tx)
    .await?;
    Ok(changed == 1)
}

/// Nobody works on it, before others are chosen.
pub async fn forget_people(tx: &mut Tx, organization: OrganizationId, project: ProjectId) -> Result<(), Fault> {
    sql("delete from project_people where organization = $1 and project = $2")
        .bind(organization)
        .bind(project)
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
