use super::*;
use crate::db::tests::each_engine;
use crate::testing::{self, member_ctx};
use chorale_model::FaultKind;

fn saving(name: &str, address: &str, shared: bool) -> SaveView {
    SaveView { name: name.into(), address: address.into(), shared }
}

async fn names(ctx: &Ctx, place: Option<&str>) -> Vec<String> {
    let filter = ViewFilter { place: place.map(str::to_owned) };
    list_views(ctx, filter).await.unwrap().into_iter().map(|view| view.name).collect()
}

#[tokio::test]
async fn a_view_is_ones_own_until_it_is_shared_and_nobody_elses() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = testing::organization(&app, "own").await;
        let scientist = member_ctx(&app, own, Role::Scientist).await;
        let colleague = member_ctx(&app, own, Role::Curator).await;
        let admin = member_ctx(&app, own, Role::Admin).await;
        let stranger = member_ctx(&app, testing::organization(&app, "other").await, Role::Admin).await;

        let address = "/by-value?collection=1&field=disease&least=0.8&cursor=50&pick=all&q=&answer=accept";
        let view = save_view(&scientist, saving("Sure ones", address, false)).await.unwrap();
        assert_eq!(view.address, "/by-value?collection=1&field=disease&least=0.8", "a moment's choices are left out");
        save_view(&scientist, saving("Tumors", "/search?q=tumor", true)).await.unwrap();
        assert_eq!(names(&scientist, None).await, ["Sure ones", "Tumors"]);
        assert_eq!(names(&scientist, Some("/search")).await, ["Tumors"]);
        assert_eq!(names(&colleague, None).await, ["Tumors"], "what is private is nobody else's");
        assert!(names(&stranger, None).await.is_empty());

        let runs = "/experiments/12?filter=metrics.f1+%3E+0.8&column=params.C&column=metrics.f1&view=parallel";
        let kept = save_view(&scientist, saving("Best runs", runs, true)).await.unwrap();
        assert_eq!(kept.address, runs);
        assert_eq!(names(&colleague, Some("/experiments/12")).await, ["Best runs"]);
        assert!(names(&colleague, Some("/experiments/1")).await.is_empty());
        delete_view(&scientist, kept.id).await.unwrap();

        // The same name again leads to another place.
        let again = save_view(&scientist, saving("Sure ones", "/by-value?field=tissue", false)).await.unwrap();
        assert_eq!((again.id, names(&scientist, None).await.len()), (view.id, 2));

        let rename = |name: &str| UpdateView { name: Some(name.into()), shared: None };
        for ctx in [&colleague, &stranger, &admin] {
            let fault = update_view(ctx, view.id, rename("Mine")).await.unwrap_err();
            assert_eq!(fault.kind, FaultKind::Missing, "{fault}");
        }
        update_view(&scientist, view.id, UpdateView { name: Some("Sure".into()), shared: Some(true) }).await.unwrap();
        assert_eq!(names(&colleague, None).await, ["Sure", "Tumors"]);
        assert_eq!(delete_view(&colleague, view.id).await.unwrap_err().kind, FaultKind::Forbidden);
        assert_eq!(delete_view(&stranger, view.id).await.unwrap_err().kind, FaultKind::Missing);
        delete_view(&admin, view.id).await.unwrap();
        assert_eq!(names(&scientist, None).await, ["Tumors"]);
    }
}

#[tokio::test]
async fn a_view_leads_to_lists_of_ours_alone() {
    for db in each_engine().await {
        let app = testing::deployment(db);
        let own = member_ctx(&app, testing::organization(&app, "own").await, Role::Scientist).await;
        for wrong in [
            "https://evil.example/search",
            "//evil.example/search",
            "/search/../account",
            "/account",
            "",
            "search",
            "/experiments",
            "/experiments/x",
            "/experiments/1/compare",
            "/experiments/+1",
        ] {
            let fault = save_view(&own, saving("x", wrong, false)).await.unwrap_err();
            assert_eq!(fault.fields[0].field, "address", "{wrong}: {fault}");
        }
        let long = format!("/search?q={}", "x".repeat(3_000));
        assert_eq!(save_view(&own, saving("x", &long, false)).await.unwrap_err().fields[0].field, "address");
        for wrong in ["", "   ", "a\nb", &"x".repeat(101)] {
            let fault = save_view(&own, saving(wrong, "/search?q=a", false)).await.unwrap_err();
            assert_eq!(fault.fields[0].field, "name", "{wrong:?}");
        }
    }
}
