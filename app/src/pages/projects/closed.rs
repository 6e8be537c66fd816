//! What is closed: what sources say, what each reviewer made of it, and what it came to.

use super::{outcome_view, outcome_words};
use crate::pages::curate::comments;
use crate::paging::Paging;
use crate::snippet;
use crate::values::short_term;
use chorale_model::projects::{ClosedBy, GivenAnswer, Project, ProjectItem};
use chorale_ui::{Absent, CopyAs, Table};
use leptos::prelude::*;

pub fn draw(project: &Project, items: Vec<ProjectItem>, paging: Paging) -> Option<AnyView> {
    if items.is_empty() {
        return None;
    }
    let shown = items.len();
    let rows = items.into_iter().map(row).collect_view();
    let head = || {
        view! {
            <th scope="col">"Source says"</th>
            <th scope="col" class="wide-only">"Field"</th>
            <th scope="col">"Came to"</th>
            <th scope="col">"By"</th>
            <th scope="col" class="wide-only">"Answers"</th>
        }
    };
    let tools = view! { <CopyAs snippets=snippet::json(&format!("/api/v1/projects/{}/items", project.id))/> };
    let foot = move || paging.foot_of_page(shown, "item", "items", tools);
    Some(
        view! {
            <section class="stack gap-3" aria-labelledby="closed-h">
                <div class="section-head tight"><h2 id="closed-h">"Closed items"</h2></div>
                <Table caption="Closed items" head=head foot=foot>{rows}</Table>
            </section>
        }
        .into_any(),
    )
}

fn row(one: ProjectItem) -> AnyView {
    let by = match one.closed_by {
        ClosedBy::Agreement => "agreement",
        ClosedBy::Adjudication => "adjudication",
        ClosedBy::Nothing => "its sample was deleted",
    };
    let gold = (one.gold == Some(true)).then(|| view! { " " <span class="badge">"gold"</span> });
    let note = (!one.note.is_empty()).then(|| view! { <div class="hint">{one.note.clone()}</div> });
    let written = comments::list(&one.comments);
    let came_to = match &one.outcome {
        Some(outcome) => outcome_view(outcome, short_term),
        None => view! { <Absent reason="nobody decided it"/> }.into_any(),
    };
    view! {
        <tr>
            <th scope="row"><a class="quiet" href=format!("/samples/{}", one.question.sample)><span class="mono wrap">{one.question.words}</span></a>{gold}</th>
            <td class="wide-only">{one.question.field}</td>
            <td>{came_to}{note}{written}</td>
            <td>{by}</td>
            <td class="wide-only">{one.answers.iter().map(answer).collect_view()}</td>
        </tr>
    }
    .into_any()
}

fn answer(given: &GivenAnswer) -> AnyView {
    let note = (!given.note.is_empty()).then(|| format!(" ({})", given.note));
    view! { <div class="hint"><b>{given.who.clone()}</b> " " {outcome_words(&given.outcome)} {note}</div> }.into_any()
}
