//! Starting projects, working in them, deciding what reviewers disagree about.

use super::answer::{Done, Refusal, answer as answered, ctx};
use super::review::{picked, said, stands};
use crate::address::address;
use crate::pages::projects::{adjudicate, work};
use chorale_model::comments;
use chorale_model::projects as words;
use chorale_model::{Fault, ItemId, ProjectId};
use chorale_platform::projects;
use chorale_ui::number::counted;
use leptos::prelude::*;

#[server(prefix = "/_fn", endpoint = "start_project")]
pub async fn start_project(project: String) -> Result<(), Refusal> {
    answered("start_project", async {
        let started = projects::start_project(&ctx()?, project.parse()?).await?;
        let items = counted(started.progress.items.unsigned_abs(), "item was", "items were");
        Ok(Done::said(format!("{items} drawn and can be answered.")))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "cancel_project")]
pub async fn cancel_project(project: String) -> Result<(), Refusal> {
    answered("cancel_project", async {
        projects::cancel_project(&ctx()?, project.parse()?).await?;
        Ok(Done::said("Called off. What it settled stays settled."))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "assign_tasks")]
pub async fn assign_tasks(
    project: String,
    to: String,
    #[server(default)] from: String,
    tasks: i64,
) -> Result<(), Refusal> {
    answered("assign_tasks", async {
        let from = if from.is_empty() { None } else { Some(from.parse()?) };
        let asked = words::AssignTasks { to: to.parse()?, from, tasks };
        let made = projects::assign_tasks(&ctx()?, project.parse()?, asked).await?;
        Ok(Done::said(format!("{} assigned.", counted(made.tasks.unsigned_abs(), "task was", "tasks were"))))
    })
    .await
}

/// An answer of a form: whose item, and what a button, a field or several that are picked say.
fn given(
    item: &str,
    answer: &str,
    (term, also, suggested): (String, Vec<String>, &str),
    note: String,
) -> Result<words::AnswerItem, Fault> {
    let (answer, term, also) = match answer {
        "pick" => picked(suggested, also, term)?,
        _ => {
            let (answer, term) = said(answer, term)?;
            (answer, term, also)
        }
    };
    Ok(words::AnswerItem { item: item.parse()?, answer, term, also, note })
}

#[server(prefix = "/_fn", endpoint = "answer_item")]
pub async fn answer_item(
    project: String,
    item: String,
    answer: String,
    #[server(default)] term: String,
    /// Further values that hold beside it; of the answer "pick" all that hold.
    #[server(default)]
    also: Vec<String>,
    /// What was suggested, for the answer "pick".
    #[server(default)]
    suggested: String,
    #[server(default)] note: String,
) -> Result<(), Refusal> {
    answered("answer_item", async {
        let project: ProjectId = project.parse()?;
        let given = given(&item, &answer, (term, also, &suggested), note)?;
        projects::answer_item(&ctx()?, project, given).await?;
        Ok(Done {
            to: Some(work(project)),
            ..Done::said("Answered. It can be taken back until others have answered, too.")
        })
    })
    .await
}

/// Writes about an item, and goes on with it: as a reviewer, or as an expert.
#[server(prefix = "/_fn", endpoint = "comment_item")]
pub async fn comment_item(
    project: String,
    item: String,
    text: String,
    #[server(default)] expert: String,
) -> Result<(), Refusal> {
    answered("comment_item", async {
        let (project, item): (ProjectId, ItemId) = (project.parse()?, item.parse()?);
        let written = projects::comment_item(&ctx()?, project, item, comments::CommentItem { text }).await?;
        let page = if expert.is_empty() { work(project) } else { adjudicate(project) };
        let item = item.to_string();
        Ok(Done { to: Some(address(&page, [("item", item.as_str())])), ..Done::said(stands(&written)) })
    })
    .await
}

/// Passes an item over: a reviewer's comes again behind the others, an expert's when the list begins anew.
#[server(prefix = "/_fn", endpoint = "skip_item")]
pub async fn skip_item(project: String, item: String, #[server(default)] expert: String) -> Result<(), Refusal> {
    answered("skip_item", async {
        let (project, skipped): (ProjectId, ItemId) = (project.parse()?, item.parse()?);
        if !expert.is_empty() {
            projects::load_project(&ctx()?, project).await?;
            let behind = skipped.to_string();
            return Ok(Done::goes(address(&adjudicate(project), [("after", behind.as_str())])));
        }
        projects::next_item(&ctx()?, project, words::NextItem { skip: Some(skipped), item: None }).await?;
        Ok(Done::goes(work(project)))
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "take_answer_back")]
pub async fn take_answer_back(project: String) -> Result<(), Refusal> {
    answered("take_answer_back", async {
        let project: ProjectId = project.parse()?;
        Ok(match projects::take_back(&ctx()?, project).await?.item {
            Some(item) => {
                let item = item.to_string();
                let to = Some(address(&work(project), [("item", item.as_str())]));
                Done { to, ..Done::said("Taken back; answer it again.") }
            }
            None => {
                Done::said("There is no answer that can be taken back: your latest item is closed, or there is none.")
            }
        })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "adjudicate_item")]
pub async fn adjudicate_item(
    project: String,
    item: String,
    answer: String,
    #[server(default)] term: String,
    /// Further values that hold beside it; of the answer "pick" all that hold.
    #[server(default)]
    also: Vec<String>,
    /// What was suggested, for the answer "pick".
    #[server(default)]
    suggested: String,
    #[server(default)] note: String,
) -> Result<(), Refusal> {
    answered("adjudicate_item", async {
        let project: ProjectId = project.parse()?;
        let given = given(&item, &answer, (term, also, &suggested), note)?;
        projects::adjudicate(&ctx()?, project, given).await?;
        Ok(Done { to: Some(adjudicate(project)), ..Done::said("Decided. Its samples are settled in a moment.") })
    })
    .await
}

#[server(prefix = "/_fn", endpoint = "check_item")]
pub async fn check_item(
    project: String,
    item: String,
    passes: bool,
    #[server(default)] note: String,
) -> Result<(), Refusal> {
    answered("check_item", async {
        let project: ProjectId = project.parse()?;
        projects::check_item(&ctx()?, project, words::CheckItem { item: item.parse()?, passes, note }).await?;
        let words = if passes { "It passes." } else { "It is taken back and has to be decided again." };
        Ok(Done { to: Some(adjudicate(project)), ..Done::said(words) })
    })
    .await
}

/// Of a closed item of another project, by its id; or of a question, with its answer.
#[server(prefix = "/_fn", endpoint = "add_gold")]
pub async fn add_gold(
    project: String,
    #[server(default)] item: String,
    #[server(default)] field: String,
    #[server(default)] question: String,
    #[server(default)] answer: String,
    #[server(default)] term: String,
    #[server(default)] also: Vec<String>,
) -> Result<(), Refusal> {
    answered("add_gold", async {
        let named = |text: String| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
        let (answer, term) = match answer.as_str() {
            "" => (None, None),
            answer => {
                let (answer, term) = said(answer, term)?;
                (Some(answer), term)
            }
        };
        let input = words::AddGold {
            item: named(item).map(|id| id.parse()).transpose()?,
            field: named(field),
            question: named(question).map(|id| id.parse()).transpose()?,
            answer,
            term,
            also,
        };
        let project: ProjectId = project.parse()?;
        let made = projects::add_gold(&ctx()?, project, input).await?;
        Ok(Done::said(format!("\"{}\" is mixed in; curators cannot tell it from the others.", made.question.words)))
    })
    .await
}
