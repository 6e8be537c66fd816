//! What a query should answer, found by reading every sample: no index, no statistics.

use crate::corpus::{Sample, TURN};
use crate::words::{joined, token, words};
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Something asked, so that its text and its answer come from one place.
#[derive(Clone, Debug)]
pub enum Ask {
    All,
    /// A word or a phrase.
    Text(String),
    Prefix(String),
    Field(String, String),
    And(Vec<Ask>),
    Or(Vec<Ask>),
    Not(Box<Ask>),
}

impl Ask {
    /// As a person types it.
    pub fn typed(&self) -> String {
        let list = |parts: &[Ask], between: &str| parts.iter().map(Ask::operand).collect::<Vec<_>>().join(between);
        match self {
            Ask::All => String::new(),
            Ask::Text(text) if text.contains(' ') => format!("\"{text}\""),
            Ask::Text(text) => text.clone(),
            Ask::Prefix(stem) => format!("{stem}*"),
            Ask::Field(name, word) if name.contains(' ') => format!("\"{name}\":{word}"),
            Ask::Field(name, word) => format!("{name}:{word}"),
            Ask::And(parts) => list(parts, " "),
            Ask::Or(parts) => list(parts, " OR "),
            Ask::Not(part) => format!("NOT {}", part.operand()),
        }
    }

    fn operand(&self) -> String {
        match self {
            Ask::And(_) | Ask::Or(_) => format!("({})", self.typed()),
            _ => self.typed(),
        }
    }
}

/// The words of one attribute of a sample, by position.
struct Text {
    field: String,
    positions: Vec<Vec<u32>>,
}

/// All real samples, read into words.
pub struct Oracle {
    samples: Vec<Vec<Text>>,
    ids: HashMap<String, u32>,
    /// The samples that hold a word, so that only those are read again.
    holders: Vec<Vec<u32>>,
}

impl Oracle {
    pub fn new(samples: &[Sample]) -> Oracle {
        let mut oracle =
            Oracle { samples: Vec::with_capacity(samples.len()), ids: HashMap::new(), holders: Vec::new() };
        for (place, sample) in (0..).zip(samples) {
            let texts: Vec<Text> = texts(sample).into_iter().map(|(field, text)| oracle.text(field, &text)).collect();
            oracle.holders.resize(oracle.ids.len(), Vec::new());
            for word in texts.iter().flat_map(|text| text.positions.iter().flatten()) {
                let holders = &mut oracle.holders[*word as usize];
                if holders.last() != Some(&place) {
                    holders.push(place);
                }
            }
            oracle.samples.push(texts);
        }
        oracle
    }

    fn text(&mut self, field: String, text: &str) -> Text {
        let words = words(text);
        let mut positions = vec![Vec::new(); words.last().map_or(0, |word| word.position as usize + 1)];
        for (at, word) in words.iter().enumerate() {
            let place = &mut positions[word.position as usize];
            place.push(id(&mut self.ids, token(&word.raw)));
            for parts in 2..=3 {
                if let Some(compound) = words.get(at..at + parts)
                    && compound[parts - 1].position == word.position
                {
                    place.push(id(&mut self.ids, &joined(compound)));
                }
            }
        }
        Text { field, positions }
    }

    /// Which of the real samples match.
    pub fn matching(&self, ask: &Ask) -> Vec<bool> {
        match ask {
            Ask::All => vec![true; self.samples.len()],
            Ask::Text(text) => self.having(None, &self.phrase(text)),
            Ask::Field(name, text) => self.having(Some(name), &self.phrase(text)),
            Ask::Prefix(stem) => {
                let stem = stem.to_lowercase();
                let begins = self.ids.iter().filter(|(word, _)| word.starts_with(&stem));
                self.among(begins.map(|(_, id)| *id), |_| true)
            }
            Ask::And(parts) => self.fold(parts, |a, b| a && b),
            Ask::Or(parts) => self.fold(parts, |a, b| a || b),
            Ask::Not(part) => self.matching(part).into_iter().map(|matches| !matches).collect(),
        }
    }

    fn fold(&self, parts: &[Ask], both: fn(bool, bool) -> bool) -> Vec<bool> {
        let mut all = parts.iter().map(|part| self.matching(part));
        let first = all.next().unwrap_or_default();
        all.fold(first, |a, b| a.into_iter().zip(b).map(|(a, b)| both(a, b)).collect())
    }

    /// For each word of a phrase, the words that it and its next neighbours may be, alone and joined.
    fn phrase(&self, text: &str) -> Vec<Vec<Option<u32>>> {
        let words = words(text);
        let from = |at: usize| {
            let take = |parts: usize| match parts {
                1 => self.ids.get(token(&words[at].raw)).copied(),
                parts => self.ids.get(&joined(words.get(at..at + parts)?)).copied(),
            };
            (1..=3).map(take).collect()
        };
        (0..words.len()).map(from).collect()
    }

    fn having(&self, field: Option<&String>, phrase: &[Vec<Option<u32>>]) -> Vec<bool> {
        let has = |text: &Text| {
            field.is_none_or(|field| text.field == *field)
                && (0..text.positions.len()).any(|at| stands(phrase, &text.positions[at..]))
        };
        let first = phrase.first().into_iter().flatten().flatten().copied();
        self.among(first, |texts| texts.iter().any(has))
    }

    /// The samples that hold one of the words and pass.
    fn among(&self, words: impl Iterator<Item = u32>, passes: impl Fn(&[Text]) -> bool) -> Vec<bool> {
        let mut found = vec![false; self.samples.len()];
        for place in words.flat_map(|word| &self.holders[word as usize]) {
            let place = *place as usize;
            found[place] = found[place] || passes(&self.samples[place]);
        }
        found
    }
}

fn stands(phrase: &[Vec<Option<u32>>], held: &[Vec<u32>]) -> bool {
    let Some(ways) = phrase.first() else { return true };
    let Some(here) = held.first() else { return false };
    let fits = |(taken, word): (usize, &Option<u32>)| {
        word.is_some_and(|word| here.contains(&word)) && stands(&phrase[taken + 1..], &held[1..])
    };
    ways.iter().enumerate().any(fits)
}

fn id(ids: &mut HashMap<String, u32>, word: &str) -> u32 {
    let next = ids.len() as u32;
    *ids.entry(word.to_owned()).or_insert(next)
}

/// Every text under which a sample is found, with the name of its field.
fn texts(sample: &Sample) -> Vec<(String, String)> {
    let column = |at: usize| sample.columns.get(at).cloned().unwrap_or_default();
    let mut texts = vec![("title".to_owned(), column(0)), ("description".to_owned(), column(1))];
    texts.extend([("source name ch1".to_owned(), column(2)), ("source name ch2".to_owned(), column(4))]);
    for value in [column(3), column(5)].iter().flat_map(|cell| cell.split('|')) {
        match characteristic(value) {
            Some((key, value)) => {
                // `cell-type` and `Cell_Type` are asked for as one field.
                let name: Vec<String> = words(&key).into_iter().map(|word| word.raw).collect();
                texts.push(("attribute".to_owned(), key));
                texts.push((name.join(" "), value));
            }
            None => texts.push(("characteristics".to_owned(), value.to_owned())),
        }
    }
    for (name, value) in facets(sample) {
        texts.push((name.to_owned(), value));
    }
    texts.push(("submission date".to_owned(), sample.date()));
    texts
}

fn characteristic(value: &str) -> Option<(String, String)> {
    let (key, value) = value.split_once(':')?;
    let key = key.trim().to_lowercase();
    (!key.is_empty() && key.chars().count() <= 40).then(|| (key, value.trim().to_owned()))
}

/// The facets with one value to a sample.
fn facets(sample: &Sample) -> [(&'static str, String); 5] {
    [
        ("organism", sample.organism.to_owned()),
        ("molecule", sample.molecule.to_owned()),
        ("platform", sample.platform.clone()),
        ("year", sample.year.to_string()),
        ("channels", sample.channels.to_owned()),
    ]
}

/// A query with what it must answer.
pub struct Expected {
    pub total: u64,
    /// The most frequent ten of each facet with one value to a sample, ties by value.
    pub facets: BTreeMap<&'static str, Vec<(String, u64)>>,
    /// The numbers of the real samples among the hits.
    numbers: BTreeSet<u64>,
}

impl Expected {
    /// Whether a sample or the one that it is a copy of is among the hits.
    pub fn holds(&self, accession: &str) -> bool {
        let number = accession.strip_prefix("GSM").and_then(|digits| digits.parse::<u64>().ok());
        number.is_some_and(|number| self.numbers.contains(&(number % TURN)))
    }
}

/// The answer over `total` samples: the real ones repeated in turn.
pub fn expected(samples: &[Sample], total: usize, words: &[bool], chosen: &[(&str, String)]) -> Expected {
    let copies = |place: usize| (total / samples.len() + usize::from(place < total % samples.len())) as u64;
    let mut counts: BTreeMap<&'static str, BTreeMap<String, u64>> = BTreeMap::new();
    let mut numbers = BTreeSet::new();
    let mut found = 0;
    for (place, sample) in samples.iter().enumerate().filter(|(place, _)| words[*place]) {
        let own = facets(sample);
        let fails = |name: &str| {
            let values: Vec<&String> = chosen.iter().filter(|(of, _)| *of == name).map(|(_, value)| value).collect();
            !values.is_empty() && !own.iter().any(|(of, value)| *of == name && values.contains(&value))
        };
        let failed: Vec<&str> = chosen.iter().map(|(name, _)| *name).filter(|name| fails(name)).collect();
        if failed.is_empty() {
            numbers.insert(sample.number);
            found += copies(place);
        }
        for (name, value) in &own {
            // A facet's own choice does not narrow its own counts.
            if failed.iter().all(|other| other == name) {
                *counts.entry(name).or_default().entry(value.clone()).or_default() += copies(place);
            }
        }
    }
    let top = |counts: BTreeMap<String, u64>| {
        let mut counts: Vec<(String, u64)> = counts.into_iter().filter(|(_, count)| *count > 0).collect();
        counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        counts.truncate(10);
        counts
    };
    let facets = counts.into_iter().map(|(name, counts)| (name, top(counts))).collect();
    Expected { total: found, facets, numbers }
}
