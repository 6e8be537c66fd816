//! Samples as tasks of Label Studio (labelstud.io/guide/tasks, labelstud.io/guide/predictions): what the source says as one
//! text, what annotators suggest as predictions with the words marked, what people decided as annotations. The choices of a
//! field come with each task, because an ontology has more terms than a configuration could list.

use crate::{Ctx, catalog, harmonize};
use bytes::Bytes;
use chorale_model::catalog::{DatasetSort, RawAttribute};
use chorale_model::exchange::TaskFilter;
use chorale_model::fields::Field;
use chorale_model::harmonize::{Evidence, Layer, Value, ValueState};
use chorale_model::page::PageRequest;
use chorale_model::{CollectionId, DatasetId, Fault, OrganizationId, Role};
use futures::stream::{self, BoxStream, StreamExt};
use serde_json::{Value as Json, json};
use std::collections::VecDeque;
use std::fmt::Write;

/// Samples that are read at once.
const SAMPLES: i64 = 500;
/// The text that tasks label.
const TEXT: &str = "text";

/// Every sample of a collection of one's own, or those of which something waits.
pub async fn export_tasks(ctx: &Ctx, filter: TaskFilter) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
    let (organization, fields, name) = checked(ctx, &filter).await?;
    let mut walk = Walk {
        ctx: ctx.clone(),
        organization,
        collection: filter.collection,
        name,
        waiting: filter.waiting,
        fields,
        datasets: VecDeque::new(),
        cursor: Some(None),
        after: -1,
    };
    let first = walk.next().await?;
    let tasks = stream::unfold((walk, first, true), |(mut walk, page, is_first)| async move {
        let tasks = page?;
        let mut text = String::new();
        let mut is_first = is_first;
        for task in tasks {
            text.push_str(if is_first { "\n" } else { ",\n" });
            text.push_str(&task.to_string());
            is_first = false;
        }
        match walk.next().await {
            Ok(next) => Some((Ok(Bytes::from(text)), (walk, next, is_first))),
            Err(fault) => Some((Err(fault), (walk, None, is_first))),
        }
    });
    let begun = stream::once(async { Ok(Bytes::from_static(b"[")) });
    let end = stream::once(async { Ok(Bytes::from_static(b"\n]\n")) });
    Ok(begun.chain(tasks.fuse()).chain(end).boxed())
}

/// The labelling interface that these tasks are made for, as XML.
pub async fn task_config(ctx: &Ctx, filter: TaskFilter) -> Result<String, Fault> {
    let (_, fields, _) = checked(ctx, &filter).await?;
    let mut xml = format!(
        "<View>\n  <Text name=\"{TEXT}\" value=\"${TEXT}\"/>\n  <Labels name=\"evidence\" toName=\"{TEXT}\">\n"
    );
    let mut line = |text: String| {
        xml.push_str(&text);
        xml.push('\n');
    };
    for field in &fields {
        line(format!("    <Label value=\"{}\"/>", escaped(&field.name)));
    }
    line("  </Labels>".to_owned());
    for field in &fields {
        let (name, label) = (escaped(&field.name), escaped(&field.label));
        let choice = if field.many { "multiple" } else { "single" };
        line(format!("  <Header value=\"{label}\"/>"));
        line(format!("  <Choices name=\"{name}\" toName=\"{TEXT}\" value=\"${name}_options\" choice=\"{choice}\"/>"));
        line(format!(
            "  <TextArea name=\"{name}_other\" toName=\"{TEXT}\" maxSubmissions=\"1\" placeholder=\"another one: its name or id\"/>"
        ));
    }
    line("</View>".to_owned());
    Ok(xml)
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('"', "&quot;")
}

async fn checked(ctx: &Ctx, filter: &TaskFilter) -> Result<(OrganizationId, Vec<Field>, String), Fault> {
    let organization = ctx.require(Role::Scientist)?;
    let collection = catalog::load_collection(ctx, filter.collection).await?;
    if collection.owner != organization {
        return Err(Fault::forbidden("this collection is another organization's, who alone reviews it"));
    }
    let mut fields = harmonize::fields_of(ctx, filter.collection).await?.fields;
    if let Some(name) = filter.field.as_deref().filter(|name| !name.is_empty()) {
        fields.retain(|field| field.name == name);
        if fields.is_empty() {
            return Err(Fault::field("field", format!("\"{name}\" is no field of {}", collection.name)));
        }
    }
    Ok((organization, fields, collection.name))
}

/// A way through the samples of a collection.
struct Walk {
    ctx: Ctx,
    organization: OrganizationId,
    collection: CollectionId,
    name: String,
    waiting: bool,
    fields: Vec<Field>,
    datasets: VecDeque<(DatasetId, String)>,
    /// Of the next page of datasets; None behind the last.
    cursor: Option<Option<String>>,
    after: i64,
}

impl Walk {
    /// Tasks of some samples; None behind the last.
    async fn next(&mut self) -> Result<Option<Vec<Json>>, Fault> {
        loop {
            let Some((dataset, accession)) = self.datasets.front().cloned() else {
                let Some(cursor) = self.cursor.take() else { return Ok(None) };
                let page = PageRequest { cursor, limit: Some(PageRequest::MAX) };
                let found = catalog::list_datasets(&self.ctx, self.collection, DatasetSort::Accession, page).await?;
                self.datasets.extend(found.items.into_iter().map(|one| (one.id, one.accession)));
                self.cursor = found.next_cursor.map(Some);
                continue;
            };
            let app = &self.ctx.app;
            let read = harmonize::read_samples(app, self.organization, dataset, self.after, SAMPLES).await?;
            let Some((last, samples)) = read else {
                self.datasets.pop_front();
                self.after = -1;
                continue;
            };
            self.after = last;
            let ids: Vec<_> = samples.iter().map(|sample| sample.id).collect();
            let names = catalog::named_samples(app, self.organization, &ids).await?;
            let mut tasks = Vec::with_capacity(samples.len());
            for sample in samples {
                let Some(named) = names.get(&sample.id) else { continue };
                let of_field = |value: &&Value| self.fields.iter().any(|field| field.name == value.field);
                let values: Vec<&Value> = sample.values.iter().filter(of_field).collect();
                if self.waiting && values.iter().all(|value| value.accepted) {
                    continue;
                }
                tasks.push(task(&named.accession, &accession, &self.name, &sample.attributes, &values, &self.fields));
            }
            if !tasks.is_empty() {
                return Ok(Some(tasks));
            }
        }
    }
}

/// One sample. Places in the text are counted as the browser counts them, in units of UTF-16.
pub(super) fn task(
    sample: &str,
    dataset: &str,
    collection: &str,
    attributes: &[RawAttribute],
    values: &[&Value],
    fields: &[Field],
) -> Json {
    let mut text = String::new();
    let mut starts = Vec::with_capacity(attributes.len());
    for one in attributes {
        let _ = write!(text, "{}: ", one.key);
        starts.push(text.encode_utf16().count());
        text.push_str(&one.value);
        text.push('\n');
    }
    let mut data = json!({ "text": text, "sample": sample, "dataset": dataset, "collection": collection });
    for field in fields {
        let of_field = values.iter().filter(|value| value.field == field.name);
        let mut options: Vec<String> = Vec::new();
        for value in of_field {
            options.push(choice(value.state, &value.term, &value.label));
            options.extend(value.runner_up.as_ref().map(|next| choice(ValueState::Present, &next.term, &next.label)));
        }
        options
            .extend(field.choices.iter().filter(|_| field.kind == chorale_model::fields::FieldKind::Choice).cloned());
        options.extend(["not reported".to_owned(), "not applicable".to_owned()]);
        let mut once: Vec<Json> = Vec::new();
        for option in options {
            let option = json!({ "value": option });
            if !once.contains(&option) {
                once.push(option);
            }
        }
        data[format!("{}_options", field.name)] = Json::Array(once);
    }
    let (human, suggested): (Vec<&&Value>, Vec<&&Value>) = values.iter().partition(|value| value.layer == Layer::Human);
    let regions = |values: &[&&Value]| {
        let mut all = Vec::new();
        for field in fields {
            let of_field: Vec<&&&Value> = values.iter().filter(|value| value.field == field.name).collect();
            let choices: Vec<String> =
                of_field.iter().map(|value| choice(value.state, &value.term, &value.label)).collect();
            if !choices.is_empty() {
                all.push(json!({
                    "id": format!("{}-choice", field.name), "from_name": field.name, "to_name": TEXT,
                    "type": "choices", "value": { "choices": choices },
                }));
            }
            for (at, value) in of_field.iter().enumerate() {
                let Some((start, end, words)) =
                    value.evidence.as_ref().and_then(|read| place(attributes, &starts, read))
                else {
                    continue;
                };
                all.push(json!({
                    "id": format!("{}-{at}", field.name), "from_name": "evidence", "to_name": TEXT, "type": "labels",
                    "value": { "start": start, "end": end, "text": words, "labels": [field.name] },
                }));
            }
        }
        all
    };
    let mut task = json!({ "data": data });
    if !suggested.is_empty() {
        let score = suggested.iter().map(|value| value.score).fold(1.0, f64::min);
        let version = suggested.iter().map(|value| value.version.as_str()).find(|version| !version.is_empty());
        task["predictions"] = json!([{
            "model_version": version.unwrap_or("submitter"), "score": score, "result": regions(&suggested),
        }]);
    }
    if !human.is_empty() {
        task["annotations"] = json!([{ "result": regions(&human), "was_cancelled": false, "ground_truth": false }]);
    }
    task
}

/// How a value stands among choices: `hepatocellular carcinoma (MONDO:0007256)`.
fn choice(state: ValueState, term: &str, label: &str) -> String {
    match state {
        ValueState::NotReported => "not reported".to_owned(),
        ValueState::NotApplicable => "not applicable".to_owned(),
        _ if term.is_empty() => state.name().replace('_', " "),
        _ if label.is_empty() || label == term => term.to_owned(),
        _ => format!("{label} ({term})"),
    }
}

/// Where words stand in the text.
fn place(attributes: &[RawAttribute], starts: &[usize], read: &Evidence) -> Option<(usize, usize, String)> {
    let (from, to) = (usize::try_from(read.start).ok()?, usize::try_from(read.end).ok()?);
    let key = read.attribute.as_deref()?;
    let cut = |text: &str| -> String { text.chars().skip(from).take(to.saturating_sub(from)).collect() };
    let at = attributes.iter().position(|one| one.key == key && cut(&one.value) == read.text)?;
    let before: usize = attributes[at].value.chars().take(from).map(char::len_utf16).sum();
    let start = starts[at] + before;
    Some((start, start + read.text.encode_utf16().count(), read.text.clone()))
}
