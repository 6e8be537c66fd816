//! The write path: a new version of one dataset, absent or whole.
//!
//! What a version says is hashed first: equal content changes nothing. Else its rows are staged in short
//! transactions (see `stage`), and one last transaction publishes them: version number, current version, files, and
//! the change that search hears of. Losing a race against another import of the same dataset means to look again.

use super::changes::{SHARED_FEED, record_change};
use super::keys::{sample_id, sample_key, sample_version_id};
use super::sql::publish::{self as sql, Current, VersionRow};
use super::version::{Mode, NewVersion, Published, Series, put};
use super::{sql::collections, stage};
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
    let mut new = carry_values(job, new).await?;
    for _ in 0..TRIES {
        let current = ensure_dataset(job, organization, &new.version).await?;
        let plan = plan(job.ctx.db(), organization, &current, &new.version).await?;
        let row = version_row(job, &current, &new, &plan);
        if current.content_sha256.as_deref() == Some(row.content_sha256.as_str()) {
            return Ok(unchanged(&current, job));
        }
        let more = row.samples - current.samples;
        if more > 0 {
            // Samples that other datasets hold already are counted too: the quota is met a little early, never late.
            let ctx = job.ctx.clone();
            let check =
                job.write(move |tx| Box::pin(async move { metering::check_quota(&ctx, tx, "samples", more).await }));
            check.await?;
        }
        let key = upload_values(job, organization, &new).await?;
        let row = VersionRow { values_key: key.or(row.values_key), ..row };
        let id = VersionId(job.ctx.app.ids.uuid());
        new.version = stage::write(job, organization, id, &row, plan, new.version).await?;
        if flip(job, organization, &current, id, &row, &new).await? {
            let number = current.current_number + 1;
            let dataset = DatasetId(current.id);
            return Ok(Published { dataset, version: id, number, samples: row.samples, changed: true });
        }
        stage::discard(job, organization, id).await?;
    }
    Err(Fault::busy(format!("dataset {} is being imported by many jobs at once", new.version.accession)))
}

fn unchanged(current: &Current, job: &Running) -> Published {
    Published {
        dataset: DatasetId(current.id),
        version: VersionId(current.current_version.unwrap_or_default()),
        number: current.current_number,
        samples: current.samples,
        changed: current.job == Some(job.id.0),
    }
}

/// A version with the digest of its value table's file.
struct Carried {
    version: NewVersion,
    /// SHA-256 and size of the Parquet file.
    file: Option<(String, i64)>,
}

async fn carry_values(job: &Running, version: NewVersion) -> Result<Carried, Fault> {
    let file = match &version.values {
        None => None,
        Some(values) => {
            let path = values.path.clone();
            let digest = job.blocking(move || file_sha256(&path)).await?;
            Some(digest.map_err(|e| Fault::internal("reading a value table", e))?)
        }
    };
    Ok(Carried { version, file })
}

fn file_sha256(path: &std::path::Path) -> std::io::Result<(String, i64)> {
    let mut file = std::fs::File::open(path)?;
    let mut hasher = Sha256::new();
    let mut buffer = vec![0; 1 << 20];
    let mut size = 0;
    loop {
        let read = std::io::Read::read(&mut file, &mut buffer)?;
        if read == 0 {
            return Ok((hex::encode(hasher.finalize()), size));
        }
        size += i64::try_from(read).unwrap_or(0);
        hasher.update(&buffer[..read]);
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
fn version_row(job: &Running, current: &Current, carried: &Carried, plan: &[Planned]) -> VersionRow {
    let new = &carried.version;
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
    match (&new.values, &carried.file) {
        (Some(values), Some((sha256, size))) => {
            row.values_sha256 = Some(sha256.clone());
            row.values_content_sha256 = Some(values.content_sha256.clone());
            row.values_size_bytes = Some(*size);
            row.values_features = Some(values.features);
            row.values_samples = Some(values.samples);
        }
        _ if new.mode == Mode::Add => current.keep_values(&mut row),
        _ => {}
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

/// The value table as an object under a fresh name; garbage if the version is never published.
async fn upload_values(job: &Running, organization: OrganizationId, new: &Carried) -> Result<Option<String>, Fault> {
    let Some(values) = &new.version.values else { return Ok(None) };
    let key = Key::values(organization, job.ctx.app.ids.uuid());
    job.ctx.app.objects.put_file(&key, &values.path).await?;
    Ok(Some(key.as_str().to_owned()))
}

/// Makes the staged version the current one, with its files and its change. False: another import was faster.
async fn flip(
    job: &Running,
    organization: OrganizationId,
    current: &Current,
    id: VersionId,
    row: &VersionRow,
    new: &Carried,
) -> Result<bool, Fault> {
    let (ctx, row) = (job.ctx.clone(), row.clone());
    let (collection, dataset, before) = (new.version.collection, current.id, current.current_number);
    let values_name = format!("{}_{}_values.parquet", new.version.accession, new.version.platform);
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
                sql::keep_object(tx, organization, &key, &sha256, size, now).await?;
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
