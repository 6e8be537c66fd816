//! A fault as MLflow's clients read it: `{"error_code": …, "message": …}` with the status that belongs to the code
//! (`mlflow/exceptions.py`). Clients send again what failed with 429 and 5xx, so what is wrong in a request never is one.

use chorale_model::{Fault, FaultKind};
use http::StatusCode;
use serde_json::{Value, json};

/// Paths whose answers are read by MLflow's clients.
pub fn speaks(path: &str) -> bool {
    let asked = path.starts_with("/api/") && !path.starts_with("/api/v1/") && path.contains("/mlflow");
    asked || ["/get-artifact", "/model-versions/get-artifact"].contains(&path)
}

pub fn code(kind: FaultKind) -> (&'static str, StatusCode) {
    match kind {
        FaultKind::Invalid => ("INVALID_PARAMETER_VALUE", StatusCode::BAD_REQUEST),
        FaultKind::Unauthenticated => ("UNAUTHENTICATED", StatusCode::UNAUTHORIZED),
        FaultKind::Forbidden => ("PERMISSION_DENIED", StatusCode::FORBIDDEN),
        FaultKind::Missing => ("RESOURCE_DOES_NOT_EXIST", StatusCode::NOT_FOUND),
        FaultKind::Conflict => ("RESOURCE_ALREADY_EXISTS", StatusCode::BAD_REQUEST),
        FaultKind::TooLarge => ("INVALID_PARAMETER_VALUE", StatusCode::PAYLOAD_TOO_LARGE),
        FaultKind::Limited => ("REQUEST_LIMIT_EXCEEDED", StatusCode::TOO_MANY_REQUESTS),
        FaultKind::Busy => ("TEMPORARILY_UNAVAILABLE", StatusCode::SERVICE_UNAVAILABLE),
        FaultKind::Internal => ("INTERNAL_ERROR", StatusCode::INTERNAL_SERVER_ERROR),
    }
}

/// The body and the status of a fault.
pub fn of(fault: &Fault) -> (Value, StatusCode) {
    let (code, status) = code(fault.kind);
    (json!({ "error_code": code, "message": in_their_words(fault) }), status)
}

/// Some fields have other names in MLflow's requests.
fn in_their_words(fault: &Fault) -> String {
    let theirs = |ours: &str| match ours {
        "limit" => Some("max_results"),
        "cursor" => Some("page_token"),
        "experiments" => Some("experiment_ids"),
        "runs" => Some("run_id"),
        _ => None,
    };
    let field = fault.fields.first().and_then(|one| Some((theirs(&one.field)?, &one.message)));
    field.map_or_else(|| fault.message.clone(), |(name, why)| format!("{name}: {why}"))
}

/// For an address that MLflow's interface has and this one does not, or that neither has, or that takes another method.
pub fn no_endpoint(path: &str) -> (Value, StatusCode) {
    let message = format!(
        "{path} is not answered here, or not with this method; the documentation names what is missing of MLflow's interface"
    );
    (json!({ "error_code": "ENDPOINT_NOT_FOUND", "message": message }), StatusCode::NOT_FOUND)
}
