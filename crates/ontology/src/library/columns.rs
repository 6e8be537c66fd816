//! What terms say, column by column: texts in few pieces of memory instead of a dozen small ones a term. A [`Term`] is put
//! together again when somebody looks at it.

use crate::bytes::{Rest, damaged, put};
use crate::numbers::Numbers;
use crate::problem::Error;
use crate::release::Step;
use crate::term::{Fact, FactKind, Parent, Relation, Scope, Synonym, Term};
use crate::texts::Texts;
use std::ops::Range;

/// Terms by their number; `*_ends[n]` is where the list of term n ends and that of the next begins.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Columns {
    pub ids: Texts,
    pub labels: Texts,
    pub definitions: Texts,
    pub obsolete: Numbers<u8>,
    synonym_ends: Numbers<u32>,
    synonyms: Texts,
    scopes: Numbers<u8>,
    note_ends: Numbers<u32>,
    notes: Texts,
    tags: Numbers<u8>,
}

/// What a note is, as a number that is kept.
const XREF: u8 = 0;
const ALTERNATIVE: u8 = 1;
const CONSIDER: u8 = 2;
const REPLACED_BY: u8 = 3;
/// A parent that its release does not define: 8 and its relation.
const FOREIGN: u8 = 8;
/// A fact: 64 and its kind.
const FACT: u8 = 64;

impl Columns {
    pub fn len(&self) -> usize {
        self.ids.len()
    }

    /// Adds a term; parents that `resolved` does not tell are kept as the source writes them.
    pub fn push(&mut self, term: &Term, resolved: impl Fn(&str) -> bool) -> Result<(), Error> {
        self.ids.push(&term.id)?;
        self.labels.push(&term.label)?;
        self.definitions.push(&term.definition)?;
        self.obsolete.own().push(u8::from(term.obsolete));
        for synonym in &term.synonyms {
            self.synonyms.push(&synonym.text)?;
            self.scopes.own().push(synonym.scope.number());
        }
        self.synonym_ends.own().push(self.scopes.len() as u32);
        let foreign = term.parents.iter().filter(|parent| !resolved(&parent.id));
        let notes = (term.xrefs.iter().map(|id| (XREF, id)))
            .chain(term.alternatives.iter().map(|id| (ALTERNATIVE, id)))
            .chain(term.consider.iter().map(|id| (CONSIDER, id)))
            .chain(term.replaced_by.iter().map(|id| (REPLACED_BY, id)))
            .chain(foreign.map(|parent| (FOREIGN + parent.relation.number(), &parent.id)))
            .chain(term.facts.iter().map(|fact| (FACT + fact.kind.number(), &fact.value)));
        for (tag, text) in notes {
            self.notes.push(text)?;
            self.tags.own().push(tag);
        }
        self.note_ends.own().push(self.tags.len() as u32);
        Ok(())
    }

    /// Gives back what was reserved and not used.
    pub fn shrink(&mut self) {
        let texts = [&mut self.ids, &mut self.labels, &mut self.definitions, &mut self.synonyms, &mut self.notes];
        texts.into_iter().for_each(Texts::shrink);
    }

    /// The name of a term by its number: 0 is the label, synonyms follow.
    pub fn name(&self, term: usize, name: u16) -> Option<&str> {
        let Some(synonym) = name.checked_sub(1) else { return Some(self.labels.get(term)) };
        let at = list(&self.synonym_ends, term).nth(usize::from(synonym))?;
        Some(self.synonyms.get(at))
    }

    pub fn synonyms(&self, term: usize) -> impl Iterator<Item = (&str, Scope)> {
        list(&self.synonym_ends, term).map(|at| {
            let scope = Scope::numbered(self.scopes[at]).expect("scopes were checked when they were read");
            (self.synonyms.get(at), scope)
        })
    }

    pub fn alternatives(&self, term: usize) -> impl Iterator<Item = &str> {
        self.notes(term).filter(|(tag, _)| *tag == ALTERNATIVE).map(|(_, id)| id)
    }

    pub fn replaced_by(&self, term: usize) -> Option<&str> {
        self.notes(term).find(|(tag, _)| *tag == REPLACED_BY).map(|(_, id)| id)
    }

    pub fn facts(&self, term: usize, kind: FactKind) -> impl Iterator<Item = &str> {
        self.notes(term).filter(move |(tag, _)| *tag == FACT + kind.number()).map(|(_, value)| value)
    }

    fn notes(&self, term: usize) -> impl Iterator<Item = (u8, &str)> {
        list(&self.note_ends, term).map(|at| (self.tags[at], self.notes.get(at)))
    }

    /// The whole term; `steps` are those to parents in its own release, whose ids lie `first` before their numbers.
    pub fn term(&self, at: usize, steps: impl Iterator<Item = Step>) -> Term {
        let text = |text: &str| text.to_owned();
        let mut term = Term {
            id: text(self.ids.get(at)),
            label: text(self.labels.get(at)),
            definition: text(self.definitions.get(at)),
            synonyms: self.synonyms(at).map(|(name, scope)| Synonym { text: text(name), scope }).collect(),
            obsolete: self.obsolete[at] != 0,
            ..Term::default()
        };
        let known = |step: Step| {
            let id = text(self.ids.get(step.to as usize));
            Parent { relation: step.relation, id, steps: step.length }
        };
        term.parents.extend(steps.map(known));
        for (tag, note) in self.notes(at) {
            let note = text(note);
            match tag {
                XREF => term.xrefs.push(note),
                ALTERNATIVE => term.alternatives.push(note),
                CONSIDER => term.consider.push(note),
                REPLACED_BY => term.replaced_by = Some(note),
                _ => {
                    let relation = tag.checked_sub(FOREIGN).and_then(Relation::numbered);
                    term.parents.extend(relation.map(|relation| Parent { relation, id: note.clone(), steps: 1 }));
                    let kind = tag.checked_sub(FACT).and_then(FactKind::numbered);
                    term.facts.extend(kind.map(|kind| Fact { kind, value: note }));
                }
            }
        }
        term
    }

    pub fn write(&self, to: &mut Vec<u8>) {
        for texts in [&self.ids, &self.labels, &self.definitions, &self.synonyms, &self.notes] {
            texts.write(to);
        }
        for bytes in [&self.obsolete, &self.scopes, &self.tags] {
            put(to, bytes);
        }
        for ends in [&self.synonym_ends, &self.note_ends] {
            put(to, ends);
        }
    }

    pub fn read(rest: &mut Rest<'_>) -> Result<Columns, Error> {
        let mut texts = || Texts::read(rest);
        let (ids, labels, definitions, synonyms, notes) = (texts()?, texts()?, texts()?, texts()?, texts()?);
        let mut bytes = || rest.take::<u8>();
        let (obsolete, scopes, tags) = (bytes()?, bytes()?, bytes()?);
        let (synonym_ends, note_ends) = (rest.take::<u32>()?, rest.take::<u32>()?);
        let ends = |ends: &[u32], items: usize| {
            ends.len() == ids.len() && ends.is_sorted() && ends.last().is_none_or(|end| *end as usize == items)
        };
        let sound = [labels.len(), definitions.len(), obsolete.len()].iter().all(|length| *length == ids.len())
            && (scopes.len(), tags.len()) == (synonyms.len(), notes.len())
            && ends(&synonym_ends, scopes.len())
            && ends(&note_ends, tags.len())
            && scopes.iter().all(|scope| Scope::numbered(*scope).is_some());
        if !sound {
            return Err(damaged());
        }
        Ok(Columns { ids, labels, definitions, obsolete, synonym_ends, synonyms, scopes, note_ends, notes, tags })
    }
}

fn list(ends: &[u32], of: usize) -> Range<usize> {
    let start = of.checked_sub(1).map_or(0, |before| ends[before]);
    start as usize..ends[of] as usize
}
