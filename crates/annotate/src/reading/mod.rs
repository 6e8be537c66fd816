//! One value read: which names stand in it, under which key, in which company. Knows nothing of the sample's other values
//! or of its siblings, so that a value which hundreds of samples share is read once.
//!
//! Start at [`Reader::read`].

mod ages;
mod cell_lines;
mod context;
mod coordination;
mod genotypes;
mod names;
mod sections;
mod states;
mod treatments;

use crate::candidate::{Fit, Source};
use crate::field::Field;
use crate::item::capped;
use crate::lexicon::{Cue, Entry, KeyMeaning, Lexicon, Sense};
use crate::quantity::{Number, Quantity, numbers};
use crate::suggestion::{Method, State};
use crate::terms::Roles;
use chorale_ontology::dictionary::Match;
use chorale_ontology::{Library, Scope, Shape, Words};
use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

pub(crate) use sections::source_of;

/// What one value says.
#[derive(Debug, Default)]
pub(crate) struct Reading {
    pub mentions: Vec<Mention>,
    pub quantities: Vec<Quantity>,
    /// Short words with capitals, which the study may define as abbreviations.
    pub capitals: Vec<Capital>,
    /// Abbreviations that this value defines.
    pub definitions: Vec<Definition>,
    /// Abbreviations of something that is no name: amplification refractory mutation system (ARMS).
    pub other_definitions: Vec<u64>,
    /// Cell lines whose names stand under a key of donors, where they are codes of people.
    pub codes_of_people: Vec<Sense>,
    /// It speaks of cells in culture; of somebody who gave a sample.
    pub says_culture: bool,
    pub says_person: bool,
}

/// A name that stands in a value.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mention {
    pub field: Field,
    pub sense: Sense,
    pub state: State,
    pub method: Method,
    /// Scalar values of the whole value.
    pub start: u32,
    pub end: u32,
    /// How sure it is, from the text alone; and how sure the name means the term, which is a part of that.
    pub prior: f32,
    pub quality: f32,
    pub source: Source,
    pub fit: Fit,
    pub scope: Scope,
    pub is_label: bool,
    pub is_acronym: bool,
    pub negated: bool,
    pub compared: bool,
    pub inside: bool,
    pub whole: bool,
    pub words: u16,
    /// Other senses of the field at the same place.
    pub rivals: u16,
    /// `quantities[from..to]` belong to it.
    pub quantities: (u16, u16),
}

impl Mention {
    /// A mention that nothing is known of but its place.
    pub fn at(field: Field, start: u32, end: u32) -> Mention {
        Mention {
            field,
            sense: Sense::Text,
            state: State::Present,
            method: Method::Rule,
            start,
            end,
            prior: 0.0,
            quality: 1.0,
            source: Source::Derived,
            fit: Fit::None,
            scope: Scope::Exact,
            is_label: false,
            is_acronym: false,
            negated: false,
            compared: false,
            inside: false,
            whole: false,
            words: 1,
            rivals: 0,
            quantities: (0, 0),
        }
    }
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Capital {
    pub word: u64,
    pub start: u32,
    pub end: u32,
    pub source: Source,
    pub weights: Weights,
}

/// How sure a name would be at a place, for the fields that have abbreviations.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Weights {
    pub disease: f32,
    pub tissue: f32,
    pub cell_type: f32,
    pub other: f32,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Definition {
    pub word: u64,
    pub field: Field,
    pub sense: Sense,
}

/// Reads values; keeps its memory from one to the next.
pub(crate) struct Reader<'a> {
    library: &'a Library,
    lexicon: &'a Lexicon,
    roles: &'a Roles,
    keys: FxHashMap<Box<str>, KeyMeaning>,
    words: Words,
    listed: Vec<Match>,
    matches: Vec<Match>,
    numbers: Vec<Number>,
    names: names::Scratch,
    marks: Marks,
}

/// What the built-in lists say of a section, beside names.
#[derive(Debug, Default)]
struct Marks {
    /// Words from, to, and the cue.
    cues: Vec<(u32, u32, Cue)>,
    /// Words from, to, and what was done to a gene.
    modifies: Vec<(u32, u32, &'static str)>,
    genes: Vec<(u32, u32, chorale_ontology::TermRef)>,
}

/// A part of a value with its own key.
#[derive(Clone, Copy)]
struct Section<'a> {
    source: Source,
    key: KeyMeaning,
    has_key: bool,
    text: &'a str,
    /// Scalar values before it.
    start: u32,
}

impl<'a> Reader<'a> {
    pub fn new(library: &'a Library, lexicon: &'a Lexicon, roles: &'a Roles) -> Reader<'a> {
        Reader {
            library,
            lexicon,
            roles,
            keys: FxHashMap::default(),
            words: Words::default(),
            listed: Vec::new(),
            matches: Vec::new(),
            numbers: Vec::new(),
            names: names::Scratch::default(),
            marks: Marks::default(),
        }
    }

    /// What stands in a value under an attribute's key.
    pub fn read(&mut self, key: &str, value: &str) -> Reading {
        let mut reading = Reading::default();
        let Some(source) = source_of(key) else { return reading };
        self.read_as(source, key, value, &mut reading);
        reading
    }

    /// The same for a text whose source is known.
    pub fn read_as(&mut self, source: Source, key: &str, value: &str, reading: &mut Reading) {
        let value = capped(value);
        sections::each(source, key, value, |key, text, start| {
            let (key, has_key) = match key {
                Some(key) => (self.key(key), true),
                None => (KeyMeaning::default(), false),
            };
            self.section(Section { source, key, has_key, text, start }, reading);
        });
    }

    fn key(&mut self, key: &str) -> KeyMeaning {
        if let Some(known) = self.keys.get(key) {
            return *known;
        }
        let meaning = self.lexicon.keys.read(key, &mut self.words);
        self.keys.insert(key.into(), meaning);
        meaning
    }

    fn section(&mut self, section: Section, reading: &mut Reading) {
        if section.key.is_ignored {
            return;
        }
        self.words.read(section.text);
        self.lexicon.dictionary.find(&self.words, &mut self.listed);
        let section =
            if self.is_reference(&section) { Section { source: Source::Reference, ..section } } else { section };
        reading.says_culture |= section.fit(Field::CellLine) == Fit::Strong && !self.words.is_empty();
        if self.states(&section, reading) {
            return;
        }
        let first = reading.mentions.len();
        self.library.dictionary().find(&self.words, &mut self.matches);
        self.names(&section, reading);
        self.coordinated(&section, first, reading);
        self.interrupted(&section, reading);
        self.renamed(&section, first, reading);
        self.coriell(&section, reading);
        let says = |sought: Cue| self.marks.cues.iter().any(|(_, _, cue)| *cue == sought);
        reading.says_culture |= says(Cue::Culture);
        reading.says_person |= says(Cue::Person);
        heads(&mut reading.mentions[first..]);
        if section.text.bytes().any(|byte| byte.is_ascii_digit()) {
            numbers(section.text, &mut self.numbers);
            self.ages(&section, first, reading);
            self.treatments(&section, first, reading);
        }
        self.genotypes(&section, reading);
        self.sexes(&section, first, reading);
        self.literals(&section, first, reading);
        self.abbreviations(&section, first, reading);
    }

    /// A title or a value, not a protocol, that says it is a pool of RNA to compare with.
    fn is_reference(&self, section: &Section) -> bool {
        matches!(section.source, Source::Title | Source::SourceName | Source::Characteristic)
            && self
                .listed
                .iter()
                .flat_map(|found| self.lexicon.dictionary.names(found))
                .any(|name| self.lexicon.entry(name.term) == Entry::Cue(Cue::Reference))
    }

    /// Capitals that may be abbreviations, and those that this section defines behind a name.
    fn abbreviations(&self, section: &Section, first: usize, reading: &mut Reading) {
        const MOST: usize = 32;
        for (index, (word, text)) in self.words.iter().enumerate() {
            if !(2..=8).contains(&text.len()) || !matches!(word.shape, Shape::Upper | Shape::Mixed | Shape::Code) {
                continue;
            }
            let hash = word_hash(text);
            let start = section.start + word.start;
            if word.after_stop {
                // Behind the name, in brackets: hepatocellular carcinoma (HCC).
                let defined = reading.mentions[first..].iter().filter(|mention| {
                    mention.end + 3 >= start
                        && mention.end <= start
                        && mention.words > 1
                        && matches!(mention.field, Field::Disease | Field::Tissue | Field::CellType)
                        && abbreviates(section.text, text, word.start, mention.start - section.start)
                });
                let defined =
                    defined.map(|mention| Definition { word: hash, field: mention.field, sense: mention.sense });
                let before = reading.definitions.len();
                reading.definitions.extend(defined);
                if before == reading.definitions.len() && self.is_spelled_out(section, index) {
                    reading.other_definitions.push(hash);
                }
            }
            if reading.capitals.len() < MOST {
                let weights = Weights {
                    disease: section.weight(Field::Disease),
                    tissue: section.weight(Field::Tissue),
                    cell_type: section.weight(Field::CellType),
                    other: section.weight(Field::CellLine),
                };
                let end = section.start + word.end;
                reading.capitals.push(Capital { word: hash, start, end, source: section.source, weights });
            }
        }
    }
}

impl Reader<'_> {
    /// Whether the words in front of a bracket begin with the letters of the word in it.
    fn is_spelled_out(&self, section: &Section, index: usize) -> bool {
        let letters = self.words.text(index).as_bytes();
        let opens = section.text.chars().nth((self.words.get(index).start as usize).wrapping_sub(1)) == Some('(');
        opens
            && (3..=6).contains(&letters.len())
            && index >= letters.len()
            && (0..letters.len()).all(|at| self.words.text(index - letters.len() + at).as_bytes()[0] == letters[at])
            && (index - letters.len() + 1..index).all(|word| !self.words.get(word).after_stop)
    }
}

/// Of two names of one field side by side the last is the head: knee cartilage is cartilage.
fn heads(mentions: &mut [Mention]) {
    const MOST: usize = 64;
    let anatomy = |mention: &Mention| matches!(mention.field, Field::Tissue | Field::CellType) && !mention.inside;
    for at in 0..mentions.len().min(MOST) {
        let one = mentions[at];
        let has_head = |other: &Mention| other.field == one.field && other.start == one.end + 1 && anatomy(other);
        if anatomy(&one) && mentions.iter().any(has_head) {
            mentions[at].prior *= 0.6;
        }
    }
}

/// Whether a word in brackets abbreviates the name that begins at `from`: the same initial, and its other letters follow in
/// the name in their order; or its letters are the initials in another order, as DM is of myotonic dystrophy. "bipolar
/// disorder, BA10" and "carcinoma (see B)" define nothing.
fn abbreviates(text: &str, word: &str, at: u32, from: u32) -> bool {
    let initials = || {
        let name: String = text.chars().skip(from as usize).take((at - from) as usize).collect();
        let bracketed = name.trim_end().ends_with('(');
        let words = name.split(|c: char| !c.is_alphanumeric()).filter_map(|word| word.chars().next());
        let mut found: Vec<char> = words.flat_map(char::to_lowercase).collect();
        let mut wanted: Vec<char> = word.chars().collect();
        found.sort_unstable();
        wanted.sort_unstable();
        bracketed && found == wanted
    };
    if initials() {
        return true;
    }
    let mut name = text.chars().skip(from as usize).take((at - from) as usize);
    let first = word.chars().next();
    if name.next().and_then(|c| c.to_lowercase().next()) != first {
        return false;
    }
    let rest: Vec<char> = name.flat_map(char::to_lowercase).collect();
    let is_bracket = rest.last() == Some(&'(');
    let mut rest = rest.into_iter();
    let mut letters = word.chars().skip(1).filter(|c| c.is_alphabetic());
    is_bracket && letters.all(|letter| rest.any(|c| c == letter))
}

pub(crate) fn word_hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    hasher.finish()
}

impl Section<'_> {
    fn fit(&self, field: Field) -> Fit {
        self.key.fits[field]
    }

    /// How sure a name of a field is in this section, were it sure to mean its term.
    fn weight(&self, field: Field) -> f32 {
        let weight = match self.fit(field) {
            Fit::Strong => 0.92,
            Fit::Weak => 0.75,
            Fit::None => self.unkeyed(),
            Fit::Other => self.beside(field),
        };
        if self.source == Source::Reference { 0.25 * weight } else { weight }
    }

    fn unkeyed(&self) -> f32 {
        match self.source {
            Source::SourceName => 0.75,
            Source::Characteristic if self.has_key => 0.35,
            Source::Characteristic => 0.7,
            Source::Bare => 0.65,
            Source::Title => 0.6,
            Source::Description => 0.4,
            Source::StudyTitle => 0.4,
            Source::StudySummary => 0.25,
            Source::Protocol => 0.15,
            Source::Reference | Source::Derived => 0.7,
        }
    }

    /// Under a key that asks for something else.
    fn beside(&self, field: Field) -> f32 {
        use Field::*;
        let asks = |field| self.fit(field) >= Fit::Weak;
        let anatomy = asks(Tissue) || asks(CellType) || asks(CellLine) || asks(Disease) || asks(Condition);
        match field {
            Disease | Tissue | CellType | CellLine | Condition | StudyArm if anatomy => 0.6,
            Perturbation | StudyArm if asks(Drug) || asks(Genotype) || asks(StudyArm) => 0.5,
            Tissue | CellType | Disease | CellLine => 0.12,
            Sex | Organism | Strain | Drug => 0.3,
            _ => 0.1,
        }
    }

    /// Its values are codes of donors, or of their samples.
    fn is_about_people(&self) -> bool {
        [Field::Donor, Field::Batch, Field::Replicate].iter().any(|field| self.fit(*field) == Fit::Strong)
    }

    fn mention(&self, field: Field, start: u32, end: u32, prior: f32) -> Mention {
        Mention {
            prior,
            source: self.source,
            fit: self.fit(field),
            ..Mention::at(field, self.start + start, self.start + end)
        }
    }

    /// Scalar values before a byte of the text.
    fn chars_before(&self, byte: usize) -> u32 {
        if self.text.is_ascii() { byte as u32 } else { self.text[..byte].chars().count() as u32 }
    }
}
