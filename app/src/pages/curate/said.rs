//! The attributes of the sample that shows a question.

use crate::pages::sample::source;
use crate::values::locate;
use chorale_model::catalog::RawAttribute;
use chorale_model::review::ReviewTask;
use chorale_ui::Span;
use chorale_ui::number::counted;
use leptos::prelude::*;

/// Those that speak of the sample, the one first from which the value was read; the source's book-keeping behind a fold.
pub fn draw(label: &str, task: &ReviewTask) -> AnyView {
    const SPEAK: [&str; 5] = ["title", "source_name", "characteristics", "description", "organism"];
    let of_table = !task.attributes.iter().any(|one| one.key.starts_with("Sample_"));
    let speaks = |key: &str| of_table || SPEAK.iter().any(|name| key.contains(name));
    let all = task.attributes.iter().cloned().zip(marks(label, task));
    let (mut first, rest): (Vec<_>, Vec<_>) = all.partition(|(one, spans)| !spans.is_empty() || speaks(&one.key));
    first.sort_by_key(|(_, spans)| spans.is_empty());
    let drawn = |part: Vec<(RawAttribute, Vec<Span>)>| {
        let (attributes, spans): (Vec<RawAttribute>, Vec<Vec<Span>>) = part.into_iter().unzip();
        source(&attributes, &spans)
    };
    let more = (!rest.is_empty()).then(|| {
        let words = counted(rest.len() as u64, "more attribute", "more attributes");
        view! { <details><summary class="small">{words}</summary>{drawn(rest)}</details> }
    });
    view! { {drawn(first)} {more} }.into_any()
}

/// The words that the value was read from, attribute by attribute.
fn marks(label: &str, task: &ReviewTask) -> Vec<Vec<Span>> {
    let mut spans: Vec<Vec<Span>> = vec![Vec::new(); task.attributes.len()];
    if let Some((at, start, end)) = task.evidence.as_ref().and_then(|read| locate(&task.attributes, read)) {
        let note = format!("{label}: {}", task.question.label);
        spans[at].push(Span { start, end, label: "1".to_owned(), note, tint: None });
    }
    spans
}
