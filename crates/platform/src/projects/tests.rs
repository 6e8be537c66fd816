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

#[tokio::test]
async fn what_two_agree_on_settles_itself_and_what_they_do_not_is_adjudicated() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        let project = load_project(&scene.one, id).await.unwrap();
        assert_eq!(
            (project.state, project.progress.items, project.progress.answers_needed),
            (ProjectState::ToDo, 4, 8)
        );

        let seen = work_through(&scene.one, id, &["psoriasis"]).await;
        assert_eq!(seen.len(), 4, "{seen:?}");
        assert_eq!(scene.state(id).await, ProjectState::InReview);
        idle(&scene.app).await;
        assert_eq!(scene.known("S1").await[0].1, Layer::Automatic, "one answer of two settles nothing");
        assert_eq!(work_through(&scene.other, id, &[]).await, seen, "both have all of it");
        idle(&scene.app).await;
        assert_eq!(scene.known("S1").await, [("MONDO:0007256".to_owned(), Layer::Human)]);
        assert_eq!(scene.known("S4").await[0].1, Layer::Automatic, "they disagree");
        let progress = load_project(&scene.one, id).await.unwrap().progress;
        assert_eq!((progress.closed, progress.disputed, progress.open), (3, 1, 0));

        // Who answered does not judge; who did not sees the answers under letters, an admin under names.
        assert!(next_dispute(&scene.one, id, NextItem::default()).await.unwrap().is_none());
        let dispute = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        assert_eq!((dispute.asked, dispute.left), (ExpertAsked::Adjudicate, 1));
        let who: Vec<&str> = dispute.answers.iter().map(|given| given.who.as_str()).collect();
        assert_eq!(who, ["A", "B"]);
        let states: Vec<_> = dispute.answers.iter().map(|given| given.outcome.answer).collect();
        assert_eq!(states, [ReviewAnswer::Reject, ReviewAnswer::Accept]);
        let seen = next_dispute(&scene.admin, id, NextItem::default()).await.unwrap().unwrap();
        assert!(seen.answers.iter().all(|given| given.who.contains('@')), "{:?}", seen.answers);
        let item = dispute.task.item;
        let own = adjudicate(&scene.one, id, answer(item, ReviewAnswer::Accept)).await.unwrap_err();
        assert_eq!(own.kind, FaultKind::Forbidden);
        let said = AnswerItem {
            term: Some("liver cancer".into()),
            note: "the paper says so".into(),
            ..answer(item, ReviewAnswer::Change)
        };
        adjudicate(&scene.third, id, said.clone()).await.unwrap();
        let late = adjudicate(&scene.admin, id, said).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict);
        assert_eq!(scene.state(id).await, ProjectState::Approved, "nobody asked for a check");
        idle(&scene.app).await;
        assert_eq!(scene.known("S4").await, [("MONDO:0002691".to_owned(), Layer::Human)]);

        // Undone, it has to be decided again.
        let batches = list_batches(&scene.one, BatchFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!(batches.len(), 4);
        let undone = batches.iter().find(|batch| batch.why.contains("the paper says so")).unwrap();
        curation::revert_batch(&scene.other, undone.id, RevertBatch::default()).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(scene.known("S4").await[0].1, Layer::Automatic);
        assert_eq!(scene.state(id).await, ProjectState::InReview);
        let again = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        assert_eq!(again.task.item, item);
    }
}

#[tokio::test]
async fn nobody_sees_what_others_say_before_an_item_is_closed() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        let task = next(&scene.one, id).await.task.unwrap();
        let said = AnswerItem {
            term: Some("liver cancer".into()),
            note: "a secret remark".into(),
            ..answer(task.item, ReviewAnswer::Change)
        };
        answer_item(&scene.one, id, said).await.unwrap();
        let theirs = next(&scene.other, id).await;
        assert_eq!(theirs.task.as_ref().unwrap().item, task.item);
        let everything = format!(
            "{theirs:?} {:?} {:?} {:?} {:?}",
            load_project(&scene.other, id).await.unwrap(),
            list_work(&scene.other, id).await.unwrap(),
            list_agreement(&scene.other, id).await.unwrap(),
            list_closed(&scene.other, id, PageRequest::default()).await.unwrap(),
        );
        assert!(!everything.contains("secret remark"), "{everything}");
        assert!(next_dispute(&scene.third, id, NextItem::default()).await.unwrap().is_none());
        assert!(list_closed(&scene.admin, id, PageRequest::default()).await.unwrap().items.is_empty());
        assert_eq!(list_agreement(&scene.admin, id).await.unwrap()[0].items, 0);

        // What the same words became elsewhere is another's answer, too.
        let all = ReviewState::All;
        let filter = review_filter(&scene, all);
        let found =
            review::list_values(&scene.one, filter.clone(), ReviewOrder::default(), PageRequest::default()).await;
        let words = &task.question.words;
        let question = found.unwrap().items.into_iter().find(|one| one.words == *words).unwrap();
        let (values, term) = (Some(vec![question.id]), Some("leukemia".to_owned()));
        let asked = DecideValues {
            matching: filter,
            values,
            answer: ReviewAnswer::Change,
            term,
            also: Vec::new(),
            only: None,
            why: String::new(),
        };
        review::decide(&scene.admin, asked).await.unwrap();
        idle(&scene.app).await;
        let shown = next(&scene.other, id).await.task.unwrap();
        assert_eq!(shown.question, task.question, "it is as it was when it was drawn");
        assert!(shown.ranked.iter().all(|one| one.why != RankedWhy::DecidedBefore), "{:?}", shown.ranked);
        assert_eq!(shown.evidence, task.evidence);

        answer_item(&scene.other, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        let dispute = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        assert_eq!(dispute.answers[0].note, "a secret remark");
    }
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

#[tokio::test]
async fn several_values_are_one_answer_from_the_first_curator_to_the_samples() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let fields = vec!["disease".into(), "tissue".into()];
        let id = scene.started(CreateProject { fields, ..scene.plan() }).await;
        let named = |of: &[&str]| of.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        let also = |item, of: &[&str]| AnswerItem { also: named(of), ..answer(item, ReviewAnswer::Accept) };
        // What each says of the words; everything else is accepted by both.
        let says = |ctx: &Ctx, task: &ProjectTask| {
            let is_one = ctx.user() == scene.one.user();
            let to = |term: &str, of: &[&str]| AnswerItem {
                term: Some(term.to_owned()),
                also: named(of),
                ..answer(task.item, ReviewAnswer::Change)
            };
            match (task.question.words.as_str(), is_one) {
                // The same set in other words and another order, one of it named twice.
                ("hepatocellular carcinoma", true) => also(task.item, &["psoriasis", "leukemia", "MONDO:0005083"]),
                ("hepatocellular carcinoma", false) => to("leukemia", &["psoriasis", "hepatocellular carcinoma"]),
                // A part of a set is not the set.
                ("leukemia", true) => also(task.item, &["psoriasis"]),
                _ => answer(task.item, ReviewAnswer::Accept),
            }
        };
        for ctx in [&scene.one, &scene.other] {
            while let Some(task) = next(ctx, id).await.task {
                assert_eq!(task.many, task.question.field == "disease");
                if !task.many {
                    let told = answer_item(ctx, id, also(task.item, &["skin"])).await.unwrap_err().to_string();
                    assert!(told.contains("tissue takes one"), "{told}");
                }
                let given = says(ctx, &task);
                answer_item(ctx, id, given).await.unwrap();
            }
        }
        idle(&scene.app).await;
        let human = |terms: &[&str]| -> Vec<(String, Layer)> {
            terms.iter().map(|term| ((*term).to_owned(), Layer::Human)).collect()
        };
        let known = |sample: &'static str| {
            let scene = &scene;
            async move {
                let mut known = scene.known(sample).await;
                known.sort_by(|a, b| a.0.cmp(&b.0));
                known
            }
        };
        let three = human(&["MONDO:0005059", "MONDO:0005083", "MONDO:0007256"]);
        assert_eq!(known("S1").await, three);
        assert_eq!(known("S2").await, three);
        assert_eq!(known("S5").await[0].1, Layer::Automatic, "they disagree");
        let batches = list_batches(&scene.one, BatchFilter::default(), PageRequest::default()).await.unwrap().items;
        assert!(
            batches.iter().any(|one| one.title == "Accept disease as suggested, with leukemia, psoriasis"),
            "{batches:#?}"
        );

        // Who adjudicates sees whole sets, and decides one.
        let dispute = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        let mut sets: Vec<Vec<&str>> = dispute.answers.iter().map(|given| given.outcome.says().1).collect();
        sets.sort();
        assert_eq!(sets, [vec!["MONDO:0005059"], vec!["MONDO:0005059", "MONDO:0005083"]]);
        let decided = AnswerItem {
            term: Some("liver cancer".into()),
            also: named(&["psoriasis"]),
            ..answer(dispute.task.item, ReviewAnswer::Change)
        };
        adjudicate(&scene.third, id, decided).await.unwrap();
        idle(&scene.app).await;
        assert_eq!(known("S5").await, human(&["MONDO:0002691", "MONDO:0005083"]));

        // The closed item keeps the set, once each, the suggestion first; agreement counts it as one label.
        let closed = list_closed(&scene.one, id, PageRequest::default()).await.unwrap().items;
        let of = |words: &str| closed.iter().find(|one| one.question.words == words).unwrap();
        let outcome = of("hepatocellular carcinoma").outcome.clone().unwrap();
        assert_eq!((outcome.answer, outcome.term.as_str()), (ReviewAnswer::Accept, "MONDO:0007256"));
        let beside: Vec<&str> = outcome.also.iter().map(|one| one.label.as_str()).collect();
        assert_eq!(beside, ["leukemia", "psoriasis"]);
        assert!(of("hepatocellular carcinoma").answers.iter().all(|given| given.outcome == outcome));
        let agreement = list_agreement(&scene.one, id).await.unwrap();
        let disease = agreement.iter().find(|one| one.field.as_deref() == Some("disease")).unwrap();
        assert_eq!((disease.items, disease.same), (4, 3));

        // A gold item compares whole sets.
        let gold = scene
            .started(CreateProject {
                name: "Gold".into(),
                q: "psoriasis".into(),
                state: ReviewState::All,
                ..scene.plan()
            })
            .await;
        let known = AddGold {
            item: Some(of("leukemia").id),
            field: None,
            question: None,
            answer: None,
            term: None,
            also: Vec::new(),
        };
        assert_eq!(add_gold(&scene.admin, gold, known).await.unwrap().known.also.len(), 1);
        for (ctx, with) in [(&scene.one, &["psoriasis"][..]), (&scene.other, &[][..])] {
            while let Some(task) = next(ctx, gold).await.task {
                let said = match task.question.words.as_str() {
                    "leukemia" => AnswerItem {
                        term: Some("liver cancer".into()),
                        also: named(with),
                        ..answer(task.item, ReviewAnswer::Change)
                    },
                    _ => answer(task.item, ReviewAnswer::Accept),
                };
                answer_item(ctx, gold, said).await.unwrap();
            }
        }
        let measured = list_gold(&scene.admin, gold).await.unwrap();
        assert_eq!((measured[0].answers, measured[0].right), (2, 1));
    }
}

#[tokio::test]
async fn a_draft_is_changed_until_it_starts_and_of_two_the_second_is_told() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let made = create_project(&scene.one, scene.plan()).await.unwrap();
        let change = |version, plan: CreateProject| ChangeDraft { version, plan };
        let people = vec![scene.other.user().unwrap(), scene.third.user().unwrap()];
        let guideline = || "Take what the *pathologist* says.".to_owned();
        let narrow = CreateProject { name: "Psoriasis".into(), q: "psoriasis".into(), people, ..scene.plan() };
        let changed = change_draft(&scene.other, made.id, change(made.version, narrow.clone())).await.unwrap();
        assert_eq!((changed.plan.name.as_str(), changed.version, changed.guideline.version), ("Psoriasis", 2, 1));
        assert_eq!(changed.people.len(), 2);
        let late = change_draft(&scene.one, made.id, change(made.version, scene.plan())).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict);
        assert_eq!(load_project(&scene.one, made.id).await.unwrap(), changed, "nothing of the first is lost");
        let other = CreateProject { guideline: "Another.".into(), ..narrow.clone() };
        let changed = change_draft(&scene.one, made.id, change(2, other)).await.unwrap();
        assert_eq!((changed.guideline.version, changed.guideline.text.as_str()), (2, "Another."));

        // Everything that is wrong is told at once, and changes nothing.
        let wrong = CreateProject { name: " ".into(), fields: vec!["colour".into()], reviewers: 9, ..narrow.clone() };
        let fault = change_draft(&scene.one, made.id, change(3, wrong)).await.unwrap_err();
        let parts: Vec<&str> = fault.fields.iter().map(|wrong| wrong.field.as_str()).collect();
        assert_eq!(parts, ["name", "fields", "reviewers", "people"]);
        let elsewhere = CreateProject { collection: CollectionId(uuid::Uuid::nil()), ..narrow.clone() };
        let fault = change_draft(&scene.one, made.id, change(3, elsewhere)).await.unwrap_err();
        assert_eq!(fault.fields[0].field, "collection");
        assert_eq!(load_project(&scene.one, made.id).await.unwrap(), changed);
        let organization = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, organization, Role::Admin).await;
        let foreign = change_draft(&stranger, made.id, change(3, narrow.clone())).await.unwrap_err();
        assert_eq!(foreign.kind, FaultKind::Missing);

        let started = start_project(&scene.one, made.id).await.unwrap();
        assert_eq!(started.progress.items, 1, "what the change asks for");
        let plan = CreateProject { guideline: guideline(), ..narrow };
        let told = change_draft(&scene.one, made.id, change(3, plan)).await.unwrap_err();
        assert!(told.kind == FaultKind::Conflict && told.message.contains("has been started"), "{told}");
    }
}

#[tokio::test]
async fn what_is_written_about_an_item_is_kept_back_until_it_is_closed_wherever_it_is_read() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let organization = scene.one.scope.unwrap();
        let reader = member_ctx(&scene.app, organization, Role::Scientist).await;
        let handle = |ctx: &Ctx| ctx.actor_name().split('@').next().unwrap().to_owned();
        // Before anything is drawn, somebody wrote about the question in the one-by-one review.
        let found = review::list_values(
            &scene.third,
            chorale_model::review::ReviewFilter {
                q: "psoriasis".into(),
                ..review_filter(&scene, ReviewState::Waiting)
            },
            ReviewOrder::default(),
            PageRequest::default(),
        );
        let question = found.await.unwrap().items.remove(0);
        let about = CommentsOf { collection: scene.collection, field: "disease".into(), question: question.id };
        let write = |text: &str| NewComment {
            collection: scene.collection,
            field: "disease".into(),
            question: question.id,
            text: text.to_owned(),
        };
        review::comment(&scene.third, write("early hint")).await.unwrap();
        // Comments stand in the order of their time.
        let later = || scene.app.clock.advance(Time::SECOND);
        later();
        let read = |ctx: &Ctx| {
            let (ctx, about) = (ctx.clone(), about.clone());
            async move {
                let found = review::list_comments(&ctx, about).await.unwrap();
                let texts: Vec<String> = found.items.into_iter().map(|one| one.text).collect();
                (texts, found.kept_back)
            }
        };
        let texts = |of: &[&str]| of.iter().map(|one| (*one).to_owned()).collect::<Vec<_>>();
        assert_eq!(read(&scene.one).await, (texts(&["early hint"]), false));

        let id = scene.started(CreateProject { q: "psoriasis".into(), ..scene.plan() }).await;
        let item = next(&scene.one, id).await.task.unwrap().item;
        let said = format!("I take it for psoriasis, @{} and @{}", handle(&scene.other), handle(&reader));
        let written = comment_item(&scene.one, id, item, CommentItem { text: said.clone() }).await.unwrap();
        later();
        assert_eq!((written.words.as_str(), written.mentions.len()), ("psoriasis", 2));
        // By the other way in, the same question: the same rule.
        review::comment(&scene.third, write("a late hint")).await.unwrap();
        later();
        assert_eq!(read(&scene.one).await, (vec![said.clone()], true), "one's own alone");
        assert_eq!(read(&scene.third).await.0, ["early hint", "a late hint"]);
        for ctx in [&scene.other, &scene.admin] {
            assert_eq!(read(ctx).await, (Vec::new(), true));
            assert_eq!(list_item_comments(ctx, id, item).await.unwrap().items, []);
        }
        // Another program of the same name is another author.
        let token = chorale_model::TokenId(scene.app.ids.uuid());
        let actor = Actor::Token { token, user: None, role: Role::Curator, name: scene.one.actor_name() };
        assert_eq!(read(&Ctx { actor, ..scene.one.clone() }).await.0, [] as [String; 0]);
        let mentions = |ctx: &Ctx| {
            let ctx = ctx.clone();
            async move {
                let found = review::list_mentions(&ctx, PageRequest::default()).await.unwrap().items;
                (found.len(), review::count_unread(&ctx).await.unwrap().unread)
            }
        };
        for ctx in [&scene.other, &reader] {
            assert_eq!(mentions(ctx).await, (0, 0));
            review::read_mentions(ctx, ReadMentions::default()).await.unwrap();
        }

        // All answers are there, and differ: admins, who see names beside answers, read; curators do not yet.
        answer_item(&scene.one, id, answer(item, ReviewAnswer::Accept)).await.unwrap();
        assert_eq!(read(&scene.admin).await, (Vec::new(), true), "one answer is missing");
        answer_item(&scene.other, id, answer(item, ReviewAnswer::Reject)).await.unwrap();
        let all = vec!["early hint".to_owned(), said.clone(), "a late hint".to_owned()];
        assert_eq!(read(&scene.admin).await, (all.clone(), false));
        let answered = comment_item(&scene.third, id, item, CommentItem { text: "the expert's".into() }).await;
        answered.unwrap();
        assert_eq!(read(&scene.other).await, (Vec::new(), true));
        assert_eq!(mentions(&scene.other).await, (0, 0));

        // Closed, everybody reads everything, and whoever is mentioned finds it: reading all before lost nothing.
        adjudicate(&scene.third, id, answer(item, ReviewAnswer::Accept)).await.unwrap();
        let all = [all, vec!["the expert's".to_owned()]].concat();
        for ctx in [&scene.one, &scene.other, &scene.third, &scene.admin] {
            assert_eq!(read(ctx).await, (all.clone(), false));
        }
        assert_eq!((mentions(&scene.other).await, mentions(&reader).await), ((1, 1), (1, 1)));
        let closed = list_closed(&scene.other, id, PageRequest::default()).await.unwrap().items.remove(0);
        assert_eq!(closed.comments.into_iter().map(|one| one.text).collect::<Vec<_>>(), all);

        // In a project that was called off nothing is kept back; a stranger finds no item at all.
        let plan =
            CreateProject { name: "Again".into(), state: ReviewState::All, q: "psoriasis".into(), ..scene.plan() };
        let again = scene.started(plan).await;
        assert!(read(&scene.other).await.1);
        cancel_project(&scene.one, again).await.unwrap();
        assert!(!read(&scene.other).await.1);
        let elsewhere = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, elsewhere, Role::Admin).await;
        let text = || CommentItem { text: "x".into() };
        assert_eq!(comment_item(&stranger, id, item, text()).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(list_item_comments(&stranger, id, item).await.unwrap_err().kind, FaultKind::Missing);
        assert_eq!(comment_item(&reader, id, item, text()).await.unwrap_err().kind, FaultKind::Forbidden);
        let empty = comment_item(&scene.one, id, item, CommentItem { text: " ".into() }).await.unwrap_err();
        assert_eq!(empty.fields[0].field, "text");
    }
}

#[tokio::test]
async fn a_place_is_one_persons_for_a_while_and_an_answer_can_be_taken_back() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(CreateProject { reviewers: 1, ..scene.plan() }).await;
        let item = |mine: &MyTask| mine.task.as_ref().map(|task| task.item);
        let first = next(&scene.one, id).await;
        assert_eq!(item(&next(&scene.one, id).await), item(&first), "whoever holds it has it again");
        let second = next(&scene.other, id).await;
        assert_ne!(item(&second), item(&first));

        // Passed over, it is another's; and comes to who passed it over behind the others.
        let skip = NextItem { skip: item(&first), item: None };
        let after = next_item(&scene.one, id, skip).await.unwrap();
        assert!(item(&after).is_some() && item(&after) != item(&first) && item(&after) != item(&second));
        assert_eq!(item(&next(&scene.third, id).await), item(&first));
        // Left lying, it comes free, and whoever left it is told.
        scene.app.clock.advance(11 * Time::MINUTE);
        let mut free = HashSet::new();
        while let Some(task) = next(&scene.admin, id).await.task {
            free.insert(task.item);
            answer_item(&scene.admin, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        }
        assert_eq!(free.len(), 4, "all three lay, and one was never taken");
        let told = answer_item(&scene.other, id, answer(item(&second).unwrap(), ReviewAnswer::Reject)).await;
        assert_eq!(told.unwrap_err().kind, FaultKind::Conflict);

        // With two reviewers an answer can be taken back until the other one has come.
        let id = scene.started(CreateProject { name: "Again".into(), state: ReviewState::All, ..scene.plan() }).await;
        let task = next(&scene.one, id).await.task.unwrap();
        answer_item(&scene.one, id, answer(task.item, ReviewAnswer::Reject)).await.unwrap();
        let twice = answer_item(&scene.one, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap_err();
        assert_eq!(twice.kind, FaultKind::Conflict);
        assert_eq!(take_back(&scene.one, id).await.unwrap().item, Some(task.item));
        let again = NextItem { skip: None, item: Some(task.item) };
        assert_eq!(item(&next_item(&scene.one, id, again).await.unwrap()), Some(task.item));
        answer_item(&scene.one, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        answer_item(&scene.other, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        assert_eq!(take_back(&scene.one, id).await.unwrap(), TakenBack { item: None }, "it is closed");
    }
}

#[tokio::test]
async fn chosen_people_share_the_work_evenly_and_hand_it_on() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let user = |ctx: &Ctx| ctx.user().unwrap();
        let people = vec![user(&scene.one), user(&scene.other), user(&scene.third)];
        let id = scene.started(CreateProject { people, ..scene.plan() }).await;
        let work = list_work(&scene.one, id).await.unwrap();
        let mut waiting: Vec<i64> = work.iter().map(|one| one.waiting).collect();
        waiting.sort_unstable();
        assert_eq!(waiting, [2, 3, 3]);
        let stranger = next_item(&scene.admin, id, NextItem::default()).await.unwrap_err();
        assert_eq!(stranger.kind, FaultKind::Forbidden, "an admin was not chosen");

        let from = Some(user(&scene.third));
        let handed =
            assign_tasks(&scene.one, id, AssignTasks { to: user(&scene.admin), from, tasks: 10 }).await.unwrap();
        assert!((2..=3).contains(&handed.tasks), "{handed:?}");
        assert_eq!(next(&scene.third, id).await.task, None);
        assert_eq!(work_through(&scene.admin, id, &[]).await.len() as i64, handed.tasks);
        work_through(&scene.one, id, &[]).await;

        // What the third of them leaves lying for three days, others may take.
        assert_eq!(next(&scene.one, id).await.task, None, "the rest is the other's");
        scene.app.clock.advance(4 * Time::DAY);
        let lying: i64 = list_work(&scene.one, id).await.unwrap().iter().map(|one| one.lying).sum();
        assert!(lying > 0);
        assert!(!work_through(&scene.one, id, &[]).await.is_empty());
        let progress = load_project(&scene.one, id).await.unwrap().progress;
        assert!(progress.answers <= progress.answers_needed);
        let tasks = sql::list_done(&scene.app.db, scene.one.scope.unwrap(), id).await.unwrap();
        let mut places: BTreeMap<ItemId, i64> = BTreeMap::new();
        tasks.iter().for_each(|task| *places.entry(task.item).or_default() += 1);
        assert!(places.values().all(|of_item| *of_item <= 2), "{places:?}");
    }
}

#[tokio::test]
async fn two_last_answers_at_once_close_an_item_once() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        let mut items = Vec::new();
        for ctx in [&scene.one, &scene.other] {
            items.push(next(ctx, id).await.task.unwrap().item);
        }
        assert_eq!(items[0], items[1]);
        let said = answer(items[0], ReviewAnswer::Accept);
        let (a, b) =
            futures::join!(answer_item(&scene.one, id, said.clone()), answer_item(&scene.other, id, said.clone()));
        a.unwrap();
        b.unwrap();
        idle(&scene.app).await;
        let closed = list_closed(&scene.admin, id, PageRequest::default()).await.unwrap().items;
        assert_eq!((closed.len(), closed[0].answers.len()), (1, 2));
        assert!(closed[0].batch.is_some(), "{closed:?}");
        let batches = list_batches(&scene.one, BatchFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!(batches.len(), 1);
        let third = answer_item(&scene.third, id, said).await.unwrap_err();
        assert_eq!(third.kind, FaultKind::Conflict);
    }
}

#[tokio::test]
async fn gold_items_look_like_all_others_settle_nothing_and_measure_curators() {
    for db in each_engine().await {
        let scene = scene(db).await;
        // What another project came to, and an answer by hand.
        let narrow = CreateProject { name: "Before".into(), q: "psoriasis".into(), reviewers: 1, ..scene.plan() };
        let before = scene.started(narrow).await;
        work_through(&scene.third, before, &[]).await;
        idle(&scene.app).await;
        let known = list_closed(&scene.admin, before, PageRequest::default()).await.unwrap().items.remove(0);
        let id = scene.started(CreateProject { q: "carcinoma".into(), ..scene.plan() }).await;
        let items = load_project(&scene.one, id).await.unwrap().progress.items;
        let of_item =
            AddGold { item: Some(known.id), field: None, question: None, answer: None, term: None, also: Vec::new() };
        let settled = AddGold {
            item: None,
            field: Some("disease".into()),
            question: Some(known.question.id),
            answer: Some(ReviewAnswer::Accept),
            term: None,
            also: Vec::new(),
        };
        let told = add_gold(&scene.admin, id, settled).await.unwrap_err().to_string();
        assert!(told.contains("settled before"), "{told}");
        add_gold(&scene.admin, id, of_item.clone()).await.unwrap();
        let again = add_gold(&scene.admin, id, of_item.clone()).await.unwrap_err();
        assert_eq!(again.kind, FaultKind::Conflict);
        let leukemia = review::list_values(
            &scene.one,
            chorale_model::review::ReviewFilter { q: "leukemia".into(), ..review_filter(&scene, ReviewState::Waiting) },
            ReviewOrder::default(),
            PageRequest::default(),
        );
        let question = leukemia.await.unwrap().items.remove(0);
        let by_hand = AddGold {
            item: None,
            field: Some("disease".into()),
            question: Some(question.id),
            answer: Some(ReviewAnswer::Accept),
            term: None,
            also: Vec::new(),
        };
        add_gold(&scene.admin, id, by_hand).await.unwrap();
        let curator = add_gold(&scene.one, id, of_item).await.unwrap_err();
        assert_eq!(curator.kind, FaultKind::Forbidden);
        assert_eq!(list_gold(&scene.one, id).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(load_project(&scene.one, id).await.unwrap().progress.items, items + 2);

        // Every answer of the gold items has the shape of the others', and shows no more of it.
        let shape = |task: &ProjectTask| {
            let mut json = serde_json::to_value(task).unwrap();
            let question = json["question"].as_object_mut().unwrap();
            assert!(question["waiting"].as_i64().unwrap() > 0 && question["reason"].is_null(), "{question:?}");
            assert!(!json["evidence"].is_null(), "{json}");
            let mut keys: Vec<String> = json.as_object().unwrap().keys().cloned().collect();
            keys.sort();
            keys
        };
        let mut shapes = HashSet::new();
        while let Some(task) = next(&scene.one, id).await.task {
            shapes.insert(shape(&task));
            let is_psoriasis = task.question.words == "psoriasis";
            scene.app.clock.advance(5 * Time::SECOND);
            let said = if is_psoriasis { ReviewAnswer::Reject } else { ReviewAnswer::Accept };
            answer_item(&scene.one, id, answer(task.item, said)).await.unwrap();
        }
        assert_eq!(shapes.len(), 1);
        work_through(&scene.other, id, &[]).await;
        idle(&scene.app).await;
        assert_eq!(scene.known("S5").await[0].1, Layer::Automatic, "a gold item settles nothing");
        assert_eq!(scene.state(id).await, ProjectState::Approved);

        let gold = list_gold(&scene.admin, id).await.unwrap();
        let mut counted: Vec<(i64, i64)> = gold.iter().map(|one| (one.answers, one.right)).collect();
        counted.sort_unstable();
        assert_eq!(counted, [(2, 1), (2, 2)]);
        let of = |work: Vec<chorale_model::projects::PersonWork>, ctx: &Ctx| {
            let user = ctx.user().unwrap();
            work.into_iter().find(|one| one.user == user).unwrap()
        };
        let seen = of(list_work(&scene.admin, id).await.unwrap(), &scene.one);
        let accuracy = seen.accuracy.unwrap();
        assert_eq!((accuracy.answers, accuracy.right, seen.median_s), (2, 1, Some(5.0)));
        assert!(accuracy.low > 0.09 && accuracy.high < 0.91, "{accuracy:?}");
        // Oneself from the next day on; never a colleague's.
        assert_eq!(of(list_work(&scene.one, id).await.unwrap(), &scene.one).accuracy, None);
        scene.app.clock.advance(Time::DAY);
        let own = list_work(&scene.one, id).await.unwrap();
        assert_eq!(of(own.clone(), &scene.one).accuracy, Some(accuracy));
        assert_eq!(of(own, &scene.other).accuracy, None);
        let closed = list_closed(&scene.one, id, PageRequest::default()).await.unwrap().items;
        assert!(closed.len() as i64 == items + 2 && closed.iter().all(|one| one.gold.is_none() && one.batch.is_none()));
    }
}

#[tokio::test]
async fn an_expert_checks_some_and_what_fails_is_decided_again() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let plan = CreateProject { reviewers: 1, checked: 50, passing: 100, ..scene.plan() };
        let id = scene.started(plan).await;
        work_through(&scene.one, id, &[]).await;
        idle(&scene.app).await;
        let project = load_project(&scene.one, id).await.unwrap();
        assert_eq!((project.state, project.progress.to_check), (ProjectState::InAcceptance, 2));
        let dispute = next_dispute(&scene.other, id, NextItem::default()).await.unwrap().unwrap();
        assert_eq!((dispute.asked, dispute.left), (ExpertAsked::Check, 2));
        assert!(dispute.outcome.is_some());
        let check = |item, passes| CheckItem { item, passes, note: "not what it says".into() };
        let own = check_item(&scene.one, id, check(dispute.task.item, true)).await.unwrap_err();
        assert_eq!(own.kind, FaultKind::Forbidden);
        check_item(&scene.other, id, check(dispute.task.item, false)).await.unwrap();
        let twice = check_item(&scene.other, id, check(dispute.task.item, true)).await.unwrap_err();
        assert_eq!(twice.kind, FaultKind::Conflict);
        let second = next_dispute(&scene.other, id, NextItem { skip: Some(dispute.task.item), item: None }).await;
        check_item(&scene.other, id, check(second.unwrap().unwrap().task.item, true)).await.unwrap();
        let project = load_project(&scene.one, id).await.unwrap();
        assert_eq!((project.state, project.progress.disputed), (ProjectState::InReview, 1), "it goes back");
        assert_eq!((project.progress.passed, project.progress.failed), (1, 1));
        idle(&scene.app).await;
        let undone = list_batches(&scene.one, BatchFilter::default(), PageRequest::default()).await.unwrap().items;
        assert_eq!(undone.iter().filter(|batch| batch.reverted.is_some()).count(), 1);

        adjudicate(&scene.other, id, answer(dispute.task.item, ReviewAnswer::Reject)).await.unwrap();
        idle(&scene.app).await;
        let mut checked = 0;
        while let Some(next) = next_dispute(&scene.other, id, NextItem::default()).await.unwrap() {
            assert_eq!(next.asked, ExpertAsked::Check);
            check_item(&scene.other, id, check(next.task.item, true)).await.unwrap();
            checked += 1;
        }
        assert_eq!((checked, scene.state(id).await), (2, ProjectState::Approved));
    }
}

#[tokio::test]
async fn agreement_is_counted_over_closed_items() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        work_through(&scene.one, id, &["psoriasis"]).await;
        work_through(&scene.other, id, &[]).await;
        let found = list_agreement(&scene.one, id).await.unwrap();
        assert_eq!((found[0].items, found[0].same), (3, 3), "the disputed one is not closed");
        let dispute = next_dispute(&scene.third, id, NextItem::default()).await.unwrap().unwrap();
        adjudicate(&scene.third, id, answer(dispute.task.item, ReviewAnswer::Accept)).await.unwrap();
        let found = list_agreement(&scene.one, id).await.unwrap();
        let all = &found[0];
        assert_eq!((all.items, all.same, all.pairs.len()), (4, 3, 1));
        // hcc, hcc, leukemia of both; rejected by one, psoriasis by the other: scikit-learn 1.9.1,
        // cohen_kappa_score(["h","h","l","r"], ["h","h","l","p"])
        let kappa = all.pairs[0].kappa.unwrap();
        assert!((kappa - 0.636_363_636_363).abs() < 1e-9, "{kappa}");
        assert_eq!(found[1].field.as_deref(), Some("disease"));
        assert!(all.fleiss.is_some() && all.krippendorff.is_some());
    }
}

#[tokio::test]
async fn guidelines_have_versions_and_what_cannot_be_asked_says_why() {
    for db in each_engine().await {
        let scene = scene(db).await;
        let id = scene.started(scene.plan()).await;
        let write = |version, text: &str| WriteGuideline { version, text: text.to_owned() };
        let second = write_guideline(&scene.other, id, write(1, "Take what the paper says.")).await.unwrap();
        assert_eq!((second.guideline.version, second.guideline.text.as_str()), (2, "Take what the paper says."));
        let late = write_guideline(&scene.one, id, write(1, "Mine.")).await.unwrap_err();
        assert_eq!(late.kind, FaultKind::Conflict);
        assert_eq!(list_guidelines(&scene.one, id).await.unwrap().len(), 2);
        let task = next(&scene.one, id).await.task.unwrap();
        assert_eq!(task.guideline.version, 2);
        for ctx in [&scene.one, &scene.other] {
            answer_item(ctx, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap();
        }
        let closed = list_closed(&scene.one, id, PageRequest::default()).await.unwrap().items.remove(0);
        assert!(closed.answers.iter().all(|given| given.guideline == 2));

        let refused = |plan: CreateProject| async { create_project(&scene.one, plan).await.unwrap_err().to_string() };
        let user = scene.one.user().unwrap();
        for (plan, words) in [
            (CreateProject { name: " ".into(), ..scene.plan() }, "is missing; name the project"),
            (CreateProject { fields: vec!["colour".into()], ..scene.plan() }, "\"colour\" is no field"),
            (CreateProject { fields: Vec::new(), ..scene.plan() }, "choose one at least"),
            (CreateProject { reviewers: 6, ..scene.plan() }, "1 to 5 curators"),
            (CreateProject { sampling: Sampling::Random, ..scene.plan() }, "say how many are drawn"),
            (CreateProject { people: vec![user], ..scene.plan() }, "choose 2 at least"),
            (CreateProject { people: vec![user, UserId(uuid::Uuid::nil())], ..scene.plan() }, "is no curator"),
            (CreateProject { checked: 101, ..scene.plan() }, "give 0 to 100"),
        ] {
            let said = refused(plan).await;
            assert!(said.contains(words), "{said} has not {words:?}");
        }
        let organization = testing::organization(&scene.app, "other").await;
        let stranger = member_ctx(&scene.app, organization, Role::Admin).await;
        assert_eq!(load_project(&stranger, id).await.unwrap_err().kind, FaultKind::Missing);
        assert!(list_projects(&stranger, PageRequest::default()).await.unwrap().items.is_empty());
        assert_eq!(next_item(&stranger, id, NextItem::default()).await.unwrap_err().kind, FaultKind::Missing);
        let scientist = member_ctx(&scene.app, scene.one.scope.unwrap(), Role::Scientist).await;
        assert_eq!(next_item(&scientist, id, NextItem::default()).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(start_project(&scene.one, id).await.unwrap_err().kind, FaultKind::Conflict);
        assert_eq!(cancel_project(&scene.one, id).await.unwrap().state, ProjectState::Cancelled);
        assert_eq!(next(&scene.one, id).await.task, None);
        let closed = answer_item(&scene.one, id, answer(task.item, ReviewAnswer::Accept)).await.unwrap_err();
        assert_eq!(closed.kind, FaultKind::Conflict);
    }
}
