//! The attribute keys of a collection, the commonest first, each with what stands under it and how it may be mapped.

use super::apply::is_counting;
use super::count::commonest;
use super::sql;
use super::suggest::suggest;
use crate::{Ctx, catalog, harmonize};
use chorale_model::page::PageRequest;
use chorale_model::rules::{AttributeKey, AttributeKeys, KeyExample, KeyFilter, KeyState, MappedKey, RuleSays};
use chorale_model::{Fault, Role, RuleId, Time};
use std::collections::{BTreeMap, HashMap};

const LONGEST: usize = 200;
/// So far a list is paged; whoever wants more narrows it.
const FARTHEST: i64 = 100_000;
/// Datasets whose values stand for a key's.
const SHOWN: i64 = 20;

pub async fn list_keys(ctx: &Ctx, filter: KeyFilter, page: PageRequest) -> Result<AttributeKeys, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let collection = catalog::load_collection(ctx, filter.collection).await?;
    if collection.owner != organization {
        return Err(Fault::forbidden("this collection is another organization's, who alone maps its keys"));
    }
    if filter.q.chars().count() > LONGEST {
        return Err(Fault::field("q", format!("is too long; at most {LONGEST} characters are looked for")));
    }
    let offset = match &page.cursor {
        None => 0,
        Some(text) => text
            .parse()
            .ok()
            .filter(|offset| (0..=FARTHEST).contains(offset))
            .ok_or_else(|| Fault::field("cursor", "is none of this list's; begin again without one"))?,
    };
    let of = |state| KeyFilter { collection: filter.collection, q: String::new(), state };
    let (all, done) = (of(KeyState::All), of(KeyState::Mapped));
    let db = ctx.db();
    let (mut sums, (total, _), (keys, places), (mapped, mapped_places), counting, rules, fields) = futures::try_join!(
        sql::list_keys(db, organization, &filter, offset, limit + 1),
        sql::count_keys(db, organization, &filter),
        sql::count_keys(db, organization, &all),
        sql::count_keys(db, organization, &done),
        is_counting(ctx, organization),
        sql::list_on(db, organization, filter.collection),
        harmonize::fields_of(ctx, filter.collection),
    )?;
    let more = sums.len() as i64 > limit;
    sums.truncate(usize::try_from(limit).unwrap_or(0));
    let names: Vec<String> = sums.iter().map(|sum| sum.key.clone()).collect();
    let mut shown: HashMap<String, Shown> = HashMap::new();
    for (key, samples, examples, reads) in
        sql::list_examples(db, organization, filter.collection, &names, SHOWN).await?
    {
        shown.entry(key).or_default().add(samples, &examples, &reads)?;
    }
    let mut mapping: HashMap<String, MappedKey> = HashMap::new();
    for row in rules.into_iter().filter(|row| row.kind == "key") {
        let says: RuleSays = serde_json::from_str(&row.says).map_err(|e| Fault::internal("reading a rule", e))?;
        if let RuleSays::Key { key, reads } = says {
            mapping.insert(key, MappedKey { rule: RuleId(row.id), reads, by: row.made_by, at: Time(row.made_at) });
        }
    }
    let items = sums.into_iter().map(|sum| {
        let shown = shown.remove(&sum.key).unwrap_or_default();
        let mapped = mapping.remove(&sum.key);
        let examples = commonest(shown.examples);
        let suggestions = suggest(&sum.key, &fields.fields, shown.samples, &shown.reads, &examples);
        AttributeKey {
            samples: sum.samples,
            datasets: sum.datasets,
            values: sum.distinct_values,
            examples,
            suggestions,
            mapped,
            key: sum.key,
        }
    });
    Ok(AttributeKeys {
        items: items.collect(),
        next_cursor: more.then(|| (offset + limit).to_string()),
        total,
        keys,
        mapped,
        places,
        mapped_places,
        counting,
    })
}

/// What is shown of a key: of the datasets with most of it together.
#[derive(Default)]
struct Shown {
    samples: i64,
    examples: HashMap<String, i64>,
    reads: BTreeMap<String, i64>,
}

impl Shown {
    fn add(&mut self, samples: i64, examples: &str, reads: &str) -> Result<(), Fault> {
        let unreadable = |e| Fault::internal("reading attribute keys", e);
        let examples: Vec<KeyExample> = serde_json::from_str(examples).map_err(unreadable)?;
        let reads: BTreeMap<String, i64> = serde_json::from_str(reads).map_err(unreadable)?;
        self.samples += samples;
        for one in examples {
            *self.examples.entry(one.words).or_default() += one.samples;
        }
        for (field, samples) in reads {
            *self.reads.entry(field).or_default() += samples;
        }
        Ok(())
    }
}
