//! Filing a report.

use super::sql::{self, NewReport};
use super::{Happened, person};
use crate::{Ctx, audit, catalog, harmonize, listeners, review};
use chorale_model::catalog::{RawAttribute, Sample};
use chorale_model::harmonize::Value;
use chorale_model::reports::{FileReport, Proposed, Report, ReportState, Reported};
use chorale_model::{Fault, OrganizationId, ReportId, Role};
use serde_json::json;

const LONGEST: usize = 1_000;
/// Reports of one person that may wait: more are somebody's program.
const MOST_OPEN: i64 = 500;

/// Says that a value of a sample is wrong, or that one is missing; a task of the sample's owner.
pub async fn file(ctx: &Ctx, input: FileReport) -> Result<Report, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let words = checked("words", &input.words)?;
    if words.is_empty() {
        return Err(Fault::field("words", "are missing; say in a sentence what is wrong"));
    }
    let sample = catalog::load_sample(ctx, input.sample).await?;
    let fields = harmonize::fields_of(ctx, sample.collection).await?.fields;
    let field = fields
        .into_iter()
        .find(|field| field.name == input.field)
        .ok_or_else(|| Fault::field("field", format!("\"{}\" is no field of this sample's collection", input.field)))?;
    let known = harmonize::sample_values(ctx, sample.id).await?;
    let of_field = known.values.into_iter().filter(|value| value.field == field.name);
    let value = chosen(of_field.collect(), input.term.as_deref())?;
    let proposed = match input.proposed.as_deref().map(str::trim).filter(|text| !text.is_empty()) {
        None => None,
        Some(text) => {
            let checked = harmonize::check_value(ctx, &field, text).await;
            let (term, label) = checked.map_err(|fault| named("proposed", fault))?;
            Some(Proposed { term, label })
        }
    };
    if let (Some(proposed), Some(value)) = (&proposed, &value)
        && proposed.term == value.term
    {
        return Err(Fault::field("proposed", format!("is what stands there already: {}", proposed.label)));
    }
    let (question, impact) = match &value {
        None => (None, 1),
        Some(value) => said_alike(ctx, &sample, value).await?,
    };
    let id = ReportId(ctx.app.ids.uuid());
    let new = NewReport {
        owner: sample.owner,
        id,
        collection: sample.collection,
        sample: sample.id,
        field: field.name,
        value: value.map(|value| Reported { state: value.state, term: value.term, label: value.label }),
        words,
        proposed,
        impact,
        question,
        is_foreign: sample.owner != organization,
        at: ctx.now(),
        by: organization,
        reporter: person(ctx),
        reporter_name: ctx.actor_name(),
    };
    write(ctx, organization, new).await?;
    super::load_report(ctx, id).await
}

/// The value that is meant.
fn chosen(values: Vec<Value>, term: Option<&str>) -> Result<Option<Value>, Fault> {
    match term.filter(|term| !term.is_empty()) {
        Some(term) => {
            let missing =
                || Fault::field("term", format!("\"{term}\" is no value of this field now; load the page again"));
            values.into_iter().find(|value| value.term == term).map(Some).ok_or_else(missing)
        }
        None if values.len() > 1 => {
            let terms: Vec<String> = values.into_iter().map(|value| value.term).collect();
            Err(Fault::field("term", format!("is missing: the field has several values, {}", terms.join(", "))))
        }
        None => Ok(values.into_iter().next()),
    }
}

/// What the sample says there as a question, and how many samples say it.
async fn said_alike(
    ctx: &Ctx,
    sample: &Sample,
    value: &Value,
) -> Result<(Option<chorale_model::QuestionId>, i64), Fault> {
    let mut attributes = sample.attributes.clone();
    let is_title = |one: &RawAttribute| one.key.strip_prefix("Sample_").unwrap_or(&one.key) == "title";
    if !attributes.iter().any(is_title) {
        attributes.insert(0, RawAttribute { key: "title".to_owned(), value: sample.title.clone() });
    }
    let study = sample.datasets.first().map_or("", |dataset| dataset.accession.as_str());
    let found = review::said_alike(&ctx.app, sample.owner, sample.collection, &attributes, value, study).await?;
    Ok(match found {
        Some((question, samples)) => (Some(question), samples.max(1)),
        None => (None, 1),
    })
}

/// A fault about another name of the same thing.
fn named(field: &str, fault: Fault) -> Fault {
    match fault.fields.into_iter().next() {
        Some(one) => Fault::field(field, one.message),
        None => Fault { fields: Vec::new(), ..Fault::field(field, fault.message) },
    }
}

async fn write(ctx: &Ctx, organization: OrganizationId, new: NewReport) -> Result<(), Fault> {
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let waits = sql::find_waiting(tx, &new).await?;
                if waits {
                    let why = "you reported this already; its answer comes to your reports";
                    return Err(Fault::conflict(why));
                }
                if sql::count_waiting(tx, organization, new.reporter).await? >= MOST_OPEN {
                    let why =
                        format!("{MOST_OPEN} of your reports wait for an answer; file more when some are answered");
                    return Err(Fault::limited(why, 3_600));
                }
                let (owner, report) = (new.owner, new.id);
                let detail = json!({ "sample": new.sample, "field": new.field });
                sql::insert(tx, new).await?;
                audit::record(tx, &inner, "report.filed", "report", report, detail).await?;
                let happened = Happened { organization: owner, report, state: ReportState::Open };
                listeners::tell(tx, &inner, &happened).await
            })
        })
        .await
}

/// A text that people write.
pub(super) fn checked(field: &str, text: &str) -> Result<String, Fault> {
    let text = text.trim();
    match text.chars().count() {
        n if n > LONGEST => Err(Fault::field(field, format!("have {n} characters; at most {LONGEST} fit"))),
        _ => Ok(text.to_owned()),
    }
}
