//! How a room to the left tells rooms to the right that something happened, without naming them. Whoever makes the
//! deployment gives it listeners of an event; they hear in the transaction of what happened, and enqueue their jobs
//! there. If one of them fails, nothing happened.

use crate::{Ctx, Tx};
use chorale_model::Fault;
use futures::future::BoxFuture;
use std::sync::Arc;

type Listener<E> = Arc<dyn for<'t> Fn(&'t mut Tx, &'t Ctx, &'t E) -> BoxFuture<'t, Result<(), Fault>> + Send + Sync>;

/// Who hears of events of the type `E`; given to the deployment as a room's state, which it finds by that type.
pub struct Listeners<E: ?Sized>(Vec<Listener<E>>);

impl<E: ?Sized> Default for Listeners<E> {
    fn default() -> Self {
        Listeners(Vec::new())
    }
}

impl<E: ?Sized + Sync + 'static> Listeners<E> {
    /// `hear` gets the transaction, the context of whoever caused it, and the event.
    #[must_use]
    pub fn with<F>(mut self, hear: F) -> Self
    where
        F: for<'t> Fn(&'t mut Tx, &'t Ctx, &'t E) -> BoxFuture<'t, Result<(), Fault>> + Send + Sync + 'static,
    {
        self.0.push(Arc::new(hear));
        self
    }

    /// Tells all of them, in the order in which they were given.
    pub async fn tell(&self, tx: &mut Tx, ctx: &Ctx, event: &E) -> Result<(), Fault> {
        for hear in &self.0 {
            hear(tx, ctx, event).await?;
        }
        Ok(())
    }
}

/// Tells those that the deployment was given; it works without any.
pub(crate) async fn tell<E: ?Sized + Sync + 'static>(tx: &mut Tx, ctx: &Ctx, event: &E) -> Result<(), Fault> {
    match ctx.app.find_room::<Listeners<E>>() {
        Some(listeners) => listeners.tell(tx, ctx, event).await,
        None => Ok(()),
    }
}
