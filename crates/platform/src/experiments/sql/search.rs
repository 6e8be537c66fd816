//! Lists that are asked for by a filter: what an expression becomes in SQL. A condition on what was logged is a look-up by
//! the run's key; an order by a metric goes along the index of that metric's values, so that the first page of many runs
//! costs what a page costs.

use super::runs::RunRow;
use crate::db::{Builder, Db, Value};
use crate::filter::sql::{condition, logged, tested};
use crate::filter::{Comparison, Cut, Entity, Expr, OrderKey, Sign, Test};
use chorale_model::experiments::{ExperimentId, Life, Logged};
use chorale_model::{Fault, OrganizationId};
use uuid::Uuid;

/// Which runs.
pub struct Which<'a> {
    pub organization: OrganizationId,
    pub experiments: &'a [ExperimentId],
    pub filter: Option<&'a Expr>,
    pub life: Life,
}

/// And in which order, from where, how many.
pub struct Wanted<'a> {
    pub which: Which<'a>,
    pub order: &'a [OrderKey],
    pub cut: &'a Cut,
}

/// Where its experiment keeps artifacts: looked up for the runs of the page alone, where a join has to be planned among the
/// others and is made for every run that is looked at.
const LOCATION: &str =
    "(select e.artifact_location from experiments e where e.organization = r.organization and e.id = r.experiment)";

fn columns(db: &Db) -> Builder {
    let mut b = Builder::new(db, "select r.id, r.experiment, r.name, r.status, r.user_id, r.started_ms, r.ended_ms, ");
    b.push("r.deleted_ms, ").push(LOCATION).push(" as artifact_location ");
    b
}

/// The runs, each without what it logged.
pub async fn runs(db: &Db, wanted: &Wanted<'_>) -> Result<Vec<RunRow>, Fault> {
    match (wanted.which.experiments, wanted.order.first()) {
        ([one], Some(first)) if first.on == Entity::Metric => by_metric(db, wanted, *one, first).await,
        _ => sorted(db, wanted).await,
    }
}

/// How many there are.
pub async fn count(db: &Db, which: &Which<'_>) -> Result<i64, Fault> {
    let mut b = Builder::new(db, "select count(*) from runs r where ");
    limited(&mut b, which)?;
    let found: (i64,) = b.query().one(db).await?;
    Ok(found.0)
}

/// The keys under which the matching runs logged, by name.
pub async fn keys(db: &Db, which: &Which<'_>, of: Logged) -> Result<Vec<String>, Fault> {
    let mut b = Builder::new(db, "select distinct k.key from ");
    b.push(table(of)).push(" k join runs r on r.organization = k.organization and r.id = k.run where ");
    limited(&mut b, which)?;
    b.push(" order by k.key");
    let rows: Vec<(String,)> = b.query().all(db).await?;
    Ok(rows.into_iter().map(|(key,)| key).collect())
}

/// The keys of the newest runs of an experiment, by name, each with how many of them have it.
pub async fn newest_keys(
    db: &Db,
    organization: OrganizationId,
    experiment: ExperimentId,
    of: Logged,
    life: Life,
    newest: i64,
) -> Result<Vec<(String, i64)>, Fault> {
    let mut b = Builder::new(db, "select k.key, count(*) from ");
    b.push(table(of)).push(" k where k.organization = ").bind(organization);
    b.push(" and k.run in (select r.id from runs r where r.organization = ").bind(organization);
    b.push(" and r.experiment = ").bind(experiment).push(alive(life));
    b.push(" order by r.started_ms desc, r.id limit ").bind(newest).push(") group by k.key order by k.key");
    b.query().all(db).await
}

/// Where runs log it.
fn table(of: Logged) -> &'static str {
    match of {
        Logged::Metric => "run_latest_metrics",
        Logged::Param => "run_params",
        Logged::Tag => "run_tags",
    }
}

fn alive(life: Life) -> &'static str {
    match life {
        Life::Active => " and r.deleted_ms is null",
        // What is being removed for good is below 0, and in no list.
        Life::Deleted => " and r.deleted_ms >= 0",
        Life::All => " and coalesce(r.deleted_ms, 0) >= 0",
    }
}

/// The organization's, of the experiments, alive as asked, and what the filter says.
pub(super) fn limited(b: &mut Builder, which: &Which<'_>) -> Result<(), Fault> {
    b.push("r.organization = ").bind(which.organization);
    match which.experiments {
        [one] => b.push(" and r.experiment = ").bind(*one),
        several => b.push(" and r.experiment in ").list(several.iter().map(|id| Value::from(*id))),
    };
    passing(b, which)
}

/// Alive as asked, and what the filter says.
fn passing(b: &mut Builder, which: &Which<'_>) -> Result<(), Fault> {
    b.push(alive(which.life));
    if let Some(filter) = which.filter {
        b.push(" and ");
        condition(b, filter, &mut compared)?;
    }
    Ok(())
}

/// Every matching run is looked at, and sorted.
async fn sorted(db: &Db, wanted: &Wanted<'_>) -> Result<Vec<RunRow>, Fault> {
    let mut b = columns(db);
    b.push("from runs r");
    joins(&mut b, wanted.order, 0);
    b.push(" where ");
    limited(&mut b, &wanted.which)?;
    b.push(" order by ");
    ordered(&mut b, wanted.order, 0);
    b.push(" limit ").bind(wanted.cut.limit + 1).push(" offset ").bind(wanted.cut.offset);
    b.query().all(db).await
}

/// Whether the newest point of the metric that orders is a number, none, or missing: in this order they come.
#[derive(Clone, Copy)]
enum Stretch {
    Numbers,
    NotNumbers,
    Missing,
}

async fn by_metric(
    db: &Db,
    wanted: &Wanted<'_>,
    experiment: ExperimentId,
    first: &OrderKey,
) -> Result<Vec<RunRow>, Fault> {
    let (mut found, mut skip) = (Vec::new(), wanted.cut.offset);
    for stretch in [Stretch::Numbers, Stretch::NotNumbers, Stretch::Missing] {
        let missing = wanted.cut.limit + 1 - i64::try_from(found.len()).unwrap_or(i64::MAX);
        if missing <= 0 {
            break;
        }
        let mut b = columns(db);
        stretched(&mut b, wanted, experiment, first, stretch)?;
        b.push(" order by ");
        if matches!(stretch, Stretch::Numbers) {
            b.push(if first.descending { "o.value desc, " } else { "o.value, " });
        }
        ordered(&mut b, &wanted.order[1..], 1);
        b.push(" limit ").bind(missing).push(" offset ").bind(skip);
        let rows: Vec<RunRow> = match stretch {
            Stretch::Numbers => db.in_order(b.query()).await?,
            Stretch::NotNumbers | Stretch::Missing => b.query().all(db).await?,
        };
        if rows.is_empty() && skip > 0 {
            let mut b = Builder::new(db, "select count(*) ");
            stretched(&mut b, wanted, experiment, first, stretch)?;
            let all: (i64,) = b.query().one(db).await?;
            skip = (skip - all.0).max(0);
        } else {
            skip = 0;
        }
        found.extend(rows);
    }
    Ok(found)
}

fn stretched(
    b: &mut Builder,
    wanted: &Wanted<'_>,
    experiment: ExperimentId,
    first: &OrderKey,
    stretch: Stretch,
) -> Result<(), Fault> {
    let is_nan = match stretch {
        Stretch::Missing => {
            b.push("from runs r");
            joins(b, &wanted.order[1..], 1);
            b.push(" where not exists (select 1 from run_latest_metrics o where o.organization = r.organization ");
            b.push("and o.run = r.id and o.key = ").bind(&first.key).push(") and ");
            return limited(b, &wanted.which);
        }
        Stretch::Numbers => false,
        Stretch::NotNumbers => true,
    };
    b.push("from run_latest_metrics o join runs r on r.organization = o.organization and r.id = o.run");
    joins(b, &wanted.order[1..], 1);
    b.push(" where o.organization = ").bind(wanted.which.organization);
    b.push(" and o.experiment = ").bind(experiment).push(" and o.key = ").bind(&first.key);
    b.push(" and o.is_nan = ").bind(is_nan).push(" and r.organization = ").bind(wanted.which.organization);
    // The metric says of which experiment its run is: asked of the run too, PostgreSQL may look the run up by its experiment.
    passing(b, &wanted.which)
}

/// Brings in what orders and does not stand in the run's row.
pub(super) fn joins(b: &mut Builder, order: &[OrderKey], from: usize) {
    for (n, key) in (from..).zip(order) {
        let table = match key.on {
            Entity::Metric => " left join run_latest_metrics ",
            Entity::Param => " left join run_params ",
            Entity::Tag => " left join run_tags ",
            Entity::Attribute | Entity::Dataset => continue,
        };
        b.push(table).numbered("o", n).push(" on ").numbered("o", n).push(".organization = r.organization and ");
        b.numbered("o", n).push(".run = r.id and ").numbered("o", n).push(".key = ").bind(&key.key);
    }
}

/// The keys, what has no value last; then the newest runs first.
fn ordered(b: &mut Builder, order: &[OrderKey], from: usize) {
    let mut by_start = false;
    for (n, key) in (from..).zip(order) {
        let way = if key.descending { " desc, " } else { ", " };
        match (key.on, &*key.key) {
            (Entity::Metric, _) => {
                b.push("case when ").numbered("o", n).push(".run is null then 2 when ").numbered("o", n);
                b.push(".is_nan then 1 else 0 end, ").numbered("o", n).push(".value").push(way)
            }
            (Entity::Param | Entity::Tag | Entity::Dataset, _) => {
                b.push("case when ").numbered("o", n).push(".run is null then 1 else 0 end, ").numbered("o", n);
                b.push(".value").push(way)
            }
            (Entity::Attribute, "end_time") => {
                b.push("case when r.ended_ms is null then 1 else 0 end, r.ended_ms").push(way)
            }
            (Entity::Attribute, key) => {
                by_start |= key == "start_time";
                attribute(b, key).push(way)
            }
        };
    }
    b.push(if by_start { "r.id" } else { "r.started_ms desc, r.id" });
}

/// The column of an attribute.
fn attribute<'b>(b: &'b mut Builder, key: &str) -> &'b mut Builder {
    match key {
        "start_time" => b.push("r.started_ms"),
        "end_time" => b.push("r.ended_ms"),
        "run_name" => b.push("r.name"),
        "status" => b.push("r.status"),
        "user_id" => b.push("r.user_id"),
        "run_id" => b.hex("r.id"),
        _ => {
            b.push("(case when ").push(LOCATION).push(" = '' then 'mlflow-artifacts:/' || cast(r.experiment as text) ");
            b.push("else rtrim(").push(LOCATION).push(", '/') end || '/' || ").hex("r.id").push(" || '/artifacts')")
        }
    }
}

fn compared(b: &mut Builder, Comparison { on, key, test }: &Comparison) -> Result<(), Fault> {
    match on {
        Entity::Attribute => {
            if key == "run_id"
                && let Some((not, ids)) = ids_of(test)
            {
                b.push(if not { "r.id not in " } else { "r.id in " }).list(ids.into_iter().map(Value::from));
                return Ok(());
            }
            attribute(b, key);
            tested(b, test);
        }
        Entity::Dataset => {
            b.push("exists (select 1 from run_inputs i join run_datasets d on d.organization = i.organization ");
            b.push("and d.id = i.dataset where i.organization = r.organization and i.run = r.id and ");
            b.push(match key.as_str() {
                "name" => "d.name",
                "digest" => "d.digest",
                _ => "i.context",
            });
            tested(b, test);
            b.push(")");
        }
        Entity::Metric => measured(b, key, test),
        Entity::Param => {
            logged(b, "select 1 from run_params x where x.organization = r.organization and x.run = r.id", key, test);
        }
        Entity::Tag => {
            logged(b, "select 1 from run_tags x where x.organization = r.organization and x.run = r.id", key, test);
        }
    }
    Ok(())
}

/// What is no number is unequal to every number, and nothing else.
fn measured(b: &mut Builder, key: &str, test: &Test) {
    const HEAD: &str = "select 1 from run_latest_metrics x where x.organization = r.organization and x.run = r.id";
    match test {
        Test::Number(Sign::Unequal, _) => {
            b.push("exists (").push(HEAD).push(" and x.key = ").bind(key).push(" and (x.is_nan = true or x.value");
            tested(b, test);
            b.push("))");
        }
        Test::Number(..) => {
            b.push("exists (").push(HEAD).push(" and x.key = ").bind(key).push(" and x.is_nan = false and x.value");
            tested(b, test);
            b.push(")");
        }
        _ => logged(b, HEAD, key, test),
    }
}

/// The ids that a test on ids names, and whether they are left out; what is no id names no run.
fn ids_of(test: &Test) -> Option<(bool, Vec<Uuid>)> {
    let parsed = |texts: &[String]| texts.iter().filter_map(|text| Uuid::parse_str(text).ok()).collect();
    match test {
        Test::Text(Sign::Equal, text) => Some((false, parsed(std::slice::from_ref(text)))),
        Test::In { texts, not: false } => Some((false, parsed(texts))),
        // A list with nothing in it would leave out everything: null is neither in it nor out of it.
        Test::In { texts, not: true } => Some((true, parsed(texts))).filter(|(_, ids)| !ids.is_empty()),
        _ => None,
    }
}
