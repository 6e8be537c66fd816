//! A value as it is kept in a row of `annotations`: short names, and nothing where there is nothing, because there are
//! ten of them to each of a million samples. The version stands once, in the row.

use chorale_model::Fault;
use chorale_model::harmonize::{Evidence, Layer, RunnerUp, Value, ValueState};
use serde::{Deserialize, Serialize};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Stored {
    #[serde(rename = "f")]
    pub field: String,
    #[serde(rename = "s", default, skip_serializing_if = "is_present")]
    pub state: ValueState,
    #[serde(rename = "t", default, skip_serializing_if = "String::is_empty")]
    pub term: String,
    #[serde(rename = "l", default, skip_serializing_if = "String::is_empty")]
    pub label: String,
    /// Said by the submitter: the automatic layer is the usual one.
    #[serde(rename = "o", default, skip_serializing_if = "is_false")]
    pub submitted: bool,
    /// Waits for review, and why.
    #[serde(rename = "w", default, skip_serializing_if = "Option::is_none")]
    pub waits: Option<String>,
    #[serde(rename = "c")]
    pub score: f64,
    #[serde(rename = "m")]
    pub method: String,
    /// Attribute, start, end, text.
    #[serde(rename = "e", default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<(String, u64, u64, String)>,
    /// Term, label, score.
    #[serde(rename = "r", default, skip_serializing_if = "Option::is_none")]
    pub runner_up: Option<(String, String, f64)>,
}

fn is_present(state: &ValueState) -> bool {
    *state == ValueState::Present
}

fn is_false(value: &bool) -> bool {
    !value
}

impl Stored {
    pub fn accepted(&self) -> bool {
        self.waits.is_none()
    }

    /// The words of the model.
    pub fn value(self, version: &str) -> Value {
        Value {
            accepted: self.accepted(),
            field: self.field,
            state: self.state,
            term: self.term,
            label: self.label,
            layer: if self.submitted { Layer::Submitter } else { Layer::Automatic },
            score: self.score,
            method: self.method,
            version: version.to_owned(),
            evidence: self.evidence.map(|(attribute, start, end, text)| Evidence {
                attribute: Some(attribute).filter(|key| !key.is_empty()),
                start,
                end,
                text,
            }),
            runner_up: self.runner_up.map(|(term, label, score)| RunnerUp { term, label, score }),
            reason: self.waits,
            curation: None,
        }
    }
}

pub fn read(text: &str) -> Result<Vec<Stored>, Fault> {
    serde_json::from_str(text).map_err(|e| Fault::internal("reading the values of a sample", e))
}

pub fn write(values: &[Stored]) -> Result<String, Fault> {
    serde_json::to_string(values).map_err(|e| Fault::internal("writing the values of a sample", e))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_kept_whole_and_short() {
        let plain = Stored {
            field: "sex".into(),
            state: ValueState::Present,
            term: "PATO:0000384".into(),
            label: "male".into(),
            submitted: false,
            waits: None,
            score: 0.99,
            method: "dictionary".into(),
            evidence: Some(("Sex".into(), 0, 4, "male".into())),
            runner_up: None,
        };
        let full = Stored {
            state: ValueState::Unresolved,
            waits: Some("two are as likely".into()),
            submitted: true,
            runner_up: Some(("PATO:0000383".into(), "female".into(), 0.5)),
            ..plain.clone()
        };
        let text = write(&[plain.clone(), full.clone()]).unwrap();
        assert_eq!(read(&text).unwrap(), [plain, full.clone()]);
        assert!(text.starts_with(
            r#"[{"f":"sex","t":"PATO:0000384","l":"male","c":0.99,"m":"dictionary","e":["Sex",0,4,"male"]},"#
        ));
        let value = full.value("dictionary-1");
        assert!(!value.accepted && value.layer == Layer::Submitter, "{value:?}");
        assert_eq!(value.reason.as_deref(), Some("two are as likely"));
        assert!(read("[{").is_err());
    }
}
