//! One version of a model: how it does beside the one before it, where it is right now and where no longer, and what
//! there is to do with it.

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::model::{self, May};
use crate::pages::registered::words::{self, Whose};
use crate::pages::registered::{self, card, care, history};
use crate::pages::{lineage, promotions};
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::audit::AuditRow;
use chorale_model::experiments::Lineage;
use chorale_model::page::PageRequest;
use chorale_model::registry::{ModelVersion, PromotionRequest, Stage, VersionCard};
use chorale_model::retraining::{Compared, ComparedAnswer, ComparedField, Comparison, JudgedOn};
use chorale_model::{Fault, FaultKind, Page};
use chorale_platform::{experiments, registry, retraining};
use chorale_ui::number::{bytes, count, counted};
use chorale_ui::{
    Absent, Alert, Badge, CopyAs, Crumb, Empty, Fact, Facts, Icon, Kind, LinkButton, Status, Table, TableFoot, Tone,
};
use leptos::prelude::*;

/// `/models/{name}/versions/{version}`
#[component]
pub fn VersionPage() -> impl IntoView {
    member_page(|asked| async move {
        let name = asked.path.get("name").unwrap_or_default();
        let word = asked.path.get("version").unwrap_or_default();
        let number = word.parse().map_err(|_| Fault::missing("model version", format!("{name}/{word}")))?;
        let model = registry::load_model(&asked.ctx, &name).await?;
        let card = experiments::load_version_card(&asked.ctx, &name, number).await?;
        let comparison = match retraining::comparison(&asked.ctx, &name, number).await {
            Ok(comparison) => Some(comparison),
            Err(fault) if fault.kind == FaultKind::Missing => None,
            Err(fault) => return Err(fault),
        };
        let may = May::of(asked.me.role, &model);
        let recent = PageRequest { cursor: None, limit: Some(history::SHOWN) };
        let history = registry::list_history(&asked.ctx, &name, Some(number), recent).await?;
        let mut waiting = promotions::load_waiting(&asked.ctx, &name).await?;
        waiting.retain(|one| one.version == Some(number) || one.holder == Some(number));
        let is_registered = registered::is_registered(&model);
        let lineage = experiments::version_lineage(&asked.ctx, &name, number).await?;
        Ok(draw(Shown { is_registered, card, comparison, may, history, waiting, lineage }))
    })
}

pub struct Shown {
    /// A client registered it; otherwise it was trained here.
    pub is_registered: bool,
    pub card: VersionCard,
    pub comparison: Option<Comparison>,
    pub may: May,
    pub history: Page<AuditRow>,
    /// Promotions to it, or away from it, that wait.
    pub waiting: Vec<PromotionRequest>,
    pub lineage: Lineage,
}

pub fn draw(shown: Shown) -> Screen {
    let Shown { is_registered, card, comparison, may, history, waiting, lineage } = shown;
    let version = &card.version;
    let (path, number) = (registered::address_of(&version.name), version.version);
    let title = format!("{} version {number}", version.name);
    let works = version.aliases.iter().any(|alias| alias == registry::CHAMPION);
    let preview = (may.preview && !works).then(|| {
        let href = address(&path, [("preview", number.to_string().as_str())]);
        view! { <LinkButton kind=Kind::Primary href=format!("{href}#preview") text="See what it would change"/> }
            .into_any()
    });
    let whose = Whose { name: &version.name, version: Some(number), may_change: may.change };
    let middle = if is_registered { card::draw(&card) } else { trained(version, comparison) };
    let origin = is_registered.then(|| card::origin(&card));
    let words = words::description(whose, &version.description);
    let tags = words::tags(whose, &version.tags);
    let told = history::draw(&version.name, Some(number), history);
    let care = care::version(version, may.change && is_registered, may.delete);
    let rest = format!("/api/v1/models/{}/versions/{number}", crate::address::encoded(&version.name));
    let json = format!("{rest}/card");
    let lineage = is_registered.then(|| lineage::draw(&lineage, &format!("{rest}/lineage")));
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>{title.clone()}</h1></div>
                <CopyAs snippets=snippet::json(&json)/>
            </header>
            {facts(&card)}
            <div class="stack gap-4">
                <Notice actions=&["promote_model", "describe_version", "tag_version", "untag_version", "archive_version", "delete_version"]/>
                <div class="with-aside">
                    <div class="stack gap-8">
                        {promotions::waiting(&waiting)}
                        {words}
                        {lineage}
                        {middle}
                        {care}
                    </div>
                    <aside class="stack gap-6 small" aria-label="About this version">
                        {origin}
                        {tags}
                        {told}
                    </aside>
                </div>
            </div>
        </div>
    };
    let crumbs = vec![
        Crumb::link("Models", registered::PATH),
        Crumb::link(version.name.clone(), path),
        Crumb::here(format!("Version {number}")),
    ];
    Screen::new(title, Place::Models, crumbs, body.into_any()).with_action(preview)
}

fn facts(card: &VersionCard) -> AnyView {
    let version = &card.version;
    let aliases = match version.aliases.is_empty() {
        true => view! { <Absent reason="no alias points here"/> }.into_any(),
        false => version.aliases.iter().map(|alias| view! { <Badge text=alias.clone()/> }).collect_view().into_any(),
    };
    let stage = Some(version.stage).filter(|stage| *stage != Stage::None);
    let stage = stage.map(|stage| view! { <Fact label="Stage">{stage.name()}</Fact> });
    let size = match card.files.is_empty() {
        true => view! { <Absent reason="its files are not here"/> }.into_any(),
        false => bytes(card.size_bytes().unsigned_abs()).into_any(),
    };
    let flavors = card.format.as_ref().map(|format| {
        let names = format.flavors.iter().map(|one| one.name.as_str()).collect::<Vec<_>>().join(", ");
        view! { <Fact label="Format">{names}</Fact> }
    });
    let (by, made) = (version.created_by.clone(), version.created_at.minute_text());
    view! {
        <Facts>
            <Fact label="Aliases"><span class="row gap-1">{aliases}</span></Fact>
            {stage}
            <Fact label="By">{by}</Fact>
            <Fact label="Made (UTC)">{made}</Fact>
            <Fact label="Size">{size}</Fact>
            {flavors}
        </Facts>
    }
    .into_any()
}

/// What was trained here: how it compares, how it did, what it was trained with.
fn trained(version: &ModelVersion, comparison: Option<Comparison>) -> AnyView {
    let params = version.params.iter().map(|(key, value)| {
        view! { <tr><th scope="row">{key.clone()}</th><td>{value.clone()}</td></tr> }
    });
    let params = params.collect_view();
    let compared = match comparison {
        Some(comparison) => compared(&comparison),
        None => view! {
            <div class="panel"><Empty icon=Icon::Info title="It was not compared" text="Versions that are trained from decisions are compared with the one before them."/></div>
        }
        .into_any(),
    };
    view! {
        {compared}
        {model::evaluations(version)}
        <section aria-labelledby="params-h">
            <div class="section-head"><h2 id="params-h">"Trained with"</h2></div>
            <Table caption="Trained with" head=|| view! { <th scope="col">"What"</th><th scope="col">"Value"</th> }>{params}</Table>
        </section>
    }
    .into_any()
}

fn before(comparison: &Comparison) -> String {
    comparison.present.map_or_else(|| "the dictionary alone".to_owned(), |version| format!("version {version}"))
}

fn compared(comparison: &Comparison) -> AnyView {
    let taught = format!(
        "taught {} of {} and {} of tables; judged on series that neither saw",
        counted(comparison.decided_labels.unsigned_abs(), "decided label", "decided labels"),
        counted(comparison.decided_series.unsigned_abs(), "series", "series"),
        counted(comparison.gold_labels.unsigned_abs(), "label", "labels"),
    );
    let none = (comparison.held_out_series == 0).then(|| {
        view! {
            <Alert tone=Tone::Info title="No decision judges.">
                <p>"Everything that was decided is of one series, which teaches; decide values of another one too."</p>
            </Alert>
        }
    });
    let body = match comparison.rows.is_empty() {
        true => view! { <div class="panel"><Empty icon=Icon::Info title="Nothing judges yet" text="Decide values of several series, and train again."/></div> }.into_any(),
        false => view! {
            {verdict(comparison)}
            {figure(comparison)}
            {fields(comparison)}
            {answers(comparison)}
        }
        .into_any(),
    };
    view! {
        <section class="stack" aria-labelledby="compared-h">
            <div class="section-head">
                <h2 id="compared-h">{format!("Beside {}", before(comparison))}</h2>
                <p>{taught}</p>
            </div>
            {none}
            {body}
        </section>
    }
    .into_any()
}

/// What the intervals say, in a sentence.
fn verdict(comparison: &Comparison) -> AnyView {
    let of = |wanted: Compared| -> Vec<String> {
        let rows = comparison.rows.iter().filter(|row| row.samples > 0 && row.verdict() == wanted);
        rows.map(|row| format!("{} on {}", words(&row.field), on_words(row.on))).collect()
    };
    let (better, worse) = (of(Compared::Better), of(Compared::Worse));
    let (tone, title) = match (better.is_empty(), worse.is_empty()) {
        (_, false) => (Tone::Bad, format!("It is worse at {}.", worse.join(", "))),
        (false, true) => (Tone::Ok, format!("It is better at {}, and worse at nothing.", better.join(", "))),
        (true, true) => (Tone::Info, "No difference is larger than chance would make it.".to_owned()),
    };
    let next = match tone {
        Tone::Bad if !better.is_empty() => {
            format!("It is better at {}. Look at the answers below first.", better.join(", "))
        }
        Tone::Bad => "Look at the answers below before you promote it.".to_owned(),
        _ => "Look at what it would change before you promote it.".to_owned(),
    };
    view! { <Alert tone=tone title=title><p>{next}</p></Alert> }.into_any()
}

fn words(field: &str) -> String {
    match field {
        "tissue" => "tissue and cell type".to_owned(),
        other => other.to_owned(),
    }
}

fn on_words(on: JudgedOn) -> &'static str {
    match on {
        JudgedOn::Decisions => "decisions",
        JudgedOn::Gold => "tables of labels",
    }
}

/// Differences with their intervals; right of the line the new version is better.
fn figure(comparison: &Comparison) -> AnyView {
    const STEP: f64 = 30.0;
    let rows: Vec<&ComparedField> = comparison.rows.iter().filter(|row| row.samples > 0).collect();
    if rows.is_empty() {
        return ().into_any();
    }
    let far = rows.iter().map(|row| row.low.abs().max(row.high.abs())).fold(0.05, f64::max);
    let x = |value: f64| 190.0 + 210.0 * (value + far) / (2.0 * far);
    let height = STEP * rows.len() as f64 + 24.0;
    let marks = rows.iter().enumerate().map(|(at, row)| {
        let y = STEP * at as f64 + 14.0;
        let tint = match row.verdict() {
            Compared::Better => "c3",
            Compared::Worse => "c6",
            Compared::NoDifference => "c8",
        };
        let whisk = format!("M{:.1} {y}H{:.1}", x(row.low), x(row.high));
        view! {
            <text class="lab" x="0" y=y + 1.0>{words(&row.field)}</text>
            <text x="0" y=y + 13.0>{format!("{}, n = {}", on_words(row.on), count(row.samples.unsigned_abs()))}</text>
            <g class=tint><path class="whisk" d=whisk></path><circle class="dot" cx=format!("{:.1}", x(row.difference)) cy=y r="4"></circle></g>
        }
    });
    let ends = [-far, 0.0, far].map(|value| {
        view! { <text x=format!("{:.1}", x(value)) y=height - 2.0 text-anchor="middle">{signed(value)}</text> }
    });
    let spoken = rows.iter().map(|row| {
        format!(
            "{} on {}: {} ({} to {})",
            words(&row.field),
            on_words(row.on),
            signed(row.difference),
            signed(row.low),
            signed(row.high)
        )
    });
    let spoken = spoken.collect::<Vec<_>>().join("; ");
    let zero = format!("M{:.1} 0V{}", x(0.0), height - 16.0);
    view! {
        <figure class="chart">
            <figcaption>
                {format!("How much better it is than {}", before(comparison))}
                <small>"difference of close F1 with its 95 % interval; right of the line it is better"</small>
            </figcaption>
            <svg class="plot" viewBox=format!("0 0 420 {height}") role="img" aria-label=spoken>
                <path class="dash" d=zero></path>
                {marks.collect_view()}
                {ends.collect_view()}
            </svg>
        </figure>
    }
    .into_any()
}

fn signed(value: f64) -> String {
    if value.abs() < 0.0005 { "0".to_owned() } else { format!("{value:+.3}").replace('-', "−") }
}

fn fields(comparison: &Comparison) -> AnyView {
    let total = comparison.rows.len() as u64;
    let rows = comparison.rows.iter().map(field_row).collect_view();
    let present = before(comparison);
    let head = move || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col">"Judged on"</th>
            <th scope="col" class="num">"Samples"</th>
            <th scope="col" class="num">{format!("Close F1, {present}")}</th>
            <th scope="col" class="num">"Close F1, this one"</th>
            <th scope="col" class="num">"Difference"</th>
            <th scope="col">"95 % interval"</th>
            <th scope="col">"Verdict"</th>
            <th scope="col">"Rejected values said again"</th>
        }
    };
    let rest = format!(
        "/api/v1/models/{}/versions/{}/comparison",
        crate::address::encoded(&comparison.name),
        comparison.version
    );
    let foot = move || {
        view! {
            <TableFoot total=total noun=if total == 1 { "row" } else { "rows" }><CopyAs snippets=snippet::json(&rest)/></TableFoot>
        }
    };
    view! { <Table caption="Compared by field" head=head foot=foot>{rows}</Table> }.into_any()
}

fn field_row(row: &ComparedField) -> AnyView {
    let judged = row.samples > 0;
    let share = |value: f64| match judged {
        true => format!("{value:.3}").into_any(),
        false => view! { <Absent reason="no value that holds judges"/> }.into_any(),
    };
    let (tone, word) = match row.verdict() {
        Compared::Better => (Tone::Ok, "better"),
        Compared::Worse => (Tone::Bad, "worse"),
        Compared::NoDifference => (Tone::Plain, "no difference"),
    };
    let interval = match judged {
        true => format!("{} to {}", signed(row.low), signed(row.high)).into_any(),
        false => share(0.0),
    };
    let difference = match judged {
        true => signed(row.difference).into_any(),
        false => share(0.0),
    };
    let verdict = match judged {
        true => view! { <Status tone=tone word=word/> }.into_any(),
        false => share(0.0),
    };
    let repeats = match row.rejected {
        0 => view! { <Absent reason="none was rejected"/> }.into_any(),
        n => format!("{} before, {} now, of {}", row.present_repeats, row.new_repeats, count(n.unsigned_abs()))
            .into_any(),
    };
    view! {
        <tr>
            <th scope="row">{words(&row.field)}</th>
            <td>{on_words(row.on)}</td>
            <td class="num">{count(row.samples.unsigned_abs())}</td>
            <td class="num">{share(row.present)}</td>
            <td class="num">{share(row.new)}</td>
            <td class="num">{difference}</td>
            <td class="nowrap">{interval}</td>
            <td>{verdict}</td>
            <td class="nowrap">{repeats}</td>
        </tr>
    }
    .into_any()
}

/// Answers that one of the two has right, the lost ones first: they are what a promotion costs.
fn answers(comparison: &Comparison) -> AnyView {
    let part = |now_right: bool| {
        let all: Vec<&ComparedAnswer> =
            comparison.changes.iter().filter(|change| change.now_right == now_right).collect();
        answer_table(all, now_right)
    };
    view! {
        {part(false)}
        {part(true)}
    }
    .into_any()
}

fn answer_table(all: Vec<&ComparedAnswer>, now_right: bool) -> AnyView {
    let caption = if now_right { "Right now, and not before" } else { "Right before, and not now" };
    if all.is_empty() {
        return view! { <p class="ink-2">{format!("{caption}: no answer that judges.")}</p> }.into_any();
    }
    let total = all.len() as u64;
    let rows = all.into_iter().map(answer_row).collect_view();
    let head = || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col">"It is"</th>
            <th scope="col">"Before"</th>
            <th scope="col">"Now"</th>
            <th scope="col" class="num">"Samples"</th>
            <th scope="col">"For example"</th>
        }
    };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "answer" } else { "answers" }/> };
    view! {
        <div class="stack gap-2">
            <h3>{caption}</h3>
            <Table caption=caption head=head foot=foot>{rows}</Table>
        </div>
    }
    .into_any()
}

fn answer_row(one: &ComparedAnswer) -> AnyView {
    let said = |label: &str, none: &'static str| match label.is_empty() {
        true => view! { <Absent reason=none/> }.into_any(),
        false => label.to_owned().into_any(),
    };
    let example = match one.example {
        Some(id) => {
            view! { <a class="acc" href=format!("/samples/{id}")>{one.example_accession.clone()}</a> }.into_any()
        }
        None => view! { <span class="acc">{one.example_accession.clone()}</span> }.into_any(),
    };
    let truth = match one.truth.is_empty() {
        true => view! { <span class="ink-2">"not what was rejected"</span> }.into_any(),
        false => one.truth_label.clone().into_any(),
    };
    let text = one.example_text.clone();
    view! {
        <tr>
            <th scope="row">{words(&one.field)} <div class="hint">{on_words(one.on)}</div></th>
            <td>{truth}</td>
            <td>{said(&one.present_label, "nothing was said")}</td>
            <td>{said(&one.new_label, "nothing is said")}</td>
            <td class="num">{count(one.samples.unsigned_abs())}</td>
            <td>{example} <div class="hint clip" title=text.clone()>{text.clone()}</div></td>
        </tr>
    }
    .into_any()
}
