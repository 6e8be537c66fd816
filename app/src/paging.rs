//! Where a list stands: the pages beside the one that is shown, and how long reading it took. Every table's foot is
//! drawn from it, so that all of them say the same things in the same order.

use crate::address::address;
use chorale_ui::TableFoot;
use leptos::prelude::*;

/// The neighbours of a page; an address is empty where there is none.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Paging {
    pub first: String,
    pub next: String,
    pub took_ms: Option<f64>,
}

impl Paging {
    /// Of a list at `path`, whose state is in `pairs` and whose cursor goes under `key`. `here` is the cursor of the
    /// page that is shown, `next` that of the one after it.
    pub fn new(path: &str, pairs: &[(&str, &str)], key: &str, here: Option<&str>, next: Option<&str>) -> Self {
        let at = |cursor: &str| address(path, pairs.iter().copied().chain([(key, cursor)]));
        Paging {
            first: here.map(|_| at("")).unwrap_or_default(),
            next: next.map(at).unwrap_or_default(),
            took_ms: None,
        }
    }

    /// The page is the whole list.
    pub fn is_whole(&self) -> bool {
        self.first.is_empty() && self.next.is_empty()
    }

    /// The same with `#place` behind both addresses.
    pub fn at(mut self, place: &str) -> Self {
        for address in [&mut self.first, &mut self.next] {
            if !address.is_empty() {
                address.push('#');
                address.push_str(place);
            }
        }
        self
    }

    /// The foot of a list whose length is known. `tools` stand to the right.
    pub fn foot(self, total: u64, one: &'static str, many: &'static str, tools: impl IntoView + 'static) -> AnyView {
        let noun = if total == 1 { one } else { many };
        let Paging { first, next, took_ms } = self;
        view! { <TableFoot total=total noun=noun took_ms=took_ms first=first next=next>{tools.into_any()}</TableFoot> }
            .into_any()
    }

    /// The foot of a list that nobody counts: it says how many rows this page has.
    pub fn foot_of_page(
        self,
        shown: usize,
        one: &'static str,
        many: &'static str,
        tools: impl IntoView + 'static,
    ) -> AnyView {
        if self.is_whole() {
            return self.foot(shown as u64, one, many, tools);
        }
        let Paging { first, next, took_ms } = self;
        let noun = format!("{} on this page", if shown == 1 { one } else { many });
        let total = shown as u64;
        view! { <TableFoot total=total noun=noun took_ms=took_ms first=first next=next>{tools.into_any()}</TableFoot> }
            .into_any()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn neighbours_keep_the_state_of_the_list() {
        let pairs = [("sort", "title"), ("q", "")];
        let middle = Paging::new("/datasets/1/samples", &pairs, "cursor", Some("a"), Some("b"));
        assert_eq!(middle.first, "/datasets/1/samples?sort=title");
        assert_eq!(middle.next, "/datasets/1/samples?sort=title&cursor=b");
        assert!(!middle.is_whole());
        let only = Paging::new("/jobs", &[], "cursor", None, None).at("list");
        assert!(only.is_whole() && only.first.is_empty());
        assert_eq!(
            Paging::new("/account", &[], "tokens", None, Some("x")).at("tokens").next,
            "/account?tokens=x#tokens"
        );
    }
}
