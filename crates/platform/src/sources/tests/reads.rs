//! What members see: their own, what is shared, and nothing else; page by page.

use super::*;
use chorale_model::catalog::SampleSort;
use chorale_model::{DatasetId, FaultKind, Page, SampleId, VersionId};
use futures::TryStreamExt;

fn table(samples: usize) -> String {
    let mut text = String::from("accession\ttitle\torgan\n");
    for number in 0..samples {
        text.push_str(&format!(
            "GSM{}\tTitle {}\t{}\n",
            1000 + number,
            samples - number,
            ["liver", "100%_x"][number % 2]
        ));
    }
    text
}

async fn missing<T: std::fmt::Debug>(what: impl Future<Output = Result<T, Fault>>) {
    assert_eq!(what.await.unwrap_err().kind, FaultKind::Missing);
}

#[tokio::test]
async fn another_organization_sees_a_collection_only_while_it_is_shared() {
    for [ctx, other] in each_deployment().await {
        let job = import_text(&ctx, "t.tsv", &table(3)).await;
        let id = job.files[0].datasets[0].id;
        let collection = collection(&ctx).await.id;
        let rows = catalog::list_samples(&ctx, id, None, None, SampleSort::Position, all()).await.unwrap().items;
        let file = catalog::list_files(&ctx, id, all()).await.unwrap().items[0].id;
        let version = catalog::list_versions(&ctx, id, all()).await.unwrap().items[0].id;

        missing(catalog::load_collection(&other, collection)).await;
        missing(catalog::list_datasets(&other, collection, DatasetSort::Title, all())).await;
        missing(catalog::load_dataset(&other, id)).await;
        missing(catalog::load_version(&other, id, version)).await;
        missing(catalog::list_versions(&other, id, all())).await;
        missing(catalog::list_samples(&other, id, None, None, SampleSort::Title, all())).await;
        missing(catalog::load_sample(&other, rows[0].id)).await;
        missing(catalog::list_files(&other, id, all())).await;
        missing(catalog::values_preview(&other, id, 1, 1)).await;
        missing(catalog::delete_dataset(&other, id)).await;
        missing(catalog::share_collection(&other, collection, true)).await;
        assert!(catalog::open_file(&other, file).await.is_err());
        assert_eq!(catalog::find_dataset_by_accession(&other, "t", None).await.unwrap(), None);
        assert!(catalog::list_collections(&other, all()).await.unwrap().items.is_empty());

        catalog::share_collection(&ctx, collection, true).await.unwrap();
        let seen = catalog::list_collections(&other, all()).await.unwrap().items;
        assert_eq!((seen[0].owner_name.as_str(), seen[0].samples), ("a", 3));
        assert_eq!(catalog::load_dataset(&other, id).await.unwrap().owner, ctx.scope.unwrap());
        assert_eq!(catalog::find_dataset_by_accession(&other, "t", None).await.unwrap(), Some(id));
        let (file, bytes) = catalog::open_file(&other, file).await.unwrap();
        let bytes: Vec<u8> = bytes.try_collect::<Vec<_>>().await.unwrap().concat();
        assert_eq!((file.name.as_str(), bytes), ("t.tsv", table(3).into_bytes()));
        // Seen is not owned.
        missing(catalog::delete_dataset(&other, id)).await;
        missing(catalog::update_collection(&other, collection, Default::default())).await;
    }
}

#[tokio::test]
async fn pages_hold_every_row_once_in_every_order() {
    for [ctx, _] in each_deployment().await {
        let job = import_text(&ctx, "t.tsv", &table(25)).await;
        let id = job.files[0].datasets[0].id;
        for sort in [SampleSort::Position, SampleSort::Accession, SampleSort::Title] {
            let mut seen = Vec::new();
            let mut cursor = None;
            loop {
                let request = PageRequest { cursor, limit: Some(7) };
                let page: Page<_> = catalog::list_samples(&ctx, id, None, None, sort, request).await.unwrap();
                seen.extend(page.items.into_iter().map(|row| (row.title, row.accession, row.position)));
                cursor = page.next_cursor;
                if cursor.is_none() {
                    break;
                }
            }
            assert_eq!(seen.len(), 25);
            let mut sorted = seen.clone();
            match sort {
                SampleSort::Position => sorted.sort_by_key(|row| row.2),
                SampleSort::Accession => sorted.sort_by(|a, b| a.1.cmp(&b.1)),
                SampleSort::Title => sorted.sort(),
            }
            assert_eq!(seen, sorted, "{sort:?}");
        }
        // A filter means its characters: % and _ are no wild cards.
        let found = |q: &'static str| catalog::list_samples(&ctx, id, None, Some(q), SampleSort::Position, all());
        assert_eq!(found("100%_X").await.unwrap().items.len(), 12);
        assert_eq!(found("l%r").await.unwrap().items.len(), 0);
        assert_eq!(found("LIVER").await.unwrap().items.len(), 13);
        let fault = catalog::list_samples(
            &ctx,
            id,
            None,
            None,
            SampleSort::Position,
            PageRequest { cursor: Some("no cursor".into()), limit: None },
        );
        assert_eq!(fault.await.unwrap_err().fields[0].field, "cursor");
    }
}

#[tokio::test]
async fn what_does_not_exist_is_missing() {
    for [ctx, _] in each_deployment().await {
        let id = ctx.app.ids.uuid();
        missing(catalog::load_dataset(&ctx, DatasetId(id))).await;
        missing(catalog::load_sample(&ctx, SampleId(id))).await;
        missing(catalog::load_version(&ctx, DatasetId(id), VersionId(id))).await;
        let scientist = testing::member_ctx(&ctx.app, ctx.scope.unwrap(), Role::Scientist).await;
        let input = CreateCollection { name: "mine".into(), description: String::new() };
        let fault = catalog::create_collection(&scientist, input.clone()).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden);
        let made = catalog::create_collection(&ctx, input.clone()).await.unwrap();
        assert_eq!(catalog::create_collection(&ctx, input).await.unwrap_err().kind, FaultKind::Conflict);
        let fault = catalog::share_collection(&scientist, made.id, true).await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Forbidden);
    }
}
