//! What a query asks beside its words: samples that have a term which the words name, or a kind of it. Words that name a
//! term are widened to it, longest names first; a value in a harmonized field is looked up by its id or name. What was
//! widened is told, and may be left out.
//!
//! A longer name is never taken apart, whether or not samples have its term: who asks for kidney cancer does not ask
//! for every cancer beside a kidney. Where no sample has it, those of whom less is said are found instead: that they
//! have the term right above it, itself.

use super::counts::{Counts, Sight};
use super::words::{self, Roots, always_named, own};
use crate::harmonize;
use chorale_model::Fault;
use chorale_model::discovery::{Expansion, FACETS};
use chorale_ontology::dictionary::Name;
use chorale_ontology::{Library, Relation, Scope, TermRef, Words};
use chorale_search::{Node, Query, Text};
use std::collections::{BTreeSet, HashMap};

/// Terms that a query is widened to, at most.
const MOST: usize = 8;
/// Names with fewer letters say too little.
const SHORTEST: usize = 3;
const SYNONYMS: usize = 10;
/// So many steps above a term that no sample has lies what is found instead.
const NEAR: usize = 2;
/// With more terms below it, what lies above is another question: carcinoma for carcinoma of the prostate.
const BROADEST: usize = 100;

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

/// A name in some neighbouring texts, and what it is widened to.
struct Named {
    from: usize,
    to: usize,
    expansion: Option<Expansion>,
}

/// What a name means in a query.
enum Meant {
    Term {
        term: TermRef,
        field: String,
        samples: u64,
    },
    /// A term that the asker leaves out.
    LeftOut,
}

/// Smaller is better: without samples, a synonym, its scope, how few samples.
type Rank = (bool, bool, Scope, u64);

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
            let found = named.iter().find(|named| named.from == place);
            let to = found.map_or(place + 1, |named| named.to);
            let words: Vec<Node> = texts[place..to].iter().cloned().map(Node::Text).collect();
            let Some(expansion) = found.and_then(|named| named.expansion.as_ref()) else {
                wider.extend(words);
                place = to;
                continue;
            };
            let words = if words.len() == 1 { words.into_iter().next() } else { Some(Node::And(words)) };
            let field = match expansion.instead_of {
                None => expansion.field.clone(),
                Some(_) => own(&expansion.field),
            };
            let exact = Node::Exact { field, value: expansion.term.clone() };
            wider.push(Node::Or(words.into_iter().chain([exact]).collect()));
            self.found.push(expansion.clone());
            place = to;
        }
        Ok(())
    }

    /// The longest names in some neighbouring texts that do not overlap.
    fn named(&mut self, texts: &[Text]) -> Result<Vec<Named>, Fault> {
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
        let mut named: Vec<Named> = Vec::new();
        for found in &matches {
            let place = |word: u32| starts.iter().position(|start| *start == word as usize);
            let (Some(from), Some(to)) = (place(found.from), place(found.to)) else { continue };
            let overlaps = named.iter().any(|named| named.from < to && from < named.to);
            let letters = (found.end - found.start) as usize;
            if overlaps || letters < SHORTEST || self.found.len() + named.len() >= MOST {
                continue;
            }
            let library = self.library;
            let names = library.dictionary().names(found);
            let Some(meant) = self.meant(names, found.is_upper)? else { continue };
            let text = texts[from..to].iter().map(|text| text.text.as_str()).collect::<Vec<_>>().join(" ");
            let expansion = self.expansion(text, meant)?;
            named.push(Named { from, to, expansion });
        }
        Ok(named)
    }

    /// The term that a name means: one that samples have before others, the label before a synonym, and then what is
    /// commoner. None: it names nothing that samples could have.
    fn meant(&mut self, names: impl Iterator<Item = Name>, is_upper: bool) -> Result<Option<Meant>, Fault> {
        let (mut best, mut left_out): (Option<(Rank, Meant)>, bool) = (None, false);
        for name in names {
            let term = TermRef { release: name.release, place: name.term };
            let vague = matches!(name.scope, Scope::Broad | Scope::Related) || (name.is_acronym && !is_upper);
            let Some(field) = self.fields.of(self.library, term).map(str::to_owned) else { continue };
            let id = self.library.id(term);
            if vague || self.roots.holds(self.library, term) {
                continue;
            }
            if self.without.holds(id) {
                left_out = true;
                continue;
            }
            let samples = self.counts.of(self.sight, &field)?.get(id).copied().unwrap_or(0);
            let rank = (samples == 0, !name.is_label, name.scope, u64::MAX - samples);
            if best.as_ref().is_none_or(|(known, _)| rank < *known) {
                best = Some((rank, Meant::Term { term, field, samples }));
            }
        }
        Ok(best.map(|(_, meant)| meant).or(left_out.then_some(Meant::LeftOut)))
    }

    /// What a name is widened to; None: its words stand as they are.
    fn expansion(&mut self, text: String, meant: Meant) -> Result<Option<Expansion>, Fault> {
        let Meant::Term { term, field, samples } = meant else { return Ok(None) };
        if samples > 0 {
            return Ok(Some(self.widened(text, term, field)));
        }
        let Some(above) = self.right_above(term, &field)? else { return Ok(None) };
        let instead_of = Some(self.library.label(term).to_owned());
        Ok(Some(Expansion { kinds: 0, instead_of, ..self.widened(text, above, field) }))
    }

    /// The nearest term above one that no sample has, narrowest first, which some samples have themselves.
    fn right_above(&mut self, term: TermRef, field: &str) -> Result<Option<TermRef>, Fault> {
        let library = self.library;
        let mut level = vec![term];
        for _ in 0..NEAR {
            // What a cell grew out of is something else.
            let steps = level.iter().flat_map(|at| library.parents(*at));
            let steps = steps.filter(|(relation, _)| *relation != Relation::DevelopsFrom);
            let mut above: Vec<(usize, TermRef)> =
                steps.map(|(_, parent)| (library.descendants(parent).len(), parent)).collect();
            above.sort_unstable();
            above.dedup();
            for (kinds, parent) in &above {
                let id = library.id(*parent);
                if *kinds > BROADEST || self.roots.holds(library, *parent) || !self.has_itself(field, id)? {
                    continue;
                }
                return Ok(Some(*parent).filter(|_| !self.without.holds(id)));
            }
            level = above.into_iter().map(|(_, parent)| parent).collect();
        }
        Ok(None)
    }

    fn has_itself(&self, field: &str, id: &str) -> Result<bool, Fault> {
        if !self.counts.of(self.sight, field)?.contains_key(id) {
            return Ok(false);
        }
        let root = Node::Exact { field: own(field), value: id.to_owned() };
        Ok(self.sight.search(&self.sight.request(Query { root }))?.total > 0)
    }

    fn widened(&self, text: String, term: TermRef, field: String) -> Expansion {
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
            instead_of: None,
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
