//! One job: how far it is, what became of each file, and every warning with its line.

use crate::address::address;
use crate::flash::Notice;
use crate::islands::{JobLine, LiveJobs};
use crate::load::member_page;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::identity::Me;
use chorale_model::jobs::{Job, JobDataset, JobFile, JobState, Warning};
use chorale_model::{Role, Time};
use chorale_platform::jobs;
use chorale_ui::number::{bytes, count, duration_ms};
use chorale_ui::{
    Absent, Alert, CopyAs, Crumb, Empty, Fact, Facts, Icon, LinkButton, Segmented, Status, Table, TableFoot, Tone,
};
use leptos::prelude::*;
use std::collections::BTreeMap;

/// `/jobs/{id}`
#[component]
pub fn JobPage() -> impl IntoView {
    member_page(|asked| async move {
        let job = jobs::load_job(&asked.ctx, asked.id()?).await?;
        let severity = asked.word("severity");
        let page = jobs::list_warnings(&asked.ctx, job.id, Some(&severity), asked.page(100)).await?;
        let counts = jobs::count_warnings(&asked.ctx, job.id).await?;
        let next = page.next_cursor.as_deref();
        let paging = asked.paging(&format!("/jobs/{}", job.id), &[("severity", &severity)], next).at("warnings");
        let noticed = Noticed { page: page.items, counts, severity, paging };
        Ok(draw(&asked.me, job, noticed, asked.ctx.now()))
    })
}

/// One page of a job's warnings.
pub struct Noticed {
    pub page: Vec<Warning>,
    /// How many of each severity were kept.
    pub counts: BTreeMap<String, i64>,
    /// What they were narrowed to; empty for all.
    pub severity: String,
    pub paging: Paging,
}

/// The page of a job with one page of its warnings.
pub fn draw(me: &Me, job: Job, noticed: Noticed, now: Time) -> Screen {
    let title = if job.title.is_empty() { job.kind.clone() } else { job.title.clone() };
    let lines = vec![JobLine::from(&job)];
    let may_change = me.role >= Role::Curator;
    let crumbs = vec![Crumb::link("Jobs", "/jobs"), Crumb::here(title.clone())];
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1 class="wrap">{title.clone()}</h1></div></header>
            <div class="stack gap-8">
                <Notice actions=&["cancel_job", "retry_job"]/>
                <div class="panel"><LiveJobs jobs=lines only=true may_change=may_change now_ms=now.0 as f64 / 1e3 grows=None/></div>
                {failure(&job)}
                {facts(&job)}
                {files(&job)}
                {warning_table(&job, noticed)}
            </div>
        </div>
    };
    Screen::new(title, Place::Jobs, crumbs, body.into_any()).with_action(archive(me, &job))
}

/// The archive that an export made, for whom the REST API gives it to.
fn archive(me: &Me, job: &Job) -> Option<AnyView> {
    let made = job.state == JobState::Succeeded && me.role >= Role::Admin;
    let href = job.result.as_ref()?.get("download")?.as_str().filter(|_| made)?.to_owned();
    Some(view! { <LinkButton kind=chorale_ui::Kind::Primary download=true icon=Icon::DownTray href=href text="Download the archive"/> }.into_any())
}

fn failure(job: &Job) -> Option<AnyView> {
    let error = job.error.clone().filter(|_| job.state == JobState::Failed)?;
    if job.files.iter().any(|file| file.state == "needs_mapping") {
        let title = "A table waits for its columns to be explained.";
        let next = "Its bytes are here and safe. Say below what its columns mean, and it is imported.";
        return Some(view! { <Alert tone=Tone::Warn title=title><p>{next}</p></Alert> }.into_any());
    }
    let safe = "Nothing of the failed file was kept; files that succeeded and everything imported before are unharmed.";
    Some(view! { <Alert tone=Tone::Bad title=error><p>{safe}</p></Alert> }.into_any())
}

fn facts(job: &Job) -> AnyView {
    let took = job.started_at.zip(job.ended_at).map(|(start, end)| duration_ms(end.since(start) as f64 / 1_000.0));
    let by = job.created_by.clone().unwrap_or_else(|| "the platform".to_owned());
    let attempts = format!("{} of {}", job.attempts, job.max_attempts);
    let made = job.created_at.minute_text();
    let kind = job.kind.clone();
    view! {
        <Facts>
            <Fact label="Kind">{kind}</Fact>
            <Fact label="By">{by}</Fact>
            <Fact label="Queued (UTC)">{made}</Fact>
            <Fact label="Took">
                {match took {
                    Some(took) => took.into_any(),
                    None => view! { <Absent reason="it has not ended"/> }.into_any(),
                }}
            </Fact>
            <Fact label="Attempt">{attempts}</Fact>
        </Facts>
    }
    .into_any()
}

/// `GSE6344 on GPL96`; a table's dataset has no platform.
fn named(made: &JobDataset) -> String {
    if made.platform.is_empty() { made.accession.clone() } else { format!("{} on {}", made.accession, made.platform) }
}

fn file_status(file: &JobFile) -> AnyView {
    let (tone, icon, word) = match file.state.as_str() {
        "succeeded" => (Tone::Ok, Icon::Ok, "succeeded"),
        "unchanged" => (Tone::Ok, Icon::Ok, "already here"),
        "running" => (Tone::Info, Icon::Run, "running"),
        "failed" => (Tone::Bad, Icon::Bad, "failed"),
        "cancelled" => (Tone::Plain, Icon::X, "cancelled"),
        "needs_mapping" => (Tone::Warn, Icon::Columns, "needs its columns explained"),
        _ => (Tone::Plain, Icon::Clock, "queued"),
    };
    view! { <Status tone=tone icon=icon word=word/> }.into_any()
}

/// A table whose columns nobody explained yet is explained on a page of its own; its bytes are here.
fn explain(job: &Job, file: &JobFile) -> Option<AnyView> {
    let sha256 = file.sha256.as_deref().filter(|_| file.state == "needs_mapping")?;
    let id = job.id.to_string();
    let href = address("/import/columns", [("job", id.as_str()), ("file", sha256)]);
    Some(view! { <LinkButton small=true icon=Icon::Columns href=href text="Explain the columns"/> }.into_any())
}

fn files(job: &Job) -> Option<AnyView> {
    let files = &job.files;
    if files.is_empty() {
        return None;
    }
    let total = files.len() as u64;
    let rows = files.iter().map(|file| {
        let datasets = file.datasets.iter().map(|made| {
            view! { <a class="acc" href=format!("/datasets/{}", made.id)>{named(made)}</a> " " }
        });
        let size = match file.size_bytes {
            Some(size) => bytes(size.unsigned_abs()).into_any(),
            None => view! { <Absent reason="not known yet"/> }.into_any(),
        };
        view! {
            <tr>
                <th scope="row"><span class="acc wrap">{file.name.clone()}</span><div class="hint">{file.message.clone()}</div></th>
                <td>{file_status(file)} {explain(job, file)}</td>
                <td><span class="row gap-2">{datasets.collect_view()}</span></td>
                <td class="num">{count(file.samples.unsigned_abs())}</td>
                <td class="num">{size}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let head = || {
        view! {
            <th scope="col">"File"</th>
            <th scope="col">"State"</th>
            <th scope="col">"Datasets"</th>
            <th scope="col" class="num">"Samples"</th>
            <th scope="col" class="num">"Size"</th>
        }
    };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "file" } else { "files" }/> };
    Some(
        view! {
            <section aria-labelledby="files-h">
                <div class="section-head"><h2 id="files-h">"Files"</h2></div>
                <Table caption="Files" head=head foot=foot>{rows}</Table>
            </section>
        }
        .into_any(),
    )
}

fn warning_table(job: &Job, noticed: Noticed) -> AnyView {
    let Noticed { page, counts, severity, paging } = noticed;
    let base = format!("/jobs/{}", job.id);
    let kept = |key: &str| -> u64 {
        let of_key = counts.iter().filter(|(severity, _)| key.is_empty() || severity.as_str() == key);
        of_key.map(|(_, n)| n.unsigned_abs()).sum()
    };
    let kinds = [("All", ""), ("Errors", "error"), ("Warnings", "warning"), ("Notes", "note")].map(|(words, key)| {
        let href = format!("{}#warnings", address(&base, [("severity", key)]));
        (format!("{words} {}", count(kept(key))), href, key == severity)
    });
    let rest = format!("/api/v1/jobs/{}/warnings", job.id);
    let tsv = address(&rest, [("severity", severity.as_str()), ("format", "tsv")]);
    let lost = job.warnings_total.unsigned_abs().saturating_sub(kept(""));
    let list = if page.is_empty() {
        let (title, text) = match (kept(""), job.state.ended()) {
            (0, true) => ("No warnings", "Every line was read as it was meant."),
            (0, false) => ("No warnings so far", "They appear here when the job has ended."),
            _ => ("No warning of this kind", "The other kinds have some."),
        };
        view! { <div class="panel"><Empty icon=Icon::Ok title=title text=text/></div> }.into_any()
    } else {
        let rows = page.into_iter().map(warning_row).collect_view();
        let head = || {
            view! {
                <th scope="col">"Kind"</th>
                <th scope="col">"File"</th>
                <th scope="col" class="num">"Line"</th>
                <th scope="col">"What"</th>
                <th scope="col">"Expected and done"</th>
            }
        };
        let total = kept(&severity);
        let tools = view! {
            {(lost > 0).then(|| view! { <span>{format!("{} more were only counted", count(lost))}</span> })}
            <CopyAs snippets=snippet::table(&tsv, '\t')/>
            <LinkButton kind=chorale_ui::Kind::Quiet small=true download=true icon=Icon::DownTray href=tsv text="TSV"/>
        };
        let foot = move || paging.foot(total, "warning", "warnings", tools);
        view! { <Table caption="Warnings" head=head foot=foot>{rows}</Table> }.into_any()
    };
    view! {
        <section id="warnings" aria-labelledby="warnings-h">
            <div class="section-head">
                <h2 id="warnings-h">"Warnings"</h2>
                <p>"what was expected, and what was done"</p>
                <span class="push"><Segmented label="Which warnings" items=kinds.to_vec()/></span>
            </div>
            {list}
        </section>
    }
    .into_any()
}

fn warning_row(warning: Warning) -> AnyView {
    let (tone, word) = match warning.severity.as_str() {
        "error" => (Tone::Bad, "error"),
        "note" => (Tone::Info, "note"),
        _ => (Tone::Warn, "warning"),
    };
    let line = match warning.line {
        0 => view! { <Absent reason="concerns the whole file"/> }.into_any(),
        line => count(line.unsigned_abs()).into_any(),
    };
    let what = if warning.what.is_empty() { warning.message } else { warning.what };
    let expected =
        [warning.expected, warning.done].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("; ");
    view! {
        <tr>
            <td><Status tone=tone word=word/></td>
            <th scope="row"><span class="acc wrap">{warning.file}</span></th>
            <td class="num">{line}</td>
            <td>{what}</td>
            <td class="ink-2">{expected}</td>
        </tr>
    }
    .into_any()
}
