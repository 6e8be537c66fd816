//! Explains the columns of a table that was uploaded: which one names the samples, what the others mean.

use crate::flash::Notice;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_model::sources::{ColumnMeaning, ColumnRole, Inspection, UploadedFile};
use chorale_model::{Fault, Role};
use chorale_platform::{jobs, sources};
use chorale_ui::{Alert, Button, Crumb, Field, Tone, button::Kind};
use leptos::prelude::*;

/// `/import/columns?job=…&file=SHA-256`
#[component]
pub fn MappingPage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let job = jobs::load_job(&asked.ctx, asked.word("job").parse()?).await?;
        let sha256 = asked.word("file");
        let file = job.files.into_iter().find(|file| file.sha256.as_deref() == Some(sha256.as_str()));
        let file = file.ok_or_else(|| Fault::missing("file", &sha256))?;
        let uploaded = UploadedFile { name: file.name, sha256, size_bytes: file.size_bytes.unwrap_or(0) };
        Ok(draw(sources::inspect(&asked.ctx, uploaded).await?))
    })
}

/// The form: a column to each row, with the first values that stand in it.
pub fn draw(found: Inspection) -> Screen {
    let file = found.file.clone();
    let rows = found.columns.iter().enumerate().map(|(at, column)| {
        let said: Vec<&str> = found.preview.iter().filter_map(|row| row.get(at)).take(3).map(String::as_str).collect();
        row(at, column, said.join(" · "))
    });
    let rows = rows.collect_view();
    let warned = (!found.message.is_empty()).then(
        || view! { <Alert tone=Tone::Warn title="This file is not read as a table."><p>{found.message}</p></Alert> },
    );
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head">
                <div>
                    <h1>"Explain the columns"</h1>
                    <p class="page-sub">
                        <span class="acc">{file.name.clone()}</span>
                        " is here, but no column is known to name its samples. Exactly one must."
                    </p>
                </div>
            </header>
            <form class="stack gap-6" method="post" action="/_fn/import_mapped">
                <Notice actions=&["import_mapped"]/>
                {warned}
                <input type="hidden" name="name" value=file.name/>
                <input type="hidden" name="sha256" value=file.sha256/>
                <input type="hidden" name="size_bytes" value=file.size_bytes/>
                <div class="panel">
                    <div class="scroll" tabindex="0" role="region" aria-label="Table: columns">
                        <table class="table">
                            <caption class="sr">"Columns of the file"</caption>
                            <thead>
                                <tr>
                                    <th scope="col">"Column"</th>
                                    <th scope="col">"Means"</th>
                                    <th scope="col">"First values"</th>
                                </tr>
                            </thead>
                            <tbody>{rows}</tbody>
                        </table>
                    </div>
                </div>
                <div class="grid min-15 end">
                    <Field name="collection" label="Into the collection" hint="a new name makes a new collection" required=true/>
                    <div><Button kind=Kind::Primary text="Import with these meanings"/></div>
                </div>
            </form>
        </div>
    };
    let crumbs = vec![Crumb::link("Import", "/import"), Crumb::here("Columns")];
    Screen::new("Columns", Place::Imports, crumbs, body.into_any())
}

fn row(at: usize, column: &ColumnMeaning, said: String) -> AnyView {
    let field = |part: &str| format!("columns[{at}][{part}]");
    let id = format!("column-{at}");
    let label = id.clone();
    let options = ColumnRole::ALL.map(|role| {
        let key = serde_json::to_value(role).ok().and_then(|key| key.as_str().map(str::to_owned)).unwrap_or_default();
        view! { <option value=key selected=role == column.role>{role.label()}</option> }
    });
    view! {
        <tr>
            <th scope="row">
                <label for=label>{column.name.clone()}</label>
                <input type="hidden" name=field("name") value=column.name.clone()/>
                <input type="hidden" name=field("channel") value=column.channel/>
                <input type="hidden" name=field("separator") value=column.separator.to_string()/>
            </th>
            <td><select class="input short" id=id name=field("role")>{options.collect_view()}</select></td>
            <td class="ink-2"><span class="clip">{said}</span></td>
        </tr>
    }
    .into_any()
}
