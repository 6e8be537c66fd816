//! What curators wrote about a question, and a form for more. `@` and a few letters offer members of the organization.

use chorale_model::comments::{Comment, Comments};
use chorale_ui::Kbd;
use leptos::prelude::*;

/// The comments of a question with the form, which is sent to `action`; `kept` names the question.
pub fn draw(comments: Comments, action: &'static str, kept: &[(&'static str, String)]) -> AnyView {
    let kept_back = comments.kept_back.then(|| {
        let text = "Several answer this without seeing each other: what you write is read when its item is closed, and so is what others wrote.";
        view! { <p class="hint">{text}</p> }
    });
    let list = list(&comments.items);
    view! {
        <section aria-labelledby="comments-h">
            <h2 id="comments-h">"Comments"</h2>
            <div class="stack gap-2">
                {list}
                {kept_back}
                <form class="stack gap-2" method="post" action=action>
                    {super::bench::Answers::hidden(kept)}
                    <div class="termbox">
                        <label class="sr" for="comment-text">"Comment"</label>
                        <textarea class="input" id="comment-text" name="text" rows="2" maxlength="4000" required placeholder="what others should know; @ mentions a colleague" data-key="c" data-people="/api/v1/review/people?q=" aria-controls="comment-text-list"></textarea>
                        <ul class="termbox-list" id="comment-text-list" role="listbox" aria-label="Colleagues" hidden></ul>
                    </div>
                    <div><button class="btn" data-size="small">"Comment " <Kbd key="c"/></button></div>
                </form>
            </div>
        </section>
    }
    .into_any()
}

/// Comments with who wrote them, if there are any.
pub fn list(comments: &[Comment]) -> Option<AnyView> {
    let lines = comments.iter().map(|one| {
        view! { <li><span class="prose">{words(one)}</span><small>{format!("{} · {} UTC", one.by, one.at.minute_text())}</small></li> }
    });
    (!comments.is_empty()).then(|| view! { <ol class="timeline">{lines.collect_view()}</ol> }.into_any())
}

/// The text with the members in bold that it mentions.
pub fn words(comment: &Comment) -> AnyView {
    let mut rest = comment.text.as_str();
    let mut parts: Vec<AnyView> = Vec::new();
    while let Some((at, handle)) = next(rest, &comment.mentions) {
        let end = at + 1 + handle.len();
        parts.push(rest[..at].to_owned().into_any());
        parts.push(view! { <b>{rest[at..end].to_owned()}</b> }.into_any());
        rest = &rest[end..];
    }
    parts.push(rest.to_owned().into_any());
    parts.into_any()
}

/// The first mention of a text, the longest handle where several begin there.
fn next<'h>(text: &str, handles: &'h [String]) -> Option<(usize, &'h str)> {
    text.match_indices('@').find_map(|(at, _)| {
        let begins = |handle: &&String| {
            text.get(at + 1..at + 1 + handle.len()).is_some_and(|said| said.eq_ignore_ascii_case(handle))
        };
        let longest = handles.iter().filter(begins).max_by_key(|handle| handle.len())?;
        Some((at, longest.as_str()))
    })
}
