//! Lines of a text in memory: with their number, cut where they are absurdly long, always UTF-8, without control
//! characters. What was mended is told.

use crate::problem::Problems;
use std::borrow::Cow;

/// The longest line that is kept; the longest real one (a definition of UBERON) has 6 kB.
pub const LONGEST: usize = 1 << 20;

pub struct Lines<'a> {
    rest: &'a [u8],
    number: u64,
}

impl<'a> Lines<'a> {
    pub fn new(text: &'a [u8]) -> Lines<'a> {
        Lines { rest: text.strip_prefix(b"\xef\xbb\xbf").unwrap_or(text), number: 0 }
    }

    pub fn is_at_end(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next line without its end, and its number from 1.
    pub fn next(&mut self, problems: &mut Problems) -> Option<(u64, Cow<'a, str>)> {
        if self.rest.is_empty() {
            return None;
        }
        self.number += 1;
        let end = memchr(self.rest).unwrap_or(self.rest.len());
        let mut line = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        line = line.strip_suffix(b"\r").unwrap_or(line);
        if line.len() > LONGEST {
            problems.push(self.number, format!("a line of {} bytes; only its first MiB was read", line.len()));
            line = &line[..LONGEST];
        }
        let text = match std::str::from_utf8(line) {
            Ok(text) => Cow::Borrowed(text),
            Err(_) => {
                problems.push(self.number, "bytes that are no UTF-8; they were replaced by \u{fffd}");
                String::from_utf8_lossy(line)
            }
        };
        if text.bytes().any(|byte| byte < b' ' && byte != b'\t') {
            problems.push(self.number, "control characters; they were left out");
            let kept = text.chars().filter(|c| !c.is_control() || *c == '\t').collect();
            return Some((self.number, Cow::Owned(kept)));
        }
        Some((self.number, text))
    }
}

fn memchr(bytes: &[u8]) -> Option<usize> {
    bytes.iter().position(|byte| *byte == b'\n')
}
