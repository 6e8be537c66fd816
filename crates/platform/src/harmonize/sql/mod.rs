//! Every statement on fields, annotations, their counts and their history.

use crate::db::{Target, Value, insert_many, sql, sql_in};
use crate::{Db, Tx};
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, SampleId, VersionId};
use uuid::Uuid;

mod heads;

pub use heads::*;

#[derive(Clone, sqlx_macros::FromRow)]
pub struct FieldsRow {
    pub version: i64,
    pub fields: String,
    pub updated_at: i64,
    pub updated_by: String,
}

pub async fn find_fields<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    collection: CollectionId,
) -> Result<Option<FieldsRow>, Fault> {
    sql("select version, fields, updated_at, updated_by from collection_fields \
         where organization = $1 and collection = $2")
    .bind(organization)
    .bind(collection)
    .optional(on)
    .await
}

/// False: the version in the table is not `before`.
pub async fn put_fields(
    tx: &mut Tx,
    organization: OrganizationId,
    collection: CollectionId,
    before: i64,
    row: &FieldsRow,
) -> Result<bool, Fault> {
    let put = if before == 0 {
        sql("insert into collection_fields (version, fields, updated_at, updated_by, organization, collection) \
             values ($1, $2, $3, $4, $5, $6) on conflict do nothing")
    } else {
        sql("update collection_fields set version = $1, fields = $2, updated_at = $3, updated_by = $4 \
             where organization = $5 and collection = $6 and version = $1 - 1")
    };
    let put = put.bind(row.version).bind(&row.fields).bind(row.updated_at).bind(&row.updated_by);
    Ok(put.bind(organization).bind(collection).run(tx).await? == 1)
}

/// What is kept of one sample.
#[derive(Clone, sqlx_macros::FromRow)]
pub struct AnnotationRow {
    pub sample: Uuid,
    pub annotator_version: String,
    pub found: String,
    pub annotated_at: i64,
}

pub async fn list_annotations(
    db: &Db,
    organization: OrganizationId,
    samples: &[SampleId],
) -> Result<Vec<AnnotationRow>, Fault> {
    if samples.is_empty() {
        return Ok(Vec::new());
    }
    sql_in(
        "select sample, annotator_version, found, annotated_at from annotations \
         where organization = $1 and sample in",
        vec![organization.into()],
        samples.iter().map(|id| Value::from(*id)).collect(),
        "",
    )
    .all(db)
    .await
}

/// A sample of a dataset's current version, with what is known of it.
#[derive(sqlx_macros::FromRow)]
pub struct MemberRow {
    pub position: i64,
    pub sample: Uuid,
    pub annotator_version: Option<String>,
    pub found: Option<String>,
}

pub async fn list_members(
    db: &Db,
    owner: OrganizationId,
    dataset: DatasetId,
    after: i64,
    limit: i64,
) -> Result<Vec<MemberRow>, Fault> {
    sql("select m.position, m.sample, a.annotator_version, a.found from datasets d \
         join version_samples m on m.organization = d.organization and m.version = d.current_version \
         left join annotations a on a.organization = m.organization and a.sample = m.sample \
         where d.organization = $1 and d.id = $2 and m.position > $3 order by m.position limit $4")
    .bind(owner)
    .bind(dataset)
    .bind(after)
    .bind(limit)
    .all(db)
    .await
}

/// Which of these samples a dataset holds, with their accessions.
pub async fn list_named(
    db: &Db,
    owner: OrganizationId,
    dataset: DatasetId,
    samples: &[SampleId],
) -> Result<Vec<(SampleId, String)>, Fault> {
    if samples.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid, String)> = sql_in(
        "select s.id, s.accession from datasets d \
         join version_samples m on m.organization = d.organization and m.version = d.current_version \
         join samples s on s.organization = m.organization and s.id = m.sample \
         where d.organization = $1 and d.id = $2 and m.sample in",
        vec![owner.into(), dataset.into()],
        samples.iter().map(|id| Value::from(*id)).collect(),
        "",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, accession)| (SampleId(id), accession)).collect())
}

pub async fn put_annotations(
    tx: &mut Tx,
    organization: OrganizationId,
    annotator_version: &str,
    now: i64,
    rows: Vec<(SampleId, Uuid, String)>,
) -> Result<(), Fault> {
    let rows: Vec<[Value; 6]> = rows
        .into_iter()
        .map(|(sample, version, found)| {
            [organization.into(), sample.into(), version.into(), annotator_version.into(), found.into(), now.into()]
        })
        .collect();
    insert_many(
        tx,
        "insert into annotations (organization, sample, sample_version, annotator_version, found, annotated_at)",
        rows,
        "on conflict (organization, sample) do update set sample_version = excluded.sample_version, \
         annotator_version = excluded.annotator_version, found = excluded.found, annotated_at = excluded.annotated_at",
    )
    .await
    .map(drop)
}

#[derive(Clone, sqlx_macros::FromRow)]
pub struct DatasetRow {
    pub version: Uuid,
    pub annotator_version: String,
    pub stated: String,
    pub samples: i64,
    pub counts: String,
    pub annotated_at: i64,
}

pub async fn find_dataset(
    db: &Db,
    organization: OrganizationId,
    dataset: DatasetId,
) -> Result<Option<DatasetRow>, Fault> {
    sql("select version, annotator_version, stated, samples, counts, annotated_at from annotated_datasets \
         where organization = $1 and dataset = $2")
    .bind(organization)
    .bind(dataset)
    .optional(db)
    .await
}

pub async fn put_dataset(
    tx: &mut Tx,
    organization: OrganizationId,
    dataset: DatasetId,
    row: &DatasetRow,
) -> Result<(), Fault> {
    sql("insert into annotated_datasets (organization, dataset, version, annotator_version, stated, samples, counts, \
         annotated_at) values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict (organization, dataset) do update set \
         version = excluded.version, annotator_version = excluded.annotator_version, stated = excluded.stated, \
         samples = excluded.samples, counts = excluded.counts, annotated_at = excluded.annotated_at")
    .bind(organization)
    .bind(dataset)
    .bind(row.version)
    .bind(&row.annotator_version)
    .bind(&row.stated)
    .bind(row.samples)
    .bind(&row.counts)
    .bind(row.annotated_at)
    .run(tx)
    .await
    .map(drop)
}

/// Puts other counts in the place of those that were made at `made_at`; false: they are newer.
pub async fn put_counts(
    tx: &mut Tx,
    organization: OrganizationId,
    dataset: DatasetId,
    made_at: i64,
    counts: &str,
) -> Result<bool, Fault> {
    let put = sql("update annotated_datasets set counts = $4 \
         where organization = $1 and dataset = $2 and annotated_at = $3")
    .bind(organization)
    .bind(dataset)
    .bind(made_at)
    .bind(counts)
    .run(tx)
    .await?;
    Ok(put == 1)
}

/// A value of a sample of these datasets is written.
pub async fn count_change(
    tx: &mut Tx,
    organization: OrganizationId,
    datasets: impl IntoIterator<Item = DatasetId>,
) -> Result<(), Fault> {
    for dataset in datasets {
        sql("insert into dataset_sums (organization, dataset, changes) select organization, id, 1 from datasets \
             where organization = $1 and id = $2 on conflict (organization, dataset) \
             do update set changes = dataset_sums.changes + 1")
        .bind(organization)
        .bind(dataset)
        .run(&mut *tx)
        .await?;
    }
    Ok(())
}

/// Datasets that are there now with how often values of their samples were written.
pub async fn list_changes(db: &Db, organization: OrganizationId) -> Result<Vec<(DatasetId, i64)>, Fault> {
    let rows: Vec<(Uuid, i64)> = sql("select d.id, t.changes from datasets d \
         join dataset_sums t on t.organization = d.organization and t.dataset = d.id \
         where d.organization = $1 and d.current_version is not null order by d.id")
    .bind(organization)
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, changes)| (DatasetId(id), changes)).collect())
}

#[derive(sqlx_macros::FromRow)]
pub struct SumsRow {
    pub changes: i64,
    pub sums: Option<String>,
    /// They are of the current version, and nothing changed since.
    pub holds: bool,
}

pub async fn find_sums(db: &Db, organization: OrganizationId, dataset: DatasetId) -> Result<Option<SumsRow>, Fault> {
    sql("select t.changes, t.sums, t.summed is not null and t.summed = t.changes and t.version = d.current_version \
         as holds from datasets d join dataset_sums t on t.organization = d.organization and t.dataset = d.id \
         where d.organization = $1 and d.id = $2")
    .bind(organization)
    .bind(dataset)
    .optional(db)
    .await
}

/// Keeps sums that know `changes`, if they are still the last ones.
pub async fn put_sums(
    tx: &mut Tx,
    organization: OrganizationId,
    dataset: DatasetId,
    changes: i64,
    version: VersionId,
    sums: &str,
) -> Result<(), Fault> {
    sql("update dataset_sums set version = $4, summed = changes, sums = $5 \
         where organization = $1 and dataset = $2 and changes = $3")
    .bind(organization)
    .bind(dataset)
    .bind(changes)
    .bind(version)
    .bind(sums)
    .run(tx)
    .await
    .map(drop)
}

/// A sample of the organization, with what is known of it.
#[derive(sqlx_macros::FromRow)]
pub struct SampleRow {
    pub sample: Uuid,
    pub collection: Uuid,
    pub annotator_version: Option<String>,
    pub found: Option<String>,
}

/// All samples of the organization, annotated or not, in the order of their ids.
pub async fn list_samples_after(
    db: &Db,
    organization: OrganizationId,
    after: Uuid,
    limit: i64,
) -> Result<Vec<SampleRow>, Fault> {
    sql("select s.id as sample, s.collection, a.annotator_version, a.found from samples s \
         left join annotations a on a.organization = s.organization and a.sample = s.id \
         where s.organization = $1 and s.id > $2 order by s.id limit $3")
    .bind(organization)
    .bind(after)
    .bind(limit)
    .all(db)
    .await
}

pub async fn count_annotations(db: &Db, organization: OrganizationId) -> Result<i64, Fault> {
    let (count,): (i64,) =
        sql("select count(*) from annotations where organization = $1").bind(organization).one(db).await?;
    Ok(count)
}

/// Those of these samples that the current version of a dataset holds.
pub async fn list_held(db: &Db, organization: OrganizationId, samples: Vec<SampleId>) -> Result<Vec<SampleId>, Fault> {
    if samples.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<(Uuid,)> = sql_in(
        "select distinct m.sample from version_samples m join datasets d on d.organization = m.organization \
         and d.current_version = m.version where m.organization = $1 and m.sample in",
        vec![organization.into()],
        samples.into_iter().map(Value::from).collect(),
        "",
    )
    .all(db)
    .await?;
    Ok(rows.into_iter().map(|(id,)| SampleId(id)).collect())
}

/// Samples and counts of the annotated datasets of a collection that are there now.
pub async fn list_counts(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
) -> Result<Vec<(i64, String)>, Fault> {
    sql("select a.samples, a.counts from datasets d join annotated_datasets a on a.organization = d.organization \
         and a.dataset = d.id where d.organization = $1 and d.collection = $2 and d.current_version is not null")
    .bind(organization)
    .bind(collection)
    .all(db)
    .await
}

#[derive(sqlx_macros::FromRow)]
pub struct PointRow {
    pub at: i64,
    pub samples: i64,
    pub fields: String,
}

pub async fn list_points(
    db: &Db,
    organization: OrganizationId,
    collection: CollectionId,
    limit: i64,
) -> Result<Vec<PointRow>, Fault> {
    let mut rows: Vec<PointRow> = sql("select at, samples, fields from coverage_points \
         where organization = $1 and collection = $2 order by day desc limit $3")
    .bind(organization)
    .bind(collection)
    .bind(limit)
    .all(db)
    .await?;
    rows.reverse();
    Ok(rows)
}

pub async fn put_point(
    tx: &mut Tx,
    organization: OrganizationId,
    collection: CollectionId,
    day: i64,
    row: &PointRow,
) -> Result<(), Fault> {
    sql("insert into coverage_points (organization, collection, day, at, samples, fields) \
         select organization, id, $3, $4, $5, $6 from collections where organization = $1 and id = $2 \
         on conflict (organization, collection, day) do update set at = excluded.at, samples = excluded.samples, \
         fields = excluded.fields")
    .bind(organization)
    .bind(collection)
    .bind(day)
    .bind(row.at)
    .bind(row.samples)
    .bind(&row.fields)
    .run(tx)
    .await
    .map(drop)
}

#[derive(sqlx_macros::FromRow)]
pub struct HoldRow {
    pub field: String,
    pub annotator: String,
    pub since: i64,
    pub why: String,
}

pub async fn list_holds<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    collection: CollectionId,
) -> Result<Vec<HoldRow>, Fault> {
    sql("select field, annotator, since, why from held_fields where organization = $1 and collection = $2 \
         order by field, annotator")
    .bind(organization)
    .bind(collection)
    .all(on)
    .await
}

/// False: it was on hold.
pub async fn put_hold(
    tx: &mut Tx,
    organization: OrganizationId,
    collection: CollectionId,
    row: &HoldRow,
) -> Result<bool, Fault> {
    let put = sql("insert into held_fields (organization, collection, field, annotator, since, why) \
         select organization, id, $3, $4, $5, $6 from collections where organization = $1 and id = $2 \
         on conflict (organization, collection, field, annotator) do nothing")
    .bind(organization)
    .bind(collection)
    .bind(&row.field)
    .bind(&row.annotator)
    .bind(row.since)
    .bind(&row.why)
    .run(tx)
    .await?;
    Ok(put == 1)
}

/// False: it was not on hold.
pub async fn delete_hold(
    tx: &mut Tx,
    organization: OrganizationId,
    collection: CollectionId,
    field: &str,
    annotator: &str,
) -> Result<bool, Fault> {
    let gone = sql("delete from held_fields where organization = $1 and collection = $2 and field = $3 \
         and annotator = $4")
    .bind(organization)
    .bind(collection)
    .bind(field)
    .bind(annotator)
    .run(tx)
    .await?;
    Ok(gone == 1)
}

/// Datasets that are there now: of a collection, or of all.
pub async fn list_datasets(
    db: &Db,
    organization: OrganizationId,
    collection: Option<CollectionId>,
) -> Result<Vec<DatasetId>, Fault> {
    let rows: Vec<(Uuid,)> = match collection {
        None => {
            sql("select id from datasets where organization = $1 and current_version is not null order by id")
                .bind(organization)
                .all(db)
                .await?
        }
        Some(collection) => {
            sql("select id from datasets where organization = $1 and collection = $2 and current_version is not null \
                 order by id")
            .bind(organization)
            .bind(collection)
            .all(db)
            .await?
        }
    };
    Ok(rows.into_iter().map(|(id,)| DatasetId(id)).collect())
}

/// Organizations with anything to annotate.
pub async fn list_organizations<'a>(on: impl Into<Target<'a>>) -> Result<Vec<OrganizationId>, Fault> {
    let rows: Vec<(Uuid,)> = sql("select id from organizations o where erasing_at is null and exists \
         (select 1 from collections c where c.organization = o.id) order by id")
    .all(on)
    .await?;
    Ok(rows.into_iter().map(|(id,)| OrganizationId(id)).collect())
}
