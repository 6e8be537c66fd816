//! Backup, restore, export and erasure, on both engines.

mod erasing;
mod sweep;

use super::tables::{GLOBAL_TABLES, SECRET_COLUMNS, TENANT_TABLES};
use super::*;
use crate::db::{insert_many, sql, tests::each_engine};
use crate::jobs::{self, run_until_idle};
use crate::objects::{Key, Objects, sha256_hex};
use crate::{Clock, Ctx, Db, Deployment, Ids};
use chorale_model::{FaultKind, OrganizationId, Time};
use futures::TryStreamExt;
use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

fn deployment(db: Db, folder: &Path) -> Arc<Deployment> {
    let clock = Clock::manual(Time(1_772_615_520_000_000));
    let objects = Objects::open(&format!("file://{}", folder.join("objects").display())).unwrap();
    let settings = crate::ctx::Settings { cache_dir: folder.join("cache"), ..Default::default() };
    Arc::new(Deployment::new(db, objects, clock.clone(), Ids::new(clock), settings).with_room(jobs::State::default()))
}

/// An organization with a member, a collection, a raw object and its row.
async fn organization(app: &Arc<Deployment>, name: &str) -> Ctx {
    let (id, user) = (OrganizationId(app.ids.uuid()), app.ids.uuid());
    let ctx = Ctx::operator(app.clone(), Some(id));
    let bytes = format!("raw data of {name}").into_bytes();
    let sha256 = sha256_hex(&bytes);
    let key = Key::raw(id, &sha256);
    app.objects.put(&key, bytes).await.unwrap();
    let (name, collection, inner) = (name.to_owned(), app.ids.uuid(), ctx.clone());
    app.db
        .write(move |tx| {
            Box::pin(async move {
                sql("insert into organizations (id, name, synthetic, created_at) values ($1, $2, false, 0)")
                    .bind(id)
                    .bind(&name)
                    .run(&mut *tx)
                    .await?;
                sql("insert into users (id, email, name, password_hash, operator, single_keys, created_at) \
                     values ($1, $2, $2, 'a hash', false, true, 0)")
                .bind(user)
                .bind(format!("{name}@example.org"))
                .run(&mut *tx)
                .await?;
                sql("insert into members (organization, user_id, role, active, joined_at) values ($1, $2, 'admin', true, 0)")
                    .bind(id)
                    .bind(user)
                    .run(&mut *tx)
                    .await?;
                sql("insert into collections (organization, id, name, description, shared, created_at, updated_at) \
                     values ($1, $2, 'c', '', false, 0, 0)")
                .bind(id)
                .bind(collection)
                .run(&mut *tx)
                .await?;
                sql("insert into objects (organization, key, sha256, size_bytes, created_at) values ($1, $2, $3, 1, 0)")
                    .bind(id)
                    .bind(key.to_string())
                    .bind(sha256)
                    .run(&mut *tx)
                    .await?;
                crate::audit::record(tx, &inner, "organization.created", "organization", id, serde_json::json!({})).await
            })
        })
        .await
        .unwrap();
    ctx
}

async fn count(db: &Db, text: &'static str) -> i64 {
    let (count,): (i64,) = sql(text).one(db).await.unwrap();
    count
}

#[tokio::test]
async fn every_table_of_the_schema_is_known_to_erasing_and_exporting() {
    for db in each_engine().await {
        let names: Vec<(String,)> = match db.engine() {
            "sqlite" => sql("select name from sqlite_master where type = 'table' and name not like 'sqlite%'")
                .all(&db)
                .await
                .unwrap(),
            _ => sql("select cast(table_name as text) from information_schema.tables where table_schema = 'public'")
                .all(&db)
                .await
                .unwrap(),
        };
        let found: BTreeSet<String> = names.into_iter().map(|(name,)| name).collect();
        let known: BTreeSet<String> =
            TENANT_TABLES.iter().map(|t| t.name).chain(GLOBAL_TABLES.iter().copied()).map(str::to_owned).collect();
        assert_eq!(found, known, "add the table to care/tables.rs");
    }
}

#[tokio::test]
async fn an_export_holds_every_row_and_object_but_no_secret_and_no_other_organization() {
    for db in each_engine().await {
        let folder = tempfile::tempdir().unwrap();
        let app = deployment(db, folder.path());
        let (own, other) = (organization(&app, "own").await, organization(&app, "other").await);
        let job = export_organization(&own).await.unwrap();
        assert_eq!(open_export(&own, job.id).await.err().unwrap().kind, FaultKind::Conflict, "not ready yet");
        run_until_idle(&app, &[Arc::new(ExportJob)]).await.unwrap();
        assert_eq!(open_export(&other, job.id).await.err().unwrap().kind, FaultKind::Missing);
        let (size, packed) = open_export(&own, job.id).await.unwrap();
        let packed = packed.try_collect::<Vec<_>>().await.unwrap().concat();
        assert_eq!(packed.len() as u64, size);
        let mut all = String::new();
        let mut names = Vec::new();
        for entry in tar::Archive::new(packed.as_slice()).entries().unwrap() {
            use std::io::Read;
            let mut entry = entry.unwrap();
            names.push(entry.path().unwrap().display().to_string());
            entry.read_to_string(&mut all).unwrap();
        }
        assert!(all.contains("raw data of own") && all.contains("organization.created"));
        assert!(!all.contains("other"), "{all}");
        for secret in SECRET_COLUMNS {
            assert!(!all.contains(secret), "{secret}");
        }
        assert!(all.contains("own@example.org"), "the members have names and addresses");
        let tables = names.iter().filter(|name| name.starts_with("tables/")).count();
        assert_eq!(tables, TENANT_TABLES.len() + 1, "and the people of the deployment that are its members");
    }
}

#[tokio::test]
async fn the_rows_of_an_export_are_of_one_moment() {
    use futures::TryStreamExt;
    for db in each_engine().await {
        let folder = tempfile::tempdir().unwrap();
        let app = deployment(db, folder.path());
        let own = organization(&app, "own").await;
        let id = own.scope.unwrap();
        let read = "select key from objects where organization = $1 order by key";
        let mut before = app.db.snapshot().await.unwrap();
        app.db
            .write(move |tx| {
                Box::pin(async move {
                    sql("insert into objects (organization, key, sha256, size_bytes, created_at) values ($1, 'later', '', 1, 0)")
                        .bind(id)
                        .run(tx)
                        .await
                })
            })
            .await
            .unwrap();
        let seen: Vec<serde_json::Value> = before.rows(read, id).try_collect().await.unwrap();
        assert_eq!(seen.len(), 1, "{seen:?}");
        let mut after = app.db.snapshot().await.unwrap();
        let seen: Vec<serde_json::Value> = after.rows(read, id).try_collect().await.unwrap();
        assert_eq!(seen.len(), 2, "{seen:?}");
    }
}

#[tokio::test]
async fn erasing_leaves_nothing_of_one_organization_and_all_of_the_other() {
    for db in each_engine().await {
        let folder = tempfile::tempdir().unwrap();
        let app = deployment(db, folder.path());
        let (own, other) = (organization(&app, "own").await, organization(&app, "other").await);
        assert_eq!(erase_organization(&own, "wrong").await.unwrap_err().kind, FaultKind::Invalid);
        erase_organization(&own, "own").await.unwrap();
        assert_eq!(run_until_idle(&app, &[Arc::new(EraseJob)]).await.unwrap(), 1);
        assert_eq!(count(&app.db, "select count(*) from organizations").await, 1);
        assert_eq!(count(&app.db, "select count(*) from users").await, 1);
        assert_eq!(count(&app.db, "select count(*) from collections").await, 1);
        assert_eq!(count(&app.db, "select count(*) from audit_log").await, 1);
        let left = app.objects.list("").await.unwrap();
        assert_eq!(left.len(), 1);
        assert!(left[0].key.starts_with(&other.scope.unwrap().to_string()));
    }
}

/// Backs up while writers write, restores elsewhere, and finds a state that was true at one moment: every object
/// that a row names is there, and rows written together are there together.
#[tokio::test]
async fn a_backup_under_load_restores_to_a_consistent_state() {
    for db in each_engine().await {
        let folder = tempfile::tempdir().unwrap();
        let url = url_of(&db);
        let app = deployment(db, &folder.path().join("live"));
        let ctx = organization(&app, "own").await;
        let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
        let load = tokio::spawn(write_pairs(ctx.clone(), stop.clone()));
        let to = folder.path().join("backup");
        let first = backup(&app, &url, &to).await.unwrap();
        let again = backup(&app, &url, &to).await.unwrap();
        assert!(again.objects >= first.objects);
        stop.store(true, std::sync::atomic::Ordering::SeqCst);
        let written = load.await.unwrap();
        assert!(written > 0);

        let refused = restore(&url, &app.objects, &to).await.unwrap_err();
        assert_eq!(refused.kind, FaultKind::Conflict, "never over data: {refused}");
        let fresh = fresh_url(&app.db, folder.path()).await;
        let objects = Objects::open(&format!("file://{}", folder.path().join("restored").display())).unwrap();
        let report = restore(&fresh, &objects, &to).await.unwrap();
        assert!(report.objects_verified > 0);
        let restored = Db::open(&fresh).await.unwrap();
        restored.check_schema().await.unwrap();
        let keys: Vec<(String,)> = sql("select key from objects").all(&restored).await.unwrap();
        for (key,) in keys {
            assert!(objects.exists(&key).await.unwrap(), "{key} is named by a row and absent");
        }
        let halves = count(&restored, "select count(*) from objects where key like '%/a'").await;
        assert_eq!(halves, count(&restored, "select count(*) from objects where key like '%/b'").await);
        assert_eq!(count(&restored, "select count(*) from organizations").await, 1);
    }
}

/// Writes objects, then the rows that name them, two in a transaction.
async fn write_pairs(ctx: Ctx, stop: Arc<std::sync::atomic::AtomicBool>) -> usize {
    let organization = ctx.scope.unwrap();
    let mut written = 0;
    while !stop.load(std::sync::atomic::Ordering::SeqCst) && written < 2_000 {
        let id = ctx.app.ids.uuid();
        let keys = ["a", "b"].map(|half| Key::from_backup(&format!("{organization}/lake/{id}/{half}")));
        for key in &keys {
            ctx.app.objects.put(key, vec![1_u8; 100]).await.unwrap();
        }
        let rows = keys
            .iter()
            .map(|key| [organization.into(), key.to_string().into(), "".into(), 100_i64.into(), 0_i64.into()])
            .collect();
        let head = "insert into objects (organization, key, sha256, size_bytes, created_at)";
        ctx.db().write(move |tx| Box::pin(async move { insert_many(tx, head, rows, "").await })).await.unwrap();
        written += 1;
    }
    written
}

fn url_of(db: &Db) -> String {
    match db {
        Db::Sqlite { readers, .. } => format!("sqlite://{}", readers.connect_options().get_filename().display()),
        Db::Pg(pool) => {
            let server = std::env::var("CHORALE_TEST_PG").expect("each_engine needs it too");
            format!("{server}/{}", pool.connect_options().get_database().unwrap())
        }
    }
}

async fn fresh_url(db: &Db, folder: &Path) -> String {
    match db {
        Db::Sqlite { .. } => format!("sqlite://{}/restored.db", folder.display()),
        Db::Pg(pool) => {
            let server = std::env::var("CHORALE_TEST_PG").expect("each_engine needs it too");
            let name = format!("{}_restored", pool.connect_options().get_database().unwrap());
            let create =
                format!("create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'");
            sqlx::query(sqlx::AssertSqlSafe(create)).execute(pool).await.unwrap();
            format!("{server}/{name}")
        }
    }
}

#[tokio::test]
async fn a_damaged_or_unfinished_backup_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let objects = Objects::open(&format!("file://{}", folder.path().join("o").display())).unwrap();
    let url = format!("sqlite://{}/x.db", folder.path().display());
    let fault = restore(&url, &objects, folder.path()).await.unwrap_err();
    assert!(fault.message.contains("no finished backup"), "{fault}");
}
