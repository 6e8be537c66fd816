//! The same changes by forms: the same text down a column, and a block from a spreadsheet. They are posted to this page,
//! which shows what would become of it.

use super::path_of;
use crate::pages::curate::typed;
use chorale_model::CollectionId;
use chorale_model::grid::Grid;
use chorale_ui::{Button, TextArea};
use leptos::prelude::*;

pub fn draw(grid: &Grid, collection: CollectionId) -> AnyView {
    if grid.rows.is_empty() {
        return ().into_any();
    }
    let names: Vec<&str> = grid.fields.iter().map(|field| field.name.as_str()).collect();
    let columns = names.join(",");
    let fields = |id: &'static str| {
        let options =
            grid.fields.iter().map(|field| view! { <option value=field.name.clone()>{field.label.clone()}</option> });
        view! { <select class="input fit-content" id=id name="field">{options.collect_view()}</select> }
    };
    let samples = |id: &'static str, name: &'static str| {
        let options =
            grid.rows.iter().map(|row| view! { <option value=row.sample.to_string()>{row.accession.clone()}</option> });
        view! { <select class="input fit-content" id=id name=name>{options.collect_view()}</select> }
    };
    let terms = typed::terms_of(collection, "");
    view! {
        <details class="panel panel-body">
            <summary>"Change cells by a form"</summary>
            <div class="stack gap-5">
                <form class="row" method="post" action=path_of(grid.dataset) aria-label="Fill">
                    <input type="hidden" name="kind" value="fill"/>
                    <span class="labelled"><label class="small ink-2" for="fill-field">"Field"</label>
                    {fields("fill-field")}</span>
                    <span class="labelled"><label class="small ink-2" for="fill-from">"from"</label>
                    {samples("fill-from", "from")}</span>
                    <span class="labelled"><label class="small ink-2" for="fill-to">"to"</label>
                    {samples("fill-to", "to")}</span>
                    <span class="labelled grow">
                        <label class="small ink-2" for="fill-text">"becomes"</label>
                        <span class="termbox grow">
                            <input class="input" id="fill-text" name="text" placeholder="a term's name or id, a choice, 54 year, not reported" autocomplete="off" required data-terms=terms data-terms-of="field" aria-controls="fill-list"/>
                            <ul class="termbox-list" id="fill-list" role="listbox" aria-label="Terms that fit" hidden></ul>
                        </span>
                    </span>
                    <Button text="Look"/>
                </form>
                <form class="stack gap-2" method="post" action=path_of(grid.dataset) aria-label="Paste">
                    <input type="hidden" name="kind" value="paste"/>
                    <input type="hidden" name="columns" value=columns/>
                    <div class="row">
                        <span class="labelled"><label class="small ink-2" for="paste-from">"A block that begins at"</label>
                        {samples("paste-from", "from")}</span>
                        <span class="labelled"><label class="small ink-2" for="paste-field">"in"</label>
                        {fields("paste-field")}</span>
                    </div>
                    <TextArea name="text" label="Cells, with tabs between them" rows=4 mono=true hint="One line for each sample, as a spreadsheet copies them. Empty cells change nothing."/>
                    <div><Button text="Look"/></div>
                </form>
            </div>
        </details>
    }
    .into_any()
}
