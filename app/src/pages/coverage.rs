//! How well a collection is harmonized: of each field how many samples have a value, who accepted it, and how that
//! went over time.

use crate::flash::Notice;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::Role;
use chorale_model::catalog::Collection;
use chorale_model::harmonize::{Coverage, CoveragePoint, FieldCoverage};
use chorale_platform::{catalog, harmonize};
use chorale_ui::number::{count, counted};
use chorale_ui::{
    Absent, Button, CopyAs, Crumb, Empty, Fact, Facts, Icon, Shares, Sparkline, Status, Table, TableFoot, Tone,
};
use leptos::prelude::*;

/// `/collections/{id}/coverage`
#[component]
pub fn CoveragePage() -> impl IntoView {
    member_page(|asked| async move {
        let collection = catalog::load_collection(&asked.ctx, asked.id()?).await?;
        let coverage = harmonize::coverage(&asked.ctx, collection.id).await?;
        let may_start = asked.me.role >= Role::Curator && collection.owner == asked.me.organization.id;
        Ok(draw(&collection, coverage, may_start))
    })
}

/// The page; `may_start` says that the asker may have the collection annotated again, and reviews it.
pub fn draw(collection: &Collection, coverage: Coverage, may_start: bool) -> Screen {
    let list = match (coverage.samples, coverage.annotated) {
        (0, _) => {
            nothing("There are no samples yet", "Import a series, a matrix or a table of samples into the collection.")
        }
        (_, 0) => {
            nothing("Not annotated yet", "Annotation follows every import by itself, once an ontology is installed.")
        }
        _ => table(&coverage, may_start),
    };
    let name = collection.name.clone();
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{format!("Coverage of {name}")}</h1>
                    <p class="page-sub">"Of each field the samples that have a value, and who accepted it: the annotators by themselves, where they are sure enough, or a person."</p>
                </div>
            </header>
            <div class="stack gap-6">
                <Notice actions=&["start_annotation"]/>
                {facts(&coverage)}
                {list}
            </div>
        </div>
    };
    let crumbs = vec![
        Crumb::link("Collections", "/collections"),
        Crumb::link(name.clone(), format!("/collections/{}", collection.id)),
        Crumb::here("Coverage"),
    ];
    let start = may_start.then(|| {
        view! {
            <form method="post" action="/_fn/start_annotation">
                <input type="hidden" name="collection" value=collection.id.to_string()/>
                <Button icon=Icon::Marker text="Annotate again"/>
            </form>
        }
    });
    Screen::new(format!("Coverage of {name}"), Place::Collections, crumbs, body.into_any()).with_action(start)
}

fn nothing(title: &'static str, text: &'static str) -> AnyView {
    view! { <div class="panel"><Empty icon=Icon::Marker title=title text=text/></div> }.into_any()
}

/// `71%`, cut: 99.6 percent are not yet all.
fn percent(part: i64, whole: i64) -> String {
    match whole {
        ..=0 => "–".to_owned(),
        whole => format!("{}%", 100 * part.clamp(0, whole) / whole),
    }
}

fn facts(coverage: &Coverage) -> AnyView {
    let sum = |of: fn(&FieldCoverage) -> i64| coverage.fields.iter().map(of).sum::<i64>();
    let (automatic, accepted, review) =
        (sum(|field| field.automatic), sum(|field| field.accepted), sum(|field| field.in_review));
    let behind = coverage.samples - coverage.annotated;
    let behind =
        (behind > 0).then(|| view! { <span class="ink-3">{format!(", {} wait", count(behind.unsigned_abs()))}</span> });
    let since = coverage.history.last().map(|point| point.at.minute_text());
    let since = since.map(|at| view! { <Fact label="Counted">{at} " UTC"</Fact> });
    let (samples, annotated) = (count(coverage.samples.unsigned_abs()), count(coverage.annotated.unsigned_abs()));
    view! {
        <Facts>
            <Fact label="Samples">{samples}</Fact>
            <Fact label="Annotated">{annotated} {behind}</Fact>
            <Fact label="Accepted values">{count(accepted.unsigned_abs())}</Fact>
            <Fact label="Accepted without a person">{percent(automatic, accepted + review)}</Fact>
            <Fact label="In review">{count(review.unsigned_abs())}</Fact>
            {since}
        </Facts>
    }
    .into_any()
}

/// The parts of a bar: words, category colour.
const LEGEND: [(&str, u8); 3] =
    [("accepted by annotators", 1), ("accepted by submitters and people", 3), ("in review", 5)];

fn table(coverage: &Coverage, may_review: bool) -> AnyView {
    let total = coverage.fields.len() as u64;
    let rows = coverage.fields.iter().map(|field| row(field, coverage, may_review)).collect_view();
    let head = || {
        view! {
            <th scope="col">"Field"</th>
            <th scope="col" class="share-col">"Samples with a value"</th>
            <th scope="col" class="num">"Accepted"</th>
            <th scope="col" class="num" title="accepted by annotators alone, of all that have a value">"Without a person"</th>
            <th scope="col" class="num">"In review"</th>
            <th scope="col" class="num">"No value"</th>
            <th scope="col">"Accepted over time"</th>
        }
    };
    let legend = LEGEND
        .map(|(words, tint)| view! { <li><i class=format!("c{tint}") data-sq aria-hidden="true"></i>{words}</li> });
    let rest = format!("/api/v1/collections/{}/coverage", coverage.collection);
    let fields = super::fields::address(coverage.collection);
    let automatic = may_review.then(|| {
        view! { <a class="small" href=super::automatic::address_of(coverage.collection)>"How right it is"</a> }
    });
    let foot = move || {
        view! {
            <TableFoot total=total noun=if total == 1 { "field" } else { "fields" }>
                <CopyAs snippets=snippet::json(&rest)/>
            </TableFoot>
        }
    };
    view! {
        <section class="stack gap-3" aria-labelledby="fields-h">
            <div class="section-head tight"><h2 id="fields-h">"Fields"</h2><a class="small" href=fields>"What each takes"</a>{automatic}<ul class="legend push" aria-label="Parts of a bar">{legend.collect_view()}</ul></div>
            <Table caption="Coverage of each field" head=head foot=foot>{rows}</Table>
        </section>
    }
    .into_any()
}

fn row(field: &FieldCoverage, coverage: &Coverage, may_review: bool) -> AnyView {
    let n = |n: i64| n.max(0).unsigned_abs();
    let parts = [field.automatic, field.accepted - field.automatic, field.in_review];
    let parts: Vec<(&'static str, u64, u8)> =
        LEGEND.iter().zip(parts).map(|((words, tint), part)| (*words, n(part), *tint)).collect();
    let quiet = |value: i64| match value {
        0 => view! { <span class="ink-3">"0"</span> }.into_any(),
        value => count(n(value)).into_any(),
    };
    let address = super::by_value::address_of(coverage.collection, &field.field);
    let held = coverage.holds.iter().find(|hold| hold.field == field.field).map(|hold| {
        let href = super::automatic::address_of_field(coverage.collection, &hold.field);
        view! { <div><a class="small" href=href title=hold.why.clone()><Status tone=Tone::Bad icon=Icon::Pause word="on hold"/></a></div> }
    });
    let in_review = match field.in_review {
        value if value > 0 && may_review => view! { <a href=address>{count(n(value))}</a> }.into_any(),
        value => quiet(value),
    };
    view! {
        <tr>
            <th scope="row">{field.label.clone()}{held}</th>
            <td class="share-col"><Shares total=n(coverage.samples) parts=parts/></td>
            <td class="num">{quiet(field.accepted)} <span class="ink-3 n4">{percent(field.accepted, coverage.samples)}</span></td>
            <td class="num">{percent(field.automatic, field.accepted + field.in_review)}</td>
            <td class="num">{in_review}</td>
            <td class="num">{quiet(field.without)}</td>
            <td>{over_time(&field.field, &coverage.history)}</td>
        </tr>
    }
    .into_any()
}

/// The share of accepted values at each count, from none to all.
fn over_time(field: &str, history: &[CoveragePoint]) -> AnyView {
    let points: Vec<(f64, &CoveragePoint)> = history
        .iter()
        .filter_map(|point| {
            let found = point.fields.iter().find(|one| one.field == field)?;
            Some((found.accepted as f64 / point.samples.max(1) as f64, point))
        })
        .collect();
    let (Some((first, from)), Some((last, _)), true) = (points.first(), points.last(), points.len() > 1) else {
        return view! { <Absent reason="counted only once so far"/> }.into_any();
    };
    let change = 100.0 * (last - first);
    let words = match change.round() as i64 {
        0 => "unchanged".to_owned(),
        points => format!("{points:+} points"),
    };
    let title = format!("{words} since {}, {}", from.at.day_text(), counted(points.len() as u64, "count", "counts"));
    let line = points.iter().map(|(share, _)| *share).collect();
    view! { <span class="row gap-2" title=title><Sparkline points=line range=(0.0, 1.0)/><span class="small ink-3 nowrap">{words}</span></span> }
        .into_any()
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_percentage_never_rounds_up_to_all() {
        assert_eq!(super::percent(996, 1_000), "99%");
        assert_eq!(super::percent(1_000, 1_000), "100%");
        assert_eq!(super::percent(0, 0), "–");
    }
}
