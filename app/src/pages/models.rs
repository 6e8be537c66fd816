//! Models: what is registered, which version of each an alias stands for.

use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::registered::search::Search;
use crate::pages::registered::{self, PATH, address_of, version_link};
use crate::pages::retraining;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::registry::{Alias, RegisteredModel};
use chorale_platform::registry;
use chorale_ui::{Absent, Badge, Button, CopyAs, Crumb, Empty, Field, Icon, Kind, LinkButton, SortHead, Table};
use leptos::prelude::*;

/// `/models?q=words or a filter&order_by=…`
#[component]
pub fn ModelsPage() -> impl IntoView {
    member_page(|asked| async move {
        let search = Search::read(&asked);
        let found = registry::search_models(&asked.ctx, &search.asked(asked.word("cursor"))).await?;
        let paging = asked.paging(PATH, &search.pairs(), found.next_cursor.as_deref());
        let first = retraining::load_first(&asked.ctx).await?;
        let models = found.items.into_iter().map(|(model, _)| model).collect();
        Ok(draw(&search, models, paging, first.map(|first| retraining::draw(first, asked.me.role))))
    })
}

/// One page of the list.
pub fn draw(search: &Search, models: Vec<RegisteredModel>, paging: Paging, first: Option<AnyView>) -> Screen {
    let is_all = search.works.is_empty();
    let list = match (models.is_empty(), is_all) {
        (true, true) => nothing(),
        (true, false) => view! {
            <div class="panel"><Empty icon=Icon::Cube title="No model is found by this" text="Leave out a word, or ask for something else."><LinkButton href=PATH text="Show all models"/></Empty></div>
        }
        .into_any(),
        (false, _) => table(search, models, paging),
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Models"</h1>
                    <p class="page-sub">"Registered by MLflow's client, or trained here: the annotators that harmonize samples are models like any other. An alias says which version is used."</p>
                </div>
            </header>
            <div class="stack gap-8">
                <div class="stack gap-4">
                    <Notice actions=&["retrain_model", "create_model", "delete_model"]/>
                    {search.form()}
                    {list}
                </div>
                {first}
                {new()}
            </div>
        </div>
    };
    Screen::new("Models", Place::Models, vec![Crumb::here("Models")], body.into_any())
        .with_action(view! { <LinkButton href="/promotions" text="Promotions"/> })
}

fn nothing() -> AnyView {
    view! {
        <div class="panel">
            <Empty icon=Icon::Cube title="No model is registered" text="mlflow.register_model(\"runs:/RUN/model\", \"name\") makes the first version of one. Dictionaries annotate without a model; a trained annotator adds what the text implies, and says how often it is right."/>
            <div class="panel-body stack gap-2">
                <p class="dense ink-2">"An operator trains and promotes an annotator on the server:"</p>
                <code class="code" tabindex="0" role="region" aria-label="Command">"chorale annotator train --organization NAME --text text.tsv --gold gold.tsv"</code>
            </div>
        </div>
    }
    .into_any()
}

fn new() -> impl IntoView {
    view! {
        <section aria-labelledby="new-h" id="new">
            <div class="section-head"><h2 id="new-h">"New model"</h2><p>"a name, under which clients register versions"</p></div>
            <form class="grid min-15 end" method="post" action="/_fn/create_model">
                <Field name="name" label="Name" required=true autocomplete="off"/>
                <Field name="description" label="Description"/>
                <div><Button kind=Kind::Primary icon=Icon::Plus text="Create model"/></div>
            </form>
        </section>
    }
}

fn table(search: &Search, models: Vec<RegisteredModel>, paging: Paging) -> AnyView {
    let shown = models.len();
    let rows = models.into_iter().map(row).collect_view();
    let ((by_name, name), (by_time, time)) = (search.sorted_by("name", false), search.sorted_by("timestamp", true));
    let head = move || {
        view! {
            <SortHead text="Model" href=by_name sorted=name/>
            <th scope="col" class="wide-only">"Newest"</th>
            <th scope="col">"Aliases"</th>
            <th scope="col" class="wide-only">"Kind"</th>
            <SortHead text="Changed" href=by_time sorted=time/>
        }
    };
    let tools = view! { <CopyAs snippets=snippet::json(&search.json())/> };
    let foot = move || paging.foot_of_page(shown, "model", "models", tools);
    view! { <Table caption="Models" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(model: RegisteredModel) -> AnyView {
    let aliases = match model.aliases.is_empty() {
        true => view! { <Absent reason="no alias stands for a version"/> }.into_any(),
        false => aliases(&model.aliases),
    };
    let newest = match model.latest_version {
        0 => view! { <Absent reason="no version is registered"/> }.into_any(),
        version => version_link(&model.name, version),
    };
    let first_line = model.description.lines().next().unwrap_or_default().to_owned();
    view! {
        <tr>
            <th scope="row" class="wrap">
                <a href=address_of(&model.name)>{model.name.clone()}</a>
                <div class="hint">{first_line}</div>
            </th>
            <td class="nowrap wide-only">{newest}</td>
            <td>{aliases}</td>
            <td class="wide-only">{registered::kind(&model.kind).to_owned()}</td>
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
