//! Collections, imports without files, and jobs.

use super::answer::{Done, Refusal, answer, ctx};
use chorale_model::catalog::CreateCollection as NewCollection;
use chorale_model::sources::{ColumnMeaning, Import, TableMapping, UploadedFile};
use chorale_platform::{catalog, jobs, sources};
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "create_collection")]
pub async fn create_collection(name: String, #[server(default)] description: String) -> Result<(), Refusal> {
    answer("create_collection", async {
        let made = catalog::create_collection(&ctx()?, NewCollection { name, description }).await?;
        Ok(Done::goes(format!("/collections/{}", made.id)))
    })
    .await
}

/// Accessions between spaces, commas or line ends.
#[server(prefix = "/_fn", endpoint = "import_accessions")]
pub async fn import_accessions(collection: String, accessions: String) -> Result<(), Refusal> {
    answer("import_accessions", async {
        let named = accessions.split([' ', ',', ';', '\n', '\r', '\t']).filter(|word| !word.is_empty());
        let import = Import { accessions: named.map(str::to_owned).collect(), ..into(collection) };
        let job = sources::start_import(&ctx()?, import).await?;
        Ok(Done::goes(format!("/jobs/{}", job.id)))
    })
    .await
}

/// A table whose columns were explained in a form; its bytes are already here.
#[server(prefix = "/_fn", endpoint = "import_mapped")]
pub async fn import_mapped(
    collection: String,
    name: String,
    sha256: String,
    size_bytes: i64,
    columns: Vec<ColumnMeaning>,
) -> Result<(), Refusal> {
    answer("import_mapped", async {
        let file = UploadedFile { name, sha256, size_bytes };
        let import = Import { files: vec![file], mapping: Some(TableMapping { columns }), ..into(collection) };
        let job = sources::start_import(&ctx()?, import).await?;
        Ok(Done::goes(format!("/jobs/{}", job.id)))
    })
    .await
}

fn into(collection: String) -> Import {
    Import { collection_name: Some(collection), create_collection: true, ..Import::default() }
}

#[server(prefix = "/_fn", endpoint = "cancel_job")]
pub async fn cancel_job(job: String) -> Result<(), Refusal> {
    answer("cancel_job", async {
        let job = jobs::cancel_job(&ctx()?, job.parse()?).await?;
        let said = if job.state.ended() { "was cancelled" } else { "stops at its next step" };
        Ok(Done::said(format!("{} {said}.", job.title)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "retry_job")]
pub async fn retry_job(job: String) -> Result<(), Refusal> {
    answer("retry_job", async {
        let job = jobs::retry_job(&ctx()?, job.parse()?).await?;
        Ok(Done::said(format!("{} waits for a worker again.", job.title)))
    })
    .await
}
