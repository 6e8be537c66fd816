//! What an attribute's key is, however a source writes it, and who submitted a series.

use chorale_model::catalog::RawAttribute;

/// A longer part before a colon is a sentence and no key.
const LONGEST: usize = 80;
/// Keys of the archive's own bookkeeping: nothing under them is said of the sample.
const BOOKKEEPING: [&str; 18] = [
    "geo_accession",
    "status",
    "submission_date",
    "last_update_date",
    "update_date",
    "data_row_count",
    "series_id",
    "sample_id",
    "platform_id",
    "channel_count",
    "relation",
    "taxid",
    "data_processing",
    "scan_protocol",
    "hyb_protocol",
    "label_protocol",
    "extract_protocol",
    "title",
];

/// The key in small letters and the value: `age (yrs)` and `54` of `characteristics_ch1` = `Age (yrs): 54`. The second
/// channel of an array is another sample, and so is its key.
pub fn key_of(attribute: &RawAttribute) -> (String, &str) {
    let bare = ["Sample_", "Series_"].into_iter().find_map(|prefix| attribute.key.strip_prefix(prefix));
    let bare = bare.unwrap_or(&attribute.key);
    let (bare, channel) = match bare.rsplit_once("_ch") {
        Some((name, number)) if !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()) => (name, number),
        _ => (bare, ""),
    };
    let packed = attribute.value.split_once(':').filter(|(inner, _)| {
        bare.eq_ignore_ascii_case("characteristics") && !inner.trim().is_empty() && inner.chars().count() <= LONGEST
    });
    let (key, value) = match packed {
        Some((inner, value)) => (inner, value),
        None => (bare, attribute.value.as_str()),
    };
    let mut key = plain(key);
    if !matches!(channel, "" | "1") {
        key = format!("{key} (channel {channel})");
    }
    (key, value.trim())
}

/// Small letters and single spaces: two texts that differ in nothing else are the same words.
pub fn plain(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase()
}

/// The same of the attribute of a question, which has no channel and is unpacked already.
pub fn plain_key(attribute: &str) -> String {
    key_of(&RawAttribute { key: attribute.to_owned(), value: String::new() }).0
}

/// Whether people map it.
pub fn is_mapped(key: &str) -> bool {
    let name = key.split(" (channel").next().unwrap_or(key);
    !name.is_empty()
        && !BOOKKEEPING.contains(&name)
        && !["contact_", "supplementary_file"].iter().any(|prefix| name.starts_with(prefix))
}

/// Whom the source names as the submitter of a series: the contact, else the first contributor.
pub fn submitter_of(attributes: &[RawAttribute]) -> Option<String> {
    let named = |name: &str| {
        let of = attributes.iter().find(|attribute| plain_key(&attribute.key) == name);
        of.map(|attribute| attribute.value.trim()).filter(|value| !value.is_empty()).map(str::to_owned)
    };
    named("contact_name").or_else(|| named("contributor")).or_else(|| named("contact_institute"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str, value: &str) -> (String, String) {
        let attribute = RawAttribute { key: key.into(), value: value.into() };
        let (key, value) = key_of(&attribute);
        (key, value.to_owned())
    }

    fn pair(key: &str, value: &str) -> (String, String) {
        (key.to_owned(), value.to_owned())
    }

    #[test]
    fn a_key_is_the_same_however_it_is_written_and_packed() {
        assert_eq!(of("Sample_characteristics_ch1", "Age (yrs): 54"), pair("age (yrs)", "54"));
        assert_eq!(of("characteristics_ch1", "age  (YRS):54"), pair("age (yrs)", "54"));
        assert_eq!(of("age (yrs)", "54"), pair("age (yrs)", "54"));
        assert_eq!(of("characteristics_ch2", "age: 3"), pair("age (channel 2)", "3"));
        assert_eq!(of("Sample_source_name_ch1", "liver: left"), pair("source_name", "liver: left"));
        assert_eq!(of("characteristics_ch1", "a female"), pair("characteristics", "a female"));
        assert_eq!(of("characteristics_ch1", ": x"), pair("characteristics", ": x"));
        assert_eq!(plain_key("Sample_source_name_ch1"), "source_name");
        assert!(is_mapped("age (yrs)") && !is_mapped("geo_accession") && !is_mapped("contact_name"));
    }

    #[test]
    fn the_submitter_is_whom_the_source_names() {
        let one = |key: &str, value: &str| RawAttribute { key: key.into(), value: value.into() };
        let all = [one("Series_contributor", "Ann,,Lee"), one("Series_contact_name", "Bo,,Li")];
        assert_eq!(submitter_of(&all).as_deref(), Some("Bo,,Li"));
        assert_eq!(submitter_of(&all[..1]).as_deref(), Some("Ann,,Lee"));
        assert_eq!(submitter_of(&[one("Series_title", "x")]), None);
    }
}
