//! Files by themselves: a bad one fails alone, a name is a label, and what is no series is told from one.

use super::*;
use chorale_model::FaultKind;
use chorale_model::catalog::SampleSort;
use chorale_model::sources::{ColumnMeaning, ColumnRole};

const GOOD: &str =
    "^SERIES = GSE1\n!Series_title = One\n^SAMPLE = GSM1\n!Sample_title = Liver\n!Sample_platform_id = GPL1\n";

#[tokio::test]
async fn a_bad_file_fails_alone_and_says_why() {
    for [ctx, _] in each_deployment().await {
        let truncated = std::fs::read(family("GSE12135")).unwrap();
        let bomb = {
            use std::io::Write;
            let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
            gzip.write_all(b"^SERIES = GSE9\n").unwrap();
            gzip.write_all(&vec![b'x'; 32 << 20]).unwrap();
            gzip.finish().unwrap()
        };
        let bad: [(&str, Vec<u8>, &str); 5] = [
            ("empty.soft", Vec::new(), "empty"),
            ("archive.zip", b"PK\x03\x04rest".to_vec(), "zip"),
            ("cut.soft.gz", truncated[..truncated.len() / 2].to_vec(), "ends before its end"),
            ("bomb.soft.gz", bomb, "more than"),
            ("binary.bin", vec![0, 1, 2, 3, 0, 0], "binary"),
        ];
        let mut files = vec![upload(&ctx, "../../etc/passwd", GOOD.as_bytes()).await];
        for (name, bytes, _) in &bad {
            files.push(upload(&ctx, name, bytes).await);
        }
        let job = import(&ctx, into_test(files)).await;
        assert_eq!(job.state, JobState::Succeeded);
        assert_eq!((job.files[0].name.as_str(), job.files[0].state.as_str()), ("../../etc/passwd", "succeeded"));
        for ((name, _, why), file) in bad.iter().zip(&job.files[1..]) {
            assert_eq!((file.name.as_str(), file.state.as_str()), (*name, "failed"));
            assert!(file.message.contains(why), "{file:?}");
        }
        assert_eq!(job.result.unwrap()["files"], serde_json::json!({"succeeded": 1, "unchanged": 0, "failed": 5}));
        assert_eq!(datasets(&ctx).await.len(), 1, "what cannot be read to its end changes nothing");
        // Nothing was made at the name's path, and the working copies are gone.
        let left = std::fs::read_dir(ctx.app.settings.cache_dir.join("imports")).unwrap().count();
        assert_eq!(left, 0);
    }
}

#[tokio::test]
async fn an_import_of_bad_files_only_fails() {
    for [ctx, _] in each_deployment().await {
        let job = import_text(&ctx, "notes.txt", "just some words\n").await;
        assert_eq!((job.state, job.files[0].state.as_str()), (JobState::Failed, "failed"));
        assert!(job.error.unwrap().starts_with("notes.txt: "));
    }
}

#[tokio::test]
async fn warnings_name_file_and_line() {
    for [ctx, _] in each_deployment().await {
        let text = "^SERIES = GSE1\n!Series_title = One\n^SAMPLE = GSM1\n!Sample_platform_id = GPL1\nno key here\n";
        let job = import_text(&ctx, "odd.soft", text).await;
        let found = job.warnings.iter().find(|w| w.line == 5).unwrap_or_else(|| panic!("{:?}", job.warnings));
        assert_eq!(found.file, "odd.soft");
        assert!(found.message.starts_with("line 5: "), "{found:?}");
        assert!(job.warnings_total >= 1);
    }
}

#[tokio::test]
async fn an_import_says_what_is_wrong_with_it_before_it_starts() {
    for [ctx, other] in each_deployment().await {
        let refused = |fault: Fault, words: &str| assert!(fault.message.contains(words), "{fault}");
        refused(start_import(&ctx, into_test(vec![])).await.unwrap_err(), "choose at least one file");
        let import = Import { accessions: vec!["GSE1".into(), "GSM5".into()], ..into_test(vec![]) };
        refused(start_import(&ctx, import).await.unwrap_err(), "GSM5 is a sample");
        let stranger = upload(&other, "a.soft", GOOD.as_bytes()).await;
        refused(start_import(&ctx, into_test(vec![stranger.clone()])).await.unwrap_err(), "upload the file again");
        let forged = UploadedFile { sha256: "../../x".into(), ..stranger };
        refused(start_import(&ctx, into_test(vec![forged])).await.unwrap_err(), "upload the file again");
        let file = upload(&ctx, "a.soft", GOOD.as_bytes()).await;
        for size_bytes in [-1_000_000_000_000_000, 0, file.size_bytes + 1, i64::MAX] {
            let (said, words) = (UploadedFile { size_bytes, ..file.clone() }, "send what its upload answered");
            refused(start_import(&ctx, into_test(vec![said.clone()])).await.unwrap_err(), words);
            refused(inspect(&ctx, said).await.unwrap_err(), words);
        }
        let nowhere = Import { create_collection: false, ..into_test(vec![file.clone()]) };
        refused(start_import(&ctx, nowhere).await.unwrap_err(), "there is no collection \"test\"");

        // Another organization's collection is missing, and shared it is still not ours to write.
        import_text(&other, "a.soft", GOOD).await;
        let theirs = collection(&other).await.id;
        let into = Import { collection: Some(theirs), files: vec![file], ..Default::default() };
        assert_eq!(start_import(&ctx, into.clone()).await.unwrap_err().kind, FaultKind::Missing);
        catalog::share_collection(&other, theirs, true).await.unwrap();
        assert_eq!(start_import(&ctx, into).await.unwrap_err().kind, FaultKind::Forbidden);
    }
}

#[tokio::test]
async fn a_table_of_samples_is_one_dataset_named_like_its_file() {
    for [ctx, _] in each_deployment().await {
        let table = "accession\ttitle\tsource_name_ch1\nGSM1\tA\tliver\nGSM2\tB\tkidney\n";
        let job = import_text(&ctx, "my samples.tsv", table).await;
        assert_eq!(job.files[0].datasets[0].accession, "my samples", "{job:?}");
        let id = job.files[0].datasets[0].id;
        let page = catalog::list_samples(&ctx, id, None, Some("KIDNEY"), SampleSort::Position, all()).await.unwrap();
        assert_eq!(page.items.iter().map(|row| row.accession.as_str()).collect::<Vec<_>>(), ["GSM2"]);
    }
}

#[tokio::test]
async fn a_table_whose_columns_nobody_knows_waits_for_a_mapping() {
    for [ctx, _] in each_deployment().await {
        let table = "who,what,organ\nP1,first patient,liver\nP2,second patient,kidney\n";
        let file = upload(&ctx, "cohort.csv", table.as_bytes()).await;
        let job = import(&ctx, into_test(vec![file.clone()])).await;
        assert_eq!((job.state, job.files[0].state.as_str()), (JobState::Failed, "needs_mapping"));

        let found = inspect(&ctx, file.clone()).await.unwrap();
        assert_eq!((found.kind.as_str(), found.needs_mapping), ("sample_table", true));
        assert_eq!(found.columns.iter().map(|c| c.name.as_str()).collect::<Vec<_>>(), ["who", "what", "organ"]);
        assert_eq!(found.preview[1], ["P2", "second patient", "kidney"]);

        let meaning = |name: &str, role| ColumnMeaning { name: name.into(), role, channel: 1, separator: '|' };
        let columns = vec![meaning("who", ColumnRole::Accession), meaning("what", ColumnRole::Title)];
        let mapped = Import { mapping: Some(TableMapping { columns }), ..into_test(vec![file]) };
        let job = import(&ctx, mapped).await;
        assert_eq!((job.state, job.files[0].samples), (JobState::Succeeded, 2), "{job:?}");
        let id = job.files[0].datasets[0].id;
        let rows = catalog::list_samples(&ctx, id, None, None, SampleSort::Position, all()).await.unwrap().items;
        assert_eq!(rows[1].title, "second patient");
        assert!(rows[1].attributes.iter().any(|a| a.key == "organ" && a.value == "kidney"));
    }
}

#[tokio::test]
async fn samples_alone_are_added_to_the_series_they_name() {
    for [ctx, _] in each_deployment().await {
        let whole = geo("acc_soft/GSE100494_GSE.soft.gz");
        import_paths(&ctx, &[whole, geo("acc_soft/GSE100494_GSM.soft.gz")]).await;
        let found = datasets(&ctx).await;
        let dataset =
            found.iter().find(|d| d.accession == "GSE100494" && d.samples == 2).unwrap_or_else(|| panic!("{found:?}"));
        assert_ne!(dataset.title, "GSE100494", "the series' own words stay");
        // One of its samples again, with other words: the other one stays.
        let text = format!(
            "^SAMPLE = GSM1\n!Sample_title = New\n!Sample_series_id = GSE100494\n!Sample_platform_id = {}\n",
            dataset.platform
        );
        let job = import_text(&ctx, "GSM1.txt", &text).await;
        assert_eq!((job.files[0].datasets[0].samples, job.files[0].datasets[0].version), (3, 3), "{job:?}");
    }
}

#[tokio::test]
async fn platforms_and_curated_sets_are_kept_as_raw_files() {
    for [ctx, _] in each_deployment().await {
        let good = geo("gsm_soft/GSM11805.txt.gz");
        let job =
            import_paths(&ctx, &[geo("gpl_soft/GPL96_family.soft.gz"), geo("gds_soft/GDS507.soft.gz"), good]).await;
        assert_eq!(job.state, JobState::Succeeded);
        let said: Vec<_> = job.files.iter().map(|f| (f.state.as_str(), f.message.as_str(), f.datasets.len())).collect();
        assert_eq!((said[0].0, said[0].2), ("succeeded", 0));
        assert!(said[0].1.contains("describes the platform GPL96"), "{said:?}");
        assert!(said[1].1.contains("GDS507 is a curated selection"), "{said:?}");
        assert!(said[1].1.contains("GSE781"), "{said:?}");
        let raw = Key::raw(ctx.scope.unwrap(), job.files[0].sha256.as_ref().unwrap());
        assert!(ctx.app.objects.exists(raw.as_str()).await.unwrap());
        assert_eq!(job.files[2].samples, 1);
    }
}

#[tokio::test]
async fn a_look_at_a_file_is_counted_and_recorded() {
    for [ctx, _] in each_deployment().await {
        let organization = ctx.scope.unwrap();
        let file = upload(&ctx, "a.soft", GOOD.as_bytes()).await;
        let used = || async {
            let quotas = metering::list_quotas(&ctx).await.unwrap();
            quotas.into_iter().find(|quota| quota.name == "stored_bytes").unwrap().used
        };
        assert_eq!(used().await, 0);
        inspect(&ctx, file.clone()).await.unwrap();
        inspect(&ctx, file.clone()).await.unwrap();
        assert_eq!(used().await, file.size_bytes, "the same bytes are counted once");
        let looked = db::sql("select count(*) from audit_log where organization = $1 and action = 'file.inspected'");
        let (looked,): (i64,) = looked.bind(organization).one(ctx.db()).await.unwrap();
        assert_eq!(looked, 2);

        // What does not fit is refused before it is stored.
        metering::set_quota(&ctx, organization, "stored_bytes", Some(file.size_bytes)).await.unwrap();
        let before = ctx.app.objects.list("").await.unwrap().len();
        let mut more = begin_upload(&ctx, "b.soft").unwrap();
        more.write(b"^SAMPLE = GSM2\n").await.unwrap();
        let fault = more.finish().await.unwrap_err();
        assert_eq!(fault.kind, FaultKind::Limited, "{fault}");
        assert_eq!(ctx.app.objects.list("").await.unwrap().len(), before);
    }
}

#[tokio::test]
async fn quotas_refuse_an_import_or_fail_its_file() {
    for [ctx, _] in each_deployment().await {
        let organization = ctx.scope.unwrap();
        let file = upload(&ctx, "a.soft", GOOD.as_bytes()).await;
        let set = |name: &'static str, limit| metering::set_quota(&ctx, organization, name, limit);
        for name in ["stored_bytes", "queued_jobs"] {
            set(name, Some(0)).await.unwrap();
            let fault = start_import(&ctx, into_test(vec![file.clone()])).await.unwrap_err();
            assert_eq!(fault.kind, FaultKind::Limited, "{fault}");
            set(name, None).await.unwrap();
        }
        set("samples", Some(0)).await.unwrap();
        let job = import(&ctx, into_test(vec![file.clone()])).await;
        assert_eq!((job.state, job.files[0].state.as_str()), (JobState::Failed, "failed"));
        assert!(job.files[0].message.contains("the quota \"samples\""), "{job:?}");
        set("samples", None).await.unwrap();
        assert_eq!(import(&ctx, into_test(vec![file])).await.state, JobState::Succeeded);
    }
}

#[tokio::test]
async fn bytes_that_come_in_are_metered_for_whoever_sent_or_asked_for_them() {
    for [ctx, other] in each_deployment().await {
        let now = ctx.now();
        let uploaded = async |ctx: &Ctx| {
            let report = metering::report(ctx, now.plus(-1), now.plus(1)).await.unwrap();
            let of = report.by_actor.into_iter().filter(|used| used.quantity == "uploaded_bytes");
            of.map(|used| (used.object, used.actor, used.amount)).collect::<Vec<_>>()
        };
        let bytes = GOOD.len() as f64;
        upload(&ctx, "a.soft", GOOD.as_bytes()).await;
        // Dropped in the middle: nothing came in.
        begin_upload(&ctx, "b.soft").unwrap().write(b"half").await.unwrap();
        upload(&ctx, "a.soft", GOOD.as_bytes()).await;
        assert_eq!(uploaded(&ctx).await, [("import".to_owned(), "operator".to_owned(), 2.0 * bytes)]);
        assert_eq!(uploaded(&other).await, []);
    }
}
