//! Who hears of a promotion, in its own transaction. A room to the right enqueues its job here, and the registry never
//! names it.

use crate::{Ctx, Tx};
use chorale_model::{Fault, OrganizationId};
use futures::future::BoxFuture;
use std::sync::Arc;

/// An alias that stands for another version now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Promoted {
    pub organization: OrganizationId,
    pub name: String,
    pub alias: String,
    pub version: i64,
}

type Listener =
    Arc<dyn for<'t> Fn(&'t mut Tx, &'t Ctx, &'t Promoted) -> BoxFuture<'t, Result<(), Fault>> + Send + Sync>;

/// Given to the deployment as a room's state.
#[derive(Clone, Default)]
pub struct Listeners(Vec<Listener>);

impl Listeners {
    #[must_use]
    pub fn with<F>(mut self, hear: F) -> Self
    where
        F: for<'t> Fn(&'t mut Tx, &'t Ctx, &'t Promoted) -> BoxFuture<'t, Result<(), Fault>> + Send + Sync + 'static,
    {
        self.0.push(Arc::new(hear));
        self
    }
}

pub(super) async fn tell(tx: &mut Tx, ctx: &Ctx, promoted: &Promoted) -> Result<(), Fault> {
    if let Some(listeners) = ctx.app.find_room::<Listeners>() {
        for hear in &listeners.0 {
            hear(tx, ctx, promoted).await?;
        }
    }
    Ok(())
}
