//! What the form at `/annotate` posts, and the item that it makes.

use chorale_model::Fault;
use chorale_model::harmonize::AnnotateItem;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Longer keys are sentences that happen to have a colon.
const LONGEST_KEY: usize = 60;

/// The form's fields, as they were sent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
pub struct Posted {
    #[serde(default)]
    pub text: String,
    #[serde(default)]
    pub study: String,
}

impl Posted {
    /// A sample as submitters write them, made up.
    pub fn example() -> Self {
        Posted {
            text: "source: liver tumour, adj. normal\ndisease: HCC\ntreatment: 5uM sorafenib 24h\nage: 54 y\ngender: M"
                .into(),
            study: "Paired tumour and adjacent normal tissue of patients with hepatocellular carcinoma (HCC).".into(),
        }
    }

    /// The lines as attributes, when every line is one. A key that stands twice says both.
    pub fn attributes(&self) -> Option<Vec<(String, String)>> {
        let lines = self.text.lines().map(str::trim).filter(|line| !line.is_empty());
        let pairs: Option<Vec<_>> = lines
            .map(|line| {
                let (key, value) = line.split_once(':')?;
                let (key, value) = (key.trim(), value.trim());
                let plain = !key.is_empty() && key.chars().nth(LONGEST_KEY).is_none() && !value.starts_with("//");
                (plain && !value.is_empty()).then(|| (key.to_owned(), value.to_owned()))
            })
            .collect();
        let mut merged: Vec<(String, String)> = Vec::new();
        for (key, value) in pairs? {
            match merged.iter_mut().find(|(known, _)| *known == key) {
                Some((_, said)) => *said = format!("{said}; {value}"),
                None => merged.push((key, value)),
            }
        }
        (!merged.is_empty()).then_some(merged)
    }

    /// The one item of the question.
    pub fn items(&self) -> Result<Vec<AnnotateItem>, Fault> {
        if self.text.trim().is_empty() {
            return Err(Fault::field("text", "There is no text. Write what the source says, or fill in the example."));
        }
        let study = Some(self.study.trim().to_owned()).filter(|study| !study.is_empty());
        let (text, attributes) = match self.attributes() {
            None => (Some(self.said()), None),
            Some(pairs) => (None, Some(pairs.into_iter().collect::<BTreeMap<_, _>>())),
        };
        Ok(vec![AnnotateItem { id: "1".into(), text, attributes, study }])
    }

    /// The text with the line ends of everybody else: browsers send CRLF.
    pub fn said(&self) -> String {
        self.text.replace("\r\n", "\n")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn posted(text: &str) -> Posted {
        Posted { text: text.into(), study: String::new() }
    }

    #[test]
    fn lines_of_keys_are_attributes_and_prose_is_a_text() {
        let lines = posted("tissue: liver\r\n\r\nage: 54 y\r\ntissue: left lobe\r\n");
        let item = lines.items().expect("an item").remove(0);
        let attributes = item.attributes.expect("attributes");
        assert_eq!(attributes["tissue"], "liver; left lobe");
        assert_eq!(attributes["age"], "54 y");
        for prose in ["liver tumour", "Liver: normal\nand a second line", "see https://example.org", "tissue:"] {
            let item = posted(prose).items().expect("an item").remove(0);
            assert_eq!(item.text.as_deref(), Some(prose), "{prose:?}");
        }
    }

    #[test]
    fn offsets_count_the_text_that_is_shown() {
        let item = posted("first line\r\nsecond line").items().expect("an item").remove(0);
        assert_eq!(item.text.as_deref(), Some("first line\nsecond line"));
    }

    #[test]
    fn an_empty_text_is_refused_with_what_to_do() {
        let fault = posted(" \r\n").items().expect_err("a fault");
        assert_eq!(fault.fields[0].field, "text");
    }
}
