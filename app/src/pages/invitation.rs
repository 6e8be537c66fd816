//! Accept an invitation with the link that an admin handed over.

use crate::flash::Notice;
use crate::load::refused;
use chorale_model::Fault;
use chorale_model::identity::HeldInvitation;
use chorale_platform::{Ctx, identity};
use chorale_ui::{Button, Field, button::Kind};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The page at `/invitation`; the link's code stands in its address. It asks for one password whether or not the
/// address has an account: the page must not tell.
#[component]
pub fn InvitationPage() -> impl IntoView {
    let code = use_query_map().read_untracked().get("code").unwrap_or_default();
    let Some(ctx) = use_context::<Ctx>() else {
        return refused(None, Fault::internal("opening the page", "the router gave no Ctx"));
    };
    let work = async move {
        let held = identity::hold_invitation(&ctx, &code).await;
        match held {
            Ok(held) => draw(held, code),
            Err(fault) => refused(None, fault),
        }
    };
    Suspend::new(work).into_any()
}

fn draw(held: HeldInvitation, code: String) -> AnyView {
    let HeldInvitation { organization_name, email, role, expires_at } = held;
    let until = format!("The link works once, until {} UTC.", expires_at.minute_text());
    view! {
        <Title text="Invitation · Chorale"/>
        <main class="signin-form alone" id="content">
            <div class="stack gap-5">
                <header>
                    <h1>{format!("Join {organization_name}")}</h1>
                    <p class="page-sub">{format!("{email} is invited as {role}. {until}")}</p>
                </header>
                <Notice actions=&["accept_invitation"]/>
                <form class="stack" method="post" action="/_fn/accept_invitation">
                    <input type="hidden" name="code" value=code/>
                    <Field name="password" label="Password" r#type="password" autocomplete="current-password" required=true hint="of your account here; without one, choose the password that your new account will have"/>
                    <Button kind=Kind::Primary text="Accept"/>
                </form>
            </div>
        </main>
    }
    .into_any()
}
