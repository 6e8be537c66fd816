//! Decisions that come in: a job reads the file and weighs it; it writes one batch, or only says what it would be.

use super::read::{self, Broken, Item, Named, Told};
use super::weigh::{Noted, Weigher};
use crate::curation::{self, Draft};
use crate::jobs::{CPU, Handler, NewJob, Running, Stop, enqueue, load_job};
use crate::objects::Key;
use crate::{Ctx, audit, catalog, harmonize, sources};
use chorale_model::curation::BatchKind;
use chorale_model::exchange::{FoundDecisions, ImportDecisions};
use chorale_model::jobs::{Job, JobState, Warning};
use chorale_model::{BatchId, CollectionId, Fault, JobId, OrganizationId, Role};
use futures::future::BoxFuture;
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use tokio::sync::mpsc;

/// Samples that are weighed at once.
const AT_ONCE: usize = 500;
/// Lines that a job keeps a word about; all are counted.
const NOTED: usize = 2_000;
const LONGEST_WHY: usize = 2_000;
/// A table without its closing quote is one row: what is read at once has an end.
const MOST_BYTES: i64 = 256 << 20;

/// Starts to read an uploaded file of decisions, or to look at it.
pub async fn start_import(ctx: &Ctx, mut input: ImportDecisions) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Curator)?;
    input.why = input.why.trim().to_owned();
    if input.why.chars().count() > LONGEST_WHY {
        return Err(Fault::field("why", format!("is too long; at most {LONGEST_WHY} characters fit")));
    }
    own(ctx, organization, input.collection).await?;
    if input.file.size_bytes > MOST_BYTES {
        let most = MOST_BYTES >> 20;
        return Err(Fault::too_large(format!("\"{}\" is larger than {most} MiB; split it", input.file.name)));
    }
    input.file = sources::keep_upload(ctx, &input.file).await?;
    let title = match input.look {
        true => format!("Look at the decisions in {}", input.file.name),
        false => format!("Take the decisions in {} over", input.file.name),
    };
    let payload = serde_json::to_value(&input).map_err(|e| Fault::internal("describing an import of decisions", e))?;
    let job = NewJob::new(ImportDecisionsJob::KIND, title, payload).on(CPU).priority(20).attempts(10);
    let inner = ctx.clone();
    let id = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let id = enqueue(tx, &inner, Some(organization), job).await?;
                if !input.look {
                    let detail = json!({ "file": input.file.name, "collection": input.collection });
                    audit::record(tx, &inner, "decisions.imported", "job", id, detail).await?;
                }
                Ok(id)
            })
        })
        .await?;
    load_job(ctx, id).await
}

async fn own(ctx: &Ctx, organization: OrganizationId, collection: CollectionId) -> Result<(), Fault> {
    let found = catalog::load_collection(ctx, collection).await?;
    match found.owner == organization {
        true => Ok(()),
        false => Err(Fault::forbidden("this collection is another organization's, who alone decides about it")),
    }
}

/// A job of this kind, and what it came to once it has ended well.
pub async fn load_found(ctx: &Ctx, id: JobId) -> Result<(Job, Option<FoundDecisions>), Fault> {
    ctx.require(Role::Curator)?;
    let job = load_job(ctx, id).await?;
    if job.kind != ImportDecisionsJob::KIND {
        return Err(Fault::missing("import of decisions", id));
    }
    let found = match (&job.state, &job.result) {
        (JobState::Succeeded, Some(result)) => serde_json::from_value(result.clone()).ok(),
        _ => None,
    };
    Ok((job, found))
}

/// Jobs of kind `import_decisions`.
pub struct ImportDecisionsJob;

impl ImportDecisionsJob {
    pub const KIND: &'static str = "import_decisions";
}

impl Handler for ImportDecisionsJob {
    fn kind(&self) -> &'static str {
        Self::KIND
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let organization =
                job.ctx.scope.ok_or_else(|| Fault::internal("importing decisions", "the job has no organization"))?;
            curation::once(job, organization, import(job, organization)).await
        })
    }
}

async fn import(job: &Running, organization: OrganizationId) -> Result<Value, Fault> {
    let asked: ImportDecisions = serde_json::from_value(job.payload.clone())
        .map_err(|e| Fault::internal("reading the payload of an import of decisions", e))?;
    let fields = harmonize::fields_of(&job.ctx, asked.collection).await?.fields;
    let named: Vec<Named> = fields
        .iter()
        .map(|field| Named { name: field.name.clone(), label: field.label.clone(), many: field.many })
        .collect();
    let local = |e: std::io::Error| Fault::internal("making room for an import of decisions", e);
    let folder = job.ctx.app.settings.cache_dir.join("imports");
    std::fs::create_dir_all(&folder).map_err(local)?;
    let folder = tempfile::tempdir_in(&folder).map_err(local)?;
    let raw = folder.path().join("raw");
    job.ctx.app.objects.fetch(Key::raw(organization, &asked.file.sha256).as_str(), &raw).await?;

    let (send, receive) = mpsc::channel::<Item>(AT_ONCE);
    let seen = Arc::new(AtomicI64::new(0));
    let (counted, path) = (seen.clone(), raw.clone());
    let reading = job.blocking(move || {
        let file = std::fs::File::open(&path).map_err(|e| Broken { line: 0, message: e.to_string() })?;
        read::read(file, &named, counted, &mut |item| send.blocking_send(item).is_ok())
    });
    let why = if asked.why.is_empty() { format!("from {}", asked.file.name) } else { asked.why.clone() };
    let title = format!("Decisions of {}", asked.file.name);
    let draft = Draft::new(job, organization, BatchKind::Import, title, why);
    // Whoever reads is told that nobody listens any more, because the receiver goes with the weighing.
    let weighing = weigh_all(job, organization, &asked, fields, draft, receive, &seen);
    let (kind, weighed) = futures::join!(reading, weighing);
    // A fault while weighing ends the reading; what is said then is the fault.
    let (draft, mut found) = weighed?;
    match kind? {
        Ok(kind) => found.format = kind.name().to_owned(),
        Err(Broken { line, message }) => {
            let place = if line > 0 { format!(", line {line}") } else { String::new() };
            return Err(Fault::invalid(format!("{}{place}: {message}. Nothing was decided", asked.file.name)));
        }
    }
    found.asked = Some(asked.clone());
    if asked.look {
        found.looked = true;
        return answer(&found);
    }
    if let Some(done) = draft.apply(|_| Box::pin(async { Ok(()) })).await? {
        found.batch = serde_json::from_value::<Option<BatchId>>(done["batch"].clone()).ok().flatten();
    }
    answer(&found)
}

fn answer(found: &FoundDecisions) -> Result<Value, Fault> {
    serde_json::to_value(found).map_err(|e| Fault::internal("writing what an import of decisions found", e))
}

/// Weighs everything that is read, and writes what follows into the draft.
async fn weigh_all<'a>(
    job: &'a Running,
    organization: OrganizationId,
    asked: &ImportDecisions,
    fields: Vec<chorale_model::fields::Field>,
    mut draft: Draft<'a>,
    mut receive: mpsc::Receiver<Item>,
    seen: &AtomicI64,
) -> Result<(Draft<'a>, FoundDecisions), Fault> {
    let mut weigher = Weigher::new(job.ctx.clone(), organization, asked.collection, fields, asked.conflicts);
    let (mut held, mut kept): (Vec<Told>, usize) = (Vec::new(), 0);
    let total = asked.file.size_bytes.max(1);
    loop {
        let mut noted: Vec<Noted> = Vec::new();
        let item = receive.recv().await;
        let is_end = item.is_none();
        match item {
            Some(Item::Told(told)) => held.push(told),
            Some(Item::Left { line, message }) => noted.push(Noted { line, message }),
            None => {}
        }
        if held.len() >= AT_ONCE || (is_end && !held.is_empty()) {
            let (decisions, more) = weigher.weigh(std::mem::take(&mut held)).await?;
            noted.extend(more);
            if !asked.look {
                draft.add(&decisions).await?;
            }
            job.progress(seen.load(Ordering::Relaxed).min(total - 1), total, "bytes", "weighing decisions").await?;
        }
        if !noted.is_empty() {
            noted.sort_by_key(|one| one.line);
            let all = i64::try_from(noted.len()).unwrap_or(i64::MAX);
            let room = NOTED.saturating_sub(kept);
            let shown: Vec<Warning> = noted.into_iter().take(room).map(|one| warning(&asked.file.name, one)).collect();
            kept += shown.len();
            job.warnings(shown, all).await?;
        }
        if is_end {
            return Ok((draft, weigher.found));
        }
        if matches!(job.stop.why(), Some(Stop::Cancelled | Stop::Lost | Stop::Shutdown)) {
            job.stop.check()?;
        }
    }
}

fn warning(file: &str, noted: Noted) -> Warning {
    Warning {
        file: file.to_owned(),
        line: noted.line,
        severity: "warning".to_owned(),
        message: noted.message.clone(),
        what: noted.message,
        expected: String::new(),
        done: String::new(),
    }
}
