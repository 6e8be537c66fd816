//! How the titles of a study may be taken apart.

use super::plan::rows;
use crate::{Ctx, catalog};
use chorale_annotate::titles::{self, PartKind};
use chorale_model::grid::{TitlePart, TitlePartKind, TitleSplit, TitleSplits, TitleValue};
use chorale_model::{DatasetId, Fault, Role};

/// Values of a part that are shown.
const VALUES: usize = 40;
const EXAMPLES: usize = 6;

/// Proposals for the titles of a study; or what these signs make of them.
pub async fn split_titles(ctx: &Ctx, dataset: DatasetId, separators: Option<&str>) -> Result<TitleSplits, Fault> {
    ctx.require(Role::Scientist)?;
    let found = catalog::load_dataset(ctx, dataset).await?;
    let rows = rows(ctx, found.owner, dataset).await?;
    let separators = separators.filter(|signs| !signs.is_empty()).map(str::to_owned);
    if separators.as_ref().is_some_and(|signs| signs.chars().count() > 8) {
        return Err(Fault::field("separators", "are too many; name the sign between the parts"));
    }
    let split = tokio::task::spawn_blocking(move || {
        let all: Vec<&str> = rows.iter().map(|row| row.title.as_str()).collect();
        let proposals: Vec<titles::TitleSplit> = match &separators {
            Some(signs) => titles::split(&all, signs).into_iter().collect(),
            None => titles::propose(&all),
        };
        // Some from all over the study.
        let step = (all.len() / EXAMPLES).max(1);
        let examples: Vec<String> = all.iter().step_by(step).take(EXAMPLES).map(|title| (*title).to_owned()).collect();
        (proposals, examples, all.len() as i64)
    });
    let (proposals, examples, samples) = split.await.map_err(|e| Fault::internal("taking titles apart", e))?;
    Ok(TitleSplits { proposals: proposals.into_iter().map(told).collect(), samples, examples })
}

fn told(split: titles::TitleSplit) -> TitleSplit {
    let part = |part: titles::TitlePart| TitlePart {
        kind: match part.kind {
            PartKind::Constant => TitlePartKind::Constant,
            PartKind::Number => TitlePartKind::Number,
            PartKind::Groups => TitlePartKind::Groups,
            PartKind::Varying => TitlePartKind::Varying,
        },
        distinct: part.values.len() as i64,
        values: part
            .values
            .into_iter()
            .take(VALUES)
            .map(|(value, samples)| TitleValue { value, samples: i64::try_from(samples).unwrap_or(i64::MAX) })
            .collect(),
    };
    let fitting = i64::try_from(split.fitting).unwrap_or(i64::MAX);
    TitleSplit { separators: split.separators, parts: split.parts.into_iter().map(part).collect(), fitting }
}
