//! Rows of the grid as members see them.

use crate::{Ctx, catalog, harmonize};
use chorale_model::catalog::{Dataset, SampleSort};
use chorale_model::fields::Field;
use chorale_model::grid::{Grid, GridCell, GridRow};
use chorale_model::harmonize::{SampleValues, Value};
use chorale_model::page::PageRequest;
use chorale_model::{DatasetId, Fault, SampleId};
use std::collections::HashMap;

/// Between several values of a cell.
pub const BETWEEN: &str = " | ";

/// Samples of a dataset in its order, with the fields that are named: all of the collection's when none is.
pub async fn load_grid(ctx: &Ctx, dataset: DatasetId, names: &[String], page: PageRequest) -> Result<Grid, Fault> {
    let found = catalog::load_dataset(ctx, dataset).await?;
    let fields = fields_of(ctx, &found, names).await?;
    let samples = catalog::list_samples(ctx, dataset, None, None, SampleSort::Position, page).await?;
    let ids: Vec<SampleId> = samples.items.iter().map(|sample| sample.id).collect();
    let values = harmonize::list_sample_values(ctx, dataset, &ids).await?;
    let mut values: HashMap<SampleId, SampleValues> = values.into_iter().map(|of| (of.sample, of)).collect();
    let rows = samples.items.into_iter().map(|sample| {
        let known = values.remove(&sample.id).map_or_else(Vec::new, |of| of.values);
        GridRow {
            sample: sample.id,
            position: sample.position,
            accession: sample.accession,
            title: sample.title,
            cells: fields.iter().map(|field| cell(&known, &field.name)).collect(),
        }
    });
    Ok(Grid {
        dataset,
        accession: found.accession,
        title: found.title,
        summary: found.summary,
        samples: found.samples,
        rows: rows.collect(),
        next_cursor: samples.next_cursor,
        fields,
    })
}

/// Fields by name, in the order in which they are named.
pub async fn fields_of(ctx: &Ctx, dataset: &Dataset, names: &[String]) -> Result<Vec<Field>, Fault> {
    let all = harmonize::fields_of(ctx, dataset.collection).await?.fields;
    if names.is_empty() {
        return Ok(all);
    }
    let find = |name: &String| {
        all.iter().find(|field| field.name == *name).cloned().ok_or_else(|| {
            let known: Vec<&str> = all.iter().map(|field| field.name.as_str()).collect();
            let place = &dataset.collection_name;
            Fault::field("fields", format!("\"{name}\" is no field of {place}; it has {}", known.join(", ")))
        })
    };
    names.iter().map(find).collect()
}

/// What a field says, several values in one cell.
pub fn cell(values: &[Value], field: &str) -> GridCell {
    let all: Vec<&Value> = values.iter().filter(|value| value.field == field).collect();
    let Some(first) = all.first() else { return GridCell::default() };
    let text = |value: &&Value| match (value.label.is_empty(), value.term.is_empty()) {
        (false, _) => value.label.clone(),
        (true, false) => value.term.clone(),
        (true, true) => value.state.name().replace('_', " "),
    };
    GridCell {
        text: all.iter().map(text).collect::<Vec<_>>().join(BETWEEN),
        terms: terms(&all),
        state: Some(first.state),
        // The lowest layer speaks for the cell: a person has not seen all of it.
        layer: all.iter().map(|value| value.layer).min(),
        accepted: all.iter().all(|value| value.accepted),
    }
}

/// Ids, or the state where there is none.
pub fn terms(values: &[&Value]) -> String {
    let id = |value: &&Value| match value.term.is_empty() {
        true => value.state.name().to_owned(),
        false => value.term.clone(),
    };
    values.iter().map(id).collect::<Vec<_>>().join("|")
}
