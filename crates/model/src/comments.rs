//! What curators write about questions, and who is mentioned there.

use crate::{CollectionId, CommentId, QuestionId, Time};
use serde::{Deserialize, Serialize};

/// What somebody wrote about a question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comment {
    pub id: CommentId,
    pub collection: CollectionId,
    pub field: String,
    pub question: QuestionId,
    /// What the question was about, as the source says it.
    pub words: String,
    pub text: String,
    pub by: String,
    pub at: Time,
    /// The handles in the text that name members.
    pub mentions: Vec<String>,
}

/// What was written about a question, the oldest first, as far as whoever asks may read it.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Comments {
    pub items: Vec<Comment>,
    /// Several curators answer this question without seeing each other: until its item is closed, everybody reads their own
    /// words alone, and whoever is mentioned finds it then.
    pub kept_back: bool,
}

/// Writes about an item of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CommentItem {
    pub text: String,
}

/// Writes about a question. `@handle` mentions a member of the organization, who finds it among their mentions.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NewComment {
    pub collection: CollectionId,
    pub field: String,
    pub question: QuestionId,
    pub text: String,
}

/// Whose comments are wanted.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CommentsOf {
    pub collection: CollectionId,
    pub field: String,
    pub question: QuestionId,
}

/// A comment that mentions whoever asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Mention {
    pub comment: Comment,
    pub read: bool,
}

/// Marks mentions as read: one, or all.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ReadMentions {
    #[serde(default)]
    pub comment: Option<CommentId>,
}

/// A member who can be mentioned.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Person {
    /// What follows the @: the address before its own @ where that names one member, else the whole address.
    pub handle: String,
    pub name: String,
}

/// A few letters of a name or an address.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct PersonQuery {
    #[serde(default)]
    pub q: String,
}

/// How many mentions are unread.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Unread {
    pub unread: i64,
}

/// The handles in a text: what follows an @ that begins a word, each once, in small letters.
pub fn handles(text: &str) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for (at, _) in text.match_indices('@') {
        let before = text[..at].chars().next_back();
        if before.is_some_and(|c| c.is_alphanumeric() || "._+-@".contains(c)) {
            continue;
        }
        let rest = &text[at + 1..];
        let end = rest.find(|c: char| !(c.is_alphanumeric() || "._+-@".contains(c))).unwrap_or(rest.len());
        // A full stop ends a sentence.
        let handle = rest[..end].trim_end_matches(['.', '-', '+', '_', '@']).to_lowercase();
        if !handle.is_empty() && !all.contains(&handle) {
            all.push(handle);
        }
    }
    all
}

#[cfg(test)]
mod tests {
    use super::handles;

    #[test]
    fn handles_begin_a_word() {
        assert_eq!(
            handles("@ines see (@Bo.li), ask @x@y.org. Not a@b.org, nor @ or 5@7"),
            ["ines", "bo.li", "x@y.org"]
        );
        assert_eq!(handles("@ines @ines"), ["ines"]);
    }
}
