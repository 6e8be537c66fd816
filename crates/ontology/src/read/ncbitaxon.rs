//! NCBI Taxonomy's own dump: `nodes.dmp` and `names.dmp` (readme of taxdump), fields between `\t|\t`, rows ended by
//! `\t|`. Both files one after the other, or the `taxdump.tar` that holds them.

use super::lines::Lines;
use crate::draft::Draft;
use crate::problem::Error;
use crate::term::{Fact, FactKind, Parent, Relation, Scope, Synonym, Term};
use rustc_hash::FxHashMap;

pub fn read(text: &[u8]) -> Result<Draft, Error> {
    let mut draft = super::draft();
    let mut taxa = Taxa::default();
    if text.get(257..262) == Some(b"ustar") {
        for name in ["nodes.dmp", "names.dmp"] {
            let member =
                member(text, name).ok_or_else(|| Error::new(0, format!("the archive holds no whole {name}")))?;
            taxa.rows(member, &mut draft)?;
        }
    } else {
        taxa.rows(text, &mut draft)?;
    }
    let mut terms: Vec<(u64, Term)> = taxa.0.into_values().collect();
    terms.sort_by_key(|(line, _)| *line);
    for (line, term) in terms {
        if term.label.is_empty() {
            draft.problems.push(line, format!("{} has no scientific name; it was left out", term.id));
        } else {
            draft.terms.push((line, term));
        }
    }
    Ok(draft)
}

#[derive(Default)]
struct Taxa(FxHashMap<String, (u64, Term)>);

impl Taxa {
    fn rows(&mut self, text: &[u8], draft: &mut Draft) -> Result<(), Error> {
        let mut lines = Lines::new(text);
        while let Some((number, line)) = lines.next(&mut draft.problems) {
            if line.trim().is_empty() {
                continue;
            }
            let Some(row) = line.strip_suffix("\t|") else {
                return Err(Error::new(
                    number,
                    "a row that does not end with \"\\t|\"; the file is cut off or no taxdump",
                ));
            };
            let cells: Vec<&str> = row.split("\t|\t").collect();
            match cells[..] {
                // tax_id, name, unique name, class
                [id, name, _, class] => self.name(number, id, name, class),
                // tax_id, parent, rank, …
                [id, parent, rank, ..] if cells.len() > 4 => self.node(number, id, parent, rank),
                _ => draft.problems.push(number, format!("a row of {} fields; it was left out", cells.len())),
            }
        }
        Ok(())
    }

    fn term(&mut self, line: u64, id: &str) -> &mut Term {
        let entry = self.0.entry(id.to_owned());
        &mut entry.or_insert_with(|| (line, Term { id: format!("NCBITaxon:{id}"), ..Term::default() })).1
    }

    fn node(&mut self, line: u64, id: &str, parent: &str, rank: &str) {
        let term = self.term(line, id);
        term.facts.push(Fact { kind: FactKind::Rank, value: rank.to_owned() });
        // The root is its own parent.
        if parent != id {
            term.parents.push(Parent { relation: Relation::IsA, id: format!("NCBITaxon:{parent}"), steps: 1 });
        }
    }

    fn name(&mut self, line: u64, id: &str, name: &str, class: &str) {
        let term = self.term(line, id);
        let scope = match class {
            "scientific name" => {
                name.clone_into(&mut term.label);
                return;
            }
            "genbank common name" | "common name" | "synonym" | "equivalent name" => Scope::Exact,
            "blast name" | "in-part" | "includes" => Scope::Related,
            "acronym" | "genbank acronym" => Scope::Exact,
            // Authorities, type material, misspellings: no names that a sample's text means.
            _ => return,
        };
        term.synonyms.push(Synonym { text: name.to_owned(), scope });
    }
}

/// A member of a ustar archive by its file name.
fn member<'a>(tar: &'a [u8], name: &str) -> Option<&'a [u8]> {
    let mut at = 0;
    while let Some(head) = tar.get(at..at + 512).filter(|head| head[0] != 0) {
        let path = String::from_utf8_lossy(&head[..100]);
        let path = path.trim_end_matches('\0');
        let size = std::str::from_utf8(&head[124..135]).ok()?.trim_matches(['\0', ' ']);
        let size = usize::from_str_radix(size, 8).ok()?;
        if path.rsplit('/').next() == Some(name) {
            return tar.get(at + 512..at + 512 + size);
        }
        at = at.checked_add(512)?.checked_add(size.div_ceil(512).checked_mul(512)?)?;
    }
    None
}
