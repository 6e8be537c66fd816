//! Runs by the value of a param: how many there are, and the mean of their metrics.

use super::search::{Which, limited};
use crate::db::{Builder, Db, Value};
use chorale_model::Fault;

/// A metric among the runs of one value: the value, its key, how many have a number, their mean, and the sum of the squares of
/// their distances from it.
pub type MetricRow = (Option<String>, String, i64, f64, f64);

/// The most frequent values, each with how many runs have it; none stands for those that were not given the param.
pub async fn values(db: &Db, which: &Which<'_>, by: &str, most: i64) -> Result<Vec<(Option<String>, i64)>, Fault> {
    let mut b = Builder::new(db, "select p.value, count(*) from runs r");
    given(&mut b, by);
    b.push(" where ");
    limited(&mut b, which)?;
    b.push(" group by p.value order by count(*) desc, case when p.value is null then 1 else 0 end, p.value limit ")
        .bind(most);
    b.query().all(db).await
}

/// How many values there are, those without one among them.
pub async fn count_values(db: &Db, which: &Which<'_>, by: &str) -> Result<i64, Fault> {
    let mut b = Builder::new(db, "select count(*) from (select p.value from runs r");
    given(&mut b, by);
    b.push(" where ");
    limited(&mut b, which)?;
    b.push(" group by p.value) v");
    let found: (i64,) = b.query().one(db).await?;
    Ok(found.0)
}

/// What is no number, and what is beyond all of them, has no part in a mean. Squares are summed around the mean: the difference
/// of two large sums would lose what lies between them.
pub async fn metrics(db: &Db, which: &Which<'_>, by: &str, keys: &[String]) -> Result<Vec<MetricRow>, Fault> {
    let mut b = Builder::new(
        db,
        "select v.value, v.key, count(*), max(v.mean), sum((v.number - v.mean) * (v.number - v.mean)) from \
         (select p.value as value, m.key as key, m.value as number, \
           avg(m.value) over (partition by p.value, m.key) as mean \
          from runs r",
    );
    b.push(" join run_latest_metrics m on m.organization = r.organization and m.run = r.id and m.is_nan = false");
    b.push(" and m.value > ").bind(f64::MIN).push(" and m.value < ").bind(f64::MAX);
    b.push(" and m.key in ").list(keys.iter().map(|key| Value::from(key.as_str())));
    given(&mut b, by);
    b.push(" where ");
    limited(&mut b, which)?;
    b.push(") v group by v.value, v.key");
    b.query().all(db).await
}

fn given(b: &mut Builder, by: &str) {
    b.push(" left join run_params p on p.organization = r.organization and p.run = r.id and p.key = ").bind(by);
}
