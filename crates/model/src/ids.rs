//! Newtype ids: UUIDv7 made by the application, so that rows of one tenant lie together in time order.

use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[$meta:meta])* $name:ident, $word:literal;)*) => {$(
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = crate::Fault;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                // An id that is no UUID names nothing that exists, so it answers like a missing one.
                Uuid::parse_str(text).map($name).map_err(|_| crate::Fault::missing($word, text))
            }
        }
    )*};
}

ids! {
    /// A tenant.
    OrganizationId, "organization";
    /// A person, known to the whole deployment.
    UserId, "user";
    /// A signed-in browser.
    SessionId, "session";
    /// An API token.
    TokenId, "token";
    /// A person asked into an organization.
    InvitationId, "invitation";
    /// Datasets that share a schema of fields.
    CollectionId, "collection";
    /// One accession on one platform.
    DatasetId, "dataset";
    /// An immutable state of a dataset.
    VersionId, "dataset version";
    /// A sample, stored once in its collection.
    SampleId, "sample";
    /// A file that came with a dataset version.
    FileId, "file";
    /// Background work.
    JobId, "job";
    /// What sources say in a field, with what was made of it.
    QuestionId, "question";
    /// Questions that several curators answer.
    ProjectId, "project";
    /// A question of a project, as it was when it was drawn.
    ItemId, "item";
    /// What somebody wrote about a question.
    CommentId, "comment";
    /// Decisions about values that were made together.
    BatchId, "batch of curations";
    /// That a protected alias be moved.
    PromotionId, "promotion";
    /// Something that is not as promised, for somebody to look at.
    AlertId, "alert";
    /// A decision that stands.
    RuleId, "rule";
    /// That somebody holds a value for wrong.
    ReportId, "report";
    /// A list that somebody keeps under a name.
    ViewId, "saved view";
    /// An address that hears of events.
    WebhookId, "webhook";
    /// One event on its way to one address.
    WebhookDeliveryId, "delivery";
    /// Background work that repeats.
    ScheduleId, "schedule";
}
