//! Help: the keys and the query language. The same keys open as a dialog with `?`.

use crate::islands::keyboard::KeyList;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_ui::Crumb;
use leptos::prelude::*;

/// `/help`
#[component]
pub fn HelpPage() -> impl IntoView {
    member_page(|_| async { Ok(draw()) })
}

/// The page at `/help`.
pub fn draw() -> Screen {
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1>"Help"</h1></div></header>
            <div class="stack gap-8">
                <section aria-labelledby="keys-title">
                    <div class="section-head"><h2 id="keys-title">"Keys"</h2><p>"single keys can be switched off under " <a href="/account">"Account"</a></p></div>
                    <KeyList/>
                </section>
                <section aria-labelledby="query-title">
                    <div class="section-head"><h2 id="query-title">"Asking"</h2></div>
                    <dl class="source">{ASKING.iter().map(|(code, text)| view! { <dt>{*code}</dt><dd>{*text}</dd> }).collect_view()}</dl>
                </section>
            </div>
        </div>
    };
    Screen::new("Help", Place::Design, vec![Crumb::here("Help")], body.into_any())
}

const ASKING: &[(&str, &str)] = &[
    ("liver cancer", "both words, anywhere in the record"),
    ("\"liver cancer\"", "the words side by side"),
    ("liver OR kidney", "one of them; AND and NOT work too, and ( ) group"),
    ("title:tumor", "a word in one field"),
    ("hepat*", "words that begin like this"),
    ("GSE6344", "an accession, whatever its case"),
];
