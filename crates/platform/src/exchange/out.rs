//! Decisions on their way out, sample after sample: some hundreds at a time, whatever there are.

use crate::catalog::{self, csv_cell};
use crate::{Ctx, curation, identity};
use bytes::Bytes;
use chorale_model::curation::Curation;
use chorale_model::exchange::{DecidedSample, ExportFilter, ExportFormat, FORMAT, FORMAT_VERSION};
use chorale_model::{Fault, OrganizationId, Role, SampleId};
use futures::stream::{self, BoxStream, StreamExt};
use serde_json::json;
use std::fmt::Write;
use uuid::Uuid;

/// Samples that are read at once.
const SAMPLES: i64 = 500;

/// Columns of the file of rows.
pub(super) const COLUMNS: [&str; 22] = [
    "sample",
    "dataset",
    "collection",
    "field",
    "action",
    "state",
    "term",
    "label",
    "note",
    "before_state",
    "before_term",
    "before_label",
    "before_score",
    "before_method",
    "before_version",
    "batch",
    "kind",
    "title",
    "why",
    "by",
    "at",
    "taken_back",
];

struct Asked {
    ctx: Ctx,
    organization: OrganizationId,
    filter: ExportFilter,
    format: ExportFormat,
}

/// Every decision of the organization that the filter lets through, those that were taken back too.
pub async fn export_decisions(
    ctx: &Ctx,
    filter: ExportFilter,
    format: ExportFormat,
) -> Result<BoxStream<'static, Result<Bytes, Fault>>, Fault> {
    let organization = ctx.require(Role::Scientist)?;
    if let Some(collection) = filter.collection {
        let found = catalog::load_collection(ctx, collection).await?;
        if found.owner != organization {
            return Err(Fault::forbidden("this collection is another organization's, who alone decides about it"));
        }
    }
    let name = identity::me(ctx).await.map(|me| me.organization.name).unwrap_or_default();
    let head = match format {
        ExportFormat::Csv => format!("{}\r\n", COLUMNS.join(",")),
        ExportFormat::Json => format!(
            "{{\"format\":{},\"version\":{FORMAT_VERSION},\"exported_at\":{},\"organization\":{},\"samples\":[",
            json!(FORMAT),
            json!(ctx.now()),
            json!(name)
        ),
    };
    let asked = Asked { ctx: ctx.clone(), organization, filter, format };
    // What goes wrong at first is answered at once.
    let first = asked.page(SampleId(Uuid::nil())).await?;
    let begun = stream::once(async move { Ok(Bytes::from(head)) });
    let pages = stream::unfold((asked, Some(first), true), |(asked, page, is_first)| async move {
        let (last, samples) = page?;
        if samples.is_empty() && last.is_none() {
            return None;
        }
        let mut text = String::new();
        let mut is_first = is_first;
        for sample in &samples {
            if let Err(fault) = asked.write(&mut text, sample, is_first) {
                return Some((Err(fault), (asked, None, false)));
            }
            is_first = false;
        }
        let next = match last {
            None => None,
            Some(last) => match asked.page(last).await {
                Ok(next) => Some(next),
                Err(fault) => return Some((Err(fault), (asked, None, false))),
            },
        };
        Some((Ok(Bytes::from(text)), (asked, next, is_first)))
    });
    let end = match format {
        ExportFormat::Csv => "",
        ExportFormat::Json => "\n]}\n",
    };
    let end = stream::once(async move { Ok(Bytes::from_static(end.as_bytes())) });
    Ok(begun.chain(pages.fuse()).chain(end).boxed())
}

impl Asked {
    /// Samples behind one, with the last that was looked at; None behind the last.
    async fn page(&self, after: SampleId) -> Result<(Option<SampleId>, Vec<DecidedSample>), Fault> {
        let (app, organization) = (&self.ctx.app, self.organization);
        let ids = curation::decided_samples(&app.db, organization, self.filter.collection, after, SAMPLES).await?;
        let Some(last) = ids.last().copied() else { return Ok((None, Vec::new())) };
        let (mut decided, mut named) = futures::try_join!(
            curation::all_of_samples(&app.db, organization, &ids),
            catalog::named_samples(app, organization, &ids),
        )?;
        let mut samples = Vec::with_capacity(ids.len());
        for id in ids {
            let Some(name) = named.remove(&id) else { continue };
            let mut decisions = decided.remove(&id).unwrap_or_default();
            if let Some(field) = &self.filter.field {
                decisions.retain(|one| one.field == *field);
            }
            if !decisions.is_empty() {
                let (sample, datasets, collection) = (name.accession, name.datasets, name.collection_name);
                samples.push(DecidedSample { sample, datasets, collection, decisions });
            }
        }
        Ok((Some(last), samples))
    }

    fn write(&self, text: &mut String, sample: &DecidedSample, is_first: bool) -> Result<(), Fault> {
        match self.format {
            ExportFormat::Json => {
                let line = serde_json::to_string(sample).map_err(|e| Fault::internal("writing decisions", e))?;
                text.push_str(if is_first { "\n" } else { ",\n" });
                text.push_str(&line);
            }
            ExportFormat::Csv => {
                for one in &sample.decisions {
                    row(text, sample, one)?;
                }
            }
        }
        Ok(())
    }
}

fn row(text: &mut String, sample: &DecidedSample, one: &Curation) -> Result<(), Fault> {
    let before = one.beneath.as_ref();
    let of_before = |get: fn(&chorale_model::curation::Beneath) -> String| before.map(get).unwrap_or_default();
    let taken_back = one.reverted.as_ref().map(|back| format!("{} {}", back.at, back.by)).unwrap_or_default();
    let cells: [String; COLUMNS.len()] = [
        sample.sample.clone(),
        sample.datasets.first().cloned().unwrap_or_default(),
        sample.collection.clone(),
        one.field.clone(),
        one.action.name().to_owned(),
        one.state.map(|state| state.name().to_owned()).unwrap_or_default(),
        one.term.clone(),
        one.label.clone(),
        one.note.clone(),
        of_before(|was| was.state.name().to_owned()),
        of_before(|was| was.term.clone()),
        of_before(|was| was.label.clone()),
        of_before(|was| was.score.to_string()),
        of_before(|was| was.method.clone()),
        of_before(|was| was.version.clone()),
        one.batch.to_string(),
        one.kind.name().to_owned(),
        one.title.clone(),
        one.why.clone(),
        one.by.clone().unwrap_or_default(),
        one.at.to_string(),
        taken_back,
    ];
    let cells = cells.map(|cell| csv_cell(&cell));
    writeln!(text, "{}\r", cells.join(",")).map_err(|e| Fault::internal("writing decisions", e))
}
