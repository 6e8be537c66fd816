//! The bench: a question's source on the left, what it may be in the middle, what is known of it on the right. It is drawn
//! the same wherever people answer questions one by one; [`Bench`] says where the answers go.

use super::{choices, know, said};
use chorale_model::review::ReviewTask;
use chorale_ui::number::counted;
use chorale_ui::{Absent, Alert, Tone};
use leptos::prelude::*;

/// A question with where its answers go.
pub struct Bench {
    /// The field's label.
    pub label: String,
    pub task: ReviewTask,
    /// What the same words became before is not shown: others decided it.
    pub blind: bool,
    pub answers: Answers,
    /// At the end of the line above.
    pub left: String,
    /// What the last answers came to.
    pub notice: AnyView,
    /// Under the answers.
    pub hint: AnyView,
    /// What else is known, under guideline and history.
    pub more: AnyView,
    /// An answer is about the sample that is shown, and not about the others that say the same.
    pub only: bool,
    /// Without it every answer brings a new page.
    pub way: Option<Way>,
}

/// Addresses with which an island goes on without a new page.
pub struct Way {
    /// Of this question.
    pub here: String,
    /// To which an answer leads.
    pub next: String,
    /// Where the question after this one is loaded already, which holds both; empty where only the answer decides it.
    pub ahead: String,
}

/// The forms of a bench: where an answer is sent, where a question is passed over, and what each of them says beside it.
pub struct Answers {
    pub answer: &'static str,
    pub skip: &'static str,
    pub kept: Vec<(&'static str, String)>,
    /// The same for passing it over.
    pub kept_by_skip: Vec<(&'static str, String)>,
    /// Where terms are looked up that somebody types: an address that ends before what is typed.
    pub terms: String,
}

impl Answers {
    pub fn hidden(kept: &[(&'static str, String)]) -> AnyView {
        let inputs = kept.iter().map(|(name, value)| view! { <input type="hidden" name=*name value=value.clone()/> });
        inputs.collect_view().into_any()
    }
}

pub fn draw(bench: Bench) -> AnyView {
    let Bench { label, task, blind, answers, left, notice, hint, more, only, way } = bench;
    let question = &task.question;
    let samples = counted(question.waiting.unsigned_abs(), "sample", "samples");
    let settles = match (question.waiting, only) {
        (0, _) => "decided".to_owned(),
        (_, true) => format!("settles {} alone", task.accession),
        (_, false) => format!("settles {samples}"),
    };
    let reason = question.reason.clone();
    let before = (!blind).then(|| {
        view! { <section><h2>"What these words became before"</h2>{know::before(&task)}</section> }
    });
    let say = if question.waiting == 1 { "says" } else { "say" };
    let id = question.id.to_string();
    let (here, next, ahead) = way.map_or((None, None, None), |way| (Some(way.here), Some(way.next), Some(way.ahead)));
    view! {
        <div class="bench" data-question=id data-here=here data-next=next data-ahead=ahead>
            <div class="bench-head">
                <h1>{format!("{label}: “{}”", question.words)}</h1>
                <span class="badge">{settles}</span>
                <span>{reason}</span>
                <span class="push num" id="bench-left">{left}</span>
            </div>
            {source(&label, &task)}
            <section class="bench-decide stack gap-3" aria-labelledby="may-h">
                <div id="bench-notice">{notice}</div>
                {(!blind).then(|| told(&task))}
                <div class="section-head tight"><h2 id="may-h">"What it may be"</h2></div>
                {choices::draw(&answers, &task)}
                {choices::others(&answers, &label, &task)}
                <p class="hint">{format!("{samples} {say} this. ")}{hint}</p>
            </section>
            <aside class="bench-know stack gap-6" aria-label="Guideline and history">
                <section><h2>"Guideline"</h2>{know::guideline(&task)}</section>
                {before}
                {more}
            </aside>
        </div>
    }
    .into_any()
}

/// That the question is another's too, or was answered already.
fn told(task: &ReviewTask) -> Option<AnyView> {
    if let Some(holder) = &task.held_by {
        let text = format!(
            "{holder} looks at it, too. Whoever answers first decides; the other is told, and nothing is lost."
        );
        return Some(view! { <Alert tone=Tone::Warn title="Not yours alone."><p>{text}</p></Alert> }.into_any());
    }
    let last = task.earlier.iter().find(|one| one.question == task.question.id && !one.reverted)?;
    let text =
        format!("{} answered it on {} UTC. To answer otherwise, take that back first.", last.by, last.at.minute_text());
    (task.question.waiting == 0)
        .then(|| view! { <Alert tone=Tone::Info title="It is decided."><p>{text}</p></Alert> }.into_any())
}

/// What the source says, with the words marked, and of which study.
pub fn source(label: &str, task: &ReviewTask) -> AnyView {
    let (sample, dataset) =
        (format!("/samples/{}", task.question.sample), format!("/datasets/{}", task.question.dataset));
    let study = view! { <a class="acc" href=dataset>{task.study.clone()}</a> " " {task.study_title.clone()} };
    let summary = match task.study_summary.is_empty() {
        true => view! { <Absent reason="the source gives no summary"/> }.into_any(),
        false => view! { <span class="prose">{task.study_summary.clone()}</span> }.into_any(),
    };
    view! {
        <section class="bench-source stack gap-5" aria-labelledby="said-h">
            <div class="section-head tight"><h2 id="said-h">"What the source said"</h2><p><a class="acc" href=sample>{task.accession.clone()}</a></p></div>
            {said::draw(label, task)}
            {know::others(task)}
            <div class="section-head tight"><h2>"Its study"</h2><p>{study}</p></div>
            <p class="dense ink-2">{summary}</p>
        </section>
    }
    .into_any()
}
