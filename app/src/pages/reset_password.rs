//! Choose a new password with a reset link that an admin made.

use crate::flash::Notice;
use chorale_ui::{Button, Field, button::Kind};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page at `/reset-password`; the link's code stands in its address and is worth one password.
#[component]
pub fn ResetPasswordPage() -> impl IntoView {
    let code = use_query_map().read_untracked().get("code").unwrap_or_default();
    view! {
        <Title text="New password · Chorale"/>
        <main class="signin-form alone" id="content">
            <div class="stack gap-5">
                <header><h1>"Choose a new password"</h1><p class="page-sub">"The link works once and ends every other session."</p></header>
                <Notice actions=&["reset_password"]/>
                <form class="stack" method="post" action="/_fn/reset_password">
                    <input type="hidden" name="code" value=code/>
                    <Field name="new" label="New password" r#type="password" autocomplete="new-password" required=true/>
                    <Button kind=Kind::Primary text="Set password"/>
                </form>
            </div>
        </main>
    }
    .into_any()
}
