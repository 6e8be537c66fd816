//! Files that come in parts: in any order, whole or not at all, nobody else's.

use super::*;
use crate::db::tests::each_engine;
use crate::metering;
use chorale_model::{FaultKind, Time};
use uuid::Uuid;

const MEBIBYTE: usize = 1 << 20;

async fn send(ctx: &Ctx, upload: Uuid, number: i64, bytes: &[u8]) -> Result<SentPart, chorale_model::Fault> {
    let mut part = start_part(ctx, upload, number).await?;
    for chunk in bytes.chunks(MEBIBYTE) {
        part.write(chunk).await?;
    }
    Ok(SentPart { number, etag: part.finish().await? })
}

async fn stored(scene: &Scene) -> usize {
    let organization = scene.own.scope.unwrap();
    scene.app.objects.list(&format!("{organization}/artifacts")).await.unwrap().len()
}

#[tokio::test]
async fn parts_in_any_order_become_one_file_once() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let (ctx, owner) = (&scene.own, Owner::Run(scene.run("run").await));
        let (first, second) = (vec![1_u8; 5 * MEBIBYTE], vec![2_u8; 6 * MEBIBYTE]);
        let upload = begin_parts(ctx, owner, Some(scene.experiment), "deep/big.bin", 3).await.unwrap();
        // All at once, the last first, and one of them twice.
        let (third, two, one) =
            tokio::join!(send(ctx, upload, 3, b"end"), send(ctx, upload, 2, &first), send(ctx, upload, 1, &first));
        let replaced = two.unwrap();
        let two = send(ctx, upload, 2, &second).await.unwrap();
        assert_ne!(replaced.etag, two.etag);
        assert_eq!(stored(&scene).await, 3, "the part that was replaced is gone");
        let sent = [one.unwrap(), two, third.unwrap()];
        let complete = async |sent: &[SentPart]| complete_parts(ctx, owner, None, "deep/big.bin", upload, sent).await;
        for (wrong, why) in [(&sent[..2], "name them all"), (&sent[1..], "in order"), (&sent[..0], "missing")] {
            assert!(complete(wrong).await.unwrap_err().message.contains(why), "{why}");
        }
        let old = [SentPart { number: 1, etag: sent[0].etag.clone() }, replaced];
        assert!(complete(&old).await.unwrap_err().message.contains("another etag"));
        assert!(list_artifacts(ctx, owner, None, "").await.unwrap().is_empty(), "nothing is seen before all is there");
        complete(&sent).await.unwrap();
        complete(&sent).await.unwrap();
        let read = artifact(ctx, owner, None, "deep/big.bin").await.unwrap();
        assert_eq!(read.sha256, crate::objects::sha256_hex(&[&first[..], &second, b"end"].concat()));
        assert_eq!(stored(&scene).await, 1, "parts go when their file is there");
        assert_eq!(send(ctx, upload, 1, b"late").await.err().unwrap().kind, FaultKind::Invalid);
        abort_parts(ctx, owner, None, "deep/big.bin", upload).await.unwrap();
        artifact(ctx, owner, None, "deep/big.bin").await.expect("what is finished stays");
    }
}

#[tokio::test]
async fn an_upload_is_its_owners_and_nobody_elses() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let (ctx, owner) = (&scene.own, Owner::Run(scene.run("run").await));
        let neighbour = Owner::Run(scene.run("neighbour").await);
        let upload = begin_parts(ctx, owner, None, "a.bin", 2).await.unwrap();
        let sent = [send(ctx, upload, 1, b"small").await.unwrap()];
        let missing = |result: Result<(), chorale_model::Fault>| {
            assert_eq!(result.unwrap_err().kind, FaultKind::Missing);
        };
        missing(send(&scene.stranger, upload, 1, b"theirs").await.map(drop));
        missing(complete_parts(&scene.stranger, owner, None, "a.bin", upload, &sent).await);
        missing(abort_parts(&scene.stranger, owner, None, "a.bin", upload).await);
        missing(complete_parts(ctx, neighbour, None, "a.bin", upload, &sent).await);
        missing(complete_parts(ctx, owner, None, "b.bin", upload, &sent).await);
        missing(begin_parts(&scene.stranger, owner, None, "a.bin", 1).await.map(drop));
        for (path, parts) in [("../a.bin", 1), ("a.bin", 0), ("a.bin", MOST_PARTS + 1)] {
            assert_eq!(begin_parts(ctx, owner, None, path, parts).await.unwrap_err().kind, FaultKind::Invalid);
        }
        assert_eq!(send(ctx, upload, 3, b"x").await.err().unwrap().kind, FaultKind::Invalid);
        let both = [sent.into_iter().next().unwrap(), send(ctx, upload, 2, b"end").await.unwrap()];
        let small = complete_parts(ctx, owner, None, "a.bin", upload, &both).await.unwrap_err();
        assert!(small.message.contains("5 MiB"), "{small}");
        abort_parts(ctx, owner, None, "a.bin", upload).await.unwrap();
        assert_eq!(stored(&scene).await, 0);
        missing(complete_parts(ctx, owner, None, "a.bin", upload, &both).await);
    }
}

#[tokio::test]
async fn parts_count_against_the_quota_before_they_are_a_file() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let (ctx, owner) = (&scene.own, Owner::Run(scene.run("run").await));
        let operator = Ctx::operator(scene.app.clone(), ctx.scope);
        metering::set_quota(&operator, ctx.scope.unwrap(), "stored_bytes", Some(100)).await.unwrap();
        let upload = begin_parts(ctx, owner, None, "a.bin", 2).await.unwrap();
        send(ctx, upload, 1, &[0; 60]).await.unwrap();
        assert_eq!(send(ctx, upload, 2, &[0; 60]).await.err().unwrap().kind, FaultKind::Limited);
        assert_eq!(stored(&scene).await, 1, "what does not fit is not stored");
    }
}

#[tokio::test]
async fn an_upload_that_nobody_ends_is_swept() {
    for db in each_engine().await {
        let scene = Scene::new(db).await;
        let (ctx, owner) = (&scene.own, Owner::Run(scene.run("run").await));
        let upload = begin_parts(ctx, owner, None, "a.bin", 2).await.unwrap();
        send(ctx, upload, 1, b"one").await.unwrap();
        let sweep = async || crate::care::sweep_objects(&scene.app, &crate::jobs::StopSignal::default()).await.unwrap();
        scene.app.clock.advance(6 * Time::DAY);
        sweep().await;
        send(ctx, upload, 2, b"in time").await.unwrap();
        scene.app.clock.advance(2 * Time::DAY);
        sweep().await;
        assert_eq!(send(ctx, upload, 1, b"late").await.err().unwrap().kind, FaultKind::Missing);
        assert_eq!(stored(&scene).await, 2, "they stay as long as a backup may name them");
        scene.app.clock.advance(31 * Time::DAY);
        assert_eq!(sweep().await.removed, 2);
        assert_eq!(stored(&scene).await, 0);
    }
}
