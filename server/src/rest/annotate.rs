//! Suggestions of the annotators.

use super::post;
use crate::routes::{Route, Schema};
use crate::web::{Answered, Caller, Input};
use axum::Json;
use chorale_model::harmonize::{Annotate, Annotations};
use chorale_platform::harmonize;

pub(super) fn routes() -> Vec<Route> {
    vec![
        post("/api/v1/annotate", annotate)
            .json(
                r#"{"items": [{"id": "1", "text": "adjacent normal liver"},
                    {"id": "2", "attributes": {"tissue": "liver"}, "study": "GSE6344"}]}"#,
            )
            .says(|o| {
                o.summary("annotate", "Terms that the annotators suggest for texts or attributes, with their evidence")
                    .takes(Schema::of::<Annotate>())
                    .answers(Schema::of::<Annotations>())
            }),
    ]
}

async fn annotate(Caller(ctx): Caller, Input(asked): Input<Annotate>) -> Answered<Json<Annotations>> {
    Ok(Json(harmonize::annotate(&ctx, asked).await?))
}
