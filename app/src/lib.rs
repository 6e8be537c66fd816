//! The pages of Chorale and the server functions behind their forms.
//!
//! Pages are rendered whole on the server and work as plain links and forms; only the islands in `islands/` reach
//! the browser as WASM. So everything but `islands` is compiled for the server alone, may call the platform's verbs
//! directly, and a changed page never changes the WASM.
//! It must never hold a rule: a page or server function calls one verb and draws what it answers.
//! Start reading at `shell` (the document), then `routes` (every page), then any page in `pages/`.

#![recursion_limit = "512"]

pub mod islands;

#[cfg(feature = "ssr")]
pub mod address;
#[cfg(feature = "ssr")]
pub mod assets;
#[cfg(feature = "ssr")]
pub mod attribute;
#[cfg(feature = "ssr")]
pub mod badges;
#[cfg(feature = "ssr")]
pub mod flash;
#[cfg(feature = "ssr")]
pub mod functions;
#[cfg(feature = "ssr")]
pub mod load;
#[cfg(feature = "ssr")]
pub mod markdown;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod paging;
#[cfg(feature = "ssr")]
pub mod preference;
#[cfg(feature = "ssr")]
pub mod redirect;
#[cfg(feature = "ssr")]
pub mod routes;
#[cfg(feature = "ssr")]
pub mod screen;
#[cfg(feature = "ssr")]
pub mod shell;
#[cfg(feature = "ssr")]
pub mod snippet;
#[cfg(feature = "ssr")]
pub mod values;

#[cfg(feature = "ssr")]
pub use assets::Assets;
#[cfg(feature = "ssr")]
pub use routes::App;
#[cfg(feature = "ssr")]
pub use shell::{document, shell};
