//! Promotions to protected aliases: those that wait for another person, and what was answered.

mod one;

pub use one::{PromotionPage, draw as draw_one};

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::registered;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::page::PageRequest;
use chorale_model::registry::{PromotionFilter, PromotionRequest, PromotionState};
use chorale_model::{Fault, Page, PromotionId};
use chorale_platform::{Ctx, registry};
use chorale_ui::{Alert, Badge, CopyAs, Crumb, Empty, Icon, LinkButton, Segmented, Status, Table, Tone};
use leptos::prelude::*;

pub const PATH: &str = "/promotions";

pub fn address_of(id: PromotionId) -> String {
    format!("{PATH}/{id}")
}

/// `/promotions?state=all&name=…`
#[component]
pub fn PromotionsPage() -> impl IntoView {
    member_page(|asked| async move {
        // Without a state those that wait; "all" says every one.
        let chosen = asked.word("state");
        let state = match chosen.as_str() {
            "" => Some(PromotionState::Waiting),
            "all" => None,
            word => Some(word.parse()?),
        };
        let name = asked.word("name");
        let filter = PromotionFilter { state, name: Some(name.clone()).filter(|name| !name.is_empty()) };
        let found = registry::list_promotions(&asked.ctx, filter, asked.page(50)).await?;
        let pairs = [("state", chosen.as_str()), ("name", name.as_str())];
        let paging = asked.paging(PATH, &pairs, found.next_cursor.as_deref());
        Ok(draw(state, &name, found, paging))
    })
}

/// The list, of one model where `name` says which.
pub fn draw(state: Option<PromotionState>, name: &str, found: Page<PromotionRequest>, paging: Paging) -> Screen {
    let link = |word: &'static str, text: &str, here: bool| {
        (text.to_owned(), address(PATH, [("state", word), ("name", name)]), here)
    };
    let states = vec![
        link("", "Waiting", state == Some(PromotionState::Waiting)),
        link("approved", "Approved", state == Some(PromotionState::Approved)),
        link("rejected", "Rejected", state == Some(PromotionState::Rejected)),
        link("withdrawn", "Withdrawn", state == Some(PromotionState::Withdrawn)),
        link("all", "All", state.is_none()),
    ];
    let json = address("/api/v1/promotions", [("state", state.map_or("", PromotionState::name)), ("name", name)]);
    let list = match found.items.is_empty() {
        true => view! {
            <div class="panel"><Empty icon=Icon::Ok title="Nothing here" text="Pointing a protected alias at another version asks another person first; it is listed here. An admin says which aliases are protected."><LinkButton href=registered::PATH text="Models"/></Empty></div>
        }
        .into_any(),
        false => table(found.items, paging, &json),
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div><h1>"Promotions"</h1><p class="page-sub">"Versions that are to stand behind a protected alias. Another person than who asked looks at both versions, and approves or rejects."</p></div>
                <Segmented label="Which promotions" items=states/>
            </header>
            <div class="stack gap-4">
                <Notice actions=&["approve_promotion", "reject_promotion", "withdraw_promotion"]/>
                {list}
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Models", registered::PATH), Crumb::here("Promotions")];
    Screen::new("Promotions", Place::Models, crumbs, body.into_any())
}

fn table(requests: Vec<PromotionRequest>, paging: Paging, json: &str) -> AnyView {
    let shown = requests.len();
    let rows = requests.into_iter().map(row).collect_view();
    let head = || {
        view! {
            <th scope="col">"Promotion"</th>
            <th scope="col">"State"</th>
            <th scope="col" class="wide-only">"Asked by"</th>
            <th scope="col">"When (UTC)"</th>
        }
    };
    let tools = view! { <CopyAs snippets=snippet::json(json)/> };
    let foot = move || paging.foot_of_page(shown, "promotion", "promotions", tools);
    view! { <Table caption="Promotions" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(request: PromotionRequest) -> AnyView {
    let stale = request.is_stale().then(|| view! { " " <Badge text="moved since"/> });
    let (href, title, state, when) =
        (address_of(request.id), title(&request), state(request.state), request.asked_at.minute_text());
    view! {
        <tr>
            <th scope="row" class="wrap"><a href=href>{title}</a> {stale}<div class="hint">{request.why}</div></th>
            <td>{state}</td>
            <td class="wide-only">{request.asked_by}</td>
            <td class="nowrap">{when}</td>
        </tr>
    }
    .into_any()
}

/// `champion of cell types: version 2 → version 3`
pub fn title(request: &PromotionRequest) -> String {
    let named = |version: Option<i64>| version.map_or("none".to_owned(), |version| format!("version {version}"));
    let (from, to) = (named(request.held), named(request.version));
    format!("{} of {}: {from} → {to}", request.alias, request.name)
}

fn state(state: PromotionState) -> AnyView {
    let (tone, icon) = match state {
        PromotionState::Waiting => (Tone::Warn, Icon::Clock),
        PromotionState::Approved => (Tone::Ok, Icon::Ok),
        PromotionState::Rejected => (Tone::Bad, Icon::Bad),
        PromotionState::Withdrawn => (Tone::Plain, Icon::X),
    };
    view! { <Status tone=tone icon=icon word=state.name()/> }.into_any()
}

/// What waits of one model; the first few, as many as a page tells.
pub async fn load_waiting(ctx: &Ctx, name: &str) -> Result<Vec<PromotionRequest>, Fault> {
    let filter = PromotionFilter { state: Some(PromotionState::Waiting), name: Some(name.to_owned()) };
    let page = PageRequest { cursor: None, limit: Some(20) };
    Ok(registry::list_promotions(ctx, filter, page).await?.items)
}

/// That promotions of a model, or to a version of it, wait; for their pages.
pub fn waiting(requests: &[PromotionRequest]) -> Option<AnyView> {
    if requests.is_empty() {
        return None;
    }
    let items = requests.iter().map(|one| {
        let by = format!("asked by {} on {} UTC", one.asked_by, one.asked_at.minute_text());
        view! { <li><a href=address_of(one.id)>{title(one)}</a><div class="hint">{by}</div></li> }
    });
    let items = items.collect_view();
    Some(
        view! { <Alert tone=Tone::Info title="It waits for another person's approval."><ul>{items}</ul></Alert> }
            .into_any(),
    )
}
