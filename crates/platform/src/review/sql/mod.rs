//! Every statement on questions, by noun.

use crate::db::{Query, Value};
use chorale_model::OrganizationId;
use chorale_model::review::{ReviewFilter, ReviewState};

/// The order of `chorale_annotate::worth` in SQL, but for what was decided of the same term; a test compares the two.
macro_rules! by_worth {
    () => {
        "order by sum(waiting * (1.05 - score)) desc, id "
    };
}

/// Of a filter, in the order of [`with`].
macro_rules! matching {
    () => {
        "from review_values where organization = $1 and collection = $2 and field = $3 \
         and ($4 = '' or sought like $4 escape '!') and score >= $5 and score <= $6 "
    };
}

/// Of a group, by the state that is wanted.
macro_rules! wanted {
    () => {
        "group by id having ($7 = 2 or ($7 = 0 and sum(waiting) > 0) or ($7 = 1 and sum(waiting) = 0)) "
    };
}

mod answers;
mod claims;
mod comments;
mod rows;
mod scores;
mod settling;
mod values;

pub use answers::*;
pub use claims::*;
pub use comments::*;
pub use rows::*;
pub use scores::*;
pub use settling::*;
pub use values::*;

fn with(query: Query, organization: OrganizationId, filter: &ReviewFilter) -> Query {
    of_filter(organization, filter).into_iter().fold(query, Query::bind)
}

/// In the order of [`matching`] and [`wanted`].
fn of_filter(organization: OrganizationId, filter: &ReviewFilter) -> Vec<Value> {
    let q = filter.q.trim().to_lowercase();
    let like = match q.is_empty() {
        true => String::new(),
        false => format!("%{}%", q.replace('!', "!!").replace('%', "!%").replace('_', "!_")),
    };
    let state: i64 = match filter.state {
        ReviewState::Waiting => 0,
        ReviewState::Settled => 1,
        ReviewState::All => 2,
    };
    vec![
        organization.into(),
        filter.collection.into(),
        filter.field.clone().into(),
        like.into(),
        filter.least.unwrap_or(0.0).into(),
        filter.most.unwrap_or(1.0).into(),
        state.into(),
    ]
}
