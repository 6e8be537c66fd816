//! Many short texts in one piece of memory: four bytes beside each, where a `String` takes twenty-four and the heap's own.

use crate::bytes::{Rest, damaged, put};
use crate::numbers::Numbers;
use crate::problem::Error;

#[derive(Clone, Debug, PartialEq)]
pub struct Texts {
    /// UTF-8.
    all: Numbers<u8>,
    /// `all[starts[n]..starts[n + 1]]` is text n.
    starts: Numbers<u32>,
}

impl Default for Texts {
    fn default() -> Texts {
        Texts { all: Numbers::default(), starts: vec![0].into() }
    }
}

impl Texts {
    pub fn len(&self) -> usize {
        self.starts.len() - 1
    }

    pub fn push(&mut self, text: &str) -> Result<(), Error> {
        let all = self.all.own();
        all.extend_from_slice(text.as_bytes());
        let end = u32::try_from(all.len());
        self.starts.own().push(
            end.map_err(|_| Error::new(0, "the ontologies hold more than 4 GiB of text; leave some of them out"))?,
        );
        Ok(())
    }

    pub fn get(&self, index: usize) -> &str {
        let starts = &self.starts[index..index + 2];
        let text = &self.all[starts[0] as usize..starts[1] as usize];
        std::str::from_utf8(text).expect("texts were checked when they were read")
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
        self.all.own().shrink_to_fit();
        self.starts.own().shrink_to_fit();
    }

    pub fn write(&self, to: &mut Vec<u8>) {
        put(to, &self.all);
        put(to, &self.starts);
    }

    pub fn read(rest: &mut Rest<'_>) -> Result<Texts, Error> {
        let (all, starts) = (rest.take::<u8>()?, rest.take::<u32>()?);
        let text = std::str::from_utf8(&all).map_err(|_| damaged())?;
        let sound = starts.first() == Some(&0)
            && starts.is_sorted()
            && starts.last().is_some_and(|end| *end as usize == text.len())
            && starts.iter().all(|start| text.is_char_boundary(*start as usize));
        if sound { Ok(Texts { all, starts }) } else { Err(damaged()) }
    }
}
