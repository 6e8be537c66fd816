//! The pages with their least role. A test fails for one that the application routes and this list lacks.

use super::{Access, Face, Route};
use crate::web::pace::Pace;
use http::Method;

/// A page.
#[derive(Debug)]
pub struct Page {
    pub path: &'static str,
    pub access: Access,
    /// The example's query.
    pub query: &'static str,
}

const fn page(path: &'static str, access: Access) -> Page {
    Page { path, access, query: "" }
}

pub const PAGES: &[Page] = &[
    page("/sign-in", Access::Anonymous),
    page("/reset-password", Access::Anonymous),
    Page { path: "/invitation", access: Access::Anonymous, query: "code=<invitation_code>" },
    page("/design", Access::Anonymous),
    page("/help", Access::Scientist),
    page("/", Access::Scientist),
    Page { path: "/search", access: Access::Scientist, query: "q=tumor&organism=Homo+sapiens" },
    page("/collections", Access::Scientist),
    page("/collections/{collection}", Access::Scientist),
    page("/collections/{collection}/coverage", Access::Scientist),
    Page { path: "/collections/{collection}/fields", access: Access::Scientist, query: "edit=disease" },
    page("/datasets/{dataset}", Access::Scientist),
    page("/datasets/{dataset}/samples", Access::Scientist),
    page("/datasets/{dataset}/files", Access::Scientist),
    page("/datasets/{dataset}/history", Access::Scientist),
    page("/samples/{sample}", Access::Scientist),
    page("/samples/{sample}/history", Access::Scientist),
    page("/decisions", Access::Scientist),
    page("/decisions/import", Access::Curator),
    page("/views", Access::Scientist),
    page("/reports", Access::Scientist),
    page("/reports/mine", Access::Scientist),
    Page { path: "/reports/new", access: Access::Scientist, query: "sample=<sample>&field=disease" },
    page("/reports/{report}", Access::Scientist),
    page("/decisions/{batch}", Access::Scientist),
    Page { path: "/curate", access: Access::Curator, query: "collection=<collection>&field=disease" },
    page("/projects", Access::Scientist),
    Page { path: "/projects/new", access: Access::Curator, query: "collection=<collection>&field=disease" },
    page("/projects/{project}", Access::Scientist),
    page("/projects/{project}/edit", Access::Curator),
    page("/projects/{project}/work", Access::Curator),
    page("/projects/{project}/adjudicate", Access::Curator),
    Page { path: "/by-value", access: Access::Scientist, query: "collection=<collection>&field=disease" },
    Page { path: "/automatic", access: Access::Scientist, query: "collection=<collection>&field=disease&from=0.85" },
    Page { path: "/alerts", access: Access::Scientist, query: "state=all" },
    Page { path: "/grid/{dataset}", access: Access::Scientist, query: "fields=disease,tissue" },
    Page { path: "/grid/{dataset}/titles", access: Access::Curator, query: "separators=_" },
    Page { path: "/keys", access: Access::Scientist, query: "collection=<collection>&state=all" },
    Page { path: "/rules", access: Access::Scientist, query: "collection=<collection>" },
    Page {
        path: "/rules/new",
        access: Access::Curator,
        query: "collection=<collection>&field=disease&attribute=dx&words=an+example&answer=not_reported&look=true",
    },
    page("/mentions", Access::Scientist),
    Page { path: "/annotate", access: Access::Scientist, query: "example=1" },
    Page { path: "/terms", access: Access::Scientist, query: "q=liver" },
    page("/terms/{term}", Access::Scientist),
    page("/ontologies", Access::Scientist),
    page("/models", Access::Scientist),
    page("/models/{model}", Access::Scientist),
    page("/models/{model}/versions/{version}", Access::Scientist),
    Page { path: "/promotions", access: Access::Scientist, query: "state=all" },
    page("/promotions/{promotion}", Access::Scientist),
    Page { path: "/experiments", access: Access::Scientist, query: "q=Experiment" },
    Page { path: "/experiments/{experiment}", access: Access::Scientist, query: "filter=metrics.loss+%3C+1" },
    Page { path: "/experiments/{experiment}/compare", access: Access::Scientist, query: "runs=<run>" },
    Page { path: "/runs/{run}", access: Access::Scientist, query: "file=kept.txt" },
    page("/import", Access::Curator),
    page("/jobs", Access::Scientist),
    page("/jobs/{job}", Access::Scientist),
    page("/account", Access::Scientist),
    page("/members", Access::Admin),
    page("/organization", Access::Admin),
    page("/audit", Access::Admin),
    page("/webhooks", Access::Admin),
    page("/webhooks/{webhook}", Access::Admin),
    Page { path: "/import/columns", access: Access::Curator, query: "job=<mapping_job>&file=<mapping_file>" },
];

pub(super) fn routes() -> Vec<Route> {
    // The forms that a page answers itself: what was typed belongs into no address, and stays where it is refused.
    let fields = Route::new(Method::POST, "/collections/{collection}/fields", Face::Page, crate::pages::fields)
        .access(Access::Curator)
        .pace(Pace::Mutation)
        .stands(&[("collection", "plain_collection")])
        .form("version=0&name=example&label=Example&kind=text&level=sample&accept_precision=0.9&abstain_below=0.3");
    let annotate = Route::new(Method::POST, "/annotate", Face::Page, crate::pages::annotate)
        .pace(Pace::Mutation)
        .form("text=tissue%3A+liver&study=");
    let grid = Route::new(Method::POST, "/grid/{dataset}", Face::Page, crate::pages::grid)
        .access(Access::Curator)
        .pace(Pace::Mutation)
        .form("kind=fill&from=<sample>&to=<sample>&field=stage&text=example");
    let titles = Route::new(Method::POST, "/grid/{dataset}/titles", Face::Page, crate::pages::grid)
        .access(Access::Curator)
        .pace(Pace::Mutation)
        .form("kind=look&separators=_");
    let draft = Route::new(Method::POST, "/projects/new", Face::Page, crate::pages::draft)
        .access(Access::Curator)
        .pace(Pace::Mutation)
        .form("name=Example+<unique>&collection=<collection>&fields[0]=disease&reviewers=2&sampling=random&items=10");
    let edit = Route::new(Method::POST, "/projects/{project}/edit", Face::Page, crate::pages::draft)
        .access(Access::Curator)
        .pace(Pace::Mutation)
        .stands(&[("project", "draft_project")])
        .form(
            "version=1&name=Example+<unique>&collection=<draft_collection>&fields[0]=disease&reviewers=2&sampling=all",
        );
    let guideline = Route::new(Method::POST, "/projects/{project}", Face::Page, crate::pages::guideline)
        .access(Access::Curator)
        .pace(Pace::Mutation)
        .stands(&[("project", "draft_project")])
        .form("version=1&text=An+example");
    PAGES
        .iter()
        .map(|page| {
            Route::new(Method::GET, page.path, Face::Page, crate::pages::page).access(page.access).query(page.query)
        })
        .chain([annotate, fields, grid, titles, draft, edit, guideline])
        .collect()
}
