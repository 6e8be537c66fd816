//! Sign in: a plain form that works without script. The demo deployment lists its sign-ins beneath.

use crate::flash::Notice;
use crate::screen::mark;
use chorale_ui::{Button, Field, button::Kind};
use leptos::prelude::*;
use leptos_meta::Title;
use leptos_router::hooks::use_query_map;

/// The sign-ins of the demo organization, shown on the sign-in page. The server provides them as context.
#[derive(Clone, Debug, Default)]
pub struct DemoSignIns {
    /// E-mail and role.
    pub people: Vec<(String, String)>,
    pub password: String,
}

/// The page at `/sign-in`. `next` is where the visitor wanted to go.
#[component]
pub fn SignInPage() -> impl IntoView {
    let next = use_query_map().read_untracked().get("next").unwrap_or_default();
    let demo = use_context::<DemoSignIns>().filter(|demo| !demo.people.is_empty());
    view! {
        <Title text="Sign in · Chorale"/>
        <div class="signin">
            <section class="signin-art" aria-label="What Chorale does">
                <a class="rail-brand" href="/">{mark()} "Chorale"</a>
                <div class="stack gap-6">
                    <header>
                        <h2>"From messy records to data you can trust"</h2>
                        <p>"Chorale reads studies as their submitters wrote them, keeps every word, and shows the line each value came from."</p>
                    </header>
                    {art()}
                </div>
                <p class="small">"Open, self-hosted, one binary."</p>
            </section>
            <main class="signin-form" id="content">
                <div class="stack gap-5">
                    <header><h1>"Sign in"</h1></header>
                    <Notice actions=&["sign_in"]/>
                    <form class="stack" method="post" action="/_fn/sign_in">
                        <input type="hidden" name="next" value=next/>
                        <Field name="email" label="E-mail" r#type="email" autocomplete="username" required=true/>
                        <Field name="password" label="Password" r#type="password" autocomplete="current-password" required=true/>
                        <Button kind=Kind::Primary text="Sign in"/>
                    </form>
                    {demo.map(demo_table)}
                    <p class="small ink-3">
                        <a href="/api/docs">"API"</a> " · " <a href="/design">"Design"</a>
                    </p>
                </div>
            </main>
        </div>
    }
    .into_any()
}

fn demo_table(demo: DemoSignIns) -> impl IntoView {
    let rows = demo.people.into_iter().map(|(email, role)| {
        view! { <tr><th scope="row" class="mono">{email}</th><td class="num">{role}</td></tr> }
    });
    view! {
        <section class="panel" aria-labelledby="demo">
            <div class="panel-head">
                <h2 id="demo" class="label">"Demo sign-ins"</h2>
                <p class="push">"password " <code>{demo.password}</code></p>
            </div>
            <table class="table">
                <caption class="sr">"One sign-in per role"</caption>
                <thead class="sr"><tr><th scope="col">"E-mail"</th><th scope="col">"Role"</th></tr></thead>
                <tbody>{rows.collect_view()}</tbody>
            </table>
        </section>
    }
    .into_any()
}

/// How one value is read: the words of GSM146779 (GSE6344, NCBI GEO), and what they say.
fn art() -> impl IntoView {
    let lines = [
        ("source", "Human Renal Epithelium"),
        ("characteristics", "Tumor, PT#2, STG1"),
        ("description", "Tumor HRE"),
        ("organism", "Homo sapiens"),
    ];
    let rows = lines.into_iter().enumerate().map(|(i, (key, value))| {
        let y = 40 + 44 * i;
        let flow = format!("M300 {}C400 {} 400 120 480 120", y - 5, y - 5);
        view! {
            <text class="id" x="0" y=y>{key}</text>
            <text class="raw" x="120" y=y>{value}</text>
            <path class="flow" d=flow></path>
        }
    });
    view! {
        <svg viewBox="0 0 690 210" role="img" aria-label="Four attributes of the sample GSM146779 lead to one record">
            {rows.collect_view()}
            <circle class="node" cx="484" cy="120" r="4"></circle>
            <text class="to" x="500" y="117">"GSM146779"</text>
            <text class="id" x="500" y="136">"one sample, one record"</text>
        </svg>
    }
    .into_any()
}
