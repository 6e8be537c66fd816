//! Who hears that another set of releases is ready, in the transaction that says so. A room to the right enqueues its
//! job here, and this room never names it.

use crate::{Ctx, Tx};
use chorale_model::Fault;
use futures::future::BoxFuture;
use std::sync::Arc;

type Listener = Arc<dyn for<'t> Fn(&'t mut Tx, &'t Ctx) -> BoxFuture<'t, Result<(), Fault>> + Send + Sync>;

/// Given to the deployment as a room's state.
#[derive(Clone, Default)]
pub struct Listeners(Vec<Listener>);

impl Listeners {
    /// `hear` gets the transaction and the context of whoever caused it.
    #[must_use]
    pub fn with<F>(mut self, hear: F) -> Self
    where
        F: for<'t> Fn(&'t mut Tx, &'t Ctx) -> BoxFuture<'t, Result<(), Fault>> + Send + Sync + 'static,
    {
        self.0.push(Arc::new(hear));
        self
    }
}

pub(super) async fn tell(tx: &mut Tx, ctx: &Ctx) -> Result<(), Fault> {
    if let Some(listeners) = ctx.app.find_room::<Listeners>() {
        for hear in &listeners.0 {
            hear(tx, ctx).await?;
        }
    }
    Ok(())
}
