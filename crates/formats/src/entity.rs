//! Owns `Entity`: what a source said about one series, platform, sample, dataset or subset, in the order
//! and with the repetitions of the source. Accessors interpret; they never change what is kept.

use serde::{Deserialize, Serialize};
use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EntityKind {
    Database,
    Series,
    Platform,
    Sample,
    Dataset,
    Subset,
}

impl EntityKind {
    /// The word of a `^WORD = …` line, in whatever case. `^Annotation` describes a platform.
    pub(crate) fn from_word(word: &[u8]) -> Option<Self> {
        const WORDS: [(&[u8], EntityKind); 7] = [
            (b"SAMPLE", EntityKind::Sample),
            (b"SERIES", EntityKind::Series),
            (b"PLATFORM", EntityKind::Platform),
            (b"DATASET", EntityKind::Dataset),
            (b"SUBSET", EntityKind::Subset),
            (b"DATABASE", EntityKind::Database),
            (b"ANNOTATION", EntityKind::Platform),
        ];
        WORDS.iter().find(|(known, _)| known.eq_ignore_ascii_case(word)).map(|(_, kind)| *kind)
    }

    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Series => "series",
            Self::Platform => "platform",
            Self::Sample => "sample",
            Self::Dataset => "dataset",
            Self::Subset => "subset",
        }
    }
}

/// One line of metadata. The key is the source's (`Sample_title`, `title`, a column's name); white space
/// at both ends of key and value is gone, nothing else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attribute {
    pub key: String,
    pub value: String,
    pub line: u64,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entity {
    pub kind: EntityKind,
    /// As the source said it: any text, `../../x` included. Never build a path from it.
    pub accession: String,
    pub line: u64,
    pub attributes: Vec<Attribute>,
    /// These attributes add to an entity of this kind and accession that came earlier in the file.
    pub continued: bool,
}

/// `SuperSeries of: GSE1` as ("SuperSeries of", "GSE1").
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Relation<'a> {
    pub kind: &'a str,
    pub target: &'a str,
}

/// Keys of GEO's own vocabulary for samples, without prefix and channel. What stands under another bare
/// key came from a column of a sample table.
const SAMPLE_KEYS: [&str; 13] = [
    "title",
    "geo_accession",
    "description",
    "source_name",
    "characteristics",
    "organism",
    "platform_id",
    "series_id",
    "taxid",
    "molecule",
    "submission_date",
    "last_update_date",
    "status",
];

impl Entity {
    /// The values under a key, written without its prefix: `title` finds `Sample_title`,
    /// `series_title` in any case, and plain `title`.
    pub fn values<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.attributes
            .iter()
            .filter(move |attribute| self.bare(&attribute.key).eq_ignore_ascii_case(name))
            .map(|attribute| attribute.value.as_str())
            .filter(|value| !value.is_empty())
    }

    #[must_use]
    pub fn first<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.values(name).next()
    }

    #[must_use]
    pub fn title(&self) -> Option<&str> {
        match self.kind {
            EntityKind::Database => self.first("name"),
            EntityKind::Platform => self.first("title").or_else(|| self.first("platform_title")),
            EntityKind::Subset => self.first("description"),
            _ => self.first("title"),
        }
    }

    /// Organisms in the order they appear, each once, over all channels.
    #[must_use]
    pub fn organisms(&self) -> Vec<&str> {
        let (mut found, mut known) = (Vec::new(), HashSet::new());
        for attribute in &self.attributes {
            let bare = self.bare(&attribute.key);
            let says = ["organism", "sample_organism", "platform_organism"].iter().any(|name| is(bare, name));
            let value = attribute.value.as_str();
            if says && !value.is_empty() && known.insert(value) {
                found.push(value);
            }
        }
        found
    }

    #[must_use]
    pub fn platforms(&self) -> Vec<&str> {
        let name = if self.kind == EntityKind::Dataset { "platform" } else { "platform_id" };
        self.listed(name)
    }

    /// The series that a sample, platform or dataset belongs to.
    #[must_use]
    pub fn series(&self) -> Vec<&str> {
        let name = if self.kind == EntityKind::Dataset { "reference_series" } else { "series_id" };
        self.listed(name)
    }

    /// The samples that a series, platform or subset names.
    #[must_use]
    pub fn samples(&self) -> Vec<&str> {
        self.listed("sample_id")
    }

    /// How many channels the attributes speak of; 1 when they don't number them.
    #[must_use]
    pub fn channels(&self) -> u8 {
        self.attributes.iter().filter_map(|attribute| channel_of(&attribute.key)).max().unwrap_or(1).max(1)
    }

    /// `tissue: kidney` as ("tissue", "kidney"); text without a key has the key "". For channel 1 the
    /// columns of a sample table that GEO has no word for are characteristics too.
    #[must_use]
    pub fn characteristics(&self, channel: u8) -> Vec<(&str, &str)> {
        let mut pairs = Vec::new();
        for attribute in &self.attributes {
            let bare = self.bare(&attribute.key);
            let value = attribute.value.as_str();
            if is(bare, "characteristics") {
                if channel_of(bare).unwrap_or(1) == channel && !value.is_empty() {
                    pairs.push(split_pair(value));
                }
            } else if channel == 1 && self.is_column(attribute) && !value.is_empty() {
                pairs.push((attribute.key.as_str(), value));
            }
        }
        pairs
    }

    #[must_use]
    pub fn source_name(&self, channel: u8) -> Option<&str> {
        self.channelled("source_name", channel)
    }

    #[must_use]
    pub fn description(&self) -> Option<String> {
        let parts: Vec<&str> = match self.kind {
            EntityKind::Series => self.values("summary").collect(),
            _ => self.values("description").collect(),
        };
        (!parts.is_empty()).then(|| parts.join("\n"))
    }

    #[must_use]
    pub fn relations(&self) -> Vec<Relation<'_>> {
        self.values("relation")
            .map(|value| match value.split_once(": ") {
                Some((kind, target)) => Relation { kind: kind.trim(), target: target.trim() },
                None => Relation { kind: "", target: value },
            })
            .collect()
    }

    /// As written, for example `Nov 24 2009`.
    #[must_use]
    pub fn submission_date(&self) -> Option<&str> {
        self.first("submission_date")
    }

    #[must_use]
    pub fn last_update_date(&self) -> Option<&str> {
        self.first("last_update_date").or_else(|| self.first("update_date"))
    }

    /// Rows that the source announced for its table.
    #[must_use]
    pub fn announced_rows(&self) -> Option<u64> {
        self.first("data_row_count")?.parse().ok()
    }

    /// Stands for (kind, accession) in a set of bounded size. A clash of two costs one wrong remark, no data.
    pub(crate) fn key_hash(&self) -> u64 {
        let mut hasher = DefaultHasher::new();
        (self.kind, &self.accession).hash(&mut hasher);
        hasher.finish()
    }

    /// The key without `Sample_`, `series_`, `!dataset_` … of its own kind.
    fn bare<'a>(&self, key: &'a str) -> &'a str {
        let prefixes: &[&str] = match self.kind {
            EntityKind::Platform => &["platform", "annotation"],
            kind => &[kind.word()],
        };
        prefixes.iter().find_map(|prefix| strip(key, prefix)).unwrap_or(key)
    }

    fn channelled<'a>(&'a self, name: &str, channel: u8) -> Option<&'a str> {
        self.attributes
            .iter()
            .find(|attribute| {
                let bare = self.bare(&attribute.key);
                is(bare, name) && channel_of(bare).unwrap_or(1) == channel && !attribute.value.is_empty()
            })
            .map(|attribute| attribute.value.as_str())
    }

    /// Identifiers under a key: one to a line, or accessions between blanks or commas. A submitter's own
    /// name for a sample may hold blanks, so only accessions are taken apart.
    fn listed<'a>(&'a self, name: &'a str) -> Vec<&'a str> {
        let mut ids = Vec::new();
        for value in self.values(name) {
            let parts = || value.split([' ', ',']).filter(|part| !part.is_empty());
            if parts().all(is_accession) {
                ids.extend(parts());
            } else {
                ids.push(value);
            }
        }
        ids
    }

    fn is_column(&self, attribute: &Attribute) -> bool {
        self.kind == EntityKind::Sample
            && strip(&attribute.key, "sample").is_none()
            && !SAMPLE_KEYS.iter().any(|name| is(&attribute.key, name))
    }
}

/// `Sample_title` without `sample_`, whatever the case.
fn strip<'a>(key: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = key.split_at_checked(prefix.len())?;
    if head.eq_ignore_ascii_case(prefix) { rest.strip_prefix('_') } else { None }
}

/// Whether a bare key is `name`, or `name` with a channel.
fn is(bare: &str, name: &str) -> bool {
    let Some((head, rest)) = bare.split_at_checked(name.len()) else {
        return false;
    };
    head.eq_ignore_ascii_case(name) && (rest.is_empty() || channel_of(bare).is_some_and(|_| rest.len() <= 5))
}

/// The 2 of `organism_ch2`.
fn channel_of(key: &str) -> Option<u8> {
    let (_, channel) = key.rsplit_once("_ch")?;
    channel.parse().ok()
}

/// Whether it has the shape of an accession: letters, then digits (`GSM12`, `SRX77`, `GDS100_1`).
pub(crate) fn is_accession(text: &str) -> bool {
    let letters = text.bytes().take_while(u8::is_ascii_alphabetic).count();
    let rest = &text.as_bytes()[letters..];
    (2..=6).contains(&letters)
        && rest.first().is_some_and(u8::is_ascii_digit)
        && rest.iter().all(|byte| byte.is_ascii_digit() || *byte == b'_')
}

fn split_pair(value: &str) -> (&str, &str) {
    match value.split_once(':') {
        Some((key, rest)) if !key.trim().is_empty() => (key.trim(), rest.trim()),
        _ => ("", value),
    }
}
