//! Taking decisions over from a file: it is looked at first, and what it would change stands beside what it cannot mean.

use super::{PATH, address_of};
use crate::flash::Notice;
use crate::islands::{JobLine, LiveJobs};
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_model::catalog::Collection;
use chorale_model::exchange::{Conflicts, FoundDecisions, ImportDecisions};
use chorale_model::jobs::{Job, JobState};
use chorale_model::page::PageRequest;
use chorale_model::{JobId, Role, Time};
use chorale_platform::{catalog, exchange};
use chorale_ui::number::{count, counted};
use chorale_ui::{Alert, Button, Crumb, Fact, Facts, Field, Icon, Kind, LinkButton, Select, Table, Tone};
use leptos::prelude::*;

const HERE: &str = "/decisions/import";
const COLLECTIONS: i64 = 500;

/// `/decisions/import?job=…`
#[component]
pub fn ImportDecisionsPage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let first = PageRequest { cursor: None, limit: Some(COLLECTIONS) };
        let own = asked.me.organization.id;
        let mut collections = catalog::list_collections(&asked.ctx, first).await?.items;
        collections.retain(|one| one.owner == own);
        let looked = match crate::address::one(&asked.query, "job") {
            None => None,
            Some(job) => Some(exchange::load_found(&asked.ctx, job.parse::<JobId>()?).await?),
        };
        Ok(draw(collections, looked, asked.ctx.now()))
    })
}

/// The form, and what a file came to.
pub fn draw(collections: Vec<Collection>, looked: Option<(Job, Option<FoundDecisions>)>, now: Time) -> Screen {
    let chosen = looked.as_ref().and_then(|(_, found)| Some(found.as_ref()?.asked.as_ref()?.collection.to_string()));
    let chosen = chosen.unwrap_or_default();
    let came = looked.map(|(job, found)| came_to(&collections, job, found, now));
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div><h1>"Take decisions over"</h1><p class="page-sub">"From our own JSON or CSV, from Label Studio's JSON export, or from a spreadsheet with a column of accessions and one for each field. The file is looked at first; it becomes one batch that can be taken back."</p></div>
            </header>
            <div class="stack gap-8">
                <Notice actions=&["import_decisions", "take_decisions"]/>
                {came}
                {form(&collections, chosen)}
                {out(&collections)}
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Decisions", PATH), Crumb::here("Take over")];
    Screen::new("Take decisions over", Place::Decisions, crumbs, body.into_any())
}

fn names(collections: &[Collection]) -> Vec<(String, String)> {
    collections.iter().map(|one| (one.id.to_string(), one.name.clone())).collect()
}

/// `chosen` is the collection of the file before.
fn form(collections: &[Collection], chosen: String) -> AnyView {
    let policies = [("keep", "stays, and is listed"), ("replace", "is decided by the file")];
    let policies = policies.map(|(key, words)| (key.to_owned(), words.to_owned())).to_vec();
    view! {
        <form class="stack" method="post" action="/_fn/import_decisions" enctype="multipart/form-data" aria-label="A file of decisions">
            <input type="hidden" name="look" value="true"/>
            <div class="grid min-15 end">
                <Select name="collection" label="About samples of" options=names(collections) value=chosen/>
                <div class="field"><label class="label" for="field-file">"File"</label><input class="input" id="field-file" type="file" name="file" required=true/></div>
                <Select name="conflicts" label="What people decided otherwise before" options=policies value="keep"/>
            </div>
            <Field name="why" label="Why" placeholder="the review of 2025, for those who read the history"/>
            <div><Button kind=Kind::Primary icon=Icon::Upload text="Look at it"/></div>
        </form>
    }
    .into_any()
}

/// What the look came to.
fn came_to(collections: &[Collection], job: Job, found: Option<FoundDecisions>, now: Time) -> AnyView {
    let Some(found) = found else {
        let again = format!("{HERE}?job={}", job.id);
        let ended = job.state.ended();
        let words = if ended {
            "The file could not be read to its end, and nothing was decided."
        } else {
            "The file is being read."
        };
        let reload = (!ended).then(|| view! { <LinkButton href=again text="See what it came to"/> });
        let error = job
            .error
            .clone()
            .map(|error| view! { <Alert tone=Tone::Bad title="It cannot be read." loud=true><p>{error}</p></Alert> });
        let lines = vec![JobLine::from(&job)];
        return view! {
            <section class="stack" aria-labelledby="came-h">
                <div class="section-head"><h2 id="came-h">"This file"</h2><p>{words}</p></div>
                {error}
                <div class="panel"><LiveJobs jobs=lines only=false may_change=true now_ms=now.0 as f64 / 1e3 grows=None/></div>
                {reload}
            </section>
        }
        .into_any();
    };
    debug_assert_eq!(job.state, JobState::Succeeded);
    let of = found.asked.as_ref().and_then(|asked| collections.iter().find(|one| one.id == asked.collection));
    let of = of.map_or_else(String::new, |one| format!(" in {}", one.name));
    let file = found.asked.as_ref().map_or_else(String::new, |asked| asked.file.name.clone());
    let title = if found.looked { format!("{file} would decide") } else { format!("{file} has decided") };
    let format = match found.format.as_str() {
        "decisions" => "our own JSON",
        "label_studio" => "Label Studio's JSON",
        _ => "a table",
    };
    let batch = found.batch.map(|batch| view! { <p><a href=address_of(batch)>"The batch that it became"</a></p> });
    let take = (found.looked && found.decided > 0).then(|| found.asked.clone().map(|asked| take(asked, found.decided)));
    let n = |value: i64| count(value.unsigned_abs());
    let (samples, decided, same) = (n(found.samples), n(found.decided), n(found.same));
    let (conflicts, unknown, values) = (n(found.conflicts), n(found.unknown_samples), n(found.unknown_values));
    view! {
        <section class="stack" aria-labelledby="came-h">
            <div class="section-head"><h2 id="came-h">{title}</h2><p>{format!("read as {format}{of}")}</p></div>
            <Facts>
                <Fact label="Samples">{samples}</Fact>
                <Fact label="Fields decided">{decided}</Fact>
                <Fact label="The same already">{same}</Fact>
                <Fact label="In conflict">{conflicts}</Fact>
                <Fact label="Unknown samples">{unknown}</Fact>
                <Fact label="Values not taken">{values}</Fact>
            </Facts>
            {batch}
            {lines(&job)}
            {take}
        </section>
    }
    .into_any()
}

/// What is said about lines.
fn lines(job: &Job) -> Option<AnyView> {
    if job.warnings.is_empty() {
        return None;
    }
    let rows = job.warnings.iter().map(|one| {
        let line = if one.line > 0 { count(one.line.unsigned_abs()) } else { "–".to_owned() };
        view! { <tr><td class="num fit">{line}</td><td>{one.message.clone()}</td></tr> }
    });
    let rows = rows.collect_view();
    let head = || view! { <th scope="col" class="num">"Line"</th><th scope="col">"What is said about it"</th> };
    let more = (job.warnings_total > job.warnings.len() as i64).then(|| {
        view! { <p class="hint"><a href=format!("/jobs/{}#warnings", job.id)>{format!("all {} lines", count(job.warnings_total.unsigned_abs()))}</a></p> }
    });
    Some(view! { <Table caption="Lines that something is said about" head=head>{rows}</Table> {more} }.into_any())
}

/// The same file, for good.
fn take(asked: ImportDecisions, decided: i64) -> AnyView {
    let conflicts = if asked.conflicts == Conflicts::Replace { "replace" } else { "keep" };
    let text = format!("Decide {}", counted(decided.unsigned_abs(), "field", "fields"));
    view! {
        <form method="post" action="/_fn/take_decisions">
            <input type="hidden" name="collection" value=asked.collection.to_string()/>
            <input type="hidden" name="name" value=asked.file.name/>
            <input type="hidden" name="sha256" value=asked.file.sha256/>
            <input type="hidden" name="size_bytes" value=asked.file.size_bytes.to_string()/>
            <input type="hidden" name="conflicts" value=conflicts/>
            <input type="hidden" name="why" value=asked.why/>
            <Button kind=Kind::Primary text=text/>
        </form>
    }
    .into_any()
}

/// The way out.
fn out(collections: &[Collection]) -> AnyView {
    let rows = collections.iter().map(|one| {
        let at = |path: &str| format!("{path}?collection={}", one.id);
        view! {
            <tr>
                <th scope="row">{one.name.clone()}</th>
                <td><span class="row">
                    <a href=at("/api/v1/decisions.json") download>"JSON"</a>
                    <a href=at("/api/v1/decisions.csv") download>"CSV"</a>
                    <a href=at("/api/v1/label-studio/tasks.json") download>"Label Studio's tasks"</a>
                    <a href=at("/api/v1/label-studio/config.xml") download>"their interface"</a>
                </span></td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let head = || view! { <th scope="col">"Collection"</th><th scope="col">"Decisions as"</th> };
    view! {
        <section aria-labelledby="out-h">
            <div class="section-head"><h2 id="out-h">"Take them away"</h2><p>"everything that people decided, complete"</p></div>
            <Table caption="Decisions of each collection" head=head>{rows}</Table>
        </section>
    }
    .into_any()
}
