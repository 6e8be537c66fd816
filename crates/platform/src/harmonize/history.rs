//! Every layer of a sample's values: what an annotator says, what the submitter gave, and each decision above them.

use super::{fields, layers, sql, stored};
use crate::{Ctx, catalog, curation};
use chorale_model::curation::Curation;
use chorale_model::fields::Field;
use chorale_model::harmonize::{FieldLayers, SampleLayers, Value};
use chorale_model::{Fault, SampleId, Time};

/// Of one's own samples alone, as [`curation::history`]. What an earlier version of an annotator said is kept where
/// somebody decided about it: its row is written anew whenever samples are annotated.
pub async fn sample_layers(ctx: &Ctx, sample: SampleId) -> Result<SampleLayers, Fault> {
    let decided = curation::history(ctx, sample).await?.items;
    let found = catalog::load_sample(ctx, sample).await?;
    let of = [sample];
    let (rows, mut known, schema) = futures::try_join!(
        sql::list_annotations(ctx.db(), found.owner, &of),
        layers::known(ctx.db(), found.owner, &of),
        fields::load(ctx.db(), found.owner, found.collection),
    )?;
    let row = rows.into_iter().next();
    let annotated_at = row.as_ref().map(|row| Time(row.annotated_at));
    let said = match row {
        None => Vec::new(),
        Some(row) => layers::held(stored::read(&row.found)?, None)
            .into_iter()
            .map(|held| held.value(&row.annotator_version))
            .collect(),
    };
    let current = known.remove(&sample).map_or_else(Vec::new, |known| {
        let version = known.version;
        known.values.into_iter().map(|held| held.value(&version)).collect()
    });
    Ok(SampleLayers {
        sample,
        accession: found.accession,
        annotated_at,
        fields: by_field(&schema.fields, &current, &said, &decided),
    })
}

/// In the order of the collection's fields; those that it has no more come last.
fn by_field(fields: &[Field], current: &[Value], said: &[Value], decided: &[Curation]) -> Vec<FieldLayers> {
    let mut names: Vec<(&str, &str)> = fields.iter().map(|field| (field.name.as_str(), field.label.as_str())).collect();
    let of_values = current.iter().chain(said).map(|value| value.field.as_str());
    for name in of_values.chain(decided.iter().map(|one| one.field.as_str())) {
        if !names.iter().any(|(known, _)| *known == name) {
            names.push((name, name));
        }
    }
    let of = |values: &[Value], name: &str| values.iter().filter(|value| value.field == name).cloned().collect();
    let layers = names.into_iter().map(|(name, label)| FieldLayers {
        field: name.to_owned(),
        label: label.to_owned(),
        current: of(current, name),
        said: of(said, name),
        decisions: decided.iter().filter(|one| one.field == name).cloned().collect(),
    });
    layers.filter(|one| !(one.current.is_empty() && one.said.is_empty() && one.decisions.is_empty())).collect()
}
