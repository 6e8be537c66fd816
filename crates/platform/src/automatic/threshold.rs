//! From which score on a field's suggestions are accepted: what another one would change, and setting it.

use super::figures::{known, share};
use super::sql;
use crate::review::{self, Accepting};
use crate::{Ctx, harmonize};
use chorale_model::automatic::{LookAtThreshold, SetThreshold, ThresholdPreview, ThresholdSet};
use chorale_model::fields::{ChangeFields, Field, FieldChange};
use chorale_model::{CollectionId, Fault, Role};

/// What a threshold would change; nothing does.
pub async fn preview_threshold(
    ctx: &Ctx,
    collection: CollectionId,
    name: &str,
    asked: LookAtThreshold,
) -> Result<ThresholdPreview, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let from = checked(asked.from)?;
    let known = known(ctx, organization, collection, Some(name)).await?;
    let threshold = known.thresholds.fields.iter().find(|one| one.field == name);
    if !known.fields.fields.iter().any(|field| field.name == name) {
        return Err(Fault::missing("field", name));
    }
    let from = from.or_else(|| threshold.and_then(|one| one.by_precision));
    // What is on hold accepts nothing, whatever the score.
    let accepts_any = known.hold(name).is_none();
    let accepting = Accepting { from: from.filter(|_| accepts_any), returns_below: from };
    let found = review::would_accept(ctx, collection, name, accepting).await?;
    let annotator = known.annotator().unwrap_or_default();
    let precision = match from {
        None => None,
        Some(from) => {
            let (right, wrong) = sql::count_from(ctx.db(), organization, collection, (name, annotator), from).await?;
            share(right, right + wrong)
        }
    };
    let bands = known.bands(name, annotator);
    let unjudged = bands.iter().filter(|band| band.precision.is_none());
    let unjudged = unjudged.filter(|band| from.is_some_and(|from| accepts_any && band.from >= from));
    Ok(ThresholdPreview {
        from,
        precision,
        accepts: found.accepts,
        accepts_questions: found.accepts_questions,
        waiting: bands.iter().map(|band| band.waiting).sum(),
        returns: found.returns,
        returns_questions: found.returns_questions,
        unjudged: unjudged.map(|band| band.waiting).sum(),
        changes: found.changes,
    })
}

/// Sets it. The collection is annotated again by a job, which accepts and sends to review accordingly; what people decided
/// stays. Setting it back is the same step.
pub async fn set_threshold(
    ctx: &Ctx,
    collection: CollectionId,
    name: &str,
    asked: SetThreshold,
) -> Result<ThresholdSet, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let from = checked(asked.from)?;
    let known = known(ctx, organization, collection, Some(name)).await?;
    let field = known.fields.fields.iter().find(|field| field.name == name);
    let field = field.ok_or_else(|| Fault::missing("field", name))?;
    let before = field.accept_from;
    let field = Field { accept_from: from, ..field.clone() };
    let change = FieldChange::Replace { name: name.to_owned(), field };
    let changed = harmonize::change_fields(ctx, collection, ChangeFields { version: asked.version, change }).await?;
    Ok(ThresholdSet { version: changed.version, from, before, at: ctx.now() })
}

fn checked(from: Option<f64>) -> Result<Option<f64>, Fault> {
    match from {
        Some(from) if !(0.0..=1.0).contains(&from) => {
            Err(Fault::field("from", "is no score; scores lie between 0 and 1"))
        }
        from => Ok(from),
    }
}
