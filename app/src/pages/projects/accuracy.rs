//! How right a curator is on gold items, day after day: a point for each day with its interval.

use chorale_model::projects::{Accuracy, AccuracyDay, PersonWork};
use chorale_ui::data_table;
use chorale_ui::number::counted;
use leptos::prelude::*;

const WIDTH: f64 = 420.0;
const HEIGHT: f64 = 120.0;
const LEFT: f64 = 34.0;

fn percent(share: f64) -> String {
    format!("{:.0}%", 100.0 * share)
}

fn interval(of: &Accuracy) -> String {
    format!("{} to {}", percent(of.low), percent(of.high))
}

pub fn draw(one: &PersonWork) -> AnyView {
    let Some(all) = one.accuracy else { return ().into_any() };
    let y = |share: f64| HEIGHT - HEIGHT * share;
    let step = (WIDTH - LEFT) / one.days.len().max(1) as f64;
    let title = format!("{} is right on {} of known answers", one.name, percent(all.share));
    let note = format!("n = {}, 95% interval {}", counted(all.answers.unsigned_abs(), "item", "items"), interval(&all));
    let lines = [0.0, 0.5, 1.0].map(|share| {
        view! {
            <path class="grid-line" d=format!("M{LEFT} {:.1}H{WIDTH}", y(share))></path>
            <text x="0" y=format!("{:.1}", y(share) + 4.0)>{percent(share)}</text>
        }
    });
    let points = one.days.iter().enumerate().map(|(at, day)| {
        let (x, of) = (LEFT + step * (at as f64 + 0.5), day.accuracy);
        let words = format!("{}: {} of {}", day.day.day_text(), percent(of.share), of.answers);
        view! {
            <path class="whisk" d=format!("M{x:.1} {:.1}V{:.1}", y(of.low), y(of.high))></path>
            <circle class="dot" cx=format!("{x:.1}") cy=format!("{:.1}", y(of.share)) r="4"><title>{words}</title></circle>
        }
    });
    let ends = one.days.first().zip(one.days.last()).map(|(first, last)| {
        let last = (one.days.len() > 1).then(|| last.day.day_text());
        view! {
            <text x=LEFT y=HEIGHT + 15.0>{first.day.day_text()}</text>
            {last.map(|last| view! { <text x=WIDTH y=HEIGHT + 15.0 text-anchor="end">{last}</text> })}
        }
    });
    let row = |day: &AccuracyDay| {
        let of = day.accuracy;
        vec![day.day.day_text(), of.answers.to_string(), of.right.to_string(), percent(of.share), interval(&of)]
    };
    let heads = ["Day", "Items", "Right", "Share", "95% interval"];
    let table = data_table(&heads, one.days.iter().map(row).collect());
    view! {
        <figure class="chart">
            <figcaption>{title.clone()}<small>{note.clone()}</small></figcaption>
            <svg class="plot c1" viewBox=format!("0 -6 {WIDTH} {}", HEIGHT + 26.0) role="img" aria-label=format!("{title}, {note}")>
                {lines.collect_view()}
                {points.collect_view()}
                {ends}
            </svg>
            {table}
        </figure>
    }
    .into_any()
}
