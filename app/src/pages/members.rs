//! Members: who belongs to the organization, in which role. For admins.

use crate::flash::Notice;
use crate::load::member_page;
use crate::pages::invitations;
use crate::paging::Paging;
use crate::screen::{Place, Screen};
use crate::snippet;
use chorale_model::identity::{Invitation, Me, Member};
use chorale_model::page::PageRequest;
use chorale_model::{Page, Role};
use chorale_platform::identity;
use chorale_ui::{Absent, Badge, Button, CopyAs, Crumb, Icon, Status, Table, Tone, button::Kind};
use leptos::prelude::*;

/// `/members`
#[component]
pub fn MembersPage() -> impl IntoView {
    member_page(|asked| async move {
        let members = identity::list_members(&asked.ctx, asked.page(100)).await?;
        let paging = asked.paging("/members", &[], members.next_cursor.as_deref());
        // More would be a lot to have asked at once; REST has all of them.
        let first = PageRequest { cursor: None, limit: Some(PageRequest::MAX) };
        let invited = identity::list_invitations(&asked.ctx, first).await?.items;
        Ok(draw(&asked.me, members, invited, paging))
    })
}

/// The page at `/members`; `invited` have not accepted yet.
pub fn draw(me: &Me, members: Page<Member>, invited: Vec<Invitation>, paging: Paging) -> Screen {
    let shown = members.items.len();
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
    let tools = view! { <CopyAs snippets=snippet::json("/api/v1/members")/> };
    let foot = move || paging.foot_of_page(shown, "member", "members", tools);
    let title = format!("Members of {}", me.organization.name);
    let body = view! {
        <div class="page">
            <header class="page-head">
                <div><h1>"Members"</h1><p class="page-sub">"Each role can all that the one before it can: scientists search, curators import, admins manage."</p></div>
            </header>
            <div class="stack gap-8">
                <Notice actions=&["invite_member", "withdraw_invitation", "set_role", "set_active", "create_password_reset"]/>
                <Table caption=title head=head foot=foot>{rows}</Table>
                {invitations::section(invited)}
            </div>
        </div>
    };
    Screen::new("Members", Place::Members, vec![Crumb::here("Members")], body.into_any())
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
            <td class="fit">
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
