//! `cellosaurus.txt` (Bairoch 2018, J Biomol Tech 29:25; the format is described at the head of the file): entries of
//! two-letter lines that end with `//`.

use super::lines::Lines;
use crate::draft::Draft;
use crate::problem::Error;
use crate::term::{Fact, FactKind, Parent, Relation, Scope, Synonym, Term};

pub fn read(text: &[u8]) -> Result<Draft, Error> {
    let mut draft = super::draft();
    let mut lines = Lines::new(text);
    let mut open: Option<(u64, Term)> = None;
    while let Some((number, line)) = lines.next(&mut draft.problems) {
        if line.starts_with("//") {
            let Some((began, term)) = open.take() else { continue };
            match (term.id.is_empty(), term.label.is_empty()) {
                (false, false) => draft.terms.push((began, term)),
                _ => draft.problems.push(began, "an entry without ID or AC; it was left out"),
            }
            continue;
        }
        if let Some(version) = line.trim_start().strip_prefix("Version:") {
            version.trim().clone_into(&mut draft.version);
        }
        // Code, three spaces, value: everything else is the file's own introduction.
        let Some((code, value)) = line.get(..2).zip(line.get(5..)) else { continue };
        if line.get(2..5) != Some("   ") {
            continue;
        }
        if code == "ID" {
            if let Some((began, term)) = open.take() {
                draft.problems.push(began, format!("the entry {} has no end \"//\"; it was left out", term.label));
            }
            open = Some((number, Term { label: value.trim().to_owned(), ..Term::default() }));
        } else if let Some((_, term)) = &mut open {
            take(term, code, value.trim());
        }
    }
    match open {
        Some((line, term)) => Err(Error::new(
            line,
            format!("the file ends inside the entry {}; fetch it again and compare its checksum", term.label),
        )),
        None => Ok(draft),
    }
}

fn take(term: &mut Term, code: &str, value: &str) {
    let fact = |kind, value: &str| Fact { kind, value: value.to_owned() };
    match code {
        "AC" => value.clone_into(&mut term.id),
        "AS" => term.alternatives.extend(list(value)),
        "SY" => term.synonyms.extend(list(value).map(|text| Synonym { text, scope: Scope::Exact })),
        "DR" => term.xrefs.push(value.replacen("; ", ":", 1)),
        "DI" => {
            // `NCIt; C3099; Hepatocellular carcinoma`
            let mut parts = value.split("; ");
            if let (Some(source), Some(id)) = (parts.next(), parts.next()) {
                term.facts.push(fact(FactKind::Disease, &format!("{source}:{id}")));
            }
        }
        "OX" => {
            // `NCBI_TaxID=9606; ! Homo sapiens (Human)`
            let id = value.strip_prefix("NCBI_TaxID=").and_then(|rest| rest.split(';').next());
            term.facts.extend(id.map(|id| fact(FactKind::Organism, &format!("NCBITaxon:{id}"))));
        }
        "HI" => {
            // `CVCL_0030 ! HeLa`: made from that one.
            if let Some(id) = value.split(" ! ").next() {
                term.parents.push(Parent { relation: Relation::DevelopsFrom, id: id.to_owned(), steps: 1 });
                term.facts.push(fact(FactKind::ParentCellLine, id));
            }
        }
        "SX" => term.facts.push(fact(FactKind::Sex, &value.to_lowercase())),
        "AG" => term.facts.push(fact(FactKind::Age, value)),
        "CA" => term.facts.push(fact(FactKind::Category, value)),
        _ => {}
    }
}

fn list(value: &str) -> impl Iterator<Item = String> + '_ {
    value.split(';').map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned)
}
