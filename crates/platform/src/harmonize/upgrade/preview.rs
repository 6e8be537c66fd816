//! What an upgrade would change, counted.

use super::pass::{self, Gone, Touched};
use crate::{Ctx, catalog, ontologies};
use chorale_model::ontologies::{GoneTerm, UpgradeChange, UpgradeCollection, UpgradePreview};
use chorale_model::{CollectionId, Fault, Role};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;

/// Which values of the organization's samples an installed release no longer has, what takes their place, and how many
/// samples change. It reads two releases and passes over all samples: for previews, not for pages that everybody opens.
pub async fn preview_upgrade(ctx: &Ctx, name: &str, sha256: &str) -> Result<UpgradePreview, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let release = ontologies::load_release(ctx, name, sha256).await?;
    let changes = ontologies::release_changes(ctx, &release.name, &release.sha256).await?;
    let gone: Gone = changes.gone.iter().map(|gone| (gone.term.clone(), gone.clone())).collect();
    let (mut counts, mut after) = (Counts::default(), Uuid::nil());
    if !gone.is_empty() {
        while let Some(piece) = pass::read(ctx.db(), organization, after, &gone).await? {
            after = piece.last;
            piece.touched.iter().for_each(|touched| counts.add(touched, &gone));
        }
    }
    let mut names = HashMap::new();
    for id in counts.terms.values().flat_map(|(_, _, collections)| collections.keys()) {
        if names.contains_key(id) {
            continue;
        }
        names.insert(*id, catalog::load_collection(ctx, *id).await?.name);
    }
    let mut terms: Vec<UpgradeChange> = changes.gone.into_iter().map(|gone| counts.of(gone, &names)).collect();
    terms.sort_by(|a, b| {
        let weight = |one: &UpgradeChange| (one.samples + one.in_review, one.samples);
        weight(b).cmp(&weight(a)).then_with(|| a.term.cmp(&b.term))
    });
    Ok(UpgradePreview {
        name: changes.name,
        sha256: release.sha256,
        from_version: changes.from_version,
        to_version: changes.to_version,
        added: changes.added,
        relabelled: changes.relabelled,
        newly_obsolete: i64::try_from(terms.len()).unwrap_or(i64::MAX),
        samples: counts.samples,
        replaced: counts.replaced,
        to_review: counts.to_review,
        collections: most_first(&counts.collections, &names),
        changes: terms,
    })
}

type ByCollection = BTreeMap<CollectionId, i64>;

#[derive(Default)]
struct Counts {
    samples: i64,
    replaced: i64,
    to_review: i64,
    collections: ByCollection,
    /// Accepted, in review, and where.
    terms: HashMap<String, (i64, i64, ByCollection)>,
}

impl Counts {
    fn add(&mut self, touched: &Touched, gone: &Gone) {
        let is_replaced = |term: &str| gone.get(term).is_some_and(|gone| gone.replaced_by.is_some());
        let values = || touched.values.iter().map(|value| &value.said);
        let replaced = values().any(|value| is_replaced(&value.term));
        let to_review = values().any(|value| value.accepted() && !is_replaced(&value.term));
        self.replaced += i64::from(replaced);
        self.to_review += i64::from(to_review);
        // What waits and has no replacement goes on waiting.
        if replaced || to_review {
            self.samples += 1;
            *self.collections.entry(touched.collection).or_default() += 1;
        }
        let terms: BTreeSet<&str> = values().map(|value| value.term.as_str()).collect();
        for term in terms {
            let accepted = values().any(|value| value.term == term && value.accepted());
            let counts = self.terms.entry(term.to_owned()).or_default();
            counts.0 += i64::from(accepted);
            counts.1 += i64::from(!accepted);
            *counts.2.entry(touched.collection).or_default() += 1;
        }
    }

    fn of(&self, gone: GoneTerm, names: &HashMap<CollectionId, String>) -> UpgradeChange {
        let none = Default::default();
        let (samples, in_review, collections) = self.terms.get(&gone.term).unwrap_or(&none);
        UpgradeChange {
            samples: *samples,
            in_review: *in_review,
            collections: most_first(collections, names),
            term: gone.term,
            label: gone.label,
            replaced_by: gone.replaced_by,
            replacement_label: gone.replacement_label,
            consider: gone.consider,
        }
    }
}

fn most_first(counts: &ByCollection, names: &HashMap<CollectionId, String>) -> Vec<UpgradeCollection> {
    let of = |(id, samples): (&CollectionId, &i64)| UpgradeCollection {
        collection: *id,
        name: names.get(id).cloned().unwrap_or_default(),
        samples: *samples,
    };
    let mut all: Vec<UpgradeCollection> = counts.iter().map(of).collect();
    all.sort_by(|a, b| b.samples.cmp(&a.samples).then_with(|| a.name.cmp(&b.name)));
    all
}
