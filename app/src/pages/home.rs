//! `/`: the main job is finding samples, so the start page is search.

use crate::redirect::go;
use leptos::prelude::*;

/// Goes to `/search`.
#[component]
pub fn HomePage() -> impl IntoView {
    go("/search");
}
