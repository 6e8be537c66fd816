//! The card of a version that a client registered: what it takes and answers, what it needs, what its run measured and
//! was given, its files; and beside them where all of it came from.

use crate::address::address;
use crate::pages::experiments::number;
use chorale_model::experiments::{DatasetInput, KeyValue, LoggedModelId, Run};
use chorale_model::registry::{Flavor, ModelFormat, ModelVersion, Signature, SignatureColumn, VersionCard};
use chorale_ui::number::{bytes, counted};
use chorale_ui::{Absent, Badge, Empty, Glyph, Icon, Table, TableFoot};
use leptos::prelude::*;

/// The middle of the page.
pub fn draw(card: &VersionCard) -> AnyView {
    view! {
        {measured(card)}
        {format(card)}
        {given(card)}
        {files(card)}
    }
    .into_any()
}

fn section(id: &'static str, title: &'static str, about: String, body: AnyView) -> AnyView {
    view! {
        <section class="stack" aria-labelledby=id>
            <div class="section-head"><h2 id=id>{title}</h2><p>{about}</p></div>
            {body}
        </section>
    }
    .into_any()
}

fn nothing(icon: Icon, title: &'static str, text: &'static str) -> AnyView {
    view! { <div class="panel"><Empty icon=icon title=title text=text/></div> }.into_any()
}

fn measured(card: &VersionCard) -> AnyView {
    let body = match &card.run {
        Some(run) if !run.metrics.is_empty() => metrics(run),
        Some(_) => {
            nothing(Icon::Info, "Its run logged no metric", "mlflow.log_metric measures what a version is chosen by.")
        }
        None => nothing(
            Icon::Info,
            "It names no run of this organization",
            "Registered from a run, a version has its metrics, params and training data here.",
        ),
    };
    section("metrics-h", "Metrics", "the newest value of each, as its run logged it".to_owned(), body)
}

fn metrics(run: &Run) -> AnyView {
    let rows = run.metrics.iter().map(|one| {
        let href = format!("{}#curves", address(&format!("/runs/{}", run.info.id), [("metric", one.key.as_str())]));
        let exact = one.value.to_string();
        view! {
            <tr>
                <th scope="row"><a class="mono wrap" href=href>{one.key.clone()}</a></th>
                <td class="num" title=exact>{number(one.value)}</td>
                <td class="num ink-3">{one.step}</td>
            </tr>
        }
    });
    let (rows, total) = (rows.collect_view(), run.metrics.len() as u64);
    let head = || {
        view! {
            <th scope="col">"Metric"</th>
            <th scope="col" class="num">"Value"</th>
            <th scope="col" class="num">"Step"</th>
        }
    };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "metric" } else { "metrics" }/> };
    view! { <Table caption="Metrics of its run" head=head foot=foot>{rows}</Table> }.into_any()
}

fn given(card: &VersionCard) -> AnyView {
    let Some(run) = card.run.as_ref().filter(|run| !run.params.is_empty()) else { return ().into_any() };
    let rows = run.params.iter().map(|one| {
        view! { <tr><th scope="row" class="mono wrap">{one.key.clone()}</th><td class="mono wrap">{one.value.clone()}</td></tr> }
    });
    let (rows, total) = (rows.collect_view(), run.params.len() as u64);
    let head = || view! { <th scope="col">"Param"</th><th scope="col">"Value"</th> };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "param" } else { "params" }/> };
    let table = view! { <Table caption="Params of its run" head=head foot=foot>{rows}</Table> }.into_any();
    section("params-h", "Params", "what its run was given".to_owned(), table)
}

fn format(card: &VersionCard) -> AnyView {
    let has_file = card.files.iter().any(|file| file.path == "MLmodel");
    let body = match &card.format {
        Some(format) => view! { <div class="stack gap-4">{flavors(format)}{signature(format.signature.as_ref())}{requirements(&format.requirements)}</div> }.into_any(),
        None if has_file => view! { <p class="dense ink-2">"Its MLmodel is not of the form that MLflow writes; download it to read it."</p> }.into_any(),
        None => view! { <p class="dense ink-2">"There is no MLmodel among its files here, so nothing says how it is loaded."</p> }.into_any(),
    };
    section("format-h", "Format", "as its MLmodel says".to_owned(), body)
}

fn flavors(format: &ModelFormat) -> AnyView {
    let rows = format.flavors.iter().map(|Flavor { name, says }| {
        let says = says.iter().map(|one| format!("{} {}", one.key, one.value)).collect::<Vec<_>>().join(" · ");
        view! { <dt><Badge text=name.clone()/></dt><dd class="wrap ink-2">{says}</dd> }
    });
    view! { <dl class="facts" data-rows>{rows.collect_view()}</dl> }.into_any()
}

fn signature(said: Option<&Signature>) -> AnyView {
    let Some(Signature { inputs, outputs, params }) = said else {
        return view! { <p class="dense ink-2">"It has no signature: nothing says what it takes. mlflow.models.infer_signature makes one."</p> }.into_any();
    };
    let part = |what: &'static str, columns: &[SignatureColumn]| {
        let rows = columns.iter().map(|one| {
            let name = match one.name.is_empty() {
                true => view! { <Absent reason="it has no name"/> }.into_any(),
                false => one.name.clone().into_any(),
            };
            let need = if one.required { "required" } else { "optional" };
            view! { <tr><td>{what}</td><th scope="row" class="mono wrap">{name}</th><td class="mono">{one.kind.clone()}</td><td class="ink-3">{need}</td></tr> }
        });
        rows.collect_view()
    };
    let rows = view! { {part("takes", inputs)}{part("answers", outputs)}{part("param", params)} };
    let total = (inputs.len() + outputs.len() + params.len()) as u64;
    let head = || {
        view! {
            <th scope="col">"What"</th>
            <th scope="col">"Name"</th>
            <th scope="col">"Type"</th>
            <th scope="col"><span class="sr">"Required"</span></th>
        }
    };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "column" } else { "columns" }/> };
    view! { <Table caption="Signature" head=head foot=foot>{rows}</Table> }.into_any()
}

fn requirements(lines: &[String]) -> Option<AnyView> {
    if lines.is_empty() {
        return None;
    }
    let text = lines.join("\n");
    let many = counted(lines.len() as u64, "requirement", "requirements");
    Some(view! { <details class="fold"><summary>{many}</summary><pre class="code" tabindex="0" role="region" aria-label="Requirements">{text}</pre></details> }.into_any())
}

/// Where one of its files is downloaded.
fn download_of(version: &ModelVersion, path: &str) -> String {
    let number = version.version.to_string();
    address("/model-versions/get-artifact", [("name", version.name.as_str()), ("version", &number), ("path", path)])
}

fn files(card: &VersionCard) -> AnyView {
    if card.files.is_empty() {
        let body = match card.version.source.location.is_empty() {
            true => nothing(Icon::Doc, "It has no files", "A version is registered with what its run logged."),
            false => nothing(
                Icon::Doc,
                "Its files are not here",
                "They lie where its source says, or nothing was logged there.",
            ),
        };
        return section("files-h", "Files", String::new(), body);
    }
    let rows = card.files.iter().map(|file| {
        let says = format!("Download {}", file.path);
        let short = file.sha256[..file.sha256.len().min(12)].to_owned();
        view! {
            <tr>
                <th scope="row" class="mono wrap">{file.path.clone()}</th>
                <td class="num">{bytes(file.size_bytes.unsigned_abs())}</td>
                <td class="mono ink-3 wide-only" title=file.sha256.clone()>{short}</td>
                <td class="fit"><a class="icon-link" href=download_of(&card.version, &file.path) download="" aria-label=says.clone() title=says><Glyph icon=Icon::DownTray/></a></td>
            </tr>
        }
    });
    let (rows, total) = (rows.collect_view(), card.files.len() as u64);
    let noun = match (card.has_more, total) {
        (true, _) => "files shown; there are more",
        (false, 1) => "file",
        (false, _) => "files",
    };
    let head = || {
        view! {
            <th scope="col">"File"</th>
            <th scope="col" class="num">"Size"</th>
            <th scope="col" class="wide-only">"SHA-256"</th>
            <th scope="col" class="fit"><span class="sr">"Download"</span></th>
        }
    };
    let foot = move || view! { <TableFoot total=total noun=noun/> };
    let table = view! { <Table caption="Files of this version" head=head foot=foot>{rows}</Table> }.into_any();
    section("files-h", "Files", bytes(card.size_bytes().unsigned_abs()), table)
}

/// Where it came from, for the side of the page.
pub fn origin(card: &VersionCard) -> AnyView {
    let run = match &card.run {
        Some(run) => {
            let (href, name) = (format!("/runs/{}", run.info.id), run.info.name.clone());
            let experiment = card.experiment.clone().unwrap_or_default();
            let of = format!("/experiments/{}", run.info.experiment);
            view! { <dt>"Run"</dt><dd><a href=href>{name}</a></dd><dt>"Experiment"</dt><dd><a href=of>{experiment}</a></dd> }.into_any()
        }
        None => view! { <dt>"Run"</dt><dd><Absent reason="it names no run of this organization"/></dd> }.into_any(),
    };
    let source = &card.version.source;
    let model = source.logged_model.parse::<LoggedModelId>().ok();
    let model = model.map(|id| view! { <dt>"Logged model"</dt><dd class="mono wrap">{id.to_string()}</dd> });
    let format = card.format.as_ref();
    let python = fact("Python", format.and_then(|format| format.python_version.clone()));
    let mlflow = fact("MLflow", format.and_then(|format| format.mlflow_version.clone()));
    let said = source.uri.clone();
    view! {
        <section class="stack gap-2">
            <h2 class="aside-h">"Where it came from"</h2>
            <dl class="facts" data-rows>
                {run}
                {model}
                <dt>"Source"</dt><dd class="mono wrap">{said}</dd>
                {python}
                {mlflow}
            </dl>
        </section>
        {trained_on(card.run.as_ref())}
    }
    .into_any()
}

fn fact(label: &'static str, value: Option<String>) -> Option<AnyView> {
    value.map(|value| view! { <dt>{label}</dt><dd class="mono">{value}</dd> }.into_any())
}

/// The data that its run read, each pinned by its digest.
fn trained_on(run: Option<&Run>) -> AnyView {
    let datasets: &[DatasetInput] = run.map_or(&[], |run| &run.datasets);
    let items = datasets.iter().map(|DatasetInput { dataset, tags }| {
        let context = KeyValue::find(tags, "mlflow.data.context").unwrap_or("read").to_owned();
        let about = format!("{context} · digest {}", dataset.digest);
        view! { <li>{dataset.name.clone()}<br/><span class="mono ink-3 wrap">{about}</span></li> }
    });
    let list = match datasets.is_empty() {
        true => view! { <p class="ink-3">"Its run named no dataset; mlflow.log_input does."</p> }.into_any(),
        false => view! { <ul class="stack gap-2 dense">{items.collect_view()}</ul> }.into_any(),
    };
    view! { <section class="stack gap-2"><h2 class="aside-h">"Training data"</h2>{list}</section> }.into_any()
}
