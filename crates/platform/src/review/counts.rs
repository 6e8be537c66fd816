//! What is left to review, by collection and field.

use super::sql;
use crate::{Ctx, catalog, harmonize};
use chorale_model::review::ReviewField;
use chorale_model::{CollectionId, Fault, Role};
use std::collections::HashMap;
use std::collections::hash_map::Entry;

/// Fields in which anything waits: the collections by name, the fields of each by what waits, most first.
pub async fn list_fields(ctx: &Ctx) -> Result<Vec<ReviewField>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let mut names: HashMap<CollectionId, (String, HashMap<String, String>)> = HashMap::new();
    let mut all = Vec::new();
    for (collection, field, values, waiting) in sql::count_fields(ctx.db(), organization).await? {
        let collection = CollectionId(collection);
        if let Entry::Vacant(unknown) = names.entry(collection) {
            let name = catalog::load_collection(ctx, collection).await?.name;
            let fields = harmonize::fields_of(ctx, collection).await?.fields;
            let labels = fields.into_iter().map(|field| (field.name, field.label)).collect();
            unknown.insert((name, labels));
        }
        let (name, labels) = &names[&collection];
        // A field that its collection does not have any more is nobody's to review.
        if let Some(label) = labels.get(&field) {
            let (label, collection_name) = (label.clone(), name.clone());
            all.push(ReviewField { collection, collection_name, field, label, values, waiting });
        }
    }
    all.sort_by(|a, b| a.collection_name.cmp(&b.collection_name).then_with(|| b.waiting.cmp(&a.waiting)));
    Ok(all)
}
