//! Who has what: a curator takes a report, an admin gives it to somebody.

use super::{list, person, sql};
use crate::{Ctx, audit, identity};
use chorale_model::page::PageRequest;
use chorale_model::reports::{AssignReport, Report};
use chorale_model::{Fault, ReportId, Role, UserId};
use serde_json::json;

/// A curator takes it for themselves or lets it go; an admin names any curator.
pub async fn assign(ctx: &Ctx, id: ReportId, input: AssignReport) -> Result<Report, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let me = UserId(person(ctx));
    let name = match input.assignee {
        None => None,
        Some(one) if one == me => Some(ctx.actor_name()),
        Some(other) => Some(curator(ctx, other).await?),
    };
    let (assignee, inner) = (input.assignee, ctx.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let found = sql::find(&mut *tx, organization, id).await?;
                let report = found.ok_or_else(|| Fault::missing("report", id))?;
                let is_others = report.assignee.is_some_and(|one| one != me);
                if is_others && inner.require(Role::Admin).is_err() {
                    let who = report.assignee_name.unwrap_or_default();
                    return Err(Fault::conflict(format!("{who} has taken this report; an admin can give it to you")));
                }
                sql::assign(tx, organization, id, assignee, name.as_deref()).await?;
                let detail = json!({ "assignee": name });
                audit::record(tx, &inner, "report.assigned", "report", id, detail).await
            })
        })
        .await?;
    list::load_report(ctx, id).await
}

/// The address of a member who may decide; only admins see who the members are.
async fn curator(ctx: &Ctx, user: UserId) -> Result<String, Fault> {
    ctx.require(Role::Admin)?;
    let mut page = PageRequest { cursor: None, limit: Some(PageRequest::MAX) };
    loop {
        let found = identity::list_members(ctx, page).await?;
        if let Some(member) = found.items.into_iter().find(|member| member.user == user) {
            return match member.active && member.role >= Role::Curator {
                true => Ok(member.email),
                false => Err(Fault::field("assignee", format!("{} is no active curator", member.email))),
            };
        }
        match found.next_cursor {
            Some(next) => page = PageRequest { cursor: Some(next), limit: Some(PageRequest::MAX) },
            None => return Err(Fault::missing("member", user)),
        }
    }
}
