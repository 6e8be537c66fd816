//! What many runs have under a few keys, and nothing else of them.

use super::search::{Which, joins, limited};
use crate::db::{Builder, Db};
use crate::filter::{Entity, OrderKey};
use chorale_model::Fault;
use chorale_model::experiments::Logged;

/// Keys that are read together.
pub const TOGETHER: usize = 3;
/// Characters of a text: what a picture tells apart.
pub const LONGEST: usize = 100;

/// Under each of the keys a number or a text.
pub type Row = (Option<f64>, Option<String>, Option<f64>, Option<String>, Option<f64>, Option<String>);

/// The newest of the matching runs.
pub async fn values(db: &Db, which: &Which<'_>, keys: &[(Logged, String)], most: i64) -> Result<Vec<Row>, Fault> {
    let of = |(of, key): &(Logged, String)| {
        let on = match of {
            Logged::Metric => Entity::Metric,
            Logged::Param => Entity::Param,
            Logged::Tag => Entity::Tag,
        };
        OrderKey { on, key: key.clone(), descending: false }
    };
    let keys: Vec<OrderKey> = keys.iter().take(TOGETHER).map(of).collect();
    let mut b = Builder::new(db, "select ");
    for n in 0..TOGETHER {
        b.push(if n == 0 { "" } else { ", " });
        match keys.get(n).map(|key| key.on) {
            None => b.push("cast(null as double precision), cast(null as text)"),
            Some(Entity::Metric) => {
                b.push("case when ").numbered("o", n).push(".is_nan = true then null else ").numbered("o", n);
                b.push(".value end, cast(null as text)")
            }
            Some(_) => {
                b.push("cast(null as double precision), substr(").numbered("o", n).push(".value, 1, cast(");
                b.bind(LONGEST as i64).push(" as integer))")
            }
        };
    }
    b.push(" from runs r");
    joins(&mut b, &keys, 0);
    b.push(" where ");
    limited(&mut b, which)?;
    b.push(" order by r.started_ms desc, r.id limit ").bind(most);
    b.query().all(db).await
}
