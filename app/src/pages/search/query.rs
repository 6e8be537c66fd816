//! The state of a search, as the address holds it and as the platform is asked.

use crate::address::{address, one};
use chorale_model::discovery::{DEFAULT_FACETS, FACETS, FacetValue, Kind, SearchRequest, Sort};
use leptos_router::params::ParamsMap;
use std::collections::BTreeMap;

/// What the address of a search page says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Query {
    pub kind: Kind,
    pub q: String,
    pub chosen: BTreeMap<String, Vec<String>>,
    pub sort: Sort,
    pub cursor: Option<String>,
    /// Terms to which words are not widened, as the API writes them; none: words are widened to all they name.
    pub expand: Option<String>,
}

impl Query {
    /// Reads the address. Unknown keys are left alone; the platform refuses unknown values.
    pub fn from_map(map: &ParamsMap) -> Self {
        let mut chosen = BTreeMap::new();
        for field in FACETS {
            let values: Vec<String> =
                map.get_all(field.name).unwrap_or_default().into_iter().filter(|value| !value.is_empty()).collect();
            if !values.is_empty() {
                chosen.insert(field.name.to_owned(), values);
            }
        }
        Query {
            kind: if map.get("kind").as_deref() == Some("datasets") { Kind::Datasets } else { Kind::Samples },
            q: one(map, "q").unwrap_or_default(),
            chosen,
            sort: SORTS
                .iter()
                .find(|(_, name)| map.get("sort").as_deref() == Some(name))
                .map_or(Sort::Relevance, |(sort, _)| *sort),
            cursor: one(map, "cursor"),
            expand: one(map, "expand"),
        }
    }

    /// As the verb is asked.
    pub fn request(&self) -> SearchRequest {
        let asked = |name: &str| DEFAULT_FACETS.contains(&name) || self.chosen.contains_key(name);
        let facets = FACETS.iter().filter(|field| field.harmonized || asked(field.name));
        let facets = facets.map(|field| field.name.to_owned()).collect();
        SearchRequest {
            kind: self.kind,
            q: self.q.clone(),
            chosen: self.chosen.clone(),
            facets,
            limit: Some(25),
            cursor: self.cursor.clone(),
            sort: self.sort,
            facet_limit: Some(50),
            expand: self.expand.clone(),
        }
    }

    /// The address of this state under `path`; the same pairs mean the same to the page, the API and the export.
    pub fn href(&self, path: &str) -> String {
        let sort = sort_name(self.sort);
        let mut pairs = vec![("kind", self.kind.name()), ("q", self.q.as_str())];
        for (field, values) in &self.chosen {
            pairs.extend(values.iter().map(|value| (field.as_str(), value.as_str())));
        }
        if self.sort != Sort::Relevance {
            pairs.push(("sort", sort));
        }
        if let Some(expand) = &self.expand {
            pairs.push(("expand", expand));
        }
        if let Some(cursor) = &self.cursor {
            pairs.push(("cursor", cursor));
        }
        address(path, pairs)
    }

    /// Adds a facet value, or takes it away when it is there. A changed question starts at its first page.
    pub fn toggled(&self, field: &str, value: &str) -> Query {
        let mut next = Query { cursor: None, ..self.clone() };
        let values = next.chosen.entry(field.to_owned()).or_default();
        match values.iter().position(|one| one == value) {
            Some(at) => {
                values.remove(at);
            }
            None => values.push(value.to_owned()),
        }
        next.chosen.retain(|_, values| !values.is_empty());
        next
    }

    pub fn of_kind(&self, kind: Kind) -> Query {
        Query { kind, cursor: None, ..self.clone() }
    }

    pub fn sorted(&self, sort: Sort) -> Query {
        Query { sort, cursor: None, ..self.clone() }
    }

    pub fn at(&self, cursor: Option<String>) -> Query {
        Query { cursor, ..self.clone() }
    }

    /// Values that were said by their name, as the index has them: `collection=Public GEO` becomes the collection's id.
    pub fn canonical(&self, facets: &BTreeMap<String, Vec<FacetValue>>) -> Query {
        let mut query = self.clone();
        for (field, values) in &mut query.chosen {
            let known = facets.get(field).map(Vec::as_slice).unwrap_or_default();
            for said in values {
                if let Some(found) = known.iter().find(|value| value.label == *said) {
                    said.clone_from(&found.value);
                }
            }
        }
        query
    }

    /// With words no longer widened to `term`.
    pub fn without_kinds_of(&self, term: &str) -> Query {
        let left: Vec<String> = self.left_out().map(str::to_owned).chain([term.to_owned()]).collect();
        let expand = left.iter().map(|term| format!("-{term}")).collect::<Vec<_>>().join(",");
        Query { expand: Some(expand), cursor: None, ..self.clone() }
    }

    /// Terms to which words are not widened.
    pub fn left_out(&self) -> impl Iterator<Item = &str> {
        self.expand.as_deref().unwrap_or_default().split(',').filter_map(|term| term.trim().strip_prefix('-'))
    }

    /// With words widened to everything that they name.
    pub fn widened(&self) -> Query {
        Query { expand: None, cursor: None, ..self.clone() }
    }

    /// Without any facet.
    pub fn cleared(&self) -> Query {
        Query { chosen: BTreeMap::new(), cursor: None, ..self.clone() }
    }

    /// Without the words.
    pub fn without_words(&self) -> Query {
        Query { q: String::new(), cursor: None, expand: None, ..self.clone() }
    }

    pub fn has(&self, field: &str, value: &str) -> bool {
        self.chosen.get(field).is_some_and(|values| values.iter().any(|one| one == value))
    }
}

/// Orders with the names that the address uses.
pub const SORTS: &[(Sort, &str)] =
    &[(Sort::Relevance, "relevance"), (Sort::Accession, "accession"), (Sort::Title, "title"), (Sort::Newest, "newest")];

/// The name of an order.
pub fn sort_name(sort: Sort) -> &'static str {
    SORTS.iter().find(|(one, _)| *one == sort).map_or("relevance", |(_, name)| name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_state_survives_its_address() {
        let state = Query { q: "liver (cancer".into(), ..Query::default() }
            .toggled("organism", "Homo sapiens")
            .toggled("year", "2009");
        let href = state.href("/search");
        let url = url_pairs(href.split_once('?').expect("a query").1);
        assert_eq!(Query::from_map(&url), state);
    }

    #[test]
    fn a_widening_that_was_removed_stays_removed() {
        let once = Query { q: "liver cancer".into(), ..Query::default() }.without_kinds_of("MONDO:0002691");
        assert_eq!(once.expand.as_deref(), Some("-MONDO:0002691"));
        let twice = once.without_kinds_of("UBERON:0002107");
        assert_eq!(twice.expand.as_deref(), Some("-MONDO:0002691,-UBERON:0002107"));
        let href = twice.href("/search");
        assert_eq!(Query::from_map(&url_pairs(href.split_once('?').expect("a query").1)), twice);
        assert_eq!(twice.widened().expand, None);
    }

    #[test]
    fn choosing_twice_is_not_choosing_and_returns_to_the_first_page() {
        let state = Query { cursor: Some("c".into()), ..Query::default() };
        let once = state.toggled("organism", "Mus musculus");
        assert!(once.has("organism", "Mus musculus"));
        assert_eq!(once.cursor, None);
        assert_eq!(once.toggled("organism", "Mus musculus").chosen, state.chosen);
    }

    #[test]
    fn a_value_said_by_its_name_is_the_value() {
        let facets = [(
            "collection".to_owned(),
            vec![FacetValue { value: "id-1".into(), label: "Public GEO".into(), count: 3, parent: None }],
        )];
        let asked = Query::default().toggled("collection", "Public GEO").toggled("organism", "Homo sapiens");
        let query = asked.canonical(&facets.into());
        assert!(query.has("collection", "id-1") && query.has("organism", "Homo sapiens"), "{query:?}");
    }

    fn url_pairs(query: &str) -> ParamsMap {
        let decoded =
            |text: &str| percent_encoding::percent_decode_str(text).decode_utf8().expect("UTF-8").into_owned();
        query
            .split('&')
            .filter_map(|pair| pair.split_once('='))
            .map(|(key, value)| (decoded(key), decoded(value)))
            .collect()
    }
}
