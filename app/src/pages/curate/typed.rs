//! A term that is typed: a plain field that takes a name or an id. Where the island is awake it becomes a combobox, with
//! ranked terms, their definition, place and samples.

use crate::address::address;
use chorale_model::CollectionId;
use leptos::prelude::*;

/// Where terms of a field are looked up: an address that ends before what is typed.
pub fn terms_of(collection: CollectionId, field: &str) -> String {
    let collection = collection.to_string();
    address("/api/v1/terms", [("collection", collection.as_str()), ("field", field), ("limit", "8")])
}

/// The field, `name="term"`, with its list, which stays empty without script. With `sought`, `/` goes to it.
pub fn term_box(
    id: &'static str,
    label: impl Into<String>,
    placeholder: &'static str,
    terms: String,
    value: String,
    sought: bool,
) -> AnyView {
    let (list, label): (String, String) = (format!("{id}-list"), label.into());
    view! {
        <div class="termbox grow">
            <label class="sr" for=id>{label}</label>
            <input class="input" id=id name="term" placeholder=placeholder value=value autocomplete="off" data-search=sought.then_some("") data-terms=terms aria-controls=list.clone()/>
            <ul class="termbox-list" id=list role="listbox" aria-label="Terms that fit" hidden></ul>
        </div>
    }
    .into_any()
}
