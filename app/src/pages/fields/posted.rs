//! What the form of a field posts, as it was typed, and the change that it asks for.

use chorale_model::fields::{ChangeFields, CollectionFields, Field, FieldChange, FieldKind, Level};
use chorale_model::{Fault, FaultKind};
use chorale_platform::harmonize;
use serde::Deserialize;
use serde::de::DeserializeOwned;

/// The form's fields, as they were sent.
#[derive(Clone, Debug, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct Posted {
    /// Of the fields, when the form was opened.
    pub version: String,
    /// The name that the field had; empty for a new one.
    pub before: String,
    pub name: String,
    pub label: String,
    pub kind: String,
    pub level: String,
    /// Present when it is ticked.
    pub many: String,
    /// Between commas or spaces.
    pub releases: String,
    pub branch: String,
    /// One to a line.
    pub choices: String,
    pub guideline: String,
    pub accept_precision: String,
    pub abstain_below: String,
    /// Empty: the calibration says it.
    pub accept_from: String,
}

impl Posted {
    /// An empty form, with the precision that the default fields ask for.
    pub fn new_field(version: i64) -> Self {
        let usual = harmonize::default_fields().into_iter().next();
        let number = |of: fn(&Field) -> f64| usual.as_ref().map(|field| of(field).to_string()).unwrap_or_default();
        Posted {
            version: version.to_string(),
            kind: "term".into(),
            level: "sample".into(),
            accept_precision: number(|field| field.accept_precision),
            abstain_below: number(|field| field.abstain_below),
            ..Posted::default()
        }
    }

    /// The form of a field as it is.
    pub fn of(version: i64, field: &Field) -> Self {
        Posted {
            version: version.to_string(),
            before: field.name.clone(),
            name: field.name.clone(),
            label: field.label.clone(),
            kind: word(&field.kind),
            level: word(&field.level),
            many: if field.many { "true".into() } else { String::new() },
            releases: field.releases.join(", "),
            branch: field.branch.clone().unwrap_or_default(),
            choices: field.choices.join("\n"),
            guideline: field.guideline.clone(),
            accept_precision: field.accept_precision.to_string(),
            abstain_below: field.abstain_below.to_string(),
            accept_from: field.accept_from.map(|from| from.to_string()).unwrap_or_default(),
        }
    }

    /// After a refusal: what was typed stays. In a conflict it is set beside what the others saved, so that saving again
    /// changes this field of theirs; one that they removed becomes a new one.
    pub fn seen(mut self, now: &CollectionFields, fault: &Fault) -> Self {
        if fault.kind == FaultKind::Conflict {
            self.version = now.version.to_string();
            if !now.fields.iter().any(|field| field.name == self.before) {
                self.before = String::new();
            }
        }
        self
    }

    /// What the form asks for.
    pub fn change(&self) -> Result<ChangeFields, Fault> {
        let version = self.version.trim().parse();
        let version =
            version.map_err(|_| Fault::field("version", "is missing; load the page again and repeat your change"))?;
        let field = self.field()?;
        let change = match self.before.trim() {
            "" => FieldChange::Add { field },
            name => FieldChange::Replace { name: name.to_owned(), field },
        };
        Ok(ChangeFields { version, change })
    }

    /// A number that cannot be read is none, which the rules of fields refuse with everything else that is wrong.
    fn field(&self) -> Result<Field, Fault> {
        let number = |text: &str| text.trim().replace(',', ".").parse().unwrap_or(f64::NAN);
        let names = self.releases.split([',', ';', ' ', '\n', '\r', '\t']).filter(|name| !name.is_empty());
        let branch = Some(self.branch.trim().to_owned()).filter(|branch| !branch.is_empty());
        let lines = self.choices.lines().map(str::trim).filter(|line| !line.is_empty());
        Ok(Field {
            name: self.name.trim().to_owned(),
            label: self.label.trim().to_owned(),
            kind: chosen::<FieldKind>("kind", &self.kind)?,
            level: chosen::<Level>("level", &self.level)?,
            many: !self.many.is_empty(),
            releases: names.map(str::to_owned).collect(),
            branch,
            choices: lines.map(str::to_owned).collect(),
            guideline: self.guideline.replace("\r\n", "\n").trim().to_owned(),
            accept_precision: number(&self.accept_precision),
            abstain_below: number(&self.abstain_below),
            accept_from: Some(self.accept_from.trim()).filter(|text| !text.is_empty()).map(number),
        })
    }
}

/// The word of an enumeration, as its JSON has it.
pub fn word(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).ok();
    value.and_then(|value| value.as_str().map(str::to_owned)).unwrap_or_default()
}

fn chosen<T: DeserializeOwned>(name: &str, text: &str) -> Result<T, Fault> {
    serde_json::from_value(text.into()).map_err(|_| Fault::field(name, "is no choice here; choose one of the list"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn default_field(name: &str) -> Field {
        harmonize::default_fields().into_iter().find(|field| field.name == name).expect("a default field")
    }

    #[test]
    fn every_default_field_survives_its_form() {
        for field in harmonize::default_fields() {
            let change = Posted::of(4, &field).change().expect("a change");
            let same = FieldChange::Replace { name: field.name.clone(), field };
            assert_eq!(change, ChangeFields { version: 4, change: same });
        }
    }

    #[test]
    fn lines_and_numbers_are_read_as_browsers_send_them() {
        let typed =
            Posted { choices: "a\r\n b \r\n\r\n".into(), accept_precision: "0,9".into(), ..Posted::new_field(0) };
        let field = typed.field().expect("a field");
        assert_eq!((field.choices, field.accept_precision), (vec!["a".to_owned(), "b".to_owned()], 0.9));
        let typed = Posted { abstain_below: "little".into(), ..Posted::new_field(0) };
        assert!(typed.field().expect("a field").abstain_below.is_nan(), "which is refused with its name");
        let fault = Posted { kind: "colour".into(), ..Posted::new_field(0) }.change().expect_err("a fault");
        assert_eq!(fault.fields[0].field, "kind");
    }

    #[test]
    fn a_conflict_keeps_what_was_typed_and_takes_the_newer_version() {
        let fields = |fields| CollectionFields {
            collection: chorale_model::CollectionId(uuid::Uuid::nil()),
            version: 7,
            fields,
            updated_at: None,
            updated_by: None,
        };
        let typed = Posted { label: "Illness".into(), ..Posted::of(6, &default_field("disease")) };
        let conflict = Fault::conflict("somebody else was faster");
        let beside = typed.clone().seen(&fields(vec![default_field("disease")]), &conflict);
        assert_eq!(
            (beside.version.as_str(), beside.before.as_str(), beside.label.as_str()),
            ("7", "disease", "Illness")
        );
        let gone = typed.clone().seen(&fields(vec![default_field("tissue")]), &conflict);
        assert_eq!(gone.before, "", "what is gone is added again");
        assert_eq!(typed.clone().seen(&fields(vec![]), &Fault::invalid("wrong")), typed);
    }
}
