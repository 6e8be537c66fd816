//! Scores of what is accepted and of what waits, for automatic curation.

use crate::Db;
use crate::db::sql;
use chorale_model::automatic::ThresholdChange;
use chorale_model::{CollectionId, Fault, OrganizationId};

/// Wait by their score alone; `$3` and `$4` are how such reasons begin.
macro_rules! by_score {
    () => {
        "waiting > 0 and (reason like $3 or reason like $4)"
    };
}

/// An annotator's word, of which nothing waits.
macro_rules! automatic {
    () => {
        "waiting = 0 and method <> 'curation' and method <> 'submitter'"
    };
}

fn beginning([one, two]: [&str; 2]) -> [String; 2] {
    [format!("{one}%"), format!("{two}%")]
}

macro_rules! scores {
    () => {
        concat!(
            "select field, band, cast(sum(waiting) as bigint) as waiting, cast(sum(case when ",
            by_score!(),
            " then waiting else 0 end) as bigint) as by_score, cast(sum(case when ",
            automatic!(),
            " then samples else 0 end) as bigint) as automatic from review_values \
             where organization = $1 and collection = $2 "
        )
    };
}

pub async fn count_scores(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    field: Option<&str>,
    reasons: [&str; 2],
) -> Result<Vec<crate::review::ScoreCount>, Fault> {
    let [one, two] = beginning(reasons);
    let query = match field {
        None => sql(concat!(scores!(), "group by field, band")),
        Some(_) => sql(concat!(scores!(), "and field = $5 group by field, band")),
    };
    let query = query.bind(organization).bind(collection).bind(one).bind(two);
    let query = if let Some(field) = field { query.bind(field) } else { query };
    query.all(db).await
}

/// Collection, field, the score that is accepted, the one below which all waits, and how reasons begin.
type Accepted<'a> = (CollectionId, &'a str, f64, f64, [&'a str; 2]);

macro_rules! accepted {
    () => {
        concat!(
            "from review_values where organization = $1 and collection = $2 and field = $5 and ((",
            by_score!(),
            " and score >= $6) or (",
            automatic!(),
            " and score < $7))"
        )
    };
}

fn with_accepted(
    query: crate::db::Query,
    organization: OrganizationId,
    (collection, field, from, below, reasons): Accepted,
) -> crate::db::Query {
    let [one, two] = beginning(reasons);
    query.bind(organization).bind(collection).bind(one).bind(two).bind(field).bind(from).bind(below)
}

/// Samples and questions that would be accepted, and those that would wait.
pub async fn count_accepted(
    db: &Db,
    organization: OrganizationId,
    of: Accepted<'_>,
) -> Result<(i64, i64, i64, i64), Fault> {
    let text = concat!(
        "select cast(coalesce(sum(waiting), 0) as bigint), count(distinct case when waiting > 0 then id end), \
         cast(coalesce(sum(case when waiting = 0 then samples else 0 end), 0) as bigint), \
         count(distinct case when waiting = 0 then id end) ",
        accepted!()
    );
    with_accepted(sql(text), organization, of).one(db).await
}

/// The questions on most samples of them.
pub async fn list_accepted(
    db: &Db,
    organization: OrganizationId,
    of: Accepted<'_>,
    limit: i64,
) -> Result<Vec<ThresholdChange>, Fault> {
    let text = concat!(
        "select min(attribute), min(words), min(term), min(label), min(score), \
         cast(sum(case when waiting > 0 then waiting else samples end) as bigint), max(waiting) > 0 ",
        accepted!(),
        " group by id order by sum(case when waiting > 0 then waiting else samples end) desc, id limit $8"
    );
    let rows: Vec<(String, String, String, String, f64, i64, bool)> =
        with_accepted(sql(text), organization, of).bind(limit).all(db).await?;
    let change = |(attribute, words, term, label, score, samples, accepted)| ThresholdChange {
        attribute,
        words,
        term,
        label,
        score,
        samples,
        accepted,
    };
    Ok(rows.into_iter().map(change).collect())
}
