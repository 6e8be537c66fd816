//! What is given to an annotator: samples as key-value pairs, and the study that they come from.

/// What is said of one sample, in the order of the source; keys may stand more than once.
///
/// Keys are GEO's (`title`, `source_name_ch1`, `characteristics_ch1` with `tissue: liver` as its value, with or without
/// `Sample_`) or the columns of any table. A bare text is one attribute with an empty key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Item<'a> {
    pub attributes: Vec<(&'a str, &'a str)>,
}

/// What is said of the samples' study; everything may be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Study<'a> {
    pub title: &'a str,
    pub summary: &'a str,
    pub attributes: Vec<(&'a str, &'a str)>,
}

/// So many characters of one value are read: some 3,000 words, where the longest real protocol has 1,500.
pub const MOST_CHARS: usize = 20_000;
/// So many attributes of one item are read.
pub const MOST_ATTRIBUTES: usize = 2_000;

/// A part of an item that was not read because it is beyond [`MOST_CHARS`] or [`MOST_ATTRIBUTES`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unread {
    pub item: usize,
    /// The attribute whose value was read in part, or the first one that was left.
    pub attribute: usize,
    /// Scalar values of that attribute that were read; 0 where the attribute and those after it were left.
    pub read_chars: usize,
}

/// What of these items an annotator leaves unread.
pub fn unread(items: &[Item]) -> Vec<Unread> {
    let mut all = Vec::new();
    for (item, attributes) in items.iter().map(|item| &item.attributes).enumerate() {
        for (attribute, (_, value)) in attributes.iter().enumerate().take(MOST_ATTRIBUTES) {
            if capped(value).len() < value.len() {
                all.push(Unread { item, attribute, read_chars: MOST_CHARS });
            }
        }
        if attributes.len() > MOST_ATTRIBUTES {
            all.push(Unread { item, attribute: MOST_ATTRIBUTES, read_chars: 0 });
        }
    }
    all
}

/// The part of a value that is read.
pub(crate) fn capped(value: &str) -> &str {
    if value.len() <= MOST_CHARS {
        return value;
    }
    let end = value.char_indices().nth(MOST_CHARS).map_or(value.len(), |(at, _)| at);
    &value[..end]
}
