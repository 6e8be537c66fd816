//! Questions of one field of a collection, as people look at them.

use super::gather::BANDS;
use super::gather::unseen;
use super::sql;
use crate::{Ctx, catalog, harmonize};
use chorale_model::fields::Field;
use chorale_model::page::PageRequest;
use chorale_model::review::{ReviewFilter, ReviewOrder, ReviewValue, ReviewValues};
use chorale_model::{Fault, OrganizationId, QuestionId, Role};

/// Longer texts are no filter.
const LONGEST: usize = 200;
/// So far a list is paged; whoever wants more narrows it.
const FARTHEST: i64 = 100_000;

/// What sources say in one field, with what it would become: those that settle most samples first.
pub async fn list_values(
    ctx: &Ctx,
    filter: ReviewFilter,
    order: ReviewOrder,
    page: PageRequest,
) -> Result<ReviewValues, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    check(ctx, organization, &filter).await?;
    let offset = match &page.cursor {
        None => 0,
        Some(text) => text
            .parse()
            .ok()
            .filter(|offset| (0..=FARTHEST).contains(offset))
            .ok_or_else(|| Fault::field("cursor", "is none of this list's; begin again without one"))?,
    };
    let db = ctx.db();
    let (mut items, (values, waiting), counted, gathering) = futures::try_join!(
        sql::list_values(db, organization, &filter, order.sort, offset, limit + 1),
        sql::count_values(db, organization, &filter),
        sql::count_bands(db, organization, filter.collection, &filter.field),
        is_gathering(ctx, organization),
    )?;
    let more = items.len() as i64 > limit;
    items.truncate(usize::try_from(limit).unwrap_or(0));
    let mut bands = vec![0; BANDS as usize];
    for (band, samples) in counted {
        if let Some(count) = usize::try_from(band).ok().and_then(|band| bands.get_mut(band)) {
            *count = samples;
        }
    }
    let next_cursor = more.then(|| (offset + limit).to_string());
    Ok(ReviewValues { items, next_cursor, values, waiting, bands, gathering })
}

/// One question of a field, whether it waits or not.
pub async fn load_question(ctx: &Ctx, filter: &ReviewFilter, id: QuestionId) -> Result<ReviewValue, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    check(ctx, organization, filter).await?;
    sql::find_question(ctx.db(), organization, filter, id).await?.ok_or_else(|| Fault::missing("question", id))
}

/// Whether a filter means something: the collection is the asker's own and has the field. The field.
pub async fn check(ctx: &Ctx, organization: OrganizationId, filter: &ReviewFilter) -> Result<Field, Fault> {
    let collection = catalog::load_collection(ctx, filter.collection).await?;
    if collection.owner != organization {
        let why = "this collection is another organization's, who alone reviews it";
        return Err(Fault::forbidden(why));
    }
    if filter.q.chars().count() > LONGEST {
        return Err(Fault::field("q", format!("is too long; at most {LONGEST} characters are looked for")));
    }
    for (name, score) in [("least", filter.least), ("most", filter.most)] {
        if score.is_some_and(|score| !(0.0..=1.0).contains(&score)) {
            return Err(Fault::field(name, "is no score; scores lie between 0 and 1"));
        }
    }
    let fields = harmonize::fields_of(ctx, filter.collection).await?.fields;
    let names = || fields.iter().map(|field| field.name.as_str()).collect::<Vec<_>>().join(", ");
    fields.iter().find(|field| field.name == filter.field).cloned().ok_or_else(|| {
        Fault::field("field", format!("\"{}\" is no field of {}; it has {}", filter.field, collection.name, names()))
    })
}

/// Whether values changed that are not gathered yet.
async fn is_gathering(ctx: &Ctx, organization: OrganizationId) -> Result<bool, Fault> {
    Ok(!unseen(&ctx.app, organization).await?.changed.is_empty())
}
