//! The figures as a table, a row for each field and version.

use super::list_fields;
use crate::Ctx;
use chorale_model::automatic::Share;
use chorale_model::{CollectionId, Fault};

const HEAD: &str = "field,annotator,present,promised,accepted_from,right,wrong,changed,missed,samples,precision,\
                    precision_low,precision_high,recall,recall_low,recall_high,accepted_precision,accepted_low,\
                    accepted_high,accepted_of,waiting,waiting_by_score,automatic,on_hold\n";

/// As comma-separated values; a share of nothing is empty.
pub async fn csv(ctx: &Ctx, collection: CollectionId) -> Result<String, Fault> {
    let mut text = HEAD.to_owned();
    for field in list_fields(ctx, collection).await?.fields {
        let from = field.accepted_from.map(|from| format!("{from:.4}")).unwrap_or_default();
        for version in &field.versions {
            let mut cells = vec![
                field.field.clone(),
                version.annotator.clone(),
                version.present.to_string(),
                field.promised.to_string(),
                from.clone(),
            ];
            let counts = [version.right, version.wrong, version.changed, version.missed, version.samples];
            cells.extend(counts.map(|count| count.to_string()));
            cells.extend(three(version.precision));
            cells.extend(three(version.recall));
            cells.extend(three(version.accepted));
            cells.push(version.accepted.map(|share| share.of.to_string()).unwrap_or_default());
            cells.extend([field.waiting, field.waiting_by_score, field.automatic].map(|count| count.to_string()));
            cells.push(field.hold.is_some().to_string());
            // Names of fields and annotators hold neither comma nor quote.
            text.push_str(&cells.join(","));
            text.push('\n');
        }
    }
    Ok(text)
}

fn three(share: Option<Share>) -> [String; 3] {
    match share {
        None => [const { String::new() }; 3],
        Some(share) => [share.share, share.low, share.high].map(|number| format!("{number:.4}")),
    }
}
