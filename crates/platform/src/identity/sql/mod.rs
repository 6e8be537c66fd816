//! All SQL of identity, by noun.

pub mod invitations;
pub mod limits;
pub mod members;
pub mod organizations;
pub mod resets;
pub mod sessions;
pub mod tokens;
pub mod users;
