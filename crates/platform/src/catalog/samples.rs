//! Samples as members see them: rows of a dataset's table, and one by itself.

use super::relations::resolve;
use super::sql::{attributes, datasets, json, samples as sql};
use super::{cursor, sql::datasets::SiblingRow};
use crate::Ctx;
use chorale_model::catalog::{Sample, SampleRow, SampleSort, Sibling};
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, Page, Role, SampleId, Time, VersionId};

/// The longest text to filter a table with.
const LONGEST_FILTER: usize = 200;

/// The samples of a dataset's version (the current one when absent) whose title, accession or attributes contain `q`.
pub async fn list_samples(
    ctx: &Ctx,
    dataset: DatasetId,
    version: Option<VersionId>,
    q: Option<&str>,
    sort: SampleSort,
    page: PageRequest,
) -> Result<Page<SampleRow>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    let found = datasets::find_owner(ctx.db(), organization, dataset).await?;
    let (owner, current, _) = found.ok_or_else(|| Fault::missing("dataset", dataset))?;
    let version = match version {
        None => VersionId(current),
        Some(version) => {
            let found = datasets::find_version(ctx.db(), organization, dataset, version).await?;
            found.map(|_| version).ok_or_else(|| Fault::missing("dataset version", version))?
        }
    };
    let pattern = pattern_of(q.unwrap_or_default().trim())?;
    let (text, position): (String, i64) = cursor::decode(page.cursor.as_ref())?.unwrap_or((String::new(), -1));
    let place = sql::Place { text: &text, position };
    let rows = sql::list(ctx.db(), OrganizationId(owner), version, sort, &pattern, place, limit + 1).await?;
    let rows = rows.into_iter().map(SampleRow::try_from).collect::<Result<Vec<_>, _>>()?;
    Ok(Page::cut(rows, limit, |row: &SampleRow| match sort {
        SampleSort::Position => cursor::encode(("", row.position)),
        SampleSort::Accession => cursor::encode((&row.accession, row.position)),
        SampleSort::Title => cursor::encode((&row.title, row.position)),
    }))
}

/// Those of these samples that the dataset's current version holds, in its order.
pub async fn list_samples_by_id(ctx: &Ctx, dataset: DatasetId, ids: &[SampleId]) -> Result<Vec<SampleRow>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let found = datasets::find_owner(ctx.db(), organization, dataset).await?;
    let (owner, current, _) = found.ok_or_else(|| Fault::missing("dataset", dataset))?;
    let rows = sql::list_by_id(ctx.db(), OrganizationId(owner), VersionId(current), ids).await?;
    rows.into_iter().map(SampleRow::try_from).collect()
}

/// The sample as the newest dataset that holds it says it.
pub async fn load_sample(ctx: &Ctx, id: SampleId) -> Result<Sample, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::find(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("sample", id))?;
    let owner = OrganizationId(row.organization);
    let siblings: Vec<SiblingRow> = sql::list_datasets(ctx.db(), owner, id).await?;
    Ok(Sample {
        id,
        owner,
        collection: CollectionId(row.collection),
        accession: row.accession,
        title: row.title,
        organisms: json(&row.organisms)?,
        platform: row.platform,
        attributes: attributes(&row.attributes)?,
        relations: resolve(ctx.db(), organization, json(&row.relations)?).await?,
        datasets: siblings.into_iter().map(Sibling::from).collect(),
        updated_at: Time(row.updated_at),
    })
}

/// `like` pattern of a text that must be contained; empty for everything.
fn pattern_of(q: &str) -> Result<String, Fault> {
    if q.chars().count() > LONGEST_FILTER {
        return Err(Fault::field("q", format!("filter with at most {LONGEST_FILTER} characters")));
    }
    if q.is_empty() {
        return Ok(String::new());
    }
    let mut pattern = String::from("%");
    for letter in q.to_ascii_lowercase().chars() {
        if matches!(letter, '%' | '_' | '!') {
            pattern.push('!');
        }
        pattern.push(letter);
    }
    pattern.push('%');
    Ok(pattern)
}
