//! The key facts of a dataset. What GEO writes into attributes (when it became public, its publications) is read
//! here for the eye alone; the attributes stand unchanged under Overview.

use crate::attribute::short_key;
use chorale_model::catalog::Dataset;
use chorale_ui::number::count;
use chorale_ui::{Absent, Fact, Facts};
use leptos::prelude::*;

/// The row of facts under the title.
pub fn draw(dataset: &Dataset) -> AnyView {
    let samples = count(dataset.samples.unsigned_abs());
    let organisms = or_absent(dataset.organisms.join(", "), "not reported by the source");
    let platform = or_absent(dataset.platform_title.clone(), "not reported by the source");
    let features = dataset.value_table.as_ref().map(|values| count(values.features.unsigned_abs()));
    let features = or_absent(features.unwrap_or_default(), "the source has no value table");
    let public = values(dataset, "status").find_map(|said| said.strip_prefix("Public on ").map(str::to_owned));
    let siblings = dataset.siblings.iter().enumerate().map(|(at, other)| {
        let href = format!("/datasets/{}", other.id);
        let n = chorale_ui::number::counted(other.samples.unsigned_abs(), "sample", "samples");
        view! { {(at > 0).then_some(", ")} <a class="acc" href=href title=n>{other.platform.clone()}</a> }
    });
    let siblings = (!dataset.siblings.is_empty()).then(|| siblings.collect_view());
    let publications = publications(dataset);
    view! {
        <Facts>
            <Fact label="Samples">{samples}</Fact>
            <Fact label="Organism">{organisms}</Fact>
            <Fact label="Platform">{platform}</Fact>
            <Fact label="Features">{features}</Fact>
            {public.map(|day| view! { <Fact label="Public since">{day}</Fact> })}
            {publications.map(|links| view! { <Fact label="Publications">{links}</Fact> })}
            {siblings.map(|siblings| view! { <Fact label="Other platforms">{siblings}</Fact> })}
        </Facts>
    }
    .into_any()
}

fn or_absent(said: String, reason: &'static str) -> AnyView {
    if said.is_empty() { view! { <Absent reason=reason/> }.into_any() } else { said.into_any() }
}

/// The values of an attribute of the series.
fn values<'a>(dataset: &'a Dataset, key: &'a str) -> impl Iterator<Item = &'a str> {
    let of_key = dataset.attributes.iter().filter(move |attribute| short_key(&attribute.key) == key);
    of_key.map(|attribute| attribute.value.trim())
}

/// PubMed's ids as links to PubMed.
fn publications(dataset: &Dataset) -> Option<AnyView> {
    let is_id = |said: &&str| !said.is_empty() && said.bytes().all(|byte| byte.is_ascii_digit());
    let ids: Vec<String> = values(dataset, "pubmed_id").filter(is_id).map(str::to_owned).collect();
    let links = ids.iter().enumerate().map(|(at, id)| {
        let href = format!("https://pubmed.ncbi.nlm.nih.gov/{id}/");
        view! { {(at > 0).then_some(", ")} <a href=href rel="noreferrer">{id.clone()}</a> }
    });
    (!ids.is_empty()).then(|| links.collect_view().into_any())
}
