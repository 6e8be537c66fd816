//! Checking the chain: a changed row, a row removed in the middle and a tail that was cut off all show. Whoever can
//! change every table can also write a new chain that fits; against that stands a head kept elsewhere, see
//! [`verify_against`].

use super::chain::{Entry, GENESIS};
use super::{head, sql};
use crate::Ctx;
use chorale_model::audit::{ChainCheck, ChainHead};
use chorale_model::{Fault, OrganizationId, Role};

/// Rows held in memory at once.
const PAGE: i64 = 1_000;

/// Recomputes the whole chain of the organization.
pub async fn verify(ctx: &Ctx) -> Result<ChainCheck, Fault> {
    let organization = ctx.require(Role::Admin)?;
    check(ctx, organization, None).await
}

/// As [`verify`], and the chain must hold a row at `position` whose hash is `hash`: an exported head's.
pub async fn verify_against(ctx: &Ctx, position: i64, hash: &str) -> Result<ChainCheck, Fault> {
    let organization = ctx.require(Role::Admin)?;
    if position < 1 {
        return Err(Fault::field("position", "is less than 1; copy it from an exported head"));
    }
    if hash.len() != GENESIS.len() || !hash.bytes().all(|b| b.is_ascii_hexdigit()) {
        return Err(Fault::field("hash", "is not 64 hexadecimal digits; copy it from an exported head"));
    }
    check(ctx, organization, Some((position, hash.to_lowercase()))).await
}

async fn check(ctx: &Ctx, organization: OrganizationId, expected: Option<(i64, String)>) -> Result<ChainCheck, Fault> {
    // Read before the rows: rows sealed meanwhile lie behind it, and the walk meets this head on its way.
    let before = head(ctx).await?;
    let mut walk = Walk { organization, last: 0, hash: GENESIS.into(), broken_at: None, milestones: vec![] };
    walk.milestones.extend(expected);
    walk.milestones.push((before.position, before.hash.clone()));
    loop {
        let rows = sql::list_sealed(ctx.db(), organization, walk.last, PAGE).await?;
        let fits = rows.iter().all(|row| walk.step(row));
        if rows.is_empty() || !fits {
            break;
        }
    }
    let after = if walk.last == before.position { before } else { head(ctx).await? };
    walk.finish(&after);
    Ok(ChainCheck { intact: walk.broken_at.is_none(), checked: walk.last, broken_at: walk.broken_at, head: after })
}

struct Walk {
    organization: OrganizationId,
    last: i64,
    hash: String,
    broken_at: Option<i64>,
    /// Positions whose hash is known from elsewhere.
    milestones: Vec<(i64, String)>,
}

impl Walk {
    /// Takes the next row; false when it does not fit.
    fn step(&mut self, row: &Entry) -> bool {
        let position = self.last + 1;
        let hash = row.link(self.organization.0, position, &self.hash);
        let strange = self.milestones.iter().any(|(at, known)| *at == position && *known != hash);
        if row.position != Some(position) || row.hash.as_deref() != Some(hash.as_str()) || strange {
            self.broken_at = Some(position);
            return false;
        }
        (self.last, self.hash) = (position, hash);
        true
    }

    /// After the last row: nothing that is known to exist may lie behind it, and nothing behind the head.
    fn finish(&mut self, head: &ChainHead) {
        let cut = self.milestones.iter().any(|(at, _)| *at > self.last);
        if self.broken_at.is_none() && (cut || head.position < self.last) {
            self.broken_at = Some(if cut { self.last } else { head.position } + 1);
        }
    }
}
