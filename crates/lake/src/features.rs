//! Owns the rows of a table: each feature's place. All texts lie in one string, so that a million of them
//! cost little more than their letters.

use crate::error::Error;
use std::collections::HashMap;
use std::hash::{BuildHasher, RandomState};

/// A methylation array has 0.9 million features, the largest tiling arrays a few million.
const MOST: usize = 20_000_000;
const MOST_BYTES: usize = 1 << 30;

#[derive(Default)]
pub(crate) struct Features {
    text: String,
    ends: Vec<u32>,
    /// Hash to place. When two features share a hash, the second lies at the next free one.
    places: HashMap<u64, u32>,
    hasher: RandomState,
}

impl Features {
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    pub fn get(&self, place: usize) -> &str {
        let start = if place == 0 { 0 } else { self.ends[place - 1] as usize };
        &self.text[start..self.ends[place] as usize]
    }

    /// The place of a feature, new at the end when it was not known. `guess` is where it stands when this
    /// sample has the order of the others, which spares the look-up.
    pub fn place(&mut self, feature: &str, guess: usize) -> Result<usize, Error> {
        if guess < self.len() && self.get(guess) == feature {
            return Ok(guess);
        }
        let mut hash = self.hasher.hash_one(feature);
        while let Some(place) = self.places.get(&hash) {
            if self.get(*place as usize) == feature {
                return Ok(*place as usize);
            }
            hash = hash.wrapping_add(1);
        }
        if self.len() >= MOST || self.text.len() + feature.len() > MOST_BYTES {
            return Err(Error::too_large(format!("the table has more than {MOST} features, or too long ones")));
        }
        let place = self.len();
        self.text.push_str(feature);
        self.ends.push(narrow(self.text.len()));
        self.places.insert(hash, narrow(place));
        Ok(place)
    }
}

/// Both limits above lie below 2^32.
fn narrow(number: usize) -> u32 {
    u32::try_from(number).expect("bounded by the limits above")
}
