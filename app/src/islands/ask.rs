//! Requests that islands make, and the parts of an answered page. Each calls back once; nothing is thrown.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Document, DomParser, SupportedType, UrlSearchParams, XmlHttpRequest};

/// What came: the status and the text. Status 0: no answer came.
pub type Answer = (u16, String);

/// Asks for a page or for JSON.
pub fn get(address: &str, accept: &str, done: impl FnOnce(Answer) + 'static) {
    send("GET", address, accept, None, done);
}

/// Sends a form as a program does, so that the answer is no new page.
pub fn post(address: &str, form: &UrlSearchParams, done: impl FnOnce(Answer) + 'static) {
    send("POST", address, "application/json", Some(form), done);
}

fn send(
    method: &str,
    address: &str,
    accept: &str,
    form: Option<&UrlSearchParams>,
    done: impl FnOnce(Answer) + 'static,
) {
    let Ok(request) = XmlHttpRequest::new() else { return done((0, String::new())) };
    let opened = request.open(method, address).and_then(|()| request.set_request_header("accept", accept));
    let answered = request.clone();
    let ended = Closure::once_into_js(move || {
        let status = answered.status().unwrap_or(0);
        done((status, answered.response_text().ok().flatten().unwrap_or_default()));
    });
    // Both fail for a request that was never opened alone, and that one has no address of ours.
    let _ = request.add_event_listener_with_callback("loadend", ended.unchecked_ref());
    let _ = opened.and_then(|()| match form {
        Some(form) => request.send_with_opt_url_search_params(Some(form)),
        None => request.send(),
    });
}

/// A page's text as a document of its own, whose parts may be moved into this one.
pub fn parse(text: &str) -> Option<Document> {
    DomParser::new().ok()?.parse_from_string(text, SupportedType::TextHtml).ok()
}
