//! The shell around a page's content: rail, header, banner. A page says where it lies and what its one primary
//! action is; everything else of the frame is drawn here and nowhere else.

use crate::badges::Badges;
use crate::islands::{self, PlaceLine};
use crate::preference::Preferences;
use chorale_model::Role;
use chorale_model::identity::Me;
use chorale_ui::{Crumb, Crumbs, Glyph, Icon, Kbd};
use leptos::prelude::*;
use leptos_meta::Title;

/// What a page hands over to be framed.
pub struct Screen {
    /// Of the browser's tab.
    pub title: String,
    /// Which entry of the rail is lit.
    pub place: Place,
    pub crumbs: Vec<Crumb>,
    /// Top right: at most one primary action.
    pub actions: AnyView,
    /// The header carries a search box; the search page has its own.
    pub search: bool,
    /// Alerts that nobody resolved yet; they stand beside their entry of the rail.
    pub alerts: i64,
    pub body: AnyView,
}

impl Screen {
    /// A page with a search box and no action.
    pub fn new(title: impl Into<String>, place: Place, crumbs: Vec<Crumb>, body: AnyView) -> Self {
        Screen { title: title.into(), place, crumbs, actions: ().into_any(), search: true, alerts: 0, body }
    }

    /// The same with an action at the top right.
    pub fn with_action(self, action: impl IntoView + 'static) -> Self {
        Screen { actions: action.into_any(), ..self }
    }
}

/// The entries of the rail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    Search,
    Collections,
    Imports,
    Jobs,
    Curate,
    ByValue,
    Automatic,
    Alerts,
    Projects,
    Keys,
    Rules,
    Mentions,
    Decisions,
    Reports,
    Terms,
    Annotate,
    Ontologies,
    Models,
    Experiments,
    Organization,
    Members,
    Webhooks,
    Audit,
    Design,
    Account,
    Nowhere,
}

/// One entry: words, icon, address, the least role that sees it.
pub struct Entry {
    pub place: Place,
    pub text: &'static str,
    pub icon: Icon,
    pub href: &'static str,
    pub role: Role,
}

const fn entry(place: Place, text: &'static str, icon: Icon, href: &'static str, role: Role) -> Entry {
    Entry { place, text, icon, href, role }
}

/// What everybody works with.
pub const WORK: &[Entry] = &[
    entry(Place::Search, "Search", Icon::Search, "/search", Role::Scientist),
    entry(Place::Collections, "Collections", Icon::Stack, "/collections", Role::Scientist),
    entry(Place::Imports, "Import", Icon::Import, "/import", Role::Curator),
    entry(Place::Jobs, "Jobs", Icon::Clock, "/jobs", Role::Scientist),
    entry(Place::Alerts, "Alerts", Icon::Warn, "/alerts", Role::Scientist),
];

/// What people check of what the annotators made.
pub const CURATE: &[Entry] = &[
    entry(Place::Curate, "One by one", Icon::Queue, "/curate", Role::Curator),
    entry(Place::ByValue, "By value", Icon::Values, "/by-value", Role::Scientist),
    entry(Place::Automatic, "Automatic", Icon::Run, "/automatic", Role::Scientist),
    entry(Place::Projects, "Projects", Icon::People, "/projects", Role::Scientist),
    entry(Place::Keys, "Keys", Icon::Key, "/keys", Role::Scientist),
    entry(Place::Rules, "Rules", Icon::Doc, "/rules", Role::Scientist),
    entry(Place::Decisions, "Decisions", Icon::Check, "/decisions", Role::Scientist),
    entry(Place::Reports, "Reports", Icon::Warn, "/reports", Role::Scientist),
    entry(Place::Mentions, "Mentions", Icon::People, "/mentions", Role::Scientist),
];

/// From what a source said to terms that mean the same everywhere.
pub const HARMONIZE: &[Entry] = &[
    entry(Place::Terms, "Terms", Icon::Tree, "/terms", Role::Scientist),
    entry(Place::Annotate, "Annotate", Icon::Marker, "/annotate", Role::Scientist),
    entry(Place::Ontologies, "Ontologies", Icon::Doc, "/ontologies", Role::Scientist),
    entry(Place::Models, "Models", Icon::Cube, "/models", Role::Scientist),
    entry(Place::Experiments, "Experiments", Icon::Flask, "/experiments", Role::Scientist),
];

/// What admins care for.
pub const ADMIN: &[Entry] = &[
    entry(Place::Organization, "Organization", Icon::Org, "/organization", Role::Admin),
    entry(Place::Members, "Members", Icon::People, "/members", Role::Admin),
    entry(Place::Webhooks, "Webhooks", Icon::Out, "/webhooks", Role::Admin),
    entry(Place::Audit, "Audit log", Icon::Doc, "/audit", Role::Admin),
];

/// What the palette offers to do: words, address, the least role that may.
const DEEDS: &[(&str, &str, Role)] = &[
    ("Create a token", "/account#tokens", Role::Scientist),
    ("Change the password", "/account#password", Role::Scientist),
    ("Look up a term", "/terms", Role::Scientist),
    ("Saved views", "/views", Role::Scientist),
    ("Your reports", "/reports/mine", Role::Scientist),
    ("Take decisions over from a file", "/decisions/import", Role::Curator),
    ("Try the annotators on a text", "/annotate?example=1", Role::Scientist),
    ("Create a collection", "/collections#new", Role::Curator),
    ("New experiment", "/experiments#new", Role::Scientist),
    ("Promotions of models", "/promotions", Role::Scientist),
    ("New review project", "/projects/new", Role::Curator),
    ("Add a member", "/members#add", Role::Admin),
    ("Verify the audit log", "/audit?verify=true", Role::Admin),
    ("Export the organization", "/organization#export", Role::Admin),
];

/// Frames a page. Without `me` the visitor has not signed in: the rail has no organization.
pub fn frame(me: Option<&Me>, screen: Screen) -> AnyView {
    let chosen = Preferences::of_request();
    let synthetic = me.is_some_and(|me| me.organization.synthetic);
    view! {
        <Title text=format!("{} · Chorale", screen.title)/>
        <div class="app">
            <a class="skip" href="#content">"Skip to the content"</a>
            {rail(me, screen.place, screen.alerts, chosen.rail_closed)}
            <header class="top">
                <button class="btn narrow-btn" type="button" data-kind="quiet" data-icon popovertarget="rail" aria-label="Open the menu">
                    <Glyph icon=Icon::Menu/>
                </button>
                <Crumbs items=screen.crumbs/>
                <div class="top-actions">
                    {screen.search.then(header_search)}
                    <islands::Theme dark=chosen.theme == Some("dark")/>
                    {screen.actions}
                </div>
            </header>
            {synthetic.then(synthetic_banner)}
            <main id="content">{screen.body}</main>
            <islands::Enhance/>
            <islands::Keyboard places=places(me) single_keys=me.is_none_or(|me| me.single_keys)/>
        </div>
    }
    .into_any()
}

/// Where the palette can go and what it can do, for this role.
fn places(me: Option<&Me>) -> Vec<PlaceLine> {
    let role = me.map(|me| me.role);
    let entries = WORK
        .iter()
        .chain(CURATE)
        .chain(HARMONIZE)
        .chain(ADMIN)
        .filter(|entry| role.is_some_and(|role| role >= entry.role));
    let line = |text: &str, href: &str| PlaceLine { text: text.to_owned(), href: href.to_owned() };
    let mut places: Vec<PlaceLine> = entries.map(|entry| line(entry.text, entry.href)).collect();
    places.extend(role.map(|_| line("Account, tokens, keys", "/account")));
    let deeds = DEEDS.iter().filter(|(_, _, least)| role.is_some_and(|role| role >= *least));
    places.extend(deeds.map(|(text, href, _)| line(text, href)));
    places.extend([line("Help and keys", "/help"), line("Design", "/design"), line("API", "/api/docs")]);
    places
}

fn synthetic_banner() -> impl IntoView {
    view! {
        <div class="banner" data-tone="warn" role="note">
            <Glyph icon=Icon::Warn/>
            <span>
                <b>"Synthetic data."</b>
                " Every study and sample of this organization is generated; nothing here is a finding."
            </span>
        </div>
    }
    .into_any()
}

fn header_search() -> impl IntoView {
    view! {
        <form class="searchbox wide-only" role="search" aria-label="Everywhere" action="/search" data-quiet>
            <Glyph icon=Icon::Search/>
            <input type="search" name="q" aria-label="Search samples and datasets" placeholder="Search samples and datasets" data-search/>
            <kbd class="kbd" aria-hidden="true">"/"</kbd>
        </form>
    }
    .into_any()
}

fn rail(me: Option<&Me>, place: Place, alerts: i64, closed: bool) -> impl IntoView {
    let role = me.map(|me| me.role);
    let seen = |entries: &'static [Entry]| {
        entries.iter().filter(|entry| role.is_some_and(|role| role >= entry.role)).collect::<Vec<_>>()
    };
    let groups = [("Curate", seen(CURATE)), ("Harmonize", seen(HARMONIZE)), ("Admin", seen(ADMIN))]
        .into_iter()
        .filter(|(_, of)| !of.is_empty());
    let groups = groups.map(|(title, entries)| {
        view! {
            <h2>{title}</h2>
            <ul>{entries.into_iter().map(|entry| rail_item(entry, place, alerts)).collect_view()}</ul>
        }
    });
    view! {
        <nav class="rail" id="rail" popover="auto" aria-label="Main">
            <a class="rail-brand" href="/">{mark()}<span class="rail-text">"Chorale"</span></a>
            {me.map(organization_menu)}
            <ul>{seen(WORK).into_iter().map(|entry| rail_item(entry, place, alerts)).collect_view()}</ul>
            {groups.collect_view()}
            <ul class="rail-foot">
                <li>{rail_toggle(closed)}</li>
                <li>
                    <a class="rail-item" href="/help" data-help aria-current=(place == Place::Design).then_some("page")>
                        <Glyph icon=Icon::Info/>
                        <span class="rail-text">"Help and keys"</span>
                        <span class="rail-count"><Kbd key="?"/></span>
                    </a>
                </li>
                <li>{me.map(account_menu)}</li>
                {me.is_none()
                    .then(|| {
                        view! {
                            <li>
                                <a class="rail-item" href="/sign-in"><Glyph icon=Icon::Key/><span class="rail-text">"Sign in"</span></a>
                            </li>
                        }
                    })}
            </ul>
        </nav>
    }
    .into_any()
}

fn rail_item(entry: &Entry, place: Place, alerts: i64) -> impl IntoView + use<> {
    let count = match entry.place {
        Place::Alerts => Some((alerts, "unresolved")).filter(|(n, _)| *n > 0),
        other => Badges::of(other),
    };
    let count = count.map(|(n, word)| {
        view! { <span class="rail-count"><span class="badge">{n}</span><span class="sr">{format!(" {word}")}</span></span> }
    });
    view! {
        <li>
            <a class="rail-item" href=entry.href aria-current=(entry.place == place).then_some("page")>
                <Glyph icon=entry.icon/>
                <span class="rail-text">{entry.text}</span>
                {count}
            </a>
        </li>
    }
    .into_any()
}

fn rail_toggle(closed: bool) -> impl IntoView {
    let (value, text, icon) =
        if closed { ("open", "Widen the rail", Icon::Right) } else { ("closed", "Narrow the rail", Icon::Left) };
    view! {
        <form class="rail-toggle" method="post" action="/_fn/set_preference">
            <input type="hidden" name="name" value="rail"/>
            <button class="rail-item" name="value" value=value>
                <Glyph icon=icon/>
                <span class="rail-text">{text}</span>
            </button>
        </form>
    }
    .into_any()
}

fn organization_menu(me: &Me) -> impl IntoView + use<> {
    let here = me.organization.id;
    let others = me.memberships.clone().into_iter().map(move |membership| {
        let current = (membership.organization == here).then_some("true");
        view! {
            <button class="menu-item" name="organization" value=membership.organization.to_string() aria-current=current>
                <span>{membership.name} " " <span class="ink-3">{membership.role.name()}</span></span>
            </button>
        }
    });
    view! {
        <button class="rail-org" type="button" popovertarget="organizations">
            <span class="avatar" aria-hidden="true">{initials(&me.organization.name)}</span>
            <span class="rail-text trunc">{me.organization.name.clone()}</span>
            <Glyph icon=Icon::Updown/>
        </button>
        <div class="pop" id="organizations" popover="auto">
            <p>"Work in"</p>
            <form method="post" action="/_fn/switch_organization">{others.collect_view()}</form>
        </div>
    }
    .into_any()
}

fn account_menu(me: &Me) -> impl IntoView + use<> {
    let name = if me.name.is_empty() { me.email.clone() } else { me.name.clone() };
    view! {
        <button class="rail-item" type="button" popovertarget="account">
            <span class="avatar" data-size="small" aria-hidden="true">{initials(&name)}</span>
            <span class="rail-text trunc">{name}</span>
            <span class="rail-count">{me.role.name()}</span>
        </button>
        <div class="pop" id="account" popover="auto" data-foot>
            <p>{me.email.clone()}</p>
            <a class="menu-item" href="/account">"Account, tokens, keys"</a>
            <a class="menu-item" href="/design">"Design"</a>
            <a class="menu-item" href="/api/docs">"API"</a>
            <hr/>
            <form method="post" action="/_fn/sign_out"><button class="menu-item">"Sign out"</button></form>
        </div>
    }
    .into_any()
}

/// The brand: four voices.
pub fn mark() -> impl IntoView {
    view! {
        <svg class="mark" width="20" height="20" viewBox="0 0 20 20" aria-hidden="true" fill="currentColor">
            <rect x="1" y="2.5" width="11" height="2.5" rx="1.25"></rect>
            <rect x="5" y="6.7" width="14" height="2.5" rx="1.25"></rect>
            <rect x="2.5" y="10.9" width="12" height="2.5" rx="1.25"></rect>
            <rect x="7" y="15.1" width="9" height="2.5" rx="1.25"></rect>
        </svg>
    }
    .into_any()
}

fn initials(name: &str) -> String {
    let words = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.take(2).filter_map(|word| word.chars().next()).flat_map(char::to_uppercase).collect()
}

#[cfg(test)]
mod tests {
    #[test]
    fn initials_are_two_letters_of_any_script() {
        assert_eq!(super::initials("Northgate Liver Lab"), "NL");
        assert_eq!(super::initials("ines@northgate.example"), "IN");
        assert_eq!(super::initials(""), "");
    }
}
