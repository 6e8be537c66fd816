//! What was done to a model or to a version, newest first.

use crate::address::address;
use chorale_model::Page;
use chorale_model::audit::AuditRow;
use chorale_ui::{Event, Timeline, Tone};
use leptos::prelude::*;
use serde_json::Value;

/// Of so many rows a page tells; the REST API has all.
pub const SHOWN: i64 = 20;

pub fn draw(name: &str, version: Option<i64>, rows: Page<AuditRow>) -> AnyView {
    let more = rows.next_cursor.is_some().then(|| {
        let path = format!("/api/v1/models/{}/history", crate::address::encoded(name));
        let version = version.map(|version| version.to_string()).unwrap_or_default();
        let href = address(&path, [("version", version.as_str()), ("limit", "500")]);
        view! { <p class="hint"><a href=href>"All of it, as JSON"</a></p> }
    });
    let events: Vec<Event> = rows.items.iter().map(event).collect();
    let list = match events.is_empty() {
        true => view! { <p class="ink-3">"Nothing was done under this name yet."</p> }.into_any(),
        false => view! { <Timeline events=events/> }.into_any(),
    };
    view! { <section class="stack gap-2"><h2 class="aside-h">"History"</h2>{list}{more}</section> }.into_any()
}

fn event(row: &AuditRow) -> Event {
    let tone = match row.action.as_str() {
        "model.promoted" | "promotion.approved" => Tone::Ok,
        "model.version_deleted" | "model.alias_removed" | "promotion.rejected" => Tone::Warn,
        _ => Tone::Plain,
    };
    Event { tone, text: said(row), note: format!("{} · {} UTC", row.actor_name, row.at.minute_text()) }
}

/// A row in words.
fn said(row: &AuditRow) -> String {
    let text = |key: &str| row.detail[key].as_str().unwrap_or_default().to_owned();
    let version = |key: &str| row.detail[key].as_i64().map(|version| format!("version {version}"));
    let of = version("version").unwrap_or_else(|| "the model".to_owned());
    match row.action.as_str() {
        "model.created" => "the model was made".to_owned(),
        "model.described" => "the model was described".to_owned(),
        "model.renamed" => format!("renamed from {}", text("before")),
        "model.tagged" | "model.version_tagged" => format!("tag {} of {of} was set", text("key")),
        "model.untagged" | "model.version_untagged" => format!("tag {} of {of} was removed", text("key")),
        "model.version_created" => format!("{of} was registered"),
        "model.version_described" => format!("{of} was described"),
        "model.version_deleted" => format!("{of} was deleted"),
        "model.evaluated" => format!("{of} was judged on {}", text("dataset")),
        "model.staged" => format!("{of} has the stage {}", text("stage")),
        "model.alias_removed" => format!("{} was removed from {of}", text("alias")),
        "model.promoted" => match version("before") {
            Some(before) => format!("{} was moved from {before} to {of}", text("alias")),
            None => format!("{} stands for {of}", text("alias")),
        },
        "promotion.requested" => match version("version") {
            Some(version) => format!("asked that {} stand for {version}", text("alias")),
            None => format!("asked that {} be removed", text("alias")),
        },
        "promotion.approved" => format!("approved {} for {of}", text("alias")),
        "promotion.rejected" => format!("rejected {} for {of}", text("alias")),
        "promotion.withdrawn" => format!("took back {} for {of}", text("alias")),
        other => match &row.detail {
            Value::Object(map) if map.contains_key("version") => format!("{other} · {of}"),
            _ => other.to_owned(),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_was_done_is_told_in_words() {
        let row = |action: &str, detail: Value| AuditRow {
            id: uuid::Uuid::nil(),
            at: chorale_model::Time(0),
            actor_kind: "user".into(),
            actor: None,
            actor_name: "ines@example.org".into(),
            action: action.into(),
            object_kind: "model".into(),
            object: "m".into(),
            detail,
            request_id: String::new(),
            position: None,
            hash: None,
        };
        let promoted = json!({ "alias": "champion", "version": 3, "before": 2 });
        assert_eq!(said(&row("model.promoted", promoted)), "champion was moved from version 2 to version 3");
        let first = json!({ "alias": "champion", "version": 1, "before": null });
        assert_eq!(said(&row("model.promoted", first)), "champion stands for version 1");
        assert_eq!(said(&row("model.tagged", json!({ "key": "team" }))), "tag team of the model was set");
        assert_eq!(said(&row("model.new_thing", json!({ "version": 4 }))), "model.new_thing · version 4");
    }
}
