//! What a change of the grid would do, with the step that does it.

use super::{Looked, path_of};
use crate::values::{is_said, state_words};
use chorale_model::fields::Field;
use chorale_model::grid::{CellBecomes, CellError, Grid, GridChange, GridChanged};
use chorale_ui::number::{count, counted};
use chorale_ui::{Alert, Button, LinkButton, Tone, button::Kind};
use leptos::prelude::*;

pub fn draw(grid: &Grid, fields: &[Field], looked: Looked) -> AnyView {
    match looked {
        Looked::Refused(fault) => {
            let why = fault.fields.first().map_or(fault.message, |one| one.message.clone());
            view! { <Alert tone=Tone::Bad title="That cannot be done." loud=true><p>{why}</p></Alert> }.into_any()
        }
        Looked::Would(change, would) => {
            section(&path_of(grid.dataset), &grid.dataset.to_string(), fields, &change, *would)
        }
    }
}

/// `back` is where whoever leaves it goes.
pub fn section(back: &str, dataset: &str, fields: &[Field], change: &GridChange, would: GridChanged) -> AnyView {
    let GridChanged { changes, samples, same, becomes, errors, failed, outside, .. } = would;
    let label = |name: &str| {
        fields.iter().find(|field| field.name == name).map_or(name.to_owned(), |field| field.label.clone())
    };
    let title = format!(
        "{} of {}",
        counted(changes.unsigned_abs(), "cell changes", "cells change"),
        counted(samples.unsigned_abs(), "sample", "samples")
    );
    let mut parts = Vec::new();
    for (number, words) in
        [(same, "say so already"), (failed, "cannot be read and stay"), (outside, "lie outside of the study")]
    {
        if number > 0 {
            parts.push(format!("{} {words}", count(number.unsigned_abs())));
        }
    }
    let text = if parts.is_empty() { "All of it can be read.".to_owned() } else { format!("{}.", parts.join("; ")) };
    let lines = becomes.into_iter().map(|one| line(&label(&one.field), one)).collect_view();
    let failed = (!errors.is_empty()).then(|| {
        let lines = errors.into_iter().map(|one| error(&label(&one.field), one));
        view! { <div><h3 class="aside-h">"Cannot be read"</h3><ul class="plain" aria-label="Cannot be read">{lines.collect_view()}</ul></div> }
    });
    let json = serde_json::to_string(change).expect("a change is made of texts and numbers");
    let apply = (changes > 0).then(|| {
        let words = format!("Change {}", counted(changes.unsigned_abs(), "cell", "cells"));
        view! {
            <label class="sr" for="change-why">"Why"</label>
            <input class="input grow by-value-why" id="change-why" name="why" placeholder="why, for those who read the history; may stay empty" autocomplete="off"/>
            <Button kind=Kind::Primary text=words/>
        }
    });
    view! {
        <section class="panel panel-body stack gap-3" aria-labelledby="would-h">
            <div class="section-head tight"><h2 id="would-h">{title}</h2><p>{text}</p></div>
            <div class="grid-2"><ul class="plain" aria-label="What cells become">{lines}</ul> {failed}</div>
            <form class="row" method="post" action="/_fn/change_grid">
                <input type="hidden" name="dataset" value=dataset.to_owned()/>
                <input type="hidden" name="change" value=json/>
                {apply}
                <LinkButton href=back.to_owned() text="Leave it"/>
            </form>
        </section>
    }
    .into_any()
}

fn line(label: &str, one: CellBecomes) -> AnyView {
    let becomes = if is_said(one.state) { one.label } else { state_words(one.state).to_owned() };
    let same = one.text.eq_ignore_ascii_case(&becomes);
    let said = (!same).then(|| view! { <span class="mono">{one.text}</span> " → " });
    view! { <li><span class="ink-3">{format!("{label}: ")}</span> {said} <b>{becomes}</b> " " <span class="num ink-2">{count(one.cells.unsigned_abs())}</span></li> }
        .into_any()
}

fn error(label: &str, one: CellError) -> AnyView {
    let near: Vec<String> = one.nearest.iter().map(|near| format!("{} ({})", near.label, near.id)).collect();
    let near = (!near.is_empty()).then(|| format!(" Near it: {}.", near.join(", ")));
    view! {
        <li>
            <a class="acc" href=format!("/samples/{}", one.sample)>{one.accession}</a>
            <span class="ink-3">{format!(" {label}: ")}</span>
            <span class="mono">{one.text}</span>
            <span class="ink-2">{format!(" {}.", one.why.trim_end_matches('.'))}{near}</span>
        </li>
    }
    .into_any()
}
