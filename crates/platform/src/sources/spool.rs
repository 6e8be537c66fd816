//! The spool: samples of a file in a local temporary file, so that memory does not grow with what they say.

use crate::catalog::{NewSample, SampleEntry, SampleSource};
use chorale_model::Fault;
use std::fs::File;
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::FileExt;
use std::path::Path;
use std::sync::Arc;

/// Where a sample lies.
#[derive(Clone, Copy, Debug)]
pub struct At {
    offset: u64,
    length: u32,
}

pub struct Spool {
    writer: BufWriter<File>,
    end: u64,
}

impl Spool {
    pub fn new(folder: &Path) -> io::Result<Spool> {
        Ok(Spool { writer: BufWriter::with_capacity(1 << 20, tempfile::tempfile_in(folder)?), end: 0 })
    }

    pub fn append(&mut self, sample: &NewSample) -> io::Result<At> {
        let bytes = serde_json::to_vec(sample)?;
        let length = u32::try_from(bytes.len()).map_err(io::Error::other)?;
        self.writer.write_all(&bytes)?;
        let at = At { offset: self.end, length };
        self.end += u64::from(length);
        Ok(at)
    }

    /// A sample that was appended before.
    pub fn read(&mut self, at: At) -> io::Result<NewSample> {
        self.writer.flush()?;
        read(self.writer.get_ref(), at)
    }

    pub fn finish(mut self) -> io::Result<Arc<File>> {
        self.writer.flush()?;
        Ok(Arc::new(self.writer.into_inner().map_err(|e| e.into_error())?))
    }
}

fn read(file: &File, at: At) -> io::Result<NewSample> {
    let mut bytes = vec![0; at.length as usize];
    file.read_exact_at(&mut bytes, at.offset)?;
    Ok(serde_json::from_slice(&bytes)?)
}

/// The samples of one dataset in a spool.
pub struct Spooled {
    pub file: Arc<File>,
    pub entries: Vec<SampleEntry>,
    pub places: Vec<At>,
}

impl SampleSource for Spooled {
    fn entries(&self) -> &[SampleEntry] {
        &self.entries
    }

    fn read(&mut self, entry: usize) -> Result<NewSample, Fault> {
        read(&self.file, self.places[entry]).map_err(|e| Fault::internal("reading a sample back", e))
    }
}
