//! Making a rule, and switching it on and off.

use super::apply;
use super::key::{plain, plain_key, submitter_of};
use super::list::{load_rule, rule};
use super::sql::{self, RuleRow};
use crate::{Ctx, audit, catalog, curation, harmonize};
use chorale_model::catalog::Collection;
use chorale_model::fields::Field;
use chorale_model::harmonize::ValueState;
use chorale_model::rules::{KeyParser, KeyReads, MakeRule, Rule, RuleMade, RuleSays, RuleScope, RuleValue, SwitchRule};
use chorale_model::{CollectionId, Fault, OrganizationId, Role, RuleId};
use serde_json::json;

const LONGEST_WHY: usize = 2_000;
const LONGEST_WORDS: usize = 400;

/// Makes a rule and begins to apply it: to what is there now, and from now on to what is imported.
pub async fn make_rule(ctx: &Ctx, asked: MakeRule) -> Result<RuleMade, Fault> {
    let (organization, row) = checked(ctx, &asked).await?;
    let (inner, id) = (ctx.clone(), RuleId(row.id));
    let job = ctx
        .db()
        .write(move |tx| {
            Box::pin(async move {
                if !sql::insert_rule(tx, organization, &row).await? {
                    return Err(twice(sql::list_same(&mut *tx, organization, &row).await?, &row));
                }
                let detail = json!({ "title": row.title, "scope": row.scope, "place": row.place, "why": row.why });
                audit::record(tx, &inner, "rule.made", "rule", id, detail).await?;
                let title = format!("Apply the rule: {}", row.title);
                apply::begin(tx, &inner, organization, asked.collection, &title).await
            })
        })
        .await?;
    Ok(RuleMade { rule: load_rule(ctx, id).await?, job })
}

/// Switches a rule on or off. Off, what it changed stays unless it is taken back, too; on again, it is applied to samples
/// that it was not applied to since.
pub async fn switch_rule(ctx: &Ctx, id: RuleId, asked: SwitchRule) -> Result<Rule, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let why = why(&asked.why)?;
    if asked.on && asked.take_back {
        return Err(Fault::field("take_back", "goes with switching off; a rule that is on keeps what it changed"));
    }
    let inner = ctx.clone();
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let row = sql::find_rule(&mut *tx, organization, id).await?;
                let row = row.ok_or_else(|| Fault::missing("rule", id))?;
                if asked.on {
                    let same = sql::list_same(&mut *tx, organization, &row).await?;
                    if same.iter().any(|other| (&other.scope, &other.place) == (&row.scope, &row.place)) {
                        return Err(twice(same, &row));
                    }
                }
                let (now, by) = (inner.now(), inner.actor_name());
                let switched = sql::switch(tx, organization, id, asked.on, now, &by, &why).await?;
                let standing = match asked.take_back {
                    true => sql::list_standing(tx, organization, id).await?,
                    false => Vec::new(),
                };
                if !switched && standing.is_empty() {
                    let how = if asked.on { "on" } else { "off" };
                    let who = row.switched_by.as_ref().map_or_else(String::new, |by| format!(", by {by}"));
                    return Err(Fault::conflict(format!(
                        "the rule is switched {how} already{who}; load the list again"
                    )));
                }
                let why = if why.is_empty() { format!("the rule was switched off: {}", row.title) } else { why };
                for batch in &standing {
                    curation::revert_in(tx, &inner, organization, *batch, &why).await?;
                }
                let detail = json!({ "on": asked.on, "taken_back": standing.len(), "why": why });
                audit::record(tx, &inner, "rule.switched", "rule", id, detail).await?;
                // Where it decides no more, a wider one may.
                let collection = CollectionId(row.collection);
                let title =
                    format!("Apply rules after \"{}\" was switched {}", row.title, if asked.on { "on" } else { "off" });
                apply::begin(tx, &inner, organization, collection, &title).await.map(drop)
            })
        })
        .await?;
    load_rule(ctx, id).await
}

fn twice(same: Vec<RuleRow>, row: &RuleRow) -> Fault {
    let other = same.into_iter().find(|other| (&other.scope, &other.place) == (&row.scope, &row.place));
    match other {
        Some(other) if other.kind == "key" => Fault::conflict(format!(
            "this key is mapped already, by {}: {}; undo that first",
            other.made_by, other.title
        )),
        Some(other) => {
            Fault::conflict(format!("a rule of {} says already: {}; switch that off first", other.made_by, other.title))
        }
        None => Fault::conflict("a rule about the same words is on already; load the list again"),
    }
}

fn why(text: &str) -> Result<String, Fault> {
    let text = text.trim();
    match text.chars().count() {
        n if n > LONGEST_WHY => Err(Fault::field("why", format!("has {n} characters; at most {LONGEST_WHY} fit"))),
        _ => Ok(text.to_owned()),
    }
}

/// The row of a rule that can be made.
pub async fn checked(ctx: &Ctx, asked: &MakeRule) -> Result<(OrganizationId, RuleRow), Fault> {
    let organization = ctx.require(Role::Curator)?;
    let collection = catalog::load_collection(ctx, asked.collection).await?;
    if collection.owner != organization {
        return Err(Fault::forbidden("this collection is another organization's, who alone makes rules for it"));
    }
    let fields = harmonize::fields_of(ctx, asked.collection).await?.fields;
    let (scope, place) = scope(ctx, &collection, &asked.scope).await?;
    let (says, title) = match &asked.says {
        RuleSays::Words { field, attribute, words, becomes } => {
            let field = find(&fields, field, &collection)?;
            words_rule(ctx, field, attribute, words, becomes).await?
        }
        RuleSays::Key { key, reads } => {
            if asked.scope != RuleScope::Collection {
                return Err(Fault::field("scope", "of a key is its collection: it is mapped once for all of it"));
            }
            key_rule(ctx, &fields, &collection, key, reads).await?
        }
    };
    let (kind, field, attribute, words) = match &says {
        RuleSays::Words { field, attribute, words, .. } => ("words", field.clone(), plain_key(attribute), plain(words)),
        RuleSays::Key { key, .. } => ("key", String::new(), key.clone(), String::new()),
    };
    let row = RuleRow {
        id: ctx.app.ids.uuid(),
        collection: asked.collection.0,
        collection_name: collection.name,
        kind: kind.to_owned(),
        scope: scope.to_owned(),
        place,
        field,
        attribute,
        words,
        says: serde_json::to_string(&says).map_err(|e| Fault::internal("writing a rule", e))?,
        title,
        why: why(&asked.why)?,
        made_by: ctx.actor_name(),
        made_at: ctx.now().0,
        is_on: true,
        turn: 1,
        batches: 0,
        switched_at: None,
        switched_by: None,
        switched_why: None,
    };
    // What is kept can be read.
    rule(row.clone())?;
    Ok((organization, row))
}

async fn scope(ctx: &Ctx, collection: &Collection, scope: &RuleScope) -> Result<(&'static str, String), Fault> {
    match scope {
        RuleScope::Collection => Ok(("collection", String::new())),
        RuleScope::Series { dataset: None } => Err(Fault::field("scope", "names no series; give one of its datasets")),
        RuleScope::Series { dataset: Some(dataset) } => {
            let found = catalog::load_dataset(ctx, *dataset).await?;
            match found.collection == collection.id {
                true => Ok(("series", found.accession)),
                false => Err(Fault::field("scope", format!("{} is not in {}", found.accession, collection.name))),
            }
        }
        RuleScope::Submitter { name } => match name.trim() {
            "" => Err(Fault::field("scope", "names no submitter; the source of this series may name none")),
            name if name.chars().count() > LONGEST_WORDS => Err(Fault::field("scope", "has too long a name")),
            name => Ok(("submitter", name.to_owned())),
        },
    }
}

/// The series of a collection with this accession, for a rule in it.
pub async fn series(ctx: &Ctx, collection: CollectionId, accession: &str) -> Result<RuleScope, Fault> {
    let collection = catalog::load_collection(ctx, collection).await?;
    let name = accession.trim();
    if name.is_empty() {
        return Err(Fault::field("scope", "names no series; give its accession"));
    }
    match catalog::find_series(ctx, collection.id, name).await? {
        Some(dataset) => Ok(RuleScope::Series { dataset: Some(dataset) }),
        None => Err(Fault::field("scope", format!("{} has no series {name}; check its accession", collection.name))),
    }
}

/// Whom a series' source names, for a rule of theirs.
pub async fn submitter(ctx: &Ctx, dataset: chorale_model::DatasetId) -> Result<RuleScope, Fault> {
    let found = catalog::load_dataset(ctx, dataset).await?;
    match submitter_of(&found.attributes) {
        Some(name) => Ok(RuleScope::Submitter { name }),
        None => Err(Fault::field(
            "scope",
            format!("the source of {} names no submitter; take the series or the collection", found.accession),
        )),
    }
}

fn find<'a>(fields: &'a [Field], name: &str, collection: &Collection) -> Result<&'a Field, Fault> {
    fields.iter().find(|field| field.name == name).ok_or_else(|| {
        let names: Vec<&str> = fields.iter().map(|field| field.name.as_str()).collect();
        Fault::field("field", format!("\"{name}\" is no field of {}; it has {}", collection.name, names.join(", ")))
    })
}

async fn words_rule(
    ctx: &Ctx,
    field: &Field,
    attribute: &str,
    words: &str,
    becomes: &RuleValue,
) -> Result<(RuleSays, String), Fault> {
    let (attribute, words) = (attribute.trim().to_owned(), words.trim().to_owned());
    if words.is_empty() || words.chars().count() > LONGEST_WORDS {
        let why = format!("are missing or longer than {LONGEST_WORDS} characters; say what the source says");
        return Err(Fault::field("words", why));
    }
    if attribute.chars().count() > LONGEST_WORDS {
        return Err(Fault::field("attribute", format!("is longer than {LONGEST_WORDS} characters")));
    }
    let under = match attribute.as_str() {
        "" => String::new(),
        of => format!(" under {}", plain_key(of)),
    };
    let name = field.label.to_lowercase();
    let (becomes, what) = match becomes {
        RuleValue::Is { state: ValueState::Healthy, .. } => {
            let is = RuleValue::Is { term: String::new(), label: String::new(), state: ValueState::Healthy };
            (is, "is healthy".to_owned())
        }
        RuleValue::Is { term, .. } => {
            let (term, label) = harmonize::check_value(ctx, field, term).await?;
            let what = format!("is {label}");
            (RuleValue::Is { term, label, state: ValueState::Present }, what)
        }
        RuleValue::NotReported => (RuleValue::NotReported, format!("reports no {name}")),
        RuleValue::NotApplicable => (RuleValue::NotApplicable, format!("needs no {name}")),
        RuleValue::IsNot { term, .. } if term.trim().is_empty() => {
            return Err(Fault::field("term", "is missing; say which one it is not"));
        }
        // What a question suggests has its label; what somebody typed has to be a value of the field.
        RuleValue::IsNot { term, label } if label.trim().is_empty() => {
            let (term, label) = harmonize::check_value(ctx, field, term).await?;
            let what = format!("is not {label}");
            (RuleValue::IsNot { term, label }, what)
        }
        RuleValue::IsNot { term, label } => {
            let what = format!("is not {label}");
            (RuleValue::IsNot { term: term.trim().to_owned(), label: label.trim().to_owned() }, what)
        }
    };
    let title = format!("\"{words}\"{under} {what}");
    Ok((RuleSays::Words { field: field.name.clone(), attribute, words, becomes }, title))
}

async fn key_rule(
    ctx: &Ctx,
    fields: &[Field],
    collection: &Collection,
    key: &str,
    reads: &KeyReads,
) -> Result<(RuleSays, String), Fault> {
    let key = plain(key);
    if key.is_empty() || key.chars().count() > LONGEST_WORDS {
        return Err(Fault::field("key", "is missing or too long; name one of the list"));
    }
    if reads.parser == KeyParser::Ignore {
        let reads =
            KeyReads { field: String::new(), parser: KeyParser::Ignore, unit: String::new(), yes: String::new() };
        let title = format!("{key} is read for no field");
        return Ok((RuleSays::Key { key, reads }, title));
    }
    let field = find(fields, &reads.field, collection)?;
    // Whether it can be read at all.
    harmonize::Reader::new(ctx, field, reads).await?;
    let unit = if reads.unit.trim().is_empty() { String::new() } else { format!(", in {}", reads.unit.trim()) };
    let title = format!("{key} is read as {}: {}{unit}", field.label.to_lowercase(), reads.parser.words());
    Ok((RuleSays::Key { key, reads: reads.clone() }, title))
}
