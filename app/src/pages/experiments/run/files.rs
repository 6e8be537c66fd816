//! A run's files as a tree, and one of them looked at.

use super::address_of;
use crate::address::{address, one};
use crate::load::Asked;
use crate::markdown::markdown;
use chorale_model::experiments::{ArtifactEntry, Run};
use chorale_model::page::PageRequest;
use chorale_model::{Fault, FaultKind};
use chorale_platform::experiments::{self, Owner, Part, Preview};
use chorale_ui::number::{bytes, counted};
use chorale_ui::{Empty, Glyph, Icon, Kind, LinkButton, Table, TableFoot};
use leptos::prelude::*;
use std::collections::BTreeMap;

pub enum Shown {
    Tree {
        files: Vec<ArtifactEntry>,
        has_more: bool,
        looked: Option<Looked>,
    },
    /// They are kept elsewhere: where.
    Elsewhere(String),
}

pub struct Looked {
    path: String,
    /// None: the file is gone.
    found: Option<(i64, Preview)>,
}

pub async fn load(asked: &Asked, run: &Run) -> Result<Shown, Fault> {
    let owner = Owner::Run(run.info.id);
    let page = PageRequest { limit: Some(PageRequest::MAX), cursor: None };
    let (files, has_more) = match experiments::list_all_artifacts(&asked.ctx, owner, page).await {
        Ok(found) => (found.items, found.next_cursor.is_some()),
        Err(fault) if fault.kind == FaultKind::Invalid => return Ok(Shown::Elsewhere(fault.message)),
        Err(fault) => return Err(fault),
    };
    let looked = match one(&asked.query, "file") {
        Some(path) => {
            let found = match experiments::preview_artifact(&asked.ctx, owner, &path).await {
                Ok((file, preview)) => Some((file.size_bytes, preview)),
                Err(fault) if fault.kind == FaultKind::Missing => None,
                Err(fault) => return Err(fault),
            };
            Some(Looked { path, found })
        }
        None => None,
    };
    Ok(Shown::Tree { files, has_more, looked })
}

/// Where a file is downloaded, and where MLflow's own pages ask for it.
fn download_of(run: &Run, path: &str) -> String {
    address("/get-artifact", [("run_id", run.info.id.to_string().as_str()), ("path", path)])
}

pub fn draw(asked: &Asked, run: &Run, shown: Shown) -> AnyView {
    let body = match shown {
        Shown::Elsewhere(why) => view! { <p class="dense ink-2">{why}</p> }.into_any(),
        Shown::Tree { files, .. } if files.is_empty() => view! {
            <div class="panel"><Empty icon=Icon::Doc title="It has no files" text="mlflow.log_artifact(\"plot.png\") puts one here."/></div>
        }
        .into_any(),
        Shown::Tree { files, has_more, looked } => {
            let looked = looked.map(|looked| look(run, looked));
            view! { <div class="stack gap-4">{table(asked, run, &files, has_more)}{looked}</div> }.into_any()
        }
    };
    view! {
        <section aria-labelledby="artifacts">
            <div class="section-head"><h2 id="artifacts">"Artifacts"</h2><p class="mono wrap">{run.info.artifact_uri.clone()}</p></div>
            {body}
        </section>
    }
    .into_any()
}

/// A line of the tree: a folder with all that is below it, or a file.
#[derive(Debug, PartialEq)]
struct Line {
    depth: usize,
    path: String,
    /// Of a folder, how many files it holds.
    files: Option<u64>,
    size_bytes: i64,
}

/// Files in the order of their paths, each folder before what lies in it.
fn lines(files: &[ArtifactEntry]) -> Vec<Line> {
    let mut folders: BTreeMap<&str, (u64, i64)> = BTreeMap::new();
    for file in files {
        for (at, _) in file.path.match_indices('/') {
            let sums = folders.entry(&file.path[..at]).or_default();
            *sums = (sums.0 + 1, sums.1 + file.size_bytes.unwrap_or(0));
        }
    }
    let folder = |(path, (many, size_bytes)): (&&str, &(u64, i64))| Line {
        depth: path.matches('/').count(),
        path: (*path).to_owned(),
        files: Some(*many),
        size_bytes: *size_bytes,
    };
    let file = |file: &ArtifactEntry| Line {
        depth: file.path.matches('/').count(),
        path: file.path.clone(),
        files: None,
        size_bytes: file.size_bytes.unwrap_or(0),
    };
    let mut all: Vec<Line> = folders.iter().map(folder).chain(files.iter().map(file)).collect();
    // Part by part, or "a-b" would come between "a" and "a/c".
    all.sort_by(|a, b| a.path.split('/').cmp(b.path.split('/')));
    all
}

fn table(asked: &Asked, run: &Run, files: &[ArtifactEntry], has_more: bool) -> AnyView {
    let total = files.len() as u64;
    let here = one(&asked.query, "file").unwrap_or_default();
    let rows = lines(files).into_iter().map(|line| row(run, line, &here)).collect_view();
    let head = || {
        view! {
            <th scope="col">"File"</th>
            <th scope="col" class="num">"Size"</th>
            <th scope="col" class="fit"><span class="sr">"Download"</span></th>
        }
    };
    let noun = match (has_more, total) {
        (true, _) => "files shown; the others are listed by the API",
        (false, 1) => "file",
        (false, _) => "files",
    };
    let json = format!("/api/v1/runs/{}/artifacts", run.info.id);
    let foot = move || {
        view! { <TableFoot total=total noun=noun><chorale_ui::CopyAs snippets=crate::snippet::json(&json)/></TableFoot> }
    };
    view! { <div class="files"><Table caption="Files of this run" head=head foot=foot>{rows}</Table></div> }.into_any()
}

fn row(run: &Run, line: Line, here: &str) -> AnyView {
    let depth = line.depth.min(8).to_string();
    let name = line.path.rsplit('/').next().unwrap_or(&line.path).to_owned();
    let size = bytes(line.size_bytes.unsigned_abs());
    if let Some(many) = line.files {
        return view! {
            <tr>
                <th scope="row" data-depth=depth>
                    <span class="row"><Glyph icon=Icon::Stack/><span class="mono">{name}"/"</span> " " <span class="ink-3">{counted(many, "file", "files")}</span></span>
                </th>
                <td class="num ink-3">{size}</td>
                <td class="fit"></td>
            </tr>
        }
        .into_any();
    }
    let look = format!("{}#look", address(&address_of(run.info.id), [("file", line.path.as_str())]));
    let download = download_of(run, &line.path);
    let says = format!("Download {}", line.path);
    view! {
        <tr aria-selected=(line.path == here).then_some("true")>
            <th scope="row" data-depth=depth>
                <span class="row"><Glyph icon=Icon::Doc/><a class="mono" href=look>{name}</a></span>
            </th>
            <td class="num">{size}</td>
            <td class="fit"><a class="icon-link" href=download download="" aria-label=says.clone() title=says><Glyph icon=Icon::DownTray/></a></td>
        </tr>
    }
    .into_any()
}

fn look(run: &Run, Looked { path, found }: Looked) -> AnyView {
    let Some((size_bytes, preview)) = found else {
        return view! {
            <section aria-labelledby="look" class="stack gap-2">
                <div class="section-head"><h3 id="look" class="mono wrap">{path}</h3></div>
                <p class="dense ink-2">"There is no such file any more; choose one of the files above."</p>
            </section>
        }
        .into_any();
    };
    let download = download_of(run, &path);
    let shown = match preview {
        Preview::Image => picture(download.clone(), &path),
        Preview::Drawing => picture(sandboxed(run, &path), &path),
        Preview::Page => framed(sandboxed(run, &path), &path),
        Preview::Markdown { text, part } => view! {
            <div class="panel artifact roomy" tabindex="0" role="region" aria-label="The file's text">{markdown(&text)}</div>
            {rest(part, &download)}
        }
        .into_any(),
        Preview::Table { heads, rows, more } => values(heads, rows, more, &download),
        Preview::Text { text, part } => {
            view! { <pre class="code artifact" tabindex="0" role="region" aria-label="The file's text">{text}</pre>{rest(part, &download)} }.into_any()
        }
        Preview::Nothing(why) => view! { <p class="dense ink-2">{why}</p> }.into_any(),
    };
    let size = bytes(size_bytes.unsigned_abs());
    view! {
        <section aria-labelledby="look" class="stack gap-2">
            <div class="section-head">
                <h3 id="look" class="mono wrap">{path}</h3>
                <p>{size}</p>
                <span class="push"><LinkButton kind=Kind::Quiet small=true icon=Icon::DownTray download=true href=download text="Download"/></span>
            </div>
            {shown}
        </section>
    }
    .into_any()
}

/// Where a file is shown as what it is, alone.
fn sandboxed(run: &Run, path: &str) -> String {
    address(&format!("/api/v1/runs/{}/artifacts/sandboxed", run.info.id), [("path", path)])
}

fn picture(src: String, path: &str) -> AnyView {
    let alt = format!("The picture {path}");
    view! { <img class="artifact" src=src alt=alt/> }.into_any()
}

fn framed(src: String, path: &str) -> AnyView {
    let title = format!("The page {path}");
    view! {
        <iframe class="artifact" src=src title=title sandbox="allow-scripts" referrerpolicy="no-referrer"></iframe>
        <p class="hint">"It runs in a sandbox of its own: it sees nothing of Chorale, and what it would load from elsewhere stays out."</p>
    }
    .into_any()
}

/// Where what is not shown is.
fn rest(part: Part, download: &str) -> Option<AnyView> {
    let says = match part {
        Part::Whole => return None,
        Part::Beginning => "This is its beginning; it goes on. ",
        Part::End => "This is its end. ",
    };
    let href = download.to_owned();
    Some(view! { <p class="hint">{says}<a href=href download="">"Download the whole"</a></p> }.into_any())
}

fn values(heads: Vec<String>, rows: Vec<Vec<String>>, more: bool, download: &str) -> AnyView {
    let total = rows.len() as u64;
    let is_number = |at: usize| {
        let mut values = rows.iter().filter_map(|row| row.get(at)).filter(|text| !text.is_empty()).peekable();
        values.peek().is_some() && values.all(|text| text.parse::<f64>().is_ok())
    };
    let numbers: Vec<bool> = (0..heads.len()).map(is_number).collect();
    let heads = heads.into_iter().zip(numbers.clone());
    let heads = heads.map(|(head, number)| view! { <th scope="col" class:num=number>{head}</th> }).collect_view();
    let rows = rows.into_iter().map(|row| {
        let cells = row.into_iter().zip(&numbers);
        let cells = cells.map(|(text, number)| view! { <td class:num=*number>{text}</td> }).collect_view();
        view! { <tr>{cells}</tr> }
    });
    let rows = rows.collect_view();
    let noun = match (more, total) {
        (true, _) => "rows shown; there is more in the file",
        (false, 1) => "row",
        (false, _) => "rows",
    };
    let whole = more.then(|| view! { <a href=download.to_owned() download="">"Download the whole"</a> });
    let foot = move || view! { <TableFoot total=total noun=noun>{whole}</TableFoot> };
    view! { <div class="values"><Table caption="Rows of the file" head=move || heads foot=foot>{rows}</Table></div> }
        .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_come_before_what_lies_in_them_with_its_sum() {
        let file =
            |path: &str, size: i64| ArtifactEntry { path: path.into(), is_folder: false, size_bytes: Some(size) };
        let tree = lines(&[file("a-b.txt", 1), file("a/c/d.txt", 2), file("a/e.txt", 4)]);
        let said: Vec<String> = tree
            .iter()
            .map(|line| format!("{}{} {:?} {}", " ".repeat(line.depth), line.path, line.files, line.size_bytes))
            .collect();
        assert_eq!(said, ["a Some(2) 6", " a/c Some(1) 2", "  a/c/d.txt None 2", " a/e.txt None 4", "a-b.txt None 1"]);
    }
}
