//! A new project: which collection, then what of it, who answers, and when it counts.

use super::{PATH, sampling_words};
use crate::address::{address, one};
use crate::flash::Notice;
use crate::load::{Asked, member_page};
use crate::screen::{Place, Screen};
use chorale_model::catalog::Collection;
use chorale_model::fields::Field as Column;
use chorale_model::page::PageRequest;
use chorale_model::projects::{Colleague, Sampling};
use chorale_model::review::ReviewState;
use chorale_model::{CollectionId, Fault, Role};
use chorale_platform::{catalog, harmonize, projects};
use chorale_ui::number::counted;
use chorale_ui::{Button, Crumb, Empty, Field, Icon, LinkButton, Select, TextArea, button::Kind};
use leptos::prelude::*;

/// `/projects/new?collection=…`
#[component]
pub fn NewProjectPage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        match one(&asked.query, "collection") {
            None => choose(&asked).await,
            Some(id) => {
                let id: CollectionId = id.parse()?;
                let collection = catalog::load_collection(&asked.ctx, id).await?;
                let fields = harmonize::fields_of(&asked.ctx, id).await?.fields;
                let people = projects::list_curators(&asked.ctx).await?;
                let asking = Asking {
                    field: asked.word("field"),
                    q: asked.word("q"),
                    state: asked.choice("state")?,
                    least: asked.word("least"),
                    most: asked.word("most"),
                };
                Ok(draw(&collection, fields, people, asking))
            }
        }
    })
}

/// What the list that led here showed.
pub struct Asking {
    pub field: String,
    pub q: String,
    pub state: ReviewState,
    pub least: String,
    pub most: String,
}

/// First of all, a collection.
async fn choose(asked: &Asked) -> Result<Screen, Fault> {
    let all = PageRequest { cursor: None, limit: Some(PageRequest::MAX) };
    let found = catalog::list_collections(&asked.ctx, all).await?.items;
    let own: Vec<Collection> =
        found.into_iter().filter(|one| one.owner == asked.me.organization.id && one.samples > 0).collect();
    let list = match own.is_empty() {
        true => view! {
            <div class="panel"><Empty icon=Icon::Stack title="There is nothing to review yet" text="Import samples into a collection first."><LinkButton href="/import" text="Import"/></Empty></div>
        }
        .into_any(),
        false => {
            let lines = own.into_iter().map(|one| {
                let id = one.id.to_string();
                let href = address(&format!("{PATH}/new"), [("collection", id.as_str())]);
                let samples = counted(one.samples.unsigned_abs(), "sample", "samples");
                view! { <li><b><a href=href>{one.name}</a></b> <span class="hint">{samples}</span></li> }
            });
            view! { <ul class="stack gap-2" data-rows>{lines.collect_view()}</ul> }.into_any()
        }
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1>"New project"</h1><p class="page-sub">"Of which collection?"</p></div></header>
            {list}
        </div>
    };
    Ok(screen(body.into_any()))
}

fn screen(body: AnyView) -> Screen {
    let crumbs = vec![Crumb::link("Projects", PATH), Crumb::here("New project")];
    Screen::new("New project", Place::Projects, crumbs, body)
}

pub fn draw(collection: &Collection, fields: Vec<Column>, people: Vec<Colleague>, asking: Asking) -> Screen {
    let checks = fields.into_iter().enumerate().map(|(at, field)| {
        let checked = field.name == asking.field;
        view! { <label class="option"><input class="check" type="checkbox" name=format!("fields[{at}]") value=field.name checked=checked/>{field.label}</label> }
    });
    let people = people.into_iter().enumerate().map(|(at, one)| {
        view! { <label class="option"><input class="check" type="checkbox" name=format!("people[{at}]") value=one.user.to_string()/>{one.name}</label> }
    });
    let samplings =
        [Sampling::Active, Sampling::All, Sampling::Random, Sampling::Uncertain, Sampling::Stratified].map(|one| {
            let word = serde_json::to_value(one).ok().and_then(|word| word.as_str().map(str::to_owned));
            (word.unwrap_or_default(), sampling_words(one).to_owned())
        });
    let states = vec![
        ("waiting".to_owned(), "what waits for review".to_owned()),
        ("settled".to_owned(), "what is settled".to_owned()),
        ("all".to_owned(), "all of it".to_owned()),
    ];
    let state = match asking.state {
        ReviewState::Waiting => "waiting",
        ReviewState::Settled => "settled",
        ReviewState::All => "all",
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div><h1>"New project"</h1><p class="page-sub">{format!("In {}: what is drawn is frozen as it is at that moment, and settles every sample that says it.", collection.name)}</p></div>
            </header>
            <form class="stack gap-8" method="post" action="/_fn/create_project">
                <Notice actions=&["create_project"]/>
                <input type="hidden" name="collection" value=collection.id.to_string()/>
                <Field name="name" label="Name" required=true autofocus=true/>
                <fieldset class="stack gap-3"><legend class="label">"Fields"</legend><div class="grid min-12">{checks.collect_view()}</div></fieldset>
                <section class="stack gap-3" aria-labelledby="which-h">
                    <div class="section-head tight"><h2 id="which-h">"Which questions"</h2><p>"the same as in the list by value"</p></div>
                    <div class="grid min-12 end">
                        <Select name="state" label="State" options=states value=state/>
                        <Field name="q" label="Words, term or label" value=asking.q/>
                        <Field name="least" label="Score from" value=asking.least/>
                        <Field name="most" label="Score up to" value=asking.most/>
                        <Select name="sampling" label="Drawn" options=samplings.into()/>
                        <Field name="items" label="How many" value="50" hint="at most 2,000; may be empty for everything"/>
                    </div>
                    <Field name="dataset" label="Only what this dataset says" mono=true hint="its id, as in its address; may be empty. A decision settles the same words in the whole collection."/>
                </section>
                <section class="stack gap-3" aria-labelledby="who-h">
                    <div class="section-head tight"><h2 id="who-h">"Who answers"</h2><p>"nobody sees another's answer before an item is closed"</p></div>
                    <Field name="reviewers" label="Answers for each item" r#type="number" value="2" hint="1 to 5"/>
                    <fieldset class="stack gap-3"><legend class="label">"Reviewers"</legend><p class="hint">"Each item goes to as many of them as answer it, in turn. With nobody chosen every curator takes what comes next."</p><div class="grid min-15">{people.collect_view()}</div></fieldset>
                </section>
                <section class="stack gap-3" aria-labelledby="when-h">
                    <div class="section-head tight"><h2 id="when-h">"When it counts"</h2></div>
                    <div class="grid min-12 end">
                        <Field name="checked" label="An expert checks, percent" r#type="number" value="0" hint="of the closed items; 0: none"/>
                        <Field name="passing" label="Must pass, percent" r#type="number" value="95" hint="of those that are checked"/>
                        <Field name="due_on" label="Due on" r#type="date"/>
                    </div>
                </section>
                <TextArea name="guideline" label="Guideline" rows=8 hint="Markdown; what counts, with a hard case decided"/>
                <div><Button kind=Kind::Primary text="Draft the project"/></div>
            </form>
        </div>
    };
    screen(body.into_any())
}
