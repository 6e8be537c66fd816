//! A model's aliases: what each stands for, and the forms that set, move and remove one.

use super::{named, version_link};
use chorale_model::registry::{Alias, RegisteredModel};
use chorale_ui::{Badge, Button, Empty, Field, Icon, Kind, Table, TableFoot};
use leptos::prelude::*;

pub fn draw(model: &RegisteredModel, may_change: bool, protected: &[String]) -> AnyView {
    let list = match model.aliases.is_empty() {
        true => view! { <div class="panel"><Empty icon=Icon::Pin title="No alias is set" text="An alias such as champion stands for one version: whoever loads by it gets that version, and another one once it is moved."/></div> }.into_any(),
        false => table(model, may_change, protected),
    };
    let form = (may_change && model.latest_version > 0).then(|| set(model, protected));
    view! {
        <section class="stack" aria-labelledby="aliases-h" id="aliases">
            <div class="section-head"><h2 id="aliases-h">"Aliases"</h2><p>"models:/NAME@ALIAS loads the version that an alias stands for"</p></div>
            {list}
            {form}
        </section>
    }
    .into_any()
}

fn table(model: &RegisteredModel, may_change: bool, protected: &[String]) -> AnyView {
    let rows = model.aliases.iter().map(|alias| row(model, alias, may_change, protected)).collect_view();
    let total = model.aliases.len() as u64;
    let head = move || {
        view! {
            <th scope="col">"Alias"</th>
            <th scope="col">"Stands for"</th>
            {may_change.then(|| view! { <th scope="col"><span class="sr">"Change"</span></th> })}
        }
    };
    let foot = move || view! { <TableFoot total=total noun=if total == 1 { "alias" } else { "aliases" }/> };
    view! { <Table caption="Aliases" head=head foot=foot>{rows}</Table> }.into_any()
}

fn row(model: &RegisteredModel, one: &Alias, may_change: bool, protected: &[String]) -> AnyView {
    let is_protected = protected.contains(&one.alias.to_lowercase());
    let remove = may_change.then(|| {
        let question = match is_protected {
            true => format!("Ask another person to let {} be removed from version {}?", one.alias, one.version),
            false => format!("Remove {} from version {} of {}?", one.alias, one.version, model.name),
        };
        let label = format!("Remove {}", one.alias);
        view! {
            <td class="fit">
                <form method="post" action="/_fn/remove_alias" data-confirm=question>
                    {named(&model.name, None)}
                    <input type="hidden" name="alias" value=one.alias.clone()/>
                    <button class="btn" data-size="small" data-kind="quiet" aria-label=label>"Remove"</button>
                </form>
            </td>
        }
    });
    view! {
        <tr>
            <th scope="row"><span class="row gap-1"><span class="mono">{one.alias.clone()}</span>{is_protected.then(|| view! { <Badge text="protected"/> })}</span></th>
            <td>{version_link(&model.name, one.version)}</td>
            {remove}
        </tr>
    }
    .into_any()
}

/// Sets an alias, or moves the one of that name.
fn set(model: &RegisteredModel, protected: &[String]) -> AnyView {
    let why = (!protected.is_empty()).then(|| {
        let hint = format!(
            "for whoever approves it: {} {} protected",
            protected.join(", "),
            if protected.len() == 1 { "is" } else { "are" }
        );
        view! { <div class="grow"><Field name="why" label="Why" hint=hint/></div> }
    });
    view! {
        <form class="row end" method="post" action="/_fn/promote_model">
            {named(&model.name, None)}
            <Field name="alias" label="Alias" placeholder="champion" required=true autocomplete="off" mono=true/>
            <Field name="version" label="Version" r#type="number" value=model.latest_version.to_string() required=true/>
            {why}
            <Button kind=Kind::Primary text="Point it there"/>
        </form>
    }
    .into_any()
}
