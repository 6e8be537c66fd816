//! Numbers in a row, which is what a library is made of: in memory of their own while they are gathered, a part of a
//! mapped file once they are prepared. Mapped ones cost no memory that the machine could not take back, they are shared
//! between processes, and they are there at once.

use memmap2::Mmap;
use std::fmt;
use std::ops::{Deref, Range};
use std::path::Path;
use std::sync::Arc;
use std::{fs, io};
use zerocopy::{FromBytes, Immutable, IntoBytes, KnownLayout};

#[cfg(target_endian = "big")]
compile_error!("prepared ontologies are little-endian numbers that are read where they lie");

/// A file of which parts are lent.
pub type Mapping = Arc<Mmap>;

/// Maps a file that nobody writes to any more.
///
/// # Errors
/// Those of opening and mapping it.
#[allow(unsafe_code)]
pub fn map(path: &Path) -> io::Result<Mapping> {
    let file = fs::File::open(path)?;
    // SAFETY: a prepared library is written under a name of its own, renamed once it is whole and never written to
    // again; whoever replaces it writes another file, and a file that is removed stays readable while it is mapped.
    unsafe { Mmap::map(&file) }.map(Arc::new)
}

/// A number as files hold it.
pub trait Number: Copy + fmt::Debug + PartialEq + FromBytes + IntoBytes + Immutable + KnownLayout {}

impl Number for u8 {}
impl Number for u16 {}
impl Number for u32 {}
impl Number for u64 {}

/// A list of numbers, read as a slice.
#[derive(Clone)]
pub struct Numbers<T>(Kept<T>);

#[derive(Clone)]
enum Kept<T> {
    Own(Vec<T>),
    Lent(Mapping, Range<usize>),
}

impl<T: Number> Numbers<T> {
    /// The numbers in a part of a file; None where the part begins or ends inside a number.
    pub fn lent(file: &Mapping, part: Range<usize>) -> Option<Numbers<T>> {
        <[T]>::ref_from_bytes(&file[part.clone()]).ok()?;
        Some(Numbers(Kept::Lent(file.clone(), part)))
    }

    /// The numbers in memory of their own, copied there if they were lent.
    pub fn own(&mut self) -> &mut Vec<T> {
        if let Kept::Lent(..) = self.0 {
            self.0 = Kept::Own(self.to_vec());
        }
        match &mut self.0 {
            Kept::Own(numbers) => numbers,
            Kept::Lent(..) => unreachable!("they were copied"),
        }
    }
}

impl<T: Number> Deref for Numbers<T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match &self.0 {
            Kept::Own(numbers) => numbers,
            Kept::Lent(file, part) => {
                <[T]>::ref_from_bytes(&file[part.clone()]).expect("the part was checked when it was lent")
            }
        }
    }
}

impl<T> From<Vec<T>> for Numbers<T> {
    fn from(numbers: Vec<T>) -> Self {
        Numbers(Kept::Own(numbers))
    }
}

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Vec::new().into()
    }
}

impl<T: Number> fmt::Debug for Numbers<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self[..].fmt(f)
    }
}

impl<T: Number> PartialEq for Numbers<T> {
    fn eq(&self, other: &Self) -> bool {
        self[..] == other[..]
    }
}
