//! The samples of a dataset with what is known of them: harmonized values, what the source said, or both. Of what the
//! source said the attributes that differ become columns.

use super::values::View;
use crate::address::address;
use crate::attribute::{headed, is_administrative};
use crate::paging::Paging;
use crate::snippet;
use crate::values::{is_said, of_field, short_term, state_reason};
use chorale_model::catalog::{Dataset, SampleRow, SampleSort};
use chorale_model::fields::Field;
use chorale_model::harmonize::{SampleValues, Value};
use chorale_ui::{Absent, CopyAs, Empty, Glyph, Icon, LinkButton, Segmented, SortHead, Table, score_text};
use leptos::prelude::*;
use std::borrow::Cow;
use std::collections::BTreeMap;

/// How many columns are shown before somebody chooses others.
const SHOWN: usize = 6;
/// How many columns there are to choose from.
const OFFERED: usize = 24;

/// How many columns of each are shown when harmonized ones stand beside the source's.
const SHOWN_BESIDE: usize = 4;

/// One page of samples, in an order, perhaps narrowed by words.
pub struct Samples {
    pub page: Vec<SampleRow>,
    pub sort: SampleSort,
    pub q: String,
    pub paging: Paging,
    pub view: View,
    /// What is known of the samples of the page.
    pub values: Vec<SampleValues>,
    /// The collection's fields, for the order of columns and their names.
    pub fields: Vec<Field>,
}

impl Samples {
    /// The name of an order in addresses; the source's own has none.
    pub fn key(sort: SampleSort) -> &'static str {
        match sort {
            SampleSort::Position => "",
            SampleSort::Accession => "accession",
            SampleSort::Title => "title",
        }
    }
}

/// The whole tab.
pub fn draw(dataset: &Dataset, samples: Samples) -> AnyView {
    let base = format!("/datasets/{}/samples", dataset.id);
    let list = match (samples.page.is_empty(), samples.q.is_empty()) {
        (false, _) => table(dataset, &base, &samples),
        (true, true) => view! {
            <div class="panel"><Empty icon=Icon::Stack title="This version has no samples" text="Its source describes a series without samples. The raw file is kept under Files."/></div>
        }
        .into_any(),
        (true, false) => {
            let (all, title) = (base.clone(), format!("No sample here says “{}”", samples.q));
            view! {
                <div class="panel"><Empty icon=Icon::Search title=title text="Title, accession and every attribute were looked at."><LinkButton href=all text="Show all samples"/></Empty></div>
            }
            .into_any()
        }
    };
    let views = View::ALL
        .map(|view| (view.words().to_owned(), href(&base, &samples, samples.sort, view), view == samples.view));
    view! {
        <section class="stack" aria-labelledby="samples-h">
            <div class="section-head">
                <h2 id="samples-h">"Samples"</h2>
                <p class="mid-only">{words_of(samples.view)}</p>
                {narrow(&base, &samples)}
                <Segmented label="Values to show" items=views.to_vec()/>
            </div>
            {list}
        </section>
    }
    .into_any()
}

/// The address of the same page in another order or view.
fn href(base: &str, samples: &Samples, sort: SampleSort, view: View) -> String {
    address(base, [("sort", Samples::key(sort)), ("q", samples.q.as_str()), ("show", view.key())])
}

fn words_of(view: View) -> &'static str {
    match view {
        View::Raw => "the attributes that differ",
        View::Harmonized => "as annotated",
        View::Both => "as annotated, then as the source said",
    }
}

/// Words that a sample must contain.
fn narrow(base: &str, samples: &Samples) -> AnyView {
    view! {
        <form class="searchbox push" role="search" aria-label="Samples of this dataset" action=base.to_owned() data-quiet>
            <Glyph icon=Icon::Search/>
            <input type="hidden" name="sort" value=Samples::key(samples.sort)/>
            <input type="search" name="q" value=samples.q.clone() aria-label="Find in these samples" placeholder="Find in these samples"/>
            <input type="hidden" name="show" value=samples.view.key()/>
        </form>
    }
    .into_any()
}

/// A column beside accession and title.
enum Column {
    /// Name and label of a field.
    Field(String, String),
    Source(String),
}

/// The columns of a view, with whether they stand open.
fn columns(samples: &Samples) -> Vec<(Column, bool)> {
    let mut columns = Vec::new();
    if samples.view != View::Raw {
        let has =
            |field: &Field| samples.values.iter().any(|known| of_field(&known.values, &field.name).next().is_some());
        let fields = samples.fields.iter().filter(|field| has(field)).enumerate();
        let shown = if samples.view == View::Both { SHOWN_BESIDE } else { SHOWN };
        columns.extend(fields.map(|(at, field)| (Column::Field(field.name.clone(), field.label.clone()), at < shown)));
    }
    if samples.view != View::Harmonized {
        let shown = if columns.is_empty() { SHOWN } else { SHOWN_BESIDE };
        let said = varying_columns(&samples.page).into_iter().enumerate();
        columns.extend(said.map(|(at, key)| (Column::Source(key), at < shown)));
    }
    columns
}

fn table(dataset: &Dataset, base: &str, samples: &Samples) -> AnyView {
    let columns = columns(samples);
    let both = samples.view == View::Both;
    let heads = columns.iter().map(|(column, open)| match column {
        Column::Field(_, label) => {
            view! { <th scope="col" data-column=label.clone() hidden=!open>{label.clone()}</th> }.into_any()
        }
        Column::Source(key) => {
            view! { <th scope="col" data-column=key.clone() hidden=!open><span class:mono=both>{key.clone()}</span></th> }
                .into_any()
        }
    });
    let heads = heads.collect_view();
    let (sort, view, q) = (samples.sort, samples.view, samples.q.clone());
    let by = {
        let base = base.to_owned();
        // The chosen order again is the source's own.
        move |one: SampleSort| {
            let key = if sort == one { "" } else { Samples::key(one) };
            address(&base, [("sort", key), ("q", q.as_str()), ("show", view.key())])
        }
    };
    let order = move |one: SampleSort| (sort == one).then_some("ascending");
    let head = move || {
        view! {
            <SortHead text="Sample" href=by(SampleSort::Accession) sorted=order(SampleSort::Accession)/>
            <SortHead text="Title" href=by(SampleSort::Title) sorted=order(SampleSort::Title)/>
            {heads}
        }
    };
    let rows = samples.page.iter().map(|sample| row(sample, known_of(samples, sample), &columns)).collect_view();
    let rest = format!("/api/v1/datasets/{}/samples", dataset.id);
    let asked = address(&rest, [("sort", Samples::key(sort)), ("q", samples.q.as_str())]);
    let csv = format!("{rest}.csv");
    let tools = view! {
        <crate::islands::Columns/>
        <CopyAs snippets=snippet::json(&asked)/>
        <LinkButton kind=chorale_ui::Kind::Quiet small=true download=true icon=Icon::DownTray href=csv text="CSV"/>
    };
    let (paging, shown, total) = (samples.paging.clone(), samples.page.len(), dataset.samples.unsigned_abs());
    let foot: AnyView = match samples.q.is_empty() {
        true => paging.foot(total, "sample", "samples", tools),
        false => paging.foot_of_page(shown, "sample", "samples", tools),
    };
    view! { <Table caption="Samples" head=head foot=move || foot>{rows}</Table> }.into_any()
}

fn known_of<'a>(samples: &'a Samples, sample: &SampleRow) -> Option<&'a SampleValues> {
    samples.values.iter().find(|known| known.sample == sample.id)
}

fn row(sample: &SampleRow, known: Option<&SampleValues>, columns: &[(Column, bool)]) -> AnyView {
    let own = said_of(sample);
    let cells = columns.iter().map(|(column, open)| {
        let cell = match column {
            Column::Field(name, _) => field_cell(known, name),
            Column::Source(key) => match own.get(key.as_str()) {
                None => view! { <Absent reason="not said of this sample"/> }.into_any(),
                Some(said) => {
                    view! { <span class="clip short" title=said.to_string()>{said.to_string()}</span> }.into_any()
                }
            },
        };
        view! { <td hidden=!open>{cell}</td> }
    });
    view! {
        <tr>
            <th scope="row"><a class="acc" href=format!("/samples/{}", sample.id)>{sample.accession.clone()}</a></th>
            <td class="roomy">{sample.title.clone()}</td>
            {cells.collect_view()}
        </tr>
    }
    .into_any()
}

/// What is known of one field of one sample.
fn field_cell(known: Option<&SampleValues>, field: &str) -> AnyView {
    let Some(known) = known.filter(|known| known.annotated_at.is_some() || !known.values.is_empty()) else {
        return view! { <Absent reason="not annotated yet"/> }.into_any();
    };
    let values: Vec<&Value> = of_field(&known.values, field).collect();
    if values.is_empty() {
        return view! { <Absent reason="nothing in its text says it"/> }.into_any();
    }
    let shown = values.into_iter().enumerate().map(|(at, value)| {
        view! { {(at > 0).then_some(", ")}{one(value)} }
    });
    shown.collect_view().into_any()
}

fn one(value: &Value) -> AnyView {
    if !is_said(value.state) {
        return view! { <Absent reason=state_reason(value.state)/> }.into_any();
    }
    let words = short_term(&value.term, &value.label);
    if value.accepted {
        return words;
    }
    let title = format!("in review, score {}", score_text(value.score));
    view! { <span class="waits" title=title><Glyph icon=Icon::Clock/><span class="sr">"in review: "</span>{words}</span> }
        .into_any()
}

/// What is said of one sample, by column.
pub fn said_of(sample: &SampleRow) -> BTreeMap<&str, Cow<'_, str>> {
    let mut columns: BTreeMap<&str, Cow<'_, str>> = BTreeMap::new();
    for attribute in &sample.attributes {
        let (column, said) = headed(attribute);
        match columns.get_mut(column) {
            None => {
                columns.insert(column, Cow::Borrowed(said));
            }
            Some(cell) if cell.is_empty() => *cell = Cow::Borrowed(said),
            Some(cell) => {
                let cell = cell.to_mut();
                cell.push_str("; ");
                cell.push_str(said);
            }
        }
    }
    columns
}

/// The columns whose values differ among these samples, short values first and what concerns the record last: what is
/// the same everywhere says nothing in a table, and what is long is read on the sample's page.
fn varying_columns(samples: &[SampleRow]) -> Vec<String> {
    let mut values: BTreeMap<&str, Vec<Cow<'_, str>>> = BTreeMap::new();
    for sample in samples {
        for (column, said) in said_of(sample) {
            values.entry(column).or_default().push(said);
        }
    }
    let shown_anyway = ["title", "geo_accession"];
    let varies = |(column, said): &(&str, Vec<Cow<'_, str>>)| {
        let differs = said.len() < samples.len() || said.iter().any(|value| value != &said[0]) || samples.len() == 1;
        differs && !shown_anyway.contains(column)
    };
    let mut varying: Vec<_> = values.into_iter().filter(varies).collect();
    let is_long = |said: &[Cow<'_, str>]| said.iter().map(|value| value.len()).max().unwrap_or(0) > 60;
    varying.sort_by_key(|(column, said)| (is_administrative(column), is_long(said)));
    varying.into_iter().map(|(column, _)| column.to_owned()).take(OFFERED).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::SampleId;
    use chorale_model::catalog::RawAttribute;

    fn sample(position: i64, attributes: &[(&str, &str)]) -> SampleRow {
        let attributes =
            attributes.iter().map(|(key, value)| RawAttribute { key: (*key).into(), value: (*value).into() });
        SampleRow {
            id: SampleId(uuid::Uuid::nil()),
            position,
            accession: format!("GSM{position}"),
            title: String::new(),
            organisms: vec![],
            attributes: attributes.collect(),
        }
    }

    #[test]
    fn only_attributes_that_differ_become_columns() {
        let samples = [
            sample(1, &[("tissue", "liver"), ("stage", "1"), ("note", "x")]),
            sample(2, &[("tissue", "liver"), ("stage", "2")]),
        ];
        assert_eq!(varying_columns(&samples), ["note", "stage"]);
        assert_eq!(varying_columns(&samples[..1]).len(), 3, "a lone sample shows all it has");
    }

    #[test]
    fn characteristics_become_columns_of_their_own_names() {
        let one = |tissue| {
            [("Sample_characteristics_ch1", tissue), ("Sample_characteristics_ch1", "Age: 5"), ("Sample_title", "x")]
        };
        let samples = [sample(1, &one("Tissue: Ovary")), sample(2, &one("Tissue: Liver"))];
        assert_eq!(varying_columns(&samples), ["Tissue"]);
        assert_eq!(said_of(&samples[0])["Age"], "5");
    }
}
