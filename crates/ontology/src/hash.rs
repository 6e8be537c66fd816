//! A hash of bytes that does not change between builds and machines, because it is part of the artifact; and a flat
//! table from such hashes to numbers.

use crate::bytes::{Rest, damaged, put};
use crate::numbers::Numbers;
use crate::problem::Error;

/// FNV-1a, fed piece by piece: the same bytes give the same hash wherever they are cut.
#[derive(Clone, Copy)]
pub struct Fnv(u64);

impl Fnv {
    pub fn new() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }

    pub fn feed(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = (self.0 ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3);
        }
    }

    /// FNV's low bits are weak for short keys: mixed once more (the finalizer of MurmurHash3).
    pub fn end(self) -> u64 {
        mix(self.0)
    }
}

/// A word, eight bytes at a time: most words are done in one or two steps.
pub fn of(bytes: &[u8]) -> u64 {
    let mut hash = bytes.len() as u64;
    let (whole, rest) = bytes.as_chunks::<8>();
    let last = rest.iter().rev().fold(0_u64, |number, byte| number << 8 | u64::from(*byte));
    for number in whole.iter().map(|chunk| u64::from_le_bytes(*chunk)).chain([last]) {
        hash = (hash ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        hash ^= hash >> 32;
    }
    mix(hash)
}

pub fn mix(mut key: u64) -> u64 {
    key ^= key >> 33;
    key = key.wrapping_mul(0xff51_afd7_ed55_8ccd);
    key ^= key >> 33;
    key = key.wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    key ^ (key >> 33)
}

/// No value.
pub const NONE: u32 = u32::MAX;

/// Values are kept in so many bits, and the rest of a slot tells keys apart.
const VALUE_BITS: u32 = 24;
const VALUE_MASK: u64 = (1 << VALUE_BITS) - 1;
/// The most values that a table takes: numbers below this.
pub const MOST_VALUES: usize = VALUE_MASK as usize;
/// An empty slot: its value would be one too many.
const EMPTY: u64 = u64::MAX;

/// From 64-bit keys that are well mixed to numbers: open addressing, at most two thirds full. A slot holds forty bits of
/// its key beside the value, so that a look-up costs one line of the processor's cache; the key's other bits choose the
/// slot. For a million keys a key that is not there is mistaken for one that is once in 10^12 look-ups.
#[derive(Clone, Debug, PartialEq)]
pub struct Table {
    slots: Numbers<u64>,
}

impl Default for Table {
    fn default() -> Table {
        Table::with_room(0)
    }
}

impl Table {
    /// Room for `count` keys.
    pub fn with_room(count: usize) -> Table {
        Table { slots: vec![EMPTY; (count * 3 / 2 + 1).next_power_of_two()].into() }
    }

    pub fn find(&self, key: u64) -> Option<u32> {
        let slots = &self.slots[..];
        let mask = slots.len() - 1;
        let mut at = key as usize & mask;
        loop {
            let slot = slots[at];
            if slot == EMPTY {
                return None;
            }
            if slot >> VALUE_BITS == key >> VALUE_BITS {
                return Some((slot & VALUE_MASK) as u32);
            }
            at = (at + 1) & mask;
        }
    }

    /// Puts a key that is not there; the value is below [`MOST_VALUES`].
    pub fn put(&mut self, key: u64, value: u32) {
        let slots = self.slots.own();
        let mask = slots.len() - 1;
        let mut at = key as usize & mask;
        while slots[at] != EMPTY {
            at = (at + 1) & mask;
        }
        slots[at] = key & !VALUE_MASK | u64::from(value);
    }

    pub fn write(&self, to: &mut Vec<u8>) {
        put(to, &self.slots);
    }

    pub fn read(rest: &mut Rest<'_>) -> Result<Table, Error> {
        let slots = rest.take::<u64>()?;
        // An empty slot must be left, or a look-up of what is absent would go round for ever.
        let sound = slots.len().is_power_of_two() && slots.contains(&EMPTY);
        if sound { Ok(Table { slots }) } else { Err(damaged()) }
    }

    /// Whether every value is below `end`.
    pub fn is_within(&self, end: usize) -> bool {
        self.slots.iter().all(|slot| *slot == EMPTY || ((slot & VALUE_MASK) as usize) < end)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_put_is_found_and_nothing_else() {
        let mut table = Table::with_room(1_000);
        (0..1_000_u32).for_each(|value| table.put(of(&value.to_le_bytes()), value));
        (0..1_000_u32).for_each(|value| assert_eq!(table.find(of(&value.to_le_bytes())), Some(value)));
        assert!((1_000..100_000_u32).all(|value| table.find(of(&value.to_le_bytes())).is_none()));
        assert!(table.is_within(1_000) && !table.is_within(999));
        assert_eq!(Table::default().find(1), None);
    }

    #[test]
    fn the_length_and_every_byte_count() {
        let texts = ["", "\0", "\0\0", "liver", "livers", "abcdefgh", "abcdefgh\0", "abcdefghi", "iabcdefgh"];
        let hashes: std::collections::BTreeSet<u64> = texts.iter().map(|text| of(text.as_bytes())).collect();
        assert_eq!(hashes.len(), texts.len());
    }
}
