//! Every page with its address. A page that is not here does not exist; the server's route table names the least
//! role of each, and a test there fails for one that is missing.

use crate::flash::Flash;
use crate::pages::*;
use leptos::prelude::*;
use leptos_meta::provide_meta_context;
use leptos_router::components::{Route, Router, Routes};
use leptos_router::{SsrMode, path};

/// The router. Pages are rendered whole (`SsrMode::Async`): a page that fails answers with its own status.
#[component]
pub fn App() -> impl IntoView {
    provide_meta_context();
    provide_context(Flash::take());
    const WHOLE: SsrMode = SsrMode::Async;
    view! {
        <Router>
            <Routes fallback=missing::MissingPage>
                <Route path=path!("/") view=home::HomePage ssr=WHOLE/>
                <Route path=path!("/search") view=search::SearchPage ssr=WHOLE/>
                <Route path=path!("/audit") view=audit::AuditPage ssr=WHOLE/>
                <Route path=path!("/sign-in") view=sign_in::SignInPage ssr=WHOLE/>
                <Route path=path!("/reset-password") view=reset_password::ResetPasswordPage ssr=WHOLE/>
                <Route path=path!("/invitation") view=invitation::InvitationPage ssr=WHOLE/>
                <Route path=path!("/design") view=design::DesignPage ssr=WHOLE/>
                <Route path=path!("/help") view=help::HelpPage ssr=WHOLE/>
                <Route path=path!("/collections") view=collections::CollectionsPage ssr=WHOLE/>
                <Route path=path!("/collections/:id") view=collection::CollectionPage ssr=WHOLE/>
                <Route path=path!("/collections/:id/coverage") view=coverage::CoveragePage ssr=WHOLE/>
                <Route path=path!("/collections/:id/fields") view=fields::FieldsPage ssr=WHOLE/>
                <Route path=path!("/datasets/:id") view=dataset::OverviewPage ssr=WHOLE/>
                <Route path=path!("/datasets/:id/samples") view=dataset::SamplesPage ssr=WHOLE/>
                <Route path=path!("/datasets/:id/files") view=dataset::FilesPage ssr=WHOLE/>
                <Route path=path!("/datasets/:id/history") view=dataset::HistoryPage ssr=WHOLE/>
                <Route path=path!("/samples/:id") view=sample::SamplePage ssr=WHOLE/>
                <Route path=path!("/samples/:id/history") view=sample_history::SampleHistoryPage ssr=WHOLE/>
                <Route path=path!("/webhooks") view=webhooks::WebhooksPage ssr=WHOLE/>
                <Route path=path!("/webhooks/:id") view=webhooks::WebhookPage ssr=WHOLE/>
                <Route path=path!("/views") view=views::ViewsPage ssr=WHOLE/>
                <Route path=path!("/decisions") view=decisions::DecisionsPage ssr=WHOLE/>
                <Route path=path!("/decisions/import") view=decisions::ImportDecisionsPage ssr=WHOLE/>
                <Route path=path!("/decisions/:id") view=decisions::DecisionPage ssr=WHOLE/>
                <Route path=path!("/reports") view=reports::ReportsPage ssr=WHOLE/>
                <Route path=path!("/reports/mine") view=reports::MyReportsPage ssr=WHOLE/>
                <Route path=path!("/reports/new") view=reports::NewReportPage ssr=WHOLE/>
                <Route path=path!("/reports/:id") view=reports::ReportPage ssr=WHOLE/>
                <Route path=path!("/curate") view=curate::CuratePage ssr=WHOLE/>
                <Route path=path!("/projects") view=projects::ProjectsPage ssr=WHOLE/>
                <Route path=path!("/projects/new") view=projects::NewProjectPage ssr=WHOLE/>
                <Route path=path!("/projects/:id") view=projects::ProjectPage ssr=WHOLE/>
                <Route path=path!("/projects/:id/edit") view=projects::EditProjectPage ssr=WHOLE/>
                <Route path=path!("/projects/:id/work") view=projects::WorkPage ssr=WHOLE/>
                <Route path=path!("/projects/:id/adjudicate") view=projects::AdjudicatePage ssr=WHOLE/>
                <Route path=path!("/by-value") view=by_value::ByValuePage ssr=WHOLE/>
                <Route path=path!("/automatic") view=automatic::AutomaticPage ssr=WHOLE/>
                <Route path=path!("/alerts") view=alerts::AlertsPage ssr=WHOLE/>
                <Route path=path!("/grid/:id") view=grid::GridPage ssr=WHOLE/>
                <Route path=path!("/grid/:id/titles") view=grid::titles::TitlesPage ssr=WHOLE/>
                <Route path=path!("/keys") view=keys::KeysPage ssr=WHOLE/>
                <Route path=path!("/rules") view=rules::RulesPage ssr=WHOLE/>
                <Route path=path!("/rules/new") view=rules::new::NewRulePage ssr=WHOLE/>
                <Route path=path!("/mentions") view=mentions::MentionsPage ssr=WHOLE/>
                <Route path=path!("/annotate") view=annotate::AnnotatePage ssr=WHOLE/>
                <Route path=path!("/terms") view=terms::TermsPage ssr=WHOLE/>
                <Route path=path!("/terms/:id") view=term::TermPage ssr=WHOLE/>
                <Route path=path!("/ontologies") view=ontologies::OntologiesPage ssr=WHOLE/>
                <Route path=path!("/models") view=models::ModelsPage ssr=WHOLE/>
                <Route path=path!("/models/:name") view=model::ModelPage ssr=WHOLE/>
                <Route path=path!("/models/:name/versions/:version") view=version::VersionPage ssr=WHOLE/>
                <Route path=path!("/promotions") view=promotions::PromotionsPage ssr=WHOLE/>
                <Route path=path!("/promotions/:id") view=promotions::PromotionPage ssr=WHOLE/>
                <Route path=path!("/experiments") view=experiments::ExperimentsPage ssr=WHOLE/>
                <Route path=path!("/experiments/:id") view=experiments::RunsPage ssr=WHOLE/>
                <Route path=path!("/experiments/:id/compare") view=experiments::ComparePage ssr=WHOLE/>
                <Route path=path!("/runs/:id") view=experiments::RunPage ssr=WHOLE/>
                <Route path=path!("/import") view=import::ImportPage ssr=WHOLE/>
                <Route path=path!("/import/columns") view=mapping::MappingPage ssr=WHOLE/>
                <Route path=path!("/jobs") view=jobs::JobsPage ssr=WHOLE/>
                <Route path=path!("/jobs/:id") view=job::JobPage ssr=WHOLE/>
                <Route path=path!("/account") view=account::AccountPage ssr=WHOLE/>
                <Route path=path!("/members") view=members::MembersPage ssr=WHOLE/>
                <Route path=path!("/organization") view=organization::OrganizationPage ssr=WHOLE/>
            </Routes>
        </Router>
    }
    .into_any()
}
