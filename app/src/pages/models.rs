//! Models: what is registered, which version of each does the work.

use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::retraining;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::registry::{Alias, RegisteredModel};
use chorale_platform::registry;
use chorale_ui::{Absent, Badge, CopyAs, Crumb, Empty, Icon, Table};
use leptos::prelude::*;

/// `/models`
#[component]
pub fn ModelsPage() -> impl IntoView {
    member_page(|asked| async move {
        let models = registry::list_models(&asked.ctx, asked.page(50)).await?;
        let paging = asked.paging("/models", &[], models.next_cursor.as_deref());
        let first = retraining::load_first(&asked.ctx, &models.items).await?;
        Ok(draw(models.items, paging, first.map(|first| retraining::draw(first, asked.me.role))))
    })
}

/// One page of the list.
pub fn draw(models: Vec<RegisteredModel>, paging: Paging, first: Option<AnyView>) -> Screen {
    let list = if models.is_empty() { nothing() } else { table(models, paging) };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Models"</h1>
                    <p class="page-sub">"Trained, versioned, evaluated. The annotators that harmonize samples are models like any other: the version that is champion does the work."</p>
                </div>
            </header>
            <div class="stack gap-8">
                <Notice actions=&["retrain_model"]/>
                {list}
                {first}
            </div>
        </div>
    };
    Screen::new("Models", Place::Models, vec![Crumb::here("Models")], body.into_any())
}

fn nothing() -> AnyView {
    view! {
        <div class="panel">
            <Empty icon=Icon::Cube title="No model is registered" text="Dictionaries annotate without one. A trained annotator adds what the text implies, and says how often it is right."/>
            <div class="panel-body stack gap-2">
                <p class="dense ink-2">"An operator trains and promotes one on the server:"</p>
                <code class="code" tabindex="0" role="region" aria-label="Command">"chorale annotator train --organization NAME --text text.tsv --gold gold.tsv"</code>
            </div>
        </div>
    }
    .into_any()
}

fn table(models: Vec<RegisteredModel>, paging: Paging) -> AnyView {
    let shown = models.len();
    let rows = models.into_iter().map(row).collect_view();
    let head = || {
        view! {
            <th scope="col">"Model"</th>
            <th scope="col">"Kind"</th>
            <th scope="col">"Aliases"</th>
            <th scope="col" class="num">"Newest version"</th>
            <th scope="col">"Changed"</th>
        }
    };
    let tools = view! { <CopyAs snippets=snippet::json("/api/v1/models")/> };
    let foot = move || paging.foot_of_page(shown, "model", "models", tools);
    view! { <Table caption="Models" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(model: RegisteredModel) -> AnyView {
    let aliases = match model.aliases.is_empty() {
        true => view! { <Absent reason="no version is promoted"/> }.into_any(),
        false => aliases(&model.aliases),
    };
    view! {
        <tr>
            <th scope="row">
                <a href=format!("/models/{}", crate::address::encoded(&model.name))>{model.name.clone()}</a>
                <div class="hint">{model.description}</div>
            </th>
            <td>{model.kind}</td>
            <td>{aliases}</td>
            <td class="num">{model.latest_version}</td>
            <td class="nowrap">{model.updated_at.day_text()}</td>
        </tr>
    }
    .into_any()
}

/// `champion → 3`
pub fn aliases(all: &[Alias]) -> AnyView {
    let badges = all.iter().map(|alias| view! { <Badge text=format!("{} → {}", alias.alias, alias.version)/> });
    view! { <span class="row gap-1">{badges.collect_view()}</span> }.into_any()
}
