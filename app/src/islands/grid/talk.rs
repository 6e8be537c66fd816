//! What the grid asks of the server, by the same routes as everybody.

use crate::islands::listen::listen;
use chorale_model::grid::GridChanged;
use leptos::prelude::*;
use web_sys::{ProgressEvent, XmlHttpRequest};

/// Where the focus goes and what is said after the page was loaded again; in this tab alone.
const SAID: &str = "grid-said";

/// Posts JSON; `done` gets the answer's text, or the words of what went wrong.
fn post(address: &str, body: &str, done: impl FnOnce(Result<String, String>) + 'static) {
    let broken = || Err("The server could not be reached; nothing was changed.".to_owned());
    let Ok(request) = XmlHttpRequest::new() else { return done(broken()) };
    let opened = request
        .open("POST", address)
        .and_then(|()| request.set_request_header("accept", "application/json"))
        .and_then(|()| request.set_request_header("content-type", "application/json"));
    if opened.is_err() {
        return done(broken());
    }
    let (answer, mut done) = (request.clone(), Some(done));
    listen(&request, "loadend", move |_: ProgressEvent| {
        let Some(done) = done.take() else { return };
        let text = answer.response_text().ok().flatten().unwrap_or_default();
        done(match answer.status() {
            Ok(200..=299) => Ok(text),
            Ok(0) | Err(_) => broken(),
            Ok(_) => Err(detail(&text)),
        });
    });
    // A refusal to send ends the request, which is heard above.
    let _ = request.send_with_opt_str(Some(body));
}

fn detail(text: &str) -> String {
    let problem = serde_json::from_str::<serde_json::Value>(text).unwrap_or_default();
    let said = ["detail", "message", "title"].into_iter().find_map(|key| problem.get(key)?.as_str().map(str::to_owned));
    said.unwrap_or_else(|| "The server refused the change; nothing was changed.".to_owned())
}

/// `part` is `/preview`, or nothing for doing it.
pub fn change(dataset: &str, part: &str, change: &str, done: impl FnOnce(Result<GridChanged, String>) + 'static) {
    let address = format!("/api/v1/datasets/{dataset}/grid{part}");
    post(&address, &format!("{{\"change\":{change}}}"), move |answer| {
        done(answer.and_then(|text| {
            serde_json::from_str(&text).map_err(|_| "The answer cannot be read; load the page again.".to_owned())
        }));
    });
}

/// Does what was looked at, and loads the page again.
pub fn apply(dataset: &str, asked: String, said: RwSignal<String>) {
    change(dataset, "", &asked, move |answer| match answer {
        Err(why) => said.set(why),
        Ok(done) => match (done.job, done.batch) {
            (Some(job), _) => go(&format!("/jobs/{job}")),
            (None, batch) => {
                again(&format!("{} cells changed. Ctrl Z undoes it.", done.changes), batch.map(|id| id.to_string()))
            }
        },
    });
}

/// Takes the latest batch back, and loads the page again.
pub fn undo(batch: &str, said: RwSignal<String>) {
    post(&format!("/api/v1/curations/{batch}/revert"), "{}", move |answer| match answer {
        Ok(_) => again("It was undone.", None),
        Err(why) => said.set(why),
    });
}

/// Loads the page again, which then says this.
fn again(words: &str, batch: Option<String>) {
    if let Some(kept) = window().session_storage().ok().flatten() {
        // A storage that refuses says nothing after loading.
        let _ = kept.set_item(SAID, &format!("{words}\n{}", batch.unwrap_or_default()));
    }
    // Loading again cannot fail.
    let _ = window().location().reload();
}

/// What the page before left, once: its words and the batch that can be undone.
pub fn left() -> Option<(String, Option<String>)> {
    let kept = window().session_storage().ok().flatten()?;
    let text = kept.get_item(SAID).ok().flatten()?;
    let _ = kept.remove_item(SAID);
    let (words, batch) = text.split_once('\n').unwrap_or((text.as_str(), ""));
    Some((words.to_owned(), Some(batch.to_owned()).filter(|batch| !batch.is_empty())))
}

fn go(address: &str) {
    // Leaving the page cannot fail for an address of ours.
    let _ = window().location().set_href(address);
}
