//! Makes a part of this page say what the same part of a newer one says, and touches nothing that is the same already: what is
//! focused, open or scrolled stays so.

use leptos::prelude::document;
use wasm_bindgen::JsCast;
use web_sys::{Element, Node};

/// `old` becomes like `new`; both are the same kind of element.
pub fn morph(old: &Element, new: &Element) {
    attributes(old, new);
    children(old, new);
}

fn attributes(old: &Element, new: &Element) {
    let names = |of: &Element| of.get_attribute_names().iter().filter_map(|name| name.as_string()).collect::<Vec<_>>();
    // What somebody opened stays open.
    let kept = |name: &str| name == "open" && old.local_name() == "details";
    for name in names(new) {
        let value = new.get_attribute(&name);
        if old.get_attribute(&name) != value && !kept(&name) {
            // A name that stood in a page is a name.
            let _ = old.set_attribute(&name, &value.unwrap_or_default());
        }
    }
    for name in names(old).into_iter().filter(|name| !new.has_attribute(name) && !kept(name)) {
        let _ = old.remove_attribute(&name);
    }
}

fn children(old: &Element, new: &Element) {
    let mut at = old.first_child();
    let mut next = new.first_child();
    while let Some(wanted) = next {
        next = wanted.next_sibling();
        let here = at.clone().filter(|here| is_same(here, &wanted));
        // None of these fails for nodes that are children of one of the two.
        match here.or_else(|| child_with(old, id_of(&wanted)?)) {
            Some(found) => {
                match at.as_ref() == Some(&found) {
                    true => at = found.next_sibling(),
                    false => drop(old.insert_before(&found, at.as_ref())),
                }
                one(&found, &wanted);
            }
            None => {
                if let Ok(copy) = document().import_node_with_deep(&wanted, true) {
                    let _ = old.insert_before(&copy, at.as_ref());
                }
            }
        }
    }
    while let Some(rest) = at {
        at = rest.next_sibling();
        let _ = old.remove_child(&rest);
    }
}

fn one(old: &Node, new: &Node) {
    if old.is_equal_node(Some(new)) {
        return;
    }
    match (old.dyn_ref::<Element>(), new.dyn_ref::<Element>()) {
        (Some(old), Some(new)) => morph(old, new),
        _ => old.set_node_value(new.node_value().as_deref()),
    }
}

/// Whether one may become the other: the same kind, and under the same id where one has any.
fn is_same(old: &Node, new: &Node) -> bool {
    old.node_type() == new.node_type() && old.node_name() == new.node_name() && id_of(old) == id_of(new)
}

fn id_of(node: &Node) -> Option<String> {
    node.dyn_ref::<Element>().map(Element::id).filter(|id| !id.is_empty())
}

fn child_with(of: &Element, id: String) -> Option<Node> {
    let children = of.children();
    (0..children.length()).filter_map(|at| children.item(at)).find(|child| child.id() == id).map(Node::from)
}
