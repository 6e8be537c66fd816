//! Annotation as a job: what changed in a feed of the catalog, or a selection, or everything an organization owns. A
//! dataset that was annotated at this version by this annotator is left alone, so that a job may run again at any time.
//! Start at [`start_annotation`] and [`AnnotateJob`]; `work` is one run, `ground` what one dataset is annotated with.

mod ground;
mod recount;
mod starting;
mod work;

pub(super) use ground::{Ground, home};
pub use recount::{RecountJob, curated};
pub use starting::{after_change, ontologies_changed, promoted, start_annotation};
pub(super) use starting::{enqueue_anew, enqueue_collection};

use super::State;
use crate::Ctx;
use crate::jobs::{Handler, Running, Stop};
use chorale_model::Fault;
use futures::future::BoxFuture;
use serde_json::Value;
use work::Work;

/// The kind of an annotation's job.
pub const ANNOTATE: &str = "annotate";

/// Jobs of kind `annotate`: `{feed}`, or `{collection, dataset}` of the job's organization.
pub struct AnnotateJob;

impl Handler for AnnotateJob {
    fn kind(&self) -> &'static str {
        ANNOTATE
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        Box::pin(async move {
            let feed = job.payload["feed"].as_str().map(str::to_owned);
            let mut work = Work::new(job);
            let done = match &feed {
                Some(feed) => work.feed(feed).await,
                None => work.selection().await,
            };
            // Search waits for a feed's annotation; where that ends without success, it goes on with what there is.
            let gone = matches!(job.stop.why(), Some(Stop::Lost | Stop::Shutdown));
            if let (Err(_), Some(feed), false) = (&done, feed, gone) {
                tell(&job.ctx, feed).await?;
            }
            done
        })
    }
}

/// Tells the listeners outside of the job's claim: they enqueue work that finds its own state.
async fn tell(ctx: &Ctx, feed: String) -> Result<(), Fault> {
    let inner = ctx.clone();
    ctx.db().write(move |tx| Box::pin(async move { inner.app.room::<State>().tell(tx, &inner, &feed).await })).await
}
