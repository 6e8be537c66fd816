//! An ontology's upgrade on the page of the ontologies: what another release no longer has, on how many samples, what
//! applying it does; and the upgrades that were applied, each with its undo.

use crate::paging::Paging;
use crate::snippet;
use crate::values::{short_term, term};
use chorale_model::curation::Batch;
use chorale_model::ontologies::{UpgradeChange, UpgradeCollection, UpgradePreview};
use chorale_ui::number::{count, counted};
use chorale_ui::{
    Absent, Button, CopyAs, Empty, Fact, Facts, Field, Icon, Status, Table, TableFoot, Tone, button::Kind,
};
use leptos::prelude::*;

/// Terms that are listed: those that samples have come first, and nobody reads thousands that none has.
const MOST: usize = 500;

fn number(n: i64) -> AnyView {
    match n.unsigned_abs() {
        0 => view! { <span class="ink-3">"0"</span> }.into_any(),
        n => count(n).into_any(),
    }
}

fn samples(n: i64) -> String {
    counted(n.unsigned_abs(), "sample", "samples")
}

/// What would change; `may_use` is for who runs the deployment.
pub fn draw(preview: UpgradePreview, may_use: bool) -> AnyView {
    let total = preview.changes.len() as u64;
    let title = format!("{} {} against {}", preview.name, preview.to_version, preview.from_version);
    let says = format!(
        "{}, {} have another label, {} go",
        counted(preview.added.unsigned_abs(), "term is new", "terms are new"),
        count(preview.relabelled.unsigned_abs()),
        count(total)
    );
    let rest = format!("/api/v1/ontologies/{}/{}/upgrade", preview.name, preview.sha256);
    let (facts, steps) = (facts(&preview), steps(&preview, may_use));
    let list = if preview.changes.is_empty() {
        view! { <div class="panel"><Empty icon=Icon::Ok title="No term goes" text="Every term of the release in use is in the other one too."/></div> }.into_any()
    } else {
        let rows = preview.changes.into_iter().take(MOST).map(change).collect_view();
        let cut = (total > MOST as u64).then(|| view! { <span>{format!("the first {}", count(MOST as u64))}</span> });
        let head = || {
            view! {
                <th scope="col">"Term that goes"</th>
                <th scope="col">"Replaced by"</th>
                <th scope="col">"To consider"</th>
                <th scope="col" class="num">"Samples"</th>
                <th scope="col" class="num">"In review"</th>
                <th scope="col">"Collections"</th>
            }
        };
        let foot = move || {
            view! {
                <TableFoot total=total noun=if total == 1 { "term goes" } else { "terms go" }>
                    {cut}
                    <CopyAs snippets=snippet::json(&rest)/>
                </TableFoot>
            }
        };
        view! { <Table caption="Terms that go" head=head foot=foot>{rows}</Table> }.into_any()
    };
    view! {
        <section class="stack" id="changes" aria-labelledby="changes-h">
            <div class="section-head tight">
                <h2 id="changes-h">{title}</h2>
                <p>{says}</p>
                <a class="small push" href="/ontologies">"Close"</a>
            </div>
            {facts}
            {steps}
            {list}
        </section>
    }
    .into_any()
}

fn facts(preview: &UpgradePreview) -> AnyView {
    let places = preview.collections.iter().map(place).collect::<Vec<_>>();
    let places = match places.is_empty() {
        true => view! { <Absent reason="no sample of yours has a term that goes"/> }.into_any(),
        false => listed(places),
    };
    let (samples, replaced, to_review) = (number(preview.samples), number(preview.replaced), number(preview.to_review));
    view! {
        <Facts>
            <Fact label="Your samples that change">{samples}</Fact>
            <Fact label="Get another term">{replaced}</Fact>
            <Fact label="Go to review">{to_review}</Fact>
            <Fact label="In">{places}</Fact>
        </Facts>
    }
    .into_any()
}

fn place(of: &UpgradeCollection) -> AnyView {
    let href = format!("/collections/{}", of.collection);
    view! { <a href=href>{of.name.clone()}</a>" "<span class="ink-3">{count(of.samples.unsigned_abs())}</span> }
        .into_any()
}

fn listed(all: Vec<AnyView>) -> AnyView {
    all.into_iter().enumerate().map(|(at, one)| view! { {(at > 0).then_some(", ")}{one} }).collect_view().into_any()
}

/// What each step does, whose it is, and how it is taken back.
fn steps(preview: &UpgradePreview, may_use: bool) -> AnyView {
    let apply = match preview.samples {
        0 => {
            view! { <div class="value-from">"None of your samples has a value that goes, so there is nothing to apply."</div> }
                .into_any()
        }
        _ => apply(preview),
    };
    let named = format!("{} {}", preview.name, preview.to_version);
    let put = match may_use {
        false => view! { <div class="value-from">"Whoever runs this deployment does it, here or with \"chorale ontology use\"."</div> }.into_any(),
        true => {
            let again = format!("Use {named}? Every sample of every organization is annotated again with it.");
            view! {
                <div class="value-from">
                    <form method="post" action="/_fn/use_release" data-confirm=again>
                        {hidden(preview)}
                        <Button small=true text=format!("Use {named}")/>
                    </form>
                </div>
            }
            .into_any()
        }
    };
    view! {
        <div class="panel">
            <ol class="values" aria-label="Steps of an upgrade">
                <li>
                    <span class="value-n" aria-hidden="true">"1"</span>
                    <div class="value-term">"Look"</div>
                    <div class="value-from">"The counts here are what applying would change now. Looking changes nothing."</div>
                </li>
                <li>
                    <span class="value-n" aria-hidden="true">"2"</span>
                    <div class="value-term">"Apply to your values"</div>
                    <div class="value-from">"Values get the terms that replace theirs; accepted values that nothing replaces wait for review. It is one batch: nobody sees it before it is whole, and \"Undo\" below takes all of it back. What sources said is not touched, and where an annotator says something else later, that holds."</div>
                    {apply}
                </li>
                <li>
                    <span class="value-n" aria-hidden="true">"3"</span>
                    <div class="value-term">"Use the release"</div>
                    <div class="value-from">"For every organization: samples are annotated again with its terms. Going back is using the release before."</div>
                    {put}
                </li>
            </ol>
        </div>
    }
    .into_any()
}

fn hidden(preview: &UpgradePreview) -> AnyView {
    view! {
        <input type="hidden" name="name" value=preview.name.clone()/>
        <input type="hidden" name="sha256" value=preview.sha256.clone()/>
    }
    .into_any()
}

fn apply(preview: &UpgradePreview) -> AnyView {
    let question = format!(
        "Apply {} {} to {}? {} get another term, {} go to review. It can be undone.",
        preview.name,
        preview.to_version,
        samples(preview.samples),
        count(preview.replaced.unsigned_abs()),
        count(preview.to_review.unsigned_abs())
    );
    view! {
        <div class="value-from">
            <form class="grid min-15 end" method="post" action="/_fn/start_upgrade" data-confirm=question>
                {hidden(preview)}
                <Field name="why" label="Why" hint="for those who read the history; may stay empty"/>
                <div><Button kind=Kind::Primary text=format!("Apply to {}", samples(preview.samples))/></div>
            </form>
        </div>
    }
    .into_any()
}

fn change(one: UpgradeChange) -> AnyView {
    let instead = match &one.replaced_by {
        Some(id) => term(id, one.replacement_label.as_deref().unwrap_or(id)),
        None if one.samples > 0 => {
            view! { <Absent reason="nothing replaces it; its samples go to review"/> }.into_any()
        }
        None => view! { <Absent reason="nothing replaces it"/> }.into_any(),
    };
    let consider = match one.consider.is_empty() {
        true => view! { <Absent reason="the ontology names none"/> }.into_any(),
        false => listed(
            one.consider.iter().map(|id| view! { <span class="mono">{short_term(id, id)}</span> }.into_any()).collect(),
        ),
    };
    let places = match one.collections.is_empty() {
        true => view! { <Absent reason="no sample of yours has it"/> }.into_any(),
        false => listed(one.collections.iter().map(place).collect()),
    };
    view! {
        <tr>
            <th scope="row">{term(&one.term, &one.label)}</th>
            <td>{instead}</td>
            <td>{consider}</td>
            <td class="num">{number(one.samples)}</td>
            <td class="num">{number(one.in_review)}</td>
            <td>{places}</td>
        </tr>
    }
    .into_any()
}

/// Upgrades that were applied, newest first; `may_undo` is for admins.
pub fn batches(all: Vec<Batch>, may_undo: bool, paging: Paging) -> Option<AnyView> {
    if all.is_empty() && paging.is_whole() {
        return None;
    }
    let shown = all.len();
    let rows = all.into_iter().map(|one| batch(one, may_undo)).collect_view();
    let head = || {
        view! {
            <th scope="col">"Upgrade"</th>
            <th scope="col" class="num">"Samples"</th>
            <th scope="col">"Why"</th>
            <th scope="col">"Applied (UTC)"</th>
            <th scope="col">"State"</th>
        }
    };
    let tools = view! { <CopyAs snippets=snippet::json("/api/v1/curations?kind=upgrade")/> };
    let foot = move || paging.foot_of_page(shown, "upgrade", "upgrades", tools);
    Some(
        view! {
            <section id="upgrades" aria-labelledby="upgrades-h">
                <div class="section-head"><h2 id="upgrades-h">"Upgrades of your values"</h2><p>"each is one batch and stays in the history when it is undone"</p></div>
                <Table caption="Upgrades of your values" head=head foot=foot>{rows}</Table>
            </section>
        }
        .into_any(),
    )
}

fn batch(one: Batch, may_undo: bool) -> AnyView {
    let why = match one.why.is_empty() {
        true => view! { <Absent reason="nobody gave a reason"/> }.into_any(),
        false => one.why.clone().into_any(),
    };
    let state = match &one.reverted {
        Some(back) => {
            let by = format!("{} by {}", back.at.day_text(), back.by);
            let why = (!back.why.is_empty()).then(|| view! { <div class="hint">{back.why.clone()}</div> });
            view! { <Status tone=Tone::Plain icon=Icon::X word="undone"/> <div class="hint">{by}</div> {why} }
                .into_any()
        }
        None => {
            let question = format!(
                "Undo {}? The values of {} are what they were without it. The batch stays in the history.",
                one.title,
                samples(one.samples)
            );
            let undo = may_undo.then(|| {
                view! {
                    <form method="post" action="/_fn/revert_batch" data-confirm=question>
                        <input type="hidden" name="batch" value=one.id.to_string()/>
                        <Button small=true kind=Kind::Danger text="Undo"/>
                    </form>
                }
            });
            view! { <div class="row"><Status tone=Tone::Ok word="holds"/> {undo}</div> }.into_any()
        }
    };
    view! {
        <tr>
            <th scope="row">{one.title}</th>
            <td class="num">{number(one.samples)}</td>
            <td>{why}</td>
            <td class="nowrap">{one.at.minute_text()} <div class="hint">{one.by}</div></td>
            <td>{state}</td>
        </tr>
    }
    .into_any()
}
