//! The tabs of a dataset that are read: overview, files, history. Its samples are drawn in `samples`.

use super::aside::short_hash;
use super::groups;
use crate::paging::Paging;
use chorale_model::catalog::{Dataset, File, RawAttribute, SampleRow, Version};
use chorale_ui::number::{bytes, count};
use chorale_ui::{Absent, Empty, Icon, Table};
use leptos::prelude::*;

/// The summary, the harmonized `values`, how the samples differ, and what the source said of the series, word for word.
pub fn overview(dataset: &Dataset, samples: &[SampleRow], values: AnyView) -> AnyView {
    view! {
        {(!super::is_short(&dataset.summary))
            .then(|| {
                view! {
                    <section aria-labelledby="summary">
                        <div class="section-head"><h2 id="summary">"Summary"</h2></div>
                        <p class="prose">{dataset.summary.clone()}</p>
                    </section>
                }
            })}
        {values}
        {groups::draw(samples, dataset.samples.unsigned_abs())}
        <section aria-labelledby="said">
            <div class="section-head"><h2 id="said">"What the source said"</h2><p>"never edited"</p></div>
            {source(&dataset.attributes)}
        </section>
    }
    .into_any()
}

/// Attributes as they came: order and duplicates kept. A key that follows itself stands once, with all it says.
pub fn source(attributes: &[RawAttribute]) -> AnyView {
    if attributes.is_empty() {
        return view! { <p class="ink-3 dense">"The source says nothing more."</p> }.into_any();
    }
    let rows = attributes.chunk_by(|one, next| one.key == next.key).map(|run| {
        let said = match run {
            [one] => said(one),
            several => all_said(several),
        };
        view! { <dt>{run[0].key.clone()}</dt><dd>{said}</dd> }
    });
    view! { <dl class="source">{rows.collect_view()}</dl> }.into_any()
}

fn said(attribute: &RawAttribute) -> AnyView {
    if attribute.value.is_empty() {
        return view! { <Absent reason="empty in the source"/> }.into_any();
    }
    attribute.value.clone().into_any()
}

/// How many values of one key are read at a glance; the rest unfolds.
const AT_A_GLANCE: usize = 24;
/// Values so short stand side by side.
const SHORT: usize = 24;

fn all_said(run: &[RawAttribute]) -> AnyView {
    let short = run.iter().all(|attribute| attribute.value.chars().nth(SHORT).is_none());
    let list = |part: &[RawAttribute]| {
        let items = part.iter().map(|attribute| view! { <li>{said(attribute)}</li> }).collect_view();
        view! { <ul class="said" data-short=short>{items}</ul> }
    };
    let (first, rest) = run.split_at(run.len().min(AT_A_GLANCE));
    let rest = (!rest.is_empty()).then(|| {
        view! { <details><summary>{format!("{} more", count(rest.len() as u64))}</summary>{list(rest)}</details> }
    });
    view! { {list(first)}{rest} }.into_any()
}

/// Every file behind the dataset, down to the raw bytes.
pub fn files(files: Vec<File>, paging: Paging) -> AnyView {
    if files.is_empty() {
        return view! { <div class="panel"><Empty icon=Icon::Doc title="No file is kept" text="Its raw object was removed with its source."/></div> }.into_any();
    }
    let shown = files.len();
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
    let foot = move || paging.foot_of_page(shown, "file", "files", ());
    view! { <Table caption="Files" head=head foot=foot>{rows}</Table> }.into_any()
}

/// Versions, newest first: each with the bytes and the parser that made it.
pub fn history(versions: Vec<Version>, paging: Paging) -> AnyView {
    let shown = versions.len();
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
    let foot = move || paging.foot_of_page(shown, "version", "versions", ());
    view! {
        <p class="dense ink-2">"A version never changes. The same bytes make no second one; changed bytes make the next."</p>
        <Table caption="Versions" head=head foot=foot>{rows}</Table>
    }
    .into_any()
}
