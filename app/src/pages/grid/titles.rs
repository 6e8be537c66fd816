//! Titles that carry the design of a study, taken apart: each part is named for a field, each of its values for what it
//! means, and all samples follow in one step.

use super::{Looked, Posted, look, path_of, would};
use crate::address::address;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_model::Role;
use chorale_model::catalog::Dataset;
use chorale_model::fields::Field;
use chorale_model::grid::{TitlePart, TitlePartKind, TitleSplit, TitleSplits};
use chorale_platform::{catalog, grid, harmonize};
use chorale_ui::number::{count, counted};
use chorale_ui::{Button, Crumb, Empty, Icon, LinkButton};
use leptos::prelude::*;

/// Values of a part that are named one by one; a part with more is read as it stands.
const NAMED: usize = 24;

/// `/grid/{id}/titles`; the server gives what was posted as [`Posted`].
#[component]
pub fn TitlesPage() -> impl IntoView {
    let posted = use_context::<Posted>();
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let dataset = catalog::load_dataset(&asked.ctx, asked.id()?).await?;
        let fields = harmonize::fields_of(&asked.ctx, dataset.collection).await?.fields;
        let posted = posted.unwrap_or_default();
        let signs = match posted.word("separators") {
            "" => asked.query.get("separators").unwrap_or_default(),
            signs => signs.to_owned(),
        };
        let proposed = grid::split_titles(&asked.ctx, dataset.id, None).await?;
        let chosen = match signs.is_empty() {
            true => proposed.proposals.first().cloned(),
            false => grid::split_titles(&asked.ctx, dataset.id, Some(&signs)).await?.proposals.into_iter().next(),
        };
        let looked = match posted.word("kind") {
            "titles" => Some(look(&asked, dataset.id, posted.change()).await?),
            _ => None,
        };
        Ok(draw(&dataset, &fields, proposed, chosen, &posted, looked))
    })
}

pub fn draw(
    dataset: &Dataset,
    fields: &[Field],
    proposed: TitleSplits,
    chosen: Option<TitleSplit>,
    posted: &Posted,
    looked: Option<Looked>,
) -> Screen {
    let path = format!("{}/titles", path_of(dataset.id));
    let examples = proposed.examples.iter().map(|title| view! { <li class="mono">{title.clone()}</li> });
    let here = chosen.as_ref().map_or("", |split| split.separators.as_str());
    let ways = proposed.proposals.iter().map(|split| {
        let href = address(&path, [("separators", split.separators.as_str())]);
        let is_here = (split.separators == here).then_some("page");
        let parts = counted(split.parts.len() as u64, "part", "parts");
        let (fitting, all) = (count(split.fitting.unsigned_abs()), count(proposed.samples.unsigned_abs()));
        let words = format!("{}: {parts}, {fitting} of {all} titles", shown(&split.separators));
        view! { <li><a href=href aria-current=is_here>{words}</a></li> }
    });
    let ways = (!proposed.proposals.is_empty()).then(|| {
        view! { <div><h2 class="aside-h">"Separated by"</h2><ul class="plain">{ways.collect_view()}</ul></div> }
    });
    let result = looked.map(|looked| match looked {
        Looked::Would(change, would) => would::section(&path, &dataset.id.to_string(), fields, &change, *would),
        Looked::Refused(fault) => {
            let why = fault.fields.first().map_or(fault.message, |one| one.message.clone());
            view! { <chorale_ui::Alert tone=chorale_ui::Tone::Bad title="That cannot be done." loud=true><p>{why}</p></chorale_ui::Alert> }.into_any()
        }
    });
    let open = path_of(dataset.id);
    let form = match &chosen {
        None => view! {
            <div class="panel"><Empty icon=Icon::Columns title="These titles carry no design" text="No sign takes most of them into equally many parts. Try one of your own, or edit the grid."><LinkButton href=open text="Open the grid"/></Empty></div>
        }
        .into_any(),
        Some(split) => parts(&path, fields, split, posted),
    };
    let title = format!("Titles of {}", dataset.accession);
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{title.clone()}</h1>
                    <p class="page-sub">"Where titles carry the design, each part is named for a field and each of its values for what it means. Nothing changes before you have seen what would."</p>
                </div>
            </header>
            <div class="stack gap-4">
                {result}
                <div class="grid-2">
                    <div><h2 class="aside-h">"Some titles"</h2><ul class="plain" aria-label="Some titles">{examples.collect_view()}</ul></div>
                    {ways}
                </div>
                <form class="row" action=path.clone() aria-label="Separators">
                    <label class="small ink-2" for="signs">"Signs that separate"</label>
                    <input class="input by-value-score" id="signs" name="separators" value=here.to_owned() maxlength="8"/>
                    <Button text="Take apart"/>
                </form>
                {form}
            </div>
        </div>
    };
    let crumbs = vec![
        Crumb::link(dataset.accession.clone(), format!("/datasets/{}", dataset.id)),
        Crumb::link("Grid", path_of(dataset.id)),
        Crumb::here("Titles"),
    ];
    let screen = Screen::new(title, Place::Collections, crumbs, body.into_any());
    Screen { search: false, ..screen }
}

/// A sign that is seen.
fn shown(separators: &str) -> String {
    let words: Vec<String> = separators
        .chars()
        .map(|sign| match sign {
            ' ' => "space".to_owned(),
            sign => format!("“{sign}”"),
        })
        .collect();
    words.join(" and ")
}

fn parts(path: &str, fields: &[Field], split: &TitleSplit, posted: &Posted) -> AnyView {
    let all = split.parts.iter().enumerate().map(|(at, part)| draw_part(at, part, fields, posted)).collect_view();
    view! {
        <form class="stack gap-4" method="post" action=path.to_owned() aria-label="Parts">
            <input type="hidden" name="kind" value="titles"/>
            <input type="hidden" name="separators" value=split.separators.clone()/>
            <div class="title-parts">{all}</div>
            <div><Button kind=chorale_ui::Kind::Primary text="Look at what it would change"/></div>
        </form>
    }
    .into_any()
}

fn draw_part(at: usize, part: &TitlePart, fields: &[Field], posted: &Posted) -> AnyView {
    let kind = match part.kind {
        TitlePartKind::Constant => "the same everywhere",
        TitlePartKind::Number => "a number",
        TitlePartKind::Groups => "groups",
        TitlePartKind::Varying => "different nearly everywhere",
    };
    let name = format!("field-{at}");
    let chosen = posted.word(&name).to_owned();
    let options = fields.iter().map(|field| {
        view! { <option value=field.name.clone() selected=field.name == chosen>{field.label.clone()}</option> }
    });
    let is_named = part.values.len() <= NAMED && part.kind != TitlePartKind::Number;
    let values = part.values.iter().enumerate().take(NAMED).map(|(value_at, one)| {
        let (value, becomes) = (format!("value-{at}-{value_at}"), format!("becomes-{at}-{value_at}"));
        let typed = posted.0.get(&becomes).cloned().unwrap_or_else(|| one.value.clone());
        let input = is_named.then(|| {
            view! {
                <input type="hidden" name=value value=one.value.clone()/>
                <input class="input" name=becomes value=typed aria-label=format!("What {} becomes", one.value) autocomplete="off"/>
            }
        });
        view! { <li><span class="mono">{one.value.clone()}</span> " " <span class="num ink-3">{count(one.samples.unsigned_abs())}</span> {input}</li> }
    });
    let values = values.collect_view();
    let more = part.distinct - (part.values.len().min(NAMED) as i64);
    let more =
        (more > 0).then(|| view! { <li class="ink-3">{format!("and {} more", count(more.unsigned_abs()))}</li> });
    let id = format!("part-{at}");
    view! {
        <fieldset class="panel panel-body stack gap-2">
            <legend>{format!("Part {}: {kind}", at + 1)}</legend>
            <label class="small ink-2" for=id.clone()>"Field"</label>
            <select class="input" id=id name=name><option value="">"none"</option>{options.collect_view()}</select>
            <ul class="plain stack gap-2">{values} {more}</ul>
        </fieldset>
    }
    .into_any()
}
