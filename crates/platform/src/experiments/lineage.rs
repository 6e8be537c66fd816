//! Lineage, read from what runs and versions say of themselves: nothing is kept for it. It reaches from the data of one run to
//! the aliases of the versions that came of it, and to the run that began it and those that it began.

use super::card::found;
use super::{load_logged_model, load_run, search_runs};
use crate::{Ctx, registry};
use chorale_model::experiments::{
    Asked, DatasetInput, KeyValue, Lineage, LineageEdge, LineageKind, LineageNode, LoggedModelId, PARENT, Run, RunId,
    SearchRuns,
};
use chorale_model::registry::ModelVersion;
use chorale_model::{Fault, Role};

/// Runs that were begun, and versions, that a picture has room for.
const MOST: usize = 12;

/// Where a run is in a picture: what it read before it, what it made behind it.
const RUN: i64 = 1;
const MADE: i64 = 2;
const VERSION: i64 = 3;
const ALIAS: i64 = 4;

pub async fn run_lineage(ctx: &Ctx, id: RunId) -> Result<Lineage, Fault> {
    ctx.require(Role::Scientist)?;
    let run = load_run(ctx, id).await?;
    let mut drawn = Drawn::default();
    drawn.of_run(ctx, &run, true).await?;
    let versions = versions_of(ctx, &run).await?;
    drawn.has_more |= versions.len() > MOST;
    for version in versions.iter().take(MOST) {
        drawn.of_version(ctx, version, Some(&run), false).await?;
    }
    Ok(drawn.whole())
}

pub async fn version_lineage(ctx: &Ctx, name: &str, version: i64) -> Result<Lineage, Fault> {
    let version = registry::load_version(ctx, name, version).await?;
    let run = match version.source.run.parse::<RunId>() {
        Ok(id) => found(load_run(ctx, id).await)?,
        Err(_) => None,
    };
    let mut drawn = Drawn::default();
    if let Some(run) = &run {
        drawn.of_run(ctx, run, false).await?;
    }
    drawn.of_version(ctx, &version, run.as_ref(), true).await?;
    if let Some(run) = &run {
        let others = versions_of(ctx, run).await?;
        drawn.has_more |= others.len() > MOST;
        let is_other = |one: &&ModelVersion| (&one.name, one.version) != (&version.name, version.version);
        for other in others.iter().filter(is_other).take(MOST - 1) {
            drawn.of_version(ctx, other, Some(run), false).await?;
        }
    }
    Ok(drawn.whole())
}

/// One more than there is room for.
async fn versions_of(ctx: &Ctx, run: &Run) -> Result<Vec<ModelVersion>, Fault> {
    let limit = i64::try_from(MOST).unwrap_or(i64::MAX) + 1;
    let filter = format!("run_id = '{}'", run.info.id);
    let asked = Asked { filter, limit: Some(limit), ..Asked::default() };
    Ok(registry::search_versions(ctx, &asked).await?.items)
}

#[derive(Default)]
struct Drawn {
    nodes: Vec<LineageNode>,
    edges: Vec<LineageEdge>,
    has_more: bool,
}

fn node(kind: LineageKind, id: String, title: &str, pin: String, layer: i64) -> LineageNode {
    LineageNode {
        id,
        kind,
        title: title.to_owned(),
        pin,
        layer,
        is_here: false,
        run: None,
        logged_model: None,
        model: None,
        version: None,
    }
}

fn run_node(run: &Run, layer: i64) -> LineageNode {
    let id = run.info.id;
    LineageNode { run: Some(id), ..node(LineageKind::Run, format!("run:{id}"), &run.info.name, id.to_string(), layer) }
}

impl Drawn {
    /// Adds a node once; its id.
    fn add(&mut self, node: LineageNode) -> String {
        let id = node.id.clone();
        match self.nodes.iter_mut().find(|one| one.id == id) {
            Some(known) => known.is_here |= node.is_here,
            None => self.nodes.push(node),
        }
        id
    }

    fn lead(&mut self, from: &str, to: &str, how: &str) {
        let edge = LineageEdge { from: from.to_owned(), to: to.to_owned(), how: how.to_owned() };
        if from != to && !self.edges.contains(&edge) {
            self.edges.push(edge);
        }
    }

    /// Left to right, in the order in which they were found.
    fn whole(mut self) -> Lineage {
        self.nodes.sort_by_key(|node| node.layer);
        Lineage { nodes: self.nodes, edges: self.edges, has_more: self.has_more }
    }

    async fn of_run(&mut self, ctx: &Ctx, run: &Run, is_here: bool) -> Result<(), Fault> {
        let here = self.add(LineageNode { is_here, ..run_node(run, RUN) });
        for DatasetInput { dataset, tags } in &run.datasets {
            let id = format!("dataset:{}@{}", dataset.name, dataset.digest);
            let read = self.add(node(LineageKind::Dataset, id, &dataset.name, dataset.digest.clone(), 0));
            let how = match KeyValue::find(tags, "mlflow.data.context") {
                Some(context) => format!("read for {context}"),
                None => "read".to_owned(),
            };
            self.lead(&read, &here, &how);
        }
        for id in &run.models_in {
            let read = self.model(ctx, *id, 0).await?;
            self.lead(&read, &here, "read");
        }
        for made in &run.models_out {
            let made = self.model(ctx, made.model, MADE).await?;
            self.lead(&here, &made, "made");
        }
        self.family(ctx, run, &here).await
    }

    /// The run that began it, and those that it began.
    async fn family(&mut self, ctx: &Ctx, run: &Run, here: &str) -> Result<(), Fault> {
        let parent = KeyValue::find(&run.tags, PARENT).and_then(|id| id.parse::<RunId>().ok());
        if let Some(id) = parent
            && let Some(parent) = found(load_run(ctx, id).await)?
        {
            let parent = self.add(run_node(&parent, 0));
            self.lead(&parent, here, "began");
        }
        let filter = format!("tags.`{PARENT}` = '{}'", run.info.id);
        let limit = i64::try_from(MOST).unwrap_or(i64::MAX) + 1;
        let asked = Asked { filter, limit: Some(limit), ..Asked::default() };
        let begun = search_runs(ctx, &SearchRuns { experiments: vec![run.info.experiment], asked }).await?.runs;
        self.has_more |= begun.len() > MOST;
        for child in begun.iter().take(MOST) {
            let child = self.add(run_node(child, MADE));
            self.lead(here, &child, "began");
        }
        Ok(())
    }

    /// A logged model, which its client may have named without its being here.
    async fn model(&mut self, ctx: &Ctx, id: LoggedModelId, layer: i64) -> Result<String, Fault> {
        let known = found(load_logged_model(ctx, id, true).await)?;
        let title = known.map_or_else(|| "a model that is not here".to_owned(), |model| model.name);
        let one = node(LineageKind::LoggedModel, format!("logged_model:{id}"), &title, id.to_string(), layer);
        Ok(self.add(LineageNode { logged_model: Some(id), ..one }))
    }

    async fn of_version(
        &mut self,
        ctx: &Ctx,
        version: &ModelVersion,
        run: Option<&Run>,
        is_here: bool,
    ) -> Result<(), Fault> {
        let ModelVersion { name, version: number, source, aliases, .. } = version;
        let one =
            node(LineageKind::Version, format!("version:{name}/{number}"), name, format!("version {number}"), VERSION);
        let here = self.add(LineageNode { is_here, model: Some(name.clone()), version: Some(*number), ..one });
        match (source.logged_model.parse::<LoggedModelId>(), run) {
            (Ok(id), run) => {
                let model = self.model(ctx, id, MADE).await?;
                // A client may register a run's model without saying that the run made it.
                if let Some(run) = run {
                    self.lead(&format!("run:{}", run.info.id), &model, "made");
                }
                self.lead(&model, &here, "registered as");
            }
            (Err(_), Some(run)) => self.lead(&format!("run:{}", run.info.id), &here, "registered as"),
            (Err(_), None) => {}
        }
        for alias in aliases {
            let id = format!("alias:{name}@{alias}");
            let one = node(LineageKind::Alias, id, alias, format!("{name}@{alias}"), ALIAS);
            let alias = self.add(LineageNode { model: Some(name.clone()), ..one });
            self.lead(&here, &alias, "is");
        }
        Ok(())
    }
}
