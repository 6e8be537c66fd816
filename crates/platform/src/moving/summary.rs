//! What an import came to.

use serde::Serialize;

/// Of a kind of things: new here, and here before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Counted {
    pub came: u64,
    pub known: u64,
}

impl Counted {
    pub fn count(&mut self, came: bool) {
        match came {
            true => self.came += 1,
            false => self.known += 1,
        }
    }
}

/// What could not come.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Left {
    pub what: String,
    pub why: String,
}

/// An experiment that is called otherwise here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Renamed {
    pub theirs: String,
    pub ours: String,
    pub name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Summary {
    pub experiments: Counted,
    /// A run counts as known when nothing of it has changed since it came.
    pub runs: Counted,
    /// That were sent here; those that were here before are among them when their run had to be looked at again.
    pub points: u64,
    pub logged_models: Counted,
    pub files: Counted,
    pub bytes: u64,
    pub models: Counted,
    pub versions: Counted,
    pub aliases: Counted,
    pub renamed: Vec<Renamed>,
    pub left: Vec<Left>,
}
