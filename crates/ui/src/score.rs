//! How sure a suggestion is: the number, with a quiet bar beside it.

use crate::chart::Bar;
use leptos::prelude::*;

/// `value` from 0 to 1, cut to two digits: 0.996 is not yet certain, and does not read `1.00`.
#[component]
pub fn Score(value: f64) -> impl IntoView {
    let shown = score_text(value);
    view! { <span class="score"><Bar part=value label=format!("score {shown}")/><span aria-hidden="true">{shown}</span></span> }
        .into_any()
}

/// The digits of a score.
pub fn score_text(value: f64) -> String {
    format!("{:.2}", (value.clamp(0.0, 1.0) * 100.0 + 1e-9).floor() / 100.0)
}

#[cfg(test)]
mod tests {
    #[test]
    fn only_what_is_certain_reads_one() {
        assert_eq!(super::score_text(0.996), "0.99");
        assert_eq!(super::score_text(1.0), "1.00");
        assert_eq!(super::score_text(0.29), "0.29");
        assert_eq!(super::score_text(-0.2), "0.00");
    }
}
