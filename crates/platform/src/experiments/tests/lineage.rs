//! Lineage from data to alias, of a run and of a version, and that it ends at the organization.

use super::*;
use crate::db::tests::each_engine;
use crate::registry;
use chorale_model::FaultKind;
use chorale_model::experiments::{
    CreateLoggedModel, DatasetInput, Lineage, LineageKind, LoggedModelId, ModelOutput, PARENT, RunDataset,
};
use chorale_model::registry::{CreateModel, Promote};

/// Each edge by the titles of its ends.
fn edges(lineage: &Lineage) -> Vec<String> {
    let title = |id: &str| {
        let node = lineage.find(id).unwrap();
        if node.kind == LineageKind::Version { node.pin.clone() } else { node.title.clone() }
    };
    let mut edges: Vec<String> =
        lineage.edges.iter().map(|edge| format!("{} {} {}", title(&edge.from), edge.how, title(&edge.to))).collect();
    edges.sort();
    edges
}

fn here(lineage: &Lineage) -> Vec<&str> {
    lineage.nodes.iter().filter(|node| node.is_here).map(|node| &*node.id).collect()
}

#[tokio::test]
async fn lineage_reaches_from_data_to_aliases() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let ctx = &scene.own;
        let (parent, run, child) = (scene.run("search").await, scene.run("fit").await, scene.run("fold").await);
        for (of, is) in [(run, parent), (child, run)] {
            log(ctx, of, tags(&[(PARENT, &is.to_string())])).await.unwrap();
        }
        let dataset = RunDataset {
            name: "gold".into(),
            digest: "6d1ea0f2".into(),
            source_type: "local".into(),
            source: "{}".into(),
            schema: None,
            profile: None,
        };
        let context = vec![KeyValue::new("mlflow.data.context", "training")];
        log_inputs(ctx, run, vec![DatasetInput { dataset, tags: context }], Vec::new()).await.unwrap();
        let new =
            CreateLoggedModel { name: "forest".into(), source_run: run.to_string(), ..CreateLoggedModel::default() };
        let model = create_logged_model(ctx, scene.experiment, new).await.unwrap().id;
        let absent = LoggedModelId(scene.app.ids.uuid());
        let made = |model| ModelOutput { model, step: 0 };
        log_outputs(ctx, run, vec![made(model), made(absent)]).await.unwrap();
        registry::create_model(ctx, CreateModel { name: "m".into(), ..CreateModel::default() }).await.unwrap();
        let register = async |source: String, run: &str, logged_model: &str| {
            let (run, logged_model) = (run.to_owned(), logged_model.to_owned());
            let new = RegisterVersion { name: "m".into(), source, run, logged_model, ..RegisterVersion::default() };
            register_version(ctx, new).await.unwrap().version
        };
        let (id, m) = (run.to_string(), model.to_string());
        assert_eq!(register(format!("models:/{m}"), "", &m).await, 1);
        assert_eq!(register(format!("runs:/{id}/other"), &id, "").await, 2);
        assert_eq!(register("s3://bucket/m".into(), "", "").await, 3);
        let best = Promote { version: 1, alias: "best".into(), ..Promote::default() };
        registry::promote(ctx, "m", best).await.unwrap();

        let whole = [
            "fit began fold",
            "fit made a model that is not here",
            "fit made forest",
            "fit registered as version 2",
            "forest registered as version 1",
            "gold read for training fit",
            "search began fit",
            "version 1 is best",
        ];
        let of_run = run_lineage(ctx, run).await.unwrap();
        assert_eq!(edges(&of_run), whole);
        assert_eq!((here(&of_run), of_run.has_more), (vec![&*format!("run:{id}")], false));
        let gold = of_run.nodes.iter().find(|node| node.kind == LineageKind::Dataset).unwrap();
        assert_eq!((&*gold.pin, gold.layer), ("6d1ea0f2", 0));
        let of_version = version_lineage(ctx, "m", 1).await.unwrap();
        assert_eq!(edges(&of_version), whole);
        assert_eq!(here(&of_version), ["version:m/1"]);
        assert!(of_version.nodes.is_sorted_by_key(|node| node.layer));
        let alone = version_lineage(ctx, "m", 3).await.unwrap();
        assert_eq!((alone.nodes.len(), alone.edges.len()), (1, 0));

        // A picture has room for a dozen; more is said.
        for _ in 0..12 {
            let fold = scene.run("fold").await;
            log(ctx, fold, tags(&[(PARENT, &id)])).await.unwrap();
        }
        let many = run_lineage(ctx, run).await.unwrap();
        assert_eq!((edges(&many).iter().filter(|edge| edge.contains("began fold")).count(), many.has_more), (12, true));
        assert_eq!(run_lineage(&scene.stranger, run).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(version_lineage(&scene.stranger, "m", 1).await.unwrap_err().kind, FaultKind::Missing);
    }
}
