//! Terms with the samples that have them: for forms, and for the page of a term.

use super::State;
use super::counts::Sight;
use super::expansion::FieldsByRelease;
use super::search::sight;
use super::words::{is_harmonized, own};
use crate::{Ctx, harmonize, ontologies};
use chorale_model::discovery::TermQuery;
use chorale_model::fields::Field;
use chorale_model::ontologies::{Term, TermHit, TermHits, TermStep, TermSynonym};
use chorale_model::{CollectionId, Fault, Role};
use chorale_ontology::{Library, Scope, TermRef};
use chorale_search::{Node, Query};
use std::sync::Arc;

const USUAL: i64 = 10;
const MOST: i64 = 100;
/// Longest text that is looked up.
const LONGEST: usize = 200;
/// Years that are counted.
const YEARS: usize = 200;
/// Children that are listed: a genus of bacteria has thousands.
const CHILDREN: usize = 500;

/// The terms that best fit what was typed, with how many samples have them that the asker sees. With a field, only terms
/// of its ontologies.
pub async fn search_terms(ctx: &Ctx, asked: TermQuery) -> Result<TermHits, Fault> {
    ctx.require(Role::Scientist)?;
    let started = std::time::Instant::now();
    let limit = asked.limit.unwrap_or(USUAL);
    let limit = usize::try_from(limit).ok().filter(|_| limit <= MOST);
    let limit = limit.ok_or_else(|| Fault::field("limit", format!("is out of bounds; choose 0 to {MOST}")))?;
    if asked.q.chars().count() > LONGEST {
        return Err(Fault::field("q", format!("type at most {LONGEST} characters")));
    }
    let fields = FieldsByRelease::usual();
    let (releases, taken) = match (&asked.field, asked.collection) {
        (None, None) => (None, None),
        (None, Some(_)) => return Err(Fault::field("field", "is missing; say which of the collection's fields")),
        (Some(field), None) => (Some(releases_of(field)?), None),
        (Some(field), Some(collection)) => (None, Some(field_of(ctx, collection, field).await?)),
    };
    let library = ontologies::library(&ctx.app).await?;
    let sight = sight(ctx, None).await?.1;
    let state = ctx.app.room::<State>();
    let found = tokio::task::spawn_blocking(move || -> Result<Vec<TermHit>, Fault> {
        // By release; none: its terms stand in no field.
        let mut counts = Vec::with_capacity(library.pins().len());
        for release in 0..library.pins().len() {
            let any = TermRef { release: release as u16, place: 0 };
            counts.push(match fields.of(&library, any) {
                Some(field) => Some(state.counts.of(&sight, field)?),
                None => None,
            });
        }
        let samples = |term: TermRef| {
            let of = counts[usize::from(term.release)].as_ref()?;
            Some(of.get(library.id(term)).copied().unwrap_or(0))
        };
        let accept = |term: TermRef| {
            let name = &library.pins()[usize::from(term.release)].name;
            !library.is_obsolete(term)
                && releases.as_ref().is_none_or(|all| all.iter().any(|release| release.eq_ignore_ascii_case(name)))
                && taken.as_ref().is_none_or(|field| harmonize::takes_term(&library, field, library.id(term)))
        };
        let most = counts.iter().flatten().flat_map(|counts| counts.values()).max().copied().unwrap_or(0);
        let hits = library.search(&asked.q, limit, accept, |term| samples(term).unwrap_or(0), most);
        Ok(hits.into_iter().map(|hit| term_hit(&library, hit.term, hit.name, samples(hit.term))).collect())
    });
    let items = found.await.map_err(|e| Fault::internal("looking up terms", e))??;
    Ok(TermHits { items, took_ms: started.elapsed().as_secs_f64() * 1e3 })
}

/// A field of a collection that the asker sees.
async fn field_of(ctx: &Ctx, collection: CollectionId, name: &str) -> Result<Field, Fault> {
    let fields = harmonize::fields_of(ctx, collection).await?.fields;
    let names = fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
    let found = fields.into_iter().find(|field| field.name == name);
    found.ok_or_else(|| Fault::field("field", format!("\"{name}\" is no field of this collection; it has {names}")))
}

fn releases_of(field: &str) -> Result<Vec<String>, Fault> {
    let fields = harmonize::default_fields();
    match fields.iter().find(|known| known.name == field) {
        Some(found) if !found.releases.is_empty() => Ok(found.releases.clone()),
        _ => {
            let with_terms = fields.iter().filter(|field| !field.releases.is_empty());
            let names: Vec<&str> = with_terms.map(|field| field.name.as_str()).collect();
            Err(Fault::field("field", format!("\"{field}\" has no ontology; choose one of {}", names.join(", "))))
        }
    }
}

fn term_hit(library: &Library, term: TermRef, name: String, samples: Option<u64>) -> TermHit {
    let path = library.path(term);
    TermHit {
        id: library.id(term).to_owned(),
        label: library.label(term).to_owned(),
        release: library.pins()[usize::from(term.release)].name.clone(),
        matched: Some(name).filter(|name| name != library.label(term)),
        definition: library.definition(term).to_owned(),
        path: path
            .split_last()
            .map_or(&[][..], |(_, above)| above)
            .iter()
            .map(|at| library.label(*at).to_owned())
            .collect(),
        samples,
    }
}

/// Everything that is known of a term, with the samples that the asker sees: directly, by descent, by year.
pub async fn load_term(ctx: &Ctx, id: &str) -> Result<Term, Fault> {
    ctx.require(Role::Scientist)?;
    let library = ontologies::library(&ctx.app).await?;
    let term = library.find(id).ok_or_else(|| {
        let id: String = id.chars().take(100).collect();
        Fault::missing("term", id)
    })?;
    let sight = sight(ctx, None).await?.1;
    let state = ctx.app.room::<State>();
    tokio::task::spawn_blocking(move || card(&library, &state, &sight, term))
        .await
        .map_err(|e| Fault::internal("counting a term's samples", e))?
}

fn card(library: &Arc<Library>, state: &State, sight: &Sight, at: TermRef) -> Result<Term, Fault> {
    let fields = FieldsByRelease::usual();
    let field = fields.of(library, at).map(str::to_owned);
    let counts = match &field {
        Some(field) => state.counts.of(sight, field)?,
        None => Arc::default(),
    };
    let samples_of = |term: TermRef| counts.get(library.id(term)).copied().unwrap_or(0);
    let step = |relation: chorale_ontology::Relation, term: TermRef| TermStep {
        id: library.id(term).to_owned(),
        label: library.label(term).to_owned(),
        relation: relation.name().to_owned(),
        samples: samples_of(term),
    };
    let steps = |list: Vec<(chorale_ontology::Relation, TermRef)>| -> Vec<TermStep> {
        let mut steps: Vec<TermStep> = list.into_iter().map(|(relation, term)| step(relation, term)).collect();
        steps.sort_by(|a, b| b.samples.cmp(&a.samples).then_with(|| a.label.cmp(&b.label)));
        steps
    };
    let mut children = steps(library.children(at));
    children.truncate(CHILDREN);
    let path = library.path(at);
    let above = path.split_last().map_or(&[][..], |(_, above)| above);
    let said = library.term(at);
    let pin = &library.pins()[usize::from(at.release)];
    let (samples_direct, by_year) = match &field {
        Some(field) if samples_of(at) > 0 => trend(sight, field, library.id(at))?,
        _ => (0, Vec::new()),
    };
    Ok(Term {
        id: said.id,
        label: said.label,
        release: pin.name.clone(),
        version: pin.version.clone(),
        definition: said.definition,
        synonyms: said
            .synonyms
            .into_iter()
            .map(|synonym| TermSynonym { text: synonym.text, scope: scope_name(synonym.scope).to_owned() })
            .collect(),
        xrefs: said.xrefs,
        obsolete: said.obsolete,
        replaced_by: said.replaced_by,
        consider: said.consider,
        parents: steps(library.parents(at)),
        children,
        path: above.iter().map(|term| step(chorale_ontology::Relation::IsA, *term)).collect(),
        facts: said.facts.into_iter().map(|fact| (fact_name(fact.kind), fact.value)).collect(),
        samples: samples_of(at),
        field: field.filter(|_| samples_of(at) > 0),
        samples_direct,
        by_year,
    })
}

/// Samples that have the term itself, and by descent by year.
fn trend(sight: &Sight, field: &str, id: &str) -> Result<(u64, Vec<(String, u64)>), Fault> {
    debug_assert!(is_harmonized(field), "only facets are counted");
    let exact = |field: String| Query { root: Node::Exact { field, value: id.to_owned() } };
    let direct = sight.search(&sight.request(exact(own(field))))?.total;
    let mut request = sight.request(exact(field.to_owned()));
    request.facets = vec!["year".to_owned()];
    request.facet_limit = YEARS;
    let counts = sight.search(&request)?.facets.remove("year").unwrap_or_default().counts;
    let mut years: Vec<(String, u64)> = counts.into_iter().map(|count| (count.value, count.count)).collect();
    years.sort();
    Ok((direct, years))
}

fn scope_name(scope: Scope) -> &'static str {
    match scope {
        Scope::Exact => "exact",
        Scope::Unsaid => "unsaid",
        Scope::Narrow => "narrow",
        Scope::Broad => "broad",
        Scope::Related => "related",
    }
}

fn fact_name(kind: chorale_ontology::FactKind) -> String {
    serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}
