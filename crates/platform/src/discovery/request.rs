//! From what was asked to what the engine runs: names checked, sizes bounded, cursors unpacked.

use super::layout;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chorale_model::Fault;
use chorale_model::discovery::{DEFAULT_FACETS, Kind, SearchRequest, Sort};
use chorale_search as engine;
use serde::{Deserialize, Serialize};

/// A cursor: the generations of the first page (own, shared), and the engine's place in them.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Pinned {
    pub generations: Vec<i64>,
    pub place: String,
}

impl Pinned {
    pub fn encode(&self) -> Result<String, Fault> {
        let json = serde_json::to_vec(self).map_err(|e| Fault::internal("writing a cursor", e))?;
        Ok(URL_SAFE_NO_PAD.encode(json))
    }

    pub fn decode(text: &str) -> Result<Pinned, Fault> {
        URL_SAFE_NO_PAD
            .decode(text)
            .ok()
            .and_then(|json| serde_json::from_slice(&json).ok())
            .ok_or_else(|| Fault::field("cursor", "this cursor is damaged; start again from the first page"))
    }
}

/// The most hits of a page.
pub const MAX_LIMIT: i64 = 500;
const MAX_FACET_LIMIT: i64 = 200;

/// A request with everything checked; collections are still to be filled in.
pub fn check(asked: &SearchRequest) -> Result<engine::Request, Fault> {
    let query = engine::parse(&asked.q).map_err(|error| {
        let offset = u64::try_from(error.offset_chars).ok();
        Fault::field_at("q", offset, error.to_string())
    })?;
    let kind = match asked.kind {
        Kind::Samples => engine::Kind::Sample,
        Kind::Datasets => engine::Kind::Dataset,
    };
    let mut request = engine::Request::new(kind, query);
    let known = layout().facets;
    for name in asked.chosen.keys() {
        known_facet(&known, "facet", name)?;
    }
    for name in &asked.facets {
        known_facet(&known, "facets", name)?;
    }
    request.chosen = asked.chosen.clone();
    request.facets = if asked.facets.is_empty() {
        DEFAULT_FACETS.iter().map(|name| (*name).to_owned()).collect()
    } else {
        asked.facets.clone()
    };
    request.limit = bounded("limit", asked.limit, 20, MAX_LIMIT)?;
    request.facet_limit = bounded("facet_limit", asked.facet_limit, 10, MAX_FACET_LIMIT)?;
    request.sort = match asked.sort {
        Sort::Relevance => sort(engine::Order::Relevance, engine::Direction::Ascending),
        Sort::Accession => sort(engine::Order::Accession, engine::Direction::Ascending),
        Sort::Title => sort(engine::Order::Title, engine::Direction::Ascending),
        Sort::Newest => sort(engine::Order::Date, engine::Direction::Descending),
    };
    Ok(request)
}

fn sort(order: engine::Order, direction: engine::Direction) -> engine::Sort {
    engine::Sort { order, direction }
}

fn known_facet(known: &[String], field: &str, name: &str) -> Result<(), Fault> {
    if known.iter().any(|facet| facet == name) {
        return Ok(());
    }
    Err(Fault::field(field, format!("there is no facet \"{name}\"; choose one of {}", known.join(", "))))
}

fn bounded(field: &str, asked: Option<i64>, usual: i64, most: i64) -> Result<usize, Fault> {
    let value = asked.unwrap_or(usual);
    match usize::try_from(value) {
        Ok(size) if value <= most => Ok(size),
        _ => Err(Fault::field(field, format!("{value} is out of bounds; choose 0 to {most}"))),
    }
}

/// The engine's refusals as ours.
pub fn from_engine(fault: engine::Fault) -> Fault {
    match fault {
        engine::Fault::Syntax(error) => Fault::field_at("q", u64::try_from(error.offset_chars).ok(), error.to_string()),
        engine::Fault::UnknownFacet { .. } => Fault::field("facets", fault.to_string()),
        engine::Fault::Cursor(_) => Fault::field("cursor", fault.to_string()),
        engine::Fault::Layout { .. } => Fault::busy("the search index is being rebuilt; try again in a moment"),
        engine::Fault::Index { .. } => Fault::internal("searching", fault),
    }
}
