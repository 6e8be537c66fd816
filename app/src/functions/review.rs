//! Deciding about values.

use super::answer::{Done, Next, Refusal, answer, answer_next as answered, ctx};
use crate::address::address;
use crate::pages::by_value::PATH;
use crate::pages::curate;
use chorale_model::Fault;
use chorale_model::comments::{Comment, NewComment, ReadMentions as Read};
use chorale_model::review::{DecideValues as Asked, FreeTask, ReviewAnswer, ReviewFilter, ReviewState};
use chorale_platform::{review, rules};
use chorale_ui::number::counted;
use leptos::prelude::*;
use serde::de::DeserializeOwned;

/// Of the named values, or of everything that matches.
#[server(prefix = "/_fn", endpoint = "decide_values")]
pub async fn decide_values(
    collection: String,
    field: String,
    #[server(default)] q: String,
    #[server(default)] state: String,
    #[server(default)] least: String,
    #[server(default)] most: String,
    #[server(default)] values: Vec<String>,
    answer: String,
    #[server(default)] term: String,
    #[server(default)] why: String,
    #[server(default)] sort: String,
    /// Further values that hold beside it; of the answer "pick" all that hold.
    #[server(default)]
    also: Vec<String>,
    /// What was suggested, for the answer "pick".
    #[server(default)]
    suggested: String,
    /// The sample that it is about alone.
    #[server(default)]
    only: String,
    /// Anything: it goes on with the next question; "only": with single samples.
    #[server(default)]
    one: String,
    /// Where the decision stands for later imports: `collection`, `series`, `submitter`; nowhere when empty.
    #[server(default)]
    rule: String,
) -> Result<Next, Refusal> {
    answered("decide_values", async {
        let state = if state.is_empty() { ReviewState::default() } else { word("state", &state)? };
        let score = |name: &str, text: &str| match text.trim() {
            "" => Ok(None),
            text => text.parse().map(Some).map_err(|_| Fault::field(name, format!("\"{text}\" is no score"))),
        };
        let (least, most) = (score("least", &least)?, score("most", &most)?);
        let matching = ReviewFilter { collection: collection.parse()?, field, q, state, least, most };
        let ids = values.iter().map(|id| id.parse()).collect::<Result<Vec<_>, Fault>>()?;
        let values = (!ids.is_empty()).then_some(ids);
        let (chosen, term, also) = match answer.as_str() {
            "pick" => picked(&suggested, also, term)?,
            _ => {
                let (chosen, term) = said(&answer, term)?;
                (chosen, term, also)
            }
        };
        let only = Some(only).filter(|only| !only.is_empty()).map(|only| only.parse()).transpose()?;
        // Not back to where an answer was looked at: it is given.
        let score = |score: Option<f64>| score.map(|score| score.to_string()).unwrap_or_default();
        let (least, most, collection) = (score(least), score(most), matching.collection.to_string());
        let state = state_word(matching.state);
        let list = [
            ("collection", collection.as_str()),
            ("field", matching.field.as_str()),
            ("q", matching.q.as_str()),
            ("state", state),
            ("least", least.as_str()),
            ("most", most.as_str()),
            ("sort", sort.as_str()),
        ];
        let list = match one.as_str() {
            "" => address(PATH, list),
            "only" => curate::address_of_single(matching.collection, &matching.field),
            _ => curate::address_of(matching.collection, &matching.field),
        };
        let (ctx, asked) = (ctx()?, Asked { matching, values, answer: chosen, term, also, only, why });
        // What cannot stand is said before anything is decided.
        let standing = match rule.as_str() {
            "" => Vec::new(),
            scope => rules::check_questions(&ctx, &asked, word("rule", scope)?).await?,
        };
        let decided = review::decide(&ctx, asked).await?;
        let made = rules::make_rules_of_questions(&ctx, standing).await?;
        Ok(match decided.job {
            Some(job) => Done::goes(format!("/jobs/{job}")),
            None => {
                let samples = counted(decided.samples.unsigned_abs(), "sample", "samples");
                let stands = if made.is_empty() { "" } else { " What is imported later follows." };
                let message = format!("{samples} settled. The whole step can be undone.{stands}");
                Done { to: Some(list), ..Done::said(message) }
            }
        })
    })
    .await
}

/// Passes a question over: it comes again a day later, and to others at once.
#[server(prefix = "/_fn", endpoint = "skip_question")]
pub async fn skip_question(collection: String, field: String, question: String) -> Result<Next, Refusal> {
    answered("skip_question", async {
        let collection = collection.parse()?;
        review::skip(&ctx()?, collection, &field, question.parse()?).await?;
        Ok(Done::goes(curate::address_of(collection, &field)))
    })
    .await
}

/// An answer and its term: a term's button says both at once.
pub(super) fn said(answer: &str, term: String) -> Result<(ReviewAnswer, Option<String>), Fault> {
    let (answer, term) = match answer.strip_prefix("to:") {
        Some(to) => (ReviewAnswer::Change, to.to_owned()),
        None => (word("answer", answer)?, term),
    };
    Ok((answer, Some(term).filter(|term| !term.trim().is_empty())))
}

/// Frees a question that was loaded and not looked at; a page says it as it goes.
#[server(prefix = "/_fn", endpoint = "free_question")]
pub async fn free_question(collection: String, field: String, question: String) -> Result<Next, Refusal> {
    answered("free_question", async {
        let (collection, question) = (collection.parse()?, question.parse()?);
        review::free(&ctx()?, FreeTask { collection, field: field.clone(), question }).await?;
        Ok(Done::goes(curate::address_of(collection, &field)))
    })
    .await
}

/// Writes about a question; whoever is mentioned finds it.
#[server(prefix = "/_fn", endpoint = "write_comment")]
pub async fn write_comment(collection: String, field: String, question: String, text: String) -> Result<(), Refusal> {
    answer("write_comment", async {
        let (collection, question) = (collection.parse()?, question.parse()?);
        let new = NewComment { collection, field: field.clone(), question, text };
        let written = review::comment(&ctx()?, new).await?;
        let to = curate::address_of_question(collection, &field, question);
        Ok(Done { to: Some(to), ..Done::said(stands(&written)) })
    })
    .await
}

/// That a comment was written, and who will find it.
pub(super) fn stands(written: &Comment) -> String {
    let told = match written.mentions.len() {
        0 => String::new(),
        n => format!(" {} will find it among their mentions.", counted(n as u64, "colleague", "colleagues")),
    };
    format!("The comment stands.{told}")
}

/// One mention, or all of them.
#[server(prefix = "/_fn", endpoint = "read_mentions")]
pub async fn read_mentions(#[server(default)] comment: String) -> Result<(), Refusal> {
    answer("read_mentions", async {
        let comment = Some(comment).filter(|id| !id.is_empty()).map(|id| id.parse()).transpose()?;
        review::read_mentions(&ctx()?, Read { comment }).await?;
        Ok(Done::goes("/mentions"))
    })
    .await
}

/// Of what is picked the suggestion comes first, so that accepting it is what it is.
pub(super) fn picked(
    suggested: &str,
    also: Vec<String>,
    term: String,
) -> Result<(ReviewAnswer, Option<String>, Vec<String>), Fault> {
    let mut all: Vec<String> = also.into_iter().chain([term]).filter(|one| !one.trim().is_empty()).collect();
    match all.iter().position(|one| one == suggested) {
        Some(at) => {
            all.remove(at);
            Ok((ReviewAnswer::Accept, None, all))
        }
        None if all.is_empty() => {
            Err(Fault::field("also", "are none; pick a value, or say that none is reported, or reject the suggestion"))
        }
        None => {
            let first = all.remove(0);
            Ok((ReviewAnswer::Change, Some(first), all))
        }
    }
}

fn state_word(state: ReviewState) -> &'static str {
    match state {
        ReviewState::Waiting => "",
        ReviewState::Settled => "settled",
        ReviewState::All => "all",
    }
}

/// One of an enumeration, as its JSON names it.
fn word<T: DeserializeOwned>(field: &str, text: &str) -> Result<T, Fault> {
    serde_json::from_value(text.into()).map_err(|_| Fault::field(field, format!("\"{text}\" is no choice here")))
}
