//! Rules as members see them.

use super::matching::rank;
use super::sql::{self, RuleRow};
use crate::{Ctx, catalog};
use chorale_model::page::PageRequest;
use chorale_model::rules::{Rule, RuleConflict, RuleFilter, RuleSays, RuleScope, Switched};
use chorale_model::{CollectionId, Fault, OrganizationId, Page, Role, RuleId, Time};
use std::collections::HashMap;
use uuid::Uuid;

/// The organization's rules, newest first, with what they did and which others say something else.
pub async fn list_rules(ctx: &Ctx, filter: RuleFilter, page: PageRequest) -> Result<Page<Rule>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let limit = page.limit()?;
    if let Some(collection) = filter.collection {
        catalog::load_collection(ctx, collection).await?;
    }
    let rows = sql::list_rules(ctx.db(), organization, filter.collection, page.before()?, limit + 1).await?;
    Ok(Page::cut(all(ctx, organization, rows).await?, limit, |rule| rule.id.to_string()))
}

pub async fn load_rule(ctx: &Ctx, id: RuleId) -> Result<Rule, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let row = sql::find_rule(ctx.db(), organization, id).await?.ok_or_else(|| Fault::missing("rule", id))?;
    all(ctx, organization, vec![row]).await?.pop().ok_or_else(|| Fault::missing("rule", id))
}

async fn all(ctx: &Ctx, organization: OrganizationId, rows: Vec<RuleRow>) -> Result<Vec<Rule>, Fault> {
    let ids: Vec<RuleId> = rows.iter().map(|row| RuleId(row.id)).collect();
    let counted = sql::count_applied(ctx.db(), organization, &ids).await?;
    let mut counts: HashMap<Uuid, (i64, i64, i64)> =
        counted.into_iter().map(|(rule, batches, samples, last)| (rule, (batches, samples, last))).collect();
    let mut rules = Vec::with_capacity(rows.len());
    for row in rows {
        let conflicts = if row.is_on { conflicts(ctx, organization, &row).await? } else { Vec::new() };
        let counted = counts.remove(&row.id);
        let mut one = rule(row)?;
        if let Some((applied, samples, last)) = counted {
            (one.applied, one.samples, one.last_applied) = (applied, samples, Some(Time(last)));
        }
        if !one.series.is_empty() {
            one.scope = RuleScope::Series { dataset: catalog::find_series(ctx, one.collection, &one.series).await? };
        }
        rules.push(Rule { conflicts, ..one });
    }
    Ok(rules)
}

/// Other rules about the same words that make something else of them.
pub async fn conflicts(ctx: &Ctx, organization: OrganizationId, row: &RuleRow) -> Result<Vec<RuleConflict>, Fault> {
    let own = rule(row.clone())?;
    let mut all = Vec::new();
    for other in sql::list_same(ctx.db(), organization, row).await? {
        let (id, title, is_same) = (RuleId(other.id), other.title.clone(), outcome(&other)? == outcome(row)?);
        // Two series, or two submitters, have no sample in common.
        let is_apart = other.scope == row.scope && other.place != row.place;
        if is_same || is_apart {
            continue;
        }
        let other = rule(other)?;
        let decides = rank(&other.scope, &other.says) < rank(&own.scope, &own.says);
        all.push(RuleConflict { rule: id, title, decides });
    }
    Ok(all)
}

fn outcome(row: &RuleRow) -> Result<serde_json::Value, Fault> {
    let says: serde_json::Value = serde_json::from_str(&row.says).map_err(unreadable)?;
    Ok(says.get("becomes").or_else(|| says.get("reads")).cloned().unwrap_or_default())
}

fn unreadable(error: serde_json::Error) -> Fault {
    Fault::internal("reading a rule", error)
}

/// Without what was applied of it.
pub fn rule(row: RuleRow) -> Result<Rule, Fault> {
    let says: RuleSays = serde_json::from_str(&row.says).map_err(unreadable)?;
    let (scope, series) = match row.scope.as_str() {
        "series" => (RuleScope::Series { dataset: None }, row.place),
        "submitter" => (RuleScope::Submitter { name: row.place }, String::new()),
        _ => (RuleScope::Collection, String::new()),
    };
    let switched = row.switched_at.map(|at| Switched {
        by: row.switched_by.unwrap_or_default(),
        at: Time(at),
        why: row.switched_why.unwrap_or_default(),
    });
    Ok(Rule {
        id: RuleId(row.id),
        collection: CollectionId(row.collection),
        collection_name: row.collection_name,
        scope,
        series,
        says,
        title: row.title,
        why: row.why,
        by: row.made_by,
        at: Time(row.made_at),
        on: row.is_on,
        switched,
        applied: 0,
        samples: 0,
        last_applied: None,
        conflicts: Vec::new(),
    })
}
