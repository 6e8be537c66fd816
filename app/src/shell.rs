//! The document around every page: head, icon sprite, and the script that wakes the islands.
//! It sets the page's Content-Security-Policy, because the nonce is born here. No style attribute and no foreign
//! host may appear in any page.

use crate::assets::Assets;
use crate::preference::Preferences;
use crate::routes::App;
use chorale_ui::Sprite;
use http::HeaderValue;
use http::header::CONTENT_SECURITY_POLICY;
use leptos::nonce::use_nonce;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_meta::MetaTags;

/// The whole document. `leptos_routes` calls it for each request.
pub fn shell(assets: Assets) -> impl IntoView {
    document(assets, || view! { <App/> }.into_any())
}

/// The document around any content; tests draw single screens with it.
pub fn document(assets: Assets, content: impl FnOnce() -> AnyView) -> AnyView {
    let chosen = Preferences::of_request();
    let nonce = use_nonce().map(|nonce| nonce.to_string()).unwrap_or_default();
    if let Some(response) = use_context::<ResponseOptions>() {
        let policy = HeaderValue::from_str(&policy(&nonce)).expect("a nonce is made of base64 characters");
        response.insert_header(CONTENT_SECURITY_POLICY, policy);
    }
    view! {
        <!DOCTYPE html>
        <html
            lang="en"
            data-theme=chosen.theme
            data-rail=chosen.rail_closed.then_some("closed")
            data-keys=chosen.keys_off.then_some("off")
        >
            <head>
                <meta charset="utf-8"/>
                <meta name="viewport" content="width=device-width, initial-scale=1"/>
                <meta name="color-scheme" content="light dark"/>
                <link rel="stylesheet" href=format!("/pkg/{}", assets.css)/>
                <link rel="icon" type="image/svg+xml" href=format!("/pkg/{}", assets.icon)/>
                <link rel="modulepreload" href=format!("/pkg/{}", assets.js) nonce=nonce.clone()/>
                <link rel="preload" href=format!("/pkg/{}", assets.wasm) r#as="fetch" r#type="application/wasm" crossorigin=""/>
                <script type="module" nonce=nonce inner_html=boot(&assets)></script>
                <MetaTags/>
            </head>
            <body>
                <Sprite/>
                {content()}
            </body>
        </html>
    }
    .into_any()
}

/// Loads the WASM and gives every island its element. Islands don't nest, so one pass is enough.
fn boot(assets: &Assets) -> String {
    format!(
        "import init,* as wasm from '/pkg/{}';\
         await init({{module_or_path:'/pkg/{}'}});\
         wasm.hydrate();\
         for(const el of document.querySelectorAll('leptos-island'))wasm[el.dataset.component]?.(el);\
         document.documentElement.dataset.ready='true';",
        assets.js, assets.wasm
    )
}

fn policy(nonce: &str) -> String {
    format!(
        "default-src 'none'; script-src 'nonce-{nonce}' 'strict-dynamic' 'wasm-unsafe-eval'; style-src 'self'; \
         img-src 'self'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
}
