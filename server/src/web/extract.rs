//! What handlers take from a request. Every refusal is a fault that names the field and the remedy.

use super::{Refusal, Web};
use axum::extract::{FromRequest, FromRequestParts, Request};
use bytes::Bytes;
use chorale_model::Fault;
use http::header::CONTENT_TYPE;
use http::request::Parts;
use serde::de::DeserializeOwned;
use std::str::FromStr;

/// A JSON body.
pub struct Input<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Web> for Input<T> {
    type Rejection = Refusal;

    async fn from_request(request: Request, web: &Web) -> Result<Self, Refusal> {
        let type_ = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        // A form of another site can send text/plain without asking; it cannot send this.
        if !type_.to_ascii_lowercase().starts_with("application/json") {
            return Err(Fault::field("content-type", "send JSON, with Content-Type: application/json").into());
        }
        let bytes = Bytes::from_request(request, web)
            .await
            .map_err(|e| Fault::invalid(format!("the body could not be read: {e}")))?;
        let read = serde_json::from_slice(&bytes);
        Ok(Input(read.map_err(|e| Fault::field("body", format!("is not what this takes: {e}")))?))
    }
}

/// The query, as a struct. Keys may repeat only in [`Pairs`].
pub struct Search<T>(pub T);

impl<T: DeserializeOwned> FromRequestParts<Web> for Search<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Refusal> {
        let query = axum::extract::Query::<T>::try_from_uri(&parts.uri);
        Ok(Search(query.map_err(|e| Fault::field("query", format!("is not what this takes: {}", e.body_text())))?.0))
    }
}

/// The query as pairs, repeated keys kept.
pub struct Pairs(pub Vec<(String, String)>);

impl FromRequestParts<Web> for Pairs {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _: &Web) -> Result<Self, Refusal> {
        let query = parts.uri.query().unwrap_or_default();
        Ok(Pairs(url::form_urlencoded::parse(query.as_bytes()).into_owned().collect()))
    }
}

/// The names in a path, in their order: a text, or a tuple of them.
pub struct PathTexts<T>(pub T);

impl<T: DeserializeOwned + Send> FromRequestParts<Web> for PathTexts<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        let texts = axum::extract::Path::<T>::from_request_parts(parts, web).await;
        Ok(PathTexts(texts.map_err(|e| Fault::invalid(format!("the address cannot be read: {e}")))?.0))
    }
}

/// The id in a path with one parameter. What is no id names nothing that exists.
pub struct PathId<T>(pub T);

impl<T: FromStr<Err = Fault>> FromRequestParts<Web> for PathId<T> {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, web: &Web) -> Result<Self, Refusal> {
        let text = axum::extract::Path::<String>::from_request_parts(parts, web)
            .await
            .map_err(|e| Fault::invalid(format!("the address cannot be read: {e}")))?;
        Ok(PathId(text.0.parse()?))
    }
}
