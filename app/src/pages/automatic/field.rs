//! One field: its precision by score, the slider over scores, what the one that is looked at would change, and the button
//! that sets it.

use super::words::{HOW, cell, percent, sentence, share_text};
use super::{PATH, address_of, address_of_field};
use crate::flash::Notice;
use crate::islands;
use crate::pages::{alerts, by_value};
use crate::screen::{Place, Screen};
use crate::snippet;
use crate::values::term;
use chorale_model::alerts::Alert as Raised;
use chorale_model::automatic::{AutomaticDetail, Mistake, ThresholdChange, ThresholdPreview, VersionFigures};
use chorale_model::catalog::Collection;
use chorale_ui::number::{count, counted};
use chorale_ui::{
    Absent, Alert, Button, CopyAs, Crumb, Fact, Facts, IntervalPoint, Intervals, LinkButton, Table, TableFoot, Tone,
    button::Kind,
};
use leptos::prelude::*;

/// Everything that is drawn.
pub struct Shown {
    pub collection: Collection,
    pub detail: AutomaticDetail,
    pub alert: Option<Raised>,
    /// The threshold that is looked at: None inside is the one by the promise.
    pub looked: Option<(Option<f64>, ThresholdPreview)>,
    pub may_set: bool,
}

pub fn draw(shown: Shown) -> Screen {
    let (collection, field) = (&shown.collection, &shown.detail.field);
    let title = format!("{}, automatically", field.label);
    let crumbs = vec![
        Crumb::link("Automatic", PATH),
        Crumb::link(collection.name.clone(), address_of(collection.id)),
        Crumb::here(field.label.clone()),
    ];
    let review = by_value::address_of(collection.id, &field.field);
    // What nobody checks is measured by nobody.
    let check = format!("{review}&state=settled&sort=score");
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div>
                    <h1>{title.clone()}</h1>
                    <p class="page-sub">{format!("In {}: how right suggestions of this field are, as decisions say, and from which score on they are accepted without a person.", collection.name)}</p>
                </div>
            </header>
            <div class="stack gap-6">
                <Notice actions=&["set_threshold", "resolve_alert", "acknowledge_alert"]/>
                {shown.alert.clone().map(|alert| on_hold(&alert))}
                {facts(&shown)}
                <p class="small"><a href=check>"Check what is accepted"</a>" "<span class="ink-3">"Its precision is known only as far as somebody looks."</span></p>
                <div class="grid min-22">
                    {figure(&shown)}
                    {slider(&shown)}
                </div>
                {would(&shown)}
                {versions(&shown)}
                {mistakes(&shown)}
                <details class="small ink-2"><summary>"How this is counted"</summary><p>{HOW}</p></details>
            </div>
        </div>
    };
    let action = view! { <LinkButton href=review.clone() text="Review by value"/> };
    Screen::new(title, Place::Automatic, crumbs, body.into_any()).with_action(action)
}

fn on_hold(alert: &Raised) -> AnyView {
    let (href, message) = (alerts::address_of(alert.id), alert.message.clone());
    view! {
        <Alert tone=Tone::Bad title="On hold: nothing of this field is accepted automatically.">
            <p>{message} " What was accepted before stays, and is in question. " <a href=href>"See the alert"</a></p>
        </Alert>
    }
    .into_any()
}

fn facts(shown: &Shown) -> AnyView {
    let field = &shown.detail.field;
    let n = |samples: i64| count(samples.unsigned_abs());
    let from = match (field.accepted_from, field.chosen) {
        (None, _) => "no score".to_owned(),
        (Some(score), true) => format!("{score:.2}, chosen"),
        (Some(score), false) => format!("{score:.2}, by the promise"),
    };
    let present = field.versions.iter().find(|version| version.present).and_then(|version| version.accepted);
    let accepted = present.map_or_else(|| "–".to_owned(), share_text);
    let promised = percent(field.promised);
    let (automatic, waiting, by_score) = (n(field.automatic), n(field.waiting), n(field.waiting_by_score));
    view! {
        <Facts>
            <Fact label="Promised precision">{promised}</Fact>
            <Fact label="Accepted from score">{from}</Fact>
            <Fact label="Precision of what is accepted">{accepted}</Fact>
            <Fact label="Accepted automatically">{automatic}</Fact>
            <Fact label="Waiting">{waiting}</Fact>
            <Fact label="Of them, by their score alone">{by_score}</Fact>
        </Facts>
    }
    .into_any()
}

fn figure(shown: &Shown) -> AnyView {
    let (detail, field) = (&shown.detail, &shown.detail.field);
    let decided: i64 = detail.bands.iter().map(|band| band.right + band.wrong).sum();
    if decided == 0 {
        return view! {
            <figure class="chart"><figcaption>"Precision by score"</figcaption><p class="ink-2">"Nobody has decided about suggestions of this version yet. Review some by value, and their precision stands here."</p></figure>
        }
        .into_any();
    }
    let point = |band: &chorale_model::automatic::BandFigures| IntervalPoint {
        label: format!("{:.2}", band.from),
        share: band.precision.map(|share| (share.share, share.low, share.high, share.of.unsigned_abs())),
    };
    let below = detail.bands.iter().filter(|band| band.precision.is_some_and(|share| share.high < field.promised));
    let title = match below.count() {
        0 => "No band of scores is surely below the promise".to_owned(),
        n => format!("{} surely below the promise", counted(n as u64, "band of scores is", "bands of scores are")),
    };
    let note = format!("{}, n = {} decided questions", detail.annotator, count(decided.unsigned_abs()));
    let promised = Some((field.promised, format!("promised {}", percent(field.promised))));
    let from = field.accepted_from.filter(|_| field.hold.is_none()).map(|from| (from, "accepted".to_owned()));
    let points = detail.bands.iter().map(point).collect();
    view! { <Intervals title=title note=note unit="Score from" points=points promised=promised from=from/> }.into_any()
}

fn slider(shown: &Shown) -> AnyView {
    let (detail, field) = (&shown.detail, &shown.detail.field);
    let last = detail.steps.len().saturating_sub(1);
    let at = match &shown.looked {
        Some((Some(from), _)) => Some(*from),
        _ => field.accepted_from,
    };
    let at = at.map_or(last, |from| ((from * last as f64).ceil() as usize).min(last));
    let sentences: Vec<String> = detail.steps.iter().map(|step| sentence(step, field.waiting_by_score)).collect();
    let by_promise = crate::address::address(
        PATH,
        [("collection", shown.collection.id.to_string().as_str()), ("field", &field.field), ("from", "precision")],
    );
    let rows = detail.steps.iter().map(|step| {
        let href = format!("{}&from={:.2}", address_of_field(shown.collection.id, &field.field), step.from);
        let n = |samples: i64| count(samples.unsigned_abs());
        view! {
            <tr>
                <th scope="row"><a href=href>{format!("{:.2}", step.from)}</a></th>
                <td class="num">{cell(step.precision)}</td>
                <td class="num">{n(step.accepts)}</td>
                <td class="num">{n(step.returns)}</td>
            </tr>
        }
    });
    view! {
        <section class="panel panel-body stack gap-3" aria-labelledby="slider-h">
            <div class="section-head tight"><h2 id="slider-h">"Accept automatically"</h2></div>
            <form class="stack gap-3" action=PATH data-quiet>
                <input type="hidden" name="collection" value=shown.collection.id.to_string()/>
                <input type="hidden" name="field" value=field.field.clone()/>
                <islands::Threshold label="From this score on".to_owned() at=at sentences=sentences/>
                <div class="row">
                    <Button text="Look what it changes"/>
                    <a class="small" href=by_promise>"By the promised precision"</a>
                </div>
            </form>
            <details>
                <summary>"Every step"</summary>
                <table class="table">
                    <thead>
                        <tr>
                            <th scope="col">"From"</th>
                            <th scope="col" class="num">"Precision"</th>
                            <th scope="col" class="num">"Accepts"</th>
                            <th scope="col" class="num">"Sends to review"</th>
                        </tr>
                    </thead>
                    <tbody>{rows.collect_view()}</tbody>
                </table>
            </details>
        </section>
    }
    .into_any()
}

/// What the threshold that is looked at changes, and setting it.
fn would(shown: &Shown) -> Option<AnyView> {
    let (asked, preview) = shown.looked.as_ref()?;
    let field = &shown.detail.field;
    let score = preview.from.map_or_else(|| "at no score".to_owned(), |from| format!("from score {from:.2} on"));
    let title = match asked {
        Some(_) => format!("Accept {score}"),
        None => format!("Accept by the promised precision: {score}"),
    };
    let samples = |n: i64| counted(n.unsigned_abs(), "sample", "samples");
    let questions = |n: i64| counted(n.unsigned_abs(), "question", "questions");
    let precision = match preview.precision {
        Some(share) => format!("Right of what was decided from there on: {}.", share_text(share)),
        None => "Nobody decided anything from there on: its precision is not known.".to_owned(),
    };
    let unjudged = (preview.unjudged > 0 && preview.precision.is_some())
        .then(|| format!(" {} of them have scores of which nobody decided anything.", samples(preview.unjudged)));
    let accepts = format!(
        "{} ({}) of {} that wait by their score would be accepted.",
        samples(preview.accepts),
        questions(preview.accepts_questions),
        samples(preview.waiting)
    );
    let returns = (preview.returns > 0).then(|| {
        format!(
            " {} ({}) that are accepted now would wait.",
            samples(preview.returns),
            questions(preview.returns_questions)
        )
    });
    let lines: Vec<AnyView> = preview.changes.iter().map(change).collect();
    let set = shown.may_set.then(|| {
        let value = asked.map(|from| from.to_string()).unwrap_or_default();
        view! {
            <form class="row" method="post" action="/_fn/set_threshold">
                <input type="hidden" name="collection" value=shown.collection.id.to_string()/>
                <input type="hidden" name="field" value=field.field.clone()/>
                <input type="hidden" name="version" value=shown.detail.version.to_string()/>
                <input type="hidden" name="from" value=value/>
                <Button kind=Kind::Primary text=title.clone()/>
                <LinkButton href=address_of_field(shown.collection.id, &field.field) text="Leave it"/>
            </form>
        }
    });
    Some(
        view! {
            <section class="panel panel-body stack gap-3" aria-labelledby="would-h">
                <div class="section-head tight"><h2 id="would-h">{title.clone()}</h2><p>"nothing has changed yet"</p></div>
                <p>{precision}</p>
                <p>{accepts}{unjudged}{returns}</p>
                {(!preview.changes.is_empty()).then(|| changes(lines))}
                {set}
            </section>
        }
        .into_any(),
    )
}

/// The questions on most samples whose values change.
fn changes(rows: Vec<AnyView>) -> AnyView {
    let head = || {
        view! {
            <th scope="col">"The source says"</th>
            <th scope="col">"Suggested"</th>
            <th scope="col" class="num">"Score"</th>
            <th scope="col" class="num">"Samples"</th>
            <th scope="col">"Then"</th>
        }
    };
    view! { <Table caption="What changes, most samples first" head=head>{rows}</Table> }.into_any()
}

fn change(one: &ThresholdChange) -> AnyView {
    let becomes = if one.accepted { "accepted" } else { "waits" };
    let place = if one.attribute.is_empty() { String::new() } else { format!("{}: ", one.attribute) };
    view! {
        <tr>
            <th scope="row">{place}{one.words.clone()}</th>
            <td>{term(&one.term, &one.label)}</td>
            <td class="num">{format!("{:.2}", one.score)}</td>
            <td class="num">{count(one.samples.unsigned_abs())}</td>
            <td>{becomes}</td>
        </tr>
    }
    .into_any()
}

fn versions(shown: &Shown) -> AnyView {
    let field = &shown.detail.field;
    if field.versions.is_empty() {
        return ().into_any();
    }
    let total = field.versions.len() as u64;
    let rows = field.versions.iter().map(|one| version(shown, one)).collect_view();
    let head = || {
        view! {
            <th scope="col">"Annotator"</th>
            <th scope="col" class="num">"Precision"</th>
            <th scope="col" class="num">"Recall"</th>
            <th scope="col" class="num">"Right"</th>
            <th scope="col" class="num">"Wrong"</th>
            <th scope="col" class="num" title="of the wrong ones, those that became another value">"Changed"</th>
            <th scope="col" class="num" title="values that people gave where nothing was suggested">"Missed"</th>
            <th scope="col" class="num" title="that these decisions settled">"Samples"</th>
        }
    };
    let rest = format!("/api/v1/collections/{}/automatic/{}", shown.collection.id, field.field);
    let foot = move || {
        view! { <TableFoot total=total noun=if total == 1 { "version" } else { "versions" }><CopyAs snippets=snippet::json(&rest)/></TableFoot> }
    };
    view! {
        <section aria-labelledby="versions-h">
            <div class="section-head"><h2 id="versions-h">"By version"</h2><p>"counted in questions"</p></div>
            <Table caption="Versions of the annotator" head=head foot=foot>{rows}</Table>
        </section>
    }
    .into_any()
}

fn version(shown: &Shown, one: &VersionFigures) -> AnyView {
    let href =
        format!("{}&annotator={}", address_of_field(shown.collection.id, &shown.detail.field.field), one.annotator);
    let here = one.annotator == shown.detail.annotator;
    let n = |questions: i64| count(questions.unsigned_abs());
    view! {
        <tr>
            <th scope="row"><a class="mono" href=href aria-current=here.then_some("true")>{one.annotator.clone()}</a>{one.present.then_some(" works now")}</th>
            <td class="num">{cell(one.precision)}</td>
            <td class="num">{cell(one.recall)}</td>
            <td class="num">{n(one.right)}</td>
            <td class="num">{n(one.wrong)}</td>
            <td class="num">{n(one.changed)}</td>
            <td class="num">{n(one.missed)}</td>
            <td class="num">{n(one.samples)}</td>
        </tr>
    }
    .into_any()
}

fn mistakes(shown: &Shown) -> Option<AnyView> {
    if shown.detail.errors.is_empty() {
        return None;
    }
    let line = |one: &Mistake| {
        let became = match one.to_term.is_empty() {
            true => view! { <Absent reason="it was only rejected"/> }.into_any(),
            false => term(&one.to_term, &one.to_label),
        };
        view! {
            <tr>
                <th scope="row">{term(&one.term, &one.label)}</th>
                <td>{became}</td>
                <td class="num">{format!("{:.2}", one.score)}</td>
                <td class="num">{count(one.questions.unsigned_abs())}</td>
                <td class="num">{count(one.samples.unsigned_abs())}</td>
            </tr>
        }
    };
    let rows = shown.detail.errors.iter().map(line).collect_view();
    let head = || {
        view! {
            <th scope="col">"Suggested"</th>
            <th scope="col">"People say"</th>
            <th scope="col" class="num">"Score up to"</th>
            <th scope="col" class="num">"Questions"</th>
            <th scope="col" class="num">"Samples"</th>
        }
    };
    Some(
        view! {
            <section aria-labelledby="mistakes-h">
                <div class="section-head"><h2 id="mistakes-h">"Found wrong"</h2><p>"those on most samples"</p></div>
                <Table caption="Suggestions that people found wrong" head=head>{rows}</Table>
            </section>
        }
        .into_any(),
    )
}
