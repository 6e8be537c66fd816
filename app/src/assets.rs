//! The names of the built files, as `tools/assets` wrote them into `target/site/manifest.json`.

/// File names under `/pkg/`. The server reads them once at start.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Assets {
    pub css: String,
    pub js: String,
    pub wasm: String,
    pub icon: String,
}
