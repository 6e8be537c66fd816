//! The write path: a new version of one dataset, absent or whole.
//!
//! What a version says is hashed first: equal content changes nothing. Else its rows are staged in short
//! transactions (see `stage`), and one last transaction publishes them: version number, current version, files, and
//! the change that search hears of. Losing a race against another import of the same dataset means to look again.

use super::changes::{SHARED_FEED, record_change};
use super::keys::{sample_id, sample_key, sample_version_id};
use super::sql::publish::{self as sql, Current, VersionRow};
use super::sql::{collections, objects};
use super::stage;
use super::values::{self, Table, Word};
use super::version::{Mode, NewVersion, Published, Series, put};
use crate::jobs::Running;
use crate::objects::Key;
use crate::{Deployment, db::Db, metering};
use chorale_model::{CollectionId, DatasetId, Fault, FileId, OrganizationId, VersionId};
use sha2::{Digest, Sha256};
use std::collections::HashMap;
use uuid::Uuid;

/// How often a publication looks again after another import was faster.
const TRIES: usize = 8;

/// A sample's place in the version: where its content comes from.
pub(super) struct Planned {
    pub key: String,
    pub sample: Uuid,
    pub sample_version: Uuid,
    pub content: [u8; 32],
    /// Its place in the new samples; absent when the version before has it and nothing new is said.
    pub entry: Option<usize>,
}

/// Publishes a version unless the dataset says the same already. Fenced by the job's claim throughout.
pub async fn publish(job: &Running, new: NewVersion) -> Result<Published, Fault> {
    let organization =
        job.ctx.scope.ok_or_else(|| Fault::internal("publishing a dataset", "the job has no organization"))?;
    let mut new = new;
    for _ in 0..TRIES {
        let current = ensure_dataset(job, organization, &new).await?;
        let table = values::table_of(job, &current, &new).await?;
        let plan = plan(job.ctx.db(), organization, &current, &new).await?;
        let row = version_row(job, &current, &new, &table, &plan);
        if current.content_sha256.as_deref() == Some(row.content_sha256.as_str()) {
            return Ok(Published { remark: table.remark, ..unchanged(&current, job) });
        }
        let more = row.samples - current.samples;
        if more > 0 {
            // Samples that other datasets hold already are counted too: the quota is met a little early, never late.
            // Counted by a reader, because counting a million samples would keep the writer from everybody else.
            metering::check_quota_ahead(&job.ctx, "samples", more).await?;
        }
        let key = values::upload(job, organization, &table).await?;
        let row = VersionRow { values_key: key.or(row.values_key), ..row };
        let id = VersionId(job.ctx.app.ids.uuid());
        new = stage::write(job, organization, id, &row, plan, new).await?;
        if flip(job, organization, &current, id, &row, &new).await? {
            let number = current.current_number + 1;
            let dataset = DatasetId(current.id);
            let (samples, remark) = (row.samples, table.remark);
            return Ok(Published { dataset, version: id, number, samples, changed: true, remark });
        }
        stage::discard(job, organization, id).await?;
    }
    Err(Fault::busy(format!("dataset {} is being imported by many jobs at once", new.accession)))
}

fn unchanged(current: &Current, job: &Running) -> Published {
    Published {
        dataset: DatasetId(current.id),
        version: VersionId(current.current_version.unwrap_or_default()),
        number: current.current_number,
        samples: current.samples,
        changed: current.job == Some(job.id.0),
        remark: None,
    }
}

/// The dataset's row, made when it is new, with what its current version says.
async fn ensure_dataset(job: &Running, organization: OrganizationId, new: &NewVersion) -> Result<Current, Fault> {
    let (collection, accession, platform) = (new.collection, new.accession.clone(), new.platform.clone());
    let id = job.ctx.app.ids.uuid();
    let now = job.ctx.now();
    if let Some(current) = sql::find_current(job.ctx.db(), organization, collection, &accession, &platform).await? {
        return Ok(current);
    }
    let (accession_, platform_) = (accession.clone(), platform.clone());
    job.write(move |tx| {
        Box::pin(
            async move { sql::insert_dataset(tx, organization, id, collection, &accession_, &platform_, now).await },
        )
    })
    .await?;
    let current = sql::find_current(job.ctx.db(), organization, collection, &accession, &platform).await?;
    current.ok_or_else(|| Fault::busy("the dataset was removed while it was imported; try again"))
}

/// The samples of the new version in their order: those of the version before first, when they stay.
async fn plan(
    db: &Db,
    organization: OrganizationId,
    current: &Current,
    new: &NewVersion,
) -> Result<Vec<Planned>, Fault> {
    let mut plan: Vec<Planned> = Vec::with_capacity(new.samples.entries().len());
    let mut places: HashMap<String, usize> = HashMap::new();
    if let (Mode::Add, Some(version)) = (new.mode, current.current_version) {
        let mut after = -1;
        loop {
            let rows = sql::list_members(db, organization, version, after, 5_000).await?;
            let Some(last) = rows.last() else { break };
            after = last.position;
            for row in rows {
                places.insert(row.key.clone(), plan.len());
                let content = row.content()?;
                let (sample, sample_version) = (row.sample, row.sample_version);
                plan.push(Planned { key: row.key, sample, sample_version, content, entry: None });
            }
        }
    }
    for (entry, said) in new.samples.entries().iter().enumerate() {
        let key = sample_key(&new.accession, &said.accession);
        let sample = sample_id(organization, new.collection, &key);
        let sample_version = sample_version_id(sample, &said.content_sha256);
        let planned =
            Planned { key: key.clone(), sample, sample_version, content: said.content_sha256, entry: Some(entry) };
        match places.get(&key) {
            // The same sample said again: nothing to write when it says the same.
            Some(place) if plan[*place].sample_version == sample_version => {}
            Some(place) => plan[*place] = planned,
            None => {
                places.insert(key, plan.len());
                plan.push(planned);
            }
        }
    }
    Ok(plan)
}

/// The version's row, complete but for its number.
fn version_row(job: &Running, current: &Current, new: &NewVersion, table: &Table, plan: &[Planned]) -> VersionRow {
    let said = new.series.clone();
    let series = said.unwrap_or_else(|| current.series().unwrap_or_else(|| nameless(&new.accession)));
    let keep = |new: &str, old: &Option<String>| match (new, old) {
        ("", Some(old)) => old.clone(),
        (new, _) => new.to_owned(),
    };
    let mut organisms = if new.mode == Mode::Add { current.organisms() } else { Vec::new() };
    for organism in &new.organisms {
        if !organisms.contains(organism) {
            organisms.push(organism.clone());
        }
    }
    let mut row = VersionRow {
        dataset: current.id,
        content_sha256: String::new(),
        samples: i64::try_from(plan.len()).unwrap_or(i64::MAX),
        title: series.title,
        summary: series.summary,
        organisms: super::sql::json_text(&organisms),
        platform_title: keep(&new.platform_title, &current.platform_title),
        attributes: super::sql::json_text(&series.attributes),
        relations: super::sql::json_text(&series.relations),
        source: new.source.clone(),
        job: job.id,
        created_at: job.ctx.now(),
        created_by: job.created_by.clone(),
        values_key: None,
        values_sha256: None,
        values_content_sha256: None,
        values_size_bytes: None,
        values_features: None,
        values_samples: None,
    };
    match &table.word {
        Word::New(file) => {
            row.values_sha256 = Some(file.sha256.clone());
            row.values_content_sha256 = Some(file.values.content_sha256.clone());
            row.values_size_bytes = Some(file.size_bytes);
            row.values_features = Some(file.values.features);
            row.values_samples = Some(file.values.samples);
        }
        Word::Kept => current.keep_values(&mut row),
        Word::Nothing => {}
    }
    row.content_sha256 = content_sha256(&row, plan);
    row
}

/// A series that only its samples name.
fn nameless(accession: &str) -> Series {
    Series { title: accession.to_owned(), ..Series::default() }
}

/// SHA-256 over what a version says: not over file names, times, jobs or the bytes it came in.
fn content_sha256(row: &VersionRow, plan: &[Planned]) -> String {
    let mut hasher = Sha256::new();
    for text in [&row.title, &row.summary, &row.platform_title, &row.attributes, &row.relations] {
        put(&mut hasher, text);
    }
    put(&mut hasher, row.values_content_sha256.as_deref().unwrap_or_default());
    for planned in plan {
        put(&mut hasher, &planned.key);
        hasher.update(planned.content);
    }
    hex::encode(hasher.finalize())
}

/// Makes the staged version the current one, with its files and its change. False: another import was faster.
async fn flip(
    job: &Running,
    organization: OrganizationId,
    current: &Current,
    id: VersionId,
    row: &VersionRow,
    new: &NewVersion,
) -> Result<bool, Fault> {
    let (ctx, row) = (job.ctx.clone(), row.clone());
    let (collection, dataset, before) = (new.collection, current.id, current.current_number);
    let values_name = format!("{}_{}_values.parquet", new.accession, new.platform);
    job.write(move |tx| {
        Box::pin(async move {
            let now = ctx.now();
            if !sql::flip(tx, organization, dataset, before, id, &row, now).await? {
                return Ok(false);
            }
            sql::number_version(tx, organization, id, before + 1, now).await?;
            let raw = Key::raw(organization, &row.source.raw_sha256);
            let mut files = vec![(
                "raw",
                raw.as_str().to_owned(),
                row.source.file_name.clone(),
                row.source.raw_sha256.clone(),
                row.source.raw_size_bytes,
            )];
            if let (Some(key), Some(sha256), Some(size)) = (&row.values_key, &row.values_sha256, row.values_size_bytes)
            {
                files.push(("values", key.clone(), values_name, sha256.clone(), size));
            }
            for (kind, key, name, sha256, size) in files {
                objects::keep(tx, organization, &key, &sha256, size, now).await?;
                let file = sql::NewFile {
                    id: FileId(ctx.app.ids.uuid()),
                    dataset,
                    version: id,
                    name,
                    kind,
                    key,
                    size,
                    sha256,
                };
                sql::insert_file(tx, organization, file, now).await?;
            }
            let shared = sql::touch_collection(tx, organization, collection, now).await?;
            let own = organization.to_string();
            let feed = if shared { SHARED_FEED } else { own.as_str() };
            record_change(tx, &ctx, organization, feed, "dataset", dataset).await?;
            Ok(true)
        })
    })
    .await
}

/// Counts the distinct samples of a collection again; after each change of its datasets.
pub async fn recount(app: &Deployment, organization: OrganizationId, collection: CollectionId) -> Result<(), Fault> {
    let (seen, samples) = collections::count_samples(&app.db, organization, collection).await?;
    app.db
        .write(move |tx| {
            Box::pin(async move { collections::put_count(tx, organization, collection, seen, samples).await })
        })
        .await
}
