//! Numbers and texts as bytes: little-endian, each list behind its length and filled up to eight bytes, so that lists of
//! a mapped file are read where they lie. What is read is checked: a list that is longer than what is left is an error.

use crate::numbers::{Mapping, Number, Numbers};
use crate::problem::Error;
use zerocopy::IntoBytes;

/// Lists begin at multiples of this.
pub const STEP: usize = 8;

/// Why prepared ontologies or dictionaries cannot be read.
pub fn damaged() -> Error {
    Error::new(0, "the prepared ontologies are damaged or of another version; prepare them again from their releases")
}

/// Appends a list; `to` is as long as a multiple of [`STEP`], and is so again afterwards.
pub fn put<T: Number>(to: &mut Vec<u8>, numbers: &[T]) {
    to.extend_from_slice(&(numbers.len() as u64).to_le_bytes());
    to.extend_from_slice(numbers.as_bytes());
    to.resize(to.len().next_multiple_of(STEP), 0);
}

/// What is left to read: of bytes, whose numbers are copied, or of a mapped file, which lends them.
pub struct Rest<'a> {
    left: &'a [u8],
    file: Option<&'a Mapping>,
}

impl<'a> Rest<'a> {
    pub fn of(bytes: &'a [u8]) -> Rest<'a> {
        Rest { left: bytes, file: None }
    }

    pub fn of_file(file: &'a Mapping) -> Rest<'a> {
        Rest { left: file, file: Some(file) }
    }

    pub fn left(&self) -> &'a [u8] {
        self.left
    }

    /// The next `count` bytes.
    pub fn bytes(&mut self, count: usize) -> Result<&'a [u8], Error> {
        let (bytes, left) = self.left.split_at_checked(count).ok_or_else(damaged)?;
        self.left = left;
        Ok(bytes)
    }

    /// Takes a list from the front.
    pub fn take<T: Number>(&mut self) -> Result<Numbers<T>, Error> {
        let length = self.bytes(8)?.try_into().map(u64::from_le_bytes).map_err(|_| damaged())?;
        let length = usize::try_from(length).ok().and_then(|length| length.checked_mul(size_of::<T>()));
        let length = length.ok_or_else(damaged)?;
        let before = self.left.len();
        let bytes = self.bytes(length)?;
        self.bytes(length.next_multiple_of(STEP) - length)?;
        match self.file {
            Some(file) => {
                let from = file.len() - before;
                Numbers::lent(file, from..from + length).ok_or_else(damaged)
            }
            None => {
                let mut numbers = vec![T::new_zeroed(); length / size_of::<T>()];
                numbers.as_mut_bytes().copy_from_slice(bytes);
                Ok(numbers.into())
            }
        }
    }
}
