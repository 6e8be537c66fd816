//! The look-up as bytes.

use super::{Lookup, Rows};
use crate::bytes::{Rest, damaged, put};
use crate::problem::Error;
use crate::texts::Texts;

impl Lookup {
    pub(crate) fn write(&self, to: &mut Vec<u8>) {
        self.words.write(to);
        put(to, &self.starts);
        put(to, &self.postings);
        put(to, &self.name_words);
        self.names.write(to);
    }

    pub(crate) fn read(rest: &mut Rest<'_>) -> Result<Lookup, Error> {
        let words = Texts::read(rest)?;
        let (starts, postings, name_words) = (rest.take::<u32>()?, rest.take::<u32>()?, rest.take::<u32>()?);
        let names = Rows::read(rest, name_words.len())?;
        let sound = starts.len() == words.len() + 1
            && starts.is_sorted()
            && starts.last().is_some_and(|end| *end as usize == postings.len())
            && postings.iter().all(|name| (*name as usize) < names.len())
            && name_words.iter().all(|word| (*word as usize) < words.len());
        if sound { Ok(Lookup { words, starts, postings, names, name_words }) } else { Err(damaged()) }
    }
}
