//! Experiments and their tags.

use crate::db::{Builder, Db, Target, Tx, Value, insert_many, sql, sql_in};
use crate::filter::sql::{condition, logged, tested};
use crate::filter::{Comparison, Cut, Entity, Expr, OrderKey, Test};
use chorale_model::experiments::{Experiment, ExperimentId, KeyValue, Life};
use chorale_model::{Fault, OrganizationId};
use std::collections::HashMap;

/// An experiment as its row says, of `experiments e`.
macro_rules! experiment_rows {
    () => {
        "select e.id, e.name, e.artifact_location, e.deleted, e.created_ms, e.updated_ms from experiments e \
         where e.organization = "
    };
}

#[derive(Clone, sqlx_macros::FromRow)]
pub struct ExperimentRow {
    pub id: i64,
    pub name: String,
    pub artifact_location: String,
    pub deleted: bool,
    pub created_ms: i64,
    pub updated_ms: i64,
}

impl ExperimentRow {
    pub fn with(self, tags: Vec<KeyValue>) -> Experiment {
        Experiment {
            id: ExperimentId(self.id),
            name: self.name,
            artifact_location: self.artifact_location,
            deleted: self.deleted,
            created_ms: self.created_ms,
            updated_ms: self.updated_ms,
            tags,
        }
    }
}

pub async fn find<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: ExperimentId,
) -> Result<Option<ExperimentRow>, Fault> {
    sql(concat!(experiment_rows!(), "$1 and e.id = $2")).bind(organization).bind(id).optional(on).await
}

pub async fn find_named<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    name: &str,
) -> Result<Option<ExperimentRow>, Fault> {
    sql(concat!(experiment_rows!(), "$1 and e.name = $2")).bind(organization).bind(name).optional(on).await
}

pub async fn tags_of<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    ids: Vec<Value>,
) -> Result<HashMap<i64, Vec<KeyValue>>, Fault> {
    let head = "select experiment, key, value from experiment_tags where organization = $1 and experiment in";
    let rows: Vec<(i64, String, String)> =
        sql_in(head, vec![organization.into()], ids, "order by experiment, key").all(on).await?;
    let mut found: HashMap<i64, Vec<KeyValue>> = HashMap::new();
    for (experiment, key, value) in rows {
        found.entry(experiment).or_default().push(KeyValue { key, value });
    }
    Ok(found)
}

/// A number that no experiment has had; its row stays locked until the commit.
pub async fn next_number(tx: &mut Tx, organization: OrganizationId) -> Result<ExperimentId, Fault> {
    let given: (i64,) = sql("insert into experiment_numbers (organization, next) values ($1, 2) \
         on conflict (organization) do update set next = experiment_numbers.next + 1 returning next - 1")
    .bind(organization)
    .one(tx)
    .await?;
    Ok(ExperimentId(given.0))
}

/// Whether it was made: a number or a name that is taken makes none.
pub async fn insert(tx: &mut Tx, organization: OrganizationId, new: &Experiment) -> Result<bool, Fault> {
    let made =
        sql("insert into experiments (organization, id, name, artifact_location, deleted, created_ms, updated_ms) \
         values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing")
        .bind(organization)
        .bind(new.id)
        .bind(&new.name)
        .bind(&new.artifact_location)
        .bind(new.deleted)
        .bind(new.created_ms)
        .bind(new.updated_ms)
        .run(&mut *tx)
        .await?;
    if made == 1 {
        put_tags(tx, organization, new.id, &new.tags).await?;
    }
    Ok(made == 1)
}

/// What comes twice stands as it came last.
pub async fn put_tags(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ExperimentId,
    tags: &[KeyValue],
) -> Result<(), Fault> {
    let last: std::collections::BTreeMap<&str, &str> = tags.iter().map(|one| (&*one.key, &*one.value)).collect();
    let row = |(key, value): (&str, &str)| -> [Value; 4] { [organization.into(), id.into(), key.into(), value.into()] };
    let head = "insert into experiment_tags (organization, experiment, key, value)";
    let tail = "on conflict (organization, experiment, key) do update set value = excluded.value";
    insert_many(tx, head, last.into_iter().map(row).collect(), tail).await.map(drop)
}

/// Whether there was one.
pub async fn delete_tag(tx: &mut Tx, organization: OrganizationId, id: ExperimentId, key: &str) -> Result<bool, Fault> {
    let gone = sql("delete from experiment_tags where organization = $1 and experiment = $2 and key = $3")
        .bind(organization)
        .bind(id)
        .bind(key)
        .run(tx)
        .await?;
    Ok(gone == 1)
}

pub async fn rename(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ExperimentId,
    name: &str,
    now_ms: i64,
) -> Result<(), Fault> {
    sql("update experiments set name = $3, updated_ms = $4 where organization = $1 and id = $2")
        .bind(organization)
        .bind(id)
        .bind(name)
        .bind(now_ms)
        .run(tx)
        .await
        .map(drop)
}

/// Whether it was the other way before; its runs go with it and come back with it, but for those that are being removed.
pub async fn set_deleted(
    tx: &mut Tx,
    organization: OrganizationId,
    id: ExperimentId,
    deleted: bool,
    now_ms: i64,
) -> Result<bool, Fault> {
    let changed = sql(
        "update experiments set deleted = $3, updated_ms = $4 where organization = $1 and id = $2 and deleted <> $3",
    )
    .bind(organization)
    .bind(id)
    .bind(deleted)
    .bind(now_ms)
    .run(&mut *tx)
    .await?;
    if changed == 1 {
        sql("update runs set deleted_ms = $3 where organization = $1 and experiment = $2 \
             and coalesce(deleted_ms, 0) <> $4")
        .bind(organization)
        .bind(id)
        .bind(deleted.then_some(now_ms))
        .bind(super::runs::REMOVING)
        .run(tx)
        .await?;
    }
    Ok(changed == 1)
}

/// Of each experiment how many runs it has and when the last of them ended or began. A deleted one has its runs still.
pub async fn activity(
    db: &Db,
    organization: OrganizationId,
    ids: Vec<Value>,
) -> Result<HashMap<i64, (i64, Option<i64>)>, Fault> {
    let head = "select r.experiment, \
        count(case when r.deleted_ms is null or (e.deleted = true and r.deleted_ms >= 0) then 1 end), \
        max(coalesce(r.ended_ms, r.started_ms)) \
        from runs r join experiments e on e.organization = r.organization and e.id = r.experiment \
        where r.organization = $1 and r.experiment in";
    let rows: Vec<(i64, i64, Option<i64>)> =
        sql_in(head, vec![organization.into()], ids, "group by r.experiment").all(db).await?;
    Ok(rows.into_iter().map(|(id, runs, active_ms)| (id, (runs, active_ms))).collect())
}

/// Those that a filter finds, newest first where nothing else is asked for; one more than fits.
pub async fn search(
    db: &Db,
    organization: OrganizationId,
    life: Life,
    filter: Option<&Expr>,
    order: &[OrderKey],
    cut: &Cut,
) -> Result<Vec<ExperimentRow>, Fault> {
    let mut b = Builder::new(db, experiment_rows!());
    b.bind(organization).push(match life {
        Life::Active => " and e.deleted = false",
        Life::Deleted => " and e.deleted = true",
        Life::All => "",
    });
    if let Some(filter) = filter {
        b.push(" and ");
        condition(&mut b, filter, &mut compared)?;
    }
    ordered(&mut b, order);
    b.push(" limit ").bind(cut.limit + 1).push(" offset ").bind(cut.offset);
    b.query().all(db).await
}

fn compared(b: &mut Builder, Comparison { on, key, test }: &Comparison) -> Result<(), Fault> {
    if *on == Entity::Tag {
        let head = "select 1 from experiment_tags x where x.organization = e.organization and x.experiment = e.id";
        logged(b, head, key, test);
        return Ok(());
    }
    match (key.as_str(), test) {
        ("experiment_id", Test::Text(sign, text)) => {
            b.push("e.id ").push(sign.text()).push(" ").bind(text.parse::<ExperimentId>()?);
        }
        ("experiment_id", Test::In { texts, not }) => {
            let ids: Vec<ExperimentId> = texts.iter().map(|text| text.parse()).collect::<Result<_, _>>()?;
            b.push(if *not { "e.id not in " } else { "e.id in " }).list(ids.into_iter().map(Value::from));
        }
        ("experiment_id", _) => {
            return Err(Fault::field("filter", "experiment_id is a number; compare it with =, != or IN, as '12'"));
        }
        (_, Test::Number(..)) => {
            return Err(Fault::field("filter", format!("{key} counts whole milliseconds; leave out the fraction")));
        }
        (key, test) => {
            b.push(column(key));
            tested(b, test);
        }
    }
    Ok(())
}

fn column(key: &str) -> &'static str {
    match key {
        "name" => "e.name",
        "creation_time" => "e.created_ms",
        "last_update_time" => "e.updated_ms",
        _ => "e.id",
    }
}

fn ordered(b: &mut Builder, order: &[OrderKey]) {
    b.push(" order by ");
    if order.is_empty() {
        b.push("e.created_ms desc, e.id");
        return;
    }
    for key in order {
        b.push(column(&key.key)).push(if key.descending { " desc, " } else { ", " });
    }
    b.push("e.id desc");
}
