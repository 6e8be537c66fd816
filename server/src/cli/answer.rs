//! What a command prints.

use super::refused::Refused;
use serde_json::{Value, json};
use std::io::Write;
use std::process::ExitCode;

/// A command's answer: for people, and as JSON.
#[derive(Debug)]
pub struct Answer {
    pub text: String,
    pub json: Value,
}

impl Answer {
    pub fn new(text: impl Into<String>, json: Value) -> Self {
        Answer { text: text.into(), json }
    }

    pub(super) fn print(self, as_json: bool) -> ExitCode {
        let text = if as_json { format!("{}\n", self.json) } else { self.text };
        let mut out = std::io::stdout().lock();
        match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            Ok(()) => ExitCode::SUCCESS,
            // Whoever read the answer stopped reading, as `head` does.
            Err(_) => ExitCode::FAILURE,
        }
    }
}

/// Prints why a command was refused.
pub(super) fn refuse(Refused { fault, code }: &Refused, as_json: bool) -> ExitCode {
    if as_json {
        let kind = serde_json::to_value(fault.kind).unwrap_or(Value::Null);
        eprintln!("{}", json!({ "error": { "kind": kind, "message": fault.message, "fields": fault.fields } }));
    } else {
        eprintln!("chorale: {fault}");
    }
    ExitCode::from(*code)
}
