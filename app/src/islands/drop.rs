//! Files dropped on the import form: shows what was chosen and how far the upload is.
//! The form itself is plain multipart and works without this.

use leptos::prelude::*;

/// Stands inside the upload form, whose input it watches.
#[island]
pub fn Drop() -> impl IntoView {
    let chosen = RwSignal::new(Vec::<(String, u64)>::new());
    let sent = RwSignal::new(None::<f64>);
    let failed = RwSignal::new(String::new());
    #[cfg(feature = "hydrate")]
    Effect::new(move |_| upload::watch(chosen, sent, failed));
    view! {
        <ul class="drop-files" aria-label="Chosen files">
            {move || {
                chosen
                    .get()
                    .into_iter()
                    .map(|(name, size)| view! { <li><span class="acc">{name}</span> " " <span class="hint">{chorale_ui::number::bytes(size)}</span></li> })
                    .collect_view()
            }}
        </ul>
        {move || {
            sent.get()
                .map(|part| {
                    let percent = format!("{:.0}", part * 100.0);
                    view! {
                        <progress class="progress" max="100" value=percent.clone() aria-label="Upload"></progress>
                        <p class="hint" role="status">{format!("{percent}% uploaded")}</p>
                    }
                })
        }}
        {move || (!failed.with(String::is_empty)).then(|| view! { <p class="field-error" role="alert">{failed.get()}</p> })}
    }
}

#[cfg(feature = "hydrate")]
mod upload {
    use crate::islands::listen::listen;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use web_sys::{DragEvent, FormData, HtmlFormElement, HtmlInputElement, ProgressEvent, SubmitEvent, XmlHttpRequest};

    type Chosen = RwSignal<Vec<(String, u64)>>;

    /// Takes over the form: dropping, choosing, sending.
    pub fn watch(chosen: Chosen, sent: RwSignal<Option<f64>>, failed: RwSignal<String>) {
        let find = |selector: &str| document().query_selector(selector).ok().flatten();
        let form = find("form.drop").and_then(|form| form.dyn_into::<HtmlFormElement>().ok());
        let input = find("form.drop input[type=file]").and_then(|input| input.dyn_into::<HtmlInputElement>().ok());
        let (Some(form), Some(input)) = (form, input) else { return };
        listen(&form, "dragover", |event: DragEvent| event.prevent_default());
        let target = input.clone();
        listen(&form, "drop", move |event: DragEvent| {
            event.prevent_default();
            target.set_files(event.data_transfer().and_then(|data| data.files()).as_ref());
            chosen.set(files(&target));
        });
        let target = input.clone();
        listen(&input, "change", move |_: web_sys::Event| chosen.set(files(&target)));
        let own = form.clone();
        listen(&form, "submit", move |event: SubmitEvent| {
            event.prevent_default();
            failed.set(String::new());
            send(&own, chosen, sent, failed);
        });
    }

    fn files(input: &HtmlInputElement) -> Vec<(String, u64)> {
        let Some(list) = input.files() else { return Vec::new() };
        (0..list.length()).filter_map(|at| list.get(at)).map(|file| (file.name(), file.size() as u64)).collect()
    }

    /// Sends the form with progress. The answer is a job, whose page opens.
    fn send(form: &HtmlFormElement, chosen: Chosen, sent: RwSignal<Option<f64>>, failed: RwSignal<String>) {
        let (Ok(request), Ok(data)) = (XmlHttpRequest::new(), FormData::new_with_form(form)) else { return };
        let Ok(upload) = request.upload() else { return };
        listen(&upload, "progress", move |event: ProgressEvent| {
            sent.set((event.total() > 0.0).then(|| event.loaded() / event.total()));
        });
        let done = request.clone();
        let own = form.clone();
        listen(&request, "loadend", move |_: ProgressEvent| {
            sent.set(None);
            match done.status() {
                Ok(202) => {
                    own.reset();
                    chosen.set(Vec::new());
                    open_job(&done);
                }
                Ok(0) | Err(_) => {
                    failed.set("The upload broke off; nothing was imported. Send the files again.".to_owned())
                }
                Ok(_) => failed.set(detail(&done)),
            }
        });
        let opened = request
            .open("POST", &form.action())
            .and_then(|()| request.set_request_header("accept", "application/json"));
        if opened.and_then(|()| request.send_with_opt_form_data(Some(&data))).is_err() {
            failed.set("The browser refused to send the files; nothing was imported.".to_owned());
        }
    }

    /// Goes to the page of the job that the answer names.
    fn open_job(request: &XmlHttpRequest) {
        let answer = request
            .response_text()
            .ok()
            .flatten()
            .and_then(|text| serde_json::from_str::<serde_json::Value>(&text).ok());
        if let Some(id) = answer.as_ref().and_then(|answer| answer.get("job")?.get("id")?.as_str()) {
            // Leaving the page cannot fail for an address of ours.
            let _ = window().location().set_href(&format!("/jobs/{id}"));
        }
    }

    fn detail(request: &XmlHttpRequest) -> String {
        let text = request.response_text().ok().flatten().unwrap_or_default();
        let problem = serde_json::from_str::<serde_json::Value>(&text).unwrap_or_default();
        let said =
            ["detail", "message", "title"].into_iter().find_map(|key| problem.get(key)?.as_str().map(str::to_owned));
        said.unwrap_or_else(|| "The server refused the files; nothing was imported.".to_owned())
    }
}
