//! The built-in lists: what people write that no ontology holds, as data beside this file.
//!
//! | file | what |
//! |---|---|
//! | `names.tsv` | more names of terms: adjectives of organs, abbreviations, bench words |
//! | `phrases.tsv` | values of fields without an ontology, such as conditions and arms |
//! | `plain.tsv` | names of terms that are plain words, each with its reason |
//! | `cues.tsv` | words that change what stands beside them: negations, comparisons, "not available" |
//! | `keys.tsv` | which field a key or a column asks for |
//! | `organisms.tsv`, `cell_lines.tsv` | common ones, for a deployment whose releases say less |
//! | `line_names.tsv` | short names of cell lines, for a release that holds labels alone |
//!
//! All of them are compiled into one small dictionary that is read beside the library's. A list names terms by their ids;
//! a term that no installed release has is left out, except where the list carries its label.

mod keys;
mod lines;

pub use keys::{KeyAsks, key_asks};
pub(crate) use keys::{KeyMeaning, Keys};
pub(crate) use lines::LineFacts;

use crate::field::Field;
use chorale_ontology::dictionary::Builder;
use chorale_ontology::{Dictionary, Library, Scope, TermRef};
use rustc_hash::FxHashMap;

const NAMES: &str = include_str!("data/names.tsv");
const PHRASES: &str = include_str!("data/phrases.tsv");
const PLAIN: &str = include_str!("data/plain.tsv");
const CUES: &str = include_str!("data/cues.tsv");
const ORGANISMS: &str = include_str!("data/organisms.tsv");

/// What a name of a list or of the library stands for; small, because texts hold many.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) enum Sense {
    Term(TermRef),
    /// A row of [`Lexicon::known`].
    Known(u32),
    /// The text of the mention itself.
    Text,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Entry {
    Name {
        field: Field,
        sense: Sense,
        weight: f32,
    },
    /// A name of a cell line: what it means depends on where it stands.
    Line {
        sense: Sense,
        /// One of those that most samples come from.
        is_common: bool,
    },
    /// The names of these fields (bits by number) that are written so are plain words.
    Plain(u32),
    Cue(Cue),
    /// What was done to the gene beside it.
    Modifies(&'static str),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Cue {
    Negates,
    Compares,
    /// What follows is not the sample's own: a history, a risk, a model.
    Others,
    /// What follows is a relative's.
    Relative,
    /// What follows was added to the sample's cells: a partner in culture, a lysate.
    Partner,
    /// Words of whoever grows cells, and words of whoever takes samples from people.
    Culture,
    Person,
    /// The value is of a reference RNA.
    Reference,
    SexKey,
    AgeKey,
    Unknown,
    Inapplicable,
    None,
}

pub(crate) struct Lexicon {
    pub dictionary: Dictionary,
    entries: Vec<Entry>,
    known: Vec<(&'static str, &'static str)>,
    pub keys: Keys,
    lines: FxHashMap<Sense, LineFacts>,
}

impl Lexicon {
    pub fn new(library: &Library) -> Lexicon {
        let mut draft = Draft { library, builder: Builder::default(), entries: Vec::new(), known: Vec::new() };
        for [name, field, id, weight] in rows(NAMES) {
            if let (Some(field), Some(term)) = (Field::named(field), library.find(id)) {
                draft.name(name, field, Sense::Term(term), weight);
            }
        }
        for [phrase, field, value, weight] in rows(PHRASES) {
            if let Some(field) = Field::named(field) {
                let label = match value {
                    "PATO:0000384" => "male",
                    "PATO:0000383" => "female",
                    "PATO:0000461" => "normal",
                    other => other,
                };
                let sense = draft.sense(value, label);
                draft.name(phrase, field, sense, weight);
            }
        }
        for [id, label, names] in rows(ORGANISMS) {
            let sense = draft.sense(id, label);
            names.split('|').for_each(|name| draft.name(name, Field::Organism, sense, "1"));
        }
        for [name, fields, _] in rows(PLAIN) {
            draft.add(name, Entry::Plain(mask(fields)));
        }
        for [phrase, what, argument] in rows(CUES) {
            match (what, argument) {
                ("modifies", how) => draft.add(phrase, Entry::Modifies(how)),
                (what, _) => drop(cue(what).map(|cue| draft.add(phrase, Entry::Cue(cue)))),
            }
        }
        for group in crate::age_group::GROUPS {
            draft.sense(group, group);
        }
        let lines = lines::read(&mut draft);
        let Draft { builder, entries, known, .. } = draft;
        let dictionary = builder.build().expect("the built-in lists are small");
        Lexicon { dictionary, entries, known, keys: Keys::new(), lines }
    }

    pub fn entry(&self, index: u32) -> Entry {
        self.entries[index as usize]
    }

    /// Id and label of a value that is no term of the library.
    pub fn known(&self, row: u32) -> (&'static str, &'static str) {
        self.known[row as usize]
    }

    /// What a cell line of the list implies.
    pub fn line(&self, sense: Sense) -> Option<&LineFacts> {
        self.lines.get(&sense)
    }

    /// The row of a value of the lists, by its id.
    pub fn find_known(&self, id: &str) -> Option<u32> {
        self.known.iter().position(|(known, _)| *known == id).map(|row| row as u32)
    }
}

struct Draft<'a> {
    library: &'a Library,
    builder: Builder,
    entries: Vec<Entry>,
    known: Vec<(&'static str, &'static str)>,
}

impl Draft<'_> {
    fn add(&mut self, phrase: &str, entry: Entry) {
        let place = self.entries.len() as u32;
        self.entries.push(entry);
        self.builder.add(0, place, phrase, Scope::Exact, true);
    }

    fn name(&mut self, phrase: &str, field: Field, sense: Sense, weight: &str) {
        if let Ok(weight) = weight.parse() {
            self.add(phrase, Entry::Name { field, sense, weight });
        }
    }

    /// The library's term, or the list's own word for it.
    fn sense(&mut self, id: &'static str, label: &'static str) -> Sense {
        if let Some(term) = self.library.find(id) {
            return Sense::Term(term);
        }
        let row = self.known.iter().position(|(known, _)| *known == id).unwrap_or_else(|| {
            self.known.push((id, label));
            self.known.len() - 1
        });
        Sense::Known(row as u32)
    }
}

fn cue(name: &str) -> Option<Cue> {
    Some(match name {
        "negates" => Cue::Negates,
        "compares" => Cue::Compares,
        "others" => Cue::Others,
        "relative" => Cue::Relative,
        "partner" => Cue::Partner,
        "culture" => Cue::Culture,
        "person" => Cue::Person,
        "reference" => Cue::Reference,
        "sex_key" => Cue::SexKey,
        "age_key" => Cue::AgeKey,
        "unknown" => Cue::Unknown,
        "inapplicable" => Cue::Inapplicable,
        "none" => Cue::None,
        _ => return None,
    })
}

/// Bits of a list of fields, `*` for all.
fn mask(fields: &str) -> u32 {
    match fields {
        "*" => u32::MAX,
        list => list.split(',').filter_map(Field::named).fold(0, |bits, field| bits | 1 << field as u32),
    }
}

/// The rows of a list, cells that are not there empty.
fn rows<const N: usize>(text: &'static str) -> impl Iterator<Item = [&'static str; N]> {
    text.lines().filter(|line| !line.is_empty() && !line.starts_with('#')).map(|line| {
        let mut cells = line.split('\t');
        std::array::from_fn(|_| cells.next().unwrap_or_default())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_row_of_every_list_is_understood() {
        for [name, field, id, weight, label] in rows(NAMES) {
            assert!(Field::named(field).is_some() && id.contains(':') && !label.is_empty(), "{name}");
            assert!(weight.parse::<f32>().is_ok_and(|weight| weight > 0.0 && weight <= 1.0), "{name}");
        }
        for [phrase, field, value, weight] in rows(PHRASES) {
            assert!(Field::named(field).is_some() && !value.is_empty(), "{phrase}");
            assert!(weight.parse::<f32>().is_ok_and(|weight| weight > 0.0 && weight <= 1.0), "{phrase}");
        }
        let mut seen = HashSet::new();
        for [name, fields, why] in rows(PLAIN) {
            assert!(!why.is_empty(), "{name} has no reason");
            assert!(fields == "*" || fields.split(',').all(|field| Field::named(field).is_some()), "{name}: {fields}");
            assert!(seen.insert(name), "{name} stands twice");
        }
        for [phrase, what, argument] in rows(CUES) {
            assert!(cue(what).is_some() || (what == "modifies" && !argument.is_empty()), "{phrase}: {what}");
        }
        for [id, label, names] in rows(ORGANISMS) {
            assert!(id.starts_with("NCBITaxon:") && !label.is_empty() && !names.is_empty(), "{id}");
        }
    }
}
