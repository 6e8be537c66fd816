//! How well a collection is harmonized, now and on the days before.

use super::tally::{Counts, Tally};
use super::{fields, holds, sql};
use crate::jobs::Running;
use crate::{Ctx, Db, catalog};
use chorale_model::fields::Field;
use chorale_model::harmonize::{Coverage, CoveragePoint, FieldCoverage};
use chorale_model::{CollectionId, Fault, OrganizationId, Time};

/// Days that are shown.
const MOST_POINTS: i64 = 400;

/// By field, how many samples have an accepted value, how many of these no person accepted, how many wait.
pub async fn coverage(ctx: &Ctx, collection: CollectionId) -> Result<Coverage, Fault> {
    let found = catalog::load_collection(ctx, collection).await?;
    let fields = fields::load(ctx.db(), found.owner, collection).await?.fields;
    let tally = tally(ctx.db(), found.owner, collection).await?;
    let points = sql::list_points(ctx.db(), found.owner, collection, MOST_POINTS).await?;
    let point = |row: sql::PointRow| {
        let fields = serde_json::from_str(&row.fields).map_err(|e| Fault::internal("reading earlier counts", e))?;
        Ok(CoveragePoint { at: Time(row.at), samples: row.samples, fields })
    };
    Ok(Coverage {
        collection,
        samples: found.samples,
        annotated: tally.samples,
        fields: of_fields(&fields, &tally, found.samples),
        history: points.into_iter().map(point).collect::<Result<_, Fault>>()?,
        holds: holds::list_holds(ctx, collection).await?,
    })
}

async fn tally(db: &Db, owner: OrganizationId, collection: CollectionId) -> Result<Tally, Fault> {
    let mut sum = Tally::default();
    for (samples, counts) in sql::list_counts(db, owner, collection).await? {
        sum.add(Tally::read(samples, &counts)?);
    }
    Ok(sum)
}

fn of_fields(fields: &[Field], tally: &Tally, samples: i64) -> Vec<FieldCoverage> {
    let of = |field: &Field| {
        let [accepted, automatic, in_review] = tally.fields.get(&field.name).copied().unwrap_or(Counts::default());
        FieldCoverage {
            field: field.name.clone(),
            label: field.label.clone(),
            accepted,
            automatic,
            in_review,
            without: (samples - accepted - in_review).max(0),
        }
    };
    fields.iter().map(of).collect()
}

/// Keeps today's counts.
pub(super) async fn record(job: &Running, owner: OrganizationId, collection: CollectionId) -> Result<(), Fault> {
    let db = job.ctx.db();
    let fields = fields::load(db, owner, collection).await?.fields;
    let tally = tally(db, owner, collection).await?;
    let now = job.ctx.now();
    let text = serde_json::to_string(&of_fields(&fields, &tally, tally.samples))
        .map_err(|e| Fault::internal("writing counts", e))?;
    let row = sql::PointRow { at: now.0, samples: tally.samples, fields: text };
    let day = now.0.div_euclid(Time::DAY);
    job.write(move |tx| Box::pin(async move { sql::put_point(tx, owner, collection, day, &row).await })).await
}
