//! Series: one dataset to each platform, samples stored once, versions by content.

use super::*;
use chorale_model::catalog::SampleSort;

#[tokio::test]
async fn a_family_with_two_platforms_becomes_two_datasets() {
    for [ctx, _] in each_deployment().await {
        let job = import_paths(&ctx, &[family("GSE6344")]).await;
        assert_eq!((job.state, job.files[0].state.as_str()), (JobState::Succeeded, "succeeded"), "{job:?}");
        assert_eq!(job.files[0].samples, 40);
        let found = datasets(&ctx).await;
        let shown: Vec<_> =
            found.iter().map(|d| (d.accession.as_str(), d.platform.as_str(), d.samples, d.version)).collect();
        assert_eq!(shown, [("GSE6344", "GPL96", 20, 1), ("GSE6344", "GPL97", 20, 1)]);
        assert_eq!(found[0].organisms, ["Homo sapiens"]);
        assert_eq!(collection(&ctx).await.samples, 40);

        let dataset = catalog::load_dataset(&ctx, found[0].id).await.unwrap();
        assert!(dataset.title.starts_with("Gene expression in Stage 1,2 Normal"), "{}", dataset.title);
        assert_eq!(dataset.siblings.len(), 1);
        assert_eq!(dataset.siblings[0].id, found[1].id);
        assert!(dataset.platform_title.contains("HG-U133A"), "{}", dataset.platform_title);
        assert_eq!(dataset.version.provenance.source, "upload");
        assert!(dataset.version.provenance.lines > 45_000);
        let table = dataset.value_table.clone().unwrap();
        assert_eq!(table.samples, 20);
        let preview = catalog::values_preview(&ctx, found[0].id, 2, 2).await.unwrap();
        assert_eq!(preview.columns.len(), 3);
        assert_eq!(preview.features, table.features);

        let page = catalog::list_samples(&ctx, found[0].id, None, None, SampleSort::Position, all()).await.unwrap();
        assert_eq!(page.items.len(), 20);
        let sample = catalog::load_sample(&ctx, page.items[0].id).await.unwrap();
        assert_eq!(sample.attributes, page.items[0].attributes);
        assert_eq!(sample.datasets.len(), 1);
        let files = catalog::list_files(&ctx, found[0].id, all()).await.unwrap().items;
        let mut kinds: Vec<&str> = files.iter().map(|file| file.kind.as_str()).collect();
        kinds.sort_unstable();
        assert_eq!(kinds, ["raw", "values"]);
    }
}

#[tokio::test]
async fn the_samples_of_a_superseries_and_its_parts_are_stored_once() {
    for [ctx, _] in each_deployment().await {
        let parts = ["GSE7774", "GSE7775", "GSE7776"];
        let paths: Vec<PathBuf> = parts.iter().map(|part| family(part)).collect();
        import_paths(&ctx, &paths).await;
        let of_parts = collection(&ctx).await.samples;
        import_paths(&ctx, &[family("GSE11897")]).await;
        let found = datasets(&ctx).await;
        let of_super: i64 = found.iter().filter(|d| d.accession == "GSE11897").map(|d| d.samples).sum();
        assert_eq!(of_super, 11);
        let (stored,): (i64,) = db::sql("select count(*) from samples").one(ctx.db()).await.unwrap();
        assert_eq!(collection(&ctx).await.samples, stored, "the count is of distinct samples");
        let sum: i64 = found.iter().map(|d| d.samples).sum();
        assert!(stored < sum, "{stored} distinct samples in {sum} places");
        assert!(of_parts <= stored);

        // The SuperSeries links to its parts, and a sample knows every dataset that holds it.
        let superseries = found.iter().find(|d| d.accession == "GSE11897").unwrap();
        let dataset = catalog::load_dataset(&ctx, superseries.id).await.unwrap();
        let linked: Vec<_> =
            dataset.relations.iter().filter(|r| r.dataset.is_some()).map(|r| r.target.as_str()).collect();
        for part in parts {
            assert!(linked.contains(&part), "{part} in {:?}", dataset.relations);
        }
        let part = found.iter().find(|d| d.accession == "GSE7774").unwrap();
        let part = catalog::load_dataset(&ctx, part.id).await.unwrap();
        assert!(part.relations.iter().any(|r| r.target == "GSE11897" && r.dataset.is_some()), "{:?}", part.relations);
        let page = catalog::list_samples(&ctx, superseries.id, None, None, SampleSort::Accession, all()).await.unwrap();
        let mut shared = 0;
        for row in &page.items {
            let sample = catalog::load_sample(&ctx, row.id).await.unwrap();
            shared += usize::from(sample.datasets.len() > 1);
        }
        assert_eq!(shared, page.items.len(), "every sample of the SuperSeries is one of a part");
    }
}

#[tokio::test]
async fn a_reanalysis_is_a_link_to_what_was_analysed_again() {
    for [ctx, other] in each_deployment().await {
        let first =
            "^SERIES = GSE1\n!Series_title = One\n^SAMPLE = GSM1\n!Sample_title = Liver\n!Sample_platform_id = GPL1\n";
        import_text(&ctx, "one.soft", first).await;
        let second = "^SERIES = GSE2\n!Series_title = Two\n^SAMPLE = GSM2\n!Sample_title = Again\n!Sample_platform_id = GPL1\n\
                      !Sample_relation = Reanalysis of: GSM1\n^SAMPLE = GSM3\n!Sample_title = Once more\n\
                      !Sample_platform_id = GPL1\n!Sample_source_name_ch1 = re-analysis of GSM1\n!Sample_description = of GSE1\n";
        for asker in [&ctx, &other] {
            let job = import_text(asker, "two.soft", second).await;
            let id = job.files[0].datasets[0].id;
            for row in catalog::list_samples(asker, id, None, None, SampleSort::Position, all()).await.unwrap().items {
                let sample = catalog::load_sample(asker, row.id).await.unwrap();
                let [relation] = &sample.relations[..] else { panic!("{:?}", sample.relations) };
                assert_eq!((relation.kind.as_str(), relation.target.as_str()), ("Reanalysis of", "GSM1"));
                // Who does not have GSM1 reads its name; who has it follows a link.
                assert_eq!(relation.sample.is_some(), asker.scope == ctx.scope);
            }
        }
    }
}

#[tokio::test]
async fn the_same_bytes_twice_change_nothing_and_other_bytes_make_a_version() {
    for [ctx, _] in each_deployment().await {
        import_paths(&ctx, &[family("GSE12135")]).await;
        let before = datasets(&ctx).await;
        let changes = catalog::last_change(&ctx.app, &ctx.scope.unwrap().to_string()).await.unwrap();
        let again = import_paths(&ctx, &[family("GSE12135")]).await;
        assert_eq!((again.state, again.files[0].state.as_str()), (JobState::Succeeded, "unchanged"));
        assert_eq!(datasets(&ctx).await, before);
        assert_eq!(catalog::last_change(&ctx.app, &ctx.scope.unwrap().to_string()).await.unwrap(), changes);

        let text = "^SERIES = GSE1\n!Series_title = One\n^SAMPLE = GSM1\n!Sample_title = Liver\n!Sample_platform_id = GPL1\n\
                    ^SAMPLE = GSM2\n!Sample_title = Kidney\n!Sample_platform_id = GPL1\n";
        import_text(&ctx, "one.soft", text).await;
        let renamed = import_text(&ctx, "another name.soft", text).await;
        assert_eq!(renamed.files[0].state, "unchanged", "a file's name is no content");
        let changed = import_text(&ctx, "one.soft", &text.replace("Kidney", "Spleen")).await;
        assert_eq!(changed.files[0].state, "succeeded");
        assert_eq!(changed.files[0].datasets[0].version, 2);
        let id = changed.files[0].datasets[0].id;
        let rows = catalog::list_samples(&ctx, id, None, None, SampleSort::Title, all()).await.unwrap().items;
        assert_eq!(rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Liver", "Spleen"]);

        // What version 1 said stays readable.
        let versions = catalog::list_versions(&ctx, id, all()).await.unwrap().items;
        assert_eq!(versions.iter().map(|v| v.number).collect::<Vec<_>>(), [2, 1]);
        let first = Some(versions[1].id);
        let rows = catalog::list_samples(&ctx, id, first, None, SampleSort::Title, all()).await.unwrap().items;
        assert_eq!(rows.iter().map(|row| row.title.as_str()).collect::<Vec<_>>(), ["Kidney", "Liver"]);
        assert_eq!(catalog::load_version(&ctx, id, versions[1].id).await.unwrap().version.number, 1);

        // Back to what it was: a third version, for the history says what happened.
        let back = import_text(&ctx, "one.soft", text).await;
        assert_eq!(back.files[0].datasets[0].version, 3);
    }
}

#[tokio::test]
async fn every_real_soft_file_and_matrix_is_imported() {
    // One engine: the statements are the same, and the files many.
    let [ctx, _] = two_organizations(testing::deployment(each_engine().await.remove(0))).await;
    let mut paths = Vec::new();
    for folder in ["acc_soft", "biopython_geo", "family_soft", "gds_soft", "gpl_soft", "gsm_soft", "series_matrix"] {
        paths.extend(std::fs::read_dir(geo(folder)).unwrap().map(|entry| entry.unwrap().path()));
    }
    paths.sort();
    assert!(paths.len() > 80, "{} files", paths.len());
    let job = import_paths(&ctx, &paths).await;
    assert_eq!(job.state, JobState::Succeeded);
    for (file, path) in job.files.iter().zip(&paths) {
        assert!(matches!(file.state.as_str(), "succeeded" | "unchanged"), "{file:?}");
        // Platforms and curated sets alone are kept as raw files; everything else is datasets.
        let folder = path.parent().unwrap().file_name().unwrap().to_str().unwrap();
        // A series that names nothing is in the format's own examples.
        let described = matches!(folder, "gds_soft" | "gpl_soft")
            || matches!(file.name.as_str(), "soft_ex_platform.txt" | "soft_ex_series.txt");
        assert!(described || !file.datasets.is_empty(), "{file:?}");
        assert!(!file.datasets.is_empty() || file.message.contains("raw file"), "{file:?}");
    }
    let mut warnings = Vec::new();
    let mut page = all();
    loop {
        let found = crate::jobs::list_warnings(&ctx, job.id, None, page).await.unwrap();
        warnings.extend(found.items);
        match found.next_cursor {
            None => break,
            cursor => page = PageRequest { cursor, ..all() },
        }
    }
    assert!(warnings.len() > 20, "{}", warnings.len());
    for warning in &warnings {
        assert!(job.files.iter().any(|file| file.name == warning.file), "{warning:?}");
        assert!(!warning.what.is_empty() && !warning.done.is_empty(), "{warning:?}");
        // What is said of a file as a whole has no line; everything else names its own and what was expected there.
        assert!(warning.severity == "note" || (warning.line > 0 && !warning.expected.is_empty()), "{warning:?}");
    }
    let again = import_paths(&ctx, &[family("GSE18")]).await;
    assert_eq!(again.files[0].state, "unchanged");
    assert_eq!(again.files[0].datasets.len(), 9);
}
