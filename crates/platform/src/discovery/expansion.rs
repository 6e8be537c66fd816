//! What a query asks beside its words: samples that have a term which the words name, or a kind of it. Words that name a
//! term are widened to it, longest names first; a value in a harmonized field is looked up by its id or name. What was
//! widened is told, and may be left out.

use super::counts::{Counts, Sight};
use super::words::{self, Roots, always_named};
use crate::harmonize;
use chorale_model::Fault;
use chorale_model::discovery::{Expansion, FACETS};
use chorale_ontology::dictionary::Name;
use chorale_ontology::{Library, Scope, TermRef, Words};
use chorale_search::{Node, Query, Text};
use std::collections::{BTreeSet, HashMap};

/// Terms that a query is widened to, at most.
const MOST: usize = 8;
/// Names with fewer letters say too little.
const SHORTEST: usize = 3;
const SYNONYMS: usize = 10;

/// Which terms are left out.
#[derive(Debug, PartialEq, Eq)]
pub enum Without {
    Everything,
    Terms(BTreeSet<String>),
}

impl Without {
    /// `none`, or `-MONDO:0002691,-UBERON:0002107`.
    pub fn read(text: Option<&str>) -> Result<Without, Fault> {
        let text = text.unwrap_or_default().trim();
        if text == "none" {
            return Ok(Without::Everything);
        }
        let parts = text.split(',').map(str::trim).filter(|part| !part.is_empty());
        let term = |part: &str| {
            let id = part.strip_prefix('-').filter(|id| !id.is_empty() && id.len() <= 100);
            id.map(str::to_owned).ok_or_else(|| {
                let part: String = part.chars().take(40).collect();
                let why = "write none, or the terms to leave out as -MONDO:0002691,-UBERON:0002107";
                Fault::field("expand", format!("\"{part}\" is not understood; {why}"))
            })
        };
        Ok(Without::Terms(parts.map(term).collect::<Result<_, _>>()?))
    }

    fn holds(&self, id: &str) -> bool {
        match self {
            Without::Everything => true,
            Without::Terms(terms) => terms.contains(id),
        }
    }
}

/// The fields of releases, by their names in small letters.
pub struct FieldsByRelease(HashMap<String, String>);

impl FieldsByRelease {
    pub fn usual() -> FieldsByRelease {
        let mut fields = HashMap::new();
        for field in harmonize::default_fields().into_iter().filter(|field| words::is_harmonized(&field.name)) {
            for release in &field.releases {
                fields.entry(release.to_ascii_lowercase()).or_insert_with(|| field.name.clone());
            }
        }
        FieldsByRelease(fields)
    }

    /// The facet in which samples have a term.
    pub fn of(&self, library: &Library, term: TermRef) -> Option<&str> {
        let release = library.pins()[usize::from(term.release)].name.to_ascii_lowercase();
        self.0.get(&release).map(String::as_str)
    }

    /// The releases of a facet.
    pub fn releases(&self, facet: &str) -> BTreeSet<String> {
        self.0.iter().filter(|(_, field)| *field == facet).map(|(release, _)| release.clone()).collect()
    }
}

/// Widens queries for one asker.
pub struct Widening<'a> {
    pub library: &'a Library,
    pub sight: &'a Sight,
    pub counts: &'a Counts,
    pub without: &'a Without,
    fields: FieldsByRelease,
    roots: Roots,
    found: Vec<Expansion>,
}

impl<'a> Widening<'a> {
    pub fn new(library: &'a Library, sight: &'a Sight, counts: &'a Counts, without: &'a Without) -> Widening<'a> {
        let (fields, roots) = (FieldsByRelease::usual(), Roots::default());
        Widening { library, sight, counts, without, fields, roots, found: Vec::new() }
    }

    /// The wider query, and what its words were widened to.
    pub fn widen(mut self, query: Query) -> Result<(Query, Vec<Expansion>), Fault> {
        let root = self.node(query.root)?;
        Ok((Query { root }, self.found))
    }

    fn node(&mut self, node: Node) -> Result<Node, Fault> {
        Ok(match node {
            Node::And(children) => self.conjunction(children)?,
            Node::Or(children) => {
                let mut wider = Vec::with_capacity(children.len());
                for child in children {
                    match self.node(child)? {
                        Node::Or(more) => wider.extend(more),
                        other => wider.push(other),
                    }
                }
                Node::Or(wider)
            }
            // Who says what not to find is taken at their word.
            Node::Not(_) | Node::All | Node::Exact { .. } => node,
            Node::Text(text) => match &text.field {
                Some(_) => self.in_field(text),
                None => self.conjunction(vec![Node::Text(text)])?,
            },
        })
    }

    /// Neighbours that stand for words may name a term together.
    fn conjunction(&mut self, children: Vec<Node>) -> Result<Node, Fault> {
        let mut wider = Vec::with_capacity(children.len());
        let mut run: Vec<Text> = Vec::new();
        for child in children {
            match child {
                Node::Text(text) if text.field.is_none() && !text.prefix => run.push(text),
                other => {
                    self.run(&mut run, &mut wider)?;
                    let other =
                        if matches!(other, Node::Text(Text { field: None, .. })) { other } else { self.node(other)? };
                    match other {
                        Node::And(more) => wider.extend(more),
                        other => wider.push(other),
                    }
                }
            }
        }
        self.run(&mut run, &mut wider)?;
        Ok(if wider.len() == 1 { wider.remove(0) } else { Node::And(wider) })
    }

    fn run(&mut self, run: &mut Vec<Text>, wider: &mut Vec<Node>) -> Result<(), Fault> {
        let texts = std::mem::take(run);
        let named = self.named(&texts)?;
        let mut place = 0;
        while place < texts.len() {
            let Some((to, expansion)) = named.iter().find(|(from, ..)| *from == place).map(|(_, to, term)| (*to, term))
            else {
                wider.push(Node::Text(texts[place].clone()));
                place += 1;
                continue;
            };
            let words: Vec<Node> = texts[place..to].iter().cloned().map(Node::Text).collect();
            let words = if words.len() == 1 { words.into_iter().next() } else { Some(Node::And(words)) };
            let exact = Node::Exact { field: expansion.field.clone(), value: expansion.term.clone() };
            wider.push(Node::Or(words.into_iter().chain([exact]).collect()));
            self.found.push(expansion.clone());
            place = to;
        }
        Ok(())
    }

    /// The longest names in some neighbouring texts that do not overlap: from, to, and what they name.
    fn named(&mut self, texts: &[Text]) -> Result<Vec<(usize, usize, Expansion)>, Fault> {
        if texts.is_empty() || *self.without == Without::Everything || self.sight.readers.is_empty() {
            return Ok(Vec::new());
        }
        let joined = texts.iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
        let words = Words::of(&joined);
        let mut starts = vec![0];
        for text in texts {
            starts.push(starts[starts.len() - 1] + Words::of(&text.text).len());
        }
        if starts.last() != Some(&words.len()) {
            return Ok(Vec::new());
        }
        let mut matches = Vec::new();
        self.library.dictionary().find(&words, &mut matches);
        matches.sort_by_key(|found| (std::cmp::Reverse(found.to - found.from), found.from));
        let mut named: Vec<(usize, usize, Expansion)> = Vec::new();
        for found in &matches {
            let place = |word: u32| starts.iter().position(|start| *start == word as usize);
            let (Some(from), Some(to)) = (place(found.from), place(found.to)) else { continue };
            let overlaps = named.iter().any(|(f, t, _)| *f < to && from < *t);
            let letters = (found.end - found.start) as usize;
            if overlaps || letters < SHORTEST || self.found.len() + named.len() >= MOST {
                continue;
            }
            let names = self.library.dictionary().names(found);
            if let Some((term, field)) = self.best(names, found.is_upper)? {
                let text = texts[from..to].iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
                named.push((from, to, self.expansion(text, term, field)));
            }
        }
        Ok(named)
    }

    /// The term that a name means: one that samples have; the label before a synonym, and then what is commoner.
    fn best(&mut self, names: &[Name], is_upper: bool) -> Result<Option<(TermRef, String)>, Fault> {
        let mut best: Option<((bool, Scope, u64), TermRef, String)> = None;
        for name in names {
            let term = TermRef { release: name.release, place: name.term };
            let vague = matches!(name.scope, Scope::Broad | Scope::Related) || (name.is_acronym && !is_upper);
            let Some(field) = self.fields.of(self.library, term).map(str::to_owned) else { continue };
            let id = self.library.id(term);
            if vague || self.without.holds(id) || self.roots.holds(self.library, term) {
                continue;
            }
            let samples = self.counts.of(self.sight, &field)?.get(id).copied().unwrap_or(0);
            let rank = (!name.is_label, name.scope, u64::MAX - samples);
            if samples > 0 && best.as_ref().is_none_or(|(known, ..)| rank < *known) {
                best = Some((rank, term, field));
            }
        }
        Ok(best.map(|(_, term, field)| (term, field)))
    }

    fn expansion(&self, text: String, term: TermRef, field: String) -> Expansion {
        let mut synonyms: Vec<String> = Vec::new();
        for (name, _) in self.library.synonyms(term) {
            let known = synonyms.iter().any(|known| known.eq_ignore_ascii_case(name));
            if synonyms.len() < SYNONYMS && !known && !name.eq_ignore_ascii_case(self.library.label(term)) {
                synonyms.push(name.to_owned());
            }
        }
        Expansion {
            text,
            term: self.library.id(term).to_owned(),
            label: self.library.label(term).to_owned(),
            field,
            kinds: self.library.descendants(term).len() as u64,
            synonyms,
        }
    }

    /// `disease:"liver cancer"` and `disease:MONDO:0002691` are what samples have by descent, beside what their sources say.
    fn in_field(&self, text: Text) -> Node {
        let facet = FACETS.iter().find(|facet| {
            facet.harmonized && text.field.as_ref().is_some_and(|field| *field == facet.name.replace('_', " "))
        });
        let Some(facet) = facet.filter(|_| !text.prefix) else { return Node::Text(text) };
        let mut ways = vec![Node::Text(text.clone())];
        let exact = |value: &str| Node::Exact { field: facet.name.to_owned(), value: value.to_owned() };
        ways.extend(self.values_named(facet.name, &text.text).iter().map(|value| exact(value)));
        if ways.len() == 1 { Node::Text(text) } else { Node::Or(ways) }
    }

    /// The values of a facet that a text names as a whole.
    pub fn values_named(&self, facet: &str, text: &str) -> BTreeSet<String> {
        let mut values = BTreeSet::new();
        values.extend(always_named(facet, text).map(str::to_owned));
        let releases = self.fields.releases(facet);
        let of_facet = |term: TermRef| {
            releases.contains(&self.library.pins()[usize::from(term.release)].name.to_ascii_lowercase())
        };
        if let Some(term) = self.library.find(text) {
            values.insert(self.library.id(term).to_owned());
        }
        let words = Words::of(text);
        let mut found = Vec::new();
        self.library.dictionary().find(&words, &mut found);
        for whole in found.iter().filter(|one| one.from == 0 && one.to as usize == words.len()) {
            for name in self.library.dictionary().names(whole) {
                let term = TermRef { release: name.release, place: name.term };
                if of_facet(term) && !matches!(name.scope, Scope::Broad | Scope::Related) {
                    values.insert(self.library.id(term).to_owned());
                }
            }
        }
        if releases.is_empty() {
            values.insert(text.to_owned());
            values.insert(text.to_lowercase());
        }
        values
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_to_leave_out_is_read_or_refused() {
        assert_eq!(Without::read(Some("none")).unwrap(), Without::Everything);
        let some = Without::read(Some("-MONDO:1, -UBERON:2")).unwrap();
        assert!(some.holds("MONDO:1") && some.holds("UBERON:2") && !some.holds("MONDO:2"));
        assert!(!Without::read(None).unwrap().holds("MONDO:1"));
        let refused = Without::read(Some("MONDO:1")).unwrap_err();
        assert!(refused.message.contains("\"MONDO:1\" is not understood"), "{refused}");
    }
}
