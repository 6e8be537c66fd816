//! Jobs with their progress as it happens. The server draws the first state; events carry on from there.
//! Cancel and retry are plain forms: they work before the events do.

use super::job_line::JobLine;
use chorale_model::jobs::{JobState, is_upkeep};
use chorale_ui::Glyph;
use leptos::prelude::*;

/// A list of jobs. With `only` it is the page of one job. `grows` names the kind of job that joins a list when it is
/// started: any, when it is empty.
#[island]
pub fn LiveJobs(jobs: Vec<JobLine>, only: bool, may_change: bool, now_ms: f64, grows: Option<String>) -> impl IntoView {
    let jobs = RwSignal::new(jobs);
    let now = RwSignal::new(now_ms);
    #[cfg(feature = "hydrate")]
    match only {
        true => events::follow_one(jobs, now),
        false => events::follow_all(jobs, now, grows),
    }
    #[cfg(not(feature = "hydrate"))]
    let _ = (only, grows);
    view! {
        <ul aria-label="Jobs" data-rows>
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
        may_change && !job.cancelling && if ended { job.state != JobState::Succeeded } else { !is_upkeep(&job.kind) };
    view! {
        <li class="job" data-job=job.id.clone() data-state=word>
            <div>
                <div class="row gap-3">
                    <b><a href=format!("/jobs/{}", job.id)>{name}</a></b>
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
    use web_sys::{EventSource, MessageEvent};

    /// Follows the page of one job, which the server draws anew when the job has ended.
    pub fn follow_one(jobs: RwSignal<Vec<JobLine>>, now: RwSignal<f64>) {
        let open = jobs.with_untracked(|jobs| jobs.iter().find(|job| !job.state.ended()).map(|job| job.id.clone()));
        let Some(id) = open else { return };
        follow(&format!("/api/v1/jobs/{id}/events"), move |line, source| {
            let ended = line.state.ended();
            put(jobs, now, line, |_| false);
            if ended {
                source.close();
                // A refused reload leaves the last state on the screen.
                let _ = window().location().reload();
            }
        });
    }

    /// Follows the organization's newest jobs over one connection, of which a browser keeps few. A job of the kind
    /// `grows` (any, when it is empty) that is newer than the list is put on top.
    pub fn follow_all(jobs: RwSignal<Vec<JobLine>>, now: RwSignal<f64>, grows: Option<String>) {
        let open = jobs.with_untracked(|jobs| jobs.iter().any(|job| !job.state.ended()));
        if !open && grows.is_none() {
            return;
        }
        follow("/api/v1/jobs/events", move |line, _| {
            put(jobs, now, line, |line| grows.as_ref().is_some_and(|kind| kind.is_empty() || *kind == line.kind));
        });
    }

    /// Puts a job in its place. What did not change draws nothing: the first event repeats what the server drew.
    fn put(jobs: RwSignal<Vec<JobLine>>, now: RwSignal<f64>, line: JobLine, may_join: impl Fn(&JobLine) -> bool) {
        let known = jobs.with_untracked(|jobs| jobs.iter().position(|job| job.id == line.id));
        let same = known.is_some_and(|at| jobs.with_untracked(|jobs| jobs[at] == line));
        // Ids hold the time that they were made at.
        let newest = jobs.with_untracked(|jobs| jobs.first().is_none_or(|first| first.id < line.id));
        if same || (known.is_none() && !(newest && may_join(&line))) {
            return;
        }
        now.set(js_sys::Date::now());
        jobs.update(|jobs| match known {
            Some(at) => jobs[at] = line,
            None => jobs.insert(0, line),
        });
    }

    /// Hears events for as long as the page lives; the browser connects again by itself.
    fn follow(address: &str, heard: impl Fn(JobLine, &EventSource) + 'static) {
        let Ok(source) = EventSource::new(address) else { return };
        let own = source.clone();
        let heard = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| {
            let line = event.data().as_string().and_then(|text| serde_json::from_str::<JobLine>(&text).ok());
            if let Some(line) = line {
                heard(line, &own);
            }
        });
        if source.add_event_listener_with_callback("job", heard.as_ref().unchecked_ref()).is_ok() {
            heard.forget();
        }
    }
}
