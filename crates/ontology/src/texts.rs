//! Many short texts in one piece of memory: four bytes beside each, where a `String` takes twenty-four and the heap's own.

use crate::bytes::{damaged, put, put_text, take, take_text};
use crate::problem::Error;

#[derive(Clone, Debug, PartialEq)]
pub struct Texts {
    all: String,
    /// `all[starts[n]..starts[n + 1]]` is text n.
    starts: Vec<u32>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { all: String::new(), starts: vec![0] }
    }
}

impl Texts {
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn push(&mut self, text: &str) -> Result<(), Error> {
        self.all.push_str(text);
        let end = u32::try_from(self.all.len());
        self.starts.push(
            end.map_err(|_| Error::new(0, "the ontologies hold more than 4 GiB of text; leave some of them out"))?,
        );
        Ok(())
    }

    pub fn get(&self, index: usize) -> &str {
        &self.all[self.starts[index] as usize..self.starts[index + 1] as usize]
    }

    /// The first text from `from` on for which `before` does not hold; the texts are sorted by it.
    pub fn partition_point(&self, from: usize, before: impl Fn(&str) -> bool) -> usize {
        let (mut low, mut high) = (from, self.len());
        while low < high {
            let middle = low + (high - low) / 2;
            if before(self.get(middle)) { low = middle + 1 } else { high = middle }
        }
        low
    }

    /// Gives back what was reserved and not used.
    pub fn shrink(&mut self) {
        self.all.shrink_to_fit();
        self.starts.shrink_to_fit();
    }

    pub fn write(&self, to: &mut Vec<u8>) {
        put_text(to, &self.all);
        put(to, self.starts.iter().copied());
    }

    pub fn read(rest: &mut &[u8]) -> Result<Texts, Error> {
        let (all, starts) = (take_text(rest)?, take::<4, u32>(rest)?);
        let sound = starts.first() == Some(&0)
            && starts.is_sorted()
            && starts.last().is_some_and(|end| *end as usize == all.len())
            && starts.iter().all(|start| all.is_char_boundary(*start as usize));
        if sound { Ok(Texts { all, starts }) } else { Err(damaged()) }
    }
}
