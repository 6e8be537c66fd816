//! Who decided what about a sample, when and why, and what stood there.

use super::sql;
use crate::{Ctx, catalog};
use chorale_model::curation::SampleHistory;
use chorale_model::{Fault, Role, SampleId};

/// The newest first, what was taken back too. Of one's own samples alone: who decided is nobody else's business.
pub async fn history(ctx: &Ctx, sample: SampleId) -> Result<SampleHistory, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = catalog::load_sample(ctx, sample).await?;
    if found.owner != organization {
        return Err(Fault::forbidden(format!(
            "{} is another organization's sample, and who decided about it is shown to its members alone",
            found.accession
        )));
    }
    Ok(SampleHistory { sample, items: sql::list_history(ctx.db(), organization, sample).await? })
}
