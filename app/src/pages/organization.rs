//! The organization: what it uses of what it may, its export, and its end. For admins.

use crate::flash::Notice;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_model::Time;
use chorale_model::identity::Me;
use chorale_model::metering::{Quota, Usage, UsageReport};
use chorale_model::registry::ProtectedAliases;
use chorale_platform::{metering, registry};
use chorale_ui::number::{bytes, count};
use chorale_ui::{Alert, Bar, Button, Crumb, Empty, Fact, Facts, Field, Icon, Table, TableFoot, Tone, button::Kind};
use leptos::prelude::*;

/// `/organization`
#[component]
pub fn OrganizationPage() -> impl IntoView {
    member_page(|asked| async move {
        let now = asked.ctx.now();
        // The report's hours are whole: the running one belongs to it.
        let report = metering::report(&asked.ctx, now.plus(-30 * Time::DAY), now.plus(Time::HOUR)).await?;
        let protected = registry::list_protected(&asked.ctx).await?;
        Ok(draw(&asked.me, report, &protected))
    })
}

/// The page at `/organization`.
pub fn draw(me: &Me, report: UsageReport, protected: &ProtectedAliases) -> Screen {
    let name = me.organization.name.clone();
    let created = me.organization.created_at.day_text();
    let id = me.organization.id.to_string();
    let period = format!("{} to {}", report.from.day_text(), report.to.day_text());
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1>{name.clone()}</h1></div></header>
            <Facts>
                <Fact label="Since">{created}</Fact>
                <Fact label="Id"><code>{id}</code></Fact>
            </Facts>
            <div class="stack gap-8">
                <Notice actions=&["export_organization", "erase_organization", "protect_aliases"]/>
                {quotas(report.quotas)}
                {usage(report.usage, period)}
                {aliases(protected)}
                {export()}
                {erase(name)}
            </div>
        </div>
    };
    Screen::new("Organization", Place::Organization, vec![Crumb::here("Organization")], body.into_any())
}

/// `peak_memory_bytes` as "Peak memory": the unit stands with the amount.
fn words(name: &str) -> String {
    if name == "cpu_seconds" {
        return "CPU time".to_owned();
    }
    let mut words = name.strip_suffix("_bytes").unwrap_or(name).replace('_', " ");
    if let Some(first) = words.get_mut(..1) {
        first.make_ascii_uppercase();
    }
    words
}

fn amount(name: &str, n: u64) -> String {
    if name.ends_with("_bytes") { bytes(n) } else { count(n) }
}

fn quotas(quotas: Vec<Quota>) -> AnyView {
    let stats = quotas.into_iter().map(|quota| {
        let part = quota.used as f64 / quota.limit.max(1) as f64;
        let label = format!("{:.0} percent of the limit", 100.0 * part);
        let used = amount(&quota.name, quota.used.unsigned_abs());
        let limit = amount(&quota.name, quota.limit.unsigned_abs());
        view! {
            <dl class="stat">
                <dt>{words(&quota.name)}</dt>
                <dd>{used}</dd>
                <dd class="stat-note"><Bar part=part label=label/> {format!(" of {limit}")}</dd>
            </dl>
        }
    });
    view! {
        <section aria-labelledby="quotas-h">
            <div class="section-head"><h2 id="quotas-h">"Quotas"</h2><p>"an operator of the deployment sets the limits"</p></div>
            <div class="stats">{stats.collect_view()}</div>
        </section>
    }
    .into_any()
}

fn usage(usage: Vec<Usage>, period: String) -> AnyView {
    let total = usage.len() as u64;
    let list = if usage.is_empty() {
        view! { <div class="panel"><Empty icon=Icon::Clock title="Nothing was used in this time" text="Imports, searches and requests leave a row here."/></div> }.into_any()
    } else {
        let rows = usage.into_iter().map(|row| {
            let amount = match row.quantity.as_str() {
                name if name.ends_with("_bytes") => bytes(row.amount as u64),
                "requests" => count(row.amount as u64),
                _ => format!("{:.1} {}", row.amount, row.unit),
            };
            view! { <tr><th scope="row">{words(&row.quantity)}</th><td>{row.object}</td><td class="num">{amount}</td></tr> }
        });
        let rows = rows.collect_view();
        let head = || view! { <th scope="col">"Quantity"</th><th scope="col">"Used by"</th><th scope="col" class="num">"Amount"</th> };
        let foot = move || view! { <TableFoot total=total noun=if total == 1 { "row" } else { "rows" }/> };
        view! { <Table caption="Usage" head=head foot=foot>{rows}</Table> }.into_any()
    };
    view! {
        <section aria-labelledby="usage-h">
            <div class="section-head"><h2 id="usage-h">"Usage"</h2><p>{period}</p></div>
            {list}
        </section>
    }
    .into_any()
}

/// Aliases of models that are moved only when another person approves.
fn aliases(protected: &ProtectedAliases) -> AnyView {
    let said = protected.aliases.join(", ");
    view! {
        <section id="aliases" aria-labelledby="aliases-h" class="stack gap-2">
            <div class="section-head"><h2 id="aliases-h">"Protected aliases"</h2><p>"of models: pointing one at another version waits for another person's approval"</p></div>
            <form class="row end" method="post" action="/_fn/protect_aliases">
                <div class="grow"><Field name="aliases" label="Aliases" value=said placeholder="champion, production" hint="words with commas between them; empty: none is protected" autocomplete="off" mono=true/></div>
                <Button text="Protect these"/>
            </form>
            <p class="dense"><a href="/promotions">"Promotions that wait"</a></p>
        </section>
    }
    .into_any()
}

fn export() -> AnyView {
    view! {
        <section id="export" aria-labelledby="export-h">
            <div class="section-head"><h2 id="export-h">"Export"</h2><p>"everything that the organization owns, as one archive"</p></div>
            <form method="post" action="/_fn/export_organization"><Button icon=Icon::DownTray text="Export the organization"/></form>
        </section>
    }
    .into_any()
}

fn erase(name: String) -> AnyView {
    let hint = format!("type “{name}” to confirm");
    view! {
        <section aria-labelledby="erase-h" class="stack">
            <div class="section-head"><h2 id="erase-h">"Erase"</h2></div>
            <Alert tone=Tone::Bad title="Erasing cannot be undone.">
                <p>"Every collection, file, token and membership of this organization goes. Export it first."</p>
            </Alert>
            <form class="grid min-15 end" method="post" action="/_fn/erase_organization">
                <Field name="name" label="Name of the organization" hint=hint autocomplete="off" required=true/>
                <div><Button kind=Kind::Danger text="Erase the organization"/></div>
            </form>
        </section>
    }
    .into_any()
}
