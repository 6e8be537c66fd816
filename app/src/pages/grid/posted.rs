//! What the forms of a grid post, as a change.

use chorale_model::Fault;
use chorale_model::grid::{GridChange, PartReads, PartValue};
use serde::Deserialize;
use std::collections::BTreeMap;

/// Names with their texts.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(transparent)]
pub struct Posted(pub BTreeMap<String, String>);

impl Posted {
    pub fn word(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A block, a fill, or the parts of titles.
    pub fn change(&self) -> Result<GridChange, Fault> {
        let fields = || {
            let names = self.word("columns").split(',').map(str::trim).filter(|name| !name.is_empty());
            names.map(str::to_owned).collect::<Vec<String>>()
        };
        match self.word("kind") {
            "paste" => {
                let all = fields();
                let from = all.iter().position(|name| name == self.word("field")).unwrap_or(0);
                let (sample, text) = (self.word("from").parse()?, self.word("text").to_owned());
                Ok(GridChange::Paste { sample, fields: all[from.min(all.len())..].to_vec(), text })
            }
            "fill" => Ok(GridChange::Fill {
                from: self.word("from").parse()?,
                to: self.word("to").parse()?,
                fields: vec![self.word("field").to_owned()],
                text: self.word("text").to_owned(),
            }),
            "titles" => Ok(GridChange::Titles { separators: self.word("separators").to_owned(), parts: self.parts() }),
            other => Err(Fault::field("kind", format!("\"{other}\" is no change of a grid; load the page again"))),
        }
    }

    /// `field-0` names the field of the first part, `value-0-3` its fourth value, `becomes-0-3` what that becomes.
    pub fn parts(&self) -> Vec<PartReads> {
        let mut parts = Vec::new();
        for (name, field) in &self.0 {
            let part = name.strip_prefix("field-").and_then(|part| part.parse::<u32>().ok());
            let Some(part) = part.filter(|_| !field.is_empty()) else { continue };
            let prefix = format!("value-{part}-");
            let values = self.0.iter().filter_map(|(name, value)| {
                let at = name.strip_prefix(&prefix)?;
                let becomes = self.0.get(&format!("becomes-{part}-{at}"))?;
                Some(PartValue { value: value.clone(), becomes: becomes.clone() })
            });
            parts.push(PartReads { part, field: field.clone(), values: values.collect() });
        }
        parts
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_become_changes() {
        let of = |pairs: &[(&str, &str)]| {
            Posted(pairs.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned())).collect())
        };
        let sample = "00000000-0000-0000-0000-000000000007";
        let columns = ("columns", "disease,tissue,age");
        let paste = of(&[("kind", "paste"), ("from", sample), ("field", "tissue"), columns, ("text", "liver\t5")]);
        let Ok(GridChange::Paste { fields, .. }) = paste.change() else { panic!("{paste:?}") };
        assert_eq!(fields, ["tissue", "age"]);
        let titles = of(&[
            ("kind", "titles"),
            ("separators", "_"),
            ("field-0", ""),
            ("field-1", "tissue"),
            ("value-1-0", "HAB"),
            ("becomes-1-0", "liver"),
        ]);
        let parts = titles.parts();
        assert_eq!((parts.len(), parts[0].part, parts[0].values[0].becomes.as_str()), (1, 1, "liver"));
        assert!(of(&[("kind", "paste"), ("from", "x")]).change().is_err());
        assert!(of(&[]).change().is_err());
    }
}
