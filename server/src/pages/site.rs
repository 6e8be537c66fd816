//! The files of the browser, as `chorale-assets` left them in `target/site` when the server was built; the binary
//! carries them. A debug build reads them from that folder instead.

use crate::web::{Answered, Web};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use chorale_app::Assets;
use chorale_model::Fault;
use http::header::{ACCEPT_ENCODING, CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, VARY};
use http::{HeaderMap, HeaderValue};
use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../target/site/"]
struct Files;

/// The names of the files that pages ask for.
#[derive(Debug)]
pub struct Site {
    assets: Assets,
}

impl Site {
    /// Reads the manifest. Without one, pages come without style and script, and the log says why.
    pub fn load() -> Result<Site, Fault> {
        // Asking for the routes starts Leptos' executor, which rendering needs.
        let pages = leptos_axum::generate_route_list(chorale_app::App).len();
        tracing::debug!(pages, "the pages are known");
        let Some(manifest) = Files::get("manifest.json") else {
            tracing::warn!("this binary was built without the browser's files; run chorale-assets and build it again");
            let none = || "absent".to_owned();
            return Ok(Site { assets: Assets { css: none(), js: none(), wasm: none(), icon: none() } });
        };
        let assets = serde_json::from_slice(&manifest.data)
            .map_err(|e| Fault::internal("reading the manifest of the browser's files", e))?;
        Ok(Site { assets })
    }

    pub fn assets(&self) -> Assets {
        self.assets.clone()
    }

    /// The stylesheet's name under `/pkg/`.
    pub fn css(&self) -> &str {
        &self.assets.css
    }

    /// The link to the icon, for pages that the application does not draw: without one a browser asks for
    /// `/favicon.ico`, which does not exist.
    pub fn icon_link(&self) -> String {
        format!("<link rel=\"icon\" type=\"image/svg+xml\" href=\"/pkg/{}\">", self.assets.icon)
    }
}

/// A file; its name holds its hash, so it never changes.
pub async fn asset(State(_): State<Web>, Path(name): Path<String>, headers: HeaderMap) -> Answered<Response> {
    let missing = || Fault::missing("file", &name);
    let type_ = type_of(&name).ok_or_else(missing)?;
    let squeezed = accepts_brotli(&headers).then(|| Files::get(&format!("pkg/{name}.br"))).flatten();
    let encoded = squeezed.is_some();
    let file = squeezed.or_else(|| Files::get(&format!("pkg/{name}"))).ok_or_else(missing)?;
    let mut response = file.data.into_owned().into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(type_));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("public, max-age=31536000, immutable"));
    headers.insert(VARY, HeaderValue::from_static("accept-encoding"));
    if encoded {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    Ok(response)
}

fn type_of(name: &str) -> Option<&'static str> {
    match name.rsplit_once('.')?.1 {
        "css" => Some("text/css; charset=utf-8"),
        "js" => Some("text/javascript; charset=utf-8"),
        "wasm" => Some("application/wasm"),
        "svg" => Some("image/svg+xml"),
        _ => None,
    }
}

fn accepts_brotli(headers: &HeaderMap) -> bool {
    let accepted = headers.get_all(ACCEPT_ENCODING).iter().filter_map(|value| value.to_str().ok());
    accepted.flat_map(|value| value.split(',')).any(|coding| {
        let mut words = coding.split(';').map(str::trim);
        words.next() == Some("br") && words.all(|word| word != "q=0")
    })
}
