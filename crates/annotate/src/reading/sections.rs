//! Where a text comes from, and its parts: `source: liver; dz: HCC` is two, each with its key.

use crate::candidate::Source;

/// A longer key is the beginning of a sentence with a colon in it.
const MOST_KEY_BYTES: usize = 80;
/// Of a list's keys: they are names, or it would be a sentence.
const MOST_LISTED_KEY_BYTES: usize = 30;

/// The kind of text under an attribute's key; nothing for what the repository itself writes.
pub(crate) fn source_of(key: &str) -> Option<Source> {
    let key = bare(key);
    if key.is_empty() {
        return Some(Source::Bare);
    }
    if key.ends_with("_ch2") {
        return Some(Source::Reference)
            .filter(|_| key.starts_with("source_name") || key.starts_with("characteristics"));
    }
    let channel = key.strip_suffix("_ch1").unwrap_or(key);
    let is = |names: &[&str]| names.iter().any(|name| channel.eq_ignore_ascii_case(name));
    if is(&["title"]) {
        Some(Source::Title)
    } else if is(&["source_name", "source name"]) {
        Some(Source::SourceName)
    } else if is(&["description", "summary", "overall_design", "sample_description", "text"]) {
        Some(Source::Description)
    } else if channel.ends_with("_protocol") || is(&["data_processing"]) {
        Some(Source::Protocol)
    } else if is(&ADMINISTRATIVE)
        || ["contact_", "supplementary_file", "relation"].iter().any(|key| channel.starts_with(key))
    {
        None
    } else {
        Some(Source::Characteristic)
    }
}

/// What GEO itself writes into a sample.
const ADMINISTRATIVE: [&str; 22] = [
    "geo_accession",
    "accession",
    "status",
    "submission_date",
    "last_update_date",
    "type",
    "channel_count",
    "taxid",
    "label",
    "molecule",
    "platform_id",
    "series_id",
    "data_row_count",
    "instrument_model",
    "library_selection",
    "library_source",
    "anchor",
    "tag_count",
    "tag_length",
    "barcode",
    "table",
    "column",
];

/// A key without GEO's `!Sample_`.
pub(super) fn bare(key: &str) -> &str {
    let key = key.trim().trim_start_matches('!');
    ["Sample_", "sample_", "Series_", "series_"]
        .iter()
        .find_map(|prefix| key.strip_prefix(prefix))
        .filter(|key| !key.is_empty() && *key != "name")
        .unwrap_or(key)
}

/// Calls `found` with the key, the text and the scalar values before it, for every part of a value.
pub(super) fn each<'v>(
    source: Source,
    key: &'v str,
    value: &'v str,
    mut found: impl FnMut(Option<&'v str>, &'v str, u32),
) {
    let key = bare(key);
    let key = key.strip_suffix("_ch1").unwrap_or(key);
    let holds_pairs = key.starts_with("characteristics") || key.is_empty();
    match source {
        Source::Characteristic | Source::Reference | Source::Bare if holds_pairs => pairs(value, &mut found),
        Source::Characteristic => found(Some(key), value, 0),
        _ => found(None, value, 0),
    }
}

/// `key: value` parts, between semicolons, bars and line ends, and between commas where every part is such a pair
/// (`Gender:Male,Age:33,VAP day:5`). A colon without a space in front of a part that goes on belongs to the value
/// (`Tissue: brain:cortex`).
fn pairs<'v>(value: &'v str, found: &mut impl FnMut(Option<&'v str>, &'v str, u32)) {
    let mut before = 0_u32;
    for part in value.split([';', '|', '\n']).flat_map(at_commas) {
        let length = part.chars().count() as u32;
        let pair = part.split_once(':').map(|(key, text)| (key, text, 1)).filter(|(key, ..)| is_key(key));
        let pair =
            pair.or_else(|| part.split_once(" = ").map(|(key, text)| (key, text, 3)).filter(|(key, ..)| is_key(key)));
        match pair {
            Some((key, text, mark)) => found(Some(key.trim()), text, before + key.chars().count() as u32 + mark),
            None if part.trim().is_empty() && !value.trim().is_empty() => {}
            None => found(None, part, before),
        }
        before += length + 1;
    }
}

/// The pairs of a list that has nothing but pairs, or all of it.
fn at_commas(part: &str) -> impl Iterator<Item = &str> {
    let is_pair = |one: &str| {
        one.split_once(':').is_some_and(|(key, _)| is_key(key) && key.trim().len() <= MOST_LISTED_KEY_BYTES)
    };
    let is_list = part.split(',').all(is_pair);
    part.split(move |c: char| is_list && c == ',')
}

fn is_key(key: &str) -> bool {
    let key = key.trim();
    // "derived from bone, Gender: M": the text goes on to a key inside it, which its reader finds.
    !key.is_empty()
        && key.len() <= MOST_KEY_BYTES
        && !(key.contains(',') && key.contains(' ') && key.len() > 20)
        && key.chars().any(char::is_alphabetic)
        && !key.ends_with("http")
        && !key.ends_with("https")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_falls_into_its_pairs() {
        let value = "é source: liver tumour, adj. normal; dz: HCC; 5uM:x;;Gender:M";
        let mut parts = Vec::new();
        each(Source::Bare, "", value, |key, text, start| parts.push((key, text, start)));
        let shown: Vec<_> = parts.iter().map(|(key, text, _)| (*key, text.trim())).collect();
        assert_eq!(
            shown,
            [
                (Some("é source"), "liver tumour, adj. normal"),
                (Some("dz"), "HCC"),
                (Some("5uM"), "x"),
                (Some("Gender"), "M")
            ]
        );
        for (_, text, start) in parts {
            let there: String = value.chars().skip(start as usize).take(text.chars().count()).collect();
            assert_eq!(there, text);
        }
    }

    #[test]
    fn a_list_of_nothing_but_pairs_is_parted_at_its_commas() {
        let parts = |value: &str| {
            let mut parts = Vec::new();
            each(Source::Characteristic, "characteristics_ch1", value, |key, text, start| {
                let there: String = value.chars().skip(start as usize).take(text.chars().count()).collect();
                assert_eq!(there, text);
                parts.push((key.unwrap_or_default().to_owned(), text.trim().to_owned()));
            });
            parts
        };
        let own = |pairs: &[(&str, &str)]| -> Vec<(String, String)> {
            pairs.iter().map(|(key, text)| ((*key).to_owned(), (*text).to_owned())).collect()
        };
        let expected = [("Gender", "Male"), ("Age", "33"), ("VAP day", "5")];
        assert_eq!(parts("Gender:Male,Age:33, VAP day:5"), own(&expected));
        assert_eq!(parts("tissue: liver, left lobe"), own(&[("tissue", "liver, left lobe")]));
        let cells = "derived from bone, Gender: M";
        assert_eq!(parts(cells), own(&[("", cells)]));
    }

    #[test]
    fn what_the_repository_writes_is_not_read() {
        for key in
            ["Sample_contact_name", "!Sample_platform_id", "geo_accession", "molecule_ch1", "label_ch2", "taxid_ch1"]
        {
            assert_eq!(source_of(key), None, "{key}");
        }
        assert_eq!(source_of("Sample_title"), Some(Source::Title));
        assert_eq!(source_of("title"), Some(Source::Title));
        assert_eq!(source_of("Organism Part"), Some(Source::Characteristic));
        assert_eq!(source_of(""), Some(Source::Bare));
        assert_eq!(source_of("Sample_name"), Some(Source::Characteristic));
    }
}
