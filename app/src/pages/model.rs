//! A registered model: its versions and aliases, what each version came from or was trained with, and how it did.

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::registered::words::{self, Whose};
use crate::pages::registered::{self, PATH, address_of, aliases, care, history};
use crate::pages::{models, promotions, retraining, version_preview};
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::audit::AuditRow;
use chorale_model::page::PageRequest;
use chorale_model::registry::{Evaluation, ModelVersion, PromotionRequest, RegisteredModel, Stage, VersionPreview};
use chorale_model::{Fault, Page, Role};
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
        let path = address_of(&name);
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
        let recent = PageRequest { cursor: None, limit: Some(history::SHOWN) };
        let history = registry::list_history(&asked.ctx, &name, None, recent).await?;
        let protected = registry::list_protected(&asked.ctx).await?.aliases;
        let waiting = promotions::load_waiting(&asked.ctx, &name).await?;
        let versions = versions.items;
        Ok(draw(Shown { model, versions, may, preview, next, history, protected, waiting }, paging))
    })
}

/// What the asker may do beside reading.
#[derive(Clone, Copy, Debug, Default)]
pub struct May {
    /// Point an alias at another version, describe, tag: who may change a model of this kind.
    pub change: bool,
    /// See what a version of the annotator would change: curators.
    pub preview: bool,
    /// Delete versions for good: admins.
    pub delete: bool,
}

impl May {
    pub fn of(role: Role, model: &RegisteredModel) -> May {
        May {
            change: role >= registry::least_role(&model.kind),
            preview: role >= Role::Curator && model.name == harmonize::MODEL,
            delete: role >= Role::Admin,
        }
    }
}

pub struct Shown {
    pub model: RegisteredModel,
    /// A page of them, the newest first.
    pub versions: Vec<ModelVersion>,
    pub may: May,
    pub preview: Option<VersionPreview>,
    /// The next version of an annotator.
    pub next: Option<AnyView>,
    pub history: Page<AuditRow>,
    /// Aliases that another person must let go.
    pub protected: Vec<String>,
    /// Promotions of it that wait.
    pub waiting: Vec<PromotionRequest>,
}

/// The model with a page of its versions.
pub fn draw(shown: Shown, paging: Paging) -> Screen {
    let Shown { model, versions, may, preview, next, history, protected, waiting } = shown;
    let name = model.name.clone();
    let path = address_of(&name);
    let is_registered = registered::is_registered(&model);
    // How the version that works did; before any is promoted, how the newest did.
    let champion = versions.iter().find(|version| version.aliases.iter().any(|alias| alias == CHAMPION));
    let judged = champion.or(versions.first()).filter(|_| !is_registered).cloned();
    let works = model.aliases.iter().find(|alias| alias.alias == CHAMPION).map(|alias| alias.version);
    let whose = Whose { name: &name, version: None, may_change: may.change };
    let newest = match model.latest_version {
        0 => view! { <Absent reason="no version is registered"/> }.into_any(),
        version => version.into_any(),
    };
    let (kind, since, changed) =
        (registered::kind(&model.kind).to_owned(), model.created_at.day_text(), model.updated_at.minute_text());
    let aliases = match (is_registered, model.aliases.is_empty()) {
        (true, _) => aliases::draw(&model, may.change, &protected),
        (false, _) => ().into_any(),
    };
    let named = match model.aliases.is_empty() {
        true => view! { <Absent reason="no version is promoted"/> }.into_any(),
        false => models::aliases(&model.aliases),
    };
    let (words, tags) = (words::description(whose, &model.description), words::tags(whose, &model.tags));
    let told = history::draw(&name, None, history);
    let care = (is_registered && may.delete).then(|| care::model(&model));
    let body = view! {
        <div class="page">
            <header class="page-head"><div><h1>{name.clone()}</h1></div></header>
            <Facts>
                <Fact label="Kind">{kind}</Fact>
                <Fact label="Newest version">{newest}</Fact>
                <Fact label="Aliases">{named}</Fact>
                <Fact label="Since">{since}</Fact>
                <Fact label="Changed (UTC)">{changed}</Fact>
            </Facts>
            <div class="stack gap-4">
                <Notice actions=&["promote_model", "retrain_model", "remove_alias", "create_model", "describe_model", "tag_model", "untag_model", "delete_model", "delete_version"]/>
                <div class="with-aside">
                    <div class="stack gap-8">
                        {promotions::waiting(&waiting)}
                        {preview.map(|found| version_preview::draw(found, &path, works, may.change))}
                        {next}
                        {version_table(&model, versions, may, paging)}
                        {aliases}
                        {words}
                        {judged.map(|version| evaluations(&version))}
                        {care}
                    </div>
                    <aside class="stack gap-6 small" aria-label="About this model">
                        {tags}
                        {told}
                    </aside>
                </div>
            </div>
        </div>
    };
    let crumbs = vec![Crumb::link("Models", PATH), Crumb::here(name.clone())];
    Screen::new(name, Place::Models, crumbs, body.into_any())
}

fn version_table(model: &RegisteredModel, versions: Vec<ModelVersion>, may: May, paging: Paging) -> AnyView {
    let is_registered = registered::is_registered(model);
    if versions.is_empty() {
        let text = match is_registered {
            true => "mlflow.register_model(\"runs:/RUN/model\", \"name\") registers one.",
            false => "The last one was deleted; training makes the next.",
        };
        return view! { <div class="panel"><Empty icon=Icon::Cube title="It has no version" text=text/></div> }
            .into_any();
    }
    let shown = versions.len();
    let promotes = may.change && !is_registered;
    let rows = versions.iter().map(|version| version_row(version, is_registered, may)).collect_view();
    let head = move || {
        view! {
            <th scope="col">"Version"</th>
            <th scope="col">"Aliases"</th>
            {match is_registered {
                true => view! { <th scope="col">"Made from"</th><th scope="col" class="wide-only">"Stage"</th> }.into_any(),
                false => view! { <th scope="col">"Trained with"</th><th scope="col" class="num">"Size"</th> }.into_any(),
            }}
            <th scope="col" class="wide-only">"By"</th>
            <th scope="col">"Made (UTC)"</th>
            {promotes.then(|| view! { <th scope="col"><span class="sr">"Promote"</span></th> })}
        }
    };
    let json = format!("/api/v1/models/{}/versions", crate::address::encoded(&model.name));
    let tools = view! { <CopyAs snippets=snippet::json(&json)/> };
    let foot = move || paging.foot_of_page(shown, "version", "versions", tools);
    view! {
        <section aria-labelledby="versions-h">
            <div class="section-head"><h2 id="versions-h">"Versions"</h2><p>"a version never changes; an alias is moved"</p></div>
            <Table caption="Versions" head=head foot=foot>{rows}</Table>
        </section>
    }
    .into_any()
}

fn version_row(version: &ModelVersion, is_registered: bool, may: May) -> AnyView {
    let named = match version.aliases.is_empty() {
        true => view! { <Absent reason="no alias points here"/> }.into_any(),
        false => version.aliases.iter().map(|alias| view! { <Badge text=alias.clone()/> }).collect_view().into_any(),
    };
    let works = version.aliases.iter().any(|alias| alias == CHAMPION);
    let look = (may.preview && !works).then(|| {
        let href = address(&address_of(&version.name), [("preview", version.version.to_string().as_str())]);
        view! { <div class="hint"><a href=format!("{href}#preview")>"what it would change"</a></div> }
    });
    let promote = (may.change && !is_registered).then(|| {
        // What can be looked at first is looked at first: the button stands below what would change.
        let form = (!works && !may.preview).then(|| promote(&version.name, version.version));
        view! { <td class="fit">{form}</td> }
    });
    let first_line = version.description.lines().next().unwrap_or_default().to_owned();
    view! {
        <tr>
            <th scope="row"><b>{registered::version_link(&version.name, version.version)}</b> <div class="hint">{first_line}</div> {look}</th>
            <td><span class="row gap-1">{named}</span></td>
            {origin(version, is_registered)}
            <td class="wide-only">{version.created_by.clone()}</td>
            <td class="nowrap">{version.created_at.minute_text()}</td>
            {promote}
        </tr>
    }
    .into_any()
}

/// What it came from, in two cells.
fn origin(version: &ModelVersion, is_registered: bool) -> AnyView {
    if is_registered {
        let stage = match version.stage {
            Stage::None => view! { <Absent reason="it has no stage"/> }.into_any(),
            stage => stage.name().into_any(),
        };
        return view! { <td>{registered::made_from(version)}</td><td class="wide-only">{stage}</td> }.into_any();
    }
    let size: i64 = version.artifacts.iter().map(|artifact| artifact.size_bytes).sum();
    let params = version.params.iter().map(|(key, value)| format!("{key} {value}")).collect::<Vec<_>>().join(" · ");
    view! {
        <td class="ink-2"><span class="clip" title=params>{params.clone()}</span></td>
        <td class="num">{bytes(size.unsigned_abs())}</td>
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
