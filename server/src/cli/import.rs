//! `chorale import`: takes files of this machine in and can see their import through by itself.

use super::Answer;
use super::admin::organization_named;
use super::arguments::{Import, ImportFiles, ImportFrom};
use super::moving;
use super::refused::Refused;
use super::see_through::{see_through, whole};
use crate::Config;
use crate::start::{self, Schema};
use chorale_model::{Fault, sources as words};
use chorale_platform::{Ctx, sources};
use serde_json::json;
use std::path::Path;

pub(super) async fn import(config: Config, options: Import) -> Result<Answer, Refused> {
    match options {
        Import { from: Some(ImportFrom::Mlflow(options)), .. } => Ok(moving::mlflow(config, options).await?),
        Import { files: Some(options), .. } => files(config, options).await,
        Import { .. } => Err(Refused::not_understood(Fault::invalid(
            "name the files to import, or \"mlflow\" and a server or folder of MLflow's; --help says more",
        ))),
    }
}

async fn files(config: Config, options: ImportFiles) -> Result<Answer, Refused> {
    // Before the first upload: a typing error in the last path should not wait for the others.
    for path in &options.paths {
        readable(path)?;
    }
    let app = start::deployment(&config, Schema::Migrate).await?;
    let organization = organization_named(&app, &options.organization).await?;
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let mut files = Vec::with_capacity(options.paths.len());
    for path in &options.paths {
        files.push(sources::upload_local(&ctx, path).await?);
    }
    let asked = words::Import {
        collection_name: Some(options.collection.clone()),
        create_collection: true,
        files,
        ..words::Import::default()
    };
    let job = sources::start_import(&ctx, asked).await?;
    if !options.wait {
        app.db.close().await;
        return Ok(Answer::new(format!("{}\n", job.id), json!({ "job": job })));
    }
    let seen = see_through(&ctx, job.id, &options.collection).await;
    app.db.close().await;
    let job = seen?;
    whole(&job)?;
    let lines: Vec<String> =
        job.files.iter().map(|file| format!("{}: {} samples\n", file.name, file.samples)).collect();
    Ok(Answer::new(lines.concat(), json!({ "job": job })))
}

/// Refuses what cannot be imported, with what to do instead.
fn readable(path: &Path) -> Result<(), Fault> {
    let refuse = |why: String| Err(Fault::field("files", format!("{} {why}", path.display())));
    match std::fs::metadata(path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            refuse("does not exist; check the path".to_owned())
        }
        Err(error) => refuse(format!("cannot be looked at: {error}")),
        Ok(found) if found.is_dir() => {
            refuse(format!("is a folder; name the files in it, such as {}/*.soft.gz", path.display()))
        }
        Ok(found) if !found.is_file() => refuse("is no regular file; write it to one first".to_owned()),
        Ok(_) => match std::fs::File::open(path) {
            Ok(_) => Ok(()),
            Err(error) => refuse(format!("cannot be read: {error}; check its permissions")),
        },
    }
}
