//! Where colleagues mentioned this person: each comment with what it is about. Reading is said by a press, so that nothing
//! vanishes by looking.

use super::curate::comments::words;
use super::{by_value, curate};
use crate::flash::Notice;
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::Role;
use chorale_model::comments::Mention;
use chorale_platform::review;
use chorale_ui::{Badge, Button, CopyAs, Crumb, Empty, Icon, LinkButton, Table};
use leptos::prelude::*;

const PATH: &str = "/mentions";
const LISTED: i64 = 50;

/// `/mentions`
#[component]
pub fn MentionsPage() -> impl IntoView {
    member_page(|asked| async move {
        let found = review::list_mentions(&asked.ctx, asked.page(LISTED)).await?;
        let paging = asked.paging(PATH, &[], found.next_cursor.as_deref());
        Ok(draw(found.items, paging, asked.me.role >= Role::Curator))
    })
}

/// The comments, the newest first. `may_answer`: the question's own page is open to the person.
pub fn draw(found: Vec<Mention>, paging: Paging, may_answer: bool) -> Screen {
    let unread = found.iter().any(|one| !one.read);
    let shown = found.len();
    let list = if found.is_empty() {
        view! {
            <div class="panel">
                <Empty icon=Icon::People title="Nobody mentioned you" text="Curators write about single questions; @ and your name bring what they write here.">
                    <LinkButton href="/by-value" text="See what waits for review"/>
                </Empty>
            </div>
        }
        .into_any()
    } else {
        let rows = found.into_iter().map(|one| row(one, may_answer)).collect_view();
        let head = || {
            view! {
                <th scope="col">"Comment"</th>
                <th scope="col">"About"</th>
                <th scope="col" class="wide-only">"By"</th>
                <th scope="col"><span class="sr">"Read"</span></th>
            }
        };
        let tools = view! { <CopyAs snippets=snippet::json("/api/v1/mentions")/> };
        let foot = move || paging.foot_of_page(shown, "mention", "mentions", tools);
        view! { <Table caption="Comments that mention you" head=head foot=foot>{rows}</Table> }.into_any()
    };
    let all = unread.then(|| {
        view! { <form method="post" action="/_fn/read_mentions"><Button text="Mark all as read"/></form> }
    });
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>"Mentions"</h1><p class="page-sub">"What colleagues wrote about questions and asked you to see."</p></div>
                {all}
            </header>
            <div class="stack gap-4"><Notice actions=&["read_mentions"]/>{list}</div>
        </div>
    };
    Screen::new("Mentions", Place::Mentions, vec![Crumb::here("Mentions")], body.into_any())
}

fn row(one: Mention, may_answer: bool) -> AnyView {
    let comment = one.comment;
    let field = crate::values::field_words(&comment.field);
    let href = match may_answer {
        true => curate::address_of_question(comment.collection, &comment.field, comment.question),
        false => by_value::address_of(comment.collection, &comment.field),
    };
    let id = comment.id.to_string();
    let by = format!("{} · {} UTC", comment.by, comment.at.minute_text());
    let read = match one.read {
        true => ().into_any(),
        false => view! {
            <form class="row gap-2" method="post" action="/_fn/read_mentions">
                <span class="wide-only"><Badge text="unread"/></span>
                <input type="hidden" name="comment" value=id/>
                <button class="btn" data-size="small">"Read"</button>
            </form>
        }
        .into_any(),
    };
    view! {
        <tr>
            <td class="prose">{words(&comment)}<span class="narrow-only hint">{by}</span></td>
            <th scope="row"><a href=href>{format!("{field}: “{}”", comment.words)}</a></th>
            <td class="nowrap wide-only">{comment.by.clone()}<div class="hint">{format!("{} UTC", comment.at.minute_text())}</div></td>
            <td class="fit">{read}</td>
        </tr>
    }
    .into_any()
}
