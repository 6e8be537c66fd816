//! The values of one facet in one segment, unpacked for counting: a slot for each document, in as few bytes as their
//! number allows. A slot is a value where documents have one each. Where they have several it is the set of them: samples
//! with one disease have all its ancestors too, so there are few sets, a document counts once however many values it has,
//! and sets are taken apart when everything is counted. A million documents with eight facets take about 12 MB; reading
//! tantivy's bit-packed columns instead costs three to five times the time.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use tantivy::columnar::Cardinality;
use tantivy::fastfield::Column;
use tantivy::{SegmentReader, columnar::StrColumn};

/// The slot of each document.
enum Slots {
    One(Vec<u8>),
    Two(Vec<u16>),
    Four(Vec<u32>),
}

/// See the module. Codes of values: 0 is "none", then the values of the segment in byte order.
pub(crate) struct FacetColumn {
    slots: Slots,
    /// What each slot stands for; absent where slots are codes.
    sets: Option<Sets>,
    /// Different values in this segment.
    pub values: usize,
    dictionary: Option<StrColumn>,
}

/// `codes[starts[n]..starts[n + 1]]` are the codes of set n.
struct Sets {
    starts: Vec<u32>,
    codes: Vec<u32>,
}

impl Sets {
    fn len(&self) -> usize {
        self.starts.len() - 1
    }

    fn iter(&self) -> impl Iterator<Item = &[u32]> {
        self.starts.windows(2).map(|ends| &self.codes[ends[0] as usize..ends[1] as usize])
    }
}

impl FacetColumn {
    pub fn read(segment: &SegmentReader, name: &str) -> tantivy::Result<FacetColumn> {
        let documents = segment.max_doc();
        let Some(column) = segment.fast_fields().str(name)? else {
            let slots = Slots::One(vec![0; documents as usize]);
            return Ok(FacetColumn { slots, sets: None, values: 0, dictionary: None });
        };
        let values = column.num_terms();
        let ordinals: &Column<u64> = column.ords();
        let several = ordinals.get_cardinality() == Cardinality::Multivalued;
        let (slots, sets) = if several {
            let (slots, sets) = sets_of(ordinals, documents);
            (pack(sets.len(), slots.into_iter()), Some(sets))
        } else {
            let one = |doc| ordinals.first(doc).map_or(0, |ordinal| ordinal as u32 + 1);
            (pack(values, (0..documents).map(one)), None)
        };
        Ok(FacetColumn { slots, sets, values, dictionary: Some(column) })
    }

    /// How many slots there are.
    pub fn slots(&self) -> usize {
        self.sets.as_ref().map_or(self.values + 1, Sets::len)
    }

    /// The counts of codes, from the counts of slots.
    pub fn by_code<'a>(&self, counts: &'a [u32]) -> Cow<'a, [u32]> {
        let Some(sets) = &self.sets else { return counts.into() };
        let mut codes = vec![0; self.values + 1];
        for (set, count) in sets.iter().zip(counts).filter(|(_, count)| **count > 0) {
            set.iter().for_each(|code| codes[*code as usize] += count);
        }
        codes.into()
    }

    /// The slots that have one of the `chosen` codes.
    pub fn with_any(&self, chosen: Vec<bool>) -> Vec<bool> {
        match &self.sets {
            None => chosen,
            Some(sets) => sets.iter().map(|set| set.iter().any(|code| chosen[*code as usize])).collect(),
        }
    }

    /// The values in the order of their codes, from code 1.
    pub fn texts(&self) -> std::io::Result<Vec<String>> {
        let Some(column) = &self.dictionary else { return Ok(Vec::new()) };
        let mut texts = Vec::with_capacity(self.values);
        let mut stream = column.dictionary().stream()?;
        while stream.advance() {
            texts.push(String::from_utf8_lossy(stream.key()).into_owned());
        }
        Ok(texts)
    }

    /// The code of a value, if a document of this segment has it.
    pub fn code(&self, value: &str) -> std::io::Result<Option<usize>> {
        let Some(column) = &self.dictionary else { return Ok(None) };
        let ordinal = column.dictionary().term_ord(value.as_bytes())?;
        Ok(ordinal.map(|ordinal| ordinal as usize + 1))
    }

    /// Adds each document's slot to `counts`, which has a place for each slot.
    pub fn count(&self, base: u32, places: &[u16], counts: &mut [u32]) {
        match &self.slots {
            Slots::One(slots) => count(slots, base, places, counts),
            Slots::Two(slots) => count(slots, base, places, counts),
            Slots::Four(slots) => count(slots, base, places, counts),
        }
    }

    /// Sets a bit for each document that has one of the `chosen` slots.
    pub fn select(&self, base: u32, places: &[u16], chosen: &[bool], bits: &mut [u64]) {
        match &self.slots {
            Slots::One(slots) => select(slots, base, places, chosen, bits),
            Slots::Two(slots) => select(slots, base, places, chosen, bits),
            Slots::Four(slots) => select(slots, base, places, chosen, bits),
        }
    }
}

/// The sets of codes that documents have, by their first document, and each document's.
fn sets_of(ordinals: &Column<u64>, documents: u32) -> (Vec<u32>, Sets) {
    let mut sets = Sets { starts: vec![0], codes: Vec::new() };
    let mut known: HashMap<Box<[u32]>, u32> = HashMap::new();
    let mut codes: Vec<u32> = Vec::new();
    let mut slot = |doc| {
        codes.clear();
        codes.extend(ordinals.values_for_doc(doc).map(|ordinal| ordinal as u32 + 1));
        if let Some(slot) = known.get(codes.as_slice()) {
            return *slot;
        }
        let slot = sets.len() as u32;
        known.insert(codes.as_slice().into(), slot);
        sets.codes.extend_from_slice(&codes);
        sets.starts.push(sets.codes.len() as u32);
        slot
    };
    let slots = (0..documents).map(&mut slot).collect();
    sets.codes.shrink_to_fit();
    sets.starts.shrink_to_fit();
    (slots, sets)
}

fn pack(most: usize, slots: impl Iterator<Item = u32>) -> Slots {
    // Slots are at most `most`, so none is cut.
    if u8::try_from(most).is_ok() {
        Slots::One(slots.map(|slot| slot as u8).collect())
    } else if u16::try_from(most).is_ok() {
        Slots::Two(slots.map(|slot| slot as u16).collect())
    } else {
        Slots::Four(slots.collect())
    }
}

fn count<T: Copy + Into<u32>>(slots: &[T], base: u32, places: &[u16], counts: &mut [u32]) {
    let slots = &slots[base as usize..];
    for place in places {
        counts[slots[usize::from(*place)].into() as usize] += 1;
    }
}

fn select<T: Copy + Into<u32>>(slots: &[T], base: u32, places: &[u16], chosen: &[bool], bits: &mut [u64]) {
    let slots = &slots[base as usize..];
    for place in places {
        let place = usize::from(*place);
        let hit = chosen[slots[place].into() as usize];
        bits[place / 64] |= u64::from(hit) << (place % 64);
    }
}

/// A facet's column, shared between the snapshots that hold its segment.
pub(crate) type SharedColumn = Arc<FacetColumn>;
