//! The filter of lists of experiments, runs and models: MLflow's grammar
//! (`metrics.loss < 0.1 and params.model = 'forest' and tags.team is not null`), with OR, NOT and parentheses. Every fault
//! says at which character it is. What may be asked for is a [`Vocabulary`]; what it becomes in SQL is the business of each
//! list.

mod cut;
mod lex;
mod order;
mod parse;
pub mod sql;
mod vocabulary;

pub use cut::Cut;
pub use order::{OrderKey, order};
pub use parse::parse;
pub use vocabulary::{EXPERIMENTS, LOGGED_MODELS, MODELS, RUNS, VERSIONS, Vocabulary};

/// What a filter says.
#[derive(Clone, Debug, PartialEq)]
pub enum Expr {
    All(Vec<Expr>),
    Any(Vec<Expr>),
    Not(Box<Expr>),
    Is(Comparison),
}

/// `metrics.loss < 0.1`
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    pub on: Entity,
    pub key: String,
    pub test: Test,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entity {
    Attribute,
    Metric,
    Param,
    Tag,
    Dataset,
}

impl Entity {
    /// As it is written before a key.
    pub fn word(self) -> &'static str {
        match self {
            Entity::Attribute => "attributes",
            Entity::Metric => "metrics",
            Entity::Param => "params",
            Entity::Tag => "tags",
            Entity::Dataset => "datasets",
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    Number(Sign, f64),
    Whole(Sign, i64),
    Text(Sign, String),
    /// Case counts in `like` and does not in `ilike`; `%` is any text, `_` one character.
    Like {
        pattern: String,
        case: bool,
    },
    In {
        texts: Vec<String>,
        not: bool,
    },
    Null {
        not: bool,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sign {
    Equal,
    Unequal,
    Less,
    AtMost,
    More,
    AtLeast,
}

impl Sign {
    pub fn text(self) -> &'static str {
        match self {
            Sign::Equal => "=",
            Sign::Unequal => "!=",
            Sign::Less => "<",
            Sign::AtMost => "<=",
            Sign::More => ">",
            Sign::AtLeast => ">=",
        }
    }
}

#[cfg(test)]
mod tests;
