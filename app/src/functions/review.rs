//! Deciding about values.

use super::answer::{Done, Refusal, answer as answered, ctx};
use crate::address::address;
use crate::pages::by_value::PATH;
use crate::pages::curate;
use chorale_model::Fault;
use chorale_model::review::{DecideValues as Asked, ReviewAnswer, ReviewFilter, ReviewState};
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
    /// Anything: it goes on with the next question.
    #[server(default)]
    one: String,
    /// Where the decision stands for later imports: `collection`, `series`, `submitter`; nowhere when empty.
    #[server(default)]
    rule: String,
) -> Result<(), Refusal> {
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
        let (chosen, term) = said(&answer, term)?;
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
            _ => curate::address_of(matching.collection, &matching.field),
        };
        let (ctx, asked) = (ctx()?, Asked { matching, values, answer: chosen, term, why });
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
pub async fn skip_question(collection: String, field: String, question: String) -> Result<(), Refusal> {
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
