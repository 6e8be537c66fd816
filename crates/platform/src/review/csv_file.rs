//! A list of values as a CSV file, for whoever goes on with it in a spreadsheet.

use super::list::check;
use super::sql;
use crate::Ctx;
use crate::catalog::csv_cell;
use bytes::Bytes;
use chorale_model::review::{ReviewFilter, ReviewOrder, ReviewValue};
use chorale_model::{Fault, QuestionId, Role};
use futures::stream::{self, BoxStream, StreamExt};

const HEADER: &str = "id,field,attribute,words,state,term,label,score,method,next_term,next_label,next_score,reason,\
                      samples,waiting,datasets\r\n";
/// Rows of one chunk.
const ROWS: usize = 500;

/// Everything that matches, in the order of the list. Which rows there are is settled at once, so that a decision meanwhile
/// neither doubles nor drops one; a fault until then is answered at once.
pub async fn export_values(
    ctx: &Ctx,
    filter: ReviewFilter,
    order: ReviewOrder,
) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    check(ctx, organization, &filter).await?;
    let ids = sql::list_ids(ctx.db(), organization, &filter, order.sort).await?;
    let chunks: Vec<Vec<QuestionId>> = ids.chunks(ROWS).map(<[QuestionId]>::to_vec).collect();
    let ctx = ctx.clone();
    let lines = stream::iter(chunks).then(move |ids| {
        let (ctx, filter) = (ctx.clone(), filter.clone());
        async move {
            let found = sql::list_named(ctx.db(), organization, &filter, &ids).await?;
            Ok(Bytes::from(found.iter().map(line).collect::<String>()))
        }
    });
    Ok(stream::once(async { Ok(Bytes::from_static(HEADER.as_bytes())) }).chain(lines).boxed())
}

fn line(one: &ReviewValue) -> String {
    let (next_term, next_label, next_score) = match &one.runner_up {
        Some(next) => (next.term.clone(), next.label.clone(), next.score.to_string()),
        None => Default::default(),
    };
    let cells = [
        one.id.to_string(),
        one.field.clone(),
        one.attribute.clone(),
        one.words.clone(),
        one.state.name().to_owned(),
        one.term.clone(),
        one.label.clone(),
        one.score.to_string(),
        one.method.clone(),
        next_term,
        next_label,
        next_score,
        one.reason.clone().unwrap_or_default(),
        one.samples.to_string(),
        one.waiting.to_string(),
        one.datasets.to_string(),
    ];
    let mut line = cells.map(|cell| csv_cell(&cell)).join(",");
    line.push_str("\r\n");
    line
}
