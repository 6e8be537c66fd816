//! Owns `Input`: bytes from anywhere, gunzipped when they say so, guarded, cut into lines at memory speed.
//! It must never hold more than the longest line that the limits allow, whatever arrives.
//! Start at [`open`]; readers call `Input::next_line` and then `Input::bytes`.

use crate::error::{Cause, Error};
use crate::inflate::Source;
use crate::limits::Limits;
use crate::sink::{Flow, Sink};
use crate::warning::{Habit, Scope, Severity};
use std::io::Read;
use std::ops::{ControlFlow, Range};

/// Bytes asked from the source at once, and the buffer's size until a longer line comes.
const BLOCK: usize = 256 << 10;
/// How much [`Input::head`] looks at.
const HEAD: usize = 64 << 10;

pub(crate) const TRAILING_BYTES: Habit = Habit {
    scope: Scope::File,
    severity: Severity::Note,
    what: "Bytes follow after the end of the gzip stream",
    expected: "expected the end of the file",
    done: "ignored them",
};

/// A file that is being read. Made by [`open`], used up by [`crate::read`].
pub struct Input<R> {
    name: String,
    source: Source<R>,
    limits: Limits,
    buffer: Vec<u8>,
    /// The bytes of `buffer` that hold data not handed out yet.
    filled: Range<usize>,
    ended: bool,
    line: u64,
    decompressed_bytes: u64,
    reported_bytes: u64,
}

/// Opens a file. Only the first bytes are read; `name` is quoted in messages and never opened.
///
/// # Errors
/// When `raw` fails.
pub fn open<R: Read>(name: &str, raw: R, limits: &Limits) -> Result<Input<R>, Error> {
    let source = Source::open(raw).map_err(|error| io_error(error, 0))?;
    Ok(Input {
        name: file_name(name),
        source,
        limits: limits.clone(),
        buffer: vec![0; BLOCK],
        filled: 0..0,
        ended: false,
        line: 0,
        decompressed_bytes: 0,
        reported_bytes: 0,
    })
}

/// The last component of a name that a client sent, without control characters: for messages and hints.
#[must_use]
pub fn file_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).find(|part| !part.is_empty()).unwrap_or("");
    let clean: String = last.chars().filter(|c| !c.is_control()).take(200).collect();
    if clean.is_empty() || clean == "." || clean == ".." { "unnamed".to_owned() } else { clean }
}

impl<R: Read> Input<R> {
    /// The cleaned file name; see [`file_name`].
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    #[must_use]
    pub fn is_gzip(&self) -> bool {
        self.source.is_gzip()
    }

    #[must_use]
    pub fn compressed_bytes_read(&self) -> u64 {
        self.source.bytes_used()
    }

    /// Up to 64 KiB from the start, decompressed, for [`crate::detect()`]; nothing is lost for the reader.
    ///
    /// # Errors
    /// When the source fails or its gzip stream is damaged within these bytes.
    pub fn head(&mut self) -> Result<&[u8], Error> {
        while !self.ended && self.line == 0 && self.filled.len() < HEAD {
            self.fill()?;
        }
        Ok(&self.buffer[self.filled.start..self.filled.end.min(self.filled.start + HEAD)])
    }

    /// The number of the line that was read last; 0 before the first.
    #[must_use]
    pub fn line(&self) -> u64 {
        self.line
    }

    /// Where the next line lies in [`Input::bytes`], without its `\n` or `\r\n`.
    pub(crate) fn next_line(&mut self) -> Result<Option<Range<usize>>, Error> {
        let mut searched = 0;
        loop {
            let waiting = &self.buffer[self.filled.clone()];
            if let Some(at) = memchr::memchr(b'\n', &waiting[searched..]) {
                let line = self.filled.start..self.filled.start + searched + at;
                self.filled.start = line.end + 1;
                self.line += 1;
                if line.len() > self.limits.max_line_bytes {
                    return Err(self.too_long());
                }
                return Ok(Some(self.without_return(line)));
            }
            searched = waiting.len();
            if searched > self.limits.max_line_bytes {
                self.line += 1;
                return Err(self.too_long());
            }
            if self.ended {
                return Ok(self.last_line());
            }
            self.fill()?;
        }
    }

    pub(crate) fn bytes(&self, line: Range<usize>) -> &[u8] {
        &self.buffer[line]
    }

    /// Tells the sink how far we are, when enough was read since the last time.
    pub(crate) fn report<S: Sink + ?Sized>(&mut self, sink: &mut S) -> Flow {
        if self.decompressed_bytes - self.reported_bytes < self.limits.progress_every_bytes {
            return ControlFlow::Continue(());
        }
        self.reported_bytes = self.decompressed_bytes;
        sink.progress(self.source.bytes_used(), self.line)
    }

    /// Bytes after the last gzip member, which are not data.
    pub(crate) fn has_trailing_garbage(&self) -> bool {
        self.source.has_trailing_garbage()
    }

    fn last_line(&mut self) -> Option<Range<usize>> {
        if self.filled.is_empty() {
            return None;
        }
        let line = std::mem::replace(&mut self.filled.start, self.filled.end)..self.filled.end;
        self.line += 1;
        Some(self.without_return(line))
    }

    fn without_return(&self, line: Range<usize>) -> Range<usize> {
        match self.buffer[line.clone()].last() {
            Some(b'\r') => line.start..line.end - 1,
            _ => line,
        }
    }

    /// Reads more, after making room: by moving what waits to the front, or by growing up to the longest line.
    fn fill(&mut self) -> Result<(), Error> {
        if self.filled.start > 0 {
            self.buffer.copy_within(self.filled.clone(), 0);
            self.filled = 0..self.filled.len();
        }
        if self.filled.end == self.buffer.len() {
            let longest = self.limits.max_line_bytes.saturating_add(BLOCK);
            self.buffer.resize((self.buffer.len() * 2).min(longest).max(self.filled.end + 1), 0);
        }
        let got = self
            .source
            .read(&mut self.buffer[self.filled.end..])
            .map_err(|error| read_error(error, self.line, self.source.is_gzip()))?;
        self.filled.end += got;
        self.ended = got == 0;
        self.decompressed_bytes += got as u64;
        self.guard()
    }

    fn guard(&self) -> Result<(), Error> {
        let Limits { max_ratio, ratio_from_bytes, max_decompressed_bytes, .. } = self.limits;
        let inflated = self.decompressed_bytes;
        if inflated > max_decompressed_bytes {
            return Err(Error::new(
                Cause::TooLarge,
                self.line,
                format!("The file holds more than {max_decompressed_bytes} bytes once decompressed"),
            )
            .remedy("Split it, or have an operator raise the limit."));
        }
        let packed = self.source.bytes_used().max(1);
        if self.source.is_gzip() && inflated > ratio_from_bytes && inflated / packed > max_ratio {
            return Err(Error::new(
                Cause::Bomb,
                self.line,
                format!("{packed} compressed bytes became {inflated}, more than {max_ratio} times as many"),
            )
            .expected("a gzip file that inflates like text does, 3 to 30 times")
            .remedy("If the file is genuine, decompress it and send it uncompressed."));
        }
        Ok(())
    }

    fn too_long(&self) -> Error {
        let longest = self.limits.max_line_bytes;
        Error::new(Cause::TooLarge, self.line, format!("The line is longer than {longest} bytes"))
            .expected("a text file with line ends")
            .remedy("Check that the file is not binary and not one endless line.")
    }
}

fn io_error(error: std::io::Error, line: u64) -> Error {
    Error::new(Cause::Io(error), line, "The file could not be read").remedy("Try again.")
}

fn read_error(error: std::io::Error, line: u64, gzip: bool) -> Error {
    use std::io::ErrorKind;
    let remedy = "The transfer was probably cut off: fetch the file again.";
    match error.kind() {
        ErrorKind::UnexpectedEof if gzip => Error::new(Cause::Truncated, line, "The gzip stream ends before its end")
            .expected("a whole gzip file")
            .remedy(remedy),
        ErrorKind::InvalidData | ErrorKind::InvalidInput if gzip => {
            Error::new(Cause::Malformed, line, format!("The gzip stream is damaged ({error})"))
                .expected("a whole gzip file")
                .remedy(remedy)
        }
        _ => io_error(error, line),
    }
}
