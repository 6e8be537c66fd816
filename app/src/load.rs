//! How a page gets its data: who asks is found out once, the page's own verbs run on the server, and a fault becomes
//! a screen with its own status. Nothing is fetched by the browser.

use crate::address::{address, one};
use crate::badges::Badges;
use crate::paging::Paging;
use crate::redirect::go;
use crate::screen::{Place, Screen, frame};
use chorale_model::identity::Me;
use chorale_model::page::PageRequest;
use chorale_model::{Fault, FaultKind, Role};
use chorale_platform::{Ctx, alerts, identity};
use chorale_ui::{Crumb, Empty, Icon, LinkButton};
use http::StatusCode;
use leptos::prelude::*;
use leptos_axum::ResponseOptions;
use leptos_router::hooks::{use_location, use_params_map, use_query_map};
use leptos_router::params::ParamsMap;
use serde::de::DeserializeOwned;
use std::str::FromStr;
use std::time::Instant;

/// Who asks for what.
pub struct Asked {
    pub ctx: Ctx,
    pub me: Me,
    /// The path as it was asked for.
    place: String,
    /// Parts of the path.
    pub path: ParamsMap,
    /// What follows the question mark.
    pub query: ParamsMap,
    /// When the page began to ask.
    begun: Instant,
}

impl Asked {
    /// The address of the page, as it was asked for.
    pub fn here(&self) -> String {
        let query = self.query.to_query_string();
        format!("{}{}", self.place, if query == "?" { "" } else { &query })
    }

    /// The id in the path. What is no id names nothing, and answers like what is missing.
    pub fn id<I: FromStr<Err = Fault>>(&self) -> Result<I, Fault> {
        self.path.get("id").unwrap_or_default().parse()
    }

    /// Which page of a list.
    pub fn page(&self, limit: i64) -> PageRequest {
        self.page_of("cursor", limit)
    }

    /// Which page of the list whose cursor is under `key`.
    pub fn page_of(&self, key: &str, limit: i64) -> PageRequest {
        PageRequest { cursor: one(&self.query, key), limit: Some(limit) }
    }

    /// Where a list at `path` stands when its next page begins at `next`; `pairs` are what else its address says.
    pub fn paging(&self, path: &str, pairs: &[(&str, &str)], next: Option<&str>) -> Paging {
        self.paging_of("cursor", path, pairs, next)
    }

    /// The same for a page with several lists: each has its cursor under a `key` of its own.
    pub fn paging_of(&self, key: &str, path: &str, pairs: &[(&str, &str)], next: Option<&str>) -> Paging {
        let here = one(&self.query, key);
        let took_ms = Some(self.begun.elapsed().as_secs_f64() * 1e3);
        Paging { took_ms, ..Paging::new(path, pairs, key, here.as_deref(), next) }
    }

    /// One of an enumeration, as its JSON names it; its default when the address says nothing.
    pub fn choice<T: Default + DeserializeOwned>(&self, key: &str) -> Result<T, Fault> {
        let Some(word) = one(&self.query, key) else { return Ok(T::default()) };
        let unknown = format!("\"{word}\" is no choice here; follow a link of the page instead");
        serde_json::from_value(word.into()).map_err(|_| Fault::field(key, unknown))
    }

    /// A value of the query, empty when it is absent.
    pub fn word(&self, key: &str) -> String {
        self.query.get(key).unwrap_or_default()
    }

    /// For pages that only this role and those above it may open, whatever their verbs would say.
    pub fn require(&self, role: Role) -> Result<(), Fault> {
        self.ctx.require(role).map(drop)
    }
}

/// A page for members: `load` runs its verbs and draws.
pub fn member_page<L, F>(load: L) -> AnyView
where
    L: FnOnce(Asked) -> F + Send + 'static,
    F: Future<Output = Result<Screen, Fault>> + Send + 'static,
{
    let Some(ctx) = use_context::<Ctx>() else {
        return refused(None, Fault::internal("opening the page", "the router gave no Ctx"));
    };
    let path = use_params_map().read_untracked().clone();
    let query = use_query_map().read_untracked().clone();
    let location = use_location();
    let place = location.pathname.get_untracked();
    let here = format!("{}?{}", location.pathname.get_untracked(), query.to_query_string().trim_start_matches('?'));
    let work = async move {
        let me = match identity::me(&ctx).await {
            Ok(me) => me,
            Err(fault) if fault.kind == FaultKind::Unauthenticated => return to_sign_in(&here),
            Err(fault) => return refused(None, fault),
        };
        match Badges::count(&ctx).await {
            Ok(badges) => provide_context(badges),
            Err(fault) => return refused(Some(&me), fault),
        }
        let asked = Asked { ctx: ctx.clone(), me: me.clone(), place, path, query, begun: Instant::now() };
        let (loaded, alerts) = futures::join!(load(asked), alerts::count_unresolved(&ctx));
        match loaded.and_then(|screen| Ok(Screen { alerts: alerts?, ..screen })) {
            Ok(screen) => frame(Some(&me), screen),
            Err(fault) if fault.kind == FaultKind::Unauthenticated => to_sign_in(&here),
            Err(fault) => refused(Some(&me), fault),
        }
    };
    Suspend::new(work).into_any()
}

/// Where the visitor wanted to go comes after the sign-in.
fn to_sign_in(here: &str) -> AnyView {
    let next = here.trim_end_matches('?');
    go(&address("/sign-in", [("next", if next == "/" { "" } else { next })]));
    ().into_any()
}

/// The error face of a whole page: what happened, what is safe, what to do.
pub fn refused(me: Option<&Me>, fault: Fault) -> AnyView {
    say_status(&fault);
    let title = fault.kind.title();
    let text = match fault.kind {
        FaultKind::Internal | FaultKind::Busy => format!("{}. Your data are safe.", fault.message),
        // A field of the address: nobody filled it in.
        _ => match &fault.fields[..] {
            [one] => one.message.clone(),
            _ => fault.message,
        },
    };
    let body = view! {
        <div class="page">
            <h1 class="sr">{title}</h1>
            <Empty icon=Icon::Warn loud=true title=title text=text>
                <LinkButton href="/search" text="Search samples and datasets"/>
            </Empty>
        </div>
    };
    frame(me, Screen::new(title, Place::Nowhere, vec![Crumb::here(title)], body.into_any()))
}

/// Gives the answer the status of `fault`, and the log its cause.
pub fn say_status(fault: &Fault) {
    if let Some(response) = use_context::<ResponseOptions>() {
        response.set_status(StatusCode::from_u16(fault.kind.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    }
    if fault.kind == FaultKind::Internal {
        tracing::error!(cause = fault.cause.as_deref().unwrap_or_default(), "{}", fault.message);
    }
}
