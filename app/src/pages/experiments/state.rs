//! What the address of a runs table says: the filter that works, the order, the columns, the baseline. Every link of the
//! page is this with one thing changed.

use super::figures::is_machine;
use super::{PATH, word_of};
use crate::address::{address, one};
use crate::load::Asked as Page;
use chorale_model::Fault;
use chorale_model::experiments::{Asked, ExperimentId, Life, Logged, RunId, RunKey};
use chorale_platform::experiments;

/// Runs of a page.
const SHOWN: i64 = 100;
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
}

/// What somebody typed and cannot be read, and why.
pub struct Wrong {
    pub typed: String,
    pub at: usize,
    pub message: String,
}

impl State {
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
        };
        Ok((state, wrong))
    }

    pub fn asked(&self, cursor: String) -> Asked {
        Asked {
            filter: self.filter.clone(),
            order_by: Some(self.order_by.clone()).filter(|key| !key.is_empty()).into_iter().collect(),
            life: self.life,
            limit: Some(SHOWN),
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
        pairs.push(("baseline", self.baseline.map(|id| id.to_string()).unwrap_or_default()));
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
        State {
            experiment: ExperimentId(12),
            filter: String::new(),
            order_by: String::new(),
            life: Life::Active,
            columns: None,
            baseline: None,
        }
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
