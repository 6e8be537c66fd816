//! Small helps for the whole page, by listening at the document: copying, asking before a dangerous form is sent,
//! closing menus, narrowing long facets by typing, offering terms and colleagues, and following the links that MLflow's client
//! prints. Pages say what they want with `data-copy`,
//! `data-confirm`, `data-narrow`, `data-terms`, `data-people`.

use leptos::prelude::*;

/// Draws nothing but the place where screen readers hear that something was copied.
#[island]
pub fn Enhance() -> impl IntoView {
    let said = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| {
        listen::follow_mlflow();
        listen::start(said);
        super::terms::start();
    });
    view! { <p class="sr" role="status">{move || said.get()}</p> }
}

/// Our page for a link that MLflow's client prints (`/#/experiments/12/runs/abc`): what is behind the # no server sees.
#[cfg(any(feature = "hydrate", test))]
fn of_mlflow(hash: &str) -> Option<String> {
    let path = hash.strip_prefix("#/")?.split('?').next()?;
    let parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    // Parts of a path and nothing that leads elsewhere.
    if parts.iter().any(|part| *part == "." || *part == ".." || part.contains(['\\', '#'])) {
        return None;
    }
    match parts.as_slice() {
        ["experiments", id] | ["experiments", id, "runs"] => Some(format!("/experiments/{id}")),
        ["experiments", _, "runs", run, ..] => Some(format!("/runs/{run}")),
        ["models", name] => Some(format!("/models/{name}")),
        ["models", name, "versions", version] => Some(format!("/models/{name}/versions/{version}")),
        ["experiments"] | ["models"] => Some(format!("/{}", parts[0])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::of_mlflow;

    #[test]
    fn links_of_mlflow_lead_to_our_pages() {
        for (hash, page) in [
            ("#/experiments/12", Some("/experiments/12")),
            ("#/experiments/12/runs/abc", Some("/runs/abc")),
            ("#/experiments/12/runs/abc/artifacts?x=1", Some("/runs/abc")),
            ("#/models/tissue%20annotator/versions/3", Some("/models/tissue%20annotator/versions/3")),
            ("#/models/x?searchInput=", Some("/models/x")),
            ("#curves", None),
            ("#/settings", None),
            ("#//evil.example/x", None),
            ("#/models/..", None),
            ("", None),
        ] {
            assert_eq!(of_mlflow(hash).as_deref(), page, "{hash}");
        }
    }
}

#[cfg(feature = "hydrate")]
mod listen {
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{Element, EventTarget, HtmlElement, HtmlInputElement, Node};

    /// A link of MLflow's leads to `/`, whence a redirect takes what is behind the # along to whatever page comes.
    pub fn follow_mlflow() {
        let location = window().location();
        if let Some(page) = location.hash().ok().and_then(|hash| super::of_mlflow(&hash)) {
            // Refused only for addresses that are none.
            let _ = location.replace(&page);
        }
    }

    /// Attaches the listeners, once per page.
    pub fn start(said: RwSignal<String>) {
        window_event_listener(leptos::ev::click, move |event| {
            if let Some((_, text)) = marked(event.target(), "data-copy") {
                // A refused clipboard is no failure of the page: the text stays selectable.
                let _ = window().navigator().clipboard().write_text(&text);
                said.set("Copied to the clipboard".to_owned());
                close_menus(None);
            } else {
                close_menus(event.target());
            }
        });
        window_event_listener(leptos::ev::keydown, move |event| {
            if event.key() == "Escape" {
                close_menus(None);
            }
        });
        window_event_listener(leptos::ev::submit, move |event| {
            let by_button = event.submitter().and_then(|button| button.get_attribute("data-confirm"));
            if let Some(question) = by_button.or_else(|| marked(event.target(), "data-confirm").map(|(_, said)| said))
                && !window().confirm_with_message(&question).unwrap_or(true)
            {
                event.prevent_default();
            }
        });
        window_event_listener(leptos::ev::input, move |event| {
            if let Some((input, _)) = marked(event.target(), "data-narrow")
                && let (Ok(input), Some(facet)) =
                    (input.clone().dyn_into::<HtmlInputElement>(), input.closest(".facet-rest").ok().flatten())
            {
                narrow(&facet, &input.value().to_lowercase());
            }
        });
    }

    /// Closes the open menus but the one that holds `kept`. The focus goes from a closed menu to its button.
    fn close_menus(kept: Option<EventTarget>) {
        let kept = kept.and_then(|target| target.dyn_into::<Node>().ok());
        let Ok(menus) = document().query_selector_all(".menu[open]") else { return };
        for at in 0..menus.length() {
            let Some(menu) = menus.get(at).and_then(|menu| menu.dyn_into::<Element>().ok()) else { continue };
            if kept.as_ref().is_some_and(|kept| menu.contains(Some(kept))) {
                continue;
            }
            let focused = document().active_element().is_some_and(|element| menu.contains(Some(&element)));
            let button = menu.query_selector("summary").ok().flatten().and_then(|it| it.dyn_into::<HtmlElement>().ok());
            // Both fail only for elements that left the page meanwhile.
            let _ = menu.remove_attribute("open");
            if let Some(button) = button.filter(|_| focused) {
                let _ = button.focus();
            }
        }
    }

    fn marked(target: Option<EventTarget>, name: &str) -> Option<(Element, String)> {
        let element = target?.dyn_into::<Element>().ok()?.closest(&format!("[{name}]")).ok()??;
        let value = element.get_attribute(name)?;
        Some((element, value))
    }

    /// Shows the values that hold the typed words.
    fn narrow(facet: &Element, typed: &str) {
        let Ok(links) = facet.query_selector_all(".facet-link") else { return };
        for at in 0..links.length() {
            if let Some(link) = links.get(at).and_then(|link| link.dyn_into::<HtmlElement>().ok()) {
                link.set_hidden(!link.get_attribute("data-label").is_some_and(|label| label.contains(typed)));
            }
        }
    }
}
