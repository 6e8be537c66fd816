//! The server functions behind the pages' forms, with their least role and a valid form each. A test fails for one
//! that the pages register and this list lacks.

use super::{Access, Face, Route};
use http::Method;

/// A server function.
#[derive(Debug)]
pub struct Function {
    pub path: &'static str,
    pub access: Access,
    /// A valid form.
    pub form: &'static str,
}

pub const FUNCTIONS: &[Function] = &[];

pub(super) fn routes() -> Vec<Route> {
    FUNCTIONS
        .iter()
        .map(|function| {
            Route::new(Method::POST, function.path, Face::Function, crate::pages::function)
                .access(function.access)
                .form(function.form)
        })
        .collect()
}
