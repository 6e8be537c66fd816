//! Sources: files that curators bring and accessions that are fetched become datasets of the catalog. Owns imports
//! and the reading of files; has no tables of its own.
//!
//! It must never use a file's name as a path, fetch from an address that a user gave, or let one bad file harm the
//! others of its import. A file is read whole before the catalog hears of it, so what cannot be read to its end
//! changes nothing. Start at [`start_import`]; `jobs` runs it, `gather` collects what a reader finds, `drafts`
//! decides which datasets a file describes.

mod accession;
mod drafts;
mod fetch;
mod gather;
mod inspect;
mod interned;
mod jobs;
mod reading;
mod relations;
mod spool;
mod tally;
mod uploads;
mod values;

pub use inspect::{inspect, keep_upload};
pub use jobs::{IMPORT, ImportHandler};
pub use uploads::{Uploading, begin_upload, upload_local};

use crate::jobs::{CPU, NewJob, enqueue, load_job};
use crate::objects::Key;
use crate::{Ctx, audit, catalog, metering};
use chorale_model::catalog::CreateCollection;
use chorale_model::jobs::Job;
use chorale_model::sources::{Import, TableMapping, UploadedFile};
use chorale_model::{CollectionId, Fault, FaultKind, OrganizationId, Role};
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Files and accessions to a job.
const MOST_FILES: usize = 1_000;

/// What an import's job is told.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct Payload {
    collection: CollectionId,
    items: Vec<Item>,
    mapping: Option<TableMapping>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Item {
    File(UploadedFile),
    Accession(String),
}

impl Item {
    fn name(&self) -> &str {
        match self {
            Item::File(file) => &file.name,
            Item::Accession(accession) => accession,
        }
    }
}

/// Starts the import of uploaded files and of accessions into a collection of one's own, as one job.
pub async fn start_import(ctx: &Ctx, import: Import) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let items = checked_items(ctx, organization, &import).await?;
    let collection = own_collection(ctx, organization, &import).await?;
    let names: Vec<String> = items.iter().map(|item| item.name().to_owned()).collect();
    let payload = Payload { collection, items, mapping: import.mapping };
    let ctx_ = ctx.clone();
    let id = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                for item in &payload.items {
                    let Item::File(file) = item else { continue };
                    let key = Key::raw(organization, &file.sha256);
                    catalog::keep_object(tx, &ctx_, organization, &key, &file.sha256, file.size_bytes).await?;
                }
                // The files are counted already.
                metering::check_quota(&ctx_, tx, "stored_bytes", 0).await?;
                metering::check_quota(&ctx_, tx, "queued_jobs", 1).await?;
                let body = serde_json::to_value(&payload).map_err(|e| Fault::internal("describing an import", e))?;
                let detail = json!({ "collection": payload.collection, "files": names });
                let job = NewJob::new(IMPORT, title(&names), body).on(CPU).with_files(names);
                let id = enqueue(tx, &ctx_, Some(organization), job).await?;
                audit::record(tx, &ctx_, "import.started", "job", id, detail).await?;
                Ok(id)
            })
        })
        .await?;
    load_job(ctx, id).await
}

async fn checked_items(ctx: &Ctx, organization: OrganizationId, import: &Import) -> Result<Vec<Item>, Fault> {
    match import.files.len() + import.accessions.len() {
        0 => return Err(Fault::field("files", "choose at least one file, or name an accession such as GSE6344")),
        1..=MOST_FILES => {}
        many => return Err(Fault::field("files", format!("{many} are too many; import {MOST_FILES} at a time"))),
    }
    let mut items = Vec::new();
    for file in &import.files {
        items.push(Item::File(uploads::checked(ctx, organization, file).await?));
    }
    for said in &import.accessions {
        let accession = accession::parse(said)?;
        if !items.iter().any(|item| matches!(item, Item::Accession(known) if *known == accession)) {
            items.push(Item::Accession(accession));
        }
    }
    Ok(items)
}

/// The collection to write to: by id, or by name, made when the curator says so.
async fn own_collection(ctx: &Ctx, organization: OrganizationId, import: &Import) -> Result<CollectionId, Fault> {
    if let Some(id) = import.collection {
        let found = catalog::load_collection(ctx, id).await?;
        if found.owner != organization {
            let owner = found.owner_name;
            return Err(Fault::forbidden(format!("this collection belongs to {owner}; import into one of your own")));
        }
        return Ok(id);
    }
    let name = import.collection_name.as_deref().map(str::trim).filter(|name| !name.is_empty());
    let name = name.ok_or_else(|| Fault::field("collection", "say which collection to import into"))?;
    if let Some(found) = catalog::find_collection_by_name(ctx, name).await? {
        return Ok(found.id);
    }
    if !import.create_collection {
        return Err(Fault::field("collection", format!("there is no collection \"{name}\"; create it first")));
    }
    let input = CreateCollection { name: name.to_owned(), description: String::new() };
    match catalog::create_collection(ctx, input).await {
        Ok(made) => Ok(made.id),
        // Another import made it in between.
        Err(fault) if fault.kind == FaultKind::Conflict => {
            catalog::find_collection_by_name(ctx, name).await?.map(|found| found.id).ok_or(fault)
        }
        Err(fault) => Err(fault),
    }
}

fn title(names: &[String]) -> String {
    match names {
        [] => "Import".to_owned(),
        [one] => format!("Import {one}"),
        [first, second] => format!("Import {first} and {second}"),
        [first, rest @ ..] => format!("Import {first} and {} more", rest.len()),
    }
}

#[cfg(test)]
mod tests;
