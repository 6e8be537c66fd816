//! A rule about words that no question asks: which words, what they become and where, with a look at what it would change.
//! What is typed stands in the address, so that it stays where something is wrong, and all of it works by forms alone.

use super::typed::{ANSWERS, SCOPES, Typed};
use super::{PATH, would};
use crate::address::one;
use crate::flash::Notice;
use crate::load::{Asked, member_page, say_status};
use crate::pages::curate::typed::terms_of;
use crate::pages::which_collection;
use crate::screen::{Place, Screen};
use chorale_model::catalog::Collection;
use chorale_model::fields::Field as Column;
use chorale_model::rules::RulePreview;
use chorale_model::{CollectionId, Fault, FaultKind, Role};
use chorale_platform::{catalog, harmonize, rules};
use chorale_ui::{Alert, Button, Crumb, Field, LinkButton, Select, Tone, button::Kind, note_under};
use leptos::prelude::*;

/// `/rules/new?collection=…`
#[component]
pub fn NewRulePage() -> impl IntoView {
    member_page(|asked| async move {
        asked.require(Role::Curator)?;
        let Some(id) = one(&asked.query, "collection") else { return choose(&asked).await };
        let collection = catalog::load_collection(&asked.ctx, id.parse::<CollectionId>()?).await?;
        if collection.owner != asked.me.organization.id {
            return Err(Fault::forbidden("this collection is another organization's, who alone makes rules for it"));
        }
        let fields = harmonize::fields_of(&asked.ctx, collection.id).await?.fields;
        let typed = Typed::of(&asked, collection.id);
        let looked = match asked.word("look").is_empty() {
            true => None,
            false => Some(look(&asked, &typed).await?),
        };
        Ok(draw(&collection, &fields, typed, looked))
    })
}

/// What came of looking.
pub enum Looked {
    Would(Box<RulePreview>),
    Refused(Fault),
}

async fn look(asked: &Asked, typed: &Typed) -> Result<Looked, Fault> {
    let found = match typed.rule(&asked.ctx).await {
        Ok(rule) => rules::preview_rule(&asked.ctx, rule).await,
        Err(fault) => Err(fault),
    };
    match found {
        Ok(preview) => Ok(Looked::Would(Box::new(preview))),
        Err(fault) if matches!(fault.kind, FaultKind::Invalid | FaultKind::Conflict) => {
            say_status(&fault);
            Ok(Looked::Refused(fault))
        }
        Err(fault) => Err(fault),
    }
}

/// First of all, a collection.
async fn choose(asked: &Asked) -> Result<Screen, Fault> {
    let none = ["There is no collection yet", "Rules hold in a collection. Import samples into one first."];
    let own = which_collection::own(asked).await?;
    Ok(screen(which_collection::ask("New rule", "In which collection?", &format!("{PATH}/new"), own, none)))
}

fn screen(body: AnyView) -> Screen {
    let crumbs = vec![Crumb::link("Rules", PATH), Crumb::here("New rule")];
    Screen::new("New rule", Place::Rules, crumbs, body)
}

/// The form, and beneath it what the rule would do.
pub fn draw(collection: &Collection, fields: &[Column], typed: Typed, looked: Option<Looked>) -> Screen {
    let (result, fault) = match looked {
        None => (None, None),
        Some(Looked::Would(preview)) => (Some(make(&typed, *preview)), None),
        Some(Looked::Refused(fault)) => (None, Some(fault)),
    };
    let elsewhere = fault.as_ref().filter(|fault| fault.fields.is_empty()).map(|fault| fault.message.clone());
    let elsewhere = elsewhere.map(|why| {
        view! { <Alert tone=Tone::Bad title="It cannot be made so." loud=true><p>{why}</p></Alert> }
    });
    let about = format!(
        "In {}: what says these words under an attribute, in what is there now and in what is imported later. What a person decided stays.",
        collection.name
    );
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1>"New rule"</h1><p class="page-sub">{about}</p></div></header>
            <div class="stack gap-6">
                <Notice actions=&["make_rule"]/>
                {elsewhere}
                {form(fields, &typed, fault.as_ref())}
                {result}
            </div>
        </div>
    };
    screen(body.into_any())
}

fn form(fields: &[Column], typed: &Typed, fault: Option<&Fault>) -> AnyView {
    let wrong = |part: &str| {
        let found = fault?.fields.iter().find(|one| one.field == part)?;
        Some(found.message.clone())
    };
    let names = fields.iter().map(|field| (field.name.clone(), field.label.clone()));
    let names = std::iter::once((String::new(), "choose".to_owned())).chain(names).collect();
    let choices = |all: &[(&str, &str)]| all.iter().map(|(key, words)| ((*key).into(), (*words).into())).collect();
    view! {
        <form class="stack" action=format!("{PATH}/new") aria-label="A rule about words">
            <input type="hidden" name="collection" value=typed.collection.to_string()/>
            <input type="hidden" name="look" value="true"/>
            <div class="grid min-15 gap-4 end">
                <Select name="field" label="In the field" options=names value=typed.field.clone() error=wrong("field")/>
                <Field name="attribute" label="Under the attribute" value=typed.attribute.clone() placeholder="source_name" mono=true hint="empty: where the text of the study alone implies it" error=wrong("attribute")/>
                <Field name="words" label="The words" value=typed.words.clone() placeholder="HCC tumor" mono=true hint="capitals and spaces make no difference" error=wrong("words")/>
            </div>
            <div class="grid min-15 gap-4 end">
                <Select name="answer" label="They" options=choices(&ANSWERS) value=typed.answer.clone() error=wrong("answer")/>
                {value(typed, wrong("term"))}
            </div>
            <div class="grid min-15 gap-4 end">
                <Select name="scope" label="It holds in" options=choices(&SCOPES) value=typed.scope.clone()/>
                <Field name="of" label="Which one" value=typed.of.clone() hint="the series' accession, or the submitter as the source names them" error=wrong("scope")/>
            </div>
            <Field name="why" label="Why" value=typed.why.clone() placeholder="for those who read the history; may stay empty" error=wrong("why")/>
            <div class="row"><Button kind=Kind::Primary text="Look at what it would change"/><LinkButton href=PATH text="Leave it"/></div>
        </form>
    }
    .into_any()
}

/// A value of the field; where it is a term, those that fit are offered while somebody types.
fn value(typed: &Typed, error: Option<String>) -> AnyView {
    const ID: &str = "rule-term";
    let (note, list) = (format!("{ID}-note"), format!("{ID}-list"));
    let hint = "a term's name or id, a choice of the field, 54 year; only for this value";
    view! {
        <div class="field">
            <label class="label" for=ID>"Value"</label>
            <div class="termbox">
                <input class="input" id=ID name="term" value=typed.term.clone() autocomplete="off" data-terms=terms_of(typed.collection, "") data-terms-of="field" aria-controls=list.clone() aria-invalid=error.is_some().then_some("true") aria-describedby=note.clone()/>
                <ul class="termbox-list" id=list role="listbox" aria-label="Terms that fit" hidden></ul>
            </div>
            {note_under(note, Some(hint.to_owned()), error)}
        </div>
    }
    .into_any()
}

fn make(typed: &Typed, preview: RulePreview) -> AnyView {
    let kept = typed.pairs().map(|(key, value)| view! { <input type="hidden" name=key value=value/> });
    view! {
        <section class="panel panel-body stack gap-3" aria-labelledby="would-h">
            <h2 id="would-h">"What it would change"</h2>
            {would::draw(preview)}
            <form method="post" action="/_fn/make_rule">
                {kept.collect_view()}
                <Button kind=Kind::Primary text="Make the rule"/>
            </form>
        </section>
    }
    .into_any()
}
