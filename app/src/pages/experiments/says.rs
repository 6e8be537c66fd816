//! How what runs log is written for people: states, moments, durations, numbers, and which way is better.

use chorale_model::Time;
use chorale_model::experiments::{ExperimentId, RunId, RunInfo, RunStatus};
use chorale_ui::number::{count, duration_ms};
use chorale_ui::{Absent, Button, Icon, Status, Tone};
use leptos::prelude::*;

pub fn state(info: &RunInfo) -> AnyView {
    let (tone, icon, word) = match info.status {
        _ if info.deleted => (Tone::Plain, Icon::X, "deleted"),
        RunStatus::Running => (Tone::Info, Icon::Run, "running"),
        RunStatus::Scheduled => (Tone::Plain, Icon::Clock, "scheduled"),
        RunStatus::Finished => (Tone::Ok, Icon::Ok, "finished"),
        RunStatus::Failed => (Tone::Bad, Icon::Bad, "failed"),
        RunStatus::Killed => (Tone::Warn, Icon::Warn, "killed"),
    };
    view! { <Status tone=tone icon=icon word=word/> }.into_any()
}

/// `2026-03-04 09:12`, in UTC.
pub fn moment(ms: i64) -> String {
    Time(ms.saturating_mul(1_000)).minute_text()
}

pub fn took(info: &RunInfo) -> AnyView {
    match info.ended_ms {
        Some(ended_ms) => duration_ms(ended_ms.saturating_sub(info.started_ms).max(0) as f64).into_any(),
        None => view! { <Absent reason="it has not ended"/> }.into_any(),
    }
}

/// A value as it is read in a table; its every digit stands in the title.
pub fn number(value: f64) -> String {
    let size = value.abs();
    match value {
        _ if value.is_nan() => "NaN".to_owned(),
        _ if value.is_infinite() || size >= f64::MAX => if value > 0.0 { "∞" } else { "−∞" }.to_owned(),
        0.0 => "0".to_owned(),
        _ if value.fract() == 0.0 && size < 1e15 => signed(value, &count(size as u64)),
        _ if !(1e-4..1e6).contains(&size) => format!("{value:.2e}").replace('-', "−"),
        _ if size >= 1_000.0 => signed(value, &count(size.round() as u64)),
        _ if size >= 100.0 => signed(value, &format!("{size:.1}")),
        _ if size >= 0.01 => signed(value, &format!("{size:.3}")),
        _ => signed(value, &format!("{size:.5}")),
    }
}

fn signed(value: f64, digits: &str) -> String {
    if value < 0.0 { format!("−{digits}") } else { digits.to_owned() }
}

/// A difference with its sign, green where it is better and red where it is worse; grey where nobody can know.
pub fn delta(key: &str, value: f64, baseline: f64) -> Option<AnyView> {
    let by = value - baseline;
    if !by.is_finite() {
        return None;
    }
    let text = match by {
        by if by > 0.0 => format!("+{}", number(by)),
        by if by < 0.0 => number(by),
        _ => "±0".to_owned(),
    };
    let good = more_is_better(key).filter(|_| by != 0.0).map(|more| more == (by > 0.0));
    Some(
        view! { <span class="delta" data-good=good == Some(true) data-bad=good == Some(false)>{text}</span> }
            .into_any(),
    )
}

/// Whether more of a metric is better, as its name says it in this trade.
pub fn more_is_better(key: &str) -> Option<bool> {
    const LESS: [&str; 15] = [
        "loss",
        "error",
        "err",
        "mse",
        "rmse",
        "mae",
        "mape",
        "ece",
        "brier",
        "perplexity",
        "latency",
        "time",
        "duration",
        "seconds",
        "regret",
    ];
    const MORE: [&str; 17] = [
        "accuracy",
        "acc",
        "f1",
        "precision",
        "recall",
        "auc",
        "auroc",
        "auprc",
        "roc",
        "r2",
        "score",
        "map",
        "ndcg",
        "mcc",
        "kappa",
        "iou",
        "dice",
    ];
    let lower = key.to_ascii_lowercase();
    let parts: Vec<&str> = lower.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let has = |words: &[&str]| parts.iter().any(|part| words.contains(part));
    match (has(&LESS), has(&MORE)) {
        (true, _) => Some(false),
        (false, true) => Some(true),
        (false, false) => None,
    }
}

/// Brings back what was deleted.
fn restore(action: &'static str, name: &'static str, id: &str) -> AnyView {
    let id = id.to_owned();
    view! {
        <form method="post" action=action>
            <input type="hidden" name=name value=id/>
            <Button small=true text="Restore"/>
        </form>
    }
    .into_any()
}

pub fn restore_experiment(id: ExperimentId) -> AnyView {
    restore("/_fn/restore_experiment", "experiment", &id.to_string())
}

pub fn restore_run(id: RunId) -> AnyView {
    restore("/_fn/restore_runs", "runs[]", &id.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_keep_what_a_reader_compares() {
        for (value, text) in [
            (0.0, "0"),
            (0.861_234, "0.861"),
            (-0.05, "−0.050"),
            (0.001_23, "0.00123"),
            (0.000_012, "1.20e−5"),
            (52_100.0, "52,100"),
            (1_234.56, "1,235"),
            (f64::NAN, "NaN"),
            (f64::MAX, "∞"),
            (-1.5e20, "−1.50e20"),
        ] {
            assert_eq!(number(value), text, "{value}");
        }
    }

    #[test]
    fn better_is_what_the_name_says() {
        assert_eq!(more_is_better("val_loss"), Some(false));
        assert_eq!(more_is_better("f1_ale"), Some(true));
        assert_eq!(more_is_better("training_accuracy_score"), Some(true));
        assert_eq!(more_is_better("mean_squared_error"), Some(false));
        assert_eq!(more_is_better("epoch"), None);
    }
}
