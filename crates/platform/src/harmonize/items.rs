//! From the catalog's samples to what annotators read, and the values that submitters gave with an id of their own.

use super::stored::Stored;
use crate::catalog::{IndexDataset, IndexSample};
use chorale_annotate::{Item, Study};
use chorale_model::catalog::RawAttribute;
use chorale_model::harmonize::ValueState;
use chorale_ontology::Library;

/// The study of a dataset's samples.
pub fn study(dataset: &IndexDataset) -> Study<'_> {
    Study { title: &dataset.title, summary: &dataset.summary, attributes: pairs(&dataset.attributes) }
}

/// The series' own text as an item: what it says by itself.
pub fn series_item(dataset: &IndexDataset) -> Item<'_> {
    let texts = [("title", dataset.title.as_str()), ("summary", dataset.summary.as_str())];
    Item { attributes: texts.into_iter().filter(|(_, text)| !text.is_empty()).collect() }
}

pub fn sample_item(sample: &IndexSample) -> Item<'_> {
    let mut attributes = Vec::with_capacity(sample.attributes.len() + 1);
    if !sample.attributes.iter().any(|attribute| is_title(&attribute.key)) {
        attributes.push(("title", sample.title.as_str()));
    }
    attributes.extend(pairs(&sample.attributes));
    Item { attributes }
}

pub fn is_title(key: &str) -> bool {
    plain(key) == "title"
}

fn pairs(attributes: &[RawAttribute]) -> Vec<(&str, &str)> {
    attributes.iter().map(|attribute| (attribute.key.as_str(), attribute.value.as_str())).collect()
}

/// SOFT says whose attribute it is (`Sample_taxid_ch1`), a table of samples does not.
fn plain(key: &str) -> &str {
    ["Sample_", "Series_", "Platform_"].into_iter().find_map(|prefix| key.strip_prefix(prefix)).unwrap_or(key)
}

/// What the submitter said with an id: the organism by its number in NCBI's taxonomy, and any attribute whose whole value
/// is the id of a term that is known.
pub fn submitted(sample: &IndexSample, library: &Library, field_of: impl Fn(&str) -> Option<String>) -> Vec<Stored> {
    let mut found: Vec<Stored> = Vec::new();
    let mut add = |field: String, term: String, label: String, key: &str, text: &str| {
        if found.iter().any(|known| known.field == field && known.term == term) {
            return;
        }
        found.push(Stored {
            field,
            state: ValueState::Present,
            term,
            label,
            submitted: true,
            waits: None,
            score: 1.0,
            method: "submitter".to_owned(),
            evidence: Some((key.to_owned(), 0, text.chars().count() as u64, text.to_owned())),
            runner_up: None,
        });
    };
    let taxa = sample.attributes.iter().filter(|attribute| plain(&attribute.key).starts_with("taxid"));
    for attribute in taxa {
        let number = attribute.value.trim();
        if !number.is_empty() && number.len() <= 10 && number.bytes().all(|digit| digit.is_ascii_digit()) {
            let id = format!("NCBITaxon:{number}");
            let label = match library.find(&id) {
                Some(term) => library.label(term).to_owned(),
                None if sample.organisms.len() == 1 => sample.organisms[0].clone(),
                None => id.clone(),
            };
            add("organism".to_owned(), id, label, &attribute.key, &attribute.value);
        }
    }
    for attribute in &sample.attributes {
        let id = attribute.value.rsplit_once(": ").map_or(attribute.value.as_str(), |(_, value)| value).trim();
        if !looks_like_id(id) {
            continue;
        }
        if let Some(term) = library.find(id)
            && let Some(field) = field_of(&library.pins()[usize::from(term.release)].name)
        {
            add(field, library.id(term).to_owned(), library.label(term).to_owned(), &attribute.key, &attribute.value);
        }
    }
    found
}

/// `MONDO:0005148`, `CVCL_0027`.
fn looks_like_id(text: &str) -> bool {
    let parts = text.split_once(':').or_else(|| text.split_once('_'));
    text.len() <= 40
        && parts.is_some_and(|(prefix, number)| {
            prefix.len() >= 2
                && prefix.bytes().all(|b| b.is_ascii_alphabetic())
                && number.len() >= 4
                && number.bytes().all(|b| b.is_ascii_alphanumeric())
                && number.bytes().any(|b| b.is_ascii_digit())
        })
}
