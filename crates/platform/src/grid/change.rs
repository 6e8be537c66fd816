//! What a change of the grid would do, and doing it: at once where it is little, by a job where it is much. Cells that cannot
//! be read stay as they are, and are named with what is like them.

use super::cells::{Outcome, read};
use super::plan::{Plan, Row, plan, rows};
use super::show::fields_of;
use crate::curation::{self, Decision, Draft};
use crate::harmonize::Reader;
use crate::jobs::{Handler, NewJob, Running, enqueue};
use crate::{Ctx, audit, catalog, discovery, harmonize};
use chorale_model::catalog::Dataset;
use chorale_model::curation::BatchKind;
use chorale_model::fields::{Field, FieldKind};
use chorale_model::grid::{CellBecomes, CellEdit, CellError, ChangeGrid, GridChanged, NearTerm};
use chorale_model::ontologies::TermHit;
use chorale_model::{DatasetId, Fault, OrganizationId, Role, SampleId};
use futures::future::BoxFuture;
use serde_json::{Value as Json, json};
use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

/// Decisions that are written at once; more are a job's.
const AT_ONCE: usize = 4_000;
/// Samples whose values are read at once.
const SAMPLES: usize = 2_000;
const ERRORS: usize = 100;
const BECOMES: usize = 20;
/// Distinct texts for which something like them is looked for.
const LOOKED_FOR: usize = 20;
const NEAREST: usize = 3;
const LONGEST_WHY: usize = 2_000;

/// What a change would do; nothing changes.
pub async fn preview_grid(ctx: &Ctx, dataset: DatasetId, asked: ChangeGrid) -> Result<GridChanged, Fault> {
    let work = Work::new(ctx, dataset, &asked).await?;
    Ok(work.read(ctx).await?.1)
}

/// Changes the cells that can be read, as one batch.
pub async fn change_grid(ctx: &Ctx, dataset: DatasetId, asked: ChangeGrid) -> Result<GridChanged, Fault> {
    let work = Work::new(ctx, dataset, &asked).await?;
    let (decisions, mut told) = work.read(ctx).await?;
    if decisions.is_empty() {
        return Ok(told);
    }
    if decisions.len() > AT_ONCE {
        told.job = Some(work.begin(ctx, dataset, asked).await?);
        return Ok(told);
    }
    told.batch = Some(curation::record(ctx, &work.title, &asked.why, decisions).await?);
    Ok(told)
}

/// A change of a study that is the asker's own.
struct Work {
    organization: OrganizationId,
    rows: Vec<Row>,
    plan: Plan,
    readers: HashMap<String, Arc<Reader>>,
    title: String,
}

impl Work {
    async fn new(ctx: &Ctx, dataset: DatasetId, asked: &ChangeGrid) -> Result<Work, Fault> {
        let organization = ctx.require(Role::Curator)?;
        let found = catalog::load_dataset(ctx, dataset).await?;
        if found.owner != organization {
            return Err(Fault::forbidden("this study is another organization's, who alone changes its values"));
        }
        if asked.why.chars().count() > LONGEST_WHY {
            return Err(Fault::field("why", format!("is too long; at most {LONGEST_WHY} characters fit")));
        }
        Work::of(ctx, organization, &found, asked).await
    }

    async fn of(ctx: &Ctx, organization: OrganizationId, found: &Dataset, asked: &ChangeGrid) -> Result<Work, Fault> {
        let rows = rows(ctx, organization, found.id).await?;
        let plan = plan(&asked.change, &rows)?;
        let mut names: Vec<String> = plan.cells.iter().map(|cell| cell.field.clone()).collect();
        names.sort();
        names.dedup();
        let fields = fields_of(ctx, found, &names).await?;
        let mut readers = HashMap::new();
        for field in &fields {
            readers.insert(field.name.clone(), Arc::new(Reader::of_cells(ctx, field).await?));
        }
        let labels: Vec<String> = fields.iter().map(|field| field.label.to_lowercase()).collect();
        let title = format!("{} in {} of {}", plan.words, labels.join(", "), found.accession);
        Ok(Work { organization, rows, plan, readers, title })
    }

    /// Every decision, and what is told of all cells.
    async fn read(&self, ctx: &Ctx) -> Result<(Vec<Decision>, GridChanged), Fault> {
        let mut of_sample: HashMap<SampleId, Vec<&CellEdit>> = HashMap::new();
        for cell in &self.plan.cells {
            of_sample.entry(cell.sample).or_default().push(cell);
        }
        let named: HashMap<SampleId, &str> = self.rows.iter().map(|row| (row.id, row.accession.as_str())).collect();
        let samples: Vec<SampleId> =
            self.rows.iter().map(|row| row.id).filter(|id| of_sample.contains_key(id)).collect();
        let mut told = Told { outside: self.plan.outside, ..Told::default() };
        let mut decisions = Vec::new();
        for ids in samples.chunks(SAMPLES) {
            let known = harmonize::values_of_samples(ctx, self.organization, ids).await?;
            for id in ids {
                let values = known.get(id).map_or(&[][..], Vec::as_slice);
                // Of a cell that is named twice the last text counts.
                let last: BTreeMap<&str, &CellEdit> =
                    of_sample[id].iter().map(|cell| (cell.field.as_str(), *cell)).collect();
                for cell in last.into_values() {
                    let Some(reader) = self.readers.get(&cell.field) else { continue };
                    let outcome = read(reader, cell, values);
                    told.add(cell, named.get(id).copied().unwrap_or_default(), &outcome);
                    if let Outcome::Changes(all, ..) = outcome {
                        decisions.extend(all);
                    }
                }
            }
        }
        Ok((decisions, told.done(ctx, &self.readers).await?))
    }

    async fn begin(&self, ctx: &Ctx, dataset: DatasetId, asked: ChangeGrid) -> Result<chorale_model::JobId, Fault> {
        let payload = json!({ "dataset": dataset, "asked": asked });
        let job = NewJob::new(GridJob::KIND, self.title.clone(), payload).priority(20).attempts(10);
        let (inner, organization, title) = (ctx.clone(), self.organization, self.title.clone());
        ctx.db()
            .write(move |tx| {
                Box::pin(async move {
                    let id = enqueue(tx, &inner, Some(organization), job).await?;
                    audit::record(tx, &inner, "decision.started", "job", id, json!({ "title": title })).await?;
                    Ok(id)
                })
            })
            .await
    }
}

#[derive(Default)]
struct Told {
    changes: i64,
    same: i64,
    failed: i64,
    outside: i64,
    samples: HashSet<SampleId>,
    becomes: HashMap<(String, String), CellBecomes>,
    errors: Vec<CellError>,
}

impl Told {
    fn add(&mut self, cell: &CellEdit, accession: &str, outcome: &Outcome) {
        match outcome {
            Outcome::Empty => {}
            Outcome::Same => self.same += 1,
            Outcome::Changes(_, state, label) => {
                self.changes += 1;
                self.samples.insert(cell.sample);
                let (field, text) = (cell.field.clone(), cell.text.trim().to_owned());
                let key = (field.clone(), text.clone());
                let new = || CellBecomes { field, text, state: *state, label: label.clone(), cells: 0 };
                self.becomes.entry(key).or_insert_with(new).cells += 1;
            }
            Outcome::Fails(why) => {
                self.failed += 1;
                if self.errors.len() < ERRORS {
                    self.errors.push(CellError {
                        sample: cell.sample,
                        accession: accession.to_owned(),
                        field: cell.field.clone(),
                        text: cell.text.trim().to_owned(),
                        why: why.clone(),
                        nearest: Vec::new(),
                    });
                }
            }
        }
    }

    async fn done(mut self, ctx: &Ctx, readers: &HashMap<String, Arc<Reader>>) -> Result<GridChanged, Fault> {
        let mut near: HashMap<(String, String), Vec<NearTerm>> = HashMap::new();
        for error in &mut self.errors {
            let key = (error.field.clone(), error.text.clone());
            if !near.contains_key(&key) && near.len() < LOOKED_FOR {
                let found = match readers.get(&error.field) {
                    Some(reader) => nearest(ctx, reader.field(), &error.text).await?,
                    None => Vec::new(),
                };
                near.insert(key.clone(), found);
            }
            error.nearest = near.get(&key).cloned().unwrap_or_default();
        }
        let mut becomes: Vec<CellBecomes> = self.becomes.into_values().collect();
        becomes.sort_by(|a, b| b.cells.cmp(&a.cells).then_with(|| (&a.field, &a.text).cmp(&(&b.field, &b.text))));
        becomes.truncate(BECOMES);
        Ok(GridChanged {
            changes: self.changes,
            samples: self.samples.len() as i64,
            same: self.same,
            becomes,
            errors: self.errors,
            failed: self.failed,
            outside: self.outside,
            batch: None,
            job: None,
        })
    }
}

/// Terms of the field with a name like the text; where nothing has all of its words, like one of them.
async fn nearest(ctx: &Ctx, field: &Field, text: &str) -> Result<Vec<NearTerm>, Fault> {
    const LETTERS: usize = 60;
    /// Shorter words say nothing, and more of them are not looked for.
    const WORD: usize = 3;
    const WORDS: usize = 4;
    let whole: String = text.chars().take(LETTERS).collect();
    if field.kind != FieldKind::Term || whole.trim().is_empty() {
        return Ok(Vec::new());
    }
    let mut words: Vec<&str> =
        whole.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= WORD).collect();
    words.sort_by_key(|word| std::cmp::Reverse(word.chars().count()));
    words.truncate(WORDS);
    let mut found: Vec<NearTerm> = Vec::new();
    for q in std::iter::once(whole.as_str()).chain(words) {
        let asked = discovery::TermQuery { q: q.to_owned(), field: None, collection: None, limit: Some(30) };
        let takes = |hit: &TermHit| field.releases.iter().any(|name| name.eq_ignore_ascii_case(&hit.release));
        let hits = discovery::search_terms(ctx, asked).await?.items.into_iter().filter(takes);
        for hit in hits.take(NEAREST) {
            if found.len() < NEAREST && !found.iter().any(|known| known.id == hit.id) {
                found.push(NearTerm { id: hit.id, label: hit.label });
            }
        }
        // All of its words together are the best there is.
        if found.len() >= NEAREST || (q == whole && !found.is_empty()) {
            break;
        }
    }
    Ok(found)
}

/// Jobs of kind `grid`: `{dataset, asked}` of the job's organization.
pub struct GridJob;

impl GridJob {
    pub const KIND: &'static str = "grid";
}

impl Handler for GridJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Json, Fault>> {
        Box::pin(async move {
            let organization =
                job.ctx.scope.ok_or_else(|| Fault::internal("changing a grid", "the job has no organization"))?;
            curation::once(job, organization, write(job, organization)).await
        })
    }
}

async fn write(job: &Running, organization: OrganizationId) -> Result<Json, Fault> {
    let unreadable = |e| Fault::internal("reading the payload of a grid's change", e);
    let dataset: DatasetId = serde_json::from_value(job.payload["dataset"].clone()).map_err(unreadable)?;
    let asked: ChangeGrid = serde_json::from_value(job.payload["asked"].clone()).map_err(unreadable)?;
    let found = catalog::load_dataset(&job.ctx, dataset).await?;
    let work = Work::of(&job.ctx, organization, &found, &asked).await?;
    let (decisions, told) = work.read(&job.ctx).await?;
    let mut draft = Draft::new(job, organization, BatchKind::Decision, work.title.clone(), asked.why);
    let total = decisions.len() as i64;
    for (done, some) in decisions.chunks(AT_ONCE).enumerate() {
        job.progress((done * AT_ONCE) as i64, total, "cells", "deciding").await?;
        draft.add(some).await?;
    }
    let applied = draft.apply(|_| Box::pin(async { Ok(()) })).await?;
    let mut result = applied.unwrap_or_else(|| json!({ "samples": 0 }));
    result["failed"] = json!(told.failed);
    Ok(result)
}
