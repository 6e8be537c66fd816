//! Import: files or accessions into a collection, and the jobs that read them.

use crate::flash::Notice;
use crate::islands::{Drop, JobLine, LiveJobs};
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_model::Time;
use chorale_model::catalog::Collection;
use chorale_model::jobs::Job;
use chorale_model::jobs::JobFilter;
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, Role};
use chorale_platform::{catalog, jobs};
use chorale_ui::number::bytes;
use chorale_ui::{Button, Crumb, Empty, Field, Glyph, Icon, button::Kind};
use leptos::prelude::*;

/// `/import`
#[component]
pub fn ImportPage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let own = asked.me.organization.id;
        let mut collections = catalog::list_collections(&asked.ctx, asked.page(200)).await?.items;
        collections.retain(|collection| collection.owner == own);
        let chosen = asked.word("collection").parse::<CollectionId>().ok();
        let chosen =
            collections.iter().find(|collection| Some(collection.id) == chosen).map(|found| found.name.clone());
        let filter = JobFilter { kind: Some("import".to_owned()), state: None };
        let newest = PageRequest { cursor: None, limit: Some(10) };
        let jobs = jobs::list_jobs(&asked.ctx, filter, newest).await?.items;
        let max_upload_bytes = asked.ctx.app.settings.max_upload_bytes.unsigned_abs();
        let now = asked.ctx.now();
        Ok(draw(Import { collections, chosen: chosen.unwrap_or_default(), max_upload_bytes, jobs, now }))
    })
}

/// What the page needs to know.
pub struct Import {
    /// Of the own organization: only the owner writes.
    pub collections: Vec<Collection>,
    /// The name of the collection that was chosen by the address.
    pub chosen: String,
    pub max_upload_bytes: u64,
    /// The newest imports.
    pub jobs: Vec<Job>,
    pub now: Time,
}

/// The page at `/import`.
pub fn draw(import: Import) -> Screen {
    let Import { collections, chosen, max_upload_bytes, jobs, now } = import;
    let names =
        collections.into_iter().map(|collection| view! { <option value=collection.name></option> }).collect_view();
    let into = if chosen.is_empty() { "Public GEO".to_owned() } else { chosen };
    let again = into.clone();
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Import"</h1>
                    <p class="page-sub">
                        "SOFT families, series matrices and sample tables, plain or gzip. Bytes that are already here change nothing; changed bytes make a new version."
                    </p>
                </div>
            </header>
            <div class="stack gap-8">
                <Notice actions=&["import_accessions", "cancel_job", "retry_job", "import_files"]/>
                <datalist id="collections">{names}</datalist>
                <form class="drop" action="/_fn/import_files" enctype="multipart/form-data" method="post" aria-label="Import files">
                    <Glyph icon=Icon::Upload/>
                    <strong>"Drop files here"</strong>
                    <div class="drop-fields">
                        {collection_field("upload-collection", into)}
                        <div class="field">
                            <label class="label" for="files">"Files"</label>
                            <input class="input" id="files" type="file" name="file" multiple=true required=true/>
                        </div>
                        <Button kind=Kind::Primary text="Import files"/>
                    </div>
                    <Drop/>
                    <p class="hint">
                        {format!("up to {} a file · nothing is stored before its SHA-256 is known", bytes(max_upload_bytes))}
                    </p>
                </form>
                <section aria-labelledby="accessions-h">
                    <div class="section-head"><h2 id="accessions-h">"From GEO"</h2><p>"fetched by their accession"</p></div>
                    <form class="grid min-15 end" method="post" action="/_fn/import_accessions">
                        {collection_field("geo-collection", again)}
                        <Field name="accessions" label="Accessions" mono=true required=true placeholder="GSE6344 GSE9843" hint="series, between spaces or commas"/>
                        <div><Button icon=Icon::DownTray text="Fetch and import"/></div>
                    </form>
                </section>
                {recent(&jobs, now)}
            </div>
        </div>
    };
    Screen::new("Import", Place::Imports, vec![Crumb::here("Import")], body.into_any())
}

/// A collection by name: one of those there are, or a new one.
fn collection_field(id: &'static str, value: String) -> AnyView {
    view! {
        <div class="field">
            <label class="label" for=id>"Into the collection"</label>
            <input class="input" id=id name="collection" list="collections" value=value autocomplete="off" required=true/>
            <p class="hint">"a new name makes a new collection"</p>
        </div>
    }
    .into_any()
}

fn recent(jobs: &[Job], now: Time) -> AnyView {
    let lines: Vec<JobLine> = jobs.iter().map(JobLine::from).collect();
    let list = if lines.is_empty() {
        view! { <Empty icon=Icon::Import title="Nothing was imported yet" text="Drop a file above; its job appears here with its progress and warnings."/> }.into_any()
    } else {
        view! { <LiveJobs jobs=lines only=false may_change=true now_ms=now.0 as f64 / 1e3 grows=Some("import".to_owned())/> }.into_any()
    };
    view! {
        <section aria-labelledby="jobs-h">
            <div class="section-head"><h2 id="jobs-h">"Imports"</h2><p>"newest first"</p><a class="small push" href="/jobs">"All jobs"</a></div>
            <div class="panel">{list}</div>
        </section>
    }
    .into_any()
}
