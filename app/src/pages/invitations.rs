//! The part of the members' page about people who are not members yet: who was asked in, and the form to ask.

use chorale_model::Role;
use chorale_model::identity::Invitation;
use chorale_ui::{Button, Field, Icon, Select, Table, button::Kind};
use leptos::prelude::*;

/// Open invitations, when there are some, and the form.
pub fn section(open: Vec<Invitation>) -> AnyView {
    let list = (!open.is_empty()).then(|| table(open));
    let roles = Role::ALL.map(|role| (role.name().to_owned(), role.name().to_owned())).to_vec();
    view! {
        <section class="stack" id="invite" aria-labelledby="invite-h">
            <div class="section-head"><h2 id="invite-h">"Invite a member"</h2><p>"you get a link to hand over; they are a member once they accepted"</p></div>
            <form class="grid min-12 end" method="post" action="/_fn/invite_member">
                <Field name="email" label="E-mail" r#type="email" required=true/>
                <Field name="name" label="Name" hint="for a person who is new here"/>
                <Select name="role" id="field-new-role" label="Role" options=roles value="scientist"/>
                <div><Button kind=Kind::Primary icon=Icon::Plus text="Invite"/></div>
            </form>
            {list}
        </section>
    }
    .into_any()
}

fn table(open: Vec<Invitation>) -> AnyView {
    let head = || {
        view! {
            <th scope="col">"Invited"</th>
            <th scope="col">"Role"</th>
            <th scope="col">"Since"</th>
            <th scope="col">"Until (UTC)"</th>
            <th scope="col"><span class="sr">"Change"</span></th>
        }
    };
    let rows = open.into_iter().map(row).collect_view();
    view! { <Table caption="Open invitations" head=head>{rows}</Table> }.into_any()
}

fn row(invitation: Invitation) -> impl IntoView {
    view! {
        <tr>
            <th scope="row">{invitation.email}</th>
            <td>{invitation.role.name()}</td>
            <td class="nowrap">{invitation.created_at.day_text()}</td>
            <td class="nowrap">{invitation.expires_at.minute_text()}</td>
            <td class="fit">
                <form method="post" action="/_fn/withdraw_invitation">
                    <input type="hidden" name="invitation" value=invitation.id.to_string()/>
                    <Button small=true kind=Kind::Danger text="Withdraw"/>
                </form>
            </td>
        </tr>
    }
}
