//! The pages with their least role. A test fails for one that the application routes and this list lacks.

use super::{Access, Face, Route};
use http::Method;

/// A page.
#[derive(Debug)]
pub struct Page {
    pub path: &'static str,
    pub access: Access,
    /// The example's query.
    pub query: &'static str,
}

const fn page(path: &'static str, access: Access) -> Page {
    Page { path, access, query: "" }
}

pub const PAGES: &[Page] = &[page("/sign-in", Access::Anonymous), page("/design", Access::Anonymous)];

pub(super) fn routes() -> Vec<Route> {
    PAGES
        .iter()
        .map(|page| {
            Route::new(Method::GET, page.path, Face::Page, crate::pages::page).access(page.access).query(page.query)
        })
        .collect()
}
