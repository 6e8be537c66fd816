//! The ontologies of the deployment: which releases are here, which one of each name is in use. Everybody reads;
//! operators install, choose and remove.

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::upgrade;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::Role;
use chorale_model::curation::{Batch, BatchFilter, BatchKind};
use chorale_model::ontologies::{KnownOntology, OntologyRelease, OntologyReleases, ReleaseProblems, UpgradePreview};
use chorale_platform::{curation, harmonize, ontologies};
use chorale_ui::number::{bytes, count};
use chorale_ui::{
    Absent, Alert, Button, CopyAs, Crumb, Empty, Field, Icon, Status, Table, TableFoot, Tone, button::Kind,
};
use leptos::prelude::*;

/// `/ontologies`; `?problems=NAME&of=SHA-256` lists what was odd in one release, `?changes=…` what it would change of the
/// organization's values.
#[component]
pub fn OntologiesPage() -> impl IntoView {
    member_page(|asked| async move {
        let releases = ontologies::list_releases(&asked.ctx).await?;
        let (problems, changes, sha256) = (asked.word("problems"), asked.word("changes"), asked.word("of"));
        let closer = if !problems.is_empty() {
            let found = ontologies::release_problems(&asked.ctx, &problems, &sha256).await?;
            Some(Closer::Problems(Problems { name: problems, sha256, found }))
        } else if !changes.is_empty() {
            Some(Closer::Upgrade(harmonize::preview_upgrade(&asked.ctx, &changes, &sha256).await?))
        } else {
            None
        };
        let may = May { operate: asked.ctx.require_operator().is_ok(), compare: asked.me.role >= Role::Admin };
        let filter = BatchFilter { kind: Some(BatchKind::Upgrade), ..BatchFilter::default() };
        let upgrades = curation::list_batches(&asked.ctx, filter, asked.page_of("upgrades", 20)).await?;
        let paging = asked.paging_of("upgrades", "/ontologies", &[], upgrades.next_cursor.as_deref()).at("upgrades");
        Ok(draw(releases, closer, (upgrades.items, paging), may))
    })
}

/// What the asker may do beside reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Install, choose, remove: who runs the deployment.
    pub operate: bool,
    /// See what another release would change, apply it to the organization's values, take that back: admins.
    pub compare: bool,
}

/// What the address asks to see of one release.
pub enum Closer {
    Problems(Problems),
    Upgrade(UpgradePreview),
}

/// What was read over in one release.
pub struct Problems {
    pub name: String,
    pub sha256: String,
    pub found: ReleaseProblems,
}

/// The page at `/ontologies`.
pub fn draw(
    found: OntologyReleases,
    closer: Option<Closer>,
    (upgrades, paging): (Vec<Batch>, Paging),
    may: May,
) -> Screen {
    let operator = may.operate;
    let OntologyReleases { items, prepared, known } = found;
    let absent: Vec<String> = {
        let here = |name: &str| items.iter().any(|release| release.name == name);
        known.iter().map(|one| one.name.clone()).filter(|name| !here(name)).collect()
    };
    let busy = (!prepared && !items.is_empty()).then(|| {
        view! { <Alert tone=Tone::Info title="The set in use is being prepared."><p>"Until it is ready, the set before it answers."</p></Alert> }
    });
    let list = if items.is_empty() { nothing(operator) } else { table(items, may) };
    let missing = (!absent.is_empty()).then(|| {
        view! { <p class="dense ink-2"><span class="ink-3">"Known, but not installed: "</span>{absent.join(", ")}"."</p> }
    });
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>"Ontologies"</h1>
                    <p class="page-sub">"Releases are pinned by version and hash. Annotation and look-up work on the one in use of each name; choosing another annotates every sample again."</p>
                </div>
            </header>
            <div class="stack gap-8">
                <Notice actions=&["install_ontology", "use_release", "remove_release", "start_upgrade", "revert_batch"]/>
                <div class="stack">{busy} {list} {missing}</div>
                {closer.map(|closer| match closer {
                    Closer::Problems(problems) => problem_list(problems),
                    Closer::Upgrade(preview) => upgrade::draw(preview, operator),
                })}
                {upgrade::batches(upgrades, may.compare, paging)}
                {operator.then(|| install(known))}
            </div>
        </div>
    };
    Screen::new("Ontologies", Place::Ontologies, vec![Crumb::here("Ontologies")], body.into_any())
}

/// The empty face says the command.
fn nothing(operator: bool) -> AnyView {
    let who = match operator {
        true => "Install one below, or on the server:",
        false => "Whoever runs this deployment installs them on the server:",
    };
    view! {
        <div class="panel">
            <Empty icon=Icon::Tree title="No ontology is installed" text="Without one nothing can be harmonized: samples keep what their source said, and search knows words alone."/>
            <div class="panel-body stack gap-2">
                <p class="dense ink-2">{who}</p>
                <code class="code" tabindex="0" role="region" aria-label="Command">"chorale ontology install MONDO --from mondo.obo"</code>
            </div>
        </div>
    }
    .into_any()
}

fn table(releases: Vec<OntologyRelease>, may: May) -> AnyView {
    let operator = may.operate;
    let total = releases.len() as u64;
    let idle: Vec<String> = {
        let used = |name: &str| releases.iter().any(|one| one.name == name && one.in_use);
        let mut names: Vec<String> = releases.iter().map(|one| one.name.clone()).filter(|name| !used(name)).collect();
        names.dedup();
        names
    };
    let warned = (!idle.is_empty()).then(|| {
        let title = format!("No release of {} is in use.", idle.join(", "));
        view! { <Alert tone=Tone::Warn title=title><p>"Values of its fields are not annotated until one is chosen."</p></Alert> }
    });
    let rows = releases.into_iter().map(|release| row(release, may)).collect_view();
    let head = move || {
        view! {
            <th scope="col">"Ontology"</th>
            <th scope="col">"Version"</th>
            <th scope="col">"State"</th>
            <th scope="col" class="num">"Terms"</th>
            <th scope="col" class="num">"Names"</th>
            <th scope="col" class="num">"Obsolete"</th>
            <th scope="col" class="num">"Problems"</th>
            <th scope="col" class="num">"Size"</th>
            <th scope="col">"SHA-256"</th>
            <th scope="col">"Installed"</th>
            {operator.then(|| view! { <th scope="col"><span class="sr">"Change"</span></th> })}
        }
    };
    let foot = move || {
        view! {
            <TableFoot total=total noun=if total == 1 { "release" } else { "releases" }>
                <CopyAs snippets=snippet::json("/api/v1/ontologies")/>
            </TableFoot>
        }
    };
    view! { <div class="stack">{warned}<Table caption="Ontologies" head=head foot=foot>{rows}</Table></div> }.into_any()
}

fn row(release: OntologyRelease, may: May) -> AnyView {
    let number = |n: i64| count(n.unsigned_abs());
    let hash = super::dataset::short_hash(&release.sha256);
    let state = match release.in_use {
        true => view! { <Status tone=Tone::Ok word="in use"/> }.into_any(),
        false => {
            let href = address("/ontologies", [("changes", release.name.as_str()), ("of", release.sha256.as_str())]);
            let compare = may
                .compare
                .then(|| view! { <div class="hint"><a href=format!("{href}#changes")>"what it changes"</a></div> });
            view! { <Status tone=Tone::Plain icon=Icon::Pause word="kept"/> {compare} }.into_any()
        }
    };
    let problems = match release.problems {
        0 => view! { <span class="ink-3">"0"</span> }.into_any(),
        n => {
            let href = address("/ontologies", [("problems", release.name.as_str()), ("of", release.sha256.as_str())]);
            view! { <a href=format!("{href}#problems") title="oddities that were read over">{number(n)}</a> }.into_any()
        }
    };
    let changes = may.operate.then(|| view! { <td class="fit">{changes(&release)}</td> });
    view! {
        <tr>
            <th scope="row"><b>{release.name}</b> " " <span class="ink-3">{release.format}</span></th>
            <td class="mono nowrap">{release.version}</td>
            <td>{state}</td>
            <td class="num">{number(release.terms)}</td>
            <td class="num">{number(release.names)}</td>
            <td class="num">{number(release.obsolete)}</td>
            <td class="num">{problems}</td>
            <td class="num">{bytes(release.size_bytes.unsigned_abs())}</td>
            <td class="mono" title=release.sha256>{hash}</td>
            <td class="nowrap" title=release.source>{release.installed_at.day_text()} <div class="hint">{release.installed_by}</div></td>
            {changes}
        </tr>
    }
    .into_any()
}

/// Only one that is not in use can be chosen or removed.
fn changes(release: &OntologyRelease) -> Option<AnyView> {
    if release.in_use {
        return None;
    }
    let named = format!("{} {}", release.name, release.version);
    let hidden = |release: &OntologyRelease| {
        view! {
            <input type="hidden" name="name" value=release.name.clone()/>
            <input type="hidden" name="sha256" value=release.sha256.clone()/>
        }
    };
    let again = format!("Use {named}? Every sample is annotated again with it.");
    let gone = format!("Remove {named}? It can be installed again from its source.");
    Some(
        view! {
            <div class="row">
                <form method="post" action="/_fn/use_release" data-confirm=again>{hidden(release)}<Button small=true text="Use"/></form>
                <form method="post" action="/_fn/remove_release" data-confirm=gone>{hidden(release)}<Button small=true kind=Kind::Danger text="Remove"/></form>
            </div>
        }
        .into_any(),
    )
}

/// The oddities of one release, with their lines.
fn problem_list(problems: Problems) -> AnyView {
    let Problems { name, sha256, found } = problems;
    let total = found.total.unsigned_abs();
    let shown = found.items.len() as u64;
    let rows = found.items.into_iter().map(|problem| {
        let line = match problem.line {
            0 => view! { <Absent reason="its format has no lines"/> }.into_any(),
            line => count(line.unsigned_abs()).into_any(),
        };
        view! { <tr><td class="num fit">{line}</td><th scope="row" class="ink-2">{problem.message}</th></tr> }
    });
    let rows = rows.collect_view();
    let head =
        || view! { <th scope="col" class="num">"Line"</th><th scope="col">"What is odd, and what was done"</th> };
    let cut = (shown < total).then(|| view! { <span>{format!("the first {}", count(shown))}</span> });
    let foot =
        move || view! { <TableFoot total=total noun=if total == 1 { "problem" } else { "problems" }>{cut}</TableFoot> };
    view! {
        <section id="problems" aria-labelledby="problems-h">
            <div class="section-head">
                <h2 id="problems-h">{format!("Problems of {name}")}</h2>
                <p class="mono">{super::dataset::short_hash(&sha256)}</p>
                <a class="small push" href="/ontologies">"Close"</a>
            </div>
            <Table caption=format!("Problems of {name}") head=head foot=foot>{rows}</Table>
        </section>
    }
    .into_any()
}

fn install(known: Vec<KnownOntology>) -> AnyView {
    let options =
        known.iter().map(|one| view! { <option value=one.name.clone()>{one.title.clone()}</option> }).collect_view();
    let rows = known.into_iter().map(|one| {
        let from = match one.address {
            Some(address) => view! { <span class="mono wrap">{address}</span> }.into_any(),
            None => view! { <span class="ink-3">"no published file that is read here"</span> }.into_any(),
        };
        let note = (!one.note.is_empty()).then(|| view! { <div class="hint">{one.note}</div> });
        view! { <dt>{one.name}</dt><dd>{one.title} <div class="hint">{from}</div>{note}</dd> }
    });
    let rows = rows.collect_view();
    view! {
        <section id="install" aria-labelledby="install-h">
            <div class="section-head"><h2 id="install-h">"Install a release"</h2><p>"OBO, CELLxGENE's JSON, Cellosaurus, NCBI's taxonomy; fetched, read and prepared as a job"</p></div>
            <datalist id="known-ontologies">{options}</datalist>
            <form class="grid min-15 end" method="post" action="/_fn/install_ontology">
                <div class="field">
                    <label class="label" for="field-name">"Name"</label>
                    <input class="input" id="field-name" name="name" list="known-ontologies" placeholder="MONDO" autocomplete="off" required=true aria-describedby="field-name-note"/>
                    <p class="hint" id="field-name-note">"the prefix of its terms"</p>
                </div>
                <Field name="from" label="Address" mono=true placeholder="https://purl.obolibrary.org/obo/mondo.obo" hint="https; empty for the address that is known for the name"/>
                <div><Button kind=Kind::Primary icon=Icon::DownTray text="Install"/></div>
            </form>
            <details class="known"><summary class="small more">"Ontologies that fields ask for, and where they are published"</summary><dl class="source">{rows}</dl></details>
        </section>
    }
    .into_any()
}
