//! Members as colleagues see them: a name and a handle, to mention somebody. Of one's own organization alone.

use super::email;
use super::sql::members as sql;
use crate::Ctx;
use chorale_model::comments::Person;
use chorale_model::{Fault, Role, UserId};

/// Members that a form offers.
const OFFERED: usize = 8;
/// Longer texts are no name.
const LONGEST: usize = 100;

/// Active members by a few letters of their name or address.
pub async fn list_people(ctx: &Ctx, typed: &str) -> Result<Vec<Person>, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let typed = typed.trim().trim_start_matches('@').to_lowercase();
    if typed.chars().count() > LONGEST {
        return Err(Fault::field("q", format!("type at most {LONGEST} characters")));
    }
    let all = sql::list_people(ctx.db(), organization).await?;
    let fits = |(_, email, name): &&(UserId, String, String)| {
        email.starts_with(&typed) || name.to_lowercase().split(' ').any(|part| part.starts_with(&typed))
    };
    let found = all.iter().filter(fits).take(OFFERED);
    Ok(found.map(|(_, email, name)| Person { handle: handle(&all, email), name: name.clone() }).collect())
}

/// The members that handles name, with the handle; a handle that names nobody, or several, is left out.
pub async fn find_people(ctx: &Ctx, handles: &[String]) -> Result<Vec<(UserId, String)>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if handles.is_empty() {
        return Ok(Vec::new());
    }
    let all = sql::list_people(ctx.db(), organization).await?;
    let found = all.iter().filter_map(|(user, email, _)| {
        let is_theirs = |one: &&String| *one == email || **one == handle(&all, email);
        handles.iter().find(is_theirs).map(|one| (*user, one.clone()))
    });
    Ok(found.collect())
}

/// The address before its @ where nobody else's is so, else the whole.
fn handle(all: &[(UserId, String, String)], address: &str) -> String {
    let local = email::local_part(address);
    match all.iter().filter(|(_, other, _)| email::local_part(other) == local).count() {
        1 => local.to_owned(),
        _ => address.to_owned(),
    }
}
