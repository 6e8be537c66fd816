//! A sample: one record, everything the source said of it, and every dataset that holds it.

use super::dataset::{relations, source};
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_model::catalog::Sample;
use chorale_platform::catalog;
use chorale_ui::{Absent, Crumb, Fact, Facts};
use leptos::prelude::*;

/// `/samples/{id}`
#[component]
pub fn SamplePage() -> impl IntoView {
    member_page(|asked| async move { Ok(draw(catalog::load_sample(&asked.ctx, asked.id()?).await?)) })
}

/// The page of a sample.
pub fn draw(sample: Sample) -> Screen {
    let accession = sample.accession.clone();
    let organisms = sample.organisms.join(", ");
    let datasets = sample.datasets.iter().map(|dataset| {
        view! {
            <li>
                <a class="acc" href=format!("/datasets/{}", dataset.id)>{dataset.accession.clone()}</a>
                " on "
                <span class="acc">{dataset.platform.clone()}</span>
            </li>
        }
    });
    let mut crumbs = vec![Crumb::link("Collections", "/collections")];
    if let Some(dataset) = sample.datasets.first() {
        crumbs.push(Crumb::link(dataset.accession.clone(), format!("/datasets/{}/samples", dataset.id)));
    }
    crumbs.push(Crumb::here(accession.clone()));
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <p class="row small ink-3"><span class="acc">{accession.clone()}</span></p>
                    <h1>{if sample.title.is_empty() { accession.clone() } else { sample.title.clone() }}</h1>
                </div>
            </header>
            <Facts>
                <Fact label="Organism">
                    {if organisms.is_empty() { view! { <Absent reason="not reported by the source"/> }.into_any() } else { organisms.into_any() }}
                </Fact>
                <Fact label="Platform"><span class="acc">{sample.platform.clone()}</span></Fact>
                <Fact label="Changed">{sample.updated_at.minute_text()} " UTC"</Fact>
            </Facts>
            <div class="with-aside">
                <section aria-labelledby="said">
                    <div class="section-head"><h2 id="said">"What the source said"</h2><p>"never edited"</p></div>
                    {source(&sample.attributes)}
                </section>
                <aside class="stack small gap-6" aria-label="Where it belongs">
                    <section>
                        <h2 class="aside-h">"Datasets"</h2>
                        <ul class="stack gap-1">{datasets.collect_view()}</ul>
                    </section>
                    {relations(&sample.relations)}
                </aside>
            </div>
        </div>
    };
    Screen::new(accession, Place::Collections, crumbs, body.into_any())
}
