//! A database of an earlier release, with rows in every table, is brought up to date and loses none of them.

use super::super::migrate::SERIES;
use super::*;
use serde_json::Value;
use sqlx::migrate::Migrator;
use std::collections::BTreeMap;

/// The schema of the first databases that people kept.
const FIRST: i64 = 4;

/// The series up to a version, as the release of that time knew it.
fn series_to(version: i64) -> Migrator {
    Migrator::with_migrations(SERIES.iter().filter(|one| one.version <= version).cloned().collect())
}

/// The rows of a time in an engine's own way of writing UUIDs and bytes.
fn rows_for(db: &Db, mut rest: &str) -> String {
    let sqlite = db.engine() == "sqlite";
    let mut text = String::new();
    while let Some(place) = rest.find(['@', '#']) {
        text.push_str(&rest[..place]);
        let sign = rest.as_bytes()[place];
        let digits: String = rest[place + 1..].chars().take_while(char::is_ascii_digit).collect();
        rest = &rest[place + 1 + digits.len()..];
        match (digits.parse::<u128>(), sign) {
            (Ok(number), b'@') if sqlite => text.push_str(&format!("x'{number:032x}'")),
            (Ok(number), b'@') => text.push_str(&format!("'{}'", Uuid::from_u128(number))),
            (Ok(number), _) if sqlite => text.push_str(&format!("x'{number:064x}'")),
            (Ok(number), _) => text.push_str(&format!("'\\x{number:064x}'")),
            // A sign without a number is itself: addresses and comments have some.
            (Err(_), sign) => text.push(char::from(sign)),
        }
    }
    text + rest
}

async fn run(db: &Db, text: String) {
    let text = sqlx::AssertSqlSafe(text);
    match db {
        Db::Sqlite { readers, .. } => {
            let pool = unrestricted(readers).await.unwrap();
            sqlx::raw_sql(text).execute(&pool).await.unwrap();
            pool.close().await;
        }
        Db::Pg(pool) => drop(sqlx::raw_sql(text).execute(pool).await.unwrap()),
    }
}

/// Every table of the schema's first versions, as the migrations name them.
fn tables() -> Vec<String> {
    let text: Vec<&str> = SERIES.iter().filter(|one| one.version <= FIRST).map(|one| one.sql.as_str()).collect();
    let text = text.concat();
    let named = text.split("create table ").skip(1).map(|rest| rest.split([' ', '(']).next().unwrap_or_default());
    named.map(str::to_owned).collect()
}

/// Every row of a table, with those of its columns that `like` has too.
async fn rows(db: &Db, table: &str, like: Option<&Value>) -> Vec<Value> {
    // The two texts differ: a statement that was prepared for fewer columns must not be asked again.
    let when = if like.is_some() { "after" } else { "before" };
    let text: &'static str = format!("select * from {table} where cast($1 as uuid) is not null -- {when}").leak();
    let mut snapshot = db.snapshot().await.unwrap();
    let rows = snapshot.rows(text, chorale_model::OrganizationId(Uuid::nil()));
    let mut rows: Vec<Value> = futures::TryStreamExt::try_collect(rows).await.unwrap();
    if let Some(like) = like {
        for row in &mut rows {
            row.as_object_mut().unwrap().retain(|column, _| like.get(column).is_some());
        }
    }
    rows.sort_by_key(Value::to_string);
    rows
}

#[tokio::test]
async fn a_database_of_an_earlier_release_keeps_every_row() {
    for db in each_empty().await {
        let engine = db.engine();
        db.run(&series_to(FIRST)).await.unwrap();
        assert!(db.check_schema().await.unwrap_err().message.contains("chorale migrate"));
        run(&db, rows_for(&db, include_str!("rows_of_0004.sql"))).await;
        let mut before = BTreeMap::new();
        for table in tables() {
            let rows = rows(&db, &table, None).await;
            assert!(!rows.is_empty(), "rows_of_0004.sql has no row of {table}");
            before.insert(table, rows);
        }
        assert_eq!(before.len(), 27, "{:?}", before.keys());

        db.migrate().await.unwrap();
        db.check_schema().await.unwrap();
        for (table, before) in &before {
            assert_eq!(&rows(&db, table, before.first()).await, before, "{table} on {engine}");
        }
        let counted: Vec<(String, i64, i64)> =
            sql("select name, samples, job_turn from organizations order by name").all(&db).await.unwrap();
        assert_eq!(counted, [("Lima".into(), 1, 0), ("Oslo".into(), 3, 0)], "{engine}");
        let parents: (i64,) = sql("select count(*) from tokens where parent is null").one(&db).await.unwrap();
        assert_eq!(parents, (2,));
        // PostgreSQL checks this itself.
        if let Db::Sqlite { readers, .. } = &db {
            let broken = sqlx::query("pragma foreign_key_check").fetch_all(readers).await.unwrap();
            assert!(broken.is_empty());
        }
        db.migrate().await.expect("a second time changes nothing");
    }
}

#[tokio::test]
async fn what_followed_values_under_schema_24_goes_on_where_it_was() {
    for db in each_empty().await {
        let engine = db.engine();
        db.run(&series_to(FIRST)).await.unwrap();
        run(&db, rows_for(&db, include_str!("rows_of_0004.sql"))).await;
        db.run(&series_to(24)).await.unwrap();
        run(&db, rows_for(&db, include_str!("rows_of_0024.sql"))).await;
        let mut before = BTreeMap::new();
        for table in ["review_values", "comments", "projects"] {
            before.insert(table, rows(&db, table, None).await);
        }

        db.migrate().await.unwrap();
        for (table, before) in &before {
            assert_eq!(&rows(&db, table, before.first()).await, before, "{table} on {engine}");
        }
        // Rules know what they saw; questions are gathered once more, for their places.
        let heads: Vec<(Uuid, String, i64)> =
            sql("select dataset, follower, changes from follower_heads order by dataset").all(&db).await.unwrap();
        let rules = |dataset, changes| (Uuid::from_u128(dataset), "rules".to_owned(), changes);
        assert_eq!(heads, [rules(81, 2), rules(82, 1)], "{engine}");
        let new: (Option<String>, Option<Uuid>, i64) =
            sql("select v.places, c.author, p.version from review_values v, comments c, projects p")
                .one(&db)
                .await
                .unwrap();
        assert_eq!(new, (None, None, 1), "{engine}");
    }
}

#[tokio::test]
async fn a_registry_under_schema_28_keeps_its_models_and_knows_when_they_changed() {
    for db in each_empty().await {
        let engine = db.engine();
        db.run(&series_to(FIRST)).await.unwrap();
        run(&db, rows_for(&db, include_str!("rows_of_0004.sql"))).await;
        db.run(&series_to(28)).await.unwrap();
        run(&db, rows_for(&db, include_str!("rows_of_0028.sql"))).await;
        let mut before = BTreeMap::new();
        for table in ["registered_models", "model_versions", "model_artifacts", "model_aliases", "model_evaluations"] {
            let rows = rows(&db, table, None).await;
            assert!(!rows.is_empty(), "rows_of_0028.sql has no row of {table}");
            before.insert(table, rows);
        }

        db.migrate().await.unwrap();
        for (table, before) in &before {
            assert_eq!(&rows(&db, table, before.first()).await, before, "{table} on {engine}");
        }
        let new: Vec<(i64, i64, String, String)> =
            sql("select version, updated_at, stage, source from model_versions order by version")
                .all(&db)
                .await
                .unwrap();
        let made = |version, at| (version, at, "None".to_owned(), String::new());
        assert_eq!(new, [made(1, 6), made(2, 7)], "{engine}: never changed since they were made");
    }
}

#[tokio::test]
async fn runs_under_schema_30_keep_what_they_logged_and_log_on() {
    for db in each_empty().await {
        let engine = db.engine();
        db.run(&series_to(FIRST)).await.unwrap();
        run(&db, rows_for(&db, include_str!("rows_of_0004.sql"))).await;
        db.run(&series_to(30)).await.unwrap();
        run(&db, rows_for(&db, include_str!("rows_of_0030.sql"))).await;
        let mut before = BTreeMap::new();
        let tables =
            ["experiments", "runs", "run_params", "run_tags", "run_metrics", "run_latest_metrics", "artifacts"];
        for table in tables {
            let rows = rows(&db, table, None).await;
            assert!(!rows.is_empty(), "rows_of_0030.sql has no row of {table}");
            before.insert(table, rows);
        }

        db.migrate().await.unwrap();
        for (table, before) in &before {
            assert_eq!(&rows(&db, table, before.first()).await, before, "{table} on {engine}");
        }
        let point = "insert into run_metrics (organization, run, key, timestamp_ms, step, value, is_nan) values \
                     (@1, @241, 'loss', 9, 2, 0.125, false)";
        run(&db, rows_for(&db, point)).await;
        let points: (i64,) = sql("select count(*) from run_metrics").one(&db).await.unwrap();
        assert_eq!(points, (4,), "{engine}");
        // The newest point holds on to its run.
        let newest: (i64,) =
            sql("select count(*) from run_latest_metrics l join runs r on r.organization = l.organization \
             and r.id = l.run")
            .one(&db)
            .await
            .unwrap();
        assert_eq!(newest, (1,), "{engine}");
    }
}
