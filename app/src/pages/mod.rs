//! One page, one file. A page reads through platform verbs and draws; its forms post to `/_fn/…` (see `functions`).
//! Start with `design` for the components, `dataset` for an object page.

pub mod design;
pub mod missing;
pub mod sign_in;
