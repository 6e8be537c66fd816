//! Harmonization: which terms fit to what a source said. No annotator can be promoted yet, so every question is
//! answered without suggestions; the shape of the answer is there for clients from the first day.
//! Must never change what a source said. Start at [`annotate`].

use crate::Ctx;
use chorale_model::harmonize::{Annotate, AnnotatedItem, Annotations};
use chorale_model::{Fault, Role};

/// What the promoted annotators suggest for each item, in the order of the items; nothing is stored.
pub async fn annotate(ctx: &Ctx, asked: Annotate) -> Result<Annotations, Fault> {
    ctx.require(Role::Scientist)?;
    asked.check()?;
    let items = asked.items.into_iter().map(|item| AnnotatedItem { id: item.id, suggestions: Vec::new() });
    Ok(Annotations { items: items.collect() })
}
