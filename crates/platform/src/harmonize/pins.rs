//! What the values of a dataset were made with: the annotator, the releases of its ontologies, the version of the fields.

use super::engine::ground_of;
use super::{fields, sql};
use crate::{Ctx, catalog, ontologies};
use chorale_model::harmonize::{DatasetPins, PinnedRelease};
use chorale_model::{DatasetId, Fault, Time};

/// None: the dataset is not annotated yet.
pub async fn dataset_pins(ctx: &Ctx, dataset: DatasetId) -> Result<Option<DatasetPins>, Fault> {
    let found = catalog::load_dataset(ctx, dataset).await?;
    let Some(row) = sql::find_dataset(ctx.db(), found.owner, dataset).await? else { return Ok(None) };
    let (annotator, fields_version) = row.annotator_version.rsplit_once('/').unwrap_or((&row.annotator_version, "0"));
    let library = ontologies::library(&ctx.app).await?;
    // A version names its releases by a hash: those in use can be told, those before them not any more.
    let ground = annotator.rsplit_once('+').map_or("", |(_, ground)| ground);
    let mut releases = Vec::new();
    if ground == ground_of(&library) {
        let fields = fields::load(ctx.db(), found.owner, found.collection).await?.fields;
        let asked =
            |name: &str| fields.iter().flat_map(|field| &field.releases).any(|of| of.eq_ignore_ascii_case(name));
        let pins = library.pins().iter().filter(|pin| asked(&pin.name));
        releases.extend(pins.map(|pin| PinnedRelease { name: pin.name.clone(), version: pin.version.clone() }));
    }
    Ok(Some(DatasetPins {
        annotator: annotator.to_owned(),
        releases,
        fields_version: fields_version.parse().unwrap_or(0),
        annotated_at: Time(row.annotated_at),
    }))
}
