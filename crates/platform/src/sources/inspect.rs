//! A look at an uploaded file before it is imported: what it is, and what its columns probably mean.

use super::uploads;
use crate::objects::Key;
use crate::{Ctx, audit, catalog, metering};
use chorale_formats::sample_table::{self, Mapping, Role as FormatRole};
use chorale_formats::{Kind, Limits, detect, open};
use chorale_model::sources::{ColumnMeaning, ColumnRole, Inspection, TableMapping, UploadedFile};
use chorale_model::{Fault, OrganizationId, Role};
use futures::TryStreamExt;
use serde_json::json;

/// Compressed bytes that are looked at; the reader looks at 64 KiB of what they inflate to.
const LOOKED_AT: usize = 1 << 20;

/// Looks at an uploaded file, which is counted from here on: it stays for the import that follows.
pub async fn inspect(ctx: &Ctx, file: UploadedFile) -> Result<Inspection, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let file = uploads::checked(ctx, organization, &file).await?;
    keep(ctx, organization, &file).await?;
    let (_, mut chunks) = ctx.app.objects.stream(Key::raw(organization, &file.sha256).as_str()).await?;
    let mut start = Vec::new();
    while start.len() < LOOKED_AT
        && let Some(chunk) = chunks.try_next().await.map_err(|e| Fault::internal("reading an upload", e))?
    {
        start.extend_from_slice(&chunk);
    }
    Ok(look(file, &start))
}

/// An uploaded file for another room's work, counted from here on.
pub async fn keep_upload(ctx: &Ctx, file: &UploadedFile) -> Result<UploadedFile, Fault> {
    let organization = ctx.require(Role::Curator)?;
    let file = uploads::checked(ctx, organization, file).await?;
    keep(ctx, organization, &file).await?;
    Ok(file)
}

async fn keep(ctx: &Ctx, organization: OrganizationId, file: &UploadedFile) -> Result<(), Fault> {
    let (ctx_, file) = (ctx.clone(), file.clone());
    ctx.db()
        .write(move |tx| {
            Box::pin(async move {
                let key = Key::raw(organization, &file.sha256);
                catalog::keep_object(tx, &ctx_, organization, &key, &file.sha256, file.size_bytes).await?;
                // The file is counted already.
                metering::check_quota(&ctx_, tx, "stored_bytes", 0).await?;
                let detail = json!({ "file": file.name, "size_bytes": file.size_bytes });
                audit::record(tx, &ctx_, "file.inspected", "file", &file.sha256, detail).await
            })
        })
        .await
}

fn look(file: UploadedFile, start: &[u8]) -> Inspection {
    let mut found = Inspection {
        file,
        kind: "unknown".to_owned(),
        message: String::new(),
        columns: Vec::new(),
        preview: Vec::new(),
        needs_mapping: false,
    };
    let mut input = match open(&found.file.name, start, &Limits::default()) {
        Ok(input) => input,
        Err(error) => return Inspection { message: error.to_string(), ..found },
    };
    let head = match input.head() {
        Ok(head) => head,
        Err(error) => return Inspection { message: error.to_string(), ..found },
    };
    match detect(&found.file.name, head) {
        Kind::SoftFamily | Kind::GplAnnotation => found.kind = "soft".to_owned(),
        Kind::SeriesMatrix => found.kind = "series_matrix".to_owned(),
        Kind::Unknown { why, remedy } => found.message = format!("{why}. {remedy}"),
        Kind::SampleTable => {
            found.kind = "sample_table".to_owned();
            let columns = sample_table::sniff(head);
            found.needs_mapping = columns.mapping.is_none();
            found.columns = meanings(&columns);
            found.preview = columns.examples;
        }
    }
    found
}

/// What each column probably means; an attribute where nothing better is known.
pub(super) fn meanings(columns: &sample_table::Columns) -> Vec<ColumnMeaning> {
    let role = |column: usize| columns.mapping.as_ref().and_then(|mapping| mapping.roles.get(column));
    let names = columns.names.iter().enumerate();
    names.map(|(column, name)| meaning(name, role(column).unwrap_or(&FormatRole::Attribute))).collect()
}

fn meaning(name: &str, role: &FormatRole) -> ColumnMeaning {
    let (role, channel, separator) = match role {
        FormatRole::Accession => (ColumnRole::Accession, 1, '|'),
        FormatRole::Title => (ColumnRole::Title, 1, '|'),
        FormatRole::Description => (ColumnRole::Description, 1, '|'),
        FormatRole::SourceName { channel } => (ColumnRole::SourceName, *channel, '|'),
        FormatRole::Characteristics { channel, separator } => (ColumnRole::Characteristics, *channel, *separator),
        FormatRole::Organism { channel } => (ColumnRole::Organism, *channel, '|'),
        FormatRole::Platform => (ColumnRole::Platform, 1, '|'),
        FormatRole::Series => (ColumnRole::Series, 1, '|'),
        FormatRole::Attribute => (ColumnRole::Attribute, 1, '|'),
        FormatRole::Ignore => (ColumnRole::Ignore, 1, '|'),
    };
    ColumnMeaning { name: name.to_owned(), role, channel, separator }
}

/// A form's mapping for the columns that a file really has.
pub(super) fn mapping_for(columns: &sample_table::Columns, said: &TableMapping) -> Mapping {
    let role = |column: &ColumnMeaning| {
        let (channel, separator) = (column.channel, column.separator);
        match column.role {
            ColumnRole::Accession => FormatRole::Accession,
            ColumnRole::Title => FormatRole::Title,
            ColumnRole::Description => FormatRole::Description,
            ColumnRole::SourceName => FormatRole::SourceName { channel },
            ColumnRole::Characteristics => FormatRole::Characteristics { channel, separator },
            ColumnRole::Organism => FormatRole::Organism { channel },
            ColumnRole::Platform => FormatRole::Platform,
            ColumnRole::Series => FormatRole::Series,
            ColumnRole::Attribute => FormatRole::Attribute,
            ColumnRole::Ignore => FormatRole::Ignore,
        }
    };
    let roles: Vec<(String, FormatRole)> =
        said.columns.iter().map(|column| (column.name.clone(), role(column))).collect();
    columns.mapped(&roles)
}
