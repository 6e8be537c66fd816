//! The browser's entry: wakes the islands of `chorale-app`. Nothing else belongs here.

use wasm_bindgen::prelude::wasm_bindgen;

// The islands are exported by their own macro; naming the crate links them in.
use chorale_app as _;

/// Called once by the page's script, before it gives each island its element.
#[wasm_bindgen]
pub fn hydrate() {
    console_error_panic_hook::set_once();
    leptos::mount::hydrate_islands();
}
