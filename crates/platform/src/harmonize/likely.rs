//! What a sample may be in a field, for a person who decides: more than is kept of what an annotator suggests, ranked by
//! the annotator itself when somebody looks.

use super::annotate::state_of;
use super::decide::takes_term;
use super::engine::engine;
use super::items;
use crate::{Deployment, catalog, ontologies};
use chorale_annotate::{Item, Suggestion};
use chorale_model::fields::{Field, FieldKind};
use chorale_model::harmonize::{Evidence, ValueState};
use chorale_model::{DatasetId, Fault, OrganizationId, SampleId};
use chorale_ontology::{Library, TermRef};
use std::sync::Arc;

/// Samples that are read together: what they have in common says nothing about one, and a person waits for it.
const AROUND: i64 = 16;

/// A value that a sample may have.
pub struct Likely {
    pub state: ValueState,
    pub term: String,
    pub label: String,
    /// None where only its name was looked up.
    pub score: Option<f64>,
    pub read: Option<Evidence>,
    pub definition: String,
    /// Labels on the way to the root, the root first.
    pub path: Vec<String>,
}

/// What the organization's annotator ranks for a sample, the likeliest first; nothing while no ontology is in use.
pub async fn likely(
    app: &Arc<Deployment>,
    organization: OrganizationId,
    (dataset, sample): (DatasetId, SampleId),
    field: &Field,
    most: usize,
) -> Result<Vec<Likely>, Fault> {
    let Some(asked) = chorale_annotate::Field::named(&field.name) else { return Ok(Vec::new()) };
    let (engine, of, samples) = futures::try_join!(
        engine(app, organization),
        catalog::dataset_for_index(app, organization, dataset),
        catalog::samples_around(app, organization, dataset, sample, AROUND),
    )?;
    let number = samples.iter().position(|one| one.id == sample);
    let (Some(engine), Some(of), Some(number)) = (engine, of, number) else { return Ok(Vec::new()) };
    let field = field.clone();
    let ranked = tokio::task::spawn_blocking(move || {
        let all: Vec<Item> = samples.iter().map(items::sample_item).collect();
        let ranked = engine.annotator.rank(&items::study(&of), &all, number, asked);
        let taken = ranked.into_iter().filter_map(|one| taken(&engine.library, &field, &all[number], one));
        taken.take(most).collect()
    });
    ranked.await.map_err(|e| Fault::internal("ranking what a sample may be", e))
}

/// Terms of a field by a name or an id, the best first.
pub async fn named(app: &Arc<Deployment>, field: &Field, words: &str, most: usize) -> Result<Vec<Likely>, Fault> {
    /// Longer texts are no name.
    const LETTERS: usize = 60;
    let words: String = words.chars().take(LETTERS).collect();
    if field.kind != FieldKind::Term || words.trim().is_empty() {
        return Ok(Vec::new());
    }
    let (library, field) = (ontologies::library(app).await?, field.clone());
    let found = tokio::task::spawn_blocking(move || {
        let takes = |term: TermRef| !library.is_obsolete(term) && takes_term(&library, &field, library.id(term));
        let hits = library.search(&words, most, takes, |_| 0, 0);
        hits.into_iter().map(|hit| described(&library, hit.term)).collect()
    });
    found.await.map_err(|e| Fault::internal("looking up terms", e))
}

/// Terms by their ids; what is none of an ontology in use is left out.
pub async fn describe(app: &Arc<Deployment>, ids: &[String]) -> Result<Vec<Likely>, Fault> {
    let library = ontologies::library(app).await?;
    Ok(ids.iter().filter_map(|id| library.find(id)).map(|term| described(&library, term)).collect())
}

fn described(library: &Library, term: TermRef) -> Likely {
    let path = library.path(term);
    let above = path.split_last().map_or(&[][..], |(_, above)| above);
    Likely {
        state: ValueState::Present,
        term: library.id(term).to_owned(),
        label: library.label(term).to_owned(),
        score: None,
        read: None,
        definition: library.definition(term).to_owned(),
        path: above.iter().map(|at| library.label(*at).to_owned()).collect(),
    }
}

/// What a field takes of what an annotator ranks.
fn taken(library: &Library, field: &Field, item: &Item, one: Suggestion) -> Option<Likely> {
    let state = state_of(one.state);
    let says = state == ValueState::Present;
    let (term, label) = match field.kind {
        FieldKind::Term if says && !takes_term(library, field, &one.term) => return None,
        FieldKind::Choice if says => {
            let is =
                |choice: &&String| choice.eq_ignore_ascii_case(&one.term) || choice.eq_ignore_ascii_case(&one.label);
            let choice = field.choices.iter().find(is)?;
            (choice.clone(), choice.clone())
        }
        _ => (one.term, one.label),
    };
    let known = library.find(&term).filter(|_| says).map(|term| described(library, term));
    let (definition, path) = known.map(|known| (known.definition, known.path)).unwrap_or_default();
    let read = one.evidence.map(|read| Evidence {
        attribute: item.attributes.get(read.attribute).map(|(key, _)| (*key).to_owned()),
        start: u64::from(read.start),
        end: u64::from(read.end),
        text: read.text,
    });
    Some(Likely { state, term, label, score: Some(f64::from(one.score)), read, definition, path })
}
