//! What an organization used in a span of time.

use super::{Quantity, flush, hour, quotas, sql};
use crate::Ctx;
use chorale_model::metering::{ActorUsage, Usage, UsageReport};
use chorale_model::{Fault, Role, Time};

const LONGEST: i64 = 400 * Time::DAY;

/// Usage from the hour of `from` up to `to`, with the quotas as they stand now. This process's counts are written
/// first; another's are up to five seconds behind.
pub async fn report(ctx: &Ctx, from: Time, to: Time) -> Result<UsageReport, Fault> {
    let organization = ctx.require(Role::Admin)?;
    if from >= to {
        return Err(Fault::field("from", format!("{from} is not before {to}; choose an earlier start")));
    }
    if to.since(from) > LONGEST {
        return Err(Fault::field("from", "is more than 400 days before the end; choose a shorter span"));
    }
    flush(&ctx.app).await?;
    let from = hour(from);
    let sums = sql::sum(ctx.db(), organization, from, to).await?;
    let by_actor = sums.into_iter().map(|(quantity, object, actor, sum, highest)| ActorUsage {
        actor,
        unit: Quantity::unit(&quantity).into(),
        amount: if Quantity::is_level(&quantity) { highest } else { sum },
        quantity,
        object,
    });
    let by_actor: Vec<ActorUsage> = by_actor.collect();
    Ok(UsageReport { from, to, usage: together(&by_actor), by_actor, quotas: quotas::list_quotas(ctx).await? })
}

/// One row for all actors of a quantity and object, which stand side by side.
fn together(by_actor: &[ActorUsage]) -> Vec<Usage> {
    let of_one = by_actor.chunk_by(|a, b| (&a.quantity, &a.object) == (&b.quantity, &b.object));
    let row = |of_one: &[ActorUsage]| {
        let first = &of_one[0];
        let amounts = of_one.iter().map(|used| used.amount);
        let amount = if Quantity::is_level(&first.quantity) { amounts.fold(0.0, f64::max) } else { amounts.sum() };
        Usage { quantity: first.quantity.clone(), unit: first.unit.clone(), object: first.object.clone(), amount }
    };
    of_one.map(row).collect()
}
