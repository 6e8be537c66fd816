//! Each different value once, by its place.

use std::collections::HashMap;

#[derive(Default)]
pub struct Interned<T> {
    pub all: Vec<T>,
    places: HashMap<T, usize>,
}

impl<T: Clone + Eq + std::hash::Hash> Interned<T> {
    /// The place of a value, new at the end when it was not known.
    pub fn place(&mut self, value: T) -> usize {
        if let Some(place) = self.places.get(&value) {
            return *place;
        }
        self.all.push(value.clone());
        self.places.insert(value, self.all.len() - 1);
        self.all.len() - 1
    }

    pub fn find(&self, value: &T) -> Option<usize> {
        self.places.get(value).copied()
    }
}
