//! What an organization used in a span of time.

use super::{Quantity, flush, hour, quotas, sql};
use crate::Ctx;
use chorale_model::metering::{Usage, UsageReport};
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
    let usage = sums.into_iter().map(|(quantity, object, sum, highest)| Usage {
        unit: Quantity::unit(&quantity).into(),
        amount: if Quantity::is_level(&quantity) { highest } else { sum },
        quantity,
        object,
    });
    Ok(UsageReport { from, to, usage: usage.collect(), quotas: quotas::list_quotas(ctx).await? })
}
