use super::*;
use crate::curation::{self, list_batches};
use crate::db::tests::each_engine;
use crate::harmonize::tests::{ANATOMY, DISEASES, import_text, install, samples_of};
use crate::testing::{self, idle, member_ctx};
use crate::{Ctx, Deployment, catalog};
use chorale_model::curation::{BatchFilter, RevertBatch};
use chorale_model::grid::{CellEdit, ChangeGrid, GridChange, GridChanged, PartReads, PartValue, TitlePartKind};
use chorale_model::harmonize::Layer;
use chorale_model::page::PageRequest;
use chorale_model::{DatasetId, FaultKind, Role, SampleId};
use futures::TryStreamExt;
use std::collections::BTreeMap;
use std::sync::Arc;

const TABLE: &str = "accession\ttitle\ttissue\tdisease\n\
    S1\tLi_case_1\tliver\thepatocellular carcinoma\n\
    S2\tLi_case_2\tliver\tHCC tumor\n\
    S3\tSk_ctrl_3\tskin\tpsoriasis\n\
    S4\tSk_ctrl_4\tskin\t\n";

struct Scene {
    app: Arc<Deployment>,
    curator: Ctx,
    dataset: DatasetId,
    samples: BTreeMap<String, SampleId>,
}

async fn scene(db: crate::Db, table: &str) -> Scene {
    let app = testing::deployment(db);
    let organization = testing::organization(&app, "own").await;
    let curator = member_ctx(&app, organization, Role::Curator).await;
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    import_text(&curator, "study.tsv", table).await;
    idle(&app).await;
    let dataset = catalog::find_dataset_by_accession(&curator, "study", None).await.unwrap().unwrap();
    let samples = samples_of(&curator).await;
    Scene { app, curator, dataset, samples }
}

impl Scene {
    async fn column(&self, field: &str) -> Vec<String> {
        let grid = load_grid(&self.curator, self.dataset, &[field.to_owned()], PageRequest::default()).await.unwrap();
        grid.rows.into_iter().map(|row| row.cells[0].text.clone()).collect()
    }

    async fn change(&self, change: GridChange) -> GridChanged {
        let asked = ChangeGrid { change, why: "a test".into() };
        let looked = preview_grid(&self.curator, self.dataset, asked.clone()).await.unwrap();
        let done = change_grid(&self.curator, self.dataset, asked).await.unwrap();
        idle(&self.app).await;
        assert_eq!(GridChanged { batch: None, job: None, ..done.clone() }, looked, "it does what was looked at");
        done
    }

    fn edit(&self, sample: &str, field: &str, text: &str, before: Option<&str>) -> CellEdit {
        let (field, text, before) = (field.to_owned(), text.to_owned(), before.map(str::to_owned));
        CellEdit { sample: self.samples[sample], field, text, before }
    }
}

#[tokio::test]
async fn a_block_is_pasted_and_only_what_cannot_be_read_is_left() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let (before, fields) = (scene.column("disease").await, vec!["disease".to_owned(), "age".to_owned()]);
        let text = "liver cancer\t54 years\r\nliver carcinoma\t61 y\r\nnot reported\tolder\r\nT-ALL | psoriasis\t\r\nbeyond\t1 year\r\n";
        let paste = GridChange::Paste { sample: scene.samples["S1"], fields, text: text.into() };
        let done = scene.change(paste).await;
        assert_eq!((done.changes, done.samples, done.failed, done.outside), (5, 4, 2, 2), "{done:#?}");
        let after = scene.column("disease").await;
        assert_eq!(after[..3], ["liver cancer", before[1].as_str(), "not reported"]);
        // Several values have no order.
        let mut several: Vec<&str> = after[3].split(" | ").collect();
        several.sort_unstable();
        assert_eq!(several, ["T-cell acute lymphoblastic leukemia", "psoriasis"]);
        let ages = scene.column("age").await;
        assert_eq!((ages[0].as_str(), ages[1].as_str()), ("54 year", "61 year"));
        let wrong: Vec<(&str, &str)> =
            done.errors.iter().map(|one| (one.accession.as_str(), one.text.as_str())).collect();
        assert_eq!(wrong, [("S2", "liver carcinoma"), ("S3", "older")]);
        assert!(done.errors[0].why.contains("no term"), "{:?}", done.errors[0]);
        assert!(done.errors[0].nearest.iter().any(|near| near.label.contains("liver")), "{:?}", done.errors[0]);

        // All of it is one step.
        curation::revert_batch(&scene.curator, done.batch.unwrap(), RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.column("disease").await, before);
    }
}

#[tokio::test]
async fn what_somebody_else_changed_meanwhile_is_not_lost() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let tissue = ["tissue".to_owned()];
        let grid = load_grid(&scene.curator, scene.dataset, &tissue, PageRequest::default()).await.unwrap();
        let seen = grid.rows[0].cells[0].clone();
        let edit =
            |text, before: &str| GridChange::Cells { cells: vec![scene.edit("S1", "tissue", text, Some(before))] };
        let first = scene.change(edit("skin", &seen.terms)).await;
        assert_eq!((first.changes, first.failed), (1, 0), "{first:?}");
        let second = scene.change(edit("liver", &seen.terms)).await;
        assert_eq!((second.changes, second.failed, second.batch), (0, 1, None));
        assert!(second.errors[0].why.contains("was changed by"), "{second:?}");
        assert_eq!(scene.column("tissue").await[0], "skin of body");
        let same = scene.change(edit("skin of body", "UBERON:0002097")).await;
        assert_eq!((same.same, same.batch), (1, None));
        // A value that nobody looked at becomes a person's when it is typed again.
        let confirmed = scene.change(GridChange::Cells { cells: vec![scene.edit("S3", "tissue", "skin", None)] }).await;
        assert_eq!(confirmed.changes, 1);
        let grid =
            load_grid(&scene.curator, scene.dataset, &["tissue".to_owned()], PageRequest::default()).await.unwrap();
        assert_eq!(grid.rows[2].cells[0].layer, Some(Layer::Human));
    }
}

#[tokio::test]
async fn a_column_is_filled_and_a_large_one_by_a_job() {
    for db in each_engine().await {
        let rows: String = (0..4_200).map(|n| format!("R{n:04}\tsample {n}\tliver\n")).collect();
        let scene = scene(db, &format!("accession\ttitle\tsource\n{rows}")).await;
        let grid = load_grid(&scene.curator, scene.dataset, &[], PageRequest::default()).await.unwrap();
        let (from, to) = (grid.rows[3].sample, grid.rows[1].sample);
        let fields = vec!["sex".to_owned()];
        let fill = GridChange::Fill { from, to, fields: fields.clone(), text: "PATO:0000384".into() };
        let asked = ChangeGrid { change: fill, why: String::new() };
        let refused = preview_grid(&scene.curator, scene.dataset, asked).await.unwrap();
        assert_eq!(refused.failed, 3, "no ontology has it");

        let stage = |from, to| GridChange::Fill { from, to, fields: vec!["stage".into()], text: "IV".into() };
        let done = scene.change(stage(from, to)).await;
        assert_eq!((done.changes, done.batch.is_some(), done.job), (3, true, None));
        assert_eq!(scene.column("stage").await[..5], ["", "IV", "IV", "IV", ""]);

        let mut last = grid.rows[0].sample;
        let mut cursor = grid.next_cursor;
        while let Some(at) = cursor {
            let page = PageRequest { cursor: Some(at), limit: Some(500) };
            let next = load_grid(&scene.curator, scene.dataset, &fields, page).await.unwrap();
            (last, cursor) = (next.rows.last().unwrap().sample, next.next_cursor);
        }
        let done = scene.change(stage(grid.rows[0].sample, last)).await;
        assert_eq!((done.changes, done.same), (4_197, 3));
        assert!(done.job.is_some() && done.batch.is_none());
        assert!(scene.column("stage").await.iter().all(|text| text == "IV"));
        let batches = list_batches(&scene.curator, BatchFilter::default(), PageRequest::default()).await.unwrap();
        assert_eq!((batches.items.len(), batches.items[0].samples), (2, 4_197));
    }
}

#[tokio::test]
async fn titles_that_carry_the_design_are_read_as_fields() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let found = split_titles(&scene.curator, scene.dataset, None).await.unwrap();
        let best = &found.proposals[0];
        assert_eq!((best.separators.as_str(), best.fitting), ("_", 4));
        let kinds: Vec<TitlePartKind> = best.parts.iter().map(|part| part.kind).collect();
        assert_eq!(kinds, [TitlePartKind::Groups, TitlePartKind::Groups, TitlePartKind::Number]);

        let map = |value: &str, becomes: &str| PartValue { value: value.into(), becomes: becomes.into() };
        let parts = vec![
            PartReads { part: 0, field: "tissue".into(), values: vec![map("Li", "liver"), map("Sk", "skin")] },
            PartReads { part: 1, field: "study_arm".into(), values: vec![map("ctrl", "control")] },
        ];
        let done = scene.change(GridChange::Titles { separators: "_".into(), parts }).await;
        assert_eq!((done.changes, done.failed), (8, 0), "{done:#?}");
        assert_eq!(scene.column("study_arm").await, ["case", "case", "control", "control"]);
        assert_eq!(scene.column("tissue").await[2], "skin of body");

        let refuse = |separators: &str, part| {
            let parts = vec![PartReads { part, field: "tissue".into(), values: Vec::new() }];
            ChangeGrid { change: GridChange::Titles { separators: separators.into(), parts }, why: String::new() }
        };
        for (asked, field) in [(refuse("#", 0), "separators"), (refuse("_", 7), "parts")] {
            let refused = preview_grid(&scene.curator, scene.dataset, asked).await.unwrap_err();
            assert_eq!(refused.fields[0].field, field, "{refused}");
        }
    }
}

#[tokio::test]
async fn a_grid_is_downloaded_whole_and_is_its_owners_alone() {
    for db in each_engine().await {
        let scene = scene(db, TABLE).await;
        let names = vec!["tissue".to_owned(), "stage".to_owned()];
        let read = |with_tabs| {
            let (ctx, names) = (scene.curator.clone(), names.clone());
            let dataset = scene.dataset;
            async move {
                let chunks = export_grid(&ctx, dataset, names, with_tabs).await.unwrap();
                let all: Vec<bytes::Bytes> = chunks.try_collect().await.unwrap();
                String::from_utf8(all.concat()).unwrap()
            }
        };
        let tissue = scene.column("tissue").await;
        let lines = read(true).await;
        let lines: Vec<&str> = lines.lines().collect();
        assert_eq!(
            lines[..2],
            ["accession\ttitle\ttissue\tstage".to_owned(), format!("S1\tLi_case_1\t{}\t", tissue[0])]
        );
        assert!(read(false).await.starts_with("accession,title,tissue,stage\r\nS1,Li_case_1,"));

        let other = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, other, Role::Admin).await;
        let change = GridChange::Cells { cells: vec![scene.edit("S1", "tissue", "skin", None)] };
        let asked = ChangeGrid { change, why: String::new() };
        for fault in [
            load_grid(&stranger, scene.dataset, &[], PageRequest::default()).await.unwrap_err(),
            change_grid(&stranger, scene.dataset, asked.clone()).await.unwrap_err(),
            split_titles(&stranger, scene.dataset, None).await.unwrap_err(),
        ] {
            assert_eq!(fault.kind, FaultKind::Missing, "{fault}");
        }
        let scientist = member_ctx(&scene.app, scene.curator.scope.unwrap(), Role::Scientist).await;
        assert_eq!(change_grid(&scientist, scene.dataset, asked).await.unwrap_err().kind, FaultKind::Forbidden);
        let unknown =
            load_grid(&scene.curator, scene.dataset, &["size".into()], PageRequest::default()).await.unwrap_err();
        assert_eq!(unknown.fields[0].field, "fields");
    }
}
