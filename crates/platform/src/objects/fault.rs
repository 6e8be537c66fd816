//! What a store's error means: absent, refused, or out of reach. Its own words stay in the cause, for the log.

use chorale_model::{Fault, FaultKind};
use object_store::Error;

pub fn read_fault(key: &str, error: Error) -> Fault {
    match error {
        Error::NotFound { .. } => Fault::missing("object", key),
        other => store_fault("reading", key, other),
    }
}

pub fn write_fault(key: &str, error: Error) -> Fault {
    store_fault("writing", key, error)
}

fn store_fault(doing: &str, key: &str, error: Error) -> Fault {
    let (kind, message) = match &error {
        Error::PermissionDenied { .. } | Error::Unauthenticated { .. } => (
            FaultKind::Internal,
            format!(
                "the object store refuses {doing} \"{key}\"; check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and their policy"
            ),
        ),
        // No bucket, or a folder that is gone.
        Error::NotFound { .. } => {
            (FaultKind::Internal, format!("the object store has no place for \"{key}\"; check objects_url"))
        }
        // The client has tried again by itself before it says so.
        Error::Generic { store: "S3", .. } => {
            (FaultKind::Busy, format!("the object store does not answer {doing} \"{key}\"; try again in a moment"))
        }
        _ => return Fault::internal(&format!("{doing} an object"), error),
    };
    Fault { cause: Some(error.to_string()), ..Fault::new(kind, message) }
}
