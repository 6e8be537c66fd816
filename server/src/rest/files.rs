//! Downloads: raw files and value tables.

use super::get;
use crate::routes::{Route, Schema};
use crate::web::pace::Pace;
use crate::web::{Answered, Caller, PathId};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use chorale_model::FileId;
use chorale_platform::catalog;
use http::header::{CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE};

pub(super) fn routes() -> Vec<Route> {
    vec![get("/api/v1/files/{file}/content", content).pace(Pace::Stream).says(|o| {
        o.summary("files", "The bytes of a file, as they came in or as Parquet")
            .path("file", "its id")
            .answers_as("application/octet-stream", Schema::binary())
    })]
}

async fn content(Caller(ctx): Caller, PathId(id): PathId<FileId>) -> Answered<Response> {
    let (file, bytes) = catalog::open_file(&ctx, id).await?;
    let type_ = if file.kind == "values" { "application/vnd.apache.parquet" } else { "application/octet-stream" };
    let headers = [
        (CONTENT_TYPE, type_.to_owned()),
        (CONTENT_LENGTH, file.size_bytes.to_string()),
        (CONTENT_DISPOSITION, attachment(&file.name)),
    ];
    Ok((headers, Body::from_stream(bytes)).into_response())
}

/// A download's name, in ASCII for old clients and in UTF-8 (RFC 6266) for the others. Never a path.
pub(crate) fn attachment(name: &str) -> String {
    let label = name.rsplit(['/', '\\']).next().unwrap_or_default();
    let plain: String = label
        .chars()
        .map(|c| if c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-') { c } else { '_' })
        .collect();
    let full = percent_encoding::utf8_percent_encode(label, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{full}")
}

#[cfg(test)]
mod tests {
    use super::attachment;

    #[test]
    fn a_name_cannot_leave_its_header() {
        assert_eq!(
            attachment("../../a\"b\r\n.txt"),
            "attachment; filename=\"a_b__.txt\"; filename*=UTF-8''a%22b%0D%0A%2Etxt"
        );
    }
}
