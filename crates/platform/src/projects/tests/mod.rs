use super::*;
use crate::Deployment;
use crate::curation::{self, list_batches};
use crate::db::tests::each_engine;
use crate::harmonize::tests::{ANATOMY, DISEASES, everything_waits, import_text, install, samples_of, values};
use crate::testing::{self, idle, member_ctx};
use chorale_model::comments::{CommentItem, CommentsOf, NewComment, ReadMentions};
use chorale_model::curation::{BatchFilter, RevertBatch};
use chorale_model::harmonize::Layer;
use chorale_model::page::PageRequest;
use chorale_model::projects::{
    AddGold, AssignTasks, ChangeDraft, CheckItem, CreateProject, ExpertAsked, MyTask, NextItem, ProjectState, Sampling,
    TakenBack, WriteGuideline,
};
use chorale_model::review::{DecideValues, RankedWhy, ReviewOrder, ReviewState};
use chorale_model::{FaultKind, Role, SampleId};
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

mod comments;
mod drafts;
mod measured;
mod several;
mod work;

/// Three diseases on five samples, each in words of its own.
const TABLE: &str = "accession\ttitle\ttissue\tdisease\n\
    S1\tbiopsy 1\tliver\thepatocellular carcinoma\n\
    S2\tbiopsy 2\tliver\thepatocellular carcinoma\n\
    S3\tbiopsy 3\tliver\tHCC tumor\n\
    S4\tbiopsy 4\tskin\tpsoriasis\n\
    S5\tbiopsy 5\tskin\tleukemia\n";

/// An admin, three curators, and a collection of which everything waits.
struct Scene {
    app: Arc<Deployment>,
    admin: Ctx,
    one: Ctx,
    other: Ctx,
    third: Ctx,
    collection: CollectionId,
    samples: BTreeMap<String, SampleId>,
}

async fn scene(db: crate::Db) -> Scene {
    let app = testing::deployment(db);
    let organization = testing::organization(&app, "own").await;
    let admin = member_ctx(&app, organization, Role::Admin).await;
    let mut curators = Vec::new();
    for _ in 0..3 {
        curators.push(member_ctx(&app, organization, Role::Curator).await);
    }
    install(&app, "MONDO", DISEASES).await;
    install(&app, "UBERON", ANATOMY).await;
    let collection = import_text(&admin, "biopsies.tsv", TABLE).await;
    everything_waits(&admin, collection).await;
    let [one, other, third] = curators.try_into().ok().unwrap();
    let mut scene = Scene { app, admin, one, other, third, collection, samples: BTreeMap::new() };
    idle(&scene.app).await;
    scene.samples = samples_of(&scene.admin).await;
    scene
}

impl Scene {
    fn plan(&self) -> CreateProject {
        CreateProject {
            name: "Diseases, twice".into(),
            collection: self.collection,
            fields: vec!["disease".into()],
            q: String::new(),
            state: ReviewState::Waiting,
            least: None,
            most: None,
            dataset: None,
            guideline: "Take what the *pathologist* says.".into(),
            reviewers: 2,
            people: Vec::new(),
            sampling: Sampling::All,
            items: None,
            checked: 0,
            passing: 0,
            due_at: None,
        }
    }

    async fn started(&self, plan: CreateProject) -> ProjectId {
        let id = create_project(&self.one, plan).await.unwrap().id;
        start_project(&self.one, id).await.unwrap();
        id
    }

    async fn state(&self, id: ProjectId) -> ProjectState {
        load_project(&self.one, id).await.unwrap().state
    }

    async fn known(&self, sample: &str) -> Vec<(String, Layer)> {
        let found = values(&self.one, self.samples[sample], "disease").await;
        found.into_iter().map(|value| (value.term, value.layer)).collect()
    }
}

async fn next(ctx: &Ctx, id: ProjectId) -> MyTask {
    next_item(ctx, id, NextItem::default()).await.unwrap()
}

fn answer(item: ItemId, answer: ReviewAnswer) -> AnswerItem {
    AnswerItem { item, answer, term: None, also: Vec::new(), note: String::new() }
}

/// Accepts everything but these words, which are rejected; the words in the order in which they came.
async fn work_through(ctx: &Ctx, id: ProjectId, rejected: &[&str]) -> Vec<String> {
    let mut seen = Vec::new();
    while let Some(task) = next(ctx, id).await.task {
        let words = task.question.words.clone();
        let said = if rejected.contains(&words.as_str()) { ReviewAnswer::Reject } else { ReviewAnswer::Accept };
        answer_item(ctx, id, answer(task.item, said)).await.unwrap();
        seen.push(words);
    }
    seen
}

fn review_filter(scene: &Scene, state: ReviewState) -> chorale_model::review::ReviewFilter {
    chorale_model::review::ReviewFilter {
        collection: scene.collection,
        field: "disease".into(),
        q: String::new(),
        state,
        least: None,
        most: None,
    }
}
