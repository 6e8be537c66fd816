//! The one error of every verb. Faces translate it: problem details (RFC 9457) on REST, a message beside the
//! field in forms. What a caller may not see is [`FaultKind::Missing`], never Forbidden.

use serde::{Deserialize, Serialize};
use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum FaultKind {
    Invalid,
    Unauthenticated,
    Forbidden,
    Missing,
    Conflict,
    TooLarge,
    /// Too many requests or over a quota; `retry_after_s` says when to come back.
    Limited,
    /// Not now: starting, stopping, or a dependency is away.
    Busy,
    Internal,
}

impl FaultKind {
    /// The HTTP status of this kind.
    pub fn status(self) -> u16 {
        match self {
            FaultKind::Invalid => 400,
            FaultKind::Unauthenticated => 401,
            FaultKind::Forbidden => 403,
            FaultKind::Missing => 404,
            FaultKind::Conflict => 409,
            FaultKind::TooLarge => 413,
            FaultKind::Limited => 429,
            FaultKind::Busy => 503,
            FaultKind::Internal => 500,
        }
    }

    /// A few words for a heading.
    pub fn title(self) -> &'static str {
        match self {
            FaultKind::Invalid => "Not valid",
            FaultKind::Unauthenticated => "Sign in first",
            FaultKind::Forbidden => "Not allowed",
            FaultKind::Missing => "Not found",
            FaultKind::Conflict => "In conflict",
            FaultKind::TooLarge => "Too large",
            FaultKind::Limited => "Too many requests",
            FaultKind::Busy => "Not available now",
            FaultKind::Internal => "Something broke here",
        }
    }
}

/// What is wrong with one field, named as in the request.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldFault {
    pub field: String,
    pub message: String,
    /// Where in the field, in Unicode scalar values from its start, where that is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offset: Option<u64>,
}

/// Why a verb refused. `cause` is for the log and never leaves the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Fault {
    pub kind: FaultKind,
    pub message: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldFault>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after_s: Option<u64>,
    #[serde(skip)]
    pub cause: Option<String>,
}

impl Fault {
    pub fn new(kind: FaultKind, message: impl Into<String>) -> Self {
        Fault { kind, message: message.into(), fields: Vec::new(), retry_after_s: None, cause: None }
    }

    pub fn invalid(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Invalid, message)
    }

    /// Invalid because of one field.
    pub fn field(field: &str, message: impl Into<String>) -> Self {
        Self::field_at(field, None, message)
    }

    /// Invalid because of one field, at `offset` Unicode scalar values from its start.
    pub fn field_at(field: &str, offset: Option<u64>, message: impl Into<String>) -> Self {
        let message = message.into();
        let mut fault = Self::invalid(format!("{field}: {message}"));
        fault.fields.push(FieldFault { field: field.to_owned(), message, offset });
        fault
    }

    /// One fault of all: the first one's message, and what is wrong with each part, once each.
    pub fn together(wrong: Vec<Fault>) -> Result<(), Fault> {
        let mut faults = wrong.into_iter();
        let Some(mut all) = faults.next() else { return Ok(()) };
        for one in faults.flat_map(|fault| fault.fields) {
            if !all.fields.contains(&one) {
                all.fields.push(one);
            }
        }
        Err(all)
    }

    /// `thing "name" …` does not exist, or may not be seen, which is the same to the caller.
    pub fn missing(thing: &str, name: impl fmt::Display) -> Self {
        Self::new(
            FaultKind::Missing,
            format!("{thing} \"{name}\" does not exist here; check its id and the organization"),
        )
    }

    pub fn unauthenticated() -> Self {
        Self::new(FaultKind::Unauthenticated, "sign in, or send a token as \"Authorization: Bearer …\"")
    }

    pub fn forbidden(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Forbidden, message)
    }

    pub fn conflict(message: impl Into<String>) -> Self {
        Self::new(FaultKind::Conflict, message)
    }

    pub fn too_large(message: impl Into<String>) -> Self {
        Self::new(FaultKind::TooLarge, message)
    }

    pub fn limited(message: impl Into<String>, retry_after_s: u64) -> Self {
        Fault { retry_after_s: Some(retry_after_s), ..Self::new(FaultKind::Limited, message) }
    }

    pub fn busy(message: impl Into<String>) -> Self {
        Fault { retry_after_s: Some(2), ..Self::new(FaultKind::Busy, message) }
    }

    /// A defect or a broken dependency: `doing` says what was being done, `cause` goes to the log only.
    pub fn internal(doing: &str, cause: impl fmt::Display) -> Self {
        let message = format!("{doing} failed; nothing was changed. Try again, and tell the operator if it stays");
        Fault { cause: Some(cause.to_string()), ..Self::new(FaultKind::Internal, message) }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        match &self.cause {
            Some(cause) => write!(f, " ({cause})"),
            None => Ok(()),
        }
    }
}

impl std::error::Error for Fault {}
