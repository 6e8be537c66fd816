//! "And from now on": the rules that follow from a decision about questions of review.

use super::make::{checked, make_rule, submitter};
use crate::{Ctx, review};
use chorale_model::review::{DecideValues, ReviewAnswer, ReviewValue};
use chorale_model::rules::{MakeRule, QuestionScope, RuleMade, RuleSays, RuleScope, RuleValue};
use chorale_model::{Fault, Role};

/// Rules of one decision; more words than that are no rule of anybody's.
const MOST: usize = 50;

/// The rules that would stand for a decision; a fault where one of them cannot be made. Nothing changes.
pub async fn check_questions(ctx: &Ctx, asked: &DecideValues, scope: QuestionScope) -> Result<Vec<MakeRule>, Fault> {
    ctx.require(Role::Curator)?;
    let Some(questions) = &asked.values else {
        return Err(Fault::field("rule", "goes with values that are picked one by one, not with all that match"));
    };
    if questions.len() > MOST {
        return Err(Fault::field("rule", format!("goes with at most {MOST} values at a time; pick fewer")));
    }
    let mut rules = Vec::with_capacity(questions.len());
    for id in questions {
        let question = review::load_question(ctx, &asked.matching, *id).await?;
        let scope = match scope {
            QuestionScope::Collection => RuleScope::Collection,
            QuestionScope::Series => RuleScope::Series { dataset: Some(question.dataset) },
            QuestionScope::Submitter => submitter(ctx, question.dataset).await?,
        };
        let becomes = becomes(asked, &question);
        let says =
            RuleSays::Words { field: question.field, attribute: question.attribute, words: question.words, becomes };
        let rule = MakeRule { collection: asked.matching.collection, scope, says, why: asked.why.clone() };
        checked(ctx, &rule).await?;
        rules.push(rule);
    }
    Ok(rules)
}

/// Makes them, one after the other; each is there or not, and a fault says which could not be made.
pub async fn make_rules_of_questions(ctx: &Ctx, rules: Vec<MakeRule>) -> Result<Vec<RuleMade>, Fault> {
    let mut made = Vec::with_capacity(rules.len());
    for rule in rules {
        made.push(make_rule(ctx, rule).await?);
    }
    Ok(made)
}

fn becomes(asked: &DecideValues, question: &ReviewValue) -> RuleValue {
    let (term, label) = (question.term.clone(), question.label.clone());
    match asked.answer {
        ReviewAnswer::Accept => RuleValue::Is { term, label, state: question.state },
        ReviewAnswer::Change => RuleValue::Is {
            term: asked.term.clone().unwrap_or_default(),
            label: String::new(),
            state: chorale_model::harmonize::ValueState::Present,
        },
        ReviewAnswer::Reject => RuleValue::IsNot { term, label },
        ReviewAnswer::NotReported => RuleValue::NotReported,
        ReviewAnswer::NotApplicable => RuleValue::NotApplicable,
    }
}
