//! OBO flat files, 1.2 and 1.4 (OBO Flat File Format 1.4 Syntax and Semantics). Terms are read; typedefs and
//! instances are passed over. Relationships other than is_a, part_of and develops_from are counted by name.

use super::lines::Lines;
use crate::draft::Draft;
use crate::problem::{Error, Problems};
use crate::term::{Parent, Relation, Scope, Synonym, Term};
use std::collections::BTreeMap;

#[derive(PartialEq)]
enum Place {
    Header,
    Term,
    Other,
}

struct Reader {
    draft: Draft,
    term: Option<(u64, Term)>,
    /// Relationships that are not followed: first line and how often.
    left: BTreeMap<String, (u64, u64)>,
}

pub fn read(text: &[u8]) -> Result<Draft, Error> {
    let mut reader = Reader { draft: super::draft(), term: None, left: BTreeMap::new() };
    let mut place = Place::Header;
    let mut lines = Lines::new(text);
    let mut last = 0;
    while let Some((number, line)) = lines.next(&mut reader.draft.problems) {
        let line = line.trim_end();
        if line.is_empty() || line.starts_with('!') {
            continue;
        }
        if line.starts_with('[') {
            reader.finish()?;
            place = if line == "[Term]" { Place::Term } else { Place::Other };
            if place == Place::Term {
                reader.term = Some((number, Term::default()));
            }
        } else if let Some((tag, value)) = line.split_once(':') {
            match place {
                Place::Header if tag == "data-version" => reader.draft.version = value.trim().to_owned(),
                // `cl`, `uberon/ext`
                Place::Header if tag == "ontology" => {
                    reader.draft.prefix =
                        value.trim().split('/').next().filter(|own| !own.is_empty()).map(str::to_owned);
                }
                Place::Term => reader.tag(number, tag.trim(), value.trim()),
                _ => {}
            }
        } else if place == Place::Term {
            reader.draft.problems.push(number, format!("\"{}\" is no \"tag: value\"; it was left out", short(line)));
        }
        last = number;
    }
    if !text.ends_with(b"\n") && place != Place::Header {
        if is_half(text) {
            return Err(Error::new(
                last,
                "the file ends in the middle of a line; fetch it again and compare its checksum",
            ));
        }
        reader.draft.problems.push(last, "the last line has no end; if the file was cut off there, terms are missing");
    }
    reader.finish()?;
    for (name, (line, count)) in reader.left {
        reader.draft.problems.push(
            line,
            format!("{count} relationships \"{name}\" are not followed; only is_a, part_of and develops_from are"),
        );
    }
    Ok(reader.draft)
}

/// Whether the last line of a text cannot be a whole one.
fn is_half(text: &[u8]) -> bool {
    let line = text.rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(&line[..line.len().min(super::lines::LONGEST)]);
    let mut is_open = false;
    let mut escaped = false;
    for byte in line.bytes() {
        is_open ^= byte == b'"' && !escaped;
        escaped = byte == b'\\' && !escaped;
    }
    let line = line.trim();
    let value = line.split_once(':').map(|(_, value)| value.trim());
    is_open || !line.starts_with(['!', '[']) && !line.is_empty() && value.is_none_or(str::is_empty)
}

impl Reader {
    /// Ends the open term.
    fn finish(&mut self) -> Result<(), Error> {
        let Some((line, mut term)) = self.term.take() else { return Ok(()) };
        if term.id.is_empty() {
            return Err(Error::new(
                line,
                "a [Term] without an id; the file is damaged or cut off, fetch it again and compare its checksum",
            ));
        }
        if term.label.is_empty() && !term.obsolete {
            self.draft.problems.push(line, format!("{} has no name; its id stands for it", term.id));
            term.label.clone_from(&term.id);
        }
        self.draft.terms.push((line, term));
        Ok(())
    }

    fn tag(&mut self, line: u64, tag: &str, value: &str) {
        let Some((_, term)) = &mut self.term else { return };
        let problems = &mut self.draft.problems;
        match tag {
            "id" if term.id.is_empty() => bare(value).clone_into(&mut term.id),
            "id" => problems.push(line, format!("a second id {}; {} stays", short(value), term.id)),
            "name" => term.label = unescape(value),
            "def" => match quoted(value) {
                Some((text, _)) => term.definition = text,
                None => {
                    problems
                        .push(line, format!("the definition of {} is not in quotes; it was taken as it is", term.id));
                    term.definition = unescape(value);
                }
            },
            "synonym" => match quoted(value) {
                Some((text, rest)) if !text.trim().is_empty() => {
                    term.synonyms.push(Synonym { text, scope: scope(rest) })
                }
                _ => problems.push(line, format!("a synonym of {} without a text in quotes; it was left out", term.id)),
            },
            // OBO 1.0 and 1.2 name the scope in the tag.
            "exact_synonym" | "narrow_synonym" | "broad_synonym" | "related_synonym" => {
                if let Some((text, _)) = quoted(value) {
                    let scope = scope(&tag.to_uppercase());
                    term.synonyms.push(Synonym { text, scope });
                }
            }
            "xref" => term.xrefs.push(bare(value).to_owned()),
            "alt_id" => term.alternatives.push(bare(value).to_owned()),
            // A general class inclusion (OBO 1.4, section 5.3) holds for the terms that its qualifier names, not for this
            // one: Cell Ontology says so that an endocrine cell *of the intestine* is an enteroendocrine cell.
            "is_a" | "relationship" if value.contains("gci_relation=") => {}
            "is_a" => term.parents.push(Parent { relation: Relation::IsA, id: bare(value).to_owned(), steps: 1 }),
            "relationship" => relationship(term, line, value, problems, &mut self.left),
            "is_obsolete" => term.obsolete = value.starts_with("true"),
            "replaced_by" if term.replaced_by.is_none() => term.replaced_by = Some(bare(value).to_owned()),
            "replaced_by" | "consider" => term.consider.push(bare(value).to_owned()),
            _ => {}
        }
    }
}

fn relationship(
    term: &mut Term,
    line: u64,
    value: &str,
    problems: &mut Problems,
    left: &mut BTreeMap<String, (u64, u64)>,
) {
    let mut words = value.split_whitespace();
    let (Some(name), Some(id)) = (words.next(), words.next()) else {
        problems.push(line, format!("a relationship of {} without its target; it was left out", term.id));
        return;
    };
    match Relation::named(name) {
        Some(relation) => term.parents.push(Parent { relation, id: id.to_owned(), steps: 1 }),
        // Names come from the file: a hostile one could hold a million.
        None if left.len() < 1_000 || left.contains_key(&short(name)) => {
            left.entry(short(name)).or_insert((line, 0)).1 += 1;
        }
        None => {}
    }
}

/// An id, or the first word: without a comment, a modifier or a description.
fn bare(value: &str) -> &str {
    value.split_whitespace().next().unwrap_or_default()
}

/// A text in quotes, unescaped, and what follows it.
fn quoted(value: &str) -> Option<(String, &str)> {
    let inside = value.strip_prefix('"')?;
    let mut escaped = false;
    for (at, c) in inside.char_indices() {
        match c {
            '\\' if !escaped => escaped = true,
            '"' if !escaped => return Some((unescape(&inside[..at]), inside[at + 1..].trim_start())),
            _ => escaped = false,
        }
    }
    None
}

fn scope(rest: &str) -> Scope {
    ["EXACT", "NARROW", "BROAD", "RELATED"]
        .into_iter()
        .zip([Scope::Exact, Scope::Narrow, Scope::Broad, Scope::Related])
        .find(|(name, _)| rest.starts_with(name))
        // Section 3.4.1: without a scope a synonym is RELATED.
        .map_or(Scope::Related, |(_, scope)| scope)
}

fn unescape(text: &str) -> String {
    if !text.contains('\\') {
        return text.to_owned();
    }
    let mut plain = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match (c, c == '\\') {
            (_, false) => plain.push(c),
            _ => match chars.next() {
                Some('n') | Some('W') | Some('t') => plain.push(' '),
                Some(other) => plain.push(other),
                None => {}
            },
        }
    }
    plain
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}
