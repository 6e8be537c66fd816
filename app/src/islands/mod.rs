//! What the browser runs: small enhancements of pages that work without them.
//! An island never loads the content of a page and never nests in another. Start at `theme`, the smallest.

#[cfg(feature = "hydrate")]
mod ask;
pub mod bench;
pub mod columns;
#[cfg(any(feature = "hydrate", test))]
mod complete;
pub mod drop;
pub mod enhance;
pub mod grid;
pub mod job_line;
pub mod keyboard;
#[cfg(feature = "hydrate")]
mod listen;
pub mod live_jobs;
pub mod live_page;
#[cfg(feature = "hydrate")]
mod morph;
#[cfg(feature = "hydrate")]
mod terms;
pub mod theme;
pub mod threshold;

pub use bench::Bench;
pub use columns::Columns;
pub use drop::Drop;
pub use enhance::Enhance;
pub use grid::Grid;
pub use job_line::JobLine;
pub use keyboard::{Keyboard, PlaceLine};
pub use live_jobs::LiveJobs;
pub use live_page::LivePage;
pub use theme::Theme;
pub use threshold::Threshold;
