//! Aliases that an organization protects: what moves one of them, by whatever road, is asked for and approved.

use super::{CHALLENGER, names, sql};
use crate::{Ctx, Tx, audit};
use chorale_model::registry::ProtectedAliases;
use chorale_model::{Fault, OrganizationId, Role};
use serde_json::json;

const MOST: usize = 50;

pub async fn list_protected(ctx: &Ctx) -> Result<ProtectedAliases, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    Ok(ProtectedAliases { aliases: sql::promotions::list_protected(ctx.db(), organization).await? })
}

/// Protects these aliases, of every model, and no others. What an alias stands for stays as it is, and what was asked for
/// still waits.
pub async fn protect_aliases(ctx: &Ctx, input: ProtectedAliases) -> Result<ProtectedAliases, Fault> {
    let organization = ctx.require(Role::Admin)?;
    let mut aliases = input.aliases.iter().map(|alias| checked(alias)).collect::<Result<Vec<_>, _>>()?;
    aliases.sort();
    aliases.dedup();
    if aliases.len() > MOST {
        let why = format!("are {}; at most {MOST} can be protected", aliases.len());
        return Err(Fault::field("aliases", why));
    }
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let before = sql::promotions::list_protected(&mut *tx, organization).await?;
                if before == aliases {
                    return Ok(());
                }
                sql::promotions::set_protected(tx, organization, &aliases).await?;
                let detail = json!({ "before": before, "aliases": aliases });
                audit::record(tx, &inner, "organization.aliases_protected", "organization", organization, detail).await
            })
        })
        .await?;
    list_protected(ctx).await
}

fn checked(alias: &str) -> Result<String, Fault> {
    let named = names::alias(alias).map_err(|fault| Fault::field("aliases", fault.message))?;
    let alias = small(&named);
    match alias == CHALLENGER {
        true => {
            let why =
                "\"challenger\" is what the platform calls the versions that it proposes itself; protect champion";
            Err(Fault::field("aliases", why))
        }
        false => Ok(alias),
    }
}

fn small(alias: &str) -> String {
    alias.to_lowercase()
}

pub(super) async fn is_protected(tx: &mut Tx, organization: OrganizationId, alias: &str) -> Result<bool, Fault> {
    sql::promotions::is_protected(tx, organization, &small(alias)).await
}

/// Refuses what would take a protected alias from whoever loads by it: deleting or renaming what it stands for.
pub(super) async fn refuse_where_protected(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: Option<i64>,
    doing: &str,
) -> Result<(), Fault> {
    for alias in sql::promotions::aliases_of(tx, organization, name, version).await? {
        if is_protected(tx, organization, &alias).await? {
            return Err(Fault::conflict(format!(
                "\"{name}\" cannot be {doing} while {alias} stands for a version of it, which the organization protects; \
                 ask that {alias} be moved or removed first"
            )));
        }
    }
    Ok(())
}

/// Stages are MLflow's older way to say what a version is for; one that is called as a protected alias is not a way around it.
pub(super) async fn refuse_stage(
    tx: &mut Tx,
    organization: OrganizationId,
    name: &str,
    version: i64,
    stage: &str,
) -> Result<(), Fault> {
    let now = sql::promotions::find_stage(tx, organization, name, version).await?;
    for stage in [now.as_deref().unwrap_or_default(), stage] {
        if is_protected(tx, organization, stage).await? {
            return Err(Fault::forbidden(format!(
                "the alias {} is protected here, and the stage {stage} says the same; ask for the alias instead",
                small(stage)
            )));
        }
    }
    Ok(())
}
