//! The search verb: own and shared index together, limited to visible collections, hits read again from the catalog.

use super::counts::Sight;
use super::expansion::{Widening, Without};
use super::publish::feed_of;
use super::readers::{Reader, reader};
use super::request::{Pinned, check, from_engine};
use super::words::is_harmonized;
use super::{SHARED, State, reasons, trees};
use crate::catalog::{self, Visible};
use crate::{Ctx, Deployment, harmonize, ontologies};
use chorale_model::discovery::{
    Expansion, FacetValue, Fragment, Hit, HitValue, Kind, SearchRequest, SearchResponse, Snippet,
};
use chorale_model::{DatasetId, Fault, OrganizationId, Role, SampleId};
use chorale_ontology::Library;
use chorale_search as engine;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;
use uuid::Uuid;

/// How long a search waits for the ontologies: without them it answers as a search of words.
const PATIENCE: Duration = Duration::from_millis(200);

/// Answers one page. Facet counts are exact and a facet's own choice does not narrow its own counts. Words that name a term
/// are widened to the samples that have it, of the kind samples.
pub async fn search(ctx: &Ctx, asked: SearchRequest) -> Result<SearchResponse, Fault> {
    ctx.require(Role::Scientist)?;
    let started = std::time::Instant::now();
    let mut request = check(&asked)?;
    let without = Without::read(asked.expand.as_deref())?;
    let pinned = asked.cursor.as_deref().map(Pinned::decode).transpose()?;
    request.after = pinned.as_ref().map(|pinned| engine::Cursor(pinned.place.clone()));
    let (visible, sight) = sight(ctx, pinned.as_ref()).await?;
    if let Some(named) = request.chosen.get_mut("collection") {
        *named = named.iter().flat_map(|said| ids_of(&visible, said)).collect();
    }
    request.allowed_collections = sight.allowed.clone();

    let pinned_now: Vec<i64> = generations(&sight);
    if sight.readers.is_empty() {
        return Ok(nothing_yet(request, started));
    }
    let library = library(&ctx.app).await;
    let facet_limit = request.facet_limit;
    if request.facets.iter().any(|name| is_harmonized(name)) {
        request.facet_limit = trees::looked_at(facet_limit);
    }
    let state = ctx.app.room::<State>();
    let shelf = library.clone();
    let (answer, expansions, chosen) = tokio::task::spawn_blocking(move || -> Result<_, Fault> {
        let mut expansions = Vec::new();
        if asked.kind == Kind::Samples && !shelf.pins().is_empty() {
            let query = std::mem::replace(&mut request.query, engine::Query::all());
            let wider = Widening::new(&shelf, &sight, &state.counts, &without).widen(query)?;
            (request.query, expansions) = wider;
        }
        let answer = state.openings.answer(&sight.feeds, &sight.readers, &request).map_err(from_engine)?;
        Ok((answer, expansions, request.chosen))
    })
    .await
    .map_err(|e| Fault::internal("searching", e))??;

    let next_cursor =
        answer.next.map(|place| Pinned { generations: pinned_now.clone(), place: place.0 }.encode()).transpose()?;
    let values = |(name, facet): (String, engine::Facet)| {
        let values = if is_harmonized(&name) {
            trees::values(&library, chosen.get(&name).map_or(&[], Vec::as_slice), facet, facet_limit)
        } else {
            label(&visible, &name, facet, facet_limit)
        };
        (name, values)
    };
    let facets = answer.facets.into_iter().map(values).collect();
    let mut hits = rehydrate(ctx, asked.kind, answer.hits).await?;
    if asked.kind == Kind::Samples && !library.pins().is_empty() {
        add_values(ctx, &library, &expansions, &chosen, &mut hits).await?;
    }
    let took_ms = started.elapsed().as_secs_f64() * 1e3;
    Ok(SearchResponse { total: answer.total, took_ms, hits, facets, expansions, next_cursor, generations: pinned_now })
}

/// The ontologies in use, if they are there soon; loading goes on meanwhile.
async fn library(app: &Arc<Deployment>) -> Arc<Library> {
    match tokio::time::timeout(PATIENCE, ontologies::library(app)).await {
        Ok(Ok(library)) => library,
        Ok(Err(fault)) => {
            tracing::warn!(%fault, "a search goes without ontologies");
            Arc::default()
        }
        Err(_) => Arc::default(),
    }
}

/// What the asker may see, in the newest generations or those of a cursor's first page.
pub(super) async fn sight(ctx: &Ctx, pinned: Option<&Pinned>) -> Result<(Visible, Sight), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let visible = catalog::visible_collections(ctx).await?;
    let readers = open(ctx, organization, pinned).await?;
    let allowed = readers.iter().map(|(feed, _)| Some(allowed(&visible, feed))).collect();
    let (feeds, readers): (Vec<String>, Vec<Arc<Reader>>) = readers.into_iter().unzip();
    Ok((visible, Sight { feeds, readers, allowed }))
}

/// The accepted values of each hit, and why it was found by them.
async fn add_values(
    ctx: &Ctx,
    library: &Library,
    expansions: &[Expansion],
    chosen: &BTreeMap<String, Vec<String>>,
    hits: &mut [Hit],
) -> Result<(), Fault> {
    let mut by_owner: BTreeMap<OrganizationId, Vec<SampleId>> = BTreeMap::new();
    for hit in hits.iter() {
        by_owner.entry(hit.owner).or_default().push(SampleId(hit.id));
    }
    let mut values = HashMap::new();
    for (owner, ids) in by_owner {
        values.extend(harmonize::values_for_index(&ctx.app, owner, &ids).await?);
    }
    for hit in hits {
        let Some(found) = values.remove(&SampleId(hit.id)) else { continue };
        hit.reasons = reasons::reasons(library, expansions, chosen, &found);
        let word = |value: harmonize::IndexValue| HitValue {
            field: value.field,
            state: value.state,
            term: value.term,
            label: value.label,
        };
        hit.values = found.into_iter().map(word).collect();
    }
    Ok(())
}

/// The answer of an organization that has imported nothing.
fn nothing_yet(request: engine::Request, started: std::time::Instant) -> SearchResponse {
    SearchResponse {
        took_ms: started.elapsed().as_secs_f64() * 1e3,
        facets: request.facets.into_iter().map(|name| (name, Vec::new())).collect(),
        generations: vec![0, 0],
        ..SearchResponse::default()
    }
}

/// The generations that answer: the newest, or those that the cursor's first page was read from. 0 stands for none.
async fn open(
    ctx: &Ctx,
    organization: OrganizationId,
    pinned: Option<&Pinned>,
) -> Result<Vec<(String, Arc<Reader>)>, Fault> {
    let mut readers = Vec::new();
    for (at, feed) in [feed_of(organization), SHARED.to_owned()].into_iter().enumerate() {
        let wanted = match pinned {
            None => None,
            Some(pinned) => match pinned.generations.get(at).copied() {
                Some(0) => continue,
                Some(generation) => Some(generation),
                None => return Err(Fault::field("cursor", "this cursor is damaged; start again from the first page")),
            },
        };
        match reader(ctx, &feed, wanted).await? {
            Some(reader) => readers.push((feed, reader)),
            None if wanted.is_some() => {
                return Err(Fault::field("cursor", "this cursor's results are gone; start again from the first page"));
            }
            None => {}
        }
    }
    Ok(readers)
}

fn generations(sight: &Sight) -> Vec<i64> {
    let of = |shared: bool| {
        let mut readers = sight.feeds.iter().zip(&sight.readers);
        readers.find(|(feed, _)| (*feed == SHARED) == shared).map_or(0, |(_, reader)| reader.generation)
    };
    vec![of(false), of(true)]
}

/// People choose a collection by its name, the index knows ids. What is neither is left as it is and finds nothing.
fn ids_of(visible: &Visible, said: &str) -> Vec<String> {
    let all = || visible.own.iter().chain(&visible.shared);
    let named: Vec<String> = all().filter(|(_, name)| name == said).map(|(id, _)| id.to_string()).collect();
    if named.is_empty() { vec![said.to_owned()] } else { named }
}

fn allowed(visible: &Visible, feed: &str) -> std::collections::BTreeSet<String> {
    let collections = if feed == SHARED { &visible.shared } else { &visible.own };
    collections.iter().map(|(id, _)| id.to_string()).collect()
}

fn label(visible: &Visible, name: &str, facet: engine::Facet, limit: usize) -> Vec<FacetValue> {
    let names: HashMap<String, &str> = if name == "collection" {
        visible.own.iter().chain(&visible.shared).map(|(id, name)| (id.to_string(), name.as_str())).collect()
    } else {
        HashMap::new()
    };
    facet
        .counts
        .into_iter()
        .take(limit)
        .map(|count| FacetValue {
            label: names.get(&count.value).map_or_else(|| count.value.clone(), |name| (*name).to_owned()),
            value: count.value,
            count: count.count,
            parent: None,
        })
        .collect()
}

/// Reads what a hit shows from the catalog, under the asker's own authorization; what is gone since is left out.
async fn rehydrate(ctx: &Ctx, kind: Kind, found: Vec<engine::Hit>) -> Result<Vec<Hit>, Fault> {
    let mut by_owner: BTreeMap<OrganizationId, Vec<Uuid>> = BTreeMap::new();
    for hit in &found {
        if let (Ok(owner), Ok(id)) = (hit.owner.parse::<OrganizationId>(), Uuid::parse_str(&hit.id)) {
            by_owner.entry(owner).or_default().push(id);
        }
    }
    let mut briefs = HashMap::new();
    for (owner, ids) in by_owner {
        let read = match kind {
            Kind::Samples => catalog::sample_hits(ctx, owner, ids.into_iter().map(SampleId).collect()).await?,
            Kind::Datasets => catalog::dataset_hits(ctx, owner, ids.into_iter().map(DatasetId).collect()).await?,
        };
        briefs.extend(read.into_iter().map(|brief| (brief.id, brief)));
    }
    Ok(found
        .into_iter()
        .filter_map(|hit| {
            let mut brief = briefs.remove(&Uuid::parse_str(&hit.id).ok()?)?;
            brief.score = hit.score;
            brief.snippet = hit.snippet.map(|snippet| Snippet {
                field: snippet.field,
                fragments: snippet.fragments.into_iter().map(|(text, marked)| Fragment { text, marked }).collect(),
            });
            Some(brief)
        })
        .collect())
}
