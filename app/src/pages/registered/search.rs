//! What the list of models is asked for: words of the name, or a filter in the grammar, with its fault at the character.

use super::PATH;
use crate::address::address;
use crate::load::{Asked, say_status};
use crate::pages::experiments::filter_of;
use chorale_model::Fault;
use chorale_model::experiments as model;
use chorale_platform::registry;
use chorale_ui::{Button, Caret, LinkButton};
use leptos::prelude::*;

const NOTE: &str = "filter-note";
/// Models of a page.
const SHOWN: i64 = 50;

/// What the address says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Search {
    /// As somebody typed it.
    pub typed: String,
    /// What works: what was typed, or the last that could be read.
    pub works: String,
    pub order_by: String,
    /// At which character it cannot be read, and why.
    pub wrong: Option<(usize, String)>,
}

impl Search {
    pub fn read(asked: &Asked) -> Search {
        let (typed, order_by) = (asked.word("q"), asked.word("order_by"));
        let Err(fault) = registry::check_filter(&grammar(&typed)) else {
            return Search { works: typed.clone(), typed, order_by, wrong: None };
        };
        say_status(&fault);
        let last = asked.word("last");
        let works = if registry::check_filter(&grammar(&last)).is_ok() { last } else { String::new() };
        Search { typed, works, order_by, wrong: Some(place(&fault)) }
    }

    /// In the verb's own words.
    pub fn asked(&self, cursor: String) -> model::Asked {
        model::Asked {
            filter: grammar(&self.works),
            order_by: Some(self.order_by.clone()).filter(|key| !key.is_empty()).into_iter().collect(),
            limit: Some(SHOWN),
            cursor: Some(cursor).filter(|cursor| !cursor.is_empty()),
            ..model::Asked::default()
        }
    }

    pub fn pairs(&self) -> [(&'static str, &str); 2] {
        [("q", &self.works), ("order_by", &self.order_by)]
    }

    /// Where the REST API answers the same.
    pub fn json(&self) -> String {
        address("/api/v1/models", [("filter", &*grammar(&self.works)), ("order_by", &self.order_by)])
    }

    /// Where a click on a head leads, and how the list is sorted by it now.
    pub fn sorted_by(&self, key: &str, down_first: bool) -> (String, Option<&'static str>) {
        let down = format!("{key} desc");
        let now = match self.order_by.as_str() {
            one if one == key => Some("ascending"),
            one if one == down => Some("descending"),
            _ => None,
        };
        let next = match now {
            Some("ascending") => &down,
            Some(_) => key,
            None if down_first => &down,
            None => key,
        };
        (address(PATH, [("q", &*self.works), ("order_by", next)]), now)
    }

    pub fn form(&self) -> AnyView {
        let caret = self.wrong.as_ref().map(|(at, message)| {
            let still = if self.works.is_empty() { "All models are shown." } else { "The last filter still holds." };
            let message = format!("{}. {still}", message.trim_end_matches('.'));
            view! { <div role="alert"><Caret at=*at message=message id=NOTE/></div> }
        });
        let invalid = self.wrong.as_ref().map(|_| "true");
        let note = self.wrong.as_ref().map(|_| NOTE);
        let all = (!self.typed.is_empty()).then(|| view! { <LinkButton href=PATH text="Show all"/> });
        view! {
            <form role="search" aria-label="Models" class="stack gap-2" action=PATH>
                <div class="row">
                    <label class="grow">
                        <span class="sr">"Words of the name, or a filter"</span>
                        <input
                            class="input"
                            data-mono
                            name="q"
                            value=self.typed.clone()
                            placeholder="tissue, or: name ilike '%tissue%' and tags.team = 'a'"
                            spellcheck="false"
                            autocomplete="off"
                            aria-invalid=invalid
                            aria-describedby=note
                        />
                    </label>
                    <Button text="Filter"/>
                    {all}
                </div>
                {caret}
                <input type="hidden" name="last" value=self.works.clone()/>
                <input type="hidden" name="order_by" value=self.order_by.clone()/>
            </form>
        }
        .into_any()
    }
}

/// What was typed as a filter: words are looked for in the name, what has a sign of the grammar is in the grammar.
fn grammar(typed: &str) -> String {
    let lower = typed.to_ascii_lowercase();
    let is_said = typed.contains(['=', '<', '>', '\'', '"', '`', '(']) || lower.contains(" is ");
    if is_said { typed.to_owned() } else { filter_of(typed) }
}

fn place(fault: &Fault) -> (usize, String) {
    let field = fault.fields.first();
    let at = field.and_then(|field| field.offset).and_then(|at| usize::try_from(at).ok()).unwrap_or(0);
    (at, field.map_or(fault.message.clone(), |field| field.message.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_looked_for_in_the_name_and_signs_are_grammar() {
        assert_eq!(grammar("cell type"), "name ilike '%cell%' and name ilike '%type%'");
        assert_eq!(grammar("tags.team = 'a'"), "tags.team = 'a'");
        assert_eq!(grammar("tags.team IS NOT NULL"), "tags.team IS NOT NULL");
        assert_eq!(grammar(""), "");
        for said in ["cell type", "tags.team IS NOT NULL", "not (name = 'x')", "90% _x"] {
            assert!(registry::check_filter(&grammar(said)).is_ok(), "{said}");
        }
    }

    #[test]
    fn a_head_keeps_the_words_and_turns_the_order() {
        let search = Search { works: "cell type".into(), order_by: "timestamp desc".into(), ..Search::default() };
        assert_eq!(
            search.sorted_by("timestamp", true),
            ("/models?q=cell%20type&order_by=timestamp".into(), Some("descending"))
        );
        assert_eq!(search.sorted_by("name", false), ("/models?q=cell%20type&order_by=name".into(), None));
    }
}
