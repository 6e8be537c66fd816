//! The rail of a dataset: provenance, relations, lineage. Every number here can be followed to its bytes.

use chorale_model::catalog::{Dataset, Relation};
use chorale_model::harmonize::{DatasetPins, PinnedRelease};
use chorale_platform::harmonize::MODEL;
use chorale_ui::number::{bytes, count};
use chorale_ui::timeline::Event;
use chorale_ui::{Absent, Timeline, Tone};
use leptos::prelude::*;

/// The whole rail.
pub fn draw(dataset: &Dataset, pins: Option<DatasetPins>) -> AnyView {
    view! {
        <aside class="stack small gap-6" aria-label="Provenance">
            {provenance(dataset)}
            {pins.map(|pins| pinned(dataset, pins))}
            {relations(&dataset.relations)}
            <section>
                <h2 class="aside-h">"Lineage"</h2>
                {lineage(dataset)}
            </section>
        </aside>
    }
    .into_any()
}

fn provenance(dataset: &Dataset) -> AnyView {
    let source = &dataset.version.provenance;
    let named = match &source.source_url {
        Some(url) if url.starts_with("https://") => {
            view! { <a href=url.clone() rel="noreferrer">{source.source.clone()}</a> }.into_any()
        }
        _ => source.source.clone().into_any(),
    };
    let warnings = match source.job {
        Some(job) if source.warnings > 0 => {
            view! { <a href=format!("/jobs/{job}#warnings")>{source.warnings}</a> }.into_any()
        }
        _ => source.warnings.into_any(),
    };
    view! {
        <section>
            <h2 class="aside-h">"Provenance"</h2>
            <dl class="facts" data-rows>
                <dt>"Source"</dt>
                <dd>{named}</dd>
                <dt>"Licence"</dt>
                <dd>{source.licence.clone()}</dd>
                <dt>"Retrieved"</dt>
                <dd>{source.retrieved_at.minute_text()} " UTC"</dd>
                <dt>"Raw file"</dt>
                <dd>
                    <a href=format!("/datasets/{}/files", dataset.id)>{source.file_name.clone()}</a>
                    <br/>
                    <span class="ink-3">{format!("{}, {} lines", bytes(source.raw_size_bytes.unsigned_abs()), count(source.lines.unsigned_abs()))}</span>
                </dd>
                <dt>"SHA-256"</dt>
                <dd class="mono" title=source.raw_sha256.clone()>{short_hash(&source.raw_sha256)}</dd>
                <dt>"Parser"</dt>
                <dd class="mono">{source.parser.clone()}</dd>
                <dt>"Warnings"</dt>
                <dd>{warnings}</dd>
            </dl>
        </section>
    }
    .into_any()
}

/// What its values were made with.
fn pinned(dataset: &Dataset, pins: DatasetPins) -> AnyView {
    let (name, version) = annotator_words(&pins.annotator);
    let annotator = match name == MODEL {
        true => view! { <a href=format!("/models/{MODEL}")>{format!("{name} v{version}")}</a> }.into_any(),
        false => view! { {format!("{name} {version}")} }.into_any(),
    };
    let releases = match pins.releases.is_empty() {
        true => view! { <dt>"Ontologies"</dt><dd class="ink-3">"releases before those in use; the annotation with those follows"</dd> }.into_any(),
        false => pins.releases.into_iter().map(release).collect_view().into_any(),
    };
    let fields = match pins.fields_version {
        0 => "the default set".to_owned(),
        version => format!("version {version}"),
    };
    view! {
        <section>
            <h2 class="aside-h">"Pinned to"</h2>
            <dl class="facts" data-rows>
                {releases}
                <dt>"Annotators"</dt>
                <dd title=pins.annotator>{annotator}</dd>
                <dt>"Fields"</dt>
                <dd><a href=crate::pages::fields::address(dataset.collection)>{fields}</a></dd>
                <dt>"Annotated"</dt>
                <dd>{pins.annotated_at.minute_text()} " UTC"</dd>
            </dl>
        </section>
    }
    .into_any()
}

fn release(one: PinnedRelease) -> AnyView {
    let version = match one.version.is_empty() {
        true => view! { <Absent reason="its file says no version"/> }.into_any(),
        false => one.version.into_any(),
    };
    view! { <dt>{one.name}</dt><dd class="mono">{version}</dd> }.into_any()
}

/// `harmonize-3+1a2b3c4d` is version 3 of harmonize; what stands behind the plus is told by the releases.
fn annotator_words(version: &str) -> (&str, &str) {
    let plain = version.split('+').next().unwrap_or(version);
    plain.split_once('-').unwrap_or((plain, ""))
}

/// `SuperSeries of`, `Reanalysis of`, BioProject … as links where the target is here or on the web.
pub fn relations(relations: &[Relation]) -> Option<AnyView> {
    if relations.is_empty() {
        return None;
    }
    let rows = relations.iter().map(|relation| {
        let href = match (&relation.dataset, &relation.sample, &relation.url) {
            (Some(id), _, _) => Some(format!("/datasets/{id}")),
            (_, Some(id), _) => Some(format!("/samples/{id}")),
            (_, _, Some(url)) => over_tls(url),
            _ => over_tls(&relation.target),
        };
        let name = last_part(&relation.target).to_owned();
        let target = match href {
            Some(href) => view! { <a class="acc" href=href rel="noreferrer">{name}</a> }.into_any(),
            None => view! { <span class="acc">{name}</span> }.into_any(),
        };
        view! { <dt>{relation.kind.clone()}</dt><dd>{target}</dd> }
    });
    Some(
        view! {
            <section>
                <h2 class="aside-h">"Relations"</h2>
                <dl class="facts" data-rows>{rows.collect_view()}</dl>
            </section>
        }
        .into_any(),
    )
}

/// An address on the web; older records still say `http`.
fn over_tls(url: &str) -> Option<String> {
    let rest = url.strip_prefix("https://").or_else(|| url.strip_prefix("http://"))?;
    Some(format!("https://{rest}"))
}

/// `https://…/bioproject/PRJNA98795` and `https://…/sra?term=SRP000225` are called by what they name.
fn last_part(target: &str) -> &str {
    if over_tls(target).is_none() {
        return target;
    }
    target.trim_end_matches('/').rsplit(['/', '=']).next().filter(|part| !part.is_empty()).unwrap_or(target)
}

fn lineage(dataset: &Dataset) -> AnyView {
    let version = &dataset.version;
    // Of another organization's dataset it is not told who imported it.
    let by = if version.created_by.is_empty() { String::new() } else { format!("by {}, ", version.created_by) };
    let events = vec![
        Event {
            tone: Tone::Ok,
            text: format!("Version {}", version.number),
            note: format!("{by}{}", version.created_at.day_text()),
        },
        Event { tone: Tone::Plain, text: "Raw object".to_owned(), note: short_hash(&version.provenance.raw_sha256) },
    ];
    view! { <Timeline events=events/> }.into_any()
}

/// The two ends of a hash, enough to recognise it by.
pub fn short_hash(hash: &str) -> String {
    match (hash.get(..8), hash.len().checked_sub(8).and_then(|at| hash.get(at..))) {
        (Some(start), Some(end)) if hash.len() > 16 => format!("{start}…{end}"),
        _ => hash.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn an_address_is_called_by_what_it_names() {
        assert_eq!(super::last_part("http://www.ncbi.nlm.nih.gov/bioproject/PRJNA98795"), "PRJNA98795");
        assert_eq!(super::last_part("https://www.ncbi.nlm.nih.gov/sra?term=SRP000225"), "SRP000225");
        assert_eq!(super::last_part("GSE6344"), "GSE6344");
        assert_eq!(super::over_tls("http://a.example/b").as_deref(), Some("https://a.example/b"));
        assert_eq!(super::over_tls("javascript:alert(1)"), None);
    }

    #[test]
    fn an_annotator_is_told_by_its_name_and_version() {
        assert_eq!(super::annotator_words("harmonize-3+1a2b3c4d"), ("harmonize", "3"));
        assert_eq!(super::annotator_words("dictionary-0.1.0-1+c6003ec7"), ("dictionary", "0.1.0-1"));
    }

    #[test]
    fn a_hash_is_shown_by_its_ends() {
        assert_eq!(super::short_hash("bcbec30ae6c0759ac35b6153"), "bcbec30a…c35b6153");
        assert_eq!(super::short_hash("short"), "short");
    }
}
