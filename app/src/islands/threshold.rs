//! A slider over scores that says at once what each would mean. Before WASM arrives it is a slider of a form, whose button
//! shows the same on a page of its own.

use leptos::prelude::*;

/// `sentences` are those of the scores from 0 to 1, in equal steps; `at` is the first one shown.
#[island]
pub fn Threshold(label: String, at: usize, sentences: Vec<String>) -> impl IntoView {
    let last = sentences.len().saturating_sub(1).max(1);
    let (place, sentences) = (RwSignal::new(at.min(last)), StoredValue::new(sentences));
    let part = move |place: usize| format!("{:.2}", place as f64 / last as f64);
    let moved = move |event: leptos::ev::Event| {
        let score: f64 = event_target_value(&event).parse().unwrap_or(0.0);
        place.set(((score * last as f64).round() as usize).min(last));
    };
    view! {
        <div class="stack gap-2">
            <label class="label" for="threshold">{label}</label>
            <div class="row gap-3">
                <input
                    class="slider grow"
                    type="range"
                    id="threshold"
                    name="from"
                    min="0"
                    max="1"
                    step=format!("{}", 1.0 / last as f64)
                    value=part(at.min(last))
                    aria-describedby="threshold-says"
                    on:input=moved
                />
                <b class="num">{move || part(place.get())}</b>
            </div>
            <output class="ink-2" id="threshold-says" for="threshold">
                {move || sentences.with_value(|all| all.get(place.get()).cloned().unwrap_or_default())}
            </output>
        </div>
    }
}
