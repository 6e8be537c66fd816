//! Search: the question, what narrows it, and what was found. All of its state is in the address.

mod facets;
pub mod query;
mod results;

use crate::flash::Notice;
use crate::load::{member_page, say_status};
use crate::pages::views;
use crate::screen::{Place, Screen};
use chorale_model::discovery::{Expansion, Kind, SearchRequest, SearchResponse, Sort};
use chorale_model::{Fault, FaultKind, Role};
use chorale_platform::{Ctx, discovery};
use chorale_ui::number::count;
use chorale_ui::{Caret, Chip, Crumb, Empty, Glyph, Icon, LinkButton, Segmented, Tab, Tabs};
use facets::Names;
use leptos::prelude::*;
pub use query::Query;

/// `/search`
#[component]
pub fn SearchPage() -> impl IntoView {
    member_page(|asked| async move {
        let query = Query::from_map(&asked.query);
        let found = find(&asked.ctx, &query).await;
        let refused = found.as_ref().err();
        if let Some(fault) = refused.filter(|fault| fault.kind == FaultKind::Unauthenticated) {
            return Err(fault.clone());
        }
        if let Some(fault) = refused {
            say_status(fault);
        }
        let is_found = found.is_ok();
        let screen = draw(&query, found);
        if !is_found {
            return Ok(screen);
        }
        let views = views::beside(&asked, "/search", query.at(None).href("/search")).await?;
        let body = screen.body;
        let body = view! { <div class="search-views"><Notice actions=&["save_view"]/>{views}</div> {body} };
        Ok(Screen { body: body.into_any(), ..screen })
    })
}

/// The answer, and how many of the other kind there are: a question without facets and hits.
async fn find(ctx: &Ctx, query: &Query) -> Found {
    let answer = discovery::search(ctx, query.request()).await?;
    let other = if query.kind == Kind::Samples { Kind::Datasets } else { Kind::Samples };
    let count = SearchRequest { facets: Vec::new(), limit: Some(0), ..query.of_kind(other).request() };
    Ok((answer, discovery::search(ctx, count).await?.total))
}

/// What the page shows for a question: the answer and how many of the other kind there are, or why there is none.
pub type Found = Result<(SearchResponse, u64), Fault>;

/// The screen for a question and its answer.
pub fn draw(query: &Query, found: Found) -> Screen {
    let query = &match &found {
        Ok((answer, _)) => query.canonical(&answer.facets),
        Err(_) => query.clone(),
    };
    // What the chosen values are called: a collection's is an id.
    let names = found.as_ref().map(|(answer, _)| facets::names(&answer.facets)).unwrap_or_default();
    let kind = kind_words(query.kind);
    let title = if query.q.is_empty() { kind.to_owned() } else { format!("{} · {kind}", query.q) };
    let (facets, main) = match found {
        Ok((answer, other)) => (facets::draw(query, &answer), results::draw(query, &names, answer, other)),
        Err(fault) => (().into_any(), refused(query, &names, &fault)),
    };
    let body = view! {
        <div class="search with-facets">
            <aside class="facets" aria-label="Narrow the results">{facets}</aside>
            <section aria-label="Results">{main}</section>
        </div>
    };
    let crumbs = vec![Crumb::link("Search", "/search"), Crumb::here(kind)];
    Screen { search: false, ..Screen::new(title, Place::Search, crumbs, body.into_any()) }
}

/// `Samples`, `Datasets`.
fn kind_words(kind: Kind) -> &'static str {
    match kind {
        Kind::Samples => "Samples",
        Kind::Datasets => "Datasets",
    }
}

/// The question itself: field, chosen facets, kinds. `counts` are of this kind and of the other one.
fn head(
    query: &Query,
    names: &Names,
    widened: &[Expansion],
    counts: Option<(u64, u64)>,
    fault: Option<&Fault>,
) -> AnyView {
    let left_out = query.expand.clone().map(|expand| view! { <input type="hidden" name="expand" value=expand/> });
    let kept =
        query.chosen.iter().flat_map(|(field, values)| values.iter().map(move |value| (field.clone(), value.clone())));
    let kept = kept.map(|(field, value)| view! { <input type="hidden" name=field value=value/> }).collect_view();
    let noun = query.kind.name();
    let heading = if query.q.is_empty() {
        format!("All {noun}")
    } else {
        format!("{} that match “{}”", kind_words(query.kind), query.q)
    };
    let pointed = fault.and_then(|fault| fault.fields.iter().find(|field| field.field == "q")).map(|field| {
        let at = usize::try_from(field.offset.unwrap_or(0)).unwrap_or(usize::MAX);
        view! { <Caret at=at message=field.message.clone() id="q-note"/> }
    });
    let invalid = pointed.is_some();
    view! {
        <div class="results-head">
            <h1 class="sr">{heading}</h1>
            <form role="search" class="row" aria-label=kind_words(query.kind) action="/search">
                <input type="hidden" name="kind" value=noun/>
                {kept}
                {left_out}
                <label class="searchbox grow">
                    <Glyph icon=Icon::Search/>
                    <span class="sr">{format!("Search {noun}")}</span>
                    <input
                        type="search"
                        name="q"
                        value=query.q.clone()
                        placeholder="words, \"a phrase\", tissue:liver, GSE6344, AND OR NOT ( )"
                        aria-invalid=invalid.then_some("true")
                        aria-describedby=invalid.then_some("q-note")
                        data-search
                    />
                    <kbd class="kbd" aria-hidden="true">"/"</kbd>
                </label>
            </form>
            {pointed}
            {chips(query, names, widened)}
            <div class="results-tabs">{tabs(query, counts)} {counts.map(|_| orders(query))}</div>
        </div>
    }
    .into_any()
}

/// The orders, as links. Without words nothing is more relevant than anything else.
fn orders(query: &Query) -> AnyView {
    let offered = query::SORTS.iter().filter(|(sort, _)| !query.q.is_empty() || *sort != Sort::Relevance);
    let links = offered.map(|(sort, name)| {
        let mut words = (*name).to_owned();
        words[..1].make_ascii_uppercase();
        (words, query.sorted(*sort).href("/search"), *sort == query.sort)
    });
    view! { <Segmented label="Order" items=links.collect()/> }.into_any()
}

/// What words were widened to, then what was chosen; each goes by a link.
fn chips(query: &Query, names: &Names, widened: &[Expansion]) -> Option<AnyView> {
    let left_out: Vec<&str> = query.left_out().collect();
    if query.chosen.is_empty() && widened.is_empty() && left_out.is_empty() {
        return None;
    }
    let kinds = widened.iter().map(|expansion| widening(query, expansion)).collect_view();
    let again = (!left_out.is_empty()).then(|| {
        let href = query.widened().href("/search");
        let n = left_out.len();
        let words = format!("Not widened to {}", chorale_ui::number::counted(n as u64, "term", "terms"));
        view! { <span class="chip" data-dashed title=left_out.join(", ")>{words}" "<a href=href>"Widen again"</a></span> }
    });
    let chips = query.chosen.iter().flat_map(|(field, values)| values.iter().map(move |value| (field, value))).map(
        |(field, value)| {
            let text = names.get(&(field.clone(), value.clone())).unwrap_or(value).clone();
            view! { <Chip key=facets::label(field) text=text remove=query.toggled(field, value).href("/search")/> }
        },
    );
    let chips = chips.collect_view();
    let clear = (!query.chosen.is_empty())
        .then(|| view! { <a class="small" href=query.cleared().href("/search")>"Clear all"</a> });
    Some(view! { <div class="row">{kinds}{again}{chips}{clear}</div> }.into_any())
}

/// `76 kinds of liver cancer, 9 synonyms such as HCC`, or what is found in place of a term that no sample has.
fn widening(query: &Query, expansion: &Expansion) -> AnyView {
    if let Some(named) = &expansion.instead_of {
        return instead(query, expansion, named);
    }
    let kinds = match expansion.kinds {
        0 => String::new(),
        n => format!("{} of ", chorale_ui::number::counted(n, "kind", "kinds")),
    };
    let synonyms = expansion.synonyms.first().map(|first| match expansion.synonyms.len() {
        1 => format!(", also called {first}"),
        // Ten are told; there may be more.
        10.. => format!(", and synonyms such as {first}"),
        n => format!(", {n} synonyms such as {first}"),
    });
    let title = format!("{}: {}", expansion.term, expansion.synonyms.join(", "));
    let remove = query.without_kinds_of(&expansion.term).href("/search");
    let label = format!("Search without the kinds and synonyms of {}", expansion.label);
    view! {
        <span class="chip" data-on title=title>
            <Glyph icon=Icon::Plus/>
            <span>{kinds}<b>{expansion.label.clone()}</b>{synonyms}</span>
            <a class="chip-x" href=remove aria-label=label><Glyph icon=Icon::X/></a>
        </span>
    }
    .into_any()
}

/// `prostate cancer, because no sample has prostate carcinoma`.
fn instead(query: &Query, expansion: &Expansion, named: &str) -> AnyView {
    let remove = query.without_kinds_of(&expansion.term).href("/search");
    let label = format!("Search without {}", expansion.label);
    view! {
        <span class="chip" data-on title=format!("{}, and none of its kinds", expansion.term)>
            <Glyph icon=Icon::Plus/>
            <span><b>{expansion.label.clone()}</b>{format!(", because no sample has {named}")}</span>
            <a class="chip-x" href=remove aria-label=label><Glyph icon=Icon::X/></a>
        </span>
    }
    .into_any()
}

fn tabs(query: &Query, counts: Option<(u64, u64)>) -> AnyView {
    let tab = |kind: Kind| {
        let here = kind == query.kind;
        let n = counts.map(|(own, other)| if here { own } else { other });
        Tab { text: kind_words(kind), href: query.of_kind(kind).href("/search"), n, here }
    };
    view! { <Tabs label="Kind of result" tabs=vec![tab(Kind::Samples), tab(Kind::Datasets)]/> }.into_any()
}

/// The error face: what is wrong with the question, or what is safe while search is away.
fn refused(query: &Query, names: &Names, fault: &Fault) -> AnyView {
    let (title, text, href, next) = match fault.kind {
        FaultKind::Invalid => {
            let pointed = fault.fields.iter().any(|field| field.field == "q");
            let text =
                if pointed { "The mark under the question shows where.".to_owned() } else { fault.message.clone() };
            (
                "This question cannot be read",
                text,
                query.of_kind(query.kind).cleared().without_words().href("/search"),
                "Begin again",
            )
        }
        _ => (
            "Search did not answer",
            format!("{}. Your data are safe.", fault.message),
            query.href("/search"),
            "Try again",
        ),
    };
    view! {
        {head(query, names, &[], None, Some(fault))}
        <Empty icon=Icon::Warn loud=true title=title text=text>
            <LinkButton href=href text=next/>
        </Empty>
    }
    .into_any()
}

/// The empty face: names the question and offers the one thing that helps.
fn nothing(query: &Query) -> AnyView {
    let noun = query.kind.name();
    if query.q.is_empty() && query.chosen.is_empty() {
        let may_import = use_context::<Ctx>().is_none_or(|ctx| ctx.role() >= Some(Role::Curator));
        return view! {
            <Empty icon=Icon::Stack title=format!("There are no {noun} yet") text="Import a series, a matrix or a table of samples; search has it within seconds of the job's end.">
                {may_import.then(|| view! { <LinkButton href="/import" icon=Icon::Import text="Import files"/> })}
            </Empty>
        }
        .into_any();
    }
    if !query.chosen.is_empty() {
        let wider = query.cleared().href("/search");
        return view! {
            <Empty icon=Icon::Search title=format!("No {noun} match all of this") text="The facets together leave nothing. The question alone may find more.">
                <LinkButton href=wider text="Search without facets"/>
            </Empty>
        }
        .into_any();
    }
    let other = if query.kind == Kind::Samples { Kind::Datasets } else { Kind::Samples };
    let href = query.of_kind(other).href("/search");
    view! {
        <Empty icon=Icon::Search title=format!("No {noun} match “{}”", query.q) text="Every word must be there. Try fewer words, a part of one with *, or OR between them.">
            <LinkButton href=href text=format!("Look among {}", other.name())/>
        </Empty>
    }
    .into_any()
}

/// The address of a hit.
fn hit_href(kind: Kind, id: impl std::fmt::Display) -> String {
    let page = if kind == Kind::Samples { "samples" } else { "datasets" };
    format!("/{page}/{id}")
}

fn total_words(total: u64, kind: Kind) -> String {
    format!("{} {}", count(total), kind.name())
}
