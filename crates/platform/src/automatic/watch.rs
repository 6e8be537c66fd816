//! Whether what is accepted automatically is as precise as its field promises. Outcomes of suggestions that the machine
//! accepts, in the order in which people decided about them: their precision must not lie below the promise, and must not
//! fall below it. Where it does, nothing more is accepted until a person resolves the alert.
//!
//! The whole stream is read each time: it is short, and a detector that was fed step by step would know decisions that
//! were taken back since.

use super::judge::Watched;
use super::sql;
use crate::alerts::{self, NewAlert, Resolved};
use crate::jobs::Running;
use crate::{Ctx, Tx, catalog, harmonize};
use chorale_drift::{Adwin, AdwinSettings};
use chorale_learn::agreement::wilson;
use chorale_model::alerts::AlertKind;
use chorale_model::fields::Field;
use chorale_model::harmonize::Hold;
use chorale_model::{CollectionId, Fault, OrganizationId, Role};
use futures::future::BoxFuture;
use std::collections::BTreeSet;

/// Fewer decisions say nothing: a curator's first three corrections stop no field.
const LEAST: usize = 10;
/// What an alert's topic begins with.
const TOPIC: &str = "automatic";

/// The alert's topic of a field and an annotator.
pub fn topic(collection: CollectionId, field: &str, annotator: &str) -> String {
    format!("{TOPIC}/{collection}/{field}/{annotator}")
}

/// Looks at what decisions have touched.
pub async fn look(job: &Running, organization: OrganizationId, touched: BTreeSet<Watched>) -> Result<(), Fault> {
    // A job may be everybody's.
    let ctx = Ctx::system(job.ctx.app.clone(), Some(organization));
    for of_collection in Vec::from_iter(touched).chunk_by(|one, next| one.0 == next.0) {
        let Some((id, ..)) = of_collection.first() else { continue };
        let collection = CollectionId(*id);
        let thresholds = harmonize::field_thresholds(&ctx, collection).await?;
        let Some(annotator) = thresholds.annotator.as_deref().map(harmonize::annotator_of) else { continue };
        let fields = harmonize::fields_of(&ctx, collection).await?.fields;
        // Another version accepts nothing any more.
        for (_, name, _) in of_collection.iter().filter(|one| one.2 == annotator) {
            let field = fields.iter().find(|field| field.name == *name);
            let from = thresholds.fields.iter().find(|one| one.field == *name).and_then(|one| one.accepted_from);
            if let (Some(field), Some(from)) = (field, from) {
                look_at(job, &ctx, collection, field, annotator, from).await?;
            }
        }
    }
    Ok(())
}

async fn look_at(
    job: &Running,
    ctx: &Ctx,
    collection: CollectionId,
    field: &Field,
    annotator: &str,
    from: f64,
) -> Result<(), Fault> {
    let organization = ctx.require(Role::Admin)?;
    let (db, of) = (ctx.db(), (field.name.as_str(), annotator));
    let since = sql::watched_since(db, organization, collection, of).await?;
    let outcomes = sql::list_outcomes(db, organization, collection, of, from, since).await?;
    let Some(seen) = seen(&outcomes, field.accept_precision) else { return Ok(()) };
    let name = catalog::load_collection(ctx, collection).await?.name;
    let why = seen.words(field.accept_precision, from, annotator);
    let hold = Hold { field: field.name.clone(), annotator: annotator.to_owned(), since: ctx.now(), why: why.clone() };
    let alert = NewAlert {
        topic: topic(collection, &field.name, annotator),
        kind: seen.kind,
        subject: format!("{} of {name}", field.label),
        message: format!("{why} New suggestions wait for review until this is resolved."),
        link: format!("/automatic?collection={collection}&field={}", field.name),
        hears: Role::Curator,
    };
    let ctx = ctx.clone();
    job.write(move |tx| {
        Box::pin(async move {
            harmonize::hold(tx, organization, collection, hold).await?;
            alerts::raise(tx, &ctx, organization, alert).await
        })
    })
    .await
}

/// What is wrong with a stream of outcomes.
#[derive(Debug, PartialEq)]
struct Seen {
    kind: AlertKind,
    right: usize,
    of: usize,
    low: f64,
    high: f64,
    /// Precision before and after the fall.
    fell: Option<(f64, f64)>,
}

impl Seen {
    fn words(&self, promised: f64, from: f64, annotator: &str) -> String {
        let percent = |share: f64| format!("{:.0}%", 100.0 * share);
        let counted = format!(
            "{} of {} decided suggestions from score {from:.2} on were right ({} to {})",
            self.right,
            self.of,
            percent(self.low),
            percent(self.high)
        );
        match self.fell {
            Some((before, after)) => format!(
                "The precision of {annotator} fell from {} to {}, and {} is promised: {counted}.",
                percent(before),
                percent(after),
                percent(promised)
            ),
            None => format!("{annotator} is less precise than the promised {}: {counted}.", percent(promised)),
        }
    }
}

/// A fall to below the promise, or a precision that lies below it with all of its interval.
fn seen(outcomes: &[bool], promised: f64) -> Option<Seen> {
    if outcomes.len() < LEAST {
        return None;
    }
    // Cuts are looked for after each decision: they are few and dear.
    let mut detector = Adwin::new(AdwinSettings { clock: 1, ..AdwinSettings::default() });
    let moves = outcomes.iter().filter_map(|right| detector.update(f64::from(!right)));
    let falls = moves.filter(|moved| moved.rose()).count() > 0;
    let fell = likeliest_change(outcomes).filter(|(before, after)| falls && after < before && *after < promised);
    let right = outcomes.iter().filter(|right| **right).count();
    let (low, high) = wilson(right as u64, outcomes.len() as u64);
    let kind = match fell {
        Some(_) => AlertKind::Drift,
        None if high < promised => AlertKind::Precision,
        None => return None,
    };
    Some(Seen { kind, right, of: outcomes.len(), low, high, fell })
}

/// Precision before and after the place where the two differ most, as sums of so many outcomes differ by chance. The
/// detector says that the stream changed; its window still holds much of what was before.
fn likeliest_change(outcomes: &[bool]) -> Option<(f64, f64)> {
    let all = outcomes.len();
    let right = outcomes.iter().filter(|right| **right).count();
    let (mut best, mut found, mut before) = (0.0, None, 0);
    for (at, is_right) in outcomes.iter().enumerate() {
        before += usize::from(*is_right);
        let (old, new) = (at + 1, all - at - 1);
        if old < LEAST || new < LEAST {
            continue;
        }
        let (was, is) = (before as f64 / old as f64, (right - before) as f64 / new as f64);
        let apart = (was - is).abs() * (old as f64 * new as f64).sqrt();
        if apart > best {
            (best, found) = (apart, Some((was, is)));
        }
    }
    found
}

/// An alert was resolved: if it is one of ours, its field is accepted again as before, and is watched from now on. Given to
/// `alerts::Listeners`.
pub fn resolved<'t>(tx: &'t mut Tx, ctx: &'t Ctx, resolved: &'t Resolved) -> BoxFuture<'t, Result<(), Fault>> {
    Box::pin(async move {
        let parts: Vec<&str> = resolved.topic.splitn(4, '/').collect();
        let [TOPIC, collection, field, annotator] = parts[..] else { return Ok(()) };
        let (organization, collection) = (resolved.organization, collection.parse::<CollectionId>()?);
        sql::put_watched_since(tx, organization, collection, (field, annotator), ctx.now()).await?;
        harmonize::release(tx, ctx, organization, collection, field, annotator).await.map(drop)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Outcomes with one mistake among so many.
    fn stream(parts: &[(usize, usize)]) -> Vec<bool> {
        let of = |(length, every): &(usize, usize)| {
            let every = *every;
            (0..*length).map(move |at| every == 0 || at % every != every - 1)
        };
        parts.iter().flat_map(of).collect()
    }

    #[test]
    fn few_decisions_stop_nothing() {
        assert_eq!(seen(&[false; 9], 0.9), None);
        assert_eq!(seen(&[false; 10], 0.9).unwrap().kind, AlertKind::Precision);
    }

    #[test]
    fn a_precision_below_the_promise_is_told_and_one_that_may_keep_it_is_not() {
        assert_eq!(seen(&stream(&[(200, 20)]), 0.9), None, "19 of 20");
        assert_eq!(seen(&stream(&[(200, 9)]), 0.9), None, "8 of 9: the promise lies in the interval");
        let below = seen(&stream(&[(200, 5)]), 0.9).unwrap();
        assert_eq!((below.kind, below.right, below.of, below.fell), (AlertKind::Precision, 160, 200, None));
        let words = below.words(0.9, 0.85, "harmonize-3");
        let told = "harmonize-3 is less precise than the promised 90%: 160 of 200 decided suggestions from score 0.85 on were \
                    right (74% to 85%).";
        assert_eq!(words, told);
    }

    #[test]
    fn a_fall_to_below_the_promise_is_told_though_all_together_keep_it() {
        let falls = stream(&[(1_000, 100), (40, 2)]);
        let fell = seen(&falls, 0.9).unwrap();
        assert_eq!(fell.kind, AlertKind::Drift);
        assert!(fell.low > 0.9, "all together still keep it: {fell:?}");
        assert!(fell.words(0.9, 0.85, "harmonize-3").starts_with("The precision of harmonize-3 fell from 9"));
        assert_eq!(seen(&stream(&[(400, 2), (400, 50)]), 0.5), None, "it rose");
        assert_eq!(seen(&stream(&[(1_000, 0), (300, 12)]), 0.9), None, "it fell, and keeps the promise");
        assert_eq!(seen(&stream(&[(5_000, 20)]), 0.9), None, "nothing moves");
    }
}
