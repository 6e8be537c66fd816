//! Common cell lines and what they imply, and short names of others, where the installed release holds labels alone.

use super::{Draft, Entry, Sense, rows};
use crate::field::Field;
use rustc_hash::FxHashMap;

const LINES: &str = include_str!("data/cell_lines.tsv");
const NAMES: &str = include_str!("data/line_names.tsv");

#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct LineFacts {
    /// The tissue and the cell type that it was made from.
    pub origin: [Option<(Field, Sense)>; 2],
    pub disease: Option<Sense>,
    pub sex: Option<Sense>,
    pub organism: Option<Sense>,
}

pub(super) fn read(draft: &mut Draft) -> FxHashMap<Sense, LineFacts> {
    let mut facts = FxHashMap::default();
    for [id, label, names, origin, disease, sex, organism] in rows(LINES) {
        let sense = draft.sense(id, label);
        for name in std::iter::once(label).chain(names.split('|')) {
            draft.add(name, Entry::Line { sense, is_common: true });
        }
        let term = |id: &str| draft.library.find(id).map(Sense::Term);
        let mut origins = origin.split('|').map(|id| {
            let field = if id.starts_with("CL:") { Field::CellType } else { Field::Tissue };
            term(id).map(|term| (field, term))
        });
        let (origin, disease) = (std::array::from_fn(|_| origins.next().flatten()), term(disease));
        let mut known = |id: &'static str, label| (!id.is_empty()).then(|| draft.sense(id, label));
        let sex = known(sex, if sex == "PATO:0000384" { "male" } else { "female" });
        let organism = known(organism, "Homo sapiens");
        facts.insert(sense, LineFacts { origin, disease, sex, organism });
    }
    for [id, name] in rows(NAMES) {
        if let Some(term) = draft.library.find(id) {
            draft.add(name, Entry::Line { sense: Sense::Term(term), is_common: false });
        }
    }
    facts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_whole() {
        let mut count = 0;
        for [id, label, names, origin, disease, sex, organism] in rows(LINES) {
            assert!(id.starts_with("CVCL_") && !label.is_empty() && !names.is_empty(), "{id}");
            let is_origin = |id: &str| id.starts_with("UBERON:") || id.starts_with("CL:");
            assert!(origin.is_empty() || origin.split('|').all(is_origin), "{id}: {origin}");
            assert!(disease.is_empty() || disease.starts_with("MONDO:"), "{id}: {disease}");
            assert!(["", "PATO:0000383", "PATO:0000384"].contains(&sex), "{id}: {sex}");
            assert_eq!(organism, "NCBITaxon:9606", "{id}");
            count += 1;
        }
        assert!(count > 80, "{count} lines");
        for [id, name, label] in rows(NAMES) {
            assert!(id.starts_with("CVCL_") && !name.is_empty() && name != label, "{id}");
        }
    }
}
