//! `/api/docs`: the description as one page. No script and nothing from elsewhere, so the strictest policy holds and
//! the browser's own search finds everything. Each operation and shape is a fold: a link to one opens it, and so does a
//! search.

use super::describe;
use crate::web::Web;
use axum::extract::State;
use axum::response::{Html, IntoResponse, Response};
use chorale_model::FaultKind;
use http::header;
use serde_json::Value;
use std::sync::LazyLock;

static PAGE: LazyLock<String> = LazyLock::new(|| page(&serde_json::to_value(describe()).unwrap_or_default()));

/// `GET /api/docs`. The icon's name is known when the server runs.
pub async fn docs(State(web): State<Web>) -> Html<String> {
    Html(PAGE.replacen("</head>", &format!("{}</head>", web.site.icon_link()), 1))
}

/// `GET /api/docs.css`
pub async fn stylesheet() -> Response {
    let headers = [(header::CONTENT_TYPE, "text/css; charset=utf-8"), (header::CACHE_CONTROL, "no-cache")];
    (headers, include_str!("docs.css")).into_response()
}

/// Text for HTML.
pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// An operation with what it needs to be drawn.
struct Entry<'a> {
    method: String,
    path: &'a str,
    id: &'a str,
    said: &'a Value,
}

fn page(document: &Value) -> String {
    let entries = entries(document);
    let mut groups: Vec<&str> = entries.iter().map(|entry| group(entry)).collect();
    groups.sort_unstable();
    groups.dedup();
    let mut nav = String::new();
    let mut body = String::new();
    for name in groups {
        let mine = || entries.iter().filter(|entry| group(entry) == name);
        let title = escape(name);
        nav += &format!("<h2><a href=\"#group-{title}\">{title}</a></h2><ul>");
        for entry in mine() {
            nav += &format!(
                "<li><a href=\"#{}\"><b>{}</b> {}</a></li>",
                entry.id,
                entry.method,
                escape(entry.path.trim_start_matches("/api/v1"))
            );
        }
        nav += "</ul>";
        body += &format!("<section id=\"group-{title}\"><h2>{title}</h2>");
        mine().for_each(|entry| body += &operation(entry));
        body += "</section>";
    }
    nav += "<h2><a href=\"#problems\">problems</a></h2><h2><a href=\"#shapes\">shapes</a></h2>";
    body += &problems();
    body += &shapes(&document["components"]["schemas"]);
    format!(
        "<!DOCTYPE html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>API · Chorale</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"/api/docs.css\"></head><body>\
         <nav aria-label=\"Operations\"><p><a href=\"/\">Chorale</a></p>{nav}</nav><main><h1>API</h1>\
         <p>{}</p><p>Send <code>Authorization: Bearer TOKEN</code>; a token names its organization and is made under \
         <a href=\"/account\">Account</a>. <a href=\"/api/openapi.json\">openapi.json</a></p>{body}</main></body></html>",
        escape(document["info"]["description"].as_str().unwrap_or_default())
    )
}

fn entries(document: &Value) -> Vec<Entry<'_>> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, item)| {
            let operations = item.as_object().into_iter().flatten();
            operations.filter_map(move |(method, said)| {
                Some(Entry { method: method.to_uppercase(), path, id: said["operationId"].as_str()?, said })
            })
        })
        .collect()
}

fn group<'a>(entry: &Entry<'a>) -> &'a str {
    entry.said["tags"][0].as_str().unwrap_or("other")
}

fn operation(entry: &Entry) -> String {
    let said = entry.said;
    let mut out = format!(
        "<details><summary><h3><b>{}</b> <code>{}</code></h3> {}</summary><article id=\"{}\"><p><small>{}</small></p>",
        entry.method,
        escape(entry.path),
        escape(said["summary"].as_str().unwrap_or_default()),
        entry.id,
        escape(said["description"].as_str().unwrap_or_default()),
    );
    if let Some(parameters) = said["parameters"].as_array() {
        out += "<table><thead><tr><th scope=\"col\">parameter</th><th scope=\"col\">in</th><th scope=\"col\">what</th></tr></thead><tbody>";
        for parameter in parameters {
            let text = |key: &str| escape(parameter[key].as_str().unwrap_or_default());
            out += &format!(
                "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{}</td></tr>",
                text("name"),
                text("in"),
                text("description")
            );
        }
        out += "</tbody></table>";
    }
    contents(&mut out, "Body", &said["requestBody"]["content"]);
    for (status, response) in said["responses"].as_object().into_iter().flatten() {
        if status != "default" {
            contents(&mut out, &format!("Answers {status}"), &response["content"]);
        }
    }
    out + &format!("<pre><code>{}</code></pre></article></details>", escape(&curl(entry)))
}

fn contents(out: &mut String, title: &str, content: &Value) {
    let mut types = content.as_object().into_iter().flatten().peekable();
    if types.peek().is_none() && title.starts_with("Answers") {
        out.push_str(&format!("<p>{title}, without a body.</p>"));
    }
    for (type_, content) in types {
        out.push_str(&format!("<p>{title}: <code>{}</code> {}</p>", escape(type_), shape(&content["schema"])));
    }
}

/// A shape in a few words, with links to the named ones.
fn shape(schema: &Value) -> String {
    if let Some(name) = schema["$ref"].as_str().and_then(|path| path.rsplit('/').next()) {
        return format!("<a href=\"#shape-{name}\">{name}</a>");
    }
    for key in ["oneOf", "anyOf", "allOf"] {
        if let Some(options) = schema[key].as_array() {
            let joint = if key == "allOf" { " and " } else { " or " };
            return options.iter().map(shape).collect::<Vec<_>>().join(joint);
        }
    }
    if let Some(words) = schema["enum"].as_array() {
        let words: Vec<_> =
            words.iter().filter_map(Value::as_str).map(|word| format!("<code>{}</code>", escape(word))).collect();
        return words.join(" | ");
    }
    let type_ = match &schema["type"] {
        Value::Array(types) => types.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(" or "),
        other => other.as_str().unwrap_or("anything").to_owned(),
    };
    if type_.contains("array") {
        return format!("list of {}", shape(&schema["items"]));
    }
    match schema["properties"].as_object() {
        Some(properties) if !properties.is_empty() => {
            let inner: Vec<_> = properties
                .iter()
                .map(|(key, value)| format!("<code>{}</code>: {}", escape(key), shape(value)))
                .collect();
            format!("{{{}}}", inner.join(", "))
        }
        _ => format!("{type_}{}", schema["format"].as_str().map(|format| format!(" ({format})")).unwrap_or_default()),
    }
}

fn curl(entry: &Entry) -> String {
    let mut line = String::from("curl -H \"Authorization: Bearer $CHORALE_TOKEN\"");
    if entry.method != "GET" {
        line += &format!(" -X {}", entry.method);
    }
    match entry.said["requestBody"]["content"].as_object().and_then(|content| content.keys().next()).map(String::as_str)
    {
        Some("multipart/form-data") => line += " -F collection=NAME -F file=@FILE",
        Some(_) => line += " -H \"Content-Type: application/json\" -d '{…}'",
        None => {}
    }
    line + &format!(" \"$CHORALE_URL{}\"", entry.path)
}

fn problems() -> String {
    const KINDS: [FaultKind; 9] = [
        FaultKind::Invalid,
        FaultKind::Unauthenticated,
        FaultKind::Forbidden,
        FaultKind::Missing,
        FaultKind::Conflict,
        FaultKind::TooLarge,
        FaultKind::Limited,
        FaultKind::Busy,
        FaultKind::Internal,
    ];
    let mut out = String::from(
        "<section id=\"problems\"><h2>problems</h2><p>A refusal is <code>application/problem+json</code> (RFC 9457), a \
         <a href=\"#shape-Problem\">Problem</a>.</p><table><thead><tr><th scope=\"col\">kind</th><th scope=\"col\">status</th>\
         <th scope=\"col\">title</th></tr></thead><tbody>",
    );
    for kind in KINDS {
        let word =
            serde_json::to_value(kind).ok().and_then(|word| word.as_str().map(str::to_owned)).unwrap_or_default();
        out += &format!(
            "<tr id=\"problem-{word}\"><th scope=\"row\"><code>{word}</code></th><td>{}</td><td>{}</td></tr>",
            kind.status(),
            kind.title()
        );
    }
    out + "</tbody></table></section>"
}

fn shapes(schemas: &Value) -> String {
    let mut out = String::from("<section id=\"shapes\"><h2>shapes</h2>");
    for (name, schema) in schemas.as_object().into_iter().flatten() {
        let help = escape(schema["description"].as_str().unwrap_or_default());
        out += &format!("<details><summary><h3>{name}</h3></summary><article id=\"shape-{name}\"><p>{help}</p>");
        match schema["properties"].as_object() {
            None => out += &format!("<p>{}</p>", shape(schema)),
            Some(properties) => {
                out += "<table><thead><tr><th scope=\"col\">key</th><th scope=\"col\">shape</th><th scope=\"col\">what</th></tr></thead><tbody>";
                for (key, value) in properties {
                    let help = escape(value["description"].as_str().unwrap_or_default());
                    let row = format!(
                        "<tr><th scope=\"row\"><code>{}</code></th><td>{}</td><td>{help}</td></tr>",
                        escape(key),
                        shape(value)
                    );
                    out += &row;
                }
                out += "</tbody></table>";
            }
        }
        out += "</article></details>";
    }
    out + "</section>"
}
