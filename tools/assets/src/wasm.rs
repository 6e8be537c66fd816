//! From Rust to what the browser runs: cargo, then the bindings generator.
//!
//! `wasm-opt` is absent on purpose: after fat LTO at `opt-level = "z"` it saved 2.8 % of the brotli size (47,458 B to
//! 46,151 B), and version 108, which Debian 12 ships, exports the wrong table of a module with reference types, so
//! that the module does not start.

use crate::Outcome;
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The module and the JavaScript that loads it.
pub struct Wasm {
    pub module: Vec<u8>,
    pub js: String,
}

/// Builds `frontend` alone, so that no feature of the server is unified into the browser's code.
pub fn build(root: &Path, dev: bool) -> Outcome<Wasm> {
    let input = compile(root, dev)?;
    let work = root.join("target/assets");
    let kept = work.join(if dev { "dev" } else { "wasm" });
    if is_current(&input, &kept) {
        return load(&kept);
    }
    let mut generated = wasm_bindgen_cli_support::Bindgen::new()
        .input_path(&input)
        .out_name("chorale")
        .web(true)
        .and_then(|bindgen| bindgen.typescript(false).remove_name_section(!dev).generate_output())
        .map_err(|error| format!("cannot generate the bindings of {}: {error:#}", input.display()))?;
    if generated.snippets().values().any(|texts| !texts.is_empty()) || !generated.local_modules().is_empty() {
        return Err("a crate of the frontend ships JavaScript of its own; write it in Rust instead".to_owned());
    }
    let js = generated.js().to_owned();
    let module = generated.wasm_mut().emit_wasm();
    fs::create_dir_all(&kept).map_err(|error| format!("cannot create {}: {error}", kept.display()))?;
    write(&kept.join("chorale.js"), js.as_bytes())?;
    write(&kept.join("chorale.wasm"), &module)?;
    Ok(Wasm { module, js })
}

fn compile(root: &Path, dev: bool) -> Outcome<PathBuf> {
    let profile = if dev { "dev" } else { "wasm" };
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    // The flags of an outer `cargo run` must not leak into this build; its target folder of its own keeps it from
    // waiting for a server build that runs at the same time.
    let status = Command::new(cargo)
        .current_dir(root)
        .args([
            "build",
            "--package",
            "chorale-frontend",
            "--lib",
            "--target",
            "wasm32-unknown-unknown",
            "--profile",
            profile,
        ])
        .arg("--target-dir")
        .arg("target/frontend")
        .status()
        .map_err(|error| format!("cannot start cargo: {error}"))?;
    if !status.success() {
        return Err("the frontend does not compile for wasm32-unknown-unknown; see the messages above".to_owned());
    }
    let folder = if dev { "debug" } else { "wasm" };
    Ok(root.join("target/frontend/wasm32-unknown-unknown").join(folder).join("chorale_frontend.wasm"))
}

/// The kept output is newer than cargo's: cargo touches its file only when an input changed.
fn is_current(input: &Path, kept: &Path) -> bool {
    let time = |path: &Path| fs::metadata(path).and_then(|data| data.modified()).ok();
    let js = time(&kept.join("chorale.js"));
    time(&kept.join("chorale.wasm")).zip(time(input)).is_some_and(|(output, input)| js.is_some() && output > input)
}

fn load(kept: &Path) -> Outcome<Wasm> {
    let read = |name: &str| fs::read(kept.join(name)).map_err(|error| format!("cannot read {name}: {error}"));
    let js = String::from_utf8(read("chorale.js")?).map_err(|_| "the generated JavaScript is not UTF-8")?;
    Ok(Wasm { module: read("chorale.wasm")?, js })
}

fn write(path: &Path, bytes: &[u8]) -> Outcome<()> {
    fs::write(path, bytes).map_err(|error| format!("cannot write {}: {error}", path.display()))
}
