//! `chorale demo`: loads the demo organization and sees its import through. Run again after a failure, it goes on.

use super::Answer;
use super::refused::Refused;
use super::see_through::{see_through, whole};
use crate::start::{self, Schema};
use crate::{Config, demo};
use chorale_model::Fault;
use chorale_platform::Ctx;
use serde_json::json;

pub(super) async fn demo(config: Config, untrained: bool) -> Result<Answer, Refused> {
    let app = start::deployment(&config, Schema::Migrate).await?;
    let say = |step: &str| eprintln!("demo: {step}");
    if let Some(folder) = &config.demo_data {
        demo::harmony::install(&Ctx::operator(app.clone(), None), folder, say).await?;
    }
    let report = demo::load(&app, config.demo_data.as_deref()).await?;
    if let Some(folder) = config.demo_data.as_deref().filter(|_| !untrained) {
        // Before the import goes on, so that its samples are annotated once.
        demo::harmony::train(&Ctx::operator(app.clone(), Some(report.organization)), folder, say).await?;
    }
    if let Some(job) = report.job {
        let ctx = Ctx::operator(app.clone(), Some(report.organization));
        let job = see_through(&ctx, job, report.collection).await?;
        whole(&job).map_err(|fault| {
            Fault::new(fault.kind, format!("the demo is incomplete; run \"chorale demo\" again: {}", fault.message))
        })?;
    }
    app.db.close().await;
    let mut text = format!("The demo organization is ready ({}). Sign in at {} as\n", report.data, config.public_url);
    for (email, _) in &report.people {
        text.push_str(&format!("  {email:<24} {}\n", report.password));
    }
    let sign_ins: Vec<_> = report.people.iter().map(|(email, role)| json!({ "email": email, "role": role })).collect();
    let answer = json!({
        "address": config.public_url.as_str(),
        "organization": report.organization,
        "data": report.data,
        "sign_ins": sign_ins,
        "password": report.password,
    });
    Ok(Answer::new(text, answer))
}
