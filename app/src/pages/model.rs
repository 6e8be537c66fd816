//! A registered model: its versions, what each was trained with, and how it did.

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::models::aliases;
use crate::pages::{retraining, version, version_preview};
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::registry::{Evaluation, ModelVersion, RegisteredModel, VersionPreview};
use chorale_model::{Fault, Role};
use chorale_platform::{harmonize, registry};
use chorale_ui::number::bytes;
use chorale_ui::{Absent, Badge, Button, CopyAs, Crumb, Empty, Fact, Facts, Icon, Table, TableFoot};
use leptos::prelude::*;

/// The alias whose version does the work.
const CHAMPION: &str = "champion";

/// `/models/{name}`; `?preview=VERSION` says what a version of the annotator would change.
#[component]
pub fn ModelPage() -> impl IntoView {
    member_page(|asked| async move {
        let name = asked.path.get("name").unwrap_or_default();
        let model = registry::load_model(&asked.ctx, &name).await?;
        let versions = registry::list_versions(&asked.ctx, &name, asked.page(20)).await?;
        let path = format!("/models/{}", crate::address::encoded(&name));
        let paging = asked.paging(&path, &[], versions.next_cursor.as_deref());
        let word = asked.word("preview");
        let preview = match word.is_empty() {
            true => None,
            false => {
                let unknown = || Fault::missing("model version", format!("{name}/{word}"));
                let version = word.parse().map_err(|_| unknown())?;
                Some(harmonize::preview_version(&asked.ctx, &name, version, None).await?)
            }
        };
        let may = May::of(asked.me.role, &model);
        let next = retraining::load(&asked.ctx, &name).await?.map(|next| retraining::draw(next, asked.me.role));
        Ok(draw(model, versions.items, may, paging, (preview, next)))
    })
}

/// What the asker may do beside reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Point an alias at another version: curators for annotators, admins for all.
    pub promote: bool,
    /// See what a version of the annotator would change: curators.
    pub preview: bool,
}

impl May {
    fn of(role: Role, model: &RegisteredModel) -> May {
        let is_annotator = model.kind == "annotator";
        May {
            promote: role >= Role::Admin || (is_annotator && role >= Role::Curator),
            preview: role >= Role::Curator && model.name == harmonize::MODEL,
        }
    }
}

/// The model with a page of its versions, the newest first.
pub fn draw(
    model: RegisteredModel,
    versions: Vec<ModelVersion>,
    may: May,
    paging: Paging,
    (preview, next): (Option<VersionPreview>, Option<AnyView>),
) -> Screen {
    let name = model.name.clone();
    let path = format!("/models/{}", crate::address::encoded(&name));
    // How the version that works did; before any is promoted, how the newest did.
    let champion = versions.iter().find(|version| version.aliases.iter().any(|alias| alias == CHAMPION));
    let judged = champion.or(versions.first()).cloned();
    let works = model.aliases.iter().find(|alias| alias.alias == CHAMPION).map(|alias| alias.version);
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>{name.clone()}</h1><p class="page-sub">{model.description.clone()}</p></div>
            </header>
            <Facts>
                <Fact label="Kind">{model.kind.clone()}</Fact>
                <Fact label="Versions">{model.latest_version}</Fact>
                <Fact label="Aliases">
                    {match model.aliases.is_empty() {
                        true => view! { <Absent reason="no version is promoted"/> }.into_any(),
                        false => aliases(&model.aliases),
                    }}
                </Fact>
                <Fact label="Since">{model.created_at.day_text()}</Fact>
            </Facts>
            <div class="stack gap-8">
                <Notice actions=&["promote_model", "retrain_model"]/>
                {preview.map(|found| version_preview::draw(found, &path, works, may.promote))}
                {next}
                {version_table(&name, versions, may, paging)}
                {judged.map(|version| evaluations(&version))}
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Models", "/models"), Crumb::here(name.clone())];
    Screen::new(name, Place::Models, crumbs, body.into_any())
}

fn version_table(name: &str, versions: Vec<ModelVersion>, may: May, paging: Paging) -> AnyView {
    if versions.is_empty() {
        return view! { <div class="panel"><Empty icon=Icon::Cube title="It has no version" text="The last one was deleted; training makes the next."/></div> }.into_any();
    }
    let shown = versions.len();
    let rows = versions.iter().map(|version| version_row(version, may)).collect_view();
    let head = move || {
        view! {
            <th scope="col">"Version"</th>
            <th scope="col">"Aliases"</th>
            <th scope="col">"Trained with"</th>
            <th scope="col" class="num">"Size"</th>
            <th scope="col">"By"</th>
            <th scope="col">"Made (UTC)"</th>
            {may.promote.then(|| view! { <th scope="col"><span class="sr">"Promote"</span></th> })}
        }
    };
    let tools =
        view! { <CopyAs snippets=snippet::json(&format!("/api/v1/models/{}", crate::address::encoded(name)))/> };
    let foot = move || paging.foot_of_page(shown, "version", "versions", tools);
    view! {
        <section aria-labelledby="versions-h">
            <div class="section-head"><h2 id="versions-h">"Versions"</h2><p>"a version never changes; an alias is moved"</p></div>
            <Table caption="Versions" head=head foot=foot>{rows}</Table>
        </section>
    }
    .into_any()
}

fn version_row(version: &ModelVersion, may: May) -> AnyView {
    let size: i64 = version.artifacts.iter().map(|artifact| artifact.size_bytes).sum();
    let named = match version.aliases.is_empty() {
        true => view! { <Absent reason="no alias points here"/> }.into_any(),
        false => version.aliases.iter().map(|alias| view! { <Badge text=alias.clone()/> }).collect_view().into_any(),
    };
    let params = version.params.iter().map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join(" · ");
    let works = version.aliases.iter().any(|alias| alias == CHAMPION);
    let look = (may.preview && !works).then(|| {
        let path = format!("/models/{}", crate::address::encoded(&version.name));
        let href = address(&path, [("preview", version.version.to_string().as_str())]);
        view! { <div class="hint"><a href=format!("{href}#preview")>"what it would change"</a></div> }
    });
    let link = version::link(&version.name, version.version);
    let promote = may.promote.then(|| {
        // What can be looked at first is looked at first: the button stands below what would change.
        let form = (!works && !may.preview).then(|| promote(&version.name, version.version));
        view! { <td class="fit">{form}</td> }
    });
    view! {
        <tr>
            <th scope="row"><b>{link}</b> <div class="hint">{version.description.clone()}</div> {look}</th>
            <td><span class="row gap-1">{named}</span></td>
            <td class="ink-2"><span class="clip" title=params>{params.clone()}</span></td>
            <td class="num">{bytes(size.unsigned_abs())}</td>
            <td>{version.created_by.clone()}</td>
            <td class="nowrap">{version.created_at.minute_text()}</td>
            {promote}
        </tr>
    }
    .into_any()
}

pub fn promote(name: &str, version: i64) -> AnyView {
    let question = format!("Make version {version} of {name} the champion? It does the work from now on.");
    let name = name.to_owned();
    view! {
        <form method="post" action="/_fn/promote_model" data-confirm=question>
            <input type="hidden" name="name" value=name/>
            <input type="hidden" name="version" value=version/>
            <input type="hidden" name="alias" value=CHAMPION/>
            <Button small=true text="Make champion"/>
        </form>
    }
    .into_any()
}

/// How one version did on each set of rows that it was judged on.
pub fn evaluations(version: &ModelVersion) -> AnyView {
    let title = format!("Quality of version {}", version.version);
    let tables = version.evaluations.iter().map(evaluation).collect_view();
    let body = match version.evaluations.is_empty() {
        true => view! { <div class="panel"><Empty icon=Icon::Info title="It was not evaluated" text="chorale evaluate harmonize judges what is promoted, on gold labels."/></div> }.into_any(),
        false => view! { <div class="stack gap-6">{tables}</div> }.into_any(),
    };
    view! {
        <section aria-labelledby="quality-h">
            <div class="section-head"><h2 id="quality-h">{title}</h2><p>"judged on gold labels, by source and field"</p></div>
            {body}
        </section>
    }
    .into_any()
}

/// Metrics are called `source/field/metric`: the last part is a column, what stands before it a row.
#[derive(Debug, Default, PartialEq)]
pub struct Quality {
    pub columns: Vec<String>,
    pub rows: Vec<(String, Vec<Option<f64>>)>,
}

impl Quality {
    pub fn of(evaluation: &Evaluation) -> Self {
        let mut table = Quality::default();
        let split = |name: &str| match name.rsplit_once('/') {
            Some((row, column)) => (row.replace('/', " · "), column.to_owned()),
            None => ("all".to_owned(), name.to_owned()),
        };
        for (name, _) in &evaluation.metrics {
            let (_, column) = split(name);
            if !table.columns.contains(&column) {
                table.columns.push(column);
            }
        }
        for (name, value) in &evaluation.metrics {
            let (row, column) = split(name);
            let at = table.columns.iter().position(|one| *one == column).unwrap_or(0);
            if table.rows.iter().all(|(one, _)| *one != row) {
                table.rows.push((row.clone(), vec![None; table.columns.len()]));
            }
            if let Some((_, cells)) = table.rows.iter_mut().find(|(one, _)| *one == row) {
                cells[at] = Some(*value);
            }
        }
        table
    }
}

/// Shares have three digits, counts none.
fn number(value: f64) -> String {
    if value.fract() == 0.0 && value.abs() > 1.0 {
        chorale_ui::number::count(value as u64)
    } else {
        format!("{value:.3}")
    }
}

fn evaluation(evaluation: &Evaluation) -> AnyView {
    let Quality { columns, rows } = Quality::of(evaluation);
    let total = rows.len() as u64;
    let heads = columns.into_iter().map(
        |column| view! { <th scope="col" class="num">{crate::values::field_words(&column).replace("f1", "F1")}</th> },
    );
    let heads = heads.collect_view();
    let body = rows.into_iter().map(|(row, cells)| {
        let cells = cells.into_iter().map(|cell| match cell {
            Some(value) => view! { <td class="num">{number(value)}</td> }.into_any(),
            None => view! { <td class="num"><Absent reason="not measured here"/></td> }.into_any(),
        });
        view! { <tr><th scope="row">{row}</th>{cells.collect_view()}</tr> }
    });
    let body = body.collect_view();
    let on = format!("judged {} UTC", evaluation.created_at.minute_text());
    let head = move || view! { <th scope="col">"Source and field"</th>{heads} };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "row" } else { "rows" }><span>{on}</span></TableFoot> };
    view! {
        <div class="stack gap-2">
            <h3>{evaluation.dataset.clone()}</h3>
            <Table caption=format!("Quality on {}", evaluation.dataset) head=head foot=foot>{body}</Table>
        </div>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metrics_become_a_table_and_what_was_not_measured_stays_empty() {
        let metrics = [("ale/tissue/close_f1", 0.96), ("ale/tissue/n", 2_000.0), ("creeds/disease/close_f1", 0.78)];
        let evaluation = Evaluation {
            dataset: "gold".into(),
            metrics: metrics.map(|(name, value)| (name.to_owned(), value)).into(),
            created_at: chorale_model::Time(0),
        };
        let quality = Quality::of(&evaluation);
        assert_eq!(quality.columns, ["close_f1", "n"]);
        assert_eq!(quality.rows[0], ("ale · tissue".to_owned(), vec![Some(0.96), Some(2_000.0)]));
        assert_eq!(quality.rows[1], ("creeds · disease".to_owned(), vec![Some(0.78), None]));
        assert_eq!((number(0.5), number(2_000.0), number(1.0)), ("0.500".into(), "2,000".into(), "1.000".into()));
    }
}
