//! What the browser runs: small enhancements of pages that work without them.
//! An island never loads the content of a page and never nests in another. Start at `theme`, the smallest.

pub mod theme;

pub use theme::Theme;
