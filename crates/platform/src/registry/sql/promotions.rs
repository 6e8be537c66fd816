//! Protected aliases, and promotions that wait or were answered.

use crate::db::{Db, Target, Tx, Value, insert_many, sql};
use chorale_model::registry::{PromotionFilter, PromotionRequest, PromotionState};
use chorale_model::{Fault, OrganizationId, PromotionId, Time};
use uuid::Uuid;

pub async fn list_protected<'a>(on: impl Into<Target<'a>>, organization: OrganizationId) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> = sql("select alias from protected_aliases where organization = $1 order by alias")
        .bind(organization)
        .all(on)
        .await?;
    Ok(rows.into_iter().map(|(alias,)| alias).collect())
}

pub async fn set_protected(tx: &mut Tx, organization: OrganizationId, aliases: &[String]) -> Result<(), Fault> {
    sql("delete from protected_aliases where organization = $1").bind(organization).run(&mut *tx).await?;
    let row = |alias: &String| -> [Value; 2] { [organization.into(), alias.into()] };
    let head = "insert into protected_aliases (organization, alias)";
    insert_many(tx, head, aliases.iter().map(row).collect(), "").await.map(drop)
}

/// `alias` in small letters.
pub async fn is_protected(tx: &mut Tx, organization: OrganizationId, alias: &str) -> Result<bool, Fault> {
    let row: Option<(String,)> = sql("select alias from protected_aliases where organization = $1 and alias = $2")
        .bind(organization)
        .bind(alias)
        .optional(tx)
        .await?;
    Ok(row.is_some())
}

/// The aliases of a model, or of one version of it.
pub async fn aliases_of(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: Option<i64>,
) -> Result<Vec<String>, Fault> {
    let rows: Vec<(String,)> = sql("select alias from model_aliases \
         where organization = $1 and name = $2 and ($3 is null or version = $3) order by alias")
    .bind(organization)
    .bind(name)
    .bind(version)
    .all(tx)
    .await?;
    Ok(rows.into_iter().map(|(alias,)| alias).collect())
}

pub async fn find_stage(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
) -> Result<Option<String>, Fault> {
    let row: Option<(String,)> =
        sql("select stage from model_versions where organization = $1 and name = $2 and version = $3")
            .bind(organization)
            .bind(name)
            .bind(version)
            .optional(tx)
            .await?;
    Ok(row.map(|(stage,)| stage))
}

/// A request to be.
pub struct New<'a> {
    pub id: PromotionId,
    pub name: &'a str,
    pub alias: &'a str,
    pub version: Option<i64>,
    pub held: Option<i64>,
    pub why: &'a str,
    pub asker: Option<Uuid>,
    pub asked_by: String,
    pub asked_at: Time,
}

pub async fn insert(tx: &mut Tx, organization: OrganizationId, new: New<'_>) -> Result<(), Fault> {
    sql("insert into promotion_requests (organization, id, name, alias, version, held, state, why, asker, asked_by, \
           asked_at, note) values ($1, $2, $3, $4, $5, $6, 'waiting', $7, $8, $9, $10, '')")
    .bind(organization)
    .bind(new.id)
    .bind(new.name)
    .bind(new.alias)
    .bind(new.version)
    .bind(new.held)
    .bind(new.why)
    .bind(new.asker)
    .bind(new.asked_by)
    .bind(new.asked_at)
    .run(tx)
    .await
    .map(drop)
}

/// The request that waits for the same.
pub async fn find_waiting(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    alias: &str,
    version: Option<i64>,
) -> Result<Option<PromotionId>, Fault> {
    let row: Option<(Uuid,)> = sql("select id from promotion_requests \
         where organization = $1 and name = $2 and state = 'waiting' and alias = $3 and coalesce(version, 0) = $4")
    .bind(organization)
    .bind(name)
    .bind(alias)
    .bind(version.unwrap_or(0))
    .optional(tx)
    .await?;
    Ok(row.map(|(id,)| PromotionId(id)))
}

#[derive(sqlx_macros::FromRow)]
struct Row {
    id: Uuid,
    name: String,
    alias: String,
    version: Option<i64>,
    held: Option<i64>,
    holder: Option<i64>,
    state: String,
    why: String,
    asker: Option<Uuid>,
    asked_by: String,
    asked_at: i64,
    note: String,
    answered_by: Option<String>,
    answered_at: Option<i64>,
}

/// A request with who asked for it, whom nobody needs to know by id.
pub struct Asked {
    pub request: PromotionRequest,
    pub asker: Option<Uuid>,
}

impl Row {
    fn read(self) -> Result<Asked, Fault> {
        let request = PromotionRequest {
            id: PromotionId(self.id),
            name: self.name,
            alias: self.alias,
            version: self.version,
            held: self.held,
            holder: self.holder,
            state: self.state.parse().map_err(|e| Fault::internal("reading a promotion", e))?,
            why: self.why,
            asked_by: self.asked_by,
            asked_at: Time(self.asked_at),
            note: self.note,
            answered_by: self.answered_by,
            answered_at: self.answered_at.map(Time),
        };
        Ok(Asked { request, asker: self.asker })
    }
}

macro_rules! rows {
    ($rest:literal) => {
        concat!(
            "select r.id, r.name, r.alias, r.version, r.held, a.version as holder, r.state, r.why, r.asker, r.asked_by, \
               r.asked_at, r.note, r.answered_by, r.answered_at from promotion_requests r \
             left join model_aliases a on a.organization = r.organization and a.name = r.name and a.alias = r.alias \
             where r.organization = $1 and ",
            $rest
        )
    };
}

pub async fn find<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: PromotionId,
) -> Result<Option<Asked>, Fault> {
    let row: Option<Row> = sql(rows!("r.id = $2")).bind(organization).bind(id).optional(on).await?;
    row.map(Row::read).transpose()
}

/// Newest first.
pub async fn list(
    db: &Db,
    organization: OrganizationId,
    filter: &PromotionFilter,
    before: Option<Uuid>,
    limit: i64,
) -> Result<Vec<PromotionRequest>, Fault> {
    let text = rows!(
        "($2 is null or r.state = $2) and ($3 is null or r.name = $3) and ($4 is null or r.id < $4) \
         order by r.id desc limit $5"
    );
    let rows: Vec<Row> = sql(text)
        .bind(organization)
        .bind(filter.state.map(PromotionState::name))
        .bind(filter.name.as_deref())
        .bind(before)
        .bind(limit)
        .all(db)
        .await?;
    rows.into_iter().map(|row| Ok(row.read()?.request)).collect()
}

/// How many wait that `person` did not ask for.
pub async fn count_waiting(db: &Db, organization: OrganizationId, person: Uuid) -> Result<i64, Fault> {
    let (n,): (i64,) = sql("select count(*) from promotion_requests \
         where organization = $1 and state = 'waiting' and (asker is null or asker <> $2)")
    .bind(organization)
    .bind(person)
    .one(db)
    .await?;
    Ok(n)
}

/// Settles one that waits.
pub async fn answer(
    tx: &mut Tx,
    organization: OrganizationId,
    id: PromotionId,
    state: PromotionState,
    note: &str,
    by: &str,
    now: Time,
) -> Result<(), Fault> {
    sql("update promotion_requests set state = $3, note = $4, answered_by = $5, answered_at = $6 \
         where organization = $1 and id = $2 and state = 'waiting'")
    .bind(organization)
    .bind(id)
    .bind(state.name())
    .bind(note)
    .bind(by)
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}

/// Nothing waits for a version that is deleted.
pub async fn withdraw_of_version(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    by: &str,
    now: Time,
) -> Result<(), Fault> {
    sql("update promotion_requests set state = 'withdrawn', note = 'the version was deleted', answered_by = $4, \
           answered_at = $5 where organization = $1 and name = $2 and version = $3 and state = 'waiting'")
    .bind(organization)
    .bind(name)
    .bind(version)
    .bind(by)
    .bind(now)
    .run(tx)
    .await
    .map(drop)
}
