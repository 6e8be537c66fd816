//! The four tabs of a dataset.

use super::aside::short_hash;
use crate::address::address;
use crate::attribute::headed;
use chorale_model::Page;
use chorale_model::catalog::{Dataset, File, RawAttribute, SampleRow, Version};
use chorale_ui::number::{bytes, count};
use chorale_ui::{Absent, Empty, Icon, LinkButton, Pages, Table, TableFoot};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// What the source said of the series, word for word.
pub fn overview(dataset: &Dataset) -> AnyView {
    let rest = !super::beginning(&dataset.summary).1.is_empty();
    view! {
        {rest
            .then(|| {
                view! {
                    <section aria-labelledby="summary">
                        <div class="section-head"><h2 id="summary">"Summary"</h2></div>
                        <p class="prose">{dataset.summary.clone()}</p>
                    </section>
                }
            })}
        <section aria-labelledby="said">
            <div class="section-head"><h2 id="said">"What the source said"</h2><p>"never edited"</p></div>
            {source(&dataset.attributes)}
        </section>
    }
    .into_any()
}

/// Attributes as they came: order and duplicates kept.
pub fn source(attributes: &[RawAttribute]) -> AnyView {
    if attributes.is_empty() {
        return view! { <p class="ink-3 dense">"The source says nothing more."</p> }.into_any();
    }
    let rows = attributes.iter().map(|attribute| {
        let value = if attribute.value.is_empty() {
            view! { <Absent reason="empty in the source"/> }.into_any()
        } else {
            attribute.value.clone().into_any()
        };
        view! { <dt>{attribute.key.clone()}</dt><dd>{value}</dd> }
    });
    view! { <dl class="source">{rows.collect_view()}</dl> }.into_any()
}

/// Samples beside what the source said: the attributes that differ between them become columns.
pub fn samples(dataset: &Dataset, page: Page<SampleRow>, first_page: bool) -> AnyView {
    if page.items.is_empty() {
        return view! {
            <div class="panel"><Empty icon=Icon::Stack title="This version has no samples" text="Its source describes a series without samples. The raw file is kept under Files."/></div>
        }
        .into_any();
    }
    let base = format!("/datasets/{}/samples", dataset.id);
    let next = page.next_cursor.as_deref().map(|cursor| address(&base, [("cursor", cursor)])).unwrap_or_default();
    let first = if first_page { String::new() } else { base };
    let total = dataset.samples.unsigned_abs();
    let keys = varying_keys(&page.items);
    let heads =
        keys.iter().map(|key| view! { <th scope="col" data-column=key.clone()>{key.clone()}</th> }).collect_view();
    let head = move || {
        view! {
            <th scope="col">"Sample"</th>
            <th scope="col" data-column="Title">"Title"</th>
            {heads}
        }
    };
    let rows = page.items.iter().map(|sample| sample_row(sample, &keys)).collect_view();
    let csv = address("/api/v1/search.csv", [("kind", "samples"), ("study", dataset.accession.as_str())]);
    let foot = move || {
        view! {
            <TableFoot total=total noun="samples">
                <Pages first=first next=next/>
                <LinkButton kind=chorale_ui::Kind::Quiet small=true download=true icon=Icon::DownTray href=csv text="CSV"/>
            </TableFoot>
        }
    };
    view! {
        <section aria-labelledby="samples-h">
            <div class="section-head">
                <h2 id="samples-h">"Samples"</h2>
                <p>"columns are the attributes that differ; a sample's page has all of them"</p>
                <span class="push"><crate::islands::Columns/></span>
            </div>
            <Table caption="Samples" head=head foot=foot>{rows}</Table>
        </section>
    }
    .into_any()
}

fn sample_row(sample: &SampleRow, keys: &[String]) -> AnyView {
    let own = columns_of(sample);
    let cells = keys.iter().map(|key| match own.get(key) {
        None => view! { <td><Absent reason="not said of this sample"/></td> }.into_any(),
        Some(said) => view! { <td><span class="clip short" title=said.clone()>{said.clone()}</span></td> }.into_any(),
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

/// What is said of one sample, by column.
fn columns_of(sample: &SampleRow) -> BTreeMap<String, String> {
    let mut columns: BTreeMap<String, String> = BTreeMap::new();
    for attribute in &sample.attributes {
        let (column, said) = headed(attribute);
        let cell = columns.entry(column.to_owned()).or_default();
        if !cell.is_empty() {
            cell.push_str("; ");
        }
        cell.push_str(said);
    }
    columns
}

/// The columns whose values differ on this page, at most 8, short values first: what is the same everywhere says
/// nothing in a table, and what is long is read on the sample's page.
fn varying_keys(samples: &[SampleRow]) -> Vec<String> {
    let mut values: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for sample in samples {
        for (column, said) in columns_of(sample) {
            values.entry(column).or_default().push(said);
        }
    }
    let shown_anyway = ["title", "geo_accession"];
    let varies = |(column, said): &(String, Vec<String>)| {
        let differs = said.len() < samples.len() || said.iter().any(|value| value != &said[0]) || samples.len() == 1;
        differs && !shown_anyway.contains(&column.as_str())
    };
    let mut varying: Vec<_> = values.into_iter().filter(varies).collect();
    varying.sort_by_key(|(_, said)| said.iter().map(String::len).max().unwrap_or(0) > 60);
    varying.into_iter().map(|(column, _)| column).take(8).collect()
}

/// Every file behind the dataset, down to the raw bytes.
pub fn files(files: Vec<File>) -> AnyView {
    if files.is_empty() {
        return view! { <div class="panel"><Empty icon=Icon::Doc title="No file is kept" text="Its raw object was removed with its source."/></div> }.into_any();
    }
    let total = files.len() as u64;
    let rows = files.into_iter().map(|file| {
        let hash = short_hash(&file.sha256);
        view! {
            <tr>
                <th scope="row"><a class="acc" href=format!("/api/v1/files/{}/content", file.id) download="">{file.name}</a></th>
                <td>{if file.kind == "raw" { "raw, as it came" } else { "values, Parquet" }}</td>
                <td class="num">{file.version}</td>
                <td class="num">{bytes(file.size_bytes.unsigned_abs())}</td>
                <td class="mono" title=file.sha256>{hash}</td>
                <td class="nowrap">{file.created_at.minute_text()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let head = || {
        view! {
            <th scope="col">"File"</th>
            <th scope="col">"Kind"</th>
            <th scope="col" class="num">"Version"</th>
            <th scope="col" class="num">"Size"</th>
            <th scope="col">"SHA-256"</th>
            <th scope="col">"Kept since (UTC)"</th>
        }
    };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "file" } else { "files" }/> };
    view! { <Table caption="Files" head=head foot=foot>{rows}</Table> }.into_any()
}

/// Versions, newest first: each with the bytes and the parser that made it.
pub fn history(versions: Vec<Version>) -> AnyView {
    let total = versions.len() as u64;
    let rows = versions.into_iter().map(|version| {
        let content = short_hash(&version.content_sha256);
        let raw = short_hash(&version.provenance.raw_sha256);
        let job = version.provenance.job.map(|job| view! { <a href=format!("/jobs/{job}")>"job"</a> });
        view! {
            <tr>
                <th scope="row">{format!("Version {}", version.number)}</th>
                <td class="num">{count(version.samples.unsigned_abs())}</td>
                <td class="mono" title=version.content_sha256>{content}</td>
                <td class="mono" title=version.provenance.raw_sha256>{raw}</td>
                <td class="mono">{version.provenance.parser}</td>
                <td>{version.created_by} " " <span class="hint">{job}</span></td>
                <td class="nowrap">{version.created_at.minute_text()}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let head = || {
        view! {
            <th scope="col">"Version"</th>
            <th scope="col" class="num">"Samples"</th>
            <th scope="col">"Content"</th>
            <th scope="col">"Raw file"</th>
            <th scope="col">"Parser"</th>
            <th scope="col">"By"</th>
            <th scope="col">"Made (UTC)"</th>
        }
    };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "version" } else { "versions" }/> };
    view! {
        <p class="dense ink-2">"A version never changes. The same bytes make no second one; changed bytes make the next."</p>
        <Table caption="Versions" head=head foot=foot>{rows}</Table>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chorale_model::SampleId;

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
        assert_eq!(varying_keys(&samples), ["note", "stage"]);
        assert_eq!(varying_keys(&samples[..1]).len(), 3, "a lone sample shows all it has");
    }

    #[test]
    fn characteristics_become_columns_of_their_own_names() {
        let one = |tissue| {
            [("Sample_characteristics_ch1", tissue), ("Sample_characteristics_ch1", "Age: 5"), ("Sample_title", "x")]
        };
        let samples = [sample(1, &one("Tissue: Ovary")), sample(2, &one("Tissue: Liver"))];
        assert_eq!(varying_keys(&samples), ["Tissue"]);
        assert_eq!(columns_of(&samples[0])["Age"], "5");
    }
}
