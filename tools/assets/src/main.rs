//! Builds what the browser loads: the WASM of the islands, its JavaScript, the stylesheet, the icon.
//! Run it before the server: `cargo run -p chorale-assets` (`-- --dev` builds quicker and larger WASM).
//!
//! What it leaves in `target/site/` (the server embeds this folder; nothing else belongs there):
//!
//! ```text
//! manifest.json               {"css": "chorale-HASH.css", "js": "chorale-HASH.js", "wasm": "chorale-HASH.wasm",
//!                             "icon": "chorale-HASH.svg"}
//! pkg/chorale-HASH.css        served under /pkg/…, immutable for a year: the name changes with the bytes
//! pkg/chorale-HASH.js
//! pkg/chorale-HASH.wasm
//! pkg/chorale-HASH.svg
//! pkg/chorale-HASH.….br       the same, compressed with brotli 11 (`--dev`: 5)
//! ```
//!
//! It needs no tool but cargo: the bindings generator is a library pinned by Cargo.lock. Nothing is rebuilt when no
//! input changed.
//! Start reading at `run`.

mod site;
mod style;
mod wasm;

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

/// What went wrong, as one sentence for the terminal.
type Outcome<T> = Result<T, String>;

fn main() -> ExitCode {
    let dev = match std::env::args().nth(1).as_deref() {
        None => false,
        Some("--dev") => true,
        Some(other) => {
            eprintln!("unknown argument {other:?}; usage: chorale-assets [--dev]");
            return ExitCode::from(2);
        }
    };
    match run(&workspace(), dev) {
        Ok(()) => ExitCode::SUCCESS,
        Err(message) => {
            eprintln!("assets: {message}");
            ExitCode::FAILURE
        }
    }
}

fn run(root: &Path, dev: bool) -> Outcome<()> {
    let started = Instant::now();
    let css = style::bundle(&root.join("style/index.css"))?;
    let wasm = wasm::build(root, dev)?;
    let icon = std::fs::read(root.join("style/favicon.svg"))
        .map_err(|error| format!("cannot read style/favicon.svg: {error}"))?;
    let names = site::publish(&root.join("target/site"), css.as_bytes(), &wasm, &icon, dev)?;
    println!("assets: {names} in {:.1} s", started.elapsed().as_secs_f64());
    Ok(())
}

/// The folder of the workspace's Cargo.toml, two above this crate's.
fn workspace() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
