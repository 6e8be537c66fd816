//! What erasing reaches beyond the organization's own rows: everybody's search, local copies, the database's file.

use super::*;
use crate::jobs::Handler;
use crate::{catalog, discovery, sources, testing};
use chorale_model::Role;
use chorale_model::sources::Import;

const SERIES: &[u8] =
    b"^SERIES = GSE1\n!Series_title = Spleen\n^SAMPLE = GSM1\n!Sample_title = Spleen\n!Sample_platform_id = GPL1\n";

/// Local copies of a feed's index files.
fn copies(app: &Deployment, feed: &str) -> usize {
    let entries = std::fs::read_dir(app.settings.cache_dir.join("search/files")).unwrap();
    entries.filter(|entry| entry.as_ref().unwrap().file_name().to_str().unwrap().starts_with(feed)).count()
}

#[tokio::test]
async fn erasing_reaches_the_shared_index_and_the_local_copies() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let organization = testing::organization(&app, "own").await;
        let own = testing::member_ctx(&app, organization, Role::Admin).await;
        let handlers: Vec<Arc<dyn Handler>> =
            vec![Arc::new(sources::ImportHandler), Arc::new(discovery::IndexJob), Arc::new(EraseJob)];
        let mut upload = sources::begin_upload(&own, "a.soft").unwrap();
        upload.write(SERIES).await.unwrap();
        let files = vec![upload.finish().await.unwrap()];
        let import =
            Import { collection_name: Some("Real".into()), create_collection: true, files, ..Import::default() };
        sources::start_import(&own, import).await.unwrap();
        run_until_idle(&app, &handlers).await.unwrap();
        let collection = catalog::find_collection_by_name(&own, "Real").await.unwrap().unwrap().id;
        let operator = Ctx::operator(app.clone(), Some(organization));
        catalog::share_collection(&operator, collection, true).await.unwrap();
        run_until_idle(&app, &handlers).await.unwrap();
        let shared = "select m.documents from index_heads h join index_manifests m \
                      on m.feed = h.feed and m.generation = h.generation where h.feed = 'shared'";
        assert_eq!(count(&app.db, shared).await, 2, "the series and its sample");
        assert!(copies(&app, &organization.to_string()) > 0);

        erase_organization(&own, "own").await.unwrap();
        run_until_idle(&app, &handlers).await.unwrap();
        assert_eq!(count(&app.db, shared).await, 0);
        assert_eq!(copies(&app, &organization.to_string()), 0);
    }
}

/// SQLite alone: PostgreSQL's files are its own, and its vacuum overwrites them.
#[tokio::test]
async fn an_erased_address_is_not_readable_in_the_database_file() {
    let folder = tempfile::tempdir().unwrap();
    let app = deployment(each_engine().await.remove(0), folder.path());
    let own = organization(&app, "leaving").await;
    let Db::Sqlite { readers, .. } = &app.db else { panic!("SQLite is the first engine") };
    let path = readers.connect_options().get_filename().to_path_buf();
    let readable = || {
        ["", "-wal"].iter().any(|end| {
            let bytes = std::fs::read(format!("{}{end}", path.display())).unwrap_or_default();
            bytes.windows(19).any(|window| window == b"leaving@example.org")
        })
    };
    app.db.empty_log().await.unwrap();
    assert!(readable());
    erase_organization(&own, "leaving").await.unwrap();
    run_until_idle(&app, &[Arc::new(EraseJob)]).await.unwrap();
    assert!(!readable());
}
