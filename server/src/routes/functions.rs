//! The server functions behind the pages' forms, with their least role and a valid form each. A test fails for one
//! that the pages register and this list lacks. The form with files is the server's own: files stream.

use super::{Access, Face, Route};
use crate::web::pace::Pace;
use http::Method;

/// A server function.
#[derive(Debug)]
pub struct Function {
    pub path: &'static str,
    pub access: Access,
    /// A valid form.
    pub form: &'static str,
}

const fn function(path: &'static str, access: Access, form: &'static str) -> Function {
    Function { path, access, form }
}

pub const FUNCTIONS: &[Function] = &[
    function("/_fn/sign_in", Access::Anonymous, "email=<email>&password=<password>"),
    function("/_fn/sign_out", Access::Scientist, ""),
    function("/_fn/switch_organization", Access::Scientist, "organization=<organization>"),
    function("/_fn/reset_password", Access::Anonymous, "code=<reset_code>&new=correct+horse+battery"),
    function("/_fn/set_preference", Access::Anonymous, "name=theme&value=dark"),
    function("/_fn/set_preferences", Access::Scientist, "single_keys=true"),
    function("/_fn/change_password", Access::Scientist, "current=<password>&new=another+horse+battery"),
    function("/_fn/end_session", Access::Scientist, "session=<doomed_session>"),
    function("/_fn/create_token", Access::Scientist, "name=example&role=scientist&expires_in_days=30"),
    function("/_fn/revoke_token", Access::Scientist, "token=<doomed_token>"),
    function("/_fn/invite_member", Access::Admin, "email=new-<unique>@example.org&name=New&role=scientist"),
    function("/_fn/withdraw_invitation", Access::Admin, "invitation=<doomed_invitation>"),
    function("/_fn/accept_invitation", Access::Anonymous, "code=<invitation_code>&password=correct+horse+battery"),
    function("/_fn/set_role", Access::Admin, "user=<user>&role=scientist"),
    function("/_fn/set_active", Access::Admin, "user=<user>&active=true"),
    function("/_fn/create_password_reset", Access::Admin, "user=<user>"),
    function("/_fn/export_organization", Access::Admin, ""),
    function("/_fn/erase_organization", Access::Admin, "name=<organization_name>"),
    function("/_fn/create_collection", Access::Curator, "name=Example+<unique>&description="),
    function("/_fn/import_accessions", Access::Curator, "collection=Example&accessions=GSE6344"),
    function(
        "/_fn/import_mapped",
        Access::Curator,
        "collection=Example&name=example.csv&sha256=<upload>&size_bytes=30\
         &columns[0][name]=accession&columns[0][role]=accession&columns[0][channel]=1&columns[0][separator]=|",
    ),
    function("/_fn/start_annotation", Access::Curator, "collection=<collection>&dataset="),
    function("/_fn/change_field", Access::Curator, "collection=<plain_collection>&version=0&name=disease&what=down"),
    function("/_fn/reset_fields", Access::Curator, "collection=<plain_collection>&version=0"),
    function("/_fn/install_ontology", Access::Operator, "name=EXAMPLE&from=http%3A%2F%2F127.0.0.1%3A9%2F<unique>.obo"),
    function("/_fn/use_release", Access::Operator, "name=<release>&sha256=<release_sha256>"),
    function("/_fn/remove_release", Access::Operator, "name=<doomed_release>&sha256=<doomed_release_sha256>"),
    function("/_fn/start_upgrade", Access::Admin, "name=<release>&sha256=<release_sha256>&why=An+example"),
    function("/_fn/revert_batch", Access::Curator, "batch=<doomed_batch>&why=An+example"),
    function("/_fn/restore_batch", Access::Curator, "batch=<reverted_batch>&why=An+example"),
    function("/_fn/revert_decision", Access::Curator, "batch=<doomed_batch>&sample=<sample>&field=sex"),
    function("/_fn/restore_decision", Access::Curator, "batch=<withdrawn_batch>&sample=<sample>&field=sex"),
    function("/_fn/file_report", Access::Scientist, "sample=<clean_sample>&field=disease&words=An+example"),
    function("/_fn/assign_report", Access::Curator, "report=<report>&assignee="),
    function("/_fn/answer_report", Access::Curator, "report=<open_report>&answer=not_reported&words=An+example"),
    function("/_fn/decline_report", Access::Curator, "report=<open_report>&words=An+example"),
    function("/_fn/see_reports", Access::Scientist, ""),
    function("/_fn/create_webhook", Access::Admin, "url=https%3A%2F%2Fhooks.example.org%2F"),
    function("/_fn/switch_webhook", Access::Admin, "webhook=<webhook>&active=false"),
    function("/_fn/renew_webhook_secret", Access::Admin, "webhook=<webhook>"),
    function("/_fn/test_webhook", Access::Admin, "webhook=<webhook>"),
    function("/_fn/redeliver", Access::Admin, "webhook=<webhook>&delivery=<delivery>"),
    function("/_fn/delete_webhook", Access::Admin, "webhook=<webhook>"),
    function("/_fn/save_view", Access::Scientist, "name=Example+<unique>&address=%2Fsearch%3Fq%3Dtumor"),
    function("/_fn/update_view", Access::Scientist, "view=<view>&name=Example+<unique>"),
    function("/_fn/delete_view", Access::Scientist, "view=<view>"),
    function("/_fn/create_experiment", Access::Scientist, "name=Example+<unique>"),
    function("/_fn/rename_experiment", Access::Scientist, "experiment=<experiment>&name=Renamed+<unique>"),
    function("/_fn/delete_experiment", Access::Scientist, "experiment=<doomed_experiment>"),
    function("/_fn/restore_experiment", Access::Scientist, "experiment=<deleted_experiment>"),
    function("/_fn/delete_runs", Access::Scientist, "runs[]=<doomed_run>"),
    function("/_fn/restore_runs", Access::Scientist, "runs[]=<doomed_run>"),
    function("/_fn/remove_runs", Access::Admin, "runs[]=<deleted_run>"),
    function("/_fn/write_run_note", Access::Scientist, "run=<seen_run>&text=Noted"),
    function(
        "/_fn/take_decisions",
        Access::Curator,
        "collection=<collection>&name=example.csv&sha256=<upload>&size_bytes=30&conflicts=keep",
    ),
    function(
        "/_fn/decide_values",
        Access::Curator,
        "collection=<reviewed_collection>&field=disease&state=all&answer=accept",
    ),
    function(
        "/_fn/skip_question",
        Access::Curator,
        "collection=<reviewed_collection>&field=disease&question=<question>",
    ),
    function("/_fn/set_threshold", Access::Curator, "collection=<plain_collection>&field=disease&version=0&from=0.85"),
    function("/_fn/acknowledge_alert", Access::Curator, "alert=<doomed_alert>"),
    function("/_fn/resolve_alert", Access::Curator, "alert=<doomed_alert>&why=An+example"),
    function("/_fn/start_project", Access::Curator, "project=<draft_project>"),
    function("/_fn/cancel_project", Access::Curator, "project=<draft_project>"),
    function("/_fn/assign_tasks", Access::Curator, "project=<running_project>&to=<curator>&tasks=1"),
    function("/_fn/answer_item", Access::Curator, "project=<running_project>&item=<item>&answer=accept"),
    function("/_fn/comment_item", Access::Curator, "project=<running_project>&item=<item>&text=An+example"),
    function("/_fn/skip_item", Access::Curator, "project=<running_project>&item=<item>&expert=true"),
    function("/_fn/take_answer_back", Access::Curator, "project=<running_project>"),
    function("/_fn/adjudicate_item", Access::Curator, "project=<disputed_project>&item=<disputed_item>&answer=accept"),
    function("/_fn/check_item", Access::Curator, "project=<checked_project>&item=<checked_item>&passes=true"),
    function(
        "/_fn/add_gold",
        Access::Admin,
        "project=<running_project>&field=disease&question=<gold_question>&answer=accept",
    ),
    function(
        "/_fn/map_key",
        Access::Curator,
        "collection=<collection>&key=example+<unique>&field=stage&parser=text&unit=&why=An+example",
    ),
    function(
        "/_fn/make_rule",
        Access::Curator,
        "collection=<collection>&field=stage&attribute=stage&words=early+<unique>&answer=is&term=I&scope=collection&of=&why=An+example",
    ),
    function("/_fn/switch_rule", Access::Curator, "rule=<doomed_rule>&on=false&take_back=true&why=An+example"),
    function(
        "/_fn/change_grid",
        Access::Curator,
        "dataset=<dataset>&why=An+example&change=%7B%22kind%22%3A%22fill%22%2C%22from%22%3A%22<sample>%22%2C%22to%22%3A%22<sample>%22\
         %2C%22fields%22%3A%5B%22stage%22%5D%2C%22text%22%3A%22example+<unique>%22%7D",
    ),
    function(
        "/_fn/free_question",
        Access::Curator,
        "collection=<reviewed_collection>&field=disease&question=<question>",
    ),
    function(
        "/_fn/write_comment",
        Access::Curator,
        "collection=<reviewed_collection>&field=disease&question=<asked_question>&text=An+example",
    ),
    function("/_fn/read_mentions", Access::Scientist, ""),
    function("/_fn/retrain_model", Access::Curator, "name=<annotator>"),
    function("/_fn/promote_model", Access::Scientist, "name=<registered>&version=1&alias=best"),
    function("/_fn/remove_alias", Access::Scientist, "name=<registered>&alias=<doomed_alias>"),
    function("/_fn/approve_promotion", Access::Curator, "promotion=<promotion>&holder=&note=An+example"),
    function("/_fn/reject_promotion", Access::Curator, "promotion=<promotion>&note=An+example"),
    function("/_fn/withdraw_promotion", Access::Scientist, "promotion=<own_promotion>"),
    function("/_fn/protect_aliases", Access::Admin, "aliases=guarded"),
    function("/_fn/create_model", Access::Scientist, "name=Example+<unique>&description="),
    function("/_fn/describe_model", Access::Scientist, "name=<registered>&description=An+example"),
    function("/_fn/tag_model", Access::Scientist, "name=<registered>&key=team&value=a"),
    function("/_fn/untag_model", Access::Scientist, "name=<registered>&key=<doomed_tag>"),
    function("/_fn/delete_model", Access::Scientist, "name=<doomed_registered>"),
    function("/_fn/archive_version", Access::Scientist, "name=<registered>&version=1&archived=true"),
    function("/_fn/delete_version", Access::Admin, "name=<model>&version=<doomed_version>"),
    function("/_fn/describe_version", Access::Scientist, "name=<registered>&version=1&description=An+example"),
    function("/_fn/tag_version", Access::Scientist, "name=<registered>&version=1&key=team&value=a"),
    function("/_fn/untag_version", Access::Scientist, "name=<registered>&version=1&key=<doomed_tag>"),
    function("/_fn/cancel_job", Access::Curator, "job=<job>"),
    function("/_fn/retry_job", Access::Curator, "job=<failed_job>"),
];

pub(super) fn routes() -> Vec<Route> {
    let files = Route::new(Method::POST, "/_fn/import_files", Face::Function, crate::pages::import_files)
        .access(Access::Curator)
        .pace(Pace::Upload)
        .parts(crate::rest::imports::EXAMPLE);
    let decisions = Route::new(Method::POST, "/_fn/import_decisions", Face::Function, crate::pages::import_decisions)
        .access(Access::Curator)
        .pace(Pace::Upload)
        .parts(crate::rest::exchange::EXAMPLE);
    FUNCTIONS
        .iter()
        .map(|function| {
            Route::new(Method::POST, function.path, Face::Function, crate::pages::function)
                .access(function.access)
                .form(function.form)
        })
        .chain([files, decisions])
        .collect()
}
