//! `chorale admin user reset` and `chorale admin operator …`: what concerns a person wherever they work.

use super::Answer;
use chorale_model::Fault;
use chorale_platform::{Ctx, Deployment, identity};
use clap::Subcommand;
use serde_json::json;
use std::sync::Arc;

#[derive(Debug, Subcommand)]
pub enum Operator {
    /// Give a person the operator's rights in the browser.
    #[command(after_help = "Example:\n  chorale admin operator grant ada@alpha.example")]
    Grant { email: String },
    /// Take the operator's rights from a person, from their next request on.
    #[command(after_help = "Example:\n  chorale admin operator revoke ada@alpha.example")]
    Revoke { email: String },
}

pub(super) async fn set_operator(app: &Arc<Deployment>, command: Operator) -> Result<Answer, Fault> {
    let (email, operator) = match command {
        Operator::Grant { email } => (email, true),
        Operator::Revoke { email } => (email, false),
    };
    identity::set_operator(&Ctx::operator(app.clone(), None), &email, operator).await?;
    let word = if operator { "is" } else { "is no longer" };
    let text = format!("{email} {word} an operator of the deployment\n");
    Ok(Answer::new(text, json!({ "email": email, "operator": operator })))
}

/// The link alone on standard output, for a script to hand over.
pub(super) async fn reset(app: &Arc<Deployment>, email: &str) -> Result<Answer, Fault> {
    let reset = identity::create_password_reset_by_email(&Ctx::operator(app.clone(), None), email).await?;
    Ok(Answer::new(format!("{}\n", reset.url), json!({ "reset": reset })))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::admin::{organization_named, tests::deployment};
    use chorale_model::identity::{ResetPassword, SignIn};
    use chorale_model::{FaultKind, Role};

    const FIRST: &str = "correct horse battery";
    const SECOND: &str = "another horse battery";

    #[tokio::test]
    async fn a_person_gets_a_new_password_and_is_an_operator_for_a_while() {
        let app = deployment().await;
        let organization = organization_named(&app, "Alpha Lab").await.unwrap();
        let ctx = Ctx::operator(app.clone(), Some(organization));
        let made = identity::create_user(&ctx, "ada@x.org", "", organization, Role::Scientist, FIRST.to_owned()).await;
        made.unwrap();
        let url = reset(&app, "ada@x.org").await.unwrap().text;
        let code = url.trim().rsplit_once("code=").unwrap().1.to_owned();
        let nobody = Ctx::anonymous(app.clone(), "test".into(), "127.0.0.1".into());
        identity::reset_password(&nobody, ResetPassword { code, new: SECOND.to_owned() }).await.unwrap();
        let input = SignIn { email: "ada@x.org".to_owned(), password: SECOND.to_owned() };
        let signed = identity::sign_in(&nobody, input, "test").await.unwrap();
        let allowed = async || {
            let ctx = identity::authenticate_session(&app, &signed.secret, "test".into(), "127.0.0.1".into()).await;
            ctx.unwrap().unwrap().require_operator().is_ok()
        };
        assert!(!allowed().await);
        set_operator(&app, Operator::Grant { email: "ada@x.org".to_owned() }).await.unwrap();
        assert!(allowed().await);
        set_operator(&app, Operator::Revoke { email: "ada@x.org".to_owned() }).await.unwrap();
        assert!(!allowed().await, "the session that is open loses it too");
        assert_eq!(reset(&app, "nobody@x.org").await.unwrap_err().kind, FaultKind::Missing);
    }
}
