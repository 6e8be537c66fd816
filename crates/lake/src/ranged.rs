//! A value table that lies elsewhere, read range by range: an object store answers `from..to`, this gives the reader
//! what it asks for. Blocks are kept for a moment, because a page's header and its bytes lie side by side.

use bytes::{Buf, Bytes};
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};
use std::collections::VecDeque;
use std::io::Read;
use std::ops::Range;
use std::sync::{Arc, Mutex, PoisonError};

/// What is asked for at once, at least.
const BLOCK_BYTES: u64 = 256 << 10;
/// Blocks that are kept; with what the reader itself holds, the memory of one look.
const BLOCKS: usize = 16;

/// Answers the bytes of a range that lies within the file.
type Fetch = dyn Fn(Range<u64>) -> std::io::Result<Bytes> + Send + Sync;

/// A file of a known size whose ranges can be had one by one.
#[derive(Clone)]
pub struct Ranged {
    size_bytes: u64,
    fetch: Arc<Fetch>,
    /// Newest last: where each begins, and its bytes.
    blocks: Arc<Mutex<VecDeque<(u64, Bytes)>>>,
}

impl Ranged {
    pub fn new(size_bytes: u64, fetch: impl Fn(Range<u64>) -> std::io::Result<Bytes> + Send + Sync + 'static) -> Self {
        Self { size_bytes, fetch: Arc::new(fetch), blocks: Arc::default() }
    }

    fn bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let end = start.checked_add(length as u64).filter(|end| *end <= self.size_bytes).ok_or_else(|| {
            ParquetError::EOF(format!("{length} bytes at {start} lie beyond the end at {}", self.size_bytes))
        })?;
        let mut blocks = self.blocks.lock().unwrap_or_else(PoisonError::into_inner);
        let kept = blocks.iter().find(|(first, block)| *first <= start && end <= first + block.len() as u64);
        if let Some((first, block)) = kept {
            let from = usize::try_from(start - first).unwrap_or(usize::MAX);
            return Ok(block.slice(from..from + length));
        }
        let until = end.max(start + BLOCK_BYTES).min(self.size_bytes);
        let block = (self.fetch)(start..until)?;
        if block.len() as u64 != until - start {
            let got = block.len();
            return Err(ParquetError::EOF(format!("{} bytes at {start} were asked for, {got} came", until - start)));
        }
        // A large block is the reader's alone.
        if block.len() as u64 <= BLOCK_BYTES {
            if blocks.len() == BLOCKS {
                blocks.pop_front();
            }
            blocks.push_back((start, block.clone()));
        }
        Ok(block.slice(..length))
    }
}

impl Length for Ranged {
    fn len(&self) -> u64 {
        self.size_bytes
    }
}

impl ChunkReader for Ranged {
    type T = Sequential;

    fn get_read(&self, start: u64) -> Result<Sequential> {
        Ok(Sequential { file: self.clone(), at: start, ready: Bytes::new() })
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        self.bytes(start, length)
    }
}

/// Reads on from a place, a block at a time.
pub struct Sequential {
    file: Ranged,
    at: u64,
    ready: Bytes,
}

impl Read for Sequential {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        if self.ready.is_empty() {
            let left = self.file.size_bytes.saturating_sub(self.at);
            let length = usize::try_from(left.min(4 << 10)).unwrap_or(0);
            self.ready = self.file.bytes(self.at, length).map_err(std::io::Error::other)?;
            self.at += length as u64;
        }
        let size = to.len().min(self.ready.len());
        self.ready.copy_to_slice(&mut to[..size]);
        Ok(size)
    }
}
