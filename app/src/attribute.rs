//! How a raw attribute reads in a narrow place. Where there is room, attributes stand word for word.

use chorale_model::catalog::RawAttribute;

/// The head and the words of one attribute. `Tissue: Ovary` among the characteristics is headed `Tissue`; GEO's
/// `Sample_` and the first channel's `_ch1` go.
pub fn headed(attribute: &RawAttribute) -> (&str, &str) {
    let short = short_key(&attribute.key);
    match attribute.value.split_once(": ") {
        Some((head, said)) if short.starts_with("characteristics") => (head.trim(), said),
        _ => (short, &attribute.value),
    }
}

/// A key without what every key has.
pub fn short_key(key: &str) -> &str {
    let short = key.strip_prefix("Sample_").or_else(|| key.strip_prefix("Series_")).unwrap_or(key);
    short.strip_suffix("_ch1").unwrap_or(short)
}

/// Said of the record or of its submitter, not of the sample: the last that a table of samples should show.
pub fn is_administrative(key: &str) -> bool {
    const RECORD: [&str; 9] = [
        "status",
        "submission_date",
        "last_update_date",
        "data_row_count",
        "supplementary_file",
        "series_id",
        "platform_id",
        "channel_count",
        "taxid",
    ];
    key.starts_with("contact_") || RECORD.contains(&key)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characteristics_head_themselves() {
        let one = |key: &str, value: &str| RawAttribute { key: key.into(), value: value.into() };
        assert_eq!(headed(&one("Sample_characteristics_ch1", "Tissue: Ovary")), ("Tissue", "Ovary"));
        assert_eq!(headed(&one("Sample_source_name_ch2", "a: b")), ("source_name_ch2", "a: b"));
        assert_eq!(headed(&one("age", "5")), ("age", "5"));
    }
}
