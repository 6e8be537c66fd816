//! Values as they hold: what annotators and submitters say, and over it what people decided. Whoever shows, counts or
//! indexes values reads them here.

use super::sql::{self, AnnotationRow};
use super::stored::{self, Stored};
use crate::Db;
use crate::curation::{self, Layered};
use chorale_model::curation::{Beneath, Curation, CurationAction};
use chorale_model::harmonize::{Layer, Value, ValueState};
use chorale_model::{Fault, OrganizationId, SampleId};
use std::collections::HashMap;

/// How values are marked that people decided.
const METHOD: &str = "curation";

/// A value with the decision that made it what it is.
#[derive(Clone, Debug, PartialEq)]
pub struct Held {
    pub said: Stored,
    pub curation: Option<Box<Curation>>,
}

impl Held {
    /// Who said it. What waits was accepted by nobody.
    pub fn layer(&self) -> Layer {
        let decides = |one: &Curation| one.action != CurationAction::Review;
        match &self.curation {
            Some(one) if decides(one) && self.said.accepted() => Layer::Human,
            _ if self.said.submitted => Layer::Submitter,
            _ => Layer::Automatic,
        }
    }

    /// The annotator's version, as it is shown beside the value; people have none.
    pub fn version<'a>(&self, row: &'a str) -> &'a str {
        if self.layer() == Layer::Human { "" } else { version_shown(row) }
    }

    /// The words of the model; `row` is the version of the row that it comes from.
    pub fn value(self, row: &str) -> Value {
        let (layer, version) = (self.layer(), self.version(row).to_owned());
        Value { layer, curation: self.curation, ..self.said.value(&version) }
    }

    /// What stands there, for a decision about it.
    pub fn beneath(&self, row: &str) -> Beneath {
        Beneath {
            state: self.said.state,
            term: self.said.term.clone(),
            label: self.said.label.clone(),
            score: self.said.score,
            method: self.said.method.clone(),
            version: self.version(row).to_owned(),
        }
    }
}

impl Layered for Held {
    fn field(&self) -> &str {
        &self.said.field
    }

    fn term(&self) -> &str {
        &self.said.term
    }

    fn is_accepted(&self) -> bool {
        self.said.accepted()
    }

    fn said_by(curation: Curation, same: Option<Held>) -> Held {
        let said = Stored {
            field: curation.field.clone(),
            state: curation.state.unwrap_or(ValueState::Present),
            term: curation.term.clone(),
            label: curation.label.clone(),
            submitted: false,
            waits: None,
            score: 1.0,
            method: METHOD.to_owned(),
            evidence: same.and_then(|same| same.said.evidence),
            runner_up: None,
        };
        Held { said, curation: Some(Box::new(curation)) }
    }

    /// It keeps the words that it was read from; one that waited goes on waiting, because nobody looked at it.
    fn replaced(curation: Curation, before: Held) -> Held {
        let said = Stored { term: curation.term.clone(), label: curation.label.clone(), ..before.said };
        let said = match said.accepted() {
            false => said,
            true => Stored { submitted: false, score: 1.0, method: METHOD.to_owned(), runner_up: None, ..said },
        };
        Held { said, curation: Some(Box::new(curation)) }
    }

    fn sent_to_review(self, curation: Curation) -> Held {
        let reason = if curation.note.is_empty() { &curation.why } else { &curation.note };
        let said = Stored { waits: Some(reason.clone()), ..self.said };
        Held { said, curation: Some(Box::new(curation)) }
    }
}

/// What holds of a sample.
pub fn held(said: Vec<Stored>, curations: Option<&Vec<Curation>>) -> Vec<Held> {
    let values = said.into_iter().map(|said| Held { said, curation: None }).collect();
    match curations {
        Some(curations) => curation::overlay(values, curations),
        None => values,
    }
}

/// What is known of one sample.
pub struct Known {
    pub values: Vec<Held>,
    /// Of the row: the annotator's, and of the collection's fields.
    pub version: String,
    /// None: not annotated yet.
    pub annotated_at: Option<i64>,
}

/// What is known of samples; of those that nobody annotated or decided about nothing is there.
pub async fn known(db: &Db, owner: OrganizationId, samples: &[SampleId]) -> Result<HashMap<SampleId, Known>, Fault> {
    let mut curations = curation::of_samples(db, owner, samples).await?;
    let mut all = HashMap::with_capacity(samples.len());
    for AnnotationRow { sample, annotator_version, found, annotated_at } in
        sql::list_annotations(db, owner, samples).await?
    {
        let decided = curations.remove(&SampleId(sample));
        let values = held(stored::read(&found)?, decided.as_ref());
        let known = Known { values, version: annotator_version, annotated_at: Some(annotated_at) };
        all.insert(SampleId(sample), known);
    }
    for (sample, decided) in curations {
        let values = held(Vec::new(), Some(&decided));
        all.insert(sample, Known { values, version: String::new(), annotated_at: None });
    }
    Ok(all)
}

/// Of an annotator; how its answers were sorted by the collection's fields is of no interest beside a value.
fn version_shown(version: &str) -> &str {
    version.split_once('/').map_or(version, |(annotator, _)| annotator)
}
