//! What makes values of several samples one question: the same field, the same words under the same attribute, and the
//! same made of them.

use chorale_model::catalog::RawAttribute;
use chorale_model::harmonize::Value;
use sha2::{Digest, Sha256};
use uuid::Uuid;

/// What a source says, and where.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Said {
    pub attribute: String,
    pub words: String,
}

impl Said {
    /// What was read for a value. Where nothing was, the study alone holds its samples together.
    pub fn of(attributes: &[RawAttribute], value: &Value, study: &str) -> Said {
        let Some(read) = &value.evidence else {
            return Said { attribute: String::new(), words: study.to_owned() };
        };
        let pairs = attributes.iter().map(|attribute| (attribute.key.as_str(), attribute.value.as_str()));
        let place = (read.start as usize, read.end as usize);
        let key = read.attribute.as_deref().unwrap_or_default();
        let (attribute, words) = chorale_annotate::said(pairs, key, place, &read.text);
        Said { attribute, words }
    }

    /// The same question in every process.
    pub fn id(&self, value: &Value) -> Uuid {
        let mut hash = Sha256::new();
        for part in [&self.attribute, &self.words, value.state.name(), &value.term] {
            hash.update((part.len() as u64).to_le_bytes());
            hash.update(part);
        }
        let bytes: [u8; 32] = hash.finalize().into();
        uuid::Builder::from_custom_bytes(bytes[..16].try_into().expect("it is longer")).into_uuid()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::harmonize::{Evidence, Layer, ValueState};

    fn value(attribute: &str, text: &str, of: &str) -> Value {
        let before = of.find(text).map_or(0, |at| of[..at].chars().count()) as u64;
        Value {
            field: "disease".into(),
            state: ValueState::Present,
            term: "MONDO:0007256".into(),
            label: "hepatocellular carcinoma".into(),
            layer: Layer::Automatic,
            accepted: false,
            score: 0.7,
            method: "both".into(),
            version: String::new(),
            evidence: Some(Evidence {
                attribute: Some(attribute.into()),
                start: before,
                end: before + text.chars().count() as u64,
                text: text.into(),
            }),
            runner_up: None,
            reason: None,
            curation: None,
        }
    }

    fn said(key: &str, of: &str, text: &str) -> Said {
        let attributes = [RawAttribute { key: key.into(), value: of.into() }];
        Said::of(&attributes, &value(key, text, of), "GSE1")
    }

    fn pair(attribute: &str, words: &str) -> Said {
        Said { attribute: attribute.into(), words: words.into() }
    }

    #[test]
    fn a_source_is_quoted_with_what_stands_around_the_words() {
        assert_eq!(said("characteristics_ch1", "tissue: HCC non-tumor", "HCC"), pair("tissue", "HCC non-tumor"));
        assert_eq!(said("tissue", "HCC 2", "HCC"), pair("tissue", "HCC 2"));
        assert_eq!(said("Sample_title", "HCC patient 12, rep 3", "HCC"), pair("Sample_title", "HCC patient #, rep #"));
        assert_eq!(said("title", "CD4 and U2OS, HCC_rep3", "HCC"), pair("title", "CD4 and U2OS, HCC_rep#"));
        assert_eq!(said("source_name_ch1", "HCC, Gleason 3", "HCC"), pair("source_name_ch1", "HCC, Gleason 3"));
        assert_eq!(said("title", "α–HCC", "HCC"), pair("title", "α–HCC"), "offsets count scalar values");
        let long =
            format!("{}a piece of HCC of a patient {}", "many words ".repeat(20), "and more of them ".repeat(20));
        let words = said("Sample_description", &long, "HCC").words;
        assert!(
            words.starts_with('…') && words.ends_with('…') && words.contains("a piece of HCC of a patient"),
            "{words}"
        );
        assert!(words.chars().count() < 120, "{words}");
    }

    #[test]
    fn what_was_read_nowhere_holds_together_by_its_study() {
        let implied = Value { evidence: None, ..value("title", "HCC", "HCC") };
        assert_eq!(Said::of(&[], &implied, "GSE1"), pair("", "GSE1"));
        // The source says something else now than when it was read.
        assert_eq!(Said::of(&[], &value("title", "HCC", "HCC"), "GSE1"), pair("title", "HCC"));
    }

    #[test]
    fn a_question_is_what_is_said_and_what_is_made_of_it() {
        let (one, value) = (pair("tissue", "HCC"), value("tissue", "HCC", "HCC"));
        let other = Value { term: "MONDO:0000001".into(), ..value.clone() };
        let sure = Value { score: 0.99, accepted: true, ..value.clone() };
        assert_eq!(one.id(&value), one.id(&sure));
        assert_ne!(one.id(&value), one.id(&other));
        assert_ne!(one.id(&value), pair("tiss", "ueHCC").id(&value));
    }
}
