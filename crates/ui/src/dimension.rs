//! What things have under one name, as places on an axis: numbers on a scale, words beside each other in their order. What a
//! thing has not has no place.

use crate::curves::{has_place, short, span, ticks};
use leptos::prelude::*;

/// More colours than that nobody tells apart.
const COLOURS: usize = 8;
const STEPS: usize = 5;
/// More words than that cannot be written beside an axis.
const WRITTEN: usize = 12;

#[derive(Clone, Debug, PartialEq)]
pub struct Dimension {
    pub label: String,
    /// As they are read, one for each thing.
    pub texts: Vec<Option<String>>,
    scale: Scale,
}

#[derive(Clone, Debug, PartialEq)]
enum Scale {
    Numbers { values: Vec<Option<f64>>, low: f64, high: f64 },
    Words(Vec<String>),
}

impl Dimension {
    /// Numbers, where every text is one.
    pub fn of(label: impl Into<String>, texts: Vec<Option<String>>) -> Dimension {
        let number = |text: &Option<String>| text.as_ref().map(|text| text.trim().parse::<f64>());
        let read: Vec<Option<Result<f64, _>>> = texts.iter().map(number).collect();
        let all = read.iter().flatten().all(Result::is_ok) && read.iter().any(Option::is_some);
        let scale = if all {
            let finite = |one: Option<Result<f64, _>>| one?.ok().filter(|value| has_place(*value, false));
            let values: Vec<Option<f64>> = read.into_iter().map(finite).collect();
            let (low, high) = span(values.iter().flatten().copied());
            Scale::Numbers { values, low, high }
        } else {
            let mut words: Vec<String> = texts.iter().flatten().cloned().collect();
            words.sort();
            words.dedup();
            Scale::Words(words)
        };
        Dimension { label: label.into(), texts, scale }
    }

    pub fn is_words(&self) -> bool {
        matches!(self.scale, Scale::Words(_))
    }

    /// Where a thing stands, from 0 to 1.
    pub fn place(&self, at: usize) -> Option<f64> {
        match &self.scale {
            Scale::Numbers { values, low, high } => values.get(at)?.map(|value| (value - low) / (high - low)),
            Scale::Words(words) => {
                let word = self.texts.get(at)?.as_ref()?;
                let place = words.binary_search(word).ok()?;
                Some((place as f64 + 0.5) / words.len() as f64)
            }
        }
    }

    /// The class of a thing's colour: viridis for numbers, a colour for each of the first words.
    pub fn tint(&self, at: usize) -> String {
        match (&self.scale, self.place(at)) {
            (_, None) => "faint".to_owned(),
            (Scale::Numbers { .. }, Some(place)) => {
                format!("s{}", 1 + ((place * STEPS as f64) as usize).min(STEPS - 1))
            }
            (Scale::Words(words), Some(place)) => match (place * words.len() as f64) as usize {
                word if word < COLOURS => format!("c{}", word + 1),
                _ => "faint".to_owned(),
            },
        }
    }

    /// What is written along the axis, and where.
    pub fn marks(&self) -> Vec<(f64, String)> {
        match &self.scale {
            Scale::Numbers { low, high, .. } => {
                let place = |value: f64| ((value - low) / (high - low), short(value));
                ticks(*low, *high, 6).into_iter().map(place).collect()
            }
            Scale::Words(words) => {
                let each = words.len().div_ceil(WRITTEN).max(1);
                let place = |(n, word): (usize, &String)| ((n as f64 + 0.5) / words.len() as f64, clipped(word));
                words.iter().enumerate().step_by(each).map(place).collect()
            }
        }
    }

    /// Which colour says what.
    pub fn legend(&self) -> AnyView {
        let items = match &self.scale {
            Scale::Numbers { low, high, .. } => {
                let steps = (1..=STEPS).map(|step| view! { <i class=format!("s{step}") data-sq></i> }).collect_view();
                view! { <span>{short(*low)} " " {steps} " " {short(*high)}</span> }.into_any()
            }
            Scale::Words(words) => {
                let one = |(n, word): (usize, &String)| {
                    view! { <span><i class=format!("c{}", n + 1)></i>{word.clone()}</span> }
                };
                let named = words.iter().enumerate().take(COLOURS).map(one).collect_view();
                let others = words.len().saturating_sub(COLOURS);
                let others = (others > 0).then(|| view! { <span>{format!("{others} others, faint")}</span> });
                view! { {named} {others} }.into_any()
            }
        };
        view! { <p class="legend"><b>{self.label.clone()}</b>{items}</p> }.into_any()
    }
}

fn clipped(word: &str) -> String {
    const MOST: usize = 14;
    match word.chars().count() {
        0..=MOST => word.to_owned(),
        _ => word.chars().take(MOST - 1).chain(['…']).collect(),
    }
}

/// What is drawn: a name, and where it leads.
#[derive(Clone, Debug, PartialEq)]
pub struct Thing {
    pub label: String,
    pub href: String,
}

/// What a thing is on each dimension, as a sentence.
pub fn told(thing: &Thing, at: usize, dimensions: &[&Dimension]) -> String {
    let one = |dimension: &&Dimension| {
        let text = dimension.texts.get(at).and_then(Option::as_deref).unwrap_or("–");
        format!("{} {text}", dimension.label)
    };
    format!("{}: {}", thing.label, dimensions.iter().map(one).collect::<Vec<_>>().join(", "))
}

/// The same things as a table, each a link.
pub fn things_table(things: &[Thing], drawn: &[usize], dimensions: &[&Dimension]) -> AnyView {
    let heads =
        dimensions.iter().map(|one| view! { <th scope="col" class:num=!one.is_words()>{one.label.clone()}</th> });
    let rows = drawn.iter().map(|at| {
        let cells = dimensions.iter().map(|one| {
            let text = one.texts.get(*at).cloned().flatten().unwrap_or_else(|| "–".to_owned());
            view! { <td class:num=!one.is_words()>{text}</td> }
        });
        let thing = &things[*at];
        view! { <tr><th scope="row"><a href=thing.href.clone()>{thing.label.clone()}</a></th>{cells.collect_view()}</tr> }
    });
    view! {
        <details>
            <summary>"Data table"</summary>
            <div class="scroll figure-table" tabindex="0" role="region" aria-label="Data table">
                <table class="table">
                    <thead><tr><th scope="col">"Name"</th>{heads.collect_view()}</tr></thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </div>
        </details>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(all: &[&str]) -> Vec<Option<String>> {
        all.iter().map(|text| Some((*text).to_owned()).filter(|text| !text.is_empty())).collect()
    }

    #[test]
    fn numbers_stand_on_a_scale_and_words_beside_each_other() {
        let numbers = Dimension::of("C", texts(&["1", "3", "", "2"]));
        assert!(!numbers.is_words());
        assert_eq!([0, 1, 2, 3].map(|at| numbers.place(at)), [Some(0.0), Some(1.0), None, Some(0.5)]);
        assert_eq!([0, 1, 2].map(|at| numbers.tint(at)), ["s1", "s5", "faint"]);
        let words = Dimension::of("kind", texts(&["b", "a", "", "b"]));
        assert_eq!([0, 1, 2].map(|at| words.place(at)), [Some(0.75), Some(0.25), None]);
        assert_eq!(words.tint(0), "c2");
        assert_eq!(words.marks(), [(0.25, "a".to_owned()), (0.75, "b".to_owned())]);
    }

    #[test]
    fn one_word_among_numbers_makes_all_of_them_words() {
        let mixed = Dimension::of("depth", texts(&["3", "none"]));
        assert!(mixed.is_words());
        let beyond = Dimension::of("loss", texts(&["NaN", "1", "2"]));
        assert_eq!(
            [0, 1, 2].map(|at| beyond.place(at)),
            [None, Some(0.0), Some(1.0)],
            "what is no number has no place"
        );
    }
}
