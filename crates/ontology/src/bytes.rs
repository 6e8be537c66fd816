//! Numbers and texts as bytes: little-endian, each list behind its length. What is read is checked: a list that is longer
//! than what is left is an error, and nothing is reserved before its bytes are there.

use crate::problem::Error;

/// Why prepared ontologies or dictionaries cannot be read.
pub fn damaged() -> Error {
    Error::new(0, "the prepared ontologies are damaged or of another version; prepare them again from their releases")
}

/// A number of N bytes.
pub trait Number<const N: usize>: Copy {
    fn bytes(self) -> [u8; N];
    fn of(bytes: [u8; N]) -> Self;
}

macro_rules! number {
    ($($number:ty: $bytes:literal),*) => { $(
        impl Number<$bytes> for $number {
            fn bytes(self) -> [u8; $bytes] {
                self.to_le_bytes()
            }
            fn of(bytes: [u8; $bytes]) -> Self {
                <$number>::from_le_bytes(bytes)
            }
        }
    )* };
}

number!(u8: 1, u16: 2, u32: 4, u64: 8);

pub fn put<const N: usize, T: Number<N>>(to: &mut Vec<u8>, numbers: impl ExactSizeIterator<Item = T>) {
    to.reserve(8 + numbers.len() * N);
    to.extend_from_slice(&(numbers.len() as u64).to_le_bytes());
    numbers.for_each(|number| to.extend_from_slice(&number.bytes()));
}

pub fn put_text(to: &mut Vec<u8>, text: &str) {
    put(to, text.bytes());
}

/// Takes a list from the front of `rest`.
pub fn take<const N: usize, T: Number<N>>(rest: &mut &[u8]) -> Result<Vec<T>, Error> {
    Ok(raw::<N>(rest)?.as_chunks::<N>().0.iter().map(|chunk| T::of(*chunk)).collect())
}

pub fn take_text(rest: &mut &[u8]) -> Result<String, Error> {
    std::str::from_utf8(raw::<1>(rest)?).map(str::to_owned).map_err(|_| damaged())
}

fn raw<'a, const N: usize>(rest: &mut &'a [u8]) -> Result<&'a [u8], Error> {
    let (length, after) = rest.split_first_chunk::<8>().ok_or_else(damaged)?;
    let length = usize::try_from(u64::from_le_bytes(*length)).ok().and_then(|length| length.checked_mul(N));
    let bytes = length.filter(|length| *length <= after.len()).ok_or_else(damaged)?;
    let (mine, after) = after.split_at(bytes);
    *rest = after;
    Ok(mine)
}
