//! What a rule would do, before anybody makes it.

use super::apply::{active, place_of, settled};
use super::list::conflicts;
use super::make::checked;
use super::matching::{Active, Becomes, Found, Place, in_order, of_sample};
use super::sql::{self, RuleRow};
use crate::{Ctx, catalog, harmonize};
use chorale_model::harmonize::ValueState;
use chorale_model::rules::{MakeRule, RuleExample, RuleFailure, RulePreview};
use chorale_model::{DatasetId, Fault, OrganizationId, RuleId, SampleId};
use std::collections::{HashMap, HashSet};
use std::sync::Arc;

/// Samples that are looked at; more take longer than anybody waits.
const LOOKED_AT: i64 = 20_000;
/// Of them, those that are read at once.
const SAMPLES: i64 = 2_000;
const EXAMPLES: usize = 10;
const FAILURES: usize = 20;

/// What a rule would do to what is there now; nothing changes.
pub async fn preview_rule(ctx: &Ctx, asked: MakeRule) -> Result<RulePreview, Fault> {
    let (organization, row) = checked(ctx, &asked).await?;
    let fields = harmonize::fields_of(ctx, asked.collection).await?.fields;
    let mut rules = active(ctx, organization, asked.collection).await?;
    rules.extend(Active::new(ctx, &row, &fields).await?);
    let rules = Arc::new(in_order(rules));
    let mut seen = Seen::default();
    let (mut left, mut is_whole) = (LOOKED_AT, true);
    for id in datasets(ctx, organization, &asked, &row).await? {
        let Some(dataset) = catalog::dataset_for_index(&ctx.app, organization, id).await? else { continue };
        let place = place_of(&dataset);
        if !holds_in(&row, &place) {
            continue;
        }
        if left <= 0 {
            is_whole = false;
            break;
        }
        let mut after = -1;
        while left > 0 {
            let read = harmonize::read_samples(&ctx.app, organization, id, after, SAMPLES.min(left)).await?;
            let Some((last, samples)) = read else { break };
            after = last;
            left -= samples.len().max(1) as i64;
            let ids: Vec<SampleId> = samples.iter().map(|sample| sample.id).collect();
            let settled = settled(ctx, organization, &ids).await?;
            let (inner, at, own) = (rules.clone(), place.clone(), RuleId(row.id));
            let found = tokio::task::spawn_blocking(move || {
                let of = |sample| {
                    let own_finds =
                        of_sample(&inner, sample, &at).into_iter().filter(|(rule, ..)| inner[*rule].id == own);
                    own_finds.map(|(_, found, narrower)| (sample.id, found, narrower)).collect::<Vec<_>>()
                };
                samples.iter().flat_map(of).collect::<Vec<_>>()
            });
            let found = found.await.map_err(|e| Fault::internal("looking at what a rule would do", e))?;
            for (sample, found, is_narrower) in found {
                let is_decided = settled.is_decided(sample, &found.field);
                seen.add(id, sample, found, is_narrower, is_decided);
            }
        }
        is_whole &= left > 0;
    }
    let looked_at = (!is_whole).then_some(LOOKED_AT);
    Ok(RulePreview { looked_at, conflicts: conflicts(ctx, organization, &row).await?, ..seen.told() })
}

fn holds_in(row: &RuleRow, place: &Place) -> bool {
    match row.scope.as_str() {
        "series" => row.place == place.accession,
        "submitter" => place.submitter.as_deref() == Some(row.place.as_str()),
        _ => true,
    }
}

/// Where it may find anything.
async fn datasets(
    ctx: &Ctx,
    organization: OrganizationId,
    asked: &MakeRule,
    row: &RuleRow,
) -> Result<Vec<DatasetId>, Fault> {
    if !row.attribute.is_empty() {
        let found = sql::list_datasets_of_key(ctx.db(), organization, asked.collection, &row.attribute).await?;
        if !found.is_empty() {
            return Ok(found);
        }
    }
    let found = catalog::collection_for_index(&ctx.app, organization, asked.collection).await?;
    Ok(found.map_or_else(Vec::new, |found| found.datasets))
}

#[derive(Default)]
struct Seen {
    samples: HashSet<SampleId>,
    datasets: HashSet<DatasetId>,
    words: HashSet<String>,
    examples: HashMap<(String, String), RuleExample>,
    failures: HashMap<(String, String), i64>,
    told: RulePreview,
}

impl Seen {
    fn add(&mut self, dataset: DatasetId, sample: SampleId, found: Found, is_narrower: bool, is_decided: bool) {
        self.samples.insert(sample);
        self.datasets.insert(dataset);
        self.words.insert(found.words.clone());
        let (state, term, label) = match found.becomes {
            Becomes::Unread(why) => {
                self.told.failed += 1;
                *self.failures.entry((found.words, why)).or_default() += 1;
                return;
            }
            Becomes::Same(state, term, label) => {
                self.told.same += 1;
                (state, term, label)
            }
            Becomes::This(_) if is_narrower => {
                self.told.narrower += 1;
                return;
            }
            Becomes::This(_) if is_decided => {
                self.told.decided += 1;
                return;
            }
            Becomes::This(decision) => {
                self.told.changes += 1;
                // Of a value that goes nothing is left.
                (decision.state.unwrap_or(ValueState::Unresolved), decision.term, decision.label)
            }
        };
        let new = || RuleExample {
            words: found.words.clone(),
            state,
            term: term.clone(),
            label,
            samples: 0,
            before: found.before,
            sample,
        };
        self.examples.entry((found.words.clone(), term.clone())).or_insert_with(new).samples += 1;
    }

    fn told(self) -> RulePreview {
        let mut examples: Vec<RuleExample> = self.examples.into_values().collect();
        examples.sort_by(|a, b| b.samples.cmp(&a.samples).then_with(|| a.words.cmp(&b.words)));
        examples.truncate(EXAMPLES);
        let failure = |((words, why), samples)| RuleFailure { words, why, samples };
        let mut failures: Vec<RuleFailure> = self.failures.into_iter().map(failure).collect();
        failures.sort_by(|a, b| b.samples.cmp(&a.samples).then_with(|| a.words.cmp(&b.words)));
        failures.truncate(FAILURES);
        RulePreview {
            samples: self.samples.len() as i64,
            datasets: self.datasets.len() as i64,
            values: self.words.len() as i64,
            examples,
            failures,
            ..self.told
        }
    }
}
