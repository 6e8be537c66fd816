//! What curators write about questions, and who is mentioned there.

use super::{get, post};
use crate::routes::{Access, Route, Schema};
use crate::web::{Answered, Caller, Input, Search};
use axum::Json;
use chorale_model::Page;
use chorale_model::comments::{
    Comment, Comments, CommentsOf, Mention, NewComment, Person, PersonQuery, ReadMentions, Unread,
};
use chorale_model::page::PageRequest;
use chorale_platform::review;
use http::StatusCode;

pub(super) fn routes() -> Vec<Route> {
    vec![
        get("/api/v1/review/comments", list)
            .access(Access::Curator)
            .query("collection=<reviewed_collection>&field=disease&question=<question>")
            .says(|o| {
                o.summary("review", "What curators wrote about a question, the oldest first; while several answer it without seeing each other, your own words alone")
                    .query("collection", "whose question it is")
                    .query("field", "its name")
                    .query("question", "its id")
                    .answers(Schema::of::<Comments>())
            }),
        post("/api/v1/review/comments", write)
            .access(Access::Curator)
            .json(
                r#"{"collection": "<reviewed_collection>", "field": "disease", "question": "<asked_question>", "text": "An example"}"#,
            )
            .says(|o| {
                o.summary("review", "Writes about a question; @handle mentions a member, who finds it among their mentions")
                    .takes(Schema::of::<NewComment>())
                    .status(201)
                    .answers(Schema::of::<Comment>())
            }),
        get("/api/v1/review/people", people).access(Access::Curator).query("q=").says(|o| {
            o.summary("review", "Members of your organization that a comment can mention, by a few letters")
                .query("q", "of a name or an address")
                .answers(Schema::page::<Person>())
        }),
        get("/api/v1/mentions", mentions).says(|o| {
            o.summary("review", "Comments that mention you, the newest first").paged().answers(Schema::page::<Mention>())
        }),
        post("/api/v1/mentions/read", read).access(Access::Scientist).json("{}").says(|o| {
            o.summary("review", "Marks one of your mentions as read, or all of them; how many are unread then")
                .takes(Schema::of::<ReadMentions>())
                .answers(Schema::of::<Unread>())
        }),
    ]
}

async fn list(Caller(ctx): Caller, Search(of): Search<CommentsOf>) -> Answered<Json<Comments>> {
    Ok(Json(review::list_comments(&ctx, of).await?))
}

async fn write(Caller(ctx): Caller, Input(new): Input<NewComment>) -> Answered<(StatusCode, Json<Comment>)> {
    Ok((StatusCode::CREATED, Json(review::comment(&ctx, new).await?)))
}

async fn people(Caller(ctx): Caller, Search(query): Search<PersonQuery>) -> Answered<Json<Page<Person>>> {
    Ok(Json(review::list_people(&ctx, query).await?))
}

async fn mentions(Caller(ctx): Caller, Search(page): Search<PageRequest>) -> Answered<Json<Page<Mention>>> {
    Ok(Json(review::list_mentions(&ctx, page).await?))
}

async fn read(Caller(ctx): Caller, Input(read): Input<ReadMentions>) -> Answered<Json<Unread>> {
    Ok(Json(review::read_mentions(&ctx, read).await?))
}
