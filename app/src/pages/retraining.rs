//! The next version of the annotator, on the pages of models: what it would learn from, what waits to be promoted, and the
//! button that trains it.

use chorale_model::Role;
use chorale_model::retraining::Retraining;
use chorale_platform::{Ctx, harmonize, retraining};
use chorale_ui::number::{count, counted};
use chorale_ui::{Absent, Button, Fact, Facts, Icon, LinkButton, Status, Tone};
use leptos::prelude::*;

/// What is known of an annotator's next version; None for models that nobody decides about.
pub async fn load(ctx: &Ctx, name: &str) -> Result<Option<Retraining>, chorale_model::Fault> {
    match name == harmonize::MODEL {
        true => retraining::standing(ctx, name).await.map(Some),
        false => Ok(None),
    }
}

/// The same where no version was registered yet, and people decided something already.
pub async fn load_first(ctx: &Ctx) -> Result<Option<Retraining>, chorale_model::Fault> {
    let standing = retraining::standing(ctx, harmonize::MODEL).await?;
    Ok(Some(standing).filter(|standing| standing.trained_at.is_none() && standing.all_decisions > 0))
}

/// The address of a version.
pub fn version_path(name: &str, version: i64) -> String {
    format!("/models/{}/versions/{version}", crate::address::encoded(name))
}

pub fn draw(standing: Retraining, role: Role) -> AnyView {
    let decided = |decisions: i64, samples: i64| match decisions {
        0 => view! { <Absent reason="none yet"/> }.into_any(),
        n => view! {
            {count(n.unsigned_abs())}
            <span class="ink-3">{format!(" on {}", counted(samples.unsigned_abs(), "sample", "samples"))}</span>
        }
        .into_any(),
    };
    let (fresh, all) =
        (decided(standing.decisions, standing.samples), decided(standing.all_decisions, standing.all_samples));
    let trained = match standing.trained_at {
        Some(at) => at.minute_text().into_any(),
        None => view! { <Absent reason="no version was trained yet"/> }.into_any(),
    };
    let waits = standing.challenger.map(|version| {
        let href = version_path(&standing.name, version);
        view! { <Fact label="Waits to be promoted"><a href=href>{format!("Version {version}, compared")}</a></Fact> }
    });
    let action = action(&standing, role);
    view! {
        <section class="stack gap-2" aria-labelledby="next-h">
            <div class="section-head">
                <h2 id="next-h">"The next version"</h2>
                <p>"learns from what curators accept, put right and reject"</p>
            </div>
            <Facts>
                <Fact label="New decisions">{fresh}</Fact>
                <Fact label="All that count">{all}</Fact>
                <Fact label="Last trained (UTC)">{trained}</Fact>
                {waits}
            </Facts>
            {action}
        </section>
    }
    .into_any()
}

fn action(standing: &Retraining, role: Role) -> Option<AnyView> {
    if let Some(job) = standing.job {
        let href = format!("/jobs/{job}");
        return Some(
            view! {
                <p class="row gap-2">
                    <Status tone=Tone::Info word="It is being trained"/>
                    <LinkButton small=true href=href text="Follow or cancel the job"/>
                </p>
            }
            .into_any(),
        );
    }
    if role < Role::Curator {
        return None;
    }
    if standing.all_decisions == 0 {
        return Some(
            view! {
                <p class="row gap-2">
                    <span class="ink-2">"Nothing was decided yet, so there is nothing to learn from."</span>
                    <LinkButton small=true href="/by-value" text="Review by value"/>
                </p>
            }
            .into_any(),
        );
    }
    let name = standing.name.clone();
    Some(
        view! {
            <form method="post" action="/_fn/retrain_model" class="row gap-2">
                <input type="hidden" name="name" value=name/>
                <Button icon=Icon::Cube text="Train the next version from decisions"/>
                <span class="hint">"It is compared and proposed; nothing changes before somebody promotes it."</span>
            </form>
        }
        .into_any(),
    )
}
