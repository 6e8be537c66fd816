//! How shares and thresholds are said.

use chorale_model::automatic::{Share, Step};
use chorale_ui::Absent;
use chorale_ui::number::{count, counted};
use leptos::prelude::*;

/// What the pages are about.
pub const ABOUT: &str = "How right the annotators are, as curators' decisions say, and from which score on what they suggest \
                         is accepted without a person.";

/// How the figures are counted; the same on every page that shows them.
pub const HOW: &str = "A question counts once, however many samples say the same, as its newest decision says. Precision: \
                       right of right and wrong. Recall: right of right, changed and missed; a value is missed where a \
                       person gave one and nothing had been suggested. Intervals are Wilson's, 95%. Curators look at what \
                       waits for review more than at what was accepted, so bands of low scores are known best.";

pub fn percent(share: f64) -> String {
    let text = format!("{:.1}", 100.0 * share);
    format!("{}%", text.strip_suffix(".0").unwrap_or(&text))
}

/// `94.2% (91.0–96.4), 120 decisions`
pub fn share_text(share: Share) -> String {
    let decisions = counted(share.of.unsigned_abs(), "decision", "decisions");
    format!("{} ({}–{}), {decisions}", percent(share.share), percent(share.low), percent(share.high))
}

/// A cell of a table.
pub fn cell(share: Option<Share>) -> AnyView {
    match share {
        None => view! { <Absent reason="nobody decided about any yet"/> }.into_any(),
        Some(share) => {
            let interval = format!("{}–{}", percent(share.low), percent(share.high));
            view! { <b>{percent(share.share)}</b> <div class="hint nowrap">{interval}</div> }.into_any()
        }
    }
}

/// What accepting from a score on would mean.
pub fn sentence(step: &Step, waiting: i64) -> String {
    let precision = match step.precision {
        Some(share) => format!("precision {}", share_text(share)),
        None => "nobody decided anything there, so its precision is not known".to_owned(),
    };
    let n = |samples: i64| count(samples.unsigned_abs());
    let accepts = format!("{} of {} waiting samples would be accepted", n(step.accepts), n(waiting));
    let returns = match step.returns {
        0 => String::new(),
        samples => format!(", {} that are accepted now would wait", n(samples)),
    };
    let unjudged = match step.unjudged {
        samples if samples > 0 && step.precision.is_some() => {
            format!(" {} of them have scores of which nobody decided anything.", n(samples))
        }
        _ => String::new(),
    };
    format!("From score {:.2} on: {precision}. {accepts}{returns}.{unjudged}", step.from)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_step_says_what_it_means_and_what_nobody_knows() {
        let share = Share { share: 0.95, low: 0.914, high: 0.972, of: 210 };
        let step = Step { from: 0.85, precision: Some(share), accepts: 1_200, returns: 0, unjudged: 0 };
        assert_eq!(
            sentence(&step, 4_000),
            "From score 0.85 on: precision 95% (91.4%–97.2%), 210 decisions. 1,200 of 4,000 waiting samples would be accepted."
        );
        let unknown = Step { precision: None, accepts: 3, returns: 7, unjudged: 3, ..step.clone() };
        let said = sentence(&unknown, 4);
        assert!(
            said.contains("not known") && said.ends_with("accepted, 7 that are accepted now would wait."),
            "{said}"
        );
        let partly = Step { unjudged: 9, ..step };
        assert!(sentence(&partly, 4_000).ends_with("9 of them have scores of which nobody decided anything."));
    }
}
