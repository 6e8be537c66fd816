//! How annotation begins: because somebody asks, or in the transaction of what makes it necessary.

use super::ANNOTATE;
use crate::harmonize::{MODEL, sql};
use crate::jobs::{self, NewJob, enqueue};
use crate::registry::{CHAMPION, Promoted};
use crate::{Ctx, Tx, audit, catalog, ontologies};
use chorale_model::harmonize::StartAnnotation;
use chorale_model::jobs::Job;
use chorale_model::{CollectionId, DatasetId, Fault, JobId, OrganizationId, Role};
use futures::future::BoxFuture;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// Begins annotation anew: of a dataset, a collection, or everything the organization owns.
pub async fn start_annotation(ctx: &Ctx, asked: StartAnnotation) -> Result<Job, Fault> {
    let organization = ctx.require(Role::Curator)?;
    if asked.collection.is_some() && asked.dataset.is_some() {
        return Err(Fault::field(
            "dataset",
            "stands beside a collection; name one of the two, or neither for everything",
        ));
    }
    let owned = |owner: OrganizationId, what: &str| {
        let why = format!("this {what} is another organization's, who alone annotates it");
        if owner == organization { Ok(()) } else { Err(Fault::forbidden(why)) }
    };
    let title = if let Some(id) = asked.dataset {
        let found = catalog::load_dataset(ctx, id).await?;
        owned(found.owner, "dataset")?;
        format!("Annotate {}", found.accession)
    } else if let Some(id) = asked.collection {
        let found = catalog::load_collection(ctx, id).await?;
        owned(found.owner, "collection")?;
        format!("Annotate {}", found.name)
    } else {
        "Annotate everything".to_owned()
    };
    let inner = ctx.clone();
    let id = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                let what = json!({ "collection": asked.collection, "dataset": asked.dataset });
                let id = begin(tx, &inner, organization, title, &asked).await?;
                audit::record(tx, &inner, "annotation.started", "job", id, what).await?;
                Ok(id)
            })
        })
        .await?;
    jobs::load_job(ctx, id).await
}

/// What a job annotates: a dataset, a collection, or everything.
#[derive(Serialize, Deserialize)]
pub(super) struct Selection {
    pub collection: Option<CollectionId>,
    pub dataset: Option<DatasetId>,
    /// What is annotated with this annotator and these fields already, too.
    #[serde(default)]
    pub anew: bool,
}

async fn begin(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    title: String,
    asked: &StartAnnotation,
) -> Result<JobId, Fault> {
    let StartAnnotation { collection, dataset } = *asked;
    enqueue_selection(tx, ctx, organization, title, &Selection { collection, dataset, anew: false }).await
}

async fn enqueue_selection(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    title: String,
    asked: &Selection,
) -> Result<JobId, Fault> {
    let place = match (asked.collection, asked.dataset) {
        (Some(collection), _) => collection.to_string(),
        (None, Some(dataset)) => dataset.to_string(),
        (None, None) => "everything".to_owned(),
    };
    let anew = if asked.anew { ":anew" } else { "" };
    let job = NewJob::new(ANNOTATE, title, json!(asked)).attempts(10);
    enqueue(tx, ctx, Some(organization), job.once_until_started(format!("{ANNOTATE}:{organization}:{place}{anew}")))
        .await
}

/// After something other than its fields or the annotator decides otherwise about a collection's values.
pub(in crate::harmonize) async fn enqueue_anew(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    collection: CollectionId,
    title: &str,
) -> Result<(), Fault> {
    let asked = Selection { collection: Some(collection), dataset: None, anew: true };
    enqueue_selection(tx, ctx, organization, title.to_owned(), &asked).await.map(drop)
}

/// After the fields of a collection changed.
pub(in crate::harmonize) async fn enqueue_collection(
    tx: &mut Tx,
    ctx: &Ctx,
    organization: OrganizationId,
    collection: CollectionId,
) -> Result<(), Fault> {
    let asked = StartAnnotation { collection: Some(collection), dataset: None };
    begin(tx, ctx, organization, "Annotate with the changed fields".to_owned(), &asked).await.map(drop)
}

/// Begins annotation of what changed in a feed, in the transaction of the change; false where no ontology is in use, and
/// there is nothing to annotate with. Whoever listens to [`crate::harmonize::State`] hears when it is done.
pub async fn after_change(tx: &mut Tx, ctx: &Ctx, feed: &str) -> Result<bool, Fault> {
    if !ontologies::is_any_in_use(tx).await? {
        return Ok(false);
    }
    let organization = feed.parse::<OrganizationId>().ok();
    let job = NewJob::new(ANNOTATE, "Annotate what is new", json!({ "feed": feed })).priority(10).attempts(10);
    enqueue(tx, ctx, organization, job.once_until_started(format!("{ANNOTATE}:{feed}"))).await.map(|_job| true)
}

/// Another set of ontologies is in use: everybody's samples are annotated anew. Given to `ontologies::Listeners`.
pub fn ontologies_changed<'t>(tx: &'t mut Tx, ctx: &'t Ctx) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        let title = "Annotate with the changed ontologies";
        for organization in sql::list_organizations(&mut *tx).await? {
            begin(tx, ctx, organization, title.to_owned(), &StartAnnotation::default()).await?;
        }
        Ok(())
    })
}

/// Another version of the annotator does the work now. Given to `registry::Listeners`.
pub fn promoted<'t>(tx: &'t mut Tx, ctx: &'t Ctx, promoted: &'t Promoted) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        if promoted.name != MODEL || promoted.alias != CHAMPION {
            return Ok(());
        }
        let title = format!("Annotate with version {} of {}", promoted.version, promoted.name);
        begin(tx, ctx, promoted.organization, title, &StartAnnotation::default()).await.map(drop)
    })
}
