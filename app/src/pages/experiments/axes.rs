//! What curves are drawn over: steps or the time since a run began, on a plain or a logarithmic scale, as they were logged or
//! smoothed. The address says which.

use super::smoothing::{READ, WEIGHTS, smoothed, thin};
use crate::load::Asked;
use chorale_model::experiments::{Curve, Metric, RunInfo};
use chorale_ui::number::count;
use chorale_ui::{Curve as Drawn, Segmented};
use leptos::prelude::*;

#[derive(Clone, Copy)]
pub struct Axes {
    by_time: bool,
    log: bool,
    /// Of how much of the average before each point is made; 0: as they were logged.
    smoothing: f64,
}

impl Axes {
    /// A smoothing that is none is no smoothing.
    pub fn read(asked: &Asked) -> Axes {
        let smoothing = asked.word("smooth").parse::<f64>().ok().filter(|weight| (0.0..1.0).contains(weight));
        Axes {
            by_time: asked.word("x") == "time",
            log: asked.word("scale") == "log",
            smoothing: smoothing.unwrap_or(0.0),
        }
    }

    /// As the address has them; what is usual stands there with no word.
    pub fn pairs(self) -> [(&'static str, String); 3] {
        let word = |is: bool, word: &str| if is { word.to_owned() } else { String::new() };
        [
            ("x", word(self.by_time, "time")),
            ("scale", word(self.log, "log")),
            ("smooth", word(self.smoothing > 0.0, &self.smoothing.to_string())),
        ]
    }

    /// The other choices as links; `at` is where the page is with them.
    pub fn controls(self, at: impl Fn(Axes) -> String) -> AnyView {
        let x = |text: &str, by_time| (text.to_owned(), at(Axes { by_time, ..self }), self.by_time == by_time);
        let scale = |text: &str, log| (text.to_owned(), at(Axes { log, ..self }), self.log == log);
        let smooth = |smoothing: f64| {
            let text = if smoothing > 0.0 { smoothing.to_string() } else { "Raw".to_owned() };
            (text, at(Axes { smoothing, ..self }), (self.smoothing - smoothing).abs() < f64::EPSILON)
        };
        let (axes, scales) =
            (vec![x("Steps", false), x("Time", true)], vec![scale("Linear", false), scale("Logarithmic", true)]);
        view! {
            <span class="row push">
                <Segmented label="Smoothing" items=WEIGHTS.into_iter().map(smooth).collect()/>
                <Segmented label="X axis" items=axes/>
                <Segmented label="Scale" items=scales/>
            </span>
        }
        .into_any()
    }

    /// How many points are to be read of each curve, of which `most` are drawn.
    pub fn points(self, most: i64) -> i64 {
        if self.smoothing > 0.0 { READ.max(most) } else { most }
    }

    /// A run's curve, its points in the order of the axis; smoothed ones are cut down to `most` afterwards.
    pub fn drawn(self, label: &str, colour: usize, run: &RunInfo, curve: &Curve, most: i64) -> Drawn {
        let x = |point: &Metric| match self.by_time {
            true => point.timestamp_ms.saturating_sub(run.started_ms) as f64 / 1_000.0,
            false => point.step as f64,
        };
        let mut points: Vec<(f64, f64)> = curve.points.iter().map(|point| (x(point), point.value)).collect();
        points.sort_by(|a, b| a.0.total_cmp(&b.0));
        let most = usize::try_from(most).unwrap_or(usize::MAX);
        let (points, behind) = if self.smoothing > 0.0 {
            let averages = smoothed(points.iter().map(|(_, y)| *y), self.smoothing);
            let averages = points.iter().zip(averages).map(|((x, _), y)| (*x, y)).collect();
            (thin(averages, most), thin(points, most))
        } else {
            (points, Vec::new())
        };
        Drawn { label: label.to_owned(), colour, points, behind, logged: curve.logged.unsigned_abs() }
    }

    pub fn unit(self) -> &'static str {
        if self.by_time { "seconds since the start of the run" } else { "step" }
    }

    pub fn is_log(self) -> bool {
        self.log
    }

    /// What is said of the curves behind a figure's note; `read` of `logged` points stood for the longest.
    pub fn note(self, read: usize, logged: i64) -> String {
        let over = match self.smoothing > 0.0 && (read as u64) < logged.unsigned_abs() {
            true => format!(" over {} of its points", count(read as u64)),
            false => String::new(),
        };
        let smoothed = match self.smoothing > 0.0 {
            true => format!(" · smoothed by {}{over}", self.smoothing),
            false => String::new(),
        };
        format!("{smoothed}{}", if self.log { " · logarithmic" } else { "" })
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
        let axes = |by_time| Axes { by_time, log: false, smoothing: 0.0 };
        let placed = |by_time| axes(by_time).drawn("loss", 0, &run(1_000), &curve, 100).points;
        assert_eq!(placed(false), [(1.0, 0.5), (2.0, 0.25)]);
        assert_eq!(placed(true), [(2.0, 0.25), (8.0, 0.5)]);
    }

    #[test]
    fn a_smoothed_curve_has_what_was_logged_behind_it() {
        let point = |step, value| Metric { key: "loss".into(), value, timestamp_ms: 0, step };
        let curve = Curve { points: vec![point(1, 1.0), point(2, 3.0)], logged: 9 };
        let axes = Axes { by_time: false, log: false, smoothing: 0.6 };
        let drawn = axes.drawn("loss", 0, &run(0), &curve, 100);
        assert_eq!(drawn.behind, [(1.0, 1.0), (2.0, 3.0)]);
        assert!((drawn.points[1].1 - 2.25).abs() < 1e-12);
        assert_eq!(axes.note(2, 9), " · smoothed by 0.6 over 2 of its points");
        assert_eq!(axes.points(600), READ);
    }
}
