//! Where a page ended: the sort key of its last hit, in a text that is safe in a URL.

use crate::fault::Fault;
use crate::order::fnv;
use crate::request::{Cursor, Request};

/// What hits are compared by. Smaller comes first.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Key {
    /// A score or a date, turned so that smaller is first.
    Number(u64),
    Text(String),
}

/// The place of a hit in the whole order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub key: Key,
    pub rank: u64,
    pub identity: u64,
}

/// Raised when cursors are read differently.
const VERSION: &str = "1";

pub(crate) fn write(request: &Request, place: &Place) -> Cursor {
    let key = match &place.key {
        Key::Number(number) => format!("n{number:x}"),
        Key::Text(text) => text.bytes().fold("t".to_string(), |hex, byte| hex + &format!("{byte:02x}")),
    };
    let print = fingerprint(request);
    Cursor(format!("{VERSION}-{print:x}-{key}-{:x}-{:x}", place.rank, place.identity))
}

pub(crate) fn read(request: &Request, cursor: &Cursor) -> Result<Place, Fault> {
    let damaged = || Fault::Cursor(format!("{:?} is damaged", cursor.0.chars().take(40).collect::<String>()));
    let parts: Vec<&str> = cursor.0.split('-').collect();
    let [version, print, key, rank, identity] = parts.as_slice() else { return Err(damaged()) };
    let number = |text: &str| u64::from_str_radix(text, 16).map_err(|_| damaged());
    if *version != VERSION || number(print)? != fingerprint(request) {
        return Err(Fault::Cursor("belongs to another query, choice or order".to_string()));
    }
    let key = if let Some(hex) = key.strip_prefix('n') {
        Key::Number(number(hex)?)
    } else if let Some(hex) = key.strip_prefix('t') {
        Key::Text(unhex(hex).ok_or_else(damaged)?)
    } else {
        return Err(damaged());
    };
    Ok(Place { key, rank: number(rank)?, identity: number(identity)? })
}

fn unhex(hex: &str) -> Option<String> {
    let digits: Option<Vec<u8>> = hex.chars().map(|c| c.to_digit(16).map(|digit| digit as u8)).collect();
    let digits = digits.filter(|digits| digits.len() % 2 == 0)?;
    String::from_utf8(digits.chunks_exact(2).map(|pair| pair[0] << 4 | pair[1]).collect()).ok()
}

/// Tells one request from another, apart from its page.
fn fingerprint(request: &Request) -> u64 {
    let Request { kind, query, chosen, sort, .. } = request;
    fnv(format!("{kind:?} {sort:?} {chosen:?} {query}").bytes(), 0)
}
