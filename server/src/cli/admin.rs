//! `chorale admin …`: what whoever runs the deployment does without a browser.

use super::arguments::{Admin, AdminOrganization, AdminToken, AdminUser};
use super::{Answer, collection, person, quota};
use crate::Config;
use crate::start::{self, Schema};
use chorale_model::page::PageRequest;
use chorale_model::{Fault, OrganizationId, Role, Time};
use chorale_platform::experiments::{self, Removed};
use chorale_platform::{Ctx, Deployment, assembly, care, discovery, identity, jobs};
use serde_json::json;
use std::io::Read;
use std::sync::Arc;

pub(super) async fn run(config: Config, command: Admin) -> Result<Answer, Fault> {
    let app = start::deployment(&config, Schema::Migrate).await?;
    let answer = match command {
        Admin::Organization(AdminOrganization::Create { name }) => create_organization(&app, &name).await,
        Admin::User(AdminUser::Create { email, organization, role, operator, .. }) => {
            create_user(&app, &email, &organization, &role, operator).await
        }
        Admin::User(AdminUser::Reset { email }) => person::reset(&app, &email).await,
        Admin::Operator(command) => person::set_operator(&app, command).await,
        Admin::Quota(command) => quota::run(&app, command).await,
        Admin::Collection(command) => collection::run(&app, command).await,
        Admin::Token(AdminToken::Create { organization, role, name }) => {
            create_token(&app, &organization, &role, &name).await
        }
        Admin::Reindex { organization } => reindex(&app, organization.as_deref()).await,
        Admin::Sweep { dry_run } => sweep(&app, dry_run).await,
        Admin::RemoveDeleted { dry_run } => remove_deleted(&app, dry_run).await,
    };
    app.db.close().await;
    answer
}

/// The organization of a name.
pub(super) async fn organization_named(app: &Arc<Deployment>, name: &str) -> Result<OrganizationId, Fault> {
    let operator = Ctx::operator(app.clone(), None);
    let found = identity::find_organization_by_name(&operator, name).await?;
    found.map(|found| found.id).ok_or_else(|| {
        Fault::field(
            "organization",
            format!("there is no organization \"{name}\"; make it with \"chorale admin organization create\""),
        )
    })
}

async fn create_organization(app: &Arc<Deployment>, name: &str) -> Result<Answer, Fault> {
    let made = identity::create_organization(&Ctx::operator(app.clone(), None), name, false).await?;
    Ok(Answer::new(format!("{}\n", made.id), json!({ "organization": made })))
}

async fn create_user(
    app: &Arc<Deployment>,
    email: &str,
    organization: &str,
    role: &str,
    operator: bool,
) -> Result<Answer, Fault> {
    let (role, organization) = (role.parse::<Role>()?, organization_named(app, organization).await?);
    let mut password = String::new();
    std::io::stdin()
        .take(4_096)
        .read_to_string(&mut password)
        .map_err(|e| Fault::field("password", format!("standard input cannot be read: {e}")))?;
    let password = password.trim_end_matches(['\r', '\n']).to_owned();
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let made = identity::create_user(&ctx, email, "", organization, role, password).await?;
    if operator {
        identity::set_operator(&ctx, email, true).await?;
    }
    let note = if made.known { " (known already: the password stays as it was)" } else { "" };
    Ok(Answer::new(
        format!("{} is {role}{note}\n", made.member.email),
        json!({ "member": made.member, "known": made.known }),
    ))
}

async fn create_token(app: &Arc<Deployment>, organization: &str, role: &str, name: &str) -> Result<Answer, Fault> {
    let (role, organization) = (role.parse::<Role>()?, organization_named(app, organization).await?);
    let ctx = Ctx::operator(app.clone(), Some(organization));
    let made = identity::create_operator_token(&ctx, organization, role, name).await?;
    Ok(Answer::new(format!("{}\n", made.secret), json!({ "token": made.token, "secret": made.secret })))
}

async fn reindex(app: &Arc<Deployment>, organization: Option<&str>) -> Result<Answer, Fault> {
    let mut organizations = Vec::new();
    match organization {
        Some(name) => organizations.push(organization_named(app, name).await?),
        None => {
            let (operator, mut page) = (Ctx::operator(app.clone(), None), PageRequest::default());
            loop {
                let found = identity::list_organizations(&operator, page).await?;
                organizations.extend(found.items.into_iter().map(|found| found.id));
                match found.next_cursor {
                    None => break,
                    cursor => page = PageRequest { cursor, limit: None },
                }
            }
        }
    }
    let mut ids = Vec::new();
    for organization in organizations {
        ids.extend(discovery::reindex(&Ctx::operator(app.clone(), Some(organization))).await?);
    }
    jobs::run_until_idle(app, &assembly::handlers()).await?;
    Ok(Answer::new(format!("{} indexes rebuilt\n", ids.len()), json!({ "jobs": ids })))
}

async fn sweep(app: &Arc<Deployment>, dry_run: bool) -> Result<Answer, Fault> {
    let report = match dry_run {
        true => care::preview_sweep(app).await?,
        false => care::sweep_objects(app, &jobs::StopSignal::default()).await?,
    };
    let days = app.settings.unused_objects_days;
    let verb = if dry_run { "would be removed" } else { "removed" };
    let mut text = format!(
        "{} objects ({} bytes) {verb}, unused for more than {days} days; {} ({} bytes) are unused for less\n",
        report.removed, report.removed_bytes, report.waiting, report.waiting_bytes
    );
    for object in &report.objects {
        text.push_str(&format!("{}  {:>12} bytes  {}\n", Time(object.since), object.size_bytes, object.key));
    }
    let json = serde_json::to_value(&report).map_err(|e| Fault::internal("describing the sweep", e))?;
    Ok(Answer::new(text, json))
}

async fn remove_deleted(app: &Arc<Deployment>, dry_run: bool) -> Result<Answer, Fault> {
    let removed = match dry_run {
        true => experiments::preview_removal(app).await?,
        false => experiments::remove_deleted(app, &jobs::StopSignal::default()).await?,
    };
    let verb = if dry_run { "would be removed" } else { "removed" };
    let Removed { runs, models, experiments, in_use } = removed;
    let days = app.settings.deleted_days;
    let text = format!(
        "{runs} runs, {models} logged models and {experiments} experiments {verb}, deleted for more than {days} days; \
         {in_use} stay, because registered versions were made from them\n"
    );
    let json = serde_json::to_value(removed).map_err(|e| Fault::internal("describing what was removed", e))?;
    Ok(Answer::new(text, json))
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use std::collections::BTreeMap;

    /// A deployment on SQLite with the organization "Alpha Lab".
    pub(in crate::cli) async fn deployment() -> Arc<Deployment> {
        let folder = tempfile::tempdir().unwrap().keep();
        let flags = BTreeMap::from([("data_dir".to_owned(), folder.display().to_string())]);
        let config = Config::load(&flags, |_| None, None).unwrap();
        let app = start::deployment(&config, Schema::Migrate).await.unwrap();
        create_organization(&app, "Alpha Lab").await.unwrap();
        app
    }
}
