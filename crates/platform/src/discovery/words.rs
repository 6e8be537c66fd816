//! Harmonized values as search knows them: the term of a value with every term above it, so that whoever asks for liver
//! disease finds liver cancer, and counts by descent are counts of distinct samples. The term itself is told apart from
//! those above it under another name, which no facet counts.

use crate::harmonize::{self, IndexValue};
use crate::{Deployment, ontologies};
use chorale_model::discovery::FACETS;
use chorale_model::harmonize::ValueState;
use chorale_model::{Fault, OrganizationId, SampleId};
use chorale_ontology::{Library, TermRef};
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

/// A facet's value where the donor is healthy (CELLxGENE's schema).
pub const HEALTHY: &str = "PATO:0000461";

/// Values that every deployment has, with or without their ontology.
const ALWAYS: [(&str, &str, &str); 3] =
    [("disease", HEALTHY, "healthy"), ("sex", "PATO:0000383", "female"), ("sex", "PATO:0000384", "male")];

/// The name of a value that every deployment has.
pub fn name_of(id: &str) -> Option<&'static str> {
    ALWAYS.iter().find(|(_, value, _)| *value == id).map(|(.., name)| *name)
}

/// The value of a field that every deployment has, by its name.
pub fn always_named(field: &str, name: &str) -> Option<&'static str> {
    let named = ALWAYS.iter().find(|(of, _, known)| *of == field && known.eq_ignore_ascii_case(name));
    named.map(|(_, value, _)| *value)
}

/// A term says nothing when more than one in so many of its release lies below it.
const MOST_SHARE: usize = 2;

/// Whether a facet is filled from values.
pub fn is_harmonized(name: &str) -> bool {
    FACETS.iter().any(|facet| facet.harmonized && facet.name == name)
}

/// The name under which a document has a field's own term, without those above it.
pub fn own(field: &str) -> String {
    format!("{field} itself")
}

/// The terms of samples, some thousands at a time.
pub struct Harmonized {
    library: Arc<Library>,
    values: HashMap<SampleId, Vec<IndexValue>>,
    /// The terms above a term that say something, by id.
    above: HashMap<String, Arc<[String]>>,
    roots: Roots,
}

impl Harmonized {
    pub async fn new(app: &Arc<Deployment>) -> Result<Harmonized, Fault> {
        let library = ontologies::library(app).await?;
        Ok(Harmonized { library, values: HashMap::new(), above: HashMap::new(), roots: Roots::default() })
    }

    /// Reads what is known of these samples and forgets those before.
    pub async fn read(
        &mut self,
        app: &Deployment,
        organization: OrganizationId,
        samples: impl Iterator<Item = SampleId>,
    ) -> Result<(), Fault> {
        self.values = harmonize::values_for_index(app, organization, &samples.collect::<Vec<_>>()).await?;
        Ok(())
    }

    /// Facet and term, each once.
    pub fn terms(&mut self, sample: SampleId) -> Vec<(String, String)> {
        let Some(values) = self.values.remove(&sample) else { return Vec::new() };
        let mut terms = Vec::new();
        for value in values.into_iter().filter(|value| is_harmonized(&value.field)) {
            let term = match value.state {
                ValueState::Present if !value.term.is_empty() => value.term,
                ValueState::Healthy => HEALTHY.to_owned(),
                _ => continue,
            };
            for above in self.above(&term).iter() {
                terms.push((value.field.clone(), above.clone()));
            }
            terms.push((own(&value.field), term.clone()));
            terms.push((value.field, term));
        }
        terms.sort_unstable();
        terms.dedup();
        terms
    }

    fn above(&mut self, id: &str) -> Arc<[String]> {
        if let Some(known) = self.above.get(id) {
            return known.clone();
        }
        let ids: Arc<[String]> = match self.library.find(id) {
            None => Arc::new([]),
            Some(term) => {
                let (library, roots) = (&self.library, &mut self.roots);
                let says = |above: &TermRef| !roots.holds(library, *above);
                library
                    .ancestors(term)
                    .map(|(above, _)| above)
                    .filter(says)
                    .map(|above| library.id(above).to_owned())
                    .collect()
            }
        };
        self.above.insert(id.to_owned(), ids.clone());
        ids
    }
}

/// Classes by which UBERON, CL and PATO sort their terms: true of half the catalog, and looked for by nobody.
const GROUPINGS: [&str; 40] = [
    "anatomical cluster",
    "anatomical conduit",
    "anatomical group",
    "anatomical structure",
    "anatomical system",
    "biological sex",
    "body proper",
    "cavitated compound organ",
    "central nervous system cell part cluster",
    "compound organ",
    "developing anatomical structure",
    "disconnected anatomical group",
    "ectoderm-derived structure",
    "electrically active cell",
    "electrically responsive cell",
    "electrically signaling cell",
    "embryonic structure",
    "endoderm-derived structure",
    "entire sense organ system",
    "lateral structure",
    "main body axis",
    "mesoderm-derived structure",
    "multi-tissue structure",
    "multicellular anatomical structure",
    "non-connected functional system",
    "organ component layer",
    "organ part",
    "organ subunit",
    "organism subdivision",
    "organismal quality",
    "parenchymatous organ",
    "phenotypic sex",
    "physical object quality",
    "quality",
    "regional part of organ",
    "segment of organ",
    "subdivision of organism along main body axis",
    "subdivision of trunk",
    "tissue",
    "viscus",
];

/// Terms that say nothing because nearly everything lies below them: those without a parent, those right below them
/// that hold most of their release, and classes that only sort.
#[derive(Default)]
pub struct Roots(BTreeMap<TermRef, bool>);

impl Roots {
    pub fn holds(&mut self, library: &Library, term: TermRef) -> bool {
        if let Some(known) = self.0.get(&term) {
            return *known;
        }
        // Steps over part_of can go round.
        self.0.insert(term, false);
        let pin = &library.pins()[usize::from(term.release)];
        let parents = library.parents(term);
        let is_root = parents.is_empty()
            || GROUPINGS.contains(&library.label(term))
            || parents.iter().all(|(_, parent)| self.holds(library, *parent))
                && library.descendants(term).len() * MOST_SHARE > pin.terms.saturating_sub(pin.obsolete) as usize;
        self.0.insert(term, is_root);
        is_root
    }
}
