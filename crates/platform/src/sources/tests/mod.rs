//! Imports of real files, end to end by their job, on both engines.

mod changes;
mod crashes;
mod downloads;
mod fetching;
mod files;
mod hostile;
mod reads;
mod series;
mod values;

use super::*;
use crate::db::tests::each_engine;
use crate::jobs::{Handler, run_until_idle};
use crate::{Deployment, db, testing};
use chorale_model::catalog::{DatasetRow, DatasetSort};
use chorale_model::jobs::JobState;
use chorale_model::page::PageRequest;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// The folder of real files. It is required: without it these tests would prove nothing.
pub fn shared_data() -> PathBuf {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let folder = std::env::var_os("CHORALE_SHARED_DATA").map_or_else(beside, PathBuf::from);
    assert!(
        folder.join("geo").is_dir(),
        "no real data at {}: set CHORALE_SHARED_DATA to the folder that holds geo/",
        folder.display()
    );
    folder
}

pub fn geo(path: &str) -> PathBuf {
    shared_data().join("geo").join(path)
}

pub fn family(accession: &str) -> PathBuf {
    geo(&format!("family_soft/{accession}_family.soft.gz"))
}

/// Two organizations on a clock that stands still until it is moved.
pub async fn each_deployment() -> Vec<[Ctx; 2]> {
    let mut all = Vec::new();
    for db in each_engine().await {
        all.push(two_organizations(testing::deployment(db)).await);
    }
    all
}

pub async fn two_organizations(app: Arc<Deployment>) -> [Ctx; 2] {
    let (a, b) = (testing::organization(&app, "a").await, testing::organization(&app, "b").await);
    [Ctx::operator(app.clone(), Some(a)), Ctx::operator(app, Some(b))]
}

pub fn handlers() -> Vec<Arc<dyn Handler>> {
    vec![Arc::new(ImportHandler), Arc::new(crate::catalog::Sweep)]
}

/// Bytes as a curator's upload.
pub async fn upload(ctx: &Ctx, name: &str, bytes: &[u8]) -> UploadedFile {
    let mut upload = begin_upload(ctx, name).unwrap();
    upload.write(bytes).await.unwrap();
    upload.finish().await.unwrap()
}

pub fn into_test(files: Vec<UploadedFile>) -> Import {
    Import { collection_name: Some("test".into()), create_collection: true, files, ..Default::default() }
}

/// Starts the import and runs its job to the end.
pub async fn import(ctx: &Ctx, import: Import) -> Job {
    let job = start_import(ctx, import).await.unwrap();
    assert_eq!(job.state, JobState::Queued);
    run_until_idle(&ctx.app, &handlers()).await.unwrap();
    load_job(ctx, job.id).await.unwrap()
}

pub async fn import_paths(ctx: &Ctx, paths: &[PathBuf]) -> Job {
    let mut files = Vec::new();
    for path in paths {
        files.push(upload_local(ctx, path).await.unwrap());
    }
    import(ctx, into_test(files)).await
}

pub async fn import_text(ctx: &Ctx, name: &str, text: &str) -> Job {
    let file = upload(ctx, name, text.as_bytes()).await;
    import(ctx, into_test(vec![file])).await
}

pub fn all() -> PageRequest {
    PageRequest { cursor: None, limit: Some(500) }
}

pub async fn collection(ctx: &Ctx) -> chorale_model::catalog::Collection {
    catalog::find_collection_by_name(ctx, "test").await.unwrap().unwrap()
}

pub async fn datasets(ctx: &Ctx) -> Vec<DatasetRow> {
    let id = collection(ctx).await.id;
    catalog::list_datasets(ctx, id, DatasetSort::Accession, all()).await.unwrap().items
}
