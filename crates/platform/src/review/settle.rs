//! From an answer about questions to decisions about samples, and the job that writes many of them.

use super::answers;
use super::places::Windows;
use super::question::Said;
use super::sql::{self, ValueRow};
use crate::curation::{self, Decision, Draft};
use crate::jobs::{Handler, Running};
use crate::{Db, Deployment, catalog};
use chorale_model::curation::{BatchKind, Beneath, CurationAction};
use chorale_model::fields::Field;
use chorale_model::harmonize::{Value, ValueState};
use chorale_model::review::{DecideValues, ReviewAnswer, ReviewState};
use chorale_model::{DatasetId, Fault, OrganizationId, QuestionId, SampleId};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, BTreeSet, HashSet};
use uuid::Uuid;

/// Samples that are read at once.
const SAMPLES: i64 = 2_000;

/// An answer that was checked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Plan {
    pub asked: DecideValues,
    pub field: Field,
    /// What it is changed to.
    pub term: String,
    pub label: String,
    /// What holds beside it, as id and label.
    #[serde(default)]
    pub also: Vec<(String, String)>,
    pub title: String,
}

impl Plan {
    /// Of what matches, the rows that it is about.
    pub async fn rows(&self, db: &Db, organization: OrganizationId) -> Result<Vec<ValueRow>, Fault> {
        sql::list_rows(db, organization, &self.asked.matching, self.asked.values.as_deref()).await
    }

    /// Samples of a row that change.
    pub fn samples(&self, row: &ValueRow) -> i64 {
        match (self.asked.only, self.asked.matching.state) {
            (Some(_), _) => 1,
            (None, ReviewState::Waiting) => row.waiting,
            (None, _) => row.samples,
        }
    }

    /// What is decided about a value that the answer is about.
    fn decision(&self, sample: SampleId, value: &Value, question: QuestionId) -> Decision {
        let to = (self.term.as_str(), self.label.as_str());
        decision_about(&self.field, self.asked.answer, to, sample, Some(value), Some(question))
    }

    /// The values that hold beside what is decided about one: accepted with it, or set with it. Where nothing is said, nothing
    /// stands beside it.
    fn beside(&self, of: &Decision) -> Vec<Decision> {
        if !matches!(of.action, CurationAction::Accept | CurationAction::Set) || of.term.is_empty() {
            return Vec::new();
        }
        let one = |(term, label): &(String, String)| Decision {
            state: Some(ValueState::Present),
            term: term.clone(),
            label: label.clone(),
            beneath: None,
            question: None,
            ..of.clone()
        };
        self.also.iter().filter(|(term, _)| *term != of.term).map(one).collect()
    }

    /// Decisions about the next samples of a dataset that may ask, with how many were read; None behind the last.
    async fn read(
        &self,
        app: &Deployment,
        organization: OrganizationId,
        of: &mut DatasetQuestions,
    ) -> Result<Option<(i64, Vec<Decision>)>, Fault> {
        let Some(samples) = of.windows.next(app, organization, SAMPLES).await? else { return Ok(None) };
        let waiting = self.asked.matching.state == ReviewState::Waiting;
        let passed = samples.len() as i64;
        let mut decisions = Vec::new();
        for sample in samples.into_iter().filter(|one| self.asked.only.is_none_or(|only| only == one.id)) {
            let about = |value: &Value| {
                if value.field != self.field.name || (waiting && value.accepted) {
                    return None;
                }
                let question = Said::of(&sample.attributes, value, &of.accession).id(value);
                let asked = of.questions.contains(&question);
                asked.then(|| self.decision(sample.id, value, QuestionId(question)))
            };
            let all: Vec<Decision> = sample.values.iter().filter_map(about).collect();
            // A sample's field is set once, or in some of its values.
            match all.iter().position(|one| matches!(one.action, CurationAction::Set | CurationAction::Remove)) {
                Some(first) => {
                    let beside = self.beside(&all[first]);
                    decisions.push(all[first].clone());
                    decisions.extend(beside);
                }
                None => {
                    let beside = all.first().map(|one| self.beside(one)).unwrap_or_default();
                    decisions.extend(all);
                    decisions.extend(beside);
                }
            }
        }
        Ok(Some((passed, decisions)))
    }

    /// Every decision, in memory: for answers that settle few.
    pub async fn decisions(
        &self,
        app: &Deployment,
        organization: OrganizationId,
        rows: &[ValueRow],
    ) -> Result<Vec<Decision>, Fault> {
        let mut all = Vec::new();
        for mut of in by_dataset(app, organization, rows).await? {
            while let Some((_, decisions)) = self.read(app, organization, &mut of).await? {
                all.extend(decisions);
            }
        }
        Ok(all)
    }
}

/// What an answer decides about one value of a sample, or about a field that has none; the term and its label are those that
/// it is changed to.
pub fn decision_about(
    field: &Field,
    answer: ReviewAnswer,
    (term, label): (&str, &str),
    sample: SampleId,
    value: Option<&Value>,
    question: Option<QuestionId>,
) -> Decision {
    let made = |action, state: Option<ValueState>, term: &str, label: &str| Decision {
        sample,
        field: field.name.clone(),
        action,
        state,
        term: term.to_owned(),
        label: label.to_owned(),
        note: String::new(),
        beneath: value.map(|value| Beneath {
            state: value.state,
            term: value.term.clone(),
            label: value.label.clone(),
            score: value.score,
            method: value.method.clone(),
            version: value.version.clone(),
        }),
        question,
    };
    let has_term = value.is_some_and(|value| !value.term.is_empty());
    let said = if field.many && has_term { CurationAction::Accept } else { CurationAction::Set };
    match (answer, value) {
        (ReviewAnswer::Accept, Some(value)) => made(said, Some(value.state), &value.term, &value.label),
        (ReviewAnswer::Change, _) => made(said, Some(ValueState::Present), term, label),
        (ReviewAnswer::Reject, _) if has_term => made(CurationAction::Reject, None, "", ""),
        // What has no term cannot be told apart from others of its field.
        (ReviewAnswer::Reject | ReviewAnswer::Accept, _) => made(CurationAction::Remove, None, "", ""),
        (ReviewAnswer::NotReported, _) => made(CurationAction::Remove, Some(ValueState::NotReported), "", ""),
        (ReviewAnswer::NotApplicable, _) => made(CurationAction::Remove, Some(ValueState::NotApplicable), "", ""),
    }
}

/// The questions of one dataset, and what is left to read of it.
struct DatasetQuestions {
    accession: String,
    questions: HashSet<Uuid>,
    windows: Windows,
    samples: i64,
}

async fn by_dataset(
    app: &Deployment,
    organization: OrganizationId,
    rows: &[ValueRow],
) -> Result<Vec<DatasetQuestions>, Fault> {
    let mut of_dataset: BTreeMap<Uuid, Vec<&ValueRow>> = BTreeMap::new();
    for row in rows {
        of_dataset.entry(row.dataset).or_default().push(row);
    }
    let mut all = Vec::with_capacity(of_dataset.len());
    for (dataset, rows) in of_dataset {
        let dataset = DatasetId(dataset);
        let Some(found) = catalog::dataset_for_index(app, organization, dataset).await? else { continue };
        let windows = Windows::of(dataset, rows.iter().map(|row| row.places.as_deref()))?;
        let samples = windows.samples(found.samples);
        let questions = rows.iter().map(|row| row.id).collect();
        all.push(DatasetQuestions { accession: found.accession, questions, windows, samples });
    }
    Ok(all)
}

/// Jobs of kind `decide`: a plan of the job's organization.
pub struct DecideJob;

impl DecideJob {
    pub const KIND: &'static str = "decide";
}

impl Handler for DecideJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Json, Fault>> {
        Box::pin(async move {
            let organization =
                job.ctx.scope.ok_or_else(|| Fault::internal("deciding", "the job has no organization"))?;
            let plan: Plan = serde_json::from_value(job.payload.clone())
                .map_err(|e| Fault::internal("reading the payload of a decision", e))?;
            curation::once(job, organization, settle_plan(job, organization, plan)).await
        })
    }
}

/// Writes the batch of a plan and lets it count, as the work of `job`.
pub async fn settle_plan(job: &Running, organization: OrganizationId, plan: Plan) -> Result<Json, Fault> {
    let app = &job.ctx.app;
    let rows = plan.rows(&app.db, organization).await?;
    let datasets = by_dataset(app, organization, &rows).await?;
    let (total, mut passed) = (datasets.iter().map(|of| of.samples).sum(), 0);
    let mut draft = Draft::new(job, organization, BatchKind::Decision, plan.title.clone(), plan.asked.why.clone());
    for mut of in datasets {
        while let Some((read, decisions)) = plan.read(app, organization, &mut of).await? {
            draft.add(&decisions).await?;
            passed += read;
            job.progress(passed.min(total), total, "samples", "deciding").await?;
        }
    }
    let id = job.id;
    if let Some(batch) = draft.batch() {
        answers::write(job, organization, &plan, &rows, batch).await?;
    }
    let settled = draft
        .apply(move |tx| {
            Box::pin(async move {
                let ids: BTreeSet<Uuid> = rows.iter().map(|row| row.id).collect();
                let ids: Vec<Uuid> = ids.into_iter().collect();
                sql::settle(tx, organization, &plan.asked.matching, &ids).await?;
                sql::end_settling(tx, organization, id).await
            })
        })
        .await?;
    Ok(settled.unwrap_or_else(|| json!({ "samples": 0, "note": "no sample says it any more" })))
}
