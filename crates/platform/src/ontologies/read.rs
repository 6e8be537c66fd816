//! From a release's object back to its terms, off the async threads.

use super::sql::InUse;
use crate::Deployment;
use chorale_model::{Fault, FaultKind};
use chorale_ontology::Release;

/// The terms of an installed release. Its bytes are those that were installed, or it is a fault.
pub async fn release(app: &Deployment, of: &InUse) -> Result<Release, Fault> {
    let bytes = app.objects.get(&of.object_key).await.map_err(|fault| match fault.kind {
        FaultKind::Missing => Fault::conflict(format!(
            "the file of {} {} is gone from the object store; install it again, or restore it from a backup",
            of.name, of.version
        )),
        _ => fault,
    })?;
    let read = tokio::task::spawn_blocking(move || chorale_ontology::read(&bytes)).await;
    let read = read.map_err(|e| Fault::internal("reading an ontology", e))?;
    let damaged = |why: String| Fault::internal("reading an ontology", format!("{} {}: {why}", of.name, of.version));
    let mut release = read.map_err(|error| damaged(error.to_string()))?;
    if release.sha256 != of.sha256 {
        return Err(damaged(format!("the object \"{}\" has another SHA-256 than {}", of.object_key, of.sha256)));
    }
    // Some formats do not say their version; it was found when the release was installed.
    release.version.clone_from(&of.version);
    Ok(release)
}
