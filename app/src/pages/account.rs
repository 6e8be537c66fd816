//! Account: password, sessions, API tokens, and how the screens behave for this person.

use crate::flash::Notice;
use crate::load::member_page;
use crate::paging::Paging;
use crate::preference::Preferences;
use crate::screen::{Place, Screen};
use chorale_model::identity::{Me, Session, Token};
use chorale_model::{Role, Time};
use chorale_platform::identity;
use chorale_ui::{Absent, Badge, Button, Crumb, Empty, Field, Icon, Select, Status, Table, Tone, button::Kind};
use leptos::prelude::*;

/// `/account`
#[component]
pub fn AccountPage() -> impl IntoView {
    let theme = Preferences::of_request().theme.unwrap_or("system");
    member_page(move |asked| async move {
        let sessions = identity::list_sessions(&asked.ctx, asked.page_of("sessions", LISTED)).await?;
        let tokens = identity::list_tokens(&asked.ctx, false, asked.page_of("tokens", LISTED)).await?;
        let [token, session] = ["tokens", "sessions"].map(|key| asked.word(key));
        let later = |key: &'static str, kept: (&str, &str), next: Option<&str>| {
            asked.paging_of(key, "/account", &[kept], next).at(key)
        };
        let of_tokens = later("tokens", ("sessions", &session), tokens.next_cursor.as_deref());
        let of_sessions = later("sessions", ("tokens", &token), sessions.next_cursor.as_deref());
        let now = asked.ctx.now();
        Ok(draw(&asked.me, (sessions.items, of_sessions), (tokens.items, of_tokens), theme, now))
    })
}

/// How many sessions and tokens a page lists.
const LISTED: i64 = 25;

/// The page at `/account`; each list comes with where it stands.
pub fn draw(me: &Me, sessions: (Vec<Session>, Paging), tokens: (Vec<Token>, Paging), theme: &str, now: Time) -> Screen {
    let who = format!("{} · {} in {}", me.email, me.role, me.organization.name);
    let body = view! {
        <div class="page" data-width="middle">
            <header class="page-head"><div><h1>"Account"</h1><p class="page-sub">{who}</p></div></header>
            <div class="stack gap-8">
                <Notice actions=&["change_password", "end_session", "create_token", "revoke_token", "set_preferences", "set_preference"]/>
                {token_section(me, tokens, now)}
                {screen_section(me, theme)}
                {password_section(me.email.clone())}
                {session_section(sessions)}
            </div>
        </div>
    };
    Screen::new("Account", Place::Account, vec![Crumb::here("Account")], body.into_any())
}

fn token_section(me: &Me, (tokens, paging): (Vec<Token>, Paging), now: Time) -> AnyView {
    let shown = tokens.len();
    let list = if tokens.is_empty() {
        view! { <div class="panel"><Empty icon=Icon::Key title="There are no tokens" text="A token lets a program do what you may do: the Python client, curl, the command line."/></div> }.into_any()
    } else {
        let rows = tokens.into_iter().map(|token| token_row(token, now)).collect_view();
        let head = || {
            view! {
                <th scope="col">"Token"</th>
                <th scope="col">"Role"</th>
                <th scope="col">"Last used"</th>
                <th scope="col">"Expires"</th>
                <th scope="col">"State"</th>
                <th scope="col"><span class="sr">"Revoke"</span></th>
            }
        };
        let foot = move || paging.foot_of_page(shown, "token", "tokens", ());
        view! { <Table caption="API tokens" head=head foot=foot>{rows}</Table> }.into_any()
    };
    let roles: Vec<_> = Role::ALL
        .into_iter()
        .filter(|role| *role <= me.role)
        .map(|role| (role.name().to_owned(), role.name().to_owned()))
        .collect();
    let lives = [("30", "30 days"), ("90", "90 days"), ("365", "a year"), ("", "never")];
    let lives = lives.map(|(days, words)| (days.to_owned(), words.to_owned())).to_vec();
    view! {
        <section id="tokens" aria-labelledby="tokens-h">
            <div class="section-head"><h2 id="tokens-h">"API tokens"</h2><p>"for this organization only"</p></div>
            <div class="stack">
                {list}
                <form class="grid min-12 end" method="post" action="/_fn/create_token">
                    <Field name="name" label="Name" required=true placeholder="notebook"/>
                    <Select name="role" label="Role" options=roles value="scientist"/>
                    <Select name="expires_in_days" label="Expires" options=lives value="90"/>
                    <div><Button kind=Kind::Primary icon=Icon::Plus text="Create token"/></div>
                </form>
            </div>
        </section>
    }
    .into_any()
}

fn token_row(token: Token, now: Time) -> AnyView {
    let expired = token.expires_at.is_some_and(|end| end <= now);
    let (tone, word) = match (token.revoked_at, expired) {
        (Some(_), _) => (Tone::Plain, "revoked"),
        (None, true) => (Tone::Plain, "expired"),
        (None, false) => (Tone::Ok, "valid"),
    };
    let day = |time: Option<Time>, reason: &'static str| match time {
        Some(time) => time.day_text().into_any(),
        None => view! { <Absent reason=reason/> }.into_any(),
    };
    let question = format!("Revoke the token “{}”? Programs that use it stop working at once.", token.name);
    let revoke = (token.revoked_at.is_none() && !expired).then(|| {
        view! {
            <form method="post" action="/_fn/revoke_token" data-confirm=question>
                <input type="hidden" name="token" value=token.id.to_string()/>
                <Button kind=Kind::Danger small=true text="Revoke"/>
            </form>
        }
    });
    view! {
        <tr>
            <th scope="row">{token.name} " " <code class="ink-3">{format!("{}…", token.prefix)}</code></th>
            <td>{token.role.name()}</td>
            <td>{day(token.last_used_at, "never used")}</td>
            <td>{day(token.expires_at, "never expires")}</td>
            <td><Status tone=tone icon=if word == "valid" { Icon::Ok } else { Icon::X } word=word/></td>
            <td class="fit">{revoke}</td>
        </tr>
    }
    .into_any()
}

fn screen_section(me: &Me, theme: &str) -> AnyView {
    let themes = [("system", "as the system says"), ("light", "light"), ("dark", "dark")];
    let themes = themes.map(|(key, words)| (key.to_owned(), words.to_owned())).to_vec();
    let keys = [("true", "on"), ("false", "off")].map(|(key, words)| (key.to_owned(), words.to_owned())).to_vec();
    let theme = theme.to_owned();
    let single = me.single_keys.to_string();
    view! {
        <section aria-labelledby="screen-h">
            <div class="section-head"><h2 id="screen-h">"Screen and keys"</h2></div>
            <div class="grid min-15">
                <form class="row end" method="post" action="/_fn/set_preference">
                    <input type="hidden" name="name" value="theme"/>
                    <Select name="value" id="field-theme" label="Theme, in this browser" options=themes value=theme/>
                    <Button text="Keep"/>
                </form>
                <form class="row end" method="post" action="/_fn/set_preferences">
                    <Select name="single_keys" label="Single keys ( / j k ? )" options=keys value=single/>
                    <Button text="Keep"/>
                </form>
            </div>
        </section>
    }
    .into_any()
}

/// The hidden address tells a password manager whose password this is.
fn password_section(email: String) -> AnyView {
    view! {
        <section id="password" aria-labelledby="password-h">
            <div class="section-head"><h2 id="password-h">"Password"</h2><p>"a change signs out your other sessions"</p></div>
            <form class="grid min-15 end" method="post" action="/_fn/change_password">
                <input type="text" autocomplete="username" value=email hidden/>
                <Field name="current" label="Current password" r#type="password" autocomplete="current-password" required=true/>
                <Field name="new" label="New password" r#type="password" autocomplete="new-password" required=true/>
                <div><Button text="Change password"/></div>
            </form>
        </section>
    }
    .into_any()
}

/// "Firefox on Linux": what a person knows their browser by. Anything else stands as it introduced itself.
fn browser(agent: &str) -> String {
    const BROWSERS: [(&str, &str); 5] =
        [("Edg/", "Edge"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"), ("curl/", "curl")];
    const SYSTEMS: [(&str, &str); 6] = [
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find =
        |known: &[(&str, &'static str)]| known.iter().find(|(mark, _)| agent.contains(mark)).map(|(_, name)| *name);
    match (find(&BROWSERS), find(&SYSTEMS)) {
        (Some(browser), Some(system)) => format!("{browser} on {system}"),
        (Some(browser), None) => browser.to_owned(),
        (None, _) => agent.chars().take(40).collect(),
    }
}

fn session_section((sessions, paging): (Vec<Session>, Paging)) -> AnyView {
    let shown = sessions.len();
    let rows = sessions.into_iter().map(|session| {
        let end = (!session.current).then(|| {
            view! {
                <form method="post" action="/_fn/end_session">
                    <input type="hidden" name="session" value=session.id.to_string()/>
                    <Button small=true text="Sign out"/>
                </form>
            }
        });
        view! {
            <tr>
                <th scope="row"><span title=session.user_agent.clone()>{browser(&session.user_agent)}</span>{session.current.then(|| view! { " " <Badge text="this one"/> })}</th>
                <td class="mono">{session.address}</td>
                <td class="nowrap">{session.last_seen_at.minute_text()}</td>
                <td class="nowrap">{session.expires_at.day_text()}</td>
                <td class="fit">{end}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let head = || {
        view! {
            <th scope="col">"Browser"</th>
            <th scope="col">"Address"</th>
            <th scope="col">"Last seen (UTC)"</th>
            <th scope="col">"Ends"</th>
            <th scope="col"><span class="sr">"Sign out"</span></th>
        }
    };
    let foot = move || paging.foot_of_page(shown, "session", "sessions", ());
    view! {
        <section id="sessions" aria-labelledby="sessions-h">
            <div class="section-head"><h2 id="sessions-h">"Sessions"</h2><p>"browsers in which you are signed in"</p></div>
            <Table caption="Sessions" head=head foot=foot>{rows}</Table>
        </section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    #[test]
    fn browsers_are_called_what_people_call_them() {
        let chrome =
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36";
        assert_eq!(super::browser(chrome), "Chrome on Linux");
        assert_eq!(super::browser("curl/8.5.0"), "curl");
        assert_eq!(super::browser("a program"), "a program");
    }
}
