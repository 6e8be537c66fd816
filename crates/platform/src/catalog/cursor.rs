//! Cursors: where a page ended, as JSON in base64, opaque to clients.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chorale_model::Fault;
use serde::Serialize;
use serde::de::DeserializeOwned;

pub fn encode(place: impl Serialize) -> String {
    URL_SAFE_NO_PAD.encode(serde_json::to_vec(&place).expect("texts, numbers and ids become JSON"))
}

pub fn decode<T: DeserializeOwned>(cursor: Option<&String>) -> Result<Option<T>, Fault> {
    let Some(text) = cursor else { return Ok(None) };
    URL_SAFE_NO_PAD
        .decode(text)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .map(Some)
        .ok_or_else(|| Fault::field("cursor", "this cursor belongs to another list or order; start without one"))
}
