//! Tasks: places in items, held, skipped and answered.

use super::{read, word, write};
use crate::db::{Target, Value, insert_many, sql};
use crate::{Db, Tx};
use chorale_model::projects::{ItemState, Outcome};
use chorale_model::{Fault, ItemId, OrganizationId, ProjectId, Time, UserId};
use uuid::Uuid;

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
