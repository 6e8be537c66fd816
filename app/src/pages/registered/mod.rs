//! What the pages of models and of their versions are made of besides what trained annotators have: aliases, words and tags
//! with their forms, the card of a version that came from a run, and what was done to either.

pub mod aliases;
pub mod card;
pub mod care;
pub mod history;
pub mod search;
pub mod words;

use crate::pages::retraining::version_path;
use chorale_model::experiments::RunId;
use chorale_model::registry::{ModelVersion, RegisteredModel};
use chorale_platform::registry;
use leptos::prelude::*;

pub const PATH: &str = "/models";

pub fn address_of(name: &str) -> String {
    format!("{PATH}/{}", crate::address::encoded(name))
}

/// What a kind is called: those that clients register are named for what they are.
pub fn kind(kind: &str) -> &str {
    if kind == registry::REGISTERED { "registered" } else { kind }
}

/// Whether clients register its versions.
pub fn is_registered(model: &RegisteredModel) -> bool {
    model.kind == registry::REGISTERED
}

/// What a form about a model, or about a version of it, sends along.
fn named(name: &str, version: Option<i64>) -> AnyView {
    let name = name.to_owned();
    let version = version.map(|version| view! { <input type="hidden" name="version" value=version/> });
    view! { <input type="hidden" name="name" value=name/>{version} }.into_any()
}

/// A link to a version.
pub fn version_link(name: &str, version: i64) -> AnyView {
    view! { <a href=version_path(name, version)>{format!("Version {version}")}</a> }.into_any()
}

/// What a version was made from: a run, or a place.
pub fn made_from(version: &ModelVersion) -> AnyView {
    let source = version.source.uri.clone();
    match version.source.run.parse::<RunId>() {
        Ok(id) => {
            let id = id.to_string();
            let short = format!("run {}", &id[..8]);
            view! { <a class="mono" href=format!("/runs/{id}") title=source>{short}</a> }.into_any()
        }
        Err(_) => view! { <span class="mono clip" title=source.clone()>{source.clone()}</span> }.into_any(),
    }
}
