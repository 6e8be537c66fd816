//! What decisions say of automatic curation, as people look at it.

use super::judge::BANDS;
use super::sql::{self, FigureRow};
use super::watch::topic;
use crate::review::{self, ScoreCount};
use crate::{Ctx, alerts, catalog, harmonize};
use chorale_learn::agreement::wilson;
use chorale_model::automatic::{
    AutomaticAsked, AutomaticDetail, AutomaticField, AutomaticFields, BandFigures, Share, Step, VersionFigures,
};
use chorale_model::fields::{CollectionFields, FieldThresholds};
use chorale_model::harmonize::Hold;
use chorale_model::{CollectionId, Fault, OrganizationId, Role};
use std::collections::BTreeMap;

/// Mistakes that are listed.
const MISTAKES: i64 = 20;

/// Every field of one's own collection: how right its annotators are, and from which score on they are accepted.
pub async fn list_fields(ctx: &Ctx, collection: CollectionId) -> Result<AutomaticFields, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let known = known(ctx, organization, collection, None).await?;
    let mut fields = Vec::with_capacity(known.fields.fields.len());
    for place in 0..known.fields.fields.len() {
        fields.push(known.field(ctx, organization, place).await?);
    }
    Ok(AutomaticFields { collection, annotator: known.thresholds.annotator, version: known.fields.version, fields })
}

/// One field with its bands and what each threshold would accept.
pub async fn field_detail(
    ctx: &Ctx,
    collection: CollectionId,
    name: &str,
    asked: AutomaticAsked,
) -> Result<AutomaticDetail, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let known = known(ctx, organization, collection, Some(name)).await?;
    let place = known.fields.fields.iter().position(|field| field.name == name);
    let place = place.ok_or_else(|| Fault::missing("field", name))?;
    let field = known.field(ctx, organization, place).await?;
    let annotator = match asked.annotator.filter(|asked| !asked.is_empty()) {
        Some(asked) => asked,
        None => known.annotator().unwrap_or_default().to_owned(),
    };
    let bands = known.bands(name, &annotator);
    let errors = sql::list_mistakes(ctx.db(), organization, collection, (name, &annotator), MISTAKES).await?;
    Ok(AutomaticDetail { version: known.fields.version, field, annotator, steps: steps(&bands), bands, errors })
}

/// What is known of a collection; how many samples wait at which score, of one field or of all.
pub(super) struct Known {
    pub collection: CollectionId,
    pub fields: CollectionFields,
    pub thresholds: FieldThresholds,
    figures: Vec<FigureRow>,
    scores: Vec<ScoreCount>,
    holds: Vec<Hold>,
}

pub(super) async fn known(
    ctx: &Ctx,
    organization: OrganizationId,
    collection: CollectionId,
    field: Option<&str>,
) -> Result<Known, Fault> {
    let found = catalog::load_collection(ctx, collection).await?;
    if found.owner != organization {
        return Err(Fault::forbidden("this collection is another organization's, who alone curates it"));
    }
    let (fields, thresholds, figures, scores, holds) = futures::try_join!(
        harmonize::fields_of(ctx, collection),
        harmonize::field_thresholds(ctx, collection),
        sql::list_figures(ctx.db(), organization, collection),
        review::count_scores(ctx, collection, field),
        harmonize::list_holds(ctx, collection),
    )?;
    Ok(Known { collection, fields, thresholds, figures, scores, holds })
}

impl Known {
    /// That works now, up to its ontologies.
    pub fn annotator(&self) -> Option<&str> {
        self.thresholds.annotator.as_deref().map(harmonize::annotator_of)
    }

    pub fn hold(&self, field: &str) -> Option<&Hold> {
        let annotator = self.annotator()?;
        self.holds.iter().find(|hold| hold.field == field && hold.annotator == annotator)
    }

    async fn field(&self, ctx: &Ctx, organization: OrganizationId, place: usize) -> Result<AutomaticField, Fault> {
        let field = &self.fields.fields[place];
        let name = field.name.as_str();
        let threshold = self.thresholds.fields.iter().find(|one| one.field == name);
        let accepted_from = threshold.and_then(|one| one.accepted_from);
        let mut versions = self.versions(name);
        if let (Some(from), Some(present)) = (accepted_from, versions.first_mut().filter(|one| one.present)) {
            let of = (name, present.annotator.as_str());
            let (right, wrong) = sql::count_from(ctx.db(), organization, self.collection, of, from).await?;
            present.accepted = share(right, right + wrong);
        }
        let hold = self.hold(name).cloned();
        let alert = match &hold {
            Some(hold) => alerts::find_unresolved(ctx, &topic(self.collection, name, &hold.annotator)).await?,
            None => None,
        };
        let scores = || self.scores.iter().filter(|one| one.field == name);
        Ok(AutomaticField {
            field: name.to_owned(),
            label: field.label.clone(),
            promised: field.accept_precision,
            accepted_from,
            chosen: field.accept_from.is_some(),
            hold,
            alert: alert.map(|alert| alert.id),
            waiting: scores().map(|one| one.waiting).sum(),
            waiting_by_score: scores().map(|one| one.by_score).sum(),
            automatic: scores().map(|one| one.automatic).sum(),
            versions,
        })
    }

    fn versions(&self, field: &str) -> Vec<VersionFigures> {
        let mut sums: BTreeMap<&str, (i64, [i64; 5])> = BTreeMap::new();
        for row in self.figures.iter().filter(|row| row.field == field) {
            let (newest, sum) = sums.entry(&row.annotator).or_default();
            *newest = row.newest.max(*newest);
            let more = [row.right_ones, row.wrong, row.changed, row.missed, row.samples];
            sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        }
        let present = self.annotator();
        let mut all: Vec<(&str, (i64, [i64; 5]))> = sums.into_iter().collect();
        all.sort_by_key(|(annotator, (newest, _))| (present != Some(annotator), -newest));
        let version =
            |(annotator, (_, [right, wrong, changed, missed, samples])): (&str, (i64, [i64; 5]))| VersionFigures {
                annotator: annotator.to_owned(),
                present: present == Some(annotator),
                right,
                wrong,
                changed,
                missed,
                samples,
                precision: share(right, right + wrong),
                recall: share(right, right + changed + missed),
                accepted: None,
            };
        all.into_iter().map(version).collect()
    }

    pub fn bands(&self, field: &str, annotator: &str) -> Vec<BandFigures> {
        let empty = |band: usize| BandFigures {
            from: edge(band),
            right: 0,
            wrong: 0,
            precision: None,
            waiting: 0,
            automatic: 0,
        };
        let mut bands: Vec<BandFigures> = (0..BANDS).map(empty).collect();
        for row in self.figures.iter().filter(|row| row.field == field && row.annotator == annotator) {
            if let Some(band) = usize::try_from(row.band).ok().and_then(|band| bands.get_mut(band)) {
                band.right += row.right_ones;
                band.wrong += row.wrong;
            }
        }
        for count in self.scores.iter().filter(|one| one.field == field) {
            if let Some(band) = usize::try_from(count.band).ok().and_then(|band| bands.get_mut(band)) {
                band.waiting += count.by_score;
                band.automatic += count.automatic;
            }
        }
        for band in &mut bands {
            band.precision = share(band.right, band.right + band.wrong);
        }
        bands
    }
}

/// Where a band begins, as people write it.
fn edge(band: usize) -> f64 {
    (100.0 * band as f64 / BANDS as f64).round() / 100.0
}

/// What would hold from each edge of a band on.
fn steps(bands: &[BandFigures]) -> Vec<Step> {
    let step = |place: usize| {
        let above = || bands.iter().skip(place);
        let (right, wrong) = above().fold((0, 0), |(right, wrong), one| (right + one.right, wrong + one.wrong));
        Step {
            from: edge(place),
            precision: share(right, right + wrong),
            accepts: above().map(|one| one.waiting).sum(),
            returns: bands.iter().take(place).map(|one| one.automatic).sum(),
            unjudged: above().filter(|one| one.precision.is_none()).map(|one| one.waiting).sum(),
        }
    };
    (0..=bands.len()).map(step).collect()
}

/// None: of nothing there is no share.
pub(super) fn share(part: i64, of: i64) -> Option<Share> {
    if of <= 0 {
        return None;
    }
    let (low, high) = wilson(part.unsigned_abs(), of.unsigned_abs());
    Some(Share { share: part as f64 / of as f64, low, high, of })
}
