//! Every page with its address. A page that is not here does not exist.

use crate::pages;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The router. Pages are rendered whole (`SsrMode::Async`): a page that fails answers with its own status.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    view! {
        <Router>
            <Routes fallback=pages::missing::MissingPage>
                <Route path=path!("/sign-in") view=pages::sign_in::SignInPage ssr=SsrMode::Async/>
                <Route path=path!("/design") view=pages::design::DesignPage ssr=SsrMode::Async/>
            </Routes>
        </Router>
    }
}
