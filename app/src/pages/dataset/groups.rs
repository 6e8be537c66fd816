//! How the samples of a dataset fall into groups, by what the source said: a bar for each value of an attribute that
//! differs and has few values. Counted over the samples that are given, which the caption says.

use super::samples::said_of;
use crate::attribute::is_administrative;
use chorale_model::catalog::SampleRow;
use chorale_ui::BarList;
use chorale_ui::number::counted;
use leptos::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How many attributes are drawn.
const DRAWN: usize = 4;
/// More values than this are no groups.
const MOST_VALUES: usize = 8;
/// Longer values don't fit beside a bar.
const LONGEST: usize = 64;

/// One attribute: its values with their counts, the largest first.
#[derive(Clone, Debug, PartialEq)]
pub struct Groups {
    pub attribute: String,
    pub values: Vec<(String, u64)>,
}

impl Groups {
    fn said(&self) -> u64 {
        self.values.iter().map(|(_, n)| n).sum()
    }

    /// The finding, as a sentence.
    fn title(&self) -> String {
        let (name, values) = (&self.attribute, self.values.len());
        let (top, n) = &self.values[0];
        if self.values.iter().all(|(_, other)| other == n) {
            return format!("{name}: {values} values, {} each", counted(*n, "sample", "samples"));
        }
        format!("{name}: {n} of {} say “{top}”", counted(self.said(), "sample", "samples"))
    }

    fn note(&self, samples: u64) -> String {
        let said = self.said();
        if said == samples {
            return format!("n = {}", counted(samples, "sample", "samples"));
        }
        format!("n = {}; {} say nothing", counted(said, "sample", "samples"), samples - said)
    }
}

/// The attributes that make groups of these samples: those that most samples have first, then those with fewer values.
pub fn of(samples: &[SampleRow]) -> Vec<Groups> {
    let mut counts: BTreeMap<&str, BTreeMap<Cow<'_, str>, u64>> = BTreeMap::new();
    for (attribute, said) in samples.iter().flat_map(said_of) {
        *counts.entry(attribute).or_default().entry(said).or_default() += 1;
    }
    let grouping = counts.into_iter().filter(|(attribute, values)| {
        let few = (2..=MOST_VALUES).contains(&values.len()) && values.len() < samples.len();
        few && values.keys().all(|value| value.chars().count() <= LONGEST) && !is_administrative(attribute)
    });
    let mut groups: Vec<Groups> = grouping
        .map(|(attribute, values)| {
            let mut values: Vec<_> = values.into_iter().map(|(value, n)| (value.into_owned(), n)).collect();
            values.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
            Groups { attribute: attribute.to_owned(), values }
        })
        .collect();
    groups.sort_by_key(|groups| (std::cmp::Reverse(groups.said()), groups.values.len()));
    groups.truncate(DRAWN);
    groups
}

/// The section; nothing when the samples are alike. `total` is how many the dataset has, `samples` those at hand.
pub fn draw(samples: &[SampleRow], total: u64) -> Option<AnyView> {
    let groups = of(samples);
    if groups.is_empty() {
        return None;
    }
    let counted_over = samples.len() as u64;
    let charts = groups.into_iter().map(|groups| {
        let (title, note) = (groups.title(), groups.note(counted_over));
        view! { <BarList title=title note=note rows=groups.values/> }
    });
    let charts = charts.collect_view();
    let words = match counted_over < total {
        true => format!("counted over the first {counted_over} of {total}"),
        false => "in the source's own words".to_owned(),
    };
    Some(
        view! {
            <section aria-labelledby="groups">
                <div class="section-head"><h2 id="groups">"How the samples differ"</h2><p>{words}</p></div>
                <div class="grid min-22">{charts}</div>
            </section>
        }
        .into_any(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::SampleId;
    use chorale_model::catalog::RawAttribute;

    fn samples(stages: &[&str]) -> Vec<SampleRow> {
        let one = |(position, stage): (i64, &&str)| SampleRow {
            id: SampleId(uuid::Uuid::nil()),
            position,
            accession: format!("GSM{position}"),
            title: String::new(),
            organisms: vec![],
            attributes: [
                ("Sample_characteristics_ch1", format!("stage: {stage}")),
                ("Sample_patient", position.to_string()),
            ]
            .map(|(key, value)| RawAttribute { key: key.into(), value })
            .into(),
        };
        (1..).zip(stages).map(one).collect()
    }

    #[test]
    fn an_attribute_with_few_values_makes_groups_and_one_with_a_value_each_does_not() {
        let found = of(&samples(&["1", "2", "2"]));
        assert_eq!(found.len(), 1, "{found:?}");
        assert_eq!(found[0].values, [("2".to_owned(), 2), ("1".to_owned(), 1)]);
        assert_eq!(found[0].title(), "stage: 2 of 3 samples say “2”");
        assert_eq!(of(&samples(&["1", "1", "2", "2"]))[0].title(), "stage: 2 values, 2 samples each");
        assert_eq!(found[0].note(5), "n = 3 samples; 2 say nothing");
        assert!(of(&samples(&["1", "1"])).is_empty(), "samples that are alike");
    }
}
