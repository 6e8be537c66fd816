//! Models as bytes: a magic word, the version of the layout, the length, the content and its checksum (FNV-1a, 64 bits,
//! against cut and flipped bytes; who may write a model is decided elsewhere). All numbers are little-endian. What is
//! damaged is refused with what was wrong, never guessed at, and no length is believed before its bytes are there.

use std::fmt;

const MAGIC: &[u8; 8] = b"chorlrn1";

/// Why bytes are no model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Damaged(pub String);

impl fmt::Display for Damaged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; train the model again or restore the file", self.0)
    }
}

impl std::error::Error for Damaged {}

/// Collects what a model consists of.
#[derive(Debug, Default)]
pub struct Writer(Vec<u8>);

impl Writer {
    pub fn u32(&mut self, value: u32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn u64(&mut self, value: u64) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn f32(&mut self, value: f32) {
        self.0.extend_from_slice(&value.to_le_bytes());
    }

    pub fn text(&mut self, value: &str) {
        self.u32(value.len() as u32);
        self.0.extend_from_slice(value.as_bytes());
    }

    /// A list: its length, then each item.
    pub fn list<T>(&mut self, items: &[T], mut each: impl FnMut(&mut Writer, &T)) {
        self.u32(items.len() as u32);
        for item in items {
            each(self, item);
        }
    }

    /// The finished file; `kind` and `version` name the layout.
    pub fn finish(self, kind: &str, version: u32) -> Vec<u8> {
        let mut head = Writer(MAGIC.to_vec());
        head.text(kind);
        head.u32(version);
        head.u64(self.0.len() as u64);
        head.u64(checksum(&self.0));
        head.0.extend_from_slice(&self.0);
        head.0
    }
}

/// Takes a model apart again.
#[derive(Clone, Debug)]
pub struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// Checks the head and the checksum.
    ///
    /// # Errors
    /// When the bytes are of another kind or version, cut off, or changed.
    pub fn open(bytes: &'a [u8], kind: &str, version: u32) -> Result<Reader<'a>, Damaged> {
        let rest = bytes.strip_prefix(MAGIC).ok_or_else(|| Damaged("this is no model file".into()))?;
        let mut reader = Reader(rest);
        let found = reader.text()?;
        if found != kind {
            return Err(Damaged(format!("this file holds a model of kind {found:?}, wanted is {kind:?}")));
        }
        let layout = reader.u32()?;
        if layout != version {
            return Err(Damaged(format!("the {kind} model has layout {layout}, this program reads layout {version}")));
        }
        let (length, sum) = (reader.u64()?, reader.u64()?);
        if reader.0.len() as u64 != length {
            return Err(Damaged(format!("the {kind} model should have {length} bytes and has {}", reader.0.len())));
        }
        if checksum(reader.0) != sum {
            return Err(Damaged(format!("the {kind} model's checksum does not match: bytes were changed")));
        }
        Ok(reader)
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], Damaged> {
        let (value, rest) =
            self.0.split_first_chunk::<N>().ok_or_else(|| Damaged("the model ends too early".into()))?;
        self.0 = rest;
        Ok(*value)
    }

    pub fn u32(&mut self) -> Result<u32, Damaged> {
        self.take().map(u32::from_le_bytes)
    }

    pub fn u64(&mut self) -> Result<u64, Damaged> {
        self.take().map(u64::from_le_bytes)
    }

    /// A finite number.
    pub fn f32(&mut self) -> Result<f32, Damaged> {
        let value = self.take().map(f32::from_le_bytes)?;
        if value.is_finite() { Ok(value) } else { Err(Damaged("the model holds a number that is not finite".into())) }
    }

    pub fn text(&mut self) -> Result<String, Damaged> {
        let length = self.u32()? as usize;
        let bytes = self.0.get(..length).ok_or_else(|| Damaged("the model ends within a text".into()))?;
        self.0 = &self.0[length..];
        String::from_utf8(bytes.to_vec()).map_err(|_| Damaged("a text of the model is not UTF-8".into()))
    }

    /// What [`Writer::list`] wrote.
    pub fn list<T>(&mut self, mut each: impl FnMut(&mut Reader<'a>) -> Result<T, Damaged>) -> Result<Vec<T>, Damaged> {
        let length = self.u32()? as usize;
        // Every item takes at least a byte: a wrong length cannot ask for more memory than the file has.
        if length > self.0.len() {
            return Err(Damaged("a list of the model is longer than the file".into()));
        }
        let mut items = Vec::with_capacity(length);
        for _ in 0..length {
            items.push(each(self)?);
        }
        Ok(items)
    }

    /// # Errors
    /// When bytes are left over.
    pub fn close(self) -> Result<(), Damaged> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(Damaged(format!("{} bytes follow the end of the model", self.0.len())))
        }
    }
}

fn checksum(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xCBF2_9CE4_8422_2325, |sum, byte| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn file() -> Vec<u8> {
        let mut to = Writer::default();
        to.text("größe");
        to.list(&[1.5_f32, -2.0], |to, v| to.f32(*v));
        to.finish("test", 3)
    }

    fn read(bytes: &[u8]) -> Result<(String, Vec<f32>), Damaged> {
        let mut from = Reader::open(bytes, "test", 3)?;
        let all = (from.text()?, from.list(|from| from.f32())?);
        from.close()?;
        Ok(all)
    }

    #[test]
    fn what_was_written_is_read() {
        assert_eq!(read(&file()).expect("sound"), ("größe".to_owned(), vec![1.5, -2.0]));
    }

    #[test]
    fn every_cut_and_every_flipped_bit_is_refused() {
        let bytes = file();
        for cut in 0..bytes.len() {
            assert!(read(&bytes[..cut]).is_err(), "cut at {cut}");
        }
        for bit in 0..bytes.len() * 8 {
            let mut changed = bytes.clone();
            changed[bit / 8] ^= 1 << (bit % 8);
            assert!(read(&changed).is_err(), "bit {bit}");
        }
    }

    #[test]
    fn errors_name_what_was_wrong() {
        let error = Reader::open(&file(), "test", 4).expect_err("another layout").to_string();
        assert_eq!(
            error,
            "the test model has layout 3, this program reads layout 4; train the model again or restore the file"
        );
        assert!(
            Reader::open(b"PK\x03\x04", "test", 3).expect_err("a zip").to_string().starts_with("this is no model file")
        );
    }
}
