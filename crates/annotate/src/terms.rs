//! Which field a term of the library belongs to.

use crate::field::Field;
use chorale_ontology::{Library, TermRef};

/// Roots of what is an assay (CELLxGENE's schema): assay by molecule, single cell library construction.
const ASSAYS: [&str; 2] = ["EFO:0002772", "EFO:0010183"];

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    /// The term stands for no value of any field.
    Nothing,
    Value(Field),
    /// A gene: part of a genotype, never a value by itself.
    Gene,
}

/// Roots of what MONDO holds beside diseases: grades, courses, susceptibilities. A syndrome that makes ill and susceptible,
/// such as Lynch's, is below a disease too, and is one.
const NO_DISEASES: [&str; 2] = ["MONDO:0021125", "MONDO:0042489"];
const DISEASE: &str = "MONDO:0000001";

/// The role of every term, by release and place.
pub(crate) struct Roles(Vec<Vec<Role>>);

impl Roles {
    pub fn new(library: &Library) -> Roles {
        let assays: Vec<TermRef> = ASSAYS.iter().filter_map(|id| library.find(id)).collect();
        let others: Vec<TermRef> = NO_DISEASES.iter().filter_map(|id| library.find(id)).collect();
        let of_release = |(release, pin): (usize, &chorale_ontology::Pin)| {
            let at = |place| TermRef { release: release as u16, place };
            (0..pin.terms).map(|place| role(library, &assays, &others, at(place))).collect()
        };
        Roles(library.pins().iter().enumerate().map(of_release).collect())
    }

    pub fn of(&self, term: TermRef) -> Role {
        self.0[usize::from(term.release)][term.place as usize]
    }
}

fn role(library: &Library, assays: &[TermRef], others: &[TermRef], term: TermRef) -> Role {
    let id = library.id(term);
    let prefix = id.split([':', '_']).next().unwrap_or_default();
    Role::Value(match prefix {
        "MONDO" if others.iter().any(|other| library.is_a(term, *other)) && !is_disease(library, term) => {
            return Role::Nothing;
        }
        "MONDO" | "DOID" => Field::Disease,
        "UBERON" => Field::Tissue,
        "CL" => Field::CellType,
        "CVCL" => Field::CellLine,
        "NCBITaxon" => Field::Organism,
        "HANCESTRO" | "AfPO" => Field::Ancestry,
        "InChIKey" | "PUBCHEM" | "CHEBI" | "CHEMBL" => Field::Drug,
        "EFO" if assays.iter().any(|assay| library.is_a(term, *assay)) => Field::Assay,
        _ if prefix.starts_with("ENS") || prefix == "HGNC" => return Role::Gene,
        _ => return Role::Nothing,
    })
}

fn is_disease(library: &Library, term: TermRef) -> bool {
    library.find(DISEASE).is_some_and(|disease| library.is_a(term, disease))
        && !library.label(term).contains("susceptib")
}
