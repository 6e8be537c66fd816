//! Who: organizations, users, roles, sessions, tokens.

use crate::{InvitationId, OrganizationId, SessionId, Time, TokenId, UserId};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Each role can all that the one before it can.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Scientist,
    Curator,
    Admin,
}

impl Role {
    pub const ALL: [Role; 3] = [Role::Scientist, Role::Curator, Role::Admin];

    pub fn name(self) -> &'static str {
        match self {
            Role::Scientist => "scientist",
            Role::Curator => "curator",
            Role::Admin => "admin",
        }
    }
}

impl fmt::Display for Role {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Role {
    type Err = crate::Fault;
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Role::ALL.into_iter().find(|role| role.name() == text).ok_or_else(|| {
            crate::Fault::field("role", format!("\"{text}\" is no role; choose scientist, curator or admin"))
        })
    }
}

/// A tenant as its members see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Organization {
    pub id: OrganizationId,
    pub name: String,
    /// Its data is generated, not real: every screen says so.
    pub synthetic: bool,
    pub created_at: Time,
}

/// One of a person's organizations, for the switcher.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Membership {
    pub organization: OrganizationId,
    pub name: String,
    pub role: Role,
}

/// Who is asking, and where: what a page's shell needs.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    pub user: UserId,
    pub email: String,
    pub name: String,
    pub organization: Organization,
    pub role: Role,
    pub memberships: Vec<Membership>,
    /// Single-key shortcuts are on.
    pub single_keys: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    pub email: String,
    pub password: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    pub current: String,
    pub new: String,
}

/// A member of the organization.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Member {
    pub user: UserId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub active: bool,
    pub last_seen_at: Option<Time>,
    pub joined_at: Time,
}

/// Asks a person into the organization. They are a member once they accepted, by the link that the answer holds.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Invite {
    pub email: String,
    /// For a person who is new to the deployment; who has an account keeps the name that it has.
    #[serde(default)]
    pub name: String,
    pub role: Role,
}

/// Somebody who was asked in and has not accepted yet. It holds nothing but what the admin wrote: whether the address
/// belongs to an account of the deployment is not for the organization to know.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Invitation {
    pub id: InvitationId,
    pub email: String,
    pub name: String,
    pub role: Role,
    pub created_at: Time,
    pub expires_at: Time,
}

/// An invitation just made: the only time its link is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedInvitation {
    pub invitation: Invitation,
    /// For the admin to hand over: Chorale sends no mail.
    pub url: String,
}

/// What the page of an invitation's link shows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct HeldInvitation {
    pub organization_name: String,
    pub email: String,
    pub role: Role,
    pub expires_at: Time,
}

/// Accepts an invitation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct AcceptInvitation {
    /// From the link.
    pub code: String,
    /// Of the account that has the invited address, or, when there is none, the one that the new account will have.
    pub password: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMember {
    #[serde(default)]
    pub role: Option<Role>,
    /// False takes the membership away from sign-in and tokens; the person's history stays.
    #[serde(default)]
    pub active: Option<bool>,
}

/// A one-time link to choose a new password, shown once to the admin who asked for it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PasswordReset {
    pub url: String,
    pub expires_at: Time,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ResetPassword {
    pub code: String,
    pub new: String,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    pub id: SessionId,
    pub current: bool,
    pub address: String,
    pub user_agent: String,
    pub created_at: Time,
    pub last_seen_at: Time,
    pub expires_at: Time,
}

/// An API token without its secret.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Token {
    pub id: TokenId,
    pub name: String,
    /// The first characters, to recognise it by.
    pub prefix: String,
    pub role: Role,
    /// Its maker's e-mail address, or `operator`.
    pub created_by: String,
    pub created_at: Time,
    pub expires_at: Option<Time>,
    pub last_used_at: Option<Time>,
    pub revoked_at: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateToken {
    pub name: String,
    /// At most the maker's own role.
    pub role: Role,
    /// 1 to 3,660 days; never expires when absent.
    #[serde(default)]
    pub expires_in_days: Option<i64>,
}

/// A token just made: the only time its secret is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedToken {
    pub token: Token,
    pub secret: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Preferences {
    #[serde(default)]
    pub single_keys: Option<bool>,
    #[serde(default)]
    pub name: Option<String>,
}
