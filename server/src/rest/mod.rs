//! REST under `/api/v1`. One file per resource: its rows of the route table, then its handlers, which are a few lines
//! around a verb. Must never hold a rule.

use crate::routes::Route;

/// Every REST route.
pub(crate) fn routes() -> Vec<Route> {
    Vec::new()
}
