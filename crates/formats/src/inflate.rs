//! Owns the way from raw bytes to text: plain, or gzip with any number of members. Counts what was used
//! up, so that the guard in `input` judges the true ratio.

use flate2::bufread::GzDecoder;
use std::io::{BufRead, BufReader, Chain, Cursor, ErrorKind, Read};

const GZIP: [u8; 2] = [0x1f, 0x8b];

type Raw<R> = BufReader<Counted<Chain<Cursor<Vec<u8>>, R>>>;

pub(crate) enum Source<R> {
    Plain(Raw<R>),
    /// `None` once the last member is read; the count lives on in `used`.
    Gzip {
        member: Option<Box<GzDecoder<Raw<R>>>>,
        used: u64,
        members: u64,
        garbage: bool,
    },
}

impl<R: Read> Source<R> {
    pub fn open(mut raw: R) -> std::io::Result<Self> {
        let mut first = Vec::with_capacity(GZIP.len());
        raw.by_ref().take(GZIP.len() as u64).read_to_end(&mut first)?;
        let gzip = first == GZIP;
        let raw = BufReader::with_capacity(64 << 10, Counted { inner: Cursor::new(first).chain(raw), bytes: 0 });
        Ok(if gzip {
            Self::Gzip { member: Some(Box::new(GzDecoder::new(raw))), used: 0, members: 1, garbage: false }
        } else {
            Self::Plain(raw)
        })
    }

    pub fn is_gzip(&self) -> bool {
        matches!(self, Self::Gzip { .. })
    }

    /// Raw bytes that were consumed, not merely buffered.
    pub fn bytes_used(&self) -> u64 {
        match self {
            Self::Plain(raw) => used(raw),
            Self::Gzip { member, used: before, .. } => member.as_ref().map_or(*before, |member| used(member.get_ref())),
        }
    }

    pub fn has_trailing_garbage(&self) -> bool {
        matches!(self, Self::Gzip { garbage: true, .. })
    }

    pub fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        loop {
            let got = match self {
                Self::Plain(raw) => retry(|| raw.read(to))?,
                Self::Gzip { member: None, .. } => 0,
                Self::Gzip { member: Some(member), members, .. } => match retry(|| member.read(to)) {
                    // A later member that has no gzip header is no member: bytes after the end.
                    Err(error) if *members > 1 && member.header().is_none() && is_damage(&error) => {
                        self.end(true);
                        0
                    }
                    other => other?,
                },
            };
            if got > 0 || !self.next_member()? {
                return Ok(got);
            }
        }
    }

    /// At the end of a member: whether another follows.
    fn next_member(&mut self) -> std::io::Result<bool> {
        let Self::Gzip { member, members, .. } = self else {
            return Ok(false);
        };
        let Some(done) = member.take() else {
            return Ok(false);
        };
        let mut raw = done.into_inner();
        let next = retry(|| raw.fill_buf().map(|bytes| bytes.first().copied()))?;
        let goes_on = next == Some(GZIP[0]);
        *member = Some(Box::new(GzDecoder::new(raw)));
        if goes_on {
            *members += 1;
        } else {
            self.end(next.is_some());
        }
        Ok(goes_on)
    }

    fn end(&mut self, trailing: bool) {
        let bytes = self.bytes_used();
        if let Self::Gzip { member, used, garbage, .. } = self {
            *member = None;
            *used = bytes;
            *garbage = trailing;
        }
    }
}

fn is_damage(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::InvalidData | ErrorKind::InvalidInput)
}

fn used<R: Read>(raw: &Raw<R>) -> u64 {
    raw.get_ref().bytes - raw.buffer().len() as u64
}

fn retry<T>(mut read: impl FnMut() -> std::io::Result<T>) -> std::io::Result<T> {
    loop {
        match read() {
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            other => return other,
        }
    }
}

pub(crate) struct Counted<R> {
    inner: R,
    bytes: u64,
}

impl<R: Read> Read for Counted<R> {
    fn read(&mut self, to: &mut [u8]) -> std::io::Result<usize> {
        let got = self.inner.read(to)?;
        self.bytes += got as u64;
        Ok(got)
    }
}
