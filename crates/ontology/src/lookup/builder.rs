//! Gathers names and turns them into words with postings.

use super::{Lookup, Row, Rows};
use crate::problem::Error;
use crate::release::Place;
use crate::term::Term;
use crate::texts::Texts;
use crate::words::Words;
use rustc_hash::FxHashMap;

#[derive(Default)]
pub struct Builder {
    ids: FxHashMap<Box<str>, u32>,
    names: Vec<Row>,
    name_words: Vec<u32>,
    reader: Words,
}

impl Builder {
    /// Every name of a term.
    pub fn add_term(&mut self, release: u16, place: Place, term: &Term) {
        for (name, (text, scope)) in term.names().enumerate().take(usize::from(u16::MAX)) {
            self.reader.read(text);
            if self.reader.is_empty() {
                continue;
            }
            let words = self.name_words.len() as u32;
            self.names.push(Row { words, term: place, release, name: name as u16, scope });
            for (_, word) in self.reader.iter() {
                let next = self.ids.len() as u32;
                let id = match self.ids.get(word) {
                    Some(id) => *id,
                    None => *self.ids.entry(word.into()).or_insert(next),
                };
                self.name_words.push(id);
            }
        }
    }

    /// # Errors
    /// More text than fits.
    pub fn build(self) -> Result<Lookup, Error> {
        let mut words: Vec<(Box<str>, u32)> = self.ids.into_iter().collect();
        words.sort_unstable();
        let mut new_ids = vec![0_u32; words.len()];
        for (new, (_, old)) in words.iter().enumerate() {
            new_ids[*old as usize] = new as u32;
        }
        let name_words: Vec<u32> = self.name_words.iter().map(|old| new_ids[*old as usize]).collect();
        let mut texts = Texts::default();
        words.iter().try_for_each(|(word, _)| texts.push(word))?;
        texts.shrink();
        let (starts, postings) = post(texts.len(), &self.names, &name_words);
        Ok(Lookup {
            words: texts,
            starts: starts.into(),
            postings: postings.into(),
            names: Rows::of(&self.names),
            name_words: name_words.into(),
        })
    }
}

/// The names that hold each word.
fn post(words: usize, names: &[Row], name_words: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; words + 1];
    name_words.iter().for_each(|word| starts[*word as usize + 1] += 1);
    for index in 1..starts.len() {
        starts[index] += starts[index - 1];
    }
    let mut fill = starts.clone();
    let mut postings = vec![0_u32; name_words.len()];
    for name in 0..names.len() {
        for word in &name_words[words_of(names, name_words, name)] {
            let slot = &mut fill[*word as usize];
            postings[*slot as usize] = name as u32;
            *slot += 1;
        }
    }
    (starts, postings)
}

/// Where the words of a name are.
fn words_of(names: &[Row], name_words: &[u32], name: usize) -> std::ops::Range<usize> {
    let end = names.get(name + 1).map_or(name_words.len(), |next| next.words as usize);
    names[name].words as usize..end
}
