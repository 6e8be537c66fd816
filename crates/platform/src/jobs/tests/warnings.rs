//! What readers noticed, narrowed by severity.

use super::*;
use chorale_model::jobs::Warning;

/// Notices seven things, every third one an error.
struct Noticing;

impl Handler for Noticing {
    fn kind(&self) -> &'static str {
        "obey"
    }

    fn run<'a>(&'a self, job: &'a Running) -> BoxFuture<'a, Result<Value, Fault>> {
        let warning = |line: i64| Warning {
            file: "GSE1_family.soft".into(),
            line,
            severity: if line % 3 == 0 { "error" } else { "note" }.into(),
            message: String::new(),
            what: format!("line {line}"),
            expected: String::new(),
            done: String::new(),
        };
        Box::pin(async move {
            job.warnings((1..=7).map(warning).collect(), 9).await?;
            Ok(Value::Null)
        })
    }
}

#[tokio::test]
async fn warnings_are_narrowed_counted_and_paged_by_severity() {
    for (app, [ctx, other]) in each_deployment().await {
        let id = put(&ctx, obey("notice")).await;
        run_until_idle(&app, &[Arc::new(Noticing)]).await.unwrap();
        let (mut seen, mut cursor) = (Vec::new(), None);
        loop {
            let page = PageRequest { cursor, limit: Some(2) };
            let found = list_warnings(&ctx, id, Some("note"), page).await.unwrap();
            seen.extend(found.items.into_iter().map(|warning| warning.line));
            cursor = found.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, [1, 2, 4, 5, 7], "{}", app.db.engine());
        assert_eq!(list_warnings(&ctx, id, None, PageRequest::default()).await.unwrap().items.len(), 7);
        assert!(list_warnings(&ctx, id, Some("warning"), PageRequest::default()).await.unwrap().items.is_empty());
        let counts = count_warnings(&ctx, id).await.unwrap();
        assert_eq!(counts.into_iter().collect::<Vec<_>>(), [("error".to_owned(), 2), ("note".to_owned(), 5)]);
        assert_eq!(load_job(&ctx, id).await.unwrap().warnings_total, 9, "what was not kept is counted too");
        let unknown = list_warnings(&ctx, id, Some("grave"), PageRequest::default()).await.unwrap_err();
        assert!(unknown.fields.iter().any(|field| field.field == "severity"), "{unknown:?}");
        assert_eq!(count_warnings(&other, id).await.unwrap_err().kind, FaultKind::Missing);
    }
}
