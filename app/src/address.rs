//! Addresses with their query: the state of every list lives in the URL, in the REST API's own names.

use leptos_router::params::ParamsMap;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

const KEPT: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~').remove(b':');

/// A path with pairs, written as a link.
pub fn address<'a>(path: &str, pairs: impl IntoIterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = path.to_owned();
    for (i, (key, value)) in pairs.into_iter().filter(|(_, value)| !value.is_empty()).enumerate() {
        out.push(if i == 0 { '?' } else { '&' });
        out.push_str(&encoded(key));
        out.push('=');
        out.push_str(&encoded(value));
    }
    out
}

/// One part of an address.
pub fn encoded(text: &str) -> String {
    utf8_percent_encode(text, KEPT).to_string()
}

/// The value of a key, when it is there and not empty.
pub fn one(map: &ParamsMap, key: &str) -> Option<String> {
    map.get(key).filter(|value| !value.is_empty())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn empty_pairs_vanish_and_signs_are_written_out() {
        assert_eq!(address("/search", [("q", ""), ("kind", "samples")]), "/search?kind=samples");
        assert_eq!(
            address("/search", [("q", "a & b/ü"), ("disease", "MONDO:1")]),
            "/search?q=a%20%26%20b%2F%C3%BC&disease=MONDO:1"
        );
    }
}
