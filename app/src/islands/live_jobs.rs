//! Jobs with their progress as it happens. The server draws the first state; events carry on from there.
//! Cancel and retry are plain forms: they work before the events do.

use super::job_line::JobLine;
use chorale_model::jobs::JobState;
use chorale_ui::Glyph;
use leptos::prelude::*;

/// A list of jobs. With `only` it is the page of one job.
#[island]
pub fn LiveJobs(jobs: Vec<JobLine>, only: bool, may_change: bool, now_ms: f64) -> impl IntoView {
    let jobs = RwSignal::new(jobs);
    let now = RwSignal::new(now_ms);
    #[cfg(feature = "hydrate")]
    events::follow(jobs, now, only);
    #[cfg(not(feature = "hydrate"))]
    let _ = only;
    view! {
        <ul aria-label="Jobs">
            {move || jobs.get().into_iter().map(|job| row(job, may_change, now.get())).collect_view()}
        </ul>
    }
}

fn row(job: JobLine, may_change: bool, now_ms: f64) -> AnyView {
    let (tone, icon, word) = job.mark();
    let ended = job.state.ended();
    let percent = job.progress.percent();
    let left = job
        .left_s(now_ms)
        .map(|s| if s >= 90 { format!(", {} min left", (s + 30) / 60) } else { format!(", {s} s left") });
    let name = if job.title.is_empty() { job.kind.clone() } else { job.title.clone() };
    let label = name.clone();
    let warnings = (job.warnings_total > 0).then(|| {
        let words = chorale_ui::number::counted(job.warnings_total.unsigned_abs(), "warning", "warnings");
        view! { <p class="hint"><a href=format!("/jobs/{}#warnings", job.id)>{words}</a></p> }
    });
    let (action, text) = if ended { ("/_fn/retry_job", "Try again") } else { ("/_fn/cancel_job", "Cancel") };
    let offered =
        may_change && !job.cancelling && (!ended || matches!(job.state, JobState::Failed | JobState::Cancelled));
    view! {
        <li class="job" data-job=job.id.clone() data-state=word>
            <div>
                <div class="row gap-3">
                    <b><a class="acc" href=format!("/jobs/{}", job.id)>{name}</a></b>
                    <span class="status" data-tone=tone.name()><Glyph icon=icon/>{word}</span>
                </div>
                <p class="hint">{job.note()}</p>
            </div>
            <div>
                {(job.state == JobState::Running)
                    .then(|| view! { <progress class="progress" max="100" value=percent.map(|n| n.to_string()) aria-label=label></progress> })}
                {percent.filter(|_| job.state == JobState::Running).map(|n| view! { <p class="hint">{format!("{n}%")}{left}</p> })}
                {warnings}
            </div>
            <div class="row">
                {offered
                    .then(|| {
                        view! {
                            <form method="post" action=action>
                                <input type="hidden" name="job" value=job.id.clone()/>
                                <button class="btn" data-size="small">{text}</button>
                            </form>
                        }
                    })}
            </div>
        </li>
    }
    .into_any()
}

#[cfg(feature = "hydrate")]
mod events {
    use super::JobLine;
    use leptos::prelude::*;
    use wasm_bindgen::JsCast;
    use wasm_bindgen::closure::Closure;

    /// How many jobs are followed at once: a browser keeps six connections to a server over HTTP/1.1.
    const FOLLOWED: usize = 4;

    /// Follows the jobs that have not ended; the browser connects again by itself.
    /// With `only`, the page is that job's own and is drawn anew by the server when it ends.
    pub fn follow(jobs: RwSignal<Vec<JobLine>>, now: RwSignal<f64>, only: bool) {
        let open = jobs.with_untracked(|jobs| {
            jobs.iter().filter(|job| !job.state.ended()).map(|job| job.id.clone()).collect::<Vec<_>>()
        });
        for id in open.into_iter().take(FOLLOWED) {
            let Ok(source) = web_sys::EventSource::new(&format!("/api/v1/jobs/{id}/events")) else { continue };
            let own = source.clone();
            let heard = Closure::<dyn Fn(web_sys::MessageEvent)>::new(move |event: web_sys::MessageEvent| {
                let Some(text) = event.data().as_string() else { return };
                let Ok(line) = serde_json::from_str::<JobLine>(&text) else { return };
                let ended = line.state.ended();
                now.set(js_sys::Date::now());
                jobs.update(|jobs| {
                    if let Some(job) = jobs.iter_mut().find(|job| job.id == line.id) {
                        *job = line;
                    }
                });
                if ended {
                    own.close();
                    if only {
                        // A refused reload leaves the last state on the screen.
                        let _ = window().location().reload();
                    }
                }
            });
            source.set_onmessage(Some(heard.as_ref().unchecked_ref()));
            if source.add_event_listener_with_callback("job", heard.as_ref().unchecked_ref()).is_ok() {
                // It is needed for as long as the page lives.
                heard.forget();
            }
        }
    }
}
