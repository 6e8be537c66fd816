//! What curves are drawn over: steps or the time since a run began, on a plain or a logarithmic scale. The address says which.

use crate::load::Asked;
use chorale_model::experiments::{Curve, Metric, RunInfo};
use chorale_ui::{Curve as Drawn, Segmented};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Axes {
    by_time: bool,
    log: bool,
}

impl Axes {
    pub fn read(asked: &Asked) -> Axes {
        Axes { by_time: asked.word("x") == "time", log: asked.word("scale") == "log" }
    }

    /// As the address has them; what is usual stands there with no word.
    pub fn pairs(self) -> [(&'static str, &'static str); 2] {
        [("x", if self.by_time { "time" } else { "" }), ("scale", if self.log { "log" } else { "" })]
    }

    /// The other choices as links; `at` is where the page is with them.
    pub fn controls(self, at: impl Fn(Axes) -> String) -> AnyView {
        let x = |text: &str, by_time| (text.to_owned(), at(Axes { by_time, ..self }), self.by_time == by_time);
        let scale = |text: &str, log| (text.to_owned(), at(Axes { log, ..self }), self.log == log);
        let (axes, scales) =
            (vec![x("Steps", false), x("Time", true)], vec![scale("Linear", false), scale("Logarithmic", true)]);
        view! { <span class="row push"><Segmented label="X axis" items=axes/><Segmented label="Scale" items=scales/></span> }
            .into_any()
    }

    /// A run's curve, its points in the order of the axis.
    pub fn drawn(self, label: &str, colour: usize, run: &RunInfo, curve: &Curve) -> Drawn {
        let x = |point: &Metric| match self.by_time {
            true => point.timestamp_ms.saturating_sub(run.started_ms) as f64 / 1_000.0,
            false => point.step as f64,
        };
        let mut points: Vec<(f64, f64)> = curve.points.iter().map(|point| (x(point), point.value)).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        Drawn { label: label.to_owned(), colour, points, logged: curve.logged.unsigned_abs() }
    }

    pub fn unit(self) -> &'static str {
        if self.by_time { "seconds since the start of the run" } else { "step" }
    }

    pub fn is_log(self) -> bool {
        self.log
    }

    /// What is said of the scale behind a figure's note.
    pub fn note(self) -> &'static str {
        if self.log { " · logarithmic" } else { "" }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::experiments::{ExperimentId, RunId, RunStatus};

    fn run(started_ms: i64) -> RunInfo {
        RunInfo {
            id: RunId(uuid::Uuid::nil()),
            experiment: ExperimentId(1),
            name: "one".into(),
            status: RunStatus::Running,
            user_id: String::new(),
            started_ms,
            ended_ms: None,
            deleted: false,
            artifact_uri: String::new(),
        }
    }

    #[test]
    fn points_are_placed_in_the_order_of_their_axis() {
        let point = |step, timestamp_ms, value| Metric { key: "loss".into(), value, timestamp_ms, step };
        let curve = Curve { points: vec![point(1, 9_000, 0.5), point(2, 3_000, 0.25)], logged: 2 };
        let placed = |by_time| Axes { by_time, log: false }.drawn("loss", 0, &run(1_000), &curve).points;
        assert_eq!(placed(false), [(1.0, 0.5), (2.0, 0.25)]);
        assert_eq!(placed(true), [(2.0, 0.25), (8.0, 0.5)]);
    }
}
