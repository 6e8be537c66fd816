//! `chorale backup` and `chorale restore`.

use super::Answer;
use crate::Config;
use crate::start::{self, Schema};
use chorale_model::Fault;
use chorale_platform::{Db, care, objects::Objects};
use std::path::Path;

pub(super) async fn backup(config: Config, to: &Path) -> Result<Answer, Fault> {
    let app = start::deployment(&config, Schema::Check).await?;
    let report = care::backup(&app, &config.database_url, to).await?;
    app.db.close().await;
    let json = serde_json::to_value(&report).map_err(|e| Fault::internal("describing the backup", e))?;
    let text = format!(
        "{}: the database ({} bytes) and {} objects ({} bytes)\n",
        to.display(),
        report.database_bytes,
        report.objects,
        report.objects_bytes
    );
    Ok(Answer::new(text, json))
}

pub(super) async fn restore(config: Config, from: &Path) -> Result<Answer, Fault> {
    let objects = Objects::open(&config.objects_url)?;
    let report = care::restore(&config.database_url, &objects, from).await?;
    // An older backup comes up to date at once, and what is wrong with it shows now.
    let db = Db::open(&config.database_url).await?;
    db.migrate().await?;
    db.close().await;
    let json = serde_json::to_value(&report).map_err(|e| Fault::internal("describing the restore", e))?;
    let text = format!(
        "the database and {} objects are back; {} raw files were checked against their SHA-256\n",
        report.objects_copied, report.objects_verified
    );
    Ok(Answer::new(text, json))
}
