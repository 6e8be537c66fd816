//! Rules across fields. A contradiction never changes a value: it sends the weaker of the two to a person, with the reason
//! in words. What follows for certain from another value is said as not applicable.

use super::stored::Stored;
use chorale_model::harmonize::ValueState;
use chorale_ontology::{FactKind, Library, TermRef};

const HUMAN: &str = "NCBITaxon:9606";
/// Male and female in PATO, and the organs that only they have in UBERON.
const SEXES: [(&str, &str, &str); 2] =
    [("PATO:0000384", "male", "UBERON:0000079"), ("PATO:0000383", "female", "UBERON:0000474")];

pub fn apply(library: &Library, values: &mut Vec<Stored>) {
    cell_line_and_organism(library, values);
    cell_line_and_sex(library, values);
    tissue_and_sex(library, values);
    disease_and_tissue(library, values);
    of_people_alone(values);
}

/// Values of a field that say something, by their places.
fn said(values: &[Stored], field: &str) -> Vec<usize> {
    let says = |value: &Stored| value.field == field && value.state == ValueState::Present;
    values.iter().enumerate().filter(|(_, value)| says(value)).map(|(place, _)| place).collect()
}

fn wait(value: &mut Stored, reason: String) {
    if value.waits.is_none() && !value.submitted {
        value.waits = Some(reason);
    }
}

/// A cell line is of one organism; a xenograft's host is another's.
fn cell_line_and_organism(library: &Library, values: &mut [Stored]) {
    let organisms: Vec<Stored> = said(values, "organism").into_iter().map(|place| values[place].clone()).collect();
    if organisms.is_empty() {
        return;
    }
    for place in said(values, "cell_line") {
        let Some(line) = library.find(&values[place].term) else { continue };
        let of = library.facts(line, FactKind::Organism);
        if of.is_empty() || of.iter().any(|id| organisms.iter().any(|organism| organism.term == **id)) {
            continue;
        }
        let names: Vec<&str> = of.iter().map(|id| library.find(id).map_or(*id, |term| library.label(term))).collect();
        let said: Vec<&str> = organisms.iter().map(|organism| organism.label.as_str()).collect();
        let reason = format!(
            "{} is a cell line of {}, and the sample is of {}",
            values[place].label,
            names.join(", "),
            said.join(", ")
        );
        wait(&mut values[place], reason);
    }
}

/// A cell line has its donor's sex.
fn cell_line_and_sex(library: &Library, values: &mut [Stored]) {
    for line in said(values, "cell_line") {
        let Some(term) = library.find(&values[line].term) else { continue };
        let sexes: Vec<String> =
            library.facts(term, FactKind::Sex).iter().map(|sex| sex.to_ascii_lowercase()).collect();
        let known = |sex: &str| SEXES.iter().any(|(_, name, _)| *name == sex);
        if sexes.is_empty() || !sexes.iter().all(|sex| known(sex)) {
            continue;
        }
        for sex in said(values, "sex") {
            let says = values[sex].label.to_ascii_lowercase();
            if known(&says) && !sexes.contains(&says) {
                let reason = format!("{} comes from a {} donor", values[line].label, sexes.join(" or "));
                wait(&mut values[sex], reason);
            }
        }
    }
}

/// A prostate is of a man.
fn tissue_and_sex(library: &Library, values: &mut [Stored]) {
    for tissue in said(values, "tissue") {
        let Some(organ) = library.find(&values[tissue].term) else { continue };
        for (sex_id, name, system) in SEXES {
            let Some(system) = library.find(system) else { continue };
            if !library.is_a(organ, system) {
                continue;
            }
            for sex in said(values, "sex") {
                let other = SEXES.iter().any(|(id, ..)| *id == values[sex].term && *id != sex_id);
                if other {
                    let reason = format!("{} is {name}, and the sample is {}", values[tissue].label, values[sex].label);
                    let weaker = if values[sex].score < values[tissue].score { sex } else { tissue };
                    wait(&mut values[weaker], reason);
                }
            }
        }
    }
}

/// A disease that names an organ contradicts another organ where one of the two is only implied: both written down is a
/// metastasis or a study of distant tissue, and people write what they mean.
fn disease_and_tissue(library: &Library, values: &mut [Stored]) {
    for disease in said(values, "disease") {
        let organs = organs_in(library, &values[disease].label);
        if organs.is_empty() {
            continue;
        }
        for tissue in said(values, "tissue") {
            let Some(place) = library.find(&values[tissue].term) else { continue };
            let related = organs.iter().any(|organ| library.is_a(place, *organ) || library.is_a(*organ, place));
            let implied = match (values[disease].evidence.is_some(), values[tissue].evidence.is_some()) {
                (true, false) => tissue,
                (false, true) => disease,
                _ => continue,
            };
            if !related {
                let reason = format!(
                    "{} and {} do not fit together, and only one of them is written",
                    values[disease].label, values[tissue].label
                );
                wait(&mut values[implied], reason);
            }
        }
    }
}

/// The anatomical terms that the name of a disease holds, the longest ones: `liver` in `liver cancer`.
fn organs_in(library: &Library, label: &str) -> Vec<TermRef> {
    let Some(anatomy) = library.release("UBERON") else { return Vec::new() };
    let words = chorale_ontology::Words::of(label);
    let mut found = Vec::new();
    library.dictionary().find(&words, &mut found);
    let names = found.iter().flat_map(|one| {
        let names = library.dictionary().names(one).filter(move |name| name.release == anatomy && name.is_label);
        names.map(move |name| (one.from, one.to, TermRef { release: name.release, place: name.term }))
    });
    let organs: Vec<(u32, u32, TermRef)> = names.collect();
    let inside = |a: &(u32, u32, TermRef)| organs.iter().any(|b| (b.0, b.1) != (a.0, a.1) && b.0 <= a.0 && a.1 <= b.1);
    organs.iter().filter(|organ| !inside(organ)).map(|(_, _, term)| *term).collect()
}

/// Ancestry is asked of people, strain of everybody else.
fn of_people_alone(values: &mut Vec<Stored>) {
    let organisms: Vec<bool> = said(values, "organism").into_iter().map(|place| values[place].term == HUMAN).collect();
    if organisms.is_empty() {
        return;
    }
    let field = match organisms.iter().filter(|human| **human).count() {
        0 => "ancestry",
        all if all == organisms.len() => "strain",
        _ => return,
    };
    if values.iter().any(|value| value.field == field) {
        let reason = format!("{field} is not asked of this organism");
        values.iter_mut().filter(|value| value.field == field).for_each(|value| wait(value, reason.clone()));
        return;
    }
    values.push(Stored {
        field: field.to_owned(),
        state: ValueState::NotApplicable,
        term: String::new(),
        label: String::new(),
        submitted: false,
        waits: None,
        score: 1.0,
        method: "rule".to_owned(),
        evidence: None,
        runner_up: None,
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    fn library(releases: &[(&str, &str)]) -> Library {
        let read = |(name, text): &(&str, &str)| (name.to_string(), chorale_ontology::read(text.as_bytes()).unwrap());
        Library::build(releases.iter().map(read).collect()).unwrap()
    }

    fn said(field: &str, term: &str, label: &str, is_read: bool) -> Stored {
        Stored {
            field: field.to_owned(),
            state: ValueState::Present,
            term: term.to_owned(),
            label: label.to_owned(),
            submitted: false,
            waits: None,
            score: 0.9,
            method: "dictionary".to_owned(),
            evidence: is_read.then(|| ("title".to_owned(), 0, 1, label.to_owned())),
            runner_up: None,
        }
    }

    fn reasons(library: &Library, mut values: Vec<Stored>) -> Vec<(String, Option<String>)> {
        apply(library, &mut values);
        values.into_iter().map(|value| (value.field, value.waits)).collect()
    }

    const LINES: &str = "----\n Version: 55.0\n----\nID   Hep-G2\nAC   CVCL_0027\n\
        OX   NCBI_TaxID=9606; ! Homo sapiens (Human)\nSX   Male\nCA   Cancer cell line\n//\n";

    #[test]
    fn a_cell_line_of_another_organism_or_sex_waits() {
        let library = library(&[("CVCL", LINES)]);
        let line = said("cell_line", "CVCL_0027", "Hep-G2", true);
        let organism = |id: &str| Stored { submitted: true, ..said("organism", id, id, true) };
        let sex = |id: &str, label: &str| said("sex", id, label, true);
        let found = reasons(&library, vec![line.clone(), organism("NCBITaxon:10090"), sex("PATO:0000383", "female")]);
        let reason = found[0].1.as_ref().unwrap();
        assert_eq!(reason, "Hep-G2 is a cell line of NCBITaxon:9606, and the sample is of NCBITaxon:10090");
        assert_eq!((found[1].1.as_ref(), found[2].1.as_deref()), (None, Some("Hep-G2 comes from a male donor")));
        let found = reasons(&library, vec![line, organism("NCBITaxon:9606"), sex("PATO:0000384", "male")]);
        assert!(found.iter().all(|(_, reason)| reason.is_none()), "{found:?}");
    }

    const ORGANS: &str = "format-version: 1.2\nontology: uberon\n\n[Term]\nid: UBERON:0001062\nname: anatomical entity\n\n\
        [Term]\nid: UBERON:0002107\nname: liver\nis_a: UBERON:0001062\n\n\
        [Term]\nid: UBERON:0000955\nname: brain\nis_a: UBERON:0001062\n\n\
        [Term]\nid: UBERON:0000079\nname: male reproductive system\nis_a: UBERON:0001062\n\n\
        [Term]\nid: UBERON:0002367\nname: prostate gland\nis_a: UBERON:0001062\nrelationship: part_of UBERON:0000079\n";

    #[test]
    fn an_organ_that_a_disease_only_implies_contradicts_the_one_that_is_written() {
        let library = library(&[("UBERON", ORGANS)]);
        let disease = said("disease", "MONDO:0002691", "liver cancer", true);
        let tissue = |is_read| said("tissue", "UBERON:0000955", "brain", is_read);
        let implied = reasons(&library, vec![disease.clone(), tissue(false)]);
        assert!(
            implied[0].1.is_none() && implied[1].1.as_ref().unwrap().contains("do not fit together"),
            "{implied:?}"
        );
        let written = reasons(&library, vec![disease.clone(), tissue(true)]);
        assert!(written.iter().all(|(_, reason)| reason.is_none()), "a metastasis: {written:?}");
        let fits = reasons(&library, vec![disease, said("tissue", "UBERON:0002107", "liver", false)]);
        assert!(fits.iter().all(|(_, reason)| reason.is_none()), "{fits:?}");
    }

    #[test]
    fn a_prostate_is_of_a_man() {
        let library = library(&[("UBERON", ORGANS)]);
        let sex = Stored { score: 0.5, ..said("sex", "PATO:0000383", "female", true) };
        let found = reasons(&library, vec![said("tissue", "UBERON:0002367", "prostate gland", true), sex]);
        assert!(
            found[0].1.is_none() && found[1].1.as_deref() == Some("prostate gland is male, and the sample is female")
        );
    }

    #[test]
    fn ancestry_is_asked_of_people_and_strain_of_others() {
        let library = Library::default();
        let with = |id: &str| reasons(&library, vec![Stored { submitted: true, ..said("organism", id, id, true) }]);
        assert_eq!(with("NCBITaxon:10090")[1].0, "ancestry");
        assert_eq!(with(HUMAN)[1].0, "strain");
        let strain = said("strain", "C57BL/6", "C57BL/6", true);
        let human = reasons(&library, vec![said("organism", HUMAN, "Homo sapiens", true), strain]);
        assert_eq!((human.len(), human[1].1.as_deref()), (2, Some("strain is not asked of this organism")));
    }
}
