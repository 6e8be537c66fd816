//! What the precision that each field asks for means with the annotator that does the work now.

use super::fields_of;
use crate::harmonize::decide::{accepted_from, by_precision};
use crate::harmonize::engine::{engine, trained_name};
use crate::{Ctx, catalog};
use chorale_model::fields::{FieldThreshold, FieldThresholds};
use chorale_model::{CollectionId, Fault};

/// The score from which on suggestions of each field are accepted, by the calibration of the owner's annotator.
pub async fn field_thresholds(ctx: &Ctx, collection: CollectionId) -> Result<FieldThresholds, Fault> {
    let found = catalog::load_collection(ctx, collection).await?;
    let fields = fields_of(ctx, collection).await?.fields;
    let Some(engine) = engine(&ctx.app, found.owner).await? else { return Ok(FieldThresholds::default()) };
    let of = |field: &chorale_model::fields::Field| FieldThreshold {
        field: field.name.clone(),
        accepted_from: accepted_from(field, &engine),
        calibrated: engine.curves.contains_key(trained_name(&field.name)),
        chosen: field.accept_from.is_some(),
        by_precision: by_precision(field, &engine),
    };
    Ok(FieldThresholds { annotator: Some(engine.version.clone()), fields: fields.iter().map(of).collect() })
}
