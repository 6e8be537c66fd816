//! Questions that several people answer without seeing each other. Which they are, a room to the right knows; here is the
//! one rule that follows for words about them: whoever asks reads their own alone, in whichever list they look.

use super::sql::Written;
use crate::{Actor, Ctx};
use chorale_model::comments::{Comment, CommentsOf};
use chorale_model::{Fault, OrganizationId, QuestionId};
use futures::future::BoxFuture;
use std::collections::HashSet;
use uuid::Uuid;

type Ask = for<'c> fn(&'c Ctx, OrganizationId, &'c [QuestionId]) -> BoxFuture<'c, Result<Vec<CommentsOf>, Fault>>;

/// Says of which of these questions the asker may not read what others wrote; given to the deployment as a room's state.
pub struct Blind(pub Ask);

/// What the asker reads of what was written.
pub struct Reading {
    kept_back: HashSet<CommentsOf>,
    own: Uuid,
}

impl Reading {
    pub async fn of(ctx: &Ctx, organization: OrganizationId, questions: &[QuestionId]) -> Result<Self, Fault> {
        let kept_back = match ctx.app.find_room::<Blind>() {
            Some(blind) if !questions.is_empty() => blind.0(ctx, organization, questions).await?,
            _ => Vec::new(),
        };
        Ok(Reading { kept_back: kept_back.into_iter().collect(), own: author(ctx) })
    }

    pub fn is_kept_back(&self, about: &CommentsOf) -> bool {
        self.kept_back.contains(about)
    }

    pub fn may_read(&self, written: &Written) -> bool {
        written.author == Some(self.own) || !self.is_kept_back(&about(&written.comment))
    }
}

/// What a comment is about.
pub fn about(comment: &Comment) -> CommentsOf {
    CommentsOf { collection: comment.collection, field: comment.field.clone(), question: comment.question }
}

/// Who writes, or holds a question: a person, or the program that works with a token of nobody's.
pub fn author(ctx: &Ctx) -> Uuid {
    match (ctx.user(), &ctx.actor) {
        (Some(user), _) => user.0,
        (None, Actor::Token { token, .. }) => token.0,
        _ => Uuid::nil(),
    }
}
