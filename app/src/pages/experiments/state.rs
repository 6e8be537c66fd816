//! What the address of a runs table says: the filter that works, the order, the columns, the baseline. Every link of the
//! page is this with one thing changed.

use super::figures::is_machine;
use super::{PATH, word_of};
use crate::address::{address, one};
use crate::load::Asked as Page;
use chorale_model::Fault;
use chorale_model::experiments::{Asked, ExperimentId, Life, Logged, RunId, RunKey};
use chorale_platform::experiments;

/// Columns of each kind where nobody chose.
const USUAL: usize = 6;
/// Says that the columns were chosen, where none is left.
const NONE: &str = "none";

pub type Column = (Logged, String);

#[derive(Clone, Debug, PartialEq)]
pub struct State {
    pub experiment: ExperimentId,
    pub filter: String,
    /// One key with `desc` where it is the other way round; empty: the newest first.
    pub order_by: String,
    pub life: Life,
    /// None: the usual ones.
    pub columns: Option<Vec<Column>>,
    pub baseline: Option<RunId>,
    pub shape: Shape,
    /// The param whose values are groups; empty: every run has a row of its own.
    pub group: String,
    /// The value of the group that is open, or that it is the one of the runs without a value.
    pub open: Option<Option<String>>,
    /// What a scatter is drawn across, up, and coloured by.
    pub x: Option<Column>,
    pub y: Option<Column>,
    pub colour: Option<Column>,
}

/// How runs are shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shape {
    #[default]
    Table,
    Scatter,
    Parallel,
}

impl Shape {
    pub const ALL: [Shape; 3] = [Shape::Table, Shape::Scatter, Shape::Parallel];

    /// As the address has it.
    pub fn word(self) -> &'static str {
        match self {
            Shape::Table => "",
            Shape::Scatter => "scatter",
            Shape::Parallel => "parallel",
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Shape::Table => "Table",
            Shape::Scatter => "Scatter",
            Shape::Parallel => "Parallel coordinates",
        }
    }
}

/// What somebody typed and cannot be read, and why.
pub struct Wrong {
    pub typed: String,
    pub at: usize,
    pub message: String,
}

impl State {
    /// All of an experiment's runs, as they are shown usually.
    pub fn of(experiment: ExperimentId) -> State {
        State {
            experiment,
            filter: String::new(),
            order_by: String::new(),
            life: Life::default(),
            columns: None,
            baseline: None,
            shape: Shape::default(),
            group: String::new(),
            open: None,
            x: None,
            y: None,
            colour: None,
        }
    }

    /// A filter that cannot be read leaves the last one that could (`last`) at work.
    pub fn read(asked: &Page) -> Result<(State, Option<Wrong>), Fault> {
        let typed = asked.word("filter");
        let (filter, wrong) = match experiments::check_filter(&typed) {
            Ok(()) => (typed, None),
            Err(fault) => {
                let last = asked.word("last");
                let last = if experiments::check_filter(&last).is_ok() { last } else { String::new() };
                let field = fault.fields.first();
                let at = field.and_then(|field| field.offset).unwrap_or(0);
                let message = field.map_or(fault.message.clone(), |field| field.message.clone());
                (last, Some(Wrong { typed, at: usize::try_from(at).unwrap_or(0), message }))
            }
        };
        let columns = asked.query.get_all("column");
        let state = State {
            experiment: asked.id()?,
            filter,
            order_by: asked.word("order_by"),
            life: asked.choice("life")?,
            columns: columns.map(|all| all.iter().filter_map(|text| column_of(text)).collect()),
            baseline: one(&asked.query, "baseline").map(|id| id.parse()).transpose()?,
            shape: shape(&asked.word("view"))?,
            group: asked.word("group"),
            open: opened(&asked.word("open")),
            x: column_of(&asked.word("x")),
            y: column_of(&asked.word("y")),
            colour: column_of(&asked.word("colour")),
        };
        Ok((state, wrong))
    }

    /// Of all that match, from the cursor on, at most so many.
    pub fn asked(&self, cursor: String, limit: i64) -> Asked {
        Asked {
            filter: self.filter.clone(),
            order_by: Some(self.order_by.clone()).filter(|key| !key.is_empty()).into_iter().collect(),
            life: self.life,
            limit: Some(limit),
            cursor: Some(cursor).filter(|cursor| !cursor.is_empty()),
        }
    }

    /// In the REST API's own names.
    pub fn list_pairs(&self) -> Vec<(&'static str, String)> {
        vec![
            ("filter", self.filter.clone()),
            ("order_by", self.order_by.clone()),
            ("life", word_of(self.life).to_owned()),
        ]
    }

    pub fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = self.list_pairs();
        pairs.extend(self.columns.as_ref().into_iter().flatten().map(|column| ("column", name_of(column))));
        if self.columns.as_ref().is_some_and(Vec::is_empty) {
            pairs.push(("column", NONE.to_owned()));
        }
        let axis = |column: &Option<Column>| column.as_ref().map(name_of).unwrap_or_default();
        pairs.extend([
            ("baseline", self.baseline.map(|id| id.to_string()).unwrap_or_default()),
            ("view", self.shape.word().to_owned()),
            ("group", self.group.clone()),
            ("open", self.open.as_ref().map(open_word).unwrap_or_default()),
            ("x", axis(&self.x)),
            ("y", axis(&self.y)),
            ("colour", axis(&self.colour)),
        ]);
        pairs
    }

    pub fn path(&self) -> String {
        format!("{PATH}/{}", self.experiment)
    }

    pub fn href(&self) -> String {
        let pairs = self.pairs();
        address(&self.path(), pairs.iter().map(|(key, value)| (*key, value.as_str())))
    }

    pub fn with(&self, change: impl FnOnce(&mut State)) -> String {
        let mut other = self.clone();
        change(&mut other);
        other.href()
    }

    /// Where a click on a head leads, and how the list is sorted by it now. `descending`: what the first click does.
    pub fn sorted_by(&self, key: &str, descending: bool) -> (String, Option<&'static str>) {
        let down = format!("{key} desc");
        let now = match self.order_by.as_str() {
            one if one == key => Some("ascending"),
            one if one == down => Some("descending"),
            _ => None,
        };
        let next = match now {
            Some("ascending") => down,
            Some(_) => key.to_owned(),
            None if descending => down,
            None => key.to_owned(),
        };
        (self.with(|state| state.order_by = next), now)
    }

    /// The columns that are shown: the chosen ones, or of each kind those that most of the newest runs have.
    pub fn shown(&self, keys: &[RunKey]) -> Vec<Column> {
        if let Some(chosen) = &self.columns {
            return chosen.clone();
        }
        let usual = |of: Logged| {
            let is_own = |one: &&RunKey| one.of == of && !is_machine(&one.key);
            let mut own: Vec<&RunKey> = keys.iter().filter(is_own).collect();
            own.sort_by(|a, b| b.runs.cmp(&a.runs).then_with(|| a.key.cmp(&b.key)));
            own.truncate(USUAL);
            own.sort_by(|a, b| a.key.cmp(&b.key));
            own.into_iter().map(move |one| (of, one.key.clone()))
        };
        usual(Logged::Metric).chain(usual(Logged::Param)).collect()
    }
}

fn shape(word: &str) -> Result<Shape, Fault> {
    let unknown = || Fault::field("view", format!("\"{word}\" is none; choose scatter or parallel, or leave it out"));
    Shape::ALL.into_iter().find(|shape| shape.word() == word).ok_or_else(unknown)
}

/// A value behind a sign, so that no value is taken for the word that says there is none.
fn open_word(open: &Option<String>) -> String {
    open.as_ref().map_or_else(|| NONE.to_owned(), |value| format!("={value}"))
}

fn opened(word: &str) -> Option<Option<String>> {
    match word.strip_prefix('=') {
        Some(value) => Some(Some(value.to_owned())),
        None => (word == NONE).then_some(None),
    }
}

/// As the address has it: `metrics.loss`.
pub fn name_of((of, key): &Column) -> String {
    format!("{}.{key}", of.word())
}

fn column_of(text: &str) -> Option<Column> {
    let (word, key) = text.split_once('.')?;
    let of = Logged::ALL.into_iter().find(|of| of.word() == word)?;
    (!key.is_empty()).then(|| (of, key.to_owned()))
}

/// As filters and orders have it: quoted where the key is no plain word.
pub fn said((of, key): &Column) -> String {
    let plain = key.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    match (plain, key.contains('`')) {
        (true, _) => format!("{}.{key}", of.word()),
        (false, false) => format!("{}.`{key}`", of.word()),
        (false, true) => format!("{}.\"{}\"", of.word(), key.replace('"', "\"\"")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state() -> State {
        State::of(ExperimentId(12))
    }

    #[test]
    fn the_address_says_what_was_chosen() {
        let mut one = state();
        assert_eq!(one.href(), "/experiments/12");
        one.columns = Some(vec![]);
        assert_eq!(one.href(), "/experiments/12?column=none");
        one.columns = Some(vec![(Logged::Metric, "val loss/1".into()), (Logged::Param, "model".into())]);
        one.filter = "metrics.loss < 1".into();
        assert_eq!(
            one.href(),
            "/experiments/12?filter=metrics.loss%20%3C%201&column=metrics.val%20loss%2F1&column=params.model"
        );
        one = State { shape: Shape::Scatter, y: Some((Logged::Metric, "f1".into())), ..state() };
        assert_eq!(one.href(), "/experiments/12?view=scatter&y=metrics.f1");
        for open in [None, Some("none".to_owned()), Some(String::new())] {
            assert_eq!(opened(&open_word(&open)), Some(open));
        }
        assert_eq!(opened(""), None);
        assert_eq!(column_of("metrics.a.b"), Some((Logged::Metric, "a.b".into())));
        assert_eq!(column_of(NONE), None);
    }

    #[test]
    fn a_head_turns_the_order_round() {
        let mut one = state();
        let loss = said(&(Logged::Metric, "val loss".into()));
        assert_eq!(
            one.sorted_by(&loss, true),
            ("/experiments/12?order_by=metrics.%60val%20loss%60%20desc".into(), None)
        );
        one.order_by = format!("{loss} desc");
        assert_eq!(one.sorted_by(&loss, true).1, Some("descending"));
        assert!(!one.sorted_by(&loss, true).0.contains("desc"));
        assert_eq!(said(&(Logged::Param, "a`b\"c".into())), "params.\"a`b\"\"c\"");
    }
}
