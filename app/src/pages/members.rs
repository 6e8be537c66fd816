//! Members: who belongs to the organization, in which role. For admins.

use crate::address::address;
use crate::flash::Notice;
use crate::load::member_page;
use crate::screen::{Place, Screen};
use chorale_model::identity::{Me, Member};
use chorale_model::{Page, Role};
use chorale_platform::identity;
use chorale_ui::{
    Absent, Badge, Button, Crumb, Field, Icon, Pages, Select, Status, Table, TableFoot, Tone, button::Kind,
};
use leptos::prelude::*;

/// `/members`
#[component]
pub fn MembersPage() -> impl IntoView {
    member_page(|asked| async move {
        let members = identity::list_members(&asked.ctx, asked.page(100)).await?;
        Ok(draw(&asked.me, members, asked.is_first_page()))
    })
}

/// The page at `/members`.
pub fn draw(me: &Me, members: Page<Member>, first_page: bool) -> Screen {
    let total = members.items.len() as u64;
    let next =
        members.next_cursor.as_deref().map(|cursor| address("/members", [("cursor", cursor)])).unwrap_or_default();
    let first = if first_page { String::new() } else { "/members".to_owned() };
    let own = me.user;
    let rows = members.items.into_iter().map(|member| row(member.user == own, member)).collect_view();
    let head = || {
        view! {
            <th scope="col">"Member"</th>
            <th scope="col">"Role"</th>
            <th scope="col">"State"</th>
            <th scope="col">"Last seen (UTC)"</th>
            <th scope="col">"Since"</th>
            <th scope="col"><span class="sr">"Change"</span></th>
        }
    };
    let foot = move || view! { <TableFoot total=total noun="on this page"><Pages first=first next=next/></TableFoot> };
    let title = format!("Members of {}", me.organization.name);
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>"Members"</h1><p class="page-sub">"Each role can all that the one before it can: scientists search, curators import, admins manage."</p></div>
            </header>
            <div class="stack gap-8">
                <Notice actions=&["add_member", "set_role", "set_active", "create_password_reset"]/>
                <Table caption=title head=head foot=foot>{rows}</Table>
                {add()}
            </div>
        </div>
    };
    Screen::new("Members", Place::Members, vec![Crumb::here("Members")], body.into_any())
}

fn roles() -> Vec<(String, String)> {
    Role::ALL.map(|role| (role.name().to_owned(), role.name().to_owned())).to_vec()
}

fn row(own: bool, member: Member) -> AnyView {
    let id = member.user.to_string();
    let seen = match member.last_seen_at {
        Some(time) => time.minute_text().into_any(),
        None => view! { <Absent reason="never signed in"/> }.into_any(),
    };
    let state = if member.active {
        view! { <Status tone=Tone::Ok word="active"/> }.into_any()
    } else {
        view! { <Status tone=Tone::Plain icon=Icon::Pause word="deactivated"/> }.into_any()
    };
    let menu = (!own).then(|| changes(&member));
    view! {
        <tr>
            <th scope="row">
                <b>{if member.name.is_empty() { member.email.clone() } else { member.name.clone() }}</b>
                {own.then(|| view! { " " <Badge text="you"/> })}
                <div class="hint">{member.email}</div>
            </th>
            <td>
                <form class="row" method="post" action="/_fn/set_role">
                    <input type="hidden" name="user" value=id.clone()/>
                    {role_select(&id, member.role, own)}
                    {(!own).then(|| view! { <Button small=true text="Set"/> })}
                </form>
            </td>
            <td>{state}</td>
            <td class="nowrap">{seen}</td>
            <td class="nowrap">{member.joined_at.day_text()}</td>
            <td class="fit">{menu}</td>
        </tr>
    }
    .into_any()
}

fn role_select(id: &str, role: Role, disabled: bool) -> AnyView {
    let options = Role::ALL.map(|one| view! { <option value=one.name() selected=one == role>{one.name()}</option> });
    let label = format!("role-{id}");
    let control = label.clone();
    view! {
        <label class="sr" for=label>"Role"</label>
        <select class="input short" id=control name="role" disabled=disabled>{options.collect_view()}</select>
    }
    .into_any()
}

fn changes(member: &Member) -> AnyView {
    let id = member.user.to_string();
    let other = id.clone();
    let (value, text) = if member.active { ("false", "Deactivate") } else { ("true", "Activate") };
    let question = member.active.then(|| {
        format!("Deactivate {}? They are signed out and their tokens stop working. Their history stays.", member.email)
    });
    view! {
        <div class="row">
            <form method="post" action="/_fn/create_password_reset">
                <input type="hidden" name="user" value=id/>
                <Button small=true text="Reset password"/>
            </form>
            <form method="post" action="/_fn/set_active" data-confirm=question>
                <input type="hidden" name="user" value=other/>
                <input type="hidden" name="active" value=value/>
                <Button small=true kind=if member.active { Kind::Danger } else { Kind::Default } text=text/>
            </form>
        </div>
    }
    .into_any()
}

fn add() -> AnyView {
    view! {
        <section aria-labelledby="add-h">
            <div class="section-head"><h2 id="add-h">"Add a member"</h2><p>"someone who already has an account here keeps their password"</p></div>
            <form class="grid min-12 end" method="post" action="/_fn/add_member">
                <Field name="email" label="E-mail" r#type="email" required=true/>
                <Field name="name" label="Name"/>
                <Select name="role" id="field-new-role" label="Role" options=roles() value="scientist"/>
                <Field name="password" label="First password" r#type="password" autocomplete="new-password" hint="for a new person"/>
                <div><Button kind=Kind::Primary icon=Icon::Plus text="Add member"/></div>
            </form>
        </section>
    }
    .into_any()
}
