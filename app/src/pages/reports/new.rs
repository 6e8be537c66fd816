//! Saying that a value is wrong: the value as it stands, a sentence, and what it should be.

use crate::flash::Notice;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use crate::values::{method, shown, status};
use chorale_model::catalog::Sample;
use chorale_model::fields::Field as Column;
use chorale_model::harmonize::Value;
use chorale_model::{Fault, SampleId};
use chorale_platform::{catalog, harmonize};
use chorale_ui::{Absent, Button, Crumb, Fact, Facts, Field, Kind, TextArea, score_text};
use leptos::prelude::*;

/// `/reports/new?sample=…&field=…&term=…`
#[component]
pub fn NewReportPage() -> impl IntoView {
    member_page(|asked| async move {
        let id: SampleId = asked.word("sample").parse()?;
        let sample = catalog::load_sample(&asked.ctx, id).await?;
        let name = asked.word("field");
        let fields = harmonize::fields_of(&asked.ctx, sample.collection).await?.fields;
        let missing = || Fault::field("field", format!("\"{name}\" is no field of this sample's collection"));
        let field = fields.into_iter().find(|field| field.name == name).ok_or_else(missing)?;
        let known = harmonize::sample_values(&asked.ctx, id).await?.values;
        let term = asked.word("term");
        let value =
            known.into_iter().find(|value| value.field == field.name && (term.is_empty() || value.term == term));
        let foreign = sample.owner != asked.me.organization.id;
        Ok(draw(&sample, &field, value, foreign))
    })
}

/// `foreign`: another organization decides about it.
pub fn draw(sample: &Sample, field: &Column, value: Option<Value>, foreign: bool) -> Screen {
    let label = field.label.to_lowercase();
    let here = format!("/samples/{}", sample.id);
    let crumbs = vec![Crumb::link(sample.accession.clone(), here.clone()), Crumb::here("Report a value")];
    let term = value.as_ref().map_or_else(String::new, |value| value.term.clone());
    let stands = match &value {
        None => view! { <Absent reason="no value stands there"/> }.into_any(),
        Some(value) => view! { {shown(value.state, &value.term, &value.label)} " " {status(value.state, value.layer, value.accepted)} }.into_any(),
    };
    let how = value.as_ref().map(|value| {
        let (by, sure) = (method(&value.method, &value.version), score_text(value.score));
        view! { <Fact label="Said by">{by} " " <span class="num">{sure}</span></Fact> }
    });
    let (named, title) = (field.label.clone(), sample.title.clone());
    let who = match foreign {
        true => {
            "The organization that owns this sample gets it as a task. It does not learn who you are; its answer comes to your reports."
        }
        false => "Your organization's curators get it as a task. Their answer comes to your reports.",
    };
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1>{format!("What is wrong with the {label} of {}?", sample.accession)}</h1><p class="page-sub">{who}</p></div></header>
            <div class="stack gap-6">
                <Notice actions=&["file_report"]/>
                <Facts>
                    <Fact label=named>{stands}</Fact>
                    {how}
                    <Fact label="Sample"><a href=here>{title}</a></Fact>
                </Facts>
                <form class="stack" method="post" action="/_fn/file_report">
                    <input type="hidden" name="sample" value=sample.id.to_string()/>
                    <input type="hidden" name="field" value=field.name.clone()/>
                    <input type="hidden" name="term" value=term/>
                    <TextArea name="words" label="In a sentence" required=true placeholder="the paper's table 1 lists this patient as healthy"/>
                    <Field name="proposed" label="What it should be, if you know" placeholder="a term's name or id" autocomplete="off"/>
                    <div><Button kind=Kind::Primary text="Report it"/></div>
                </form>
            </div>
        </div>
    };
    Screen::new("Report a value", Place::Reports, crumbs, body.into_any())
}
