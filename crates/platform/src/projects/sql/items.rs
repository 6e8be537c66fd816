//! Items: questions that were drawn, and how each was closed.

use super::{read, word, write};
use crate::db::{Target, Value, insert_many, sql, sql_in};
use crate::projects::{Frozen, Item};
use crate::{Db, Tx};
use chorale_model::comments::CommentsOf;
use chorale_model::projects::{ItemState, Outcome, Progress};
use chorale_model::{BatchId, CollectionId, Fault, ItemId, JobId, OrganizationId, ProjectId, QuestionId, Time, UserId};
use uuid::Uuid;

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

/// Which of these questions are items that are not closed, of projects that go on.
pub async fn list_unclosed(
    db: &Db,
    organization: OrganizationId,
    questions: &[QuestionId],
) -> Result<Vec<(CommentsOf, ItemState)>, Fault> {
    let rows: Vec<(Uuid, String, Uuid, String)> = sql_in(
        "select p.collection, i.field, i.question, i.state from project_items i join projects p \
         on p.organization = i.organization and p.id = i.project where i.organization = $1 and i.state <> 'closed' \
         and p.state in ('to_do', 'in_review') and i.question in",
        vec![organization.into()],
        questions.iter().map(|id| Value::from(*id)).collect(),
        "",
    )
    .all(db)
    .await?;
    let one = |(collection, field, question, state): (Uuid, String, Uuid, String)| {
        let (collection, question) = (CollectionId(collection), QuestionId(question));
        Ok((CommentsOf { collection, field, question }, word(state)?))
    };
    rows.into_iter().map(one).collect()
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
