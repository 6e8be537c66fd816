//! Models and versions that a filter finds.

use super::{ModelRow, VersionRow, version_rows, whole, whole_versions};
use crate::db::{Builder, Db, Value, sql_in};
use crate::filter::sql::{condition, logged, tested};
use crate::filter::{Comparison, Cut, Entity, Expr, OrderKey};
use chorale_model::registry::{ModelVersion, RegisteredModel, Stage};
use chorale_model::{Fault, OrganizationId};

/// Prompts are kept among the models, and are none; they are found only when they are asked for.
const NO_PROMPTS: &str = "not exists (select 1 from model_tags p where p.organization = m.organization and p.name = m.name \
     and p.key = 'mlflow.prompt.is_prompt' and p.value = 'true')";

pub async fn models(
    db: &Db,
    organization: OrganizationId,
    filter: Option<&Expr>,
    prompts: bool,
    order: &[OrderKey],
    cut: &Cut,
) -> Result<Vec<RegisteredModel>, Fault> {
    let mut b = Builder::new(
        db,
        "select m.name, m.kind, m.description, m.latest_version, m.created_at, m.updated_at from registered_models m \
         where m.organization = ",
    );
    b.bind(organization);
    if !prompts {
        b.push(" and ").push(NO_PROMPTS);
    }
    if let Some(filter) = filter {
        b.push(" and ");
        condition(&mut b, filter, &mut of_model)?;
    }
    b.push(" order by ");
    for key in order {
        b.push(if key.key == "name" { "m.name" } else { "m.updated_at" });
        b.push(if key.descending { " desc, " } else { ", " });
    }
    b.push("m.name limit ").bind(cut.limit + 1).push(" offset ").bind(cut.offset);
    let rows: Vec<ModelRow> = b.query().all(db).await?;
    whole(db, organization, rows).await
}

fn of_model(b: &mut Builder, Comparison { on, key, test }: &Comparison) -> Result<(), Fault> {
    match on {
        Entity::Tag => {
            logged(
                b,
                "select 1 from model_tags x where x.organization = m.organization and x.name = m.name",
                key,
                test,
            );
        }
        _ => {
            b.push("m.name");
            tested(b, test);
        }
    }
    Ok(())
}

pub async fn versions(
    db: &Db,
    organization: OrganizationId,
    filter: Option<&Expr>,
    prompts: bool,
    order: &[OrderKey],
    cut: &Cut,
) -> Result<Vec<ModelVersion>, Fault> {
    let mut b = Builder::new(db, version_rows!());
    b.bind(organization);
    if !prompts {
        b.push(" and ").push(NO_PROMPTS);
    }
    if let Some(filter) = filter {
        b.push(" and ");
        condition(&mut b, filter, &mut of_version)?;
    }
    b.push(" order by ");
    for key in order {
        b.push(column(&key.key)).push(if key.descending { " desc, " } else { ", " });
    }
    if order.is_empty() {
        b.push("m.updated_at desc, ");
    }
    b.push("m.name, m.version desc limit ").bind(cut.limit + 1).push(" offset ").bind(cut.offset);
    whole_versions(db, organization, b.query().all(db).await?).await
}

fn column(key: &str) -> &'static str {
    match key {
        "version_number" => "m.version",
        "run_id" => "m.run",
        "source_path" => "m.source",
        "creation_timestamp" => "m.created_at",
        "last_updated_timestamp" => "m.updated_at",
        _ => "m.name",
    }
}

fn of_version(b: &mut Builder, Comparison { on, key, test }: &Comparison) -> Result<(), Fault> {
    match on {
        Entity::Tag => {
            let head = "select 1 from model_version_tags x where x.organization = m.organization and x.name = m.name \
                and x.version = m.version";
            logged(b, head, key, test);
        }
        _ => {
            b.push(column(key));
            tested(b, test);
        }
    }
    Ok(())
}

/// The newest version of each stage of some models.
pub async fn newest(
    db: &Db,
    organization: OrganizationId,
    names: Vec<Value>,
    stages: &[Stage],
) -> Result<Vec<ModelVersion>, Fault> {
    let head = concat!(
        version_rows!(),
        "$1 and not exists (select 1 from model_versions n where n.organization = m.organization \
          and n.name = m.name and n.stage = m.stage and n.version > m.version) and m.name in"
    );
    let rows: Vec<VersionRow> =
        sql_in(head, vec![organization.into()], names, "order by m.name, m.version").all(db).await?;
    let wanted = rows.into_iter().filter(|one| stages.iter().any(|stage| stage.name() == one.stage));
    whole_versions(db, organization, wanted.collect()).await
}
