//! The harness that runs a test on both engines, and the tests of the dispatch itself.

use super::*;
use chorale_model::Time;
use uuid::Uuid;

mod upgrade;

/// A fresh, migrated database of each engine.
pub async fn each_engine() -> Vec<Db> {
    let all = each_empty().await;
    for db in &all {
        db.migrate().await.unwrap();
        db.check_schema().await.unwrap();
    }
    all
}

/// A database of each engine without a schema. PostgreSQL is the server in `CHORALE_TEST_PG` (`make test` starts one);
/// each test gets a database of its own there.
async fn each_empty() -> Vec<Db> {
    let mut all = Vec::new();
    let folder = tempfile::tempdir().unwrap().keep();
    let sqlite = Db::open(&format!("sqlite://{}/test.db", folder.display())).await.unwrap();
    all.push(sqlite);
    let server = std::env::var("CHORALE_TEST_PG").expect(
        "set CHORALE_TEST_PG to a PostgreSQL server, such as postgres://postgres@127.0.0.1:54329; \"make test\" does",
    );
    let admin = Db::open(&format!("{server}/postgres")).await.unwrap();
    let name = format!("chorale_test_{}", crate::Ids::new(crate::Clock::System).uuid().simple());
    let Db::Pg(pool) = &admin else { panic!("CHORALE_TEST_PG is no PostgreSQL URL") };
    let create = format!("create database {name} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'");
    sqlx::query(sqlx::AssertSqlSafe(create)).execute(pool).await.unwrap();
    all.push(Db::open(&format!("{server}/{name}")).await.unwrap());
    all
}

#[tokio::test]
async fn the_same_statement_round_trips_every_type_on_both() {
    for db in each_engine().await {
        let id = Uuid::from_u128(1);
        let at = Time(1_772_615_520_000_001);
        db.write(move |tx| {
            Box::pin(async move {
                sql("insert into organizations (id, name, synthetic, quota_samples, created_at) values ($1, $2, $3, $4, $5)")
                    .bind(id)
                    .bind("a\0b") // U+0000 is kept by SQLite, replaced for PostgreSQL, refused by neither
                    .bind(true)
                    .bind(None::<i64>)
                    .bind(at)
                    .run(tx)
                    .await
            })
        })
        .await
        .unwrap();
        let row: (Uuid, bool, Option<i64>, i64) =
            sql("select id, synthetic, quota_samples, created_at from organizations").one(&db).await.unwrap();
        assert_eq!(row, (id, true, None, at.0), "{}", db.engine());
    }
}

#[tokio::test]
async fn a_fault_undoes_its_own_work_and_no_other() {
    for db in each_engine().await {
        let insert = |n: u128, fail: bool| {
            let db = db.clone();
            async move {
                db.write(move |tx| {
                    Box::pin(async move {
                        sql("insert into organizations (id, name, synthetic, created_at) values ($1, $2, false, 0)")
                            .bind(Uuid::from_u128(n))
                            .bind(format!("{n}"))
                            .run(tx)
                            .await?;
                        if fail { Err(Fault::invalid("no")) } else { Ok(()) }
                    })
                })
                .await
            }
        };
        let results = futures::future::join_all((0..40).map(|n| insert(n, n % 3 == 0))).await;
        assert_eq!(results.iter().filter(|r| r.is_ok()).count(), 26);
        let (count,): (i64,) = sql("select count(*) from organizations").one(&db).await.unwrap();
        assert_eq!(count, 26, "{}", db.engine());
    }
}

#[tokio::test]
async fn a_panicking_work_is_undone_and_the_writer_lives() {
    for db in each_engine().await {
        let fault = db.write::<(), _>(|_| Box::pin(async { panic!("on purpose") })).await.unwrap_err();
        assert_eq!(fault.kind, chorale_model::FaultKind::Internal);
        db.write(|_| Box::pin(async { Ok(()) })).await.unwrap();
    }
}

/// Another process in the middle of a long write, as a backup tool or a forgotten shell.
#[tokio::test]
async fn a_database_that_another_process_holds_is_busy_and_not_closing() {
    use sqlx::{ConnectOptions, Executor};
    let folder = tempfile::tempdir().unwrap();
    let options = sqlite_options(&format!("sqlite://{}/test.db", folder.path().display())).unwrap();
    let writer = writer::Writer::start(options.clone().busy_timeout(Duration::ZERO)).await.unwrap();
    let mut other = options.connect().await.unwrap();
    other.execute("begin immediate").await.unwrap();
    for _ in 0..2 {
        let fault = writer.write::<(), _>(|_| Box::pin(async { panic!("it must not run") })).await.unwrap_err();
        assert_eq!(fault.kind, chorale_model::FaultKind::Busy, "{fault}");
        assert!(fault.message.contains("another process holds the database"), "{fault}");
    }
    other.execute("rollback").await.unwrap();
    writer.write(|_| Box::pin(async { Ok(()) })).await.unwrap();
}

#[tokio::test]
async fn an_acknowledged_write_is_on_the_disk() {
    for db in each_engine().await {
        let expected = match db.engine() {
            "sqlite" => [("journal_mode", "wal"), ("synchronous", "2")],
            _ => [("fsync", "on"), ("synchronous_commit", "on")],
        };
        let found = db.durability().await.unwrap();
        assert_eq!(found, expected.map(|(k, v)| (k.to_owned(), v.to_owned())));
    }
}

#[tokio::test]
async fn many_rows_go_in_together() {
    for db in each_engine().await {
        let rows: Vec<[Value; 4]> = (0..6_001_u128)
            .map(|n| [Uuid::from_u128(n).into(), format!("{n:05}").into(), false.into(), 0_i64.into()])
            .collect();
        let inserted = db
            .write(move |tx| {
                Box::pin(async move {
                    insert_many(
                        tx,
                        "insert into organizations (id, name, synthetic, created_at)",
                        rows,
                        "on conflict do nothing",
                    )
                    .await
                })
            })
            .await
            .unwrap();
        assert_eq!(inserted, 6_001, "{}", db.engine());
    }
}

#[tokio::test]
async fn rows_of_every_type_are_read_as_they_were_written() {
    type Read = (bool, i64, f64, Option<String>, Vec<u8>, Uuid);
    for db in each_engine().await {
        let types = match db.engine() {
            "sqlite" => "flag boolean, number bigint, real double precision, words text, bytes blob, id blob",
            _ => "flag boolean, number bigint, real double precision, words text, bytes bytea, id uuid",
        };
        let create = Query::of(format!("create table every_type ({types})"), Vec::new());
        let wanted: Vec<Read> = vec![
            (true, i64::MIN, f64::MIN_POSITIVE, None, vec![0, 255], Uuid::from_u128(1)),
            (false, i64::MAX, -0.5, Some("\"{},\\ NULL ü".into()), Vec::new(), Uuid::from_u128(2)),
        ];
        let row = |(flag, number, real, words, bytes, id): Read| -> [Value; 6] {
            [flag.into(), number.into(), real.into(), words.into(), bytes.into(), id.into()]
        };
        let rows: Vec<[Value; 6]> = wanted.iter().cloned().map(row).collect();
        let read: Vec<Read> = db
            .write(move |tx| {
                Box::pin(async move {
                    create.run(&mut *tx).await?;
                    insert_many(tx, "insert into every_type", rows, "").await?;
                    sql("select flag, number, real, words, bytes, id from every_type order by number").all(tx).await
                })
            })
            .await
            .unwrap();
        assert_eq!(read, wanted, "{}", db.engine());
    }
}

#[tokio::test]
async fn a_newer_schema_is_refused() {
    for db in each_engine().await {
        db.write(|tx| {
            Box::pin(async move {
                sql("update _sqlx_migrations set version = $1 where version = $2")
                    .bind(99_i64)
                    .bind(SCHEMA_VERSION)
                    .run(tx)
                    .await
            })
        })
        .await
        .unwrap();
        let fault = db.check_schema().await.unwrap_err();
        assert!(fault.message.contains("version 99"), "{fault}");
    }
}
