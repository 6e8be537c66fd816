//! "This is wrong": filing it and answering it.

use super::answer::{Done, Refusal, answer, ctx};
use crate::pages::reports::PATH;
use chorale_model::Fault;
use chorale_model::reports as input;
use chorale_platform::reports;
use leptos::prelude::*;

fn said(text: String) -> Option<String> {
    Some(text.trim().to_owned()).filter(|text| !text.is_empty())
}

#[server(prefix = "/_fn", endpoint = "file_report")]
pub async fn file_report(
    sample: String,
    field: String,
    #[server(default)] term: String,
    words: String,
    #[server(default)] proposed: String,
) -> Result<(), Refusal> {
    answer("file_report", async {
        let filed =
            input::FileReport { sample: sample.parse()?, field, term: said(term), words, proposed: said(proposed) };
        let report = reports::file(&ctx()?, filed).await?;
        let message = "Reported. The answer comes to your reports.";
        Ok(Done { to: Some(format!("{PATH}/{}", report.id)), ..Done::said(message) })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "assign_report")]
pub async fn assign_report(report: String, #[server(default)] assignee: String) -> Result<(), Refusal> {
    answer("assign_report", async {
        let assignee = said(assignee).map(|user| user.parse()).transpose()?;
        let report = reports::assign(&ctx()?, report.parse()?, input::AssignReport { assignee }).await?;
        Ok(Done::said(match report.assignee_name {
            Some(name) => format!("{name} has it now."),
            None => "It is free again.".to_owned(),
        }))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "answer_report")]
pub async fn answer_report(
    report: String,
    answer: String,
    #[server(default)] term: String,
    #[server(default)] all: String,
    #[server(default)] words: String,
) -> Result<(), Refusal> {
    let chosen = answer;
    super::answer::answer("answer_report", async {
        let answer = serde_json::from_value(chosen.as_str().into())
            .map_err(|_| Fault::field("answer", format!("\"{chosen}\" is no answer here")))?;
        let term = said(term).filter(|_| chosen == "change");
        let given = input::AnswerReport { answer, term, all: !all.is_empty(), words };
        reports::answer(&ctx()?, report.parse()?, given).await?;
        Ok(Done::said("Answered; whoever reported it sees it among their reports."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "decline_report")]
pub async fn decline_report(report: String, words: String) -> Result<(), Refusal> {
    answer("decline_report", async {
        reports::decline(&ctx()?, report.parse()?, input::DeclineReport { words }).await?;
        Ok(Done::said("Declined; whoever reported it sees why."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "see_reports")]
pub async fn see_reports() -> Result<(), Refusal> {
    answer("see_reports", async {
        reports::see_mine(&ctx()?).await?;
        Ok(Done::said("Nothing is new now."))
    })
    .await
}
