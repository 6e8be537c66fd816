//! Reports: a member says that a value is wrong, and the answer goes back to them. Owns `reports`, which belong to whoever
//! owns the sample, and `reports_made`, which belong to whoever filed them. It must never tell the owner of a shared
//! collection who of another organization filed one, nor tell that organization who answered.
//!
//! Start at [`file()`]; [`answer()`] and [`decline`] settle one.

mod answer;
mod assign;
mod file;
mod list;
mod sql;

pub use answer::{answer, decline};
pub use assign::assign;
pub use file::file;
pub use list::{counts, list_mine, list_reports, load_report, see_mine};

use crate::db::Target;
use crate::{Actor, Ctx, listeners};
use chorale_model::reports::{Report, ReportState};
use chorale_model::{Fault, OrganizationId, ReportId};
use uuid::Uuid;

/// A report of the organization's samples was filed (`open`), answered or declined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Happened {
    pub organization: OrganizationId,
    pub report: ReportId,
    pub state: ReportState,
}

/// Who hears of it.
pub type Listeners = listeners::Listeners<Happened>;

/// A report of the organization's samples, for the platform's own work.
pub async fn find_report<'a>(
    on: impl Into<Target<'a>>,
    organization: OrganizationId,
    id: ReportId,
) -> Result<Option<Report>, Fault> {
    sql::find(on, organization, id).await
}

/// Who files a report: a person, or the program that works with a token.
fn person(ctx: &Ctx) -> Uuid {
    match &ctx.actor {
        Actor::User { user, .. } => user.0,
        Actor::Token { user: Some(user), .. } => user.0,
        Actor::Token { token, .. } => token.0,
        Actor::Anonymous | Actor::Operator | Actor::System => Uuid::nil(),
    }
}

#[cfg(test)]
mod tests;
