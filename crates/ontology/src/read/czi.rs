//! CELLxGENE's ontology JSON (cellxgene-ontology-guide, `ontology-assets`): an object of terms, each with its ancestors
//! and their distance. The ancestors at distance 1 are its parents; the file does not tell is_a from part_of, so both
//! are read as `is_a`.
//!
//! Terms of other ontologies are left out of the file, though paths go through them: an EFO term can be two steps below
//! another with nothing between. Such an ancestor becomes a parent that is more than one step away, so that the
//! distances that are computed are those that the file lists.

use crate::draft::Draft;
use crate::problem::Error;
use crate::term::{Parent, Relation, Scope, Synonym, Term};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::{MapAccess, Visitor};
use std::collections::BTreeMap;
use std::fmt;

/// The deepest real term has 111 ancestors.
const MOST_ANCESTORS: usize = 2_000;

#[derive(Deserialize)]
struct Body {
    #[serde(default)]
    ancestors: BTreeMap<String, u16>,
    #[serde(default)]
    label: Option<String>,
    #[serde(default)]
    description: Option<String>,
    #[serde(default)]
    synonyms: Option<Vec<String>>,
    #[serde(default)]
    deprecated: bool,
    #[serde(default)]
    replaced_by: Option<String>,
    #[serde(default)]
    consider: Option<Vec<String>>,
}

pub fn read(text: &[u8]) -> Result<Draft, Error> {
    let mut draft = super::draft();
    let mut json = serde_json::Deserializer::from_slice(text);
    serde::Deserializer::deserialize_map(&mut json, Terms(&mut draft)).and_then(|()| json.end()).map_err(|e| {
        Error::new(e.line() as u64, format!("column {}: the JSON is damaged, cut off or no ontology: {e}", e.column()))
    })?;
    leave_what_follows(&mut draft);
    Ok(draft)
}

/// Takes one term after the other, so that the file is never a tree in memory.
struct Terms<'a>(&'a mut Draft);

impl<'de> Visitor<'de> for Terms<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of terms by id")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<(), M::Error> {
        while let Some((id, body)) = map.next_entry::<String, Body>()? {
            if body.ancestors.len() > MOST_ANCESTORS {
                let told = format!("{id} has {} ancestors, which no term of an ontology has", body.ancestors.len());
                return Err(serde::de::Error::custom(told));
            }
            self.0.terms.push((0, term(id, body)));
        }
        Ok(())
    }
}

/// A term whose parents are still all of its ancestors.
fn term(id: String, body: Body) -> Term {
    let synonyms = body.synonyms.unwrap_or_default().into_iter();
    let ancestors = body.ancestors.into_iter();
    Term {
        label: body.label.filter(|label| !label.is_empty()).unwrap_or_else(|| id.clone()),
        definition: body.description.unwrap_or_default(),
        synonyms: synonyms.map(|text| Synonym { text, scope: Scope::Unsaid }).collect(),
        parents: ancestors.map(|(id, steps)| Parent { relation: Relation::IsA, id, steps }).collect(),
        obsolete: body.deprecated,
        replaced_by: body.replaced_by.map(curie),
        consider: body.consider.unwrap_or_default().into_iter().map(curie).collect(),
        id,
        ..Term::default()
    }
}

/// Keeps of each term's ancestors those that do not follow from the others: its parents, and what the file has no way to.
fn leave_what_follows(draft: &mut Draft) {
    let places: FxHashMap<&str, u32> = draft.terms.iter().map(|(_, term)| term.id.as_str()).zip(0..).collect();
    let all: Vec<Vec<(u32, u16)>> = draft
        .terms
        .iter()
        .map(|(_, term)| {
            let known = term.parents.iter().filter_map(|parent| Some((*places.get(&*parent.id)?, parent.steps)));
            let mut known: Vec<(u32, u16)> = known.collect();
            known.sort_unstable();
            known
        })
        .collect();
    let kept: Vec<Vec<Parent>> = draft.terms.iter().map(|(_, term)| keep(&term.parents, &places, &all)).collect();
    for ((_, term), kept) in draft.terms.iter_mut().zip(kept) {
        term.parents = kept;
    }
}

/// From the nearest ancestor to the farthest: what one that is kept already leads to, in as many steps, follows.
fn keep(parents: &[Parent], places: &FxHashMap<&str, u32>, all: &[Vec<(u32, u16)>]) -> Vec<Parent> {
    let mut nearest: Vec<&Parent> = parents.iter().collect();
    nearest.sort_by_key(|parent| parent.steps);
    let mut kept: Vec<Parent> = Vec::new();
    for parent in nearest {
        let place = places.get(&*parent.id);
        let follows = kept.iter().filter(|between| between.steps < parent.steps).any(|between| {
            let Some((between_place, place)) = places.get(&*between.id).zip(place) else { return false };
            let above = &all[*between_place as usize];
            let at = above.binary_search_by_key(place, |(place, _)| *place);
            at.is_ok_and(|at| above[at].1.saturating_add(between.steps) <= parent.steps)
        });
        if !follows {
            kept.push(parent.clone());
        }
    }
    kept
}

/// `obo.MONDO_0700226` and `http://purl…/MONDO_0700226` stand for `MONDO:0700226`.
fn curie(id: String) -> String {
    let last = id.rsplit(['/', '.']).next().unwrap_or_default();
    match last.split_once('_') {
        Some((prefix, number)) if !id.contains(':') || id.contains("//") => format!("{prefix}:{number}"),
        _ => id,
    }
}
