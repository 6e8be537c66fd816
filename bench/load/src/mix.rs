//! The query mix: what people type into a catalog of samples, drawn from the words of the samples themselves with a
//! fixed seed. A word is drawn as often as it is written, so common words are asked most. Shares are in [`CLASSES`].

use crate::corpus::Sample;
use crate::draw::Draw;
use crate::oracle::{Ask, Expected, Oracle, expected};
use std::collections::{BTreeSet, HashMap};

/// The facets that every search asks for.
pub const FACETS: [&str; 8] =
    ["organism", "platform", "molecule", "year", "channels", "attribute", "study", "collection"];

/// A kind of query: its name, how many of a hundred queries it is, how many different ones there are.
pub struct Class {
    pub name: &'static str,
    pub share: usize,
    pub different: usize,
}

const fn class(name: &'static str, share: usize, different: usize) -> Class {
    Class { name, share, different }
}

pub const CLASSES: [Class; 11] = [
    class("word", 24, 60),
    class("two or three words", 16, 50),
    class("phrase", 10, 30),
    class("AND, OR, NOT", 8, 30),
    class("prefix", 8, 25),
    class("accession", 8, 60),
    class("gene or cell line", 8, GENES.len()),
    class("field:value", 6, 25),
    class("word and facet", 8, 30),
    class("facets alone", 3, 10),
    class("nothing typed", 1, 1),
];

/// In the ways in which people write them.
const GENES: [&str; 28] = [
    "TP53",
    "tp-53",
    "IL-6",
    "il6",
    "HepG2",
    "Hep-G2",
    "MCF-7",
    "mcf7",
    "BRCA1",
    "EGFR",
    "MYC",
    "CD34",
    "CD4",
    "KRAS",
    "FOXP3",
    "HER2",
    "VEGF",
    "K562",
    "HeLa",
    "HEK293",
    "Jurkat",
    "A549",
    "STAT3",
    "NOTCH1",
    "hsa-mir-147",
    "U2OS",
    "LNCaP",
    "HCT116",
];

/// A query with its answer.
pub struct Query {
    pub class: usize,
    pub typed: String,
    pub chosen: Vec<(&'static str, String)>,
    pub expected: Expected,
    /// When it asks for one accession, that one.
    pub accession: Option<String>,
}

/// All different queries over `total` samples.
pub fn queries(samples: &[Sample], total: usize, seed: u64) -> Vec<Query> {
    let oracle = Oracle::new(samples);
    let mut maker = Maker { samples, words: Words::of(samples), draw: Draw(seed) };
    let mut queries = Vec::new();
    let mut answers: HashMap<String, Vec<bool>> = HashMap::new();
    for (place, class) in CLASSES.iter().enumerate() {
        for turn in 0..class.different {
            let Made { ask, chosen, accession } = maker.make(class.name, turn, total);
            let (typed, words, whole) = match accession {
                // Only the copies' accessions differ, so one is answered by one.
                Some((accession, copy_of)) => {
                    let mut one = vec![false; samples.len()];
                    one[copy_of] = true;
                    (accession.clone(), one, Some(accession))
                }
                None => {
                    let typed = ask.typed();
                    let words = answers.entry(typed.clone()).or_insert_with(|| oracle.matching(&ask)).clone();
                    (typed, words, None)
                }
            };
            let among = if whole.is_some() { samples.len() } else { total };
            let expected = expected(samples, among, &words, &chosen);
            queries.push(Query { class: place, typed, chosen, expected, accession: whole });
        }
    }
    queries
}

struct Made {
    ask: Ask,
    chosen: Vec<(&'static str, String)>,
    /// With the place of the real sample that it is a copy of.
    accession: Option<(String, usize)>,
}

struct Maker<'a> {
    samples: &'a [Sample],
    words: Words,
    draw: Draw,
}

impl Maker<'_> {
    fn make(&mut self, class: &str, turn: usize, total: usize) -> Made {
        let mut made = Made { ask: Ask::All, chosen: Vec::new(), accession: None };
        match class {
            "word" => made.ask = self.word(),
            "two or three words" => {
                let wanted = 2 + self.draw.below(2);
                made.ask = Ask::And(self.different(wanted));
            }
            "phrase" => made.ask = self.phrase(),
            "AND, OR, NOT" => made.ask = self.boolean(turn),
            "prefix" => {
                let word = self.words.draw(&mut self.draw);
                let letters = (4 + self.draw.below(2)).min(word.len() - 1);
                made.ask = Ask::Prefix(word[..letters].to_owned());
            }
            "accession" => {
                let place = self.draw.below(total);
                let of = place % self.samples.len();
                made.accession = Some((self.samples[of].accession(place / self.samples.len()), of));
            }
            "gene or cell line" => made.ask = Ask::Text(GENES[turn].to_owned()),
            "field:value" => {
                let (field, word) = self.draw.one(&self.words.fields).clone();
                made.ask = Ask::Field(field, word);
            }
            "word and facet" => {
                made.ask = self.word();
                made.chosen = self.choices(1);
            }
            "facets alone" => made.chosen = self.choices(2),
            _ => {}
        }
        made
    }

    fn word(&mut self) -> Ask {
        Ask::Text(self.words.draw(&mut self.draw))
    }

    /// Words of one sample, so that something is found.
    fn different(&mut self, wanted: usize) -> Vec<Ask> {
        loop {
            let sample = self.draw.one(self.samples);
            let of = plain(&sample.columns.join(" "));
            if of.len() > wanted {
                let mut words: Vec<String> = of.into_iter().collect();
                let mut asked = Vec::with_capacity(wanted);
                for _ in 0..wanted {
                    asked.push(Ask::Text(words.swap_remove(self.draw.below(words.len()))));
                }
                return asked;
            }
        }
    }

    /// Two neighbours of a real text.
    fn phrase(&mut self) -> Ask {
        loop {
            let sample = self.draw.one(self.samples);
            let text = self.draw.one(&sample.columns);
            let words: Vec<&str> = text.split(' ').collect();
            let pairs: Vec<&[&str]> =
                words.windows(2).filter(|pair| pair.iter().all(|word| is_plain(&word.to_lowercase()))).collect();
            if !pairs.is_empty() {
                return Ask::Text(self.draw.one(&pairs).join(" ").to_lowercase());
            }
        }
    }

    fn boolean(&mut self, turn: usize) -> Ask {
        let mut words = self.different(3);
        let (third, second) = (words.pop().unwrap_or(Ask::All), words.pop().unwrap_or(Ask::All));
        match turn % 3 {
            0 => Ask::Or(vec![second, third]),
            1 => Ask::And(vec![second, Ask::Not(Box::new(third))]),
            _ => Ask::And(vec![Ask::Or(vec![second, third]), Ask::Not(Box::new(self.word()))]),
        }
    }

    fn choices(&mut self, wanted: usize) -> Vec<(&'static str, String)> {
        let sample = self.draw.one(self.samples);
        let mut all = vec![
            ("organism", sample.organism.to_owned()),
            ("molecule", sample.molecule.to_owned()),
            ("platform", sample.platform.clone()),
            ("year", sample.year.to_string()),
        ];
        while all.len() > wanted {
            all.remove(self.draw.below(all.len()));
        }
        all
    }
}

/// The words that queries are made of.
struct Words {
    /// Each as often as samples hold it.
    written: Vec<String>,
    /// An attribute's key and a word of its value.
    fields: Vec<(String, String)>,
}

impl Words {
    fn of(samples: &[Sample]) -> Words {
        let mut words = Words { written: Vec::new(), fields: Vec::new() };
        // Every seventh sample will do for how often a word is written.
        for sample in samples.iter().step_by(7) {
            words.written.extend(plain(&sample.columns.join(" ")));
            let pair = |text: &str| {
                let (key, value) = text.split_once(": ")?;
                let word = plain(value).into_iter().next()?;
                key.split(' ').all(|word| is_plain(word) || word == "cell").then(|| (key.to_owned(), word))
            };
            words.fields.extend(sample.columns.iter().flat_map(|text| text.split('|')).filter_map(pair));
        }
        words
    }

    fn draw(&self, draw: &mut Draw) -> String {
        draw.one(&self.written).clone()
    }
}

fn plain(text: &str) -> BTreeSet<String> {
    text.split([' ', '|']).map(str::to_lowercase).filter(|word| is_plain(word)).collect()
}

/// Words whose folding leaves no doubt: letters alone, no plural that changes more than an `s`, no Greek.
fn is_plain(word: &str) -> bool {
    const GREEK: [&str; 10] = ["alpha", "beta", "gamma", "delta", "epsilon", "kappa", "lambda", "sigma", "omega", "mu"];
    (4..=14).contains(&word.len())
        && word.bytes().all(|byte| byte.is_ascii_lowercase())
        && !word.ends_with(['s', 'x', 'y', 'h'])
        && !GREEK.iter().any(|name| word.contains(name))
}
