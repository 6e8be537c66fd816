//! The samples of one study together: what they have in common, what their study says, and what their titles' ends say.
//!
//! Start at [`Siblings::read`].

mod tails;

use crate::candidate::Source;
use crate::field::Field;
use crate::item::{Item, MOST_ATTRIBUTES, Study};
use crate::lexicon::Sense;
use crate::reading::{Reader, Reading};
use rustc_hash::{FxHashMap, FxHashSet};

pub(crate) use tails::{Means, Tail};

/// Fewer samples than this have nothing in common that means something.
const FEWEST_SIBLINGS: usize = 3;

/// Everything that was read of a study and its samples; equal values are read once.
pub(crate) struct Siblings {
    readings: Vec<Reading>,
    /// By reading: in how many items it stands, at least once.
    counts: Vec<u32>,
    /// By item, by attribute: the reading's number.
    of_items: Vec<Vec<u32>>,
    pub definitions: FxHashMap<u64, Vec<(Field, Sense)>>,
    /// Abbreviations that some text spells out as something that is no name.
    pub other_definitions: FxHashSet<u64>,
    /// Terms that the study's own text names beyond doubt.
    pub anchors: Vec<(Field, Sense)>,
    pub tails: Vec<Option<Tail>>,
}

impl Siblings {
    pub fn read(reader: &mut Reader, study: &Study, items: &[Item]) -> Siblings {
        let mut memo: FxHashMap<(&str, &str), u32> = FxHashMap::default();
        let mut siblings = Siblings {
            readings: Vec::new(),
            counts: Vec::new(),
            of_items: Vec::with_capacity(items.len()),
            definitions: FxHashMap::default(),
            other_definitions: FxHashSet::default(),
            anchors: Vec::new(),
            tails: tails::of(items),
        };
        siblings.study(reader, study);
        for item in items {
            let mut list = Vec::with_capacity(item.attributes.len());
            let mut seen = Vec::new();
            for (key, value) in item.attributes.iter().take(MOST_ATTRIBUTES) {
                let number = *memo.entry((key, value)).or_insert_with(|| {
                    siblings.readings.push(reader.read(key, value));
                    siblings.counts.push(0);
                    siblings.readings.len() as u32 - 1
                });
                if list.len() < 64 && list.contains(&number) {
                    seen.push(number);
                } else {
                    siblings.counts[number as usize] += 1;
                }
                list.push(number);
            }
            siblings.of_items.push(list);
        }
        siblings.define();
        siblings
    }

    fn study(&mut self, reader: &mut Reader, study: &Study) {
        let mut own = Reading::default();
        reader.read_as(Source::StudyTitle, "title", study.title, &mut own);
        reader.read_as(Source::StudySummary, "summary", study.summary, &mut own);
        for (key, value) in study.attributes.iter().take(MOST_ATTRIBUTES) {
            if crate::reading::source_of(key).is_some() {
                reader.read_as(Source::StudySummary, "summary", value, &mut own);
            }
        }
        for mention in
            own.mentions.iter().filter(|mention| mention.rivals == 0 && mention.quality >= 0.7 && !mention.negated)
        {
            if matches!(mention.sense, Sense::Term(_)) && !self.anchors.contains(&(mention.field, mention.sense)) {
                self.anchors.push((mention.field, mention.sense));
            }
        }
        self.other_definitions.extend(&own.other_definitions);
        for definition in &own.definitions {
            let list = self.definitions.entry(definition.word).or_default();
            if !list.contains(&(definition.field, definition.sense)) {
                list.push((definition.field, definition.sense));
            }
        }
    }

    /// Abbreviations that the samples themselves define, behind those of the study.
    fn define(&mut self) {
        self.other_definitions.extend(self.readings.iter().flat_map(|reading| &reading.other_definitions));
        for definition in self.readings.iter().flat_map(|reading| &reading.definitions) {
            let list = self.definitions.entry(definition.word).or_default();
            if !list.iter().any(|(field, _)| *field == definition.field) {
                list.push((definition.field, definition.sense));
            }
        }
    }

    /// The readings of an item's attributes.
    pub fn of_item(&self, item: usize) -> impl Iterator<Item = (u32, &Reading, bool)> {
        let items = self.of_items.len();
        self.of_items[item].iter().enumerate().map(move |(attribute, number)| {
            let constant = items >= FEWEST_SIBLINGS && self.counts[*number as usize] as usize == items;
            (attribute as u32, &self.readings[*number as usize], constant)
        })
    }
}
